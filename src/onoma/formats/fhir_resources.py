"""FHIR R4 out: Conditions, Observations and family histories from mentions, a resource a line.

A disease or phenotype of the patient is a ``Condition``: ``confirmed`` where the text states it,
``provisional`` where it is possible, ``refuted`` where it is denied; ``clinicalStatus`` is
``active``, ``inactive`` for what is past, and left out for what is refuted. One of a relative is a
condition in a ``FamilyMemberHistory``. Substances, genes, variants, tests, procedures and the like
are an ``Observation`` whose value says whether it is there. What is hypothetical, conditional,
denied of the family, or said of a third person is no fact of this patient's record, and a body part
or a species by itself none of anybody's: they are left out and counted.

Each resource carries its evidence: the document's reference and an extension ``urn:onoma:evidence``
with the offsets (code points), the text and the score. Resource ids are made of document and place,
so that a second run gives the same ones.

Source: HL7 FHIR R4 (4.0.1), condition.html, observation.html, familymemberhistory.html;
terminologies-systems.html for the URIs.
"""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.jsonl import encode_record
from onoma.formats.losses import Losses
from onoma.types import AnnotatedDocument, Document, Mention

SYSTEMS: dict[str, str] = {
    "ATC": "http://www.whocc.no/atc",
    "CLINVAR": "http://www.ncbi.nlm.nih.gov/clinvar",
    "DBSNP": "http://www.ncbi.nlm.nih.gov/projects/SNP",
    "HGNC": "http://www.genenames.org",
    "HGVS": "http://varnomen.hgvs.org",
    "HP": "http://human-phenotype-ontology.org",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    "LOINC": "http://loinc.org",
    "MEDDRA": "https://www.meddra.org",
    "MESH": "https://id.nlm.nih.gov/mesh",
    "MONDO": "http://purl.obolibrary.org/obo/mondo.owl",
    "OMIM": "http://www.omim.org",
    "Orphanet": "http://www.orpha.net",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "SNOMEDCT": "http://snomed.info/sct",
    "UMLS": "http://www.nlm.nih.gov/research/umls",
    "UNII": "http://fdasis.nlm.nih.gov",
}
"""The URI of each prefix's code system; others are ``https://bioregistry.io/`` and the prefix."""

_WITH_PREFIX = frozenset({"HGNC", "HP", "MONDO"})
"""Systems whose codes are whole CURIEs."""

_CONDITIONS = frozenset({"disease", "phenotype"})
_OBSERVED = frozenset({
    "chemical", "device", "drug", "food", "gene", "microbe", "outcome", "procedure", "protein",
    "test", "variant",
})  # fmt: skip
_STATUS = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_EVIDENCE = "urn:onoma:evidence"
_VERIFICATION = {"present": "confirmed", "possible": "provisional", "absent": "refuted"}


def system_of(curie: str) -> tuple[str, str]:
    """Return the code system's URI and the code of a CURIE.

    >>> system_of("SNOMEDCT:38341003")
    ('http://snomed.info/sct', '38341003')
    >>> system_of("HP:0001250")
    ('http://human-phenotype-ontology.org', 'HP:0001250')
    """
    prefix, _, local = curie.partition(":")
    system = SYSTEMS.get(prefix, f"https://bioregistry.io/{prefix.lower()}")
    return system, curie if prefix in _WITH_PREFIX else local


class FhirWriter:
    """Writes NDJSON: a resource a line, for each mention that says something of the patient."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; ``explain`` changes nothing."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write the resources of a document's mentions."""
        self.losses.update(unheld(document, "fhir"))
        if document.error is not None:
            return
        for place, mention in enumerate(document.mentions):
            made = resource_of(document.document, mention, place)
            if made is None:
                self.losses["mentions"] += 1
            else:
                self._stream.write(encode_record(made))

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def resource_of(document: Document, mention: Mention, place: int) -> dict[str, Any] | None:
    """Return the resource of a document's mention, None for what is no fact of the patient's."""
    axes = mention.assertion_axes
    if axes.temporality == "hypothetical" or axes.conditional or axes.experiencer == "other":
        return None
    if axes.experiencer == "family":
        is_told = axes.polarity != "absent" and mention.type in _CONDITIONS
        return _family(document, mention, place) if is_told else None
    if mention.type in _CONDITIONS:
        return _condition(document, mention, place)
    is_observed = mention.curie is not None and mention.type in _OBSERVED
    return _observation(document, mention, place) if is_observed else None


def _condition(document: Document, mention: Mention, place: int) -> dict[str, Any]:
    axes = mention.assertion_axes
    resource = _resource("Condition", document, place)
    if axes.polarity != "absent":
        state = "inactive" if axes.temporality == "historical" else "active"
        resource["clinicalStatus"] = _coded(_CLINICAL, state)
    resource["verificationStatus"] = _coded(_STATUS, _VERIFICATION[axes.polarity])
    resource["code"] = _code(mention)
    resource["subject"] = _subject(document)
    if document.date:
        resource["recordedDate"] = document.date
    resource["evidence"] = [{"extension": [_evidence(mention)], "detail": [_reference(document)]}]
    return resource


def _family(document: Document, mention: Mention, place: int) -> dict[str, Any]:
    resource = _resource("FamilyMemberHistory", document, place)
    resource["extension"] = [_evidence(mention)]
    resource["status"] = "partial"
    resource["patient"] = _subject(document)
    if document.date:
        resource["date"] = document.date
    resource["relationship"] = _coded(_ROLE, "FAMMEMB")
    resource["reasonReference"] = [_reference(document)]
    resource["condition"] = [{"code": _code(mention)}]
    return resource


def _observation(document: Document, mention: Mention, place: int) -> dict[str, Any]:
    axes = mention.assertion_axes
    resource = _resource("Observation", document, place)
    resource["extension"] = [_evidence(mention)]
    resource["status"] = "final" if axes.polarity != "possible" else "preliminary"
    resource["code"] = _code(mention)
    resource["subject"] = _subject(document)
    if document.date and axes.temporality == "current":
        resource["effectiveDateTime"] = document.date
    resource["valueBoolean"] = axes.polarity != "absent"
    if document.id.startswith("DocumentReference/"):
        resource["derivedFrom"] = [_reference(document)]
    return resource


def _resource(kind: str, document: Document, place: int) -> dict[str, Any]:
    key = f"{document.id}\n{place}\n{document.text}".encode("utf-8", "surrogatepass")
    return {"resourceType": kind, "id": hashlib.sha256(key).hexdigest()[:32]}


def _code(mention: Mention) -> dict[str, Any]:
    """Return a mention's concept with its words; a mention without a concept has the words."""
    if mention.curie is None:
        return {"text": mention.text}
    system, code = system_of(mention.curie)
    coding = {"system": system, "code": code}
    if mention.label:
        coding["display"] = mention.label
    return {"coding": [coding], "text": mention.text}


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _subject(document: Document) -> dict[str, str]:
    """Return whom a document is of; a file without a reference has its name for it."""
    known = next((value for name, value in document.metadata if name == "subject"), "")
    return {"reference": known} if known else {"display": f"the patient of {document.id}"}


def _reference(document: Document) -> dict[str, str]:
    is_resource = document.id.startswith(("DocumentReference/", "DiagnosticReport/"))
    return {"reference": document.id} if is_resource else {"display": document.id}


def _evidence(mention: Mention) -> dict[str, Any]:
    """Return the extension that says where a mention stands."""
    spans = [
        {
            "url": "span",
            "extension": [
                {"url": "start", "valueInteger": start},
                {"url": "end", "valueInteger": end},
            ],
        }
        for start, end in mention.spans
    ]
    return {
        "url": _EVIDENCE,
        "extension": [
            *spans,
            {"url": "text", "valueString": mention.text},
            {"url": "score", "valueDecimal": round(mention.score, 4)},
        ],
    }

"""EDAM: data, formats, operations and topics, out of the table that the package ships."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.iris import iri_to_curie
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

TABLE = ("edam-ontology", "edam_ontology/EDAM.tsv")
OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
SYNONYMS = (
    ("hasExactSynonym", "exact"),
    ("hasNarrowSynonym", "narrow"),
    ("hasBroadSynonym", "broad"),
    ("hasRelatedSynonym", "related"),
)
MOST_CELL = 1 << 20


def read_edam(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield EDAM's classes, obsolete ones with what replaces them."""
    csv.field_size_limit(MOST_CELL)
    for row in csv.DictReader(wheels.lines(*TABLE), delimiter="\t"):
        curie = _edam(row["Class ID"])
        if curie is None:
            ledger.set_aside("bad-curie", TABLE[1], "an IRI of EDAM", row["Class ID"])
            continue
        label = row["Preferred Label"]
        names = [Name(label, "label", "edam")]
        for column, scope in SYNONYMS:
            names += (Name(text, scope, "edam") for text in _parts(row[OBO_IN_OWL + column]))
        is_obsolete = row["Obsolete"] == "TRUE"
        replaced = _curies(row[OBO_IN_OWL + "replacedBy"])
        yield Concept(
            curie,
            label,
            names=() if is_obsolete else tuple(dict.fromkeys(names)),
            parents=() if is_obsolete else _curies(row["Parents"]),
            source="edam",
            version="1.25",
            definition=_parts(row["Definitions"])[0] if row["Definitions"] else None,
            replaced_by=replaced[0] if len(replaced) == 1 else None,
            is_obsolete=is_obsolete,
            consider=_curies(row[OBO_IN_OWL + "consider"]) + (replaced if replaced[1:] else ()),
        )


def _parts(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def _curies(cell: str) -> tuple[str, ...]:
    """Return the EDAM classes of a cell; owl:Thing and the like are none."""
    return tuple(curie for part in _parts(cell) if (curie := _edam(part)) is not None)


def _edam(iri: str) -> str | None:
    curie = iri_to_curie(iri)
    return curie if curie is not None and curie.startswith("EDAM:") else None

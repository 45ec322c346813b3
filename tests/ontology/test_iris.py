from __future__ import annotations

import pytest

from onoma.ontology.iris import iri_to_curie, known_curie


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("http://purl.obolibrary.org/obo/HP_0001250", "HP:0001250"),
        ("https://purl.obolibrary.org/obo/APOLLO_SV_00000001", "APOLLO_SV:00000001"),
        ("http://identifiers.org/mesh/D003924", "MESH:D003924"),
        ("https://identifiers.org/hgnc:1100", "HGNC:1100"),
        ("https://identifiers.org/hgnc/HGNC:1100", "HGNC:1100"),
        ("https://bioregistry.io/mondo:0005148", "MONDO:0005148"),
        ("http://id.nlm.nih.gov/mesh/2024/D003924", "MESH:D003924"),
        ("https://www.omim.org/entry/143100", "OMIM:143100"),
        ("https://omim.org/phenotypicSeries/PS143100", "OMIMPS:143100"),
        ("http://www.orpha.net/ORDO/Orphanet_399", "Orphanet:399"),
        ("http://snomed.info/id/22298006", "SNOMEDCT:22298006"),
        ("http://linkedlifedata.com/resource/umls/id/C0020179", "UMLS:C0020179"),
        ("http://www.ebi.ac.uk/efo/EFO_0000400", "EFO:0000400"),
    ],
)
def test_an_iri_is_known_by_its_base(iri: str, curie: str) -> None:
    assert iri_to_curie(iri) == curie


@pytest.mark.parametrize(
    "iri",
    ["", "fever", "http://", "http://example.org/x_1", "http://purl.obolibrary.org/obo/hp.owl",
     "http://id.nlm.nih.gov/mesh/", "http://purl.obolibrary.org/obo/_1", "urn:x:y"],
)  # fmt: skip
def test_other_iris_have_no_curie(iri: str) -> None:
    assert iri_to_curie(iri) is None


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("NCI:C2985", "NCIT:C2985"),
        ("SNOMEDCT_US_2021_07_31:49601007", "SNOMEDCT:49601007"),
        ("SNOMEDCT_2010_1_31:4", "SNOMEDCT:4"),
        ("mesh:d003924", "MESH:D003924"),
        ("Reactome:R-1", "REACTOME:R-1"),
        ("NoSuchBase:R-1", None),
        ("fever", None),
        ("", None),
    ],
)
def test_prefixes_of_other_vocabularies_are_known(text: str, curie: str | None) -> None:
    assert known_curie(text) == curie

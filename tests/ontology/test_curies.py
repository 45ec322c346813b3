"""CURIEs have one spelling, whatever they came in as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadCurie
from onoma.ontology.curies import PREFIXES, canonical_curie, canonical_prefix, prefix_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("MONDO:0005148", "MONDO:0005148"),
        ("mondo:0005148", "MONDO:0005148"),
        ("  hp:0001250 ", "HP:0001250"),
        ("orpha:558", "Orphanet:558"),
        ("ORPHANET:558", "Orphanet:558"),
        ("NCBI_Gene:672", "NCBIGene:672"),
        ("taxonomy:9606", "NCBITaxon:9606"),
        ("HGNC:HGNC:1100", "HGNC:1100"),
        ("MGI:MGI:97490", "MGI:97490"),
        ("msh:D003920", "MESH:D003920"),
        ("HGNC.GROUP:588", "HGNC.GROUP:588"),
        ("HGVS:p.Val600Glu", "HGVS:p.Val600Glu"),
    ],
)
def test_spellings_become_one(written: str, expected: str) -> None:
    assert canonical_curie(written) == expected


@pytest.mark.parametrize(
    "written", ["", ":", "MONDO", "MONDO:", ":0005148", "MONDO 0005148", "MONDO:00 05", "5:5"]
)
def test_what_is_no_curie_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(BadCurie, match="write PREFIX:LOCAL"):
        canonical_curie(written)


def test_unknown_prefix_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadCurie, match=r"unknown prefix 'mondoo'.*MONDO"):
        canonical_curie("mondoo:1")
    with pytest.raises(BadCurie):
        canonical_prefix("")


@given(st.sampled_from(PREFIXES), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True))
def test_canonical_form_is_stable(prefix: str, local: str) -> None:
    once = canonical_curie(f"{prefix.lower()}:{local}")
    assert canonical_curie(once) == once
    assert prefix_of(once) == prefix


def test_prefixes_differ_by_more_than_case() -> None:
    assert len({prefix.lower() for prefix in PREFIXES}) == len(PREFIXES)

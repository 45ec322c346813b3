"""Concepts found by the beginning of a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import UnknownName
from onoma.ontology.beginnings import open_beginnings
from onoma.ontology.store import ConceptStore


def _named(store: ConceptStore, beginning: str) -> set[str]:
    """Return, by looking at all, the concepts with a name that begins so."""
    plain = beginning.lower()
    rows = store.array("name_concept")
    return {
        store.curies[int(rows[place])]
        for place in range(store.n_names)
        if store.names[place].lower().startswith(plain)
    }


@given(st.text(alphabet="abcdehimnoprstuy 2-", min_size=1, max_size=14).filter(str.strip))
@settings(max_examples=60, deadline=None)
def test_all_names_that_begin_so_are_found(store: ConceptStore, text: str) -> None:
    found = open_beginnings(store).complete(text, k=1000)
    assert {one.curie for one in found} == _named(store, text.strip())


@pytest.mark.parametrize("length", [1, 4, 8, 9, 15])
def test_case_counts_for_nothing(store: ConceptStore, length: int) -> None:
    wanted = "Breast carcinoma"[:length]
    found = open_beginnings(store)
    assert found.complete(wanted.upper(), k=50) == found.complete(wanted.lower(), k=50)


def test_a_whole_name_goes_first(store: ConceptStore) -> None:
    assert open_beginnings(store).complete("melanoma")[0].label.lower() == "melanoma"


def test_types_are_heeded(store: ConceptStore) -> None:
    found = open_beginnings(store).complete("b", k=50, types=["anatomy"])
    assert {one.label for one in found} == {"breast", "brain"}
    with pytest.raises(UnknownName):
        open_beginnings(store).complete("b", types=["nix"])


def test_nothing_typed_finds_nothing(store: ConceptStore) -> None:
    assert open_beginnings(store).complete("  ") == []

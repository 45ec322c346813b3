"""The dictionary recogniser over the small vocabulary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.dictionary import Entries
from onoma.text.tokens import TextBatch
from onoma.types import type_mask
from tests.texts import texts


def surfaces(store: ConceptStore, *given: str, types: int = 0) -> list[str]:
    """Return all matches, nested ones too, in text order."""
    recognizer = DictionaryRecognizer(store, types=types)
    work = recognizer.read(TextBatch.of(given))
    spans = recognizer.find(work)
    places = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
    return [work.batch.text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gout", ["gout"]),
        ("(Gout)", ["Gout"]),
        ("gout.gout", ["gout", "gout"]),
        ("ragout", []),
        ("gouts2", []),
        ("2gout", []),
        ("breast cancer", ["breast", "breast cancer", "cancer"]),
        ("breast-cancer", ["breast", "breast-cancer", "cancer"]),
        ("breast\n  cancer", ["breast", "breast\n  cancer", "cancer"]),
        ("breast (cancer)", ["breast", "cancer"]),
        ("breast, cancer", ["breast", "cancer"]),
        ("oedema, tumours", ["oedema", "tumours"]),
        ("Huntington\u2019s disease", ["Huntington\u2019s disease"]),
        ("type II diabetes", ["type II diabetes"]),
        ("vertebrae", ["vertebrae"]),
        ("FEVER", ["FEVER"]),
        ("the", []),
        ("thes", []),
        ("disease", []),
        ("cat", []),
        ("", []),
    ],
)
def test_whole_tokens_are_found(store: ConceptStore, text: str, found: list[str]) -> None:
    assert surfaces(store, text) == found


def test_matches_stay_inside_their_document(store: ConceptStore) -> None:
    assert surfaces(store, "invasive breast", "carcinoma") == ["breast"]


def test_types_are_applied_before_anything_is_chosen(store: ConceptStore) -> None:
    text = "invasive breast carcinoma"
    assert surfaces(store, text, types=type_mask(["anatomy"])) == ["breast"]
    assert surfaces(store, text, types=type_mask(["gene"])) == []


@given(texts())
@settings(max_examples=60, deadline=None)
def test_types_find_a_part_of_what_all_find(store: ConceptStore, text: str) -> None:
    every = surfaces(store, text)
    some = surfaces(store, text, types=type_mask(["disease", "phenotype"]))
    assert not set(some) - set(every)


@given(texts())
@settings(max_examples=60, deadline=None)
def test_spans_are_sorted_and_lie_in_the_text(store: ConceptStore, text: str) -> None:
    recognizer = DictionaryRecognizer(store)
    spans = recognizer.find(recognizer.read(TextBatch.of([text])))
    pairs = list(zip(spans.start.tolist(), spans.end.tolist(), strict=True))
    assert pairs == sorted(pairs)
    assert all(0 <= start < end <= len(text) for start, end in pairs)


def test_entries_are_those_of_the_keys(store: ConceptStore) -> None:
    keys = np.array([store.key_of("mole"), store.key_of("gout"), store.key_of("mole")])
    entries = Entries.of(store, keys)
    assert entries.owner.tolist() == [0, 0, 1, 2, 2]
    assert entries.first.tolist() == [0, 2, 3]
    assert entries.entry[:2].tolist() == entries.entry[3:].tolist()
    none = Entries.of(store, np.empty(0, np.int64))
    assert len(none.owner) == len(none.first) == 0


def test_species_key_needs_an_organism(store: ConceptStore) -> None:
    recognizer = DictionaryRecognizer(store)
    names = ["Escherichia coli", "breast cancer", "Escherichia nova"]
    assert recognizer.species_keys(names) == [store.key_of("Escherichia coli"), -1, -1]
    assert recognizer.species_keys([]) == []


def test_a_word_behind_a_hyphen_begins_no_name(core: ConceptStore) -> None:
    text = "Heparin-induced hypotension and hypotension induced by heparin; induced hypotension."
    found = surfaces(core, text)
    assert found.count("induced hypotension") == 1
    assert found.count("hypotension") == 3
    assert "hypotension induced" not in found
    assert surfaces(core, "induced") == []

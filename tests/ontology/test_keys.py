"""Keys: which names fold together, in what order, and which names are no keys at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.ontology.naming import name_traits
from onoma.ontology.store import MADE, ConceptStore
from onoma.text.characters import common_words
from onoma.types import TYPE_BIT
from tests.recognize.small_store import Entry, make_store


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    """Names that try the rules."""
    entries = [
        Entry("MONDO:1", "skin tumor", "disease", (("skin", "related", "mondo"),), "mondo"),
        Entry("UBERON:1", "skin", "anatomy", (), "uberon"),
        Entry("HP:1", "convulsion", "phenotype", (("astasia", "related", "hpo"),), "hpo"),
        Entry("MONDO:2", "astasia", "disease", (), "mondo"),
        Entry("MONDO:3", "was not", "disease", (), "mondo"),
        Entry("MONDO:4", "12-34", "disease", (), "mondo"),
        Entry("MONDO:5", " ".join(["word"] * 30), "disease", (), "mondo"),
        Entry("CHEBI:1", "alpha-D-glucose", "chemical", (("α-D-glucose", "exact", "chebi"),)),
        Entry("MONDO:6", "likeness", "disease", (("Likeness", "exact", "mondo"),), "mondo"),
        Entry("MESH:1", "likeness", "disease", (), "mesh"),
        Entry("MONDO:7", "Sjögren syndrome", "disease", (), "mondo"),
        Entry("MONDO:9", "a syndrome", "disease", (("soft", "related", "mondo"),), "mondo"),
        Entry("MESH:2", "Leukemia, Myeloid, Acute", "disease", (), "mesh"),
        Entry("MONDO:8", "vitamin C", "disease", (), "mondo"),
    ]
    return make_store(entries, tmp_path_factory.mktemp("odd"))


def test_loose_name_yields_to_the_thing_itself(odd: ConceptStore) -> None:
    assert odd.concepts_named("skin") == ["UBERON:1"]


def test_loose_everyday_word_is_no_name(odd: ConceptStore) -> None:
    assert odd.concepts_named("soft") == []


def test_inverted_heading_is_looked_for_in_its_natural_order(odd: ConceptStore) -> None:
    assert odd.concepts_named("Acute Myeloid Leukemia") == ["MESH:2"]
    assert odd.key_of("Leukemia, Myeloid, Acute") == -1


def test_loose_name_within_a_family_stays(odd: ConceptStore) -> None:
    assert odd.concepts_named("astasia") == ["MONDO:2", "HP:1"]


@pytest.mark.parametrize("name", ["was not", "12-34", " ".join(["word"] * 30)])
def test_no_key_of_function_words_numbers_or_very_long_names(odd: ConceptStore, name: str) -> None:
    assert odd.key_of(name) == -1


def test_name_with_one_telling_word_is_a_key(odd: ConceptStore) -> None:
    assert odd.concepts_named("Vitamin c") == ["MONDO:8"]


def test_greek_letters_fold_to_their_names(odd: ConceptStore) -> None:
    assert odd.concepts_named("α D glucose") == ["CHEBI:1"]
    assert odd.concepts_named("ALPHA-d-glucose") == ["CHEBI:1"]


def test_accents_and_case_fold(odd: ConceptStore) -> None:
    assert odd.concepts_named("SJOGREN'S SYNDROME") == ["MONDO:7"]
    assert odd.concepts_named("Sjo\u0308gren syndrome") == ["MONDO:7"]


def test_a_concept_stands_once_behind_a_key_the_leading_source_first(odd: ConceptStore) -> None:
    first, stop = odd.entries_of(odd.key_of("likeness"))
    assert stop - first == 2
    assert odd.concepts_named("likeness") == ["MONDO:6", "MESH:1"]


def test_own_spelling_stands_before_made_ones(store: ConceptStore) -> None:
    packed = store.array("entry_name")
    first = store.array("key_entry_start").astype(np.int64)
    for low, high in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        made = (packed[low:high] >= MADE).tolist()
        assert made == sorted(made)
        assert high > low


def test_keys_carry_the_types_of_their_concepts(store: ConceptStore) -> None:
    key = store.key_of("hypertension")
    types = int(store.key_kinds()[key])
    assert types == TYPE_BIT["disease"] | TYPE_BIT["phenotype"]


def test_entries_carry_the_traits_of_their_names(store: ConceptStore) -> None:
    names = (store.array("entry_name") & np.uint32(MADE - 1)).tolist()
    traits = store.array("entry_traits").tolist()
    for name, bits in zip(names, traits, strict=True):
        assert name_traits(store.names[name], common_words()) == bits


def test_every_spoken_concept_has_a_key(store: ConceptStore) -> None:
    names = (store.array("entry_name") & np.uint32(MADE - 1)).astype(np.int64)
    spoken = set(store.array("name_concept")[names].tolist())
    typed = set(np.flatnonzero(store.array("concept_types")).tolist())
    assert spoken == typed


def test_tiny_vocabulary_compiles(tmp_path: Path) -> None:
    store = make_store([Entry("MONDO:1", "gout", "disease", (), "mondo")], tmp_path)
    assert store.concepts_named("Gout") == ["MONDO:1"]
    assert store.concepts_named("gouts gouts") == []

"""Look-ups in a compiled store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import BadCurie, Inconsistent, UnknownName, VocabularyMissing
from onoma.ontology.naming import spellings
from onoma.ontology.store import ConceptStore
from tests.small_vocabulary import CURIES, VERSION

curies = st.sampled_from(CURIES)


def test_concept_by_curie(store: ConceptStore) -> None:
    found = store.concept("MONDO:0005148")
    assert found.label == "type 2 diabetes mellitus"
    assert found.types == ("disease",)
    assert found.parents == ("MONDO:0005015",)
    assert found.source == "mondo"
    assert found.version == VERSION
    assert [(name.text, name.scope) for name in found.names] == [
        ("type 2 diabetes mellitus", "label"),
        ("diabetes type 2", "exact"),
        ("T2DM", "abbreviation"),
    ]


@pytest.mark.parametrize("curie", CURIES)
def test_every_concept_is_found_under_its_own_curie(store: ConceptStore, curie: str) -> None:
    assert store.concept(curie).curie == curie
    assert store.curies[store.row_of(curie)] == curie


def test_curie_may_be_written_otherwise(store: ConceptStore) -> None:
    assert store.concept("mondo:0005148").curie == "MONDO:0005148"
    assert store.concept("taxonomy:9606").label == "Homo sapiens"


def test_retired_curie_leads_to_its_replacement(store: ConceptStore) -> None:
    assert store.concept("HP:0002279").curie == "HP:0001250"
    assert store.ancestors("MONDO:0099999") == store.ancestors("MONDO:0005148")


def test_unknown_concept_is_named(store: ConceptStore) -> None:
    with pytest.raises(UnknownName, match="MONDO:1234567"):
        store.concept("MONDO:1234567")
    with pytest.raises(UnknownName):
        store.ancestors("MONDO:1234567")
    with pytest.raises(BadCurie):
        store.concept("diabetes")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("breast cancer", ["MONDO:0007254", "MESH:D001943"]),
        ("BREAST  CANCERS", ["MONDO:0007254", "MESH:D001943"]),
        ("Breast Neoplasms", ["MESH:D001943"]),
        ("duchenne muscular dystrophy", ["MESH:D020388"]),
        ("breast carcinoma", ["MONDO:0004989"]),
        ("oedemas", ["HP:0000969"]),
        ("Tumours", ["HP:0002664"]),
        ("mice", ["NCBITaxon:10090"]),
        ("vertebrae", ["UBERON:0002412"]),
        ("Huntington's disease", ["MONDO:0007739"]),
        ("sickle-cell anemia", ["MONDO:0011382"]),
        ("type II diabetes", ["MONDO:0005148"]),
        ("abnormality of nervous system", ["HP:0000707"]),
        ("ocular malformation", ["HP:0000478"]),
        ("absence of speech", ["HP:0002167"]),
        ("Ｇｏｕｔ", ["MONDO:0005393"]),
        ("no such thing", []),
        ("breast breast cancer", []),
        ("the", []),
        ("thes", ["HGNC:9999"]),
        ("", []),
        ("   ", []),
        (" \x1e ", []),
        ("Unspoken Thing", []),
    ],
)
def test_concepts_by_name(store: ConceptStore, name: str, expected: list[str]) -> None:
    assert store.concepts_named(name) == expected


def test_name_of_several_concepts_gives_all_the_leading_source_first(store: ConceptStore) -> None:
    assert store.concepts_named("mole") == ["MONDO:0005073", "MONDO:0006249"]
    assert set(store.concepts_named("hypertension")) == {
        "HP:0000822", "MESH:D006973", "MONDO:0005044",
    }  # fmt: skip


@given(curies)
def test_every_name_of_a_matched_concept_leads_to_it(store: ConceptStore, curie: str) -> None:
    found = store.concept(curie)
    for name in found.names if found.types else ():
        written = [name.text, *spellings(name.text)]
        assert any(curie in store.concepts_named(text) for text in written)


def test_equivalents_exact_ones_first(store: ConceptStore) -> None:
    found = store.concept("MONDO:0005180").equivalents
    assert [(e.curie, e.is_exact) for e in found] == [
        ("MESH:D010300", True),
        ("MESH:D000001", False),
    ]


def test_equivalents_are_seen_from_the_other_side_too(store: ConceptStore) -> None:
    found = store.concept("MESH:D001943").equivalents
    assert [(e.curie, e.predicate) for e in found] == [("MONDO:0007254", "skos:exactMatch")]


@given(curies)
def test_exact_equivalence_inside_the_store_is_mutual(store: ConceptStore, curie: str) -> None:
    for one in store.concept(curie).equivalents:
        if one.curie in CURIES and one.is_exact:
            back = {e.curie for e in store.concept(one.curie).equivalents if e.is_exact}
            assert curie in back


def test_ancestors_are_transitive_and_nearest_first(store: ConceptStore) -> None:
    assert store.ancestors("MONDO:0006257") == [
        "MONDO:0006256", "MONDO:0004989", "MONDO:0007254", "MONDO:0004992", "MONDO:0000001",
    ]  # fmt: skip
    assert store.ancestors("MONDO:0000001") == []


@given(curies)
def test_ancestors_of_ancestors_are_ancestors(store: ConceptStore, curie: str) -> None:
    above = set(store.ancestors(curie))
    assert curie not in above
    for one in above:
        assert set(store.ancestors(one)) <= above


@given(curies, curies)
def test_descendants_are_the_inverse_of_ancestors(
    store: ConceptStore, one: str, other: str
) -> None:
    assert (one in store.ancestors(other)) == (other in store.descendants(one))


def test_texts_are_found_by_their_row_and_back(store: ConceptStore) -> None:
    assert list(store.curies.take(range(len(store.curies)))) == sorted(CURIES)
    assert store.curies.find("ZZZ:1") == -1
    assert store.curies.find("") == -1


def test_arrays_cannot_be_written(store: ConceptStore) -> None:
    types = store.array("concept_types")
    with pytest.raises(ValueError, match="read-only"):
        types[0] = np.uint32(0)


def test_sources_are_told_with_their_licence(store: ConceptStore) -> None:
    (source,) = store.sources()
    assert (source.name, source.licence) == ("test", "CC0-1.0")


def test_no_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(VocabularyMissing, match="onoma vocab build"):
        ConceptStore(tmp_path)


def test_store_of_another_format_is_refused(store: ConceptStore, tmp_path: Path) -> None:
    copy = shutil.copytree(store.path, tmp_path / "copy")
    manifest = json.loads((copy / "store.json").read_text(encoding="utf-8"))
    manifest["format"] += 1
    (copy / "store.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(Inconsistent, match="delete that folder"):
        ConceptStore(copy)


def test_real_core_answers_the_same_questions(core: ConceptStore) -> None:
    assert "MONDO:0005148" in core.concepts_named("type 2 diabetes")
    assert core.key_of("tumours") == core.key_of("tumor") >= 0
    assert core.key_of("oedema") == core.key_of("edema") >= 0
    assert core.key_of("mice") == core.key_of("mouse") >= 0
    assert core.key_of("vertebrae") == core.key_of("vertebra") >= 0
    assert core.key_of("the") == -1
    assert "MESH:D001943" in core.concepts_named("breast neoplasms")
    assert "HP:0000118" in core.ancestors("HP:0001250")
    assert "HP:0001250" in core.descendants("HP:0000118")

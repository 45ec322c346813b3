"""Several vocabularies as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.ontology.building import Choices, build_vocabulary
from onoma.ontology.compile import compile_store
from onoma.ontology.merging import merge
from onoma.ontology.reading import Ledger
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import Vocabulary, read_vocabulary
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.types import Concept, Equivalent, Name
from tests.small_vocabulary import small_vocabulary

MINE = (
    Concept("MONDO:0005393", "my gout", names=(Name("toe trouble"),), parents=("MONDO:0000001",)),
    Concept("ACME:1", "Fever", ("disease",), equivalents=(Equivalent("HP:1", "x", ""),)),
    Concept("ACME:2", "blorp", ("disease",), parents=("MONDO:0005393",), definition="A blorp."),
    Concept("HP:0000969", "Edema", is_obsolete=True, replaced_by="ACME:2"),
)


def own(folder: Path, *concepts: Concept, id: str = "mine") -> Vocabulary:
    built = build_vocabulary(
        concepts,
        Ledger(version="7"),
        lambda version: folder / id / version,
        choices=Choices(id=id),
        scratch=folder,
        more={},
    )
    return read_vocabulary(built.folder)


@pytest.fixture
def store(tmp_path: Path) -> ConceptStore:
    merged = merge([small_vocabulary(), own(tmp_path, *MINE)])
    return ConceptStore(compile_store(merged, tmp_path / "store"))


def curies(store: ConceptStore, text: str) -> list[str | None]:
    pipeline = Pipeline(Annotator(store), Settings())
    return [mention.curie for mention in pipeline.annotate(text).mentions]


def test_all_versions_are_in_the_name(store: ConceptStore) -> None:
    assert store.version == "small-1+mine@7"


def test_names_of_one_curie_are_united_and_ours_lead(store: ConceptStore) -> None:
    concept = store.concept("MONDO:0005393")
    assert concept.label == "my gout"
    names = {name.text for name in concept.names}
    assert names == {"my gout", "toe trouble", "gout", "podagra", "gouty attack"}
    assert curies(store, "Toe trouble; podagra.") == ["MONDO:0005393"] * 2


def test_ones_own_name_leads_among_equals(store: ConceptStore) -> None:
    assert curies(store, "Fever") == ["ACME:1"]


def test_parents_are_found_in_the_other_vocabulary(store: ConceptStore) -> None:
    assert store.ancestors("ACME:2") == ["MONDO:0005393", "MONDO:0000001"]


def test_what_ours_retired_goes_to_its_replacement(store: ConceptStore) -> None:
    assert store.concept("HP:0000969").curie == "ACME:2"
    assert curies(store, "Edema") == ["ACME:2"]
    assert store.concept("ACME:2").label == "blorp"
    assert store.concept("ACME:2").definition == "A blorp."
    assert store.concept("HP:0002279").curie == "HP:0001250", "the other's retired ids still lead"


def test_the_order_of_vocabularies_of_ones_own_is_the_order_of_precedence(tmp_path: Path) -> None:
    one = own(tmp_path, Concept("MONDO:1", "first"), id="one")
    two = own(tmp_path, Concept("MONDO:1", "second"), id="two")
    assert merge([one, two]).concepts.texts("label") == ["first"]
    assert merge([two, one]).concepts.texts("label") == ["second"]


def test_merging_one_vocabulary_changes_nothing_that_is_found(tmp_path: Path) -> None:
    whole = small_vocabulary()
    store = ConceptStore(compile_store(merge([whole]), tmp_path / "a"))
    same = ConceptStore(compile_store(whole, tmp_path / "b"))
    assert store.manifest["sha256"] == same.manifest["sha256"]

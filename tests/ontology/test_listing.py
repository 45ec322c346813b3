"""Concepts one after the other, from tables and from readers."""

from __future__ import annotations

from pathlib import Path

from onoma.ontology.building import Choices, build_vocabulary
from onoma.ontology.listing import list_concepts, list_folder, list_vocabulary
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name
from tests.small_vocabulary import CURIES, RETIRED, small_vocabulary


def test_tables_give_every_concept_in_curie_order() -> None:
    listing = list_vocabulary(small_vocabulary())
    found = list(listing.concepts)
    assert [one.curie for one in found] == sorted(CURIES)
    assert list(listing.concepts) == found
    assert {one.curie for one in listing.heads()} == set(CURIES)


def test_a_concept_has_all_that_the_tables_say() -> None:
    found = {one.curie: one for one in list_vocabulary(small_vocabulary()).concepts}
    breast = found["MONDO:0004989"]
    assert breast.parents == ("MONDO:0007254",)
    assert breast.types == ("disease",)
    assert [(n.text, n.scope) for n in breast.names] == [
        ("breast carcinoma", "label"),
        ("carcinoma of the breast", "exact"),
    ]
    assert Equivalent("MESH:D001943", "skos:exactMatch", "test") in (
        found["MONDO:0007254"].equivalents
    )
    assert found["HP:0001250"].former == ("HP:0002279",)
    assert list_vocabulary(small_vocabulary()).retired == dict(RETIRED)


def test_the_order_of_the_tables_changes_nothing() -> None:
    turned = small_vocabulary(order=range(len(CURIES) - 1, -1, -1))
    assert {c.curie: c.label for c in list_vocabulary(turned).concepts} == {
        c.curie: c.label for c in list_vocabulary(small_vocabulary()).concepts
    }


def test_what_is_said_of_one_curie_is_joined() -> None:
    stream = [
        Concept("hp:2", "", names=(Name("b"),), parents=("HP:1",)),
        Concept("HP:1", "one"),
        Concept("HP:2", "two", names=(Name("b"), Name("c")), definition="said"),
    ]
    one, two = list_concepts(stream, Ledger()).concepts
    assert (one.curie, two.curie) == ("HP:1", "HP:2")
    assert two.label == "two"
    assert [name.text for name in two.names] == ["b", "c"]
    assert (two.parents, two.definition) == (("HP:1",), "said")


def test_a_built_folder_lists_obsolete_concepts_and_definitions(tmp_path: Path) -> None:
    stream = [
        Concept("HP:1", "one", names=(Name("one", "label"),), definition="The first."),
        Concept("HP:3", "three", parents=("HP:1", "BFO:9"), former=("HP:7",)),
        Concept("HP:2", "obsolete two", is_obsolete=True, replaced_by="HP:3"),
        Concept("HP:9", "obsolete nine", is_obsolete=True, consider=("HP:1", "HP:3")),
    ]
    folder = tmp_path / "v"
    build_vocabulary(
        iter(stream), Ledger(), lambda version: folder,
        choices=Choices(id="hp", types=("phenotype",)), scratch=tmp_path, more={},
    )  # fmt: skip
    listing = list_folder(folder)
    found = {one.curie: one for one in listing.concepts}
    assert list(found) == ["HP:1", "HP:2", "HP:3", "HP:9"]
    assert found["HP:1"].definition == "The first."
    assert found["HP:2"].is_obsolete
    assert found["HP:2"].replaced_by == "HP:3"
    assert found["HP:3"].parents == ("HP:1", "BFO:9")
    assert found["HP:3"].former == ("HP:7",)
    assert found["HP:9"].consider == ("HP:1", "HP:3")
    assert listing.retired == {"HP:2": "HP:3", "HP:7": "HP:3"}

"""What changed between two versions."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from onoma.ontology.diffing import KINDS, Change, counted, diff
from onoma.ontology.listing import Listing, list_concepts, list_vocabulary
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name
from tests.small_vocabulary import small_vocabulary


def version(*concepts: Concept) -> Listing:
    return list_concepts(concepts, Ledger())


def changes(old: Listing, new: Listing) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.curie, c.old, c.new) for c in diff(old, new)]


ONE, TWO = Concept("HP:1", "one"), Concept("HP:2", "two")


def test_a_version_differs_in_nothing_from_itself() -> None:
    small = list_vocabulary(small_vocabulary())
    assert not list(diff(small, small))


def test_new_and_restored_concepts() -> None:
    old = version(ONE, replace(TWO, is_obsolete=True))
    new = version(ONE, TWO, Concept("HP:3", "three"))
    assert changes(old, new) == [("restored", "HP:2", "", "two"), ("new", "HP:3", "", "three")]


def test_merged_into_a_known_concept_is_not_replaced_by_a_new_one() -> None:
    old = version(ONE, TWO, Concept("HP:5", "five"))
    new = version(
        replace(ONE, former=("HP:2",)),
        replace(Concept("HP:5", "obsolete five"), is_obsolete=True, replaced_by="HP:6"),
        Concept("HP:6", "six"),
    )
    assert changes(old, new) == [
        ("merged", "HP:2", "HP:2", "HP:1"),
        ("replaced", "HP:5", "HP:5", "HP:6"),
        ("new", "HP:6", "", "six"),
    ]


def test_obsolete_with_suggestions_and_gone_without_a_word() -> None:
    old = version(ONE, TWO)
    new = version(replace(ONE, is_obsolete=True, consider=("HP:8", "HP:9")))
    assert changes(old, new) == [
        ("obsolete", "HP:1", "HP:1", "HP:8|HP:9"),
        ("removed", "HP:2", "HP:2", ""),
    ]


def test_renaming_is_one_change_and_the_old_label_may_stay_as_a_name() -> None:
    old = version(Concept("HP:1", "fit", names=(Name("fit", "label"),)))
    new = version(Concept("HP:1", "seizure", names=(Name("seizure", "label"), Name("fit"))))
    found = changes(old, new)
    assert ("renamed", "HP:1", "fit", "seizure") in found
    assert {kind for kind, *_ in found} == {"renamed", "name-added"}


def test_names_that_come_go_or_change_their_scope() -> None:
    old = version(replace(ONE, names=(Name("a"), Name("b", "broad"))))
    new = version(replace(ONE, names=(Name("b", "exact"), Name("c"))))
    assert list(diff(old, new)) == [
        Change("name-added", "HP:1", "one", new="c", detail="exact"),
        Change("name-removed", "HP:1", "one", old="a", detail="exact"),
        Change("name-rescoped", "HP:1", "one", "broad", "exact", "b"),
    ]


def test_a_child_of_a_merged_parent_has_not_moved() -> None:
    child = Concept("HP:4", "four", parents=("HP:2",))
    old = version(ONE, TWO, child)
    merged = replace(ONE, former=("HP:2",))
    assert "moved" not in counted(diff(old, version(merged, replace(child, parents=("HP:1",)))))
    other = version(ONE, TWO, replace(child, parents=("HP:1",)))
    assert changes(old, other) == [("moved", "HP:4", "HP:2", "HP:1")]


NUMBERS = st.sets(st.integers(1, 9), min_size=1)


@given(old=NUMBERS, new=NUMBERS)
def test_every_difference_in_ids_is_told_once(old: set[int], new: set[int]) -> None:
    sides = [version(*(Concept(f"HP:{n}", str(n)) for n in side)) for side in (old, new)]
    found = list(diff(sides[0], sides[1]))
    assert {c.curie for c in found if c.kind == "new"} == {f"HP:{n}" for n in new - old}
    assert {c.curie for c in found if c.kind == "removed"} == {f"HP:{n}" for n in old - new}
    assert len(found) == len(old ^ new)
    assert {c.kind for c in found} <= KINDS.keys()

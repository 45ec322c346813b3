"""Names composed from those of broader concepts."""

from __future__ import annotations

import numpy as np

from onoma.ontology.composing import with_composed_names
from onoma.ontology.tables import Table
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES
from tests.small_vocabulary import small_vocabulary

ROWS = (
    ("HP:1", "Vestibular schwannoma", ("acoustic neurinoma", "related:ear lump", "short:VS")),
    ("HP:2", "Bilateral vestibular schwannoma", ()),
    ("HP:3", "Early bilateral vestibular schwannoma", ()),
    ("HP:4", "Odontoid keratocysts of the jaw", ()),
    ("HP:5", "Wound of the jaw", ("wound of the nose",)),
    ("HP:6", "Wound of the ear", ()),
)
PARENTS = ((1, 0), (2, 1))


def composed(source: str = "hpo") -> dict[str, set[str]]:
    """Return the names that are made for each concept of ``ROWS``."""
    names = []
    for row, (_, label, others) in enumerate(ROWS):
        names.append((row, label, "label"))
        for other in others:
            scope, colon, text = other.rpartition(":")
            scope = {"short": "abbreviation"}.get(scope, scope) if colon else "exact"
            names.append((row, text, scope))
    base = small_vocabulary()
    vocabulary = Vocabulary(
        version="x",
        concepts=Table({"curie": [row[0] for row in ROWS], "label": [r[1] for r in ROWS]}),
        names=Table(
            {
                "concept": np.array([row for row, _, _ in names], np.uint32),
                "text": [text for _, text, _ in names],
                "scope": np.array([SCOPES.index(s) for _, _, s in names], np.uint8),
                "source": [source] * len(names),
            }
        ),
        parents=Table(
            {
                "child": np.array([child for child, _ in PARENTS], np.uint32),
                "parent": np.array([parent for _, parent in PARENTS], np.uint32),
            }
        ),
        equivalents=base.equivalents,
        retired=base.retired,
        annotations=base.annotations,
        sources=(),
    )
    made = list(with_composed_names(vocabulary).names.rows("concept", "text", "scope"))
    out: dict[str, set[str]] = {curie: set() for curie, _, _ in ROWS}
    for row, text, scope in made[len(names) :]:
        assert SCOPES[scope] == "pattern"
        out[ROWS[row][0]].add(text)
    return out


def test_child_takes_over_the_exact_names_of_its_parent() -> None:
    assert composed()["HP:2"] == {"bilateral acoustic neurinoma", "bilateral VS"}


def test_names_come_from_several_generations() -> None:
    assert "early bilateral acoustic neurinoma" in composed()["HP:3"]


def test_loose_names_do_not_take_part() -> None:
    assert not any("ear lump" in name for names in composed().values() for name in names)


def test_place_goes_where_the_noun_tells_one_concept_alone() -> None:
    assert composed()["HP:4"] == {"odontoid keratocysts"}
    assert not composed()["HP:5"]


def test_other_sources_are_left_as_they_are() -> None:
    assert not any(composed("mondo").values())

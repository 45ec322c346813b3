"""A part of a vocabulary: what is below some concepts, and the ready topics."""

from __future__ import annotations

import pytest

from onoma.errors import InputError, UnknownName
from onoma.ontology.listing import list_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.ontology.topics import concepts_of, part_below, topics
from onoma.ontology.vocabulary import Vocabulary


def test_a_part_is_the_concepts_and_all_below(vocabulary: Vocabulary) -> None:
    part = part_below(list_vocabulary(vocabulary), ["MONDO:0007254", "MONDO:0005393"])
    assert [one.curie for one in part.concepts] == [
        "MONDO:0004989", "MONDO:0005393", "MONDO:0006256", "MONDO:0006257", "MONDO:0007254",
    ]  # fmt: skip
    by_curie = {one.curie: one for one in part.concepts}
    assert by_curie["MONDO:0007254"].parents == ()
    assert by_curie["MONDO:0004989"].parents == ("MONDO:0007254",)
    assert "podagra" in {name.text for name in by_curie["MONDO:0005393"].names}


def test_a_concept_that_is_not_there_is_told(vocabulary: Vocabulary) -> None:
    with pytest.raises(InputError, match="no concept X:1"):
        part_below(list_vocabulary(vocabulary), ["X:1"])


def test_a_topic_is_also_what_its_parts_make() -> None:
    assert set(concepts_of("covid-19-host")) < set(concepts_of("covid-19"))
    with pytest.raises(UnknownName, match="covid-19-drugs"):
        concepts_of("covid-19-drug")


def test_every_concept_of_every_topic_is_in_the_core(core: ConceptStore) -> None:
    for topic in topics():
        assert not [curie for curie in topic.below if core.row_of(curie) < 0], topic.name

"""The table of relation tasks, and the pairs a task asks about."""

from __future__ import annotations

import pytest

from onoma.errors import UnknownName
from onoma.relate.candidates import candidate_pairs
from onoma.relate.predicates import predicates
from onoma.relate.tasks import relation_task, relation_tasks
from onoma.types import SEMANTIC_TYPES
from tests.relate.relation_texts import marked


def test_every_kind_has_a_predicate_that_is_known() -> None:
    names = {kind.predicate for task in relation_tasks() for kind in task.kinds}
    assert names <= predicates().keys()


def test_every_pair_is_of_semantic_types() -> None:
    types = {name for task in relation_tasks() for pair in task.pairs for name in pair}
    assert types <= set(SEMANTIC_TYPES)


def test_a_task_is_found_by_its_own_name_and_by_its_corpus() -> None:
    assert relation_task("bc5cdr") is relation_task("cid")
    with pytest.raises(UnknownName, match="cid"):
        relation_task("cidd")


def test_what_may_not_ship_says_so() -> None:
    assert {task.name for task in relation_tasks() if task.ships == "no"} == {"ddi"}


def test_document_tasks_ask_across_sentences_and_sentence_tasks_do_not() -> None:
    text = marked(
        "a", "[Aspirin|chemical|C] was given. [Bleeding|disease|D] and [COX1|gene|G] rose."
    )
    assert candidate_pairs(text, relation_task("cid")) == [(0, 1)]
    assert candidate_pairs(text, relation_task("chemprot")) == []


def test_two_of_one_type_stand_once_where_order_says_nothing() -> None:
    text = marked("a", "[A|gene|G1] binds [B|gene|G2].")
    assert candidate_pairs(text, relation_task("biored")) == [(0, 1)]


def test_a_narrower_type_stands_for_its_wider_one() -> None:
    text = marked("a", "[Aspirin|drug|C] blocks [COX1|protein|G].")
    assert candidate_pairs(text, relation_task("chemprot")) == [(0, 1)]
    text = marked("b", "[BRCA1|gene|G] in [cancer|disease|D].")
    assert candidate_pairs(text, relation_task("pgr")) == []

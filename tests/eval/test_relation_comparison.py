"""Relation systems side by side: parts of the training documents, measures, the command."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.eval import command
from onoma.errors import UnknownName
from onoma.eval.relation_comparison import Comparison, compare_relaters, part_of
from onoma.eval.relation_corpora import without_overlaps
from onoma.eval.relation_measures import count_relations
from onoma.relate.gold import RelationCorpus
from onoma.relate.instances import Tie
from onoma.relate.tasks import relation_task
from tests.relate.relation_texts import small_corpus, tied

CID, BIORED = relation_task("cid"), relation_task("biored")


def test_smaller_parts_of_the_documents_stand_in_larger_ones() -> None:
    texts = small_corpus()
    tenth, half = part_of(texts, 0.1, 0), part_of(texts, 0.5, 0)
    assert len(tenth) == 5
    assert {one.text.id for one in tenth} < {one.text.id for one in half}
    assert part_of(texts, 1.0, 0) == texts
    assert len(part_of(texts, 0.001, 0)) == 1


def test_runs_are_made_once_where_training_says_nothing() -> None:
    corpus = RelationCorpus(CID, tuple(small_corpus()[:40]), tuple(small_corpus()[40:]))
    runs = compare_relaters(corpus, Comparison(("triggers", "cooccurrence"), (1.0, 0.1)))
    assert [(run.system, run.share) for run in runs] == [
        ("triggers", 1.0), ("cooccurrence", 1.0), ("cooccurrence", 0.1),
    ]  # fmt: skip
    assert runs[0].estimates["F1"].value > runs[1].estimates["F1"].value
    with pytest.raises(UnknownName):
        compare_relaters(corpus, Comparison(("trigers",)))


def test_pairs_kinds_and_novelty_are_counted_apart() -> None:
    gold = tied("a", "[A|gene|G1] [B|gene|G2] [C|gene|G3]")
    gold = type(gold)(gold.text, (Tie(0, 1, "Bind", novelty="novel"), Tie(0, 2, "Bind")))
    found = [Tie(1, 0, "Bind", novelty="background"), Tie(0, 2, "Association")]
    counts = count_relations(BIORED, [gold], [found])
    assert counts.pairs.tolist() == [[2, 2, 2, 1]] or counts.pairs[0, 0] == 2
    assert counts.kinds[0, 0] == 1
    assert counts.novelty is not None
    assert counts.novelty[0, 0] == 0


def test_order_counts_in_directed_tasks() -> None:
    gold = tied("a", "[A|chemical|C] [B|disease|D]", ("C", "CID", "D"))
    assert count_relations(CID, [gold], [[Tie(1, 0, "CID")]]).pairs[0, 0] == 0


def test_what_stands_in_a_dev_part_is_taken_out_of_every_training_part() -> None:
    texts = small_corpus(4)
    first = RelationCorpus(CID, tuple(texts[:3]), (texts[3],))
    second = RelationCorpus(BIORED, tuple(texts), ())
    (_, left), counts = without_overlaps([first, second])
    assert texts[3] not in left.train
    assert counts["biored"] >= 1


def test_the_command_needs_the_corpus() -> None:
    found = CliRunner().invoke(command, ["relation", "--systems", "all"])
    assert found.exit_code == 2
    assert "--data" in found.output


def test_even_balance_leaves_as_many_without_as_with() -> None:
    pytest.importorskip("sklearn")
    from onoma.relate.systems.learned import _kept

    kept = _kept(np.array([True] * 9 + [False] * 3), True, np.random.default_rng(0))
    assert len(kept) == 6
    assert set(range(9, 12)) <= set(kept.tolist())

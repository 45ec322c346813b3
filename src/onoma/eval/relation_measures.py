"""How relations are counted, as each corpus's own measure does: pairs, kinds, novelty.

CID: pairs of concepts of a document. BioRED: pairs, with the type, with type and novelty. ChemProt,
DDI and the rest: micro F1 over the kinds that are evaluated, pairs of mentions. A relation of the
gold standard that is no candidate pair (one across sentences, say) counts as missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onoma.metrics.counts import I64, set_counts
from onoma.metrics.resampling import Estimate, bootstrap, f1_of, precision_of, recall_of
from onoma.relate.gold import GoldText
from onoma.relate.instances import Tie
from onoma.relate.tasks import RelationTask

Fact = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RelationCounts:
    """Counts a text (rows), for pairs, pairs with their kind, and with kind and novelty.

    ``novelty`` is None where the gold standard says nothing of it. Columns as in ``set_counts``.
    """

    pairs: I64
    kinds: I64
    novelty: I64 | None

    def estimates(self, *, samples: int, seed: int) -> dict[str, Estimate]:
        """Return precision, recall and F1 with the bootstrap's intervals over texts."""
        statistics = {
            "pair F1": f1_of(self.pairs),
            "F1": f1_of(self.kinds),
            "precision": precision_of(self.kinds),
            "recall": recall_of(self.kinds),
        }
        if self.novelty is not None:
            statistics["novelty F1"] = f1_of(self.novelty)
        rng = np.random.default_rng(seed)
        return bootstrap(statistics, len(self.kinds), rng=rng, samples=samples)


def count_relations(
    task: RelationTask, gold: Sequence[GoldText], found: Sequence[Sequence[Tie]]
) -> RelationCounts:
    """Return the counts of found ties against those of the gold standard, text by text."""
    wanted = [_facts(task, one.ties) for one in gold]
    given = [_facts(task, ties) for ties in found]
    has_novelty = any(fact[2] for facts in wanted for fact in facts)
    tables = [
        np.stack(
            [
                set_counts(frozenset(f[:width] for f in want), frozenset(f[:width] for f in got))
                for want, got in zip(wanted, given, strict=True)
            ]
        )
        for width in (1, 2, 3)
    ]
    return RelationCounts(tables[0], tables[1], tables[2] if has_novelty else None)


def _facts(task: RelationTask, ties: Sequence[Tie]) -> frozenset[Fact]:
    """Return ties of the kinds that count: pair, kind, novelty; order counts where it is one."""
    evaluated = task.evaluated
    return frozenset(
        (_pair(task, tie), tie.kind, tie.novelty) for tie in ties if tie.kind in evaluated
    )


def _pair(task: RelationTask, tie: Tie) -> tuple[int, int]:
    pair = tie.first, tie.second
    return pair if task.is_directed else (min(pair), max(pair))

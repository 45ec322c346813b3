"""How sure the quick reader of relations may be: measured on training texts, checked on dev.

    python tools/calibrate_rules.py ../shared/data

writes ``src/onoma/data/relate/quick.json`` and prints the expected calibration error on dev.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.relate.gold import GoldText
from onoma.relate.quick import NEAR, QuickRules
from onoma.relate.systems.triggers import trigger_rules
from onoma.relate.tasks import RelationTask

TASKS = ("cid", "biored", "chemprot", "dimb")
TARGET = Path(__file__).parents[1] / "src" / "onoma" / "data" / "relate" / "quick.json"
DOUBT = 2.0  # a wrong and a right one more than were counted


def outcomes(
    reader: object, task: RelationTask, texts: Sequence[GoldText]
) -> Iterator[tuple[str, float, bool]]:
    """Yield kind, score and rightness of each tie that a reader finds for a task."""
    found = reader.relate([one.text for one in texts])  # type: ignore[attr-defined]
    for gold, ties in zip(texts, found, strict=True):
        known = {(one.first, one.second, one.kind) for one in gold.ties}
        for tie in ties:
            name, _, kind = tie.kind.partition("/")
            if name == task.name:
                is_even = not task.kind(kind).is_directed
                right = (tie.first, tie.second, kind) in known
                right |= is_even and (tie.second, tie.first, kind) in known
                yield tie.kind, tie.score, right


def main(root: Path) -> None:
    """Measure, write, check."""
    corpora = read_relation_corpora(root, TASKS)
    rules = trigger_rules()
    tried: Counter[tuple[str, bool]] = Counter()
    right: Counter[tuple[str, bool]] = Counter()
    for corpus in corpora:
        for kind, score, is_right in outcomes(rules, corpus.task, corpus.train):
            tried[kind, score >= NEAR] += 1
            right[kind, score >= NEAR] += is_right
    sure = {
        kind: [
            round((right[kind, near] + DOUBT / 4) / (tried[kind, near] + DOUBT), 3)
            for near in (False, True)
        ]
        for kind in sorted({kind for kind, _ in tried})
    }
    TARGET.write_text(json.dumps({"sure": sure}, indent=1) + "\n", encoding="utf-8")
    ready = QuickRules(rules, {kind: (far, near) for kind, (far, near) in sure.items()})
    for corpus in corpora:
        said = list(outcomes(ready, corpus.task, corpus.dev))
        print(corpus.task.name, len(said), "relations, error", round(error(said), 4))


def error(said: Sequence[tuple[str, float, bool]], bins: int = 10) -> float:
    """Return the expected calibration error."""
    total = 0.0
    for place in range(bins):
        own = [(s, r) for _, s, r in said if place <= s * bins < place + 1]
        if own:
            gap = sum(s for s, _ in own) - sum(r for _, r in own)
            total += abs(gap) / len(said)
    return total


if __name__ == "__main__":
    main(Path(sys.argv[1]))

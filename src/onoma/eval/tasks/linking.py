"""``link``: the concept of a mention that is given.

Given: a ``TermInContext``. Gold: the right concepts. Guess: a ``Ranked``; no CURIE is NIL.
Documents are drawn whole; each mention is a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onoma.eval.faults import Faults, in_context
from onoma.eval.parts import Data, Item, Measure, Row, Scored, Source, Task
from onoma.eval.tasks.mentions import DocumentItem, read_mentions
from onoma.metrics.concepts import is_any_same
from onoma.metrics.counts import F64, I64, Score, divide
from onoma.metrics.curves import aurc, calibration_error
from onoma.metrics.resampling import drawn, ratio_of

WIDTH = 2000
"""Characters before and behind a mention that a linker sees: an abstract, or some of an article."""
DEPTHS = (1, 5, 25)


@dataclass(frozen=True, slots=True)
class TermInContext:
    """A mention as a linker sees it: its text, type, and the text around it."""

    text: str
    type: str
    document: str
    context: str
    start: int
    """Where the term stands in ``context``."""
    offset: int
    """Where ``context`` begins in the document."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """CURIEs, best first, with how sure the first is (0 to 1; None: not said)."""

    curies: tuple[str, ...] = ()
    score: float | None = None


LinkItem = Item[TermInContext, tuple[str, ...]]


def read_terms(source: Source) -> Data:
    """Return the mentions that have a concept, with those of the training part."""
    data = read_mentions(source)
    items = [one for document in data.items for one in _terms_of(document)]
    train = None
    if data.train is not None:
        train = [one for document in data.train for one in _terms_of(document)]
    return Data(items, train, data.views, equivalents=data.equivalents, notes=data.notes)


def _terms_of(item: DocumentItem) -> list[LinkItem]:
    text, out = item.given.text, []
    for number, m in enumerate(item.gold):
        if not m.concepts:
            continue
        first = max(0, m.start - WIDTH)
        term = TermInContext(
            text[m.start : m.end], m.type, item.id, text[first : m.end + WIDTH],
            m.start - first, first,
        )  # fmt: skip
        out.append(Item(f"{item.id}#{number}", term, m.concepts, term.context))
    return out


def score_links(data: Data, guesses: Sequence[Ranked]) -> Scored:
    """Return Acc@k, MRR, how many were answered and, with scores, whether they can be relied on."""
    same: Any = data.equivalents
    documents = list(dict.fromkeys(item.given.document for item in data.items))
    row_of = {document: row for row, document in enumerate(documents)}
    ranks = np.array(
        [_rank(i.gold, guess.curies, same) for i, guess in zip(data.items, guesses, strict=True)]
    )
    rows = np.array([row_of[item.given.document] for item in data.items], np.int64)
    answered = np.array([bool(guess.curies) for guess in guesses], np.float64)
    size = np.bincount(rows, minlength=len(documents)).astype(np.float64)

    def summed(values: F64) -> F64:
        return np.bincount(rows, values, len(documents)).astype(np.float64)

    measures = [
        Measure(f"Acc@{k}", ratio_of(summed((ranks <= k).astype(np.float64)), size)) for k in DEPTHS
    ]
    measures.append(Measure("MRR", ratio_of(summed(1.0 / ranks), size)))
    measures.append(Measure("answered", ratio_of(summed(answered), size)))
    right = (ranks <= 1).astype(np.float64)
    for words, is_in in _seen(data):
        measures.append(Measure(f"Acc@1, {words}", ratio_of(summed(right * is_in), summed(is_in))))
    measures += _reliance(guesses, right, rows, len(documents))
    faults = Faults()
    for item, guess, rank in zip(data.items, guesses, ranks.tolist(), strict=True):
        if rank > 1:
            _add_fault(faults, item, guess, rank)
    return Scored(
        len(documents), tuple(measures), right, _rows_of(data, guesses, right), faults.sorted(),
        notes=data.notes,
    )  # fmt: skip


def _reliance(guesses: Sequence[Ranked], right: F64, rows: I64, n: int) -> list[Measure]:
    """Return the area under risk and coverage, and the calibration error of what is answered.

    Both 0 to 1, lower is better; a mention without an answer is the least sure of all.
    """
    if not guesses or any(one.score is None for one in guesses if one.curies):
        return []
    sure = np.array([one.score if one.curies else -1.0 for one in guesses], np.float64)
    order = np.argsort(rows, kind="stable")
    bounds = np.searchsorted(rows[order], np.arange(n + 1))

    def of(documents: I64) -> I64:
        return np.concatenate([order[bounds[d] : bounds[d + 1]] for d in documents])

    def risk(documents: I64) -> float:
        items = of(documents)
        return aurc(right[items], sure[items])

    def gap(documents: I64) -> float:
        items = of(documents)
        items = items[sure[items] >= 0]
        return calibration_error(right[items], sure[items])

    return [
        Measure("AURC (lower is better)", drawn(risk)),
        Measure("calibration error (lower is better)", drawn(gap)),
    ]


def _rank(gold: Sequence[str], guess: Sequence[str], same: Any) -> float:
    """Return the rank of the first right answer, infinity without one."""
    ranks = (rank for rank, one in enumerate(guess, 1) if is_any_same((one,), gold, same))
    return float(next(ranks, np.inf))


def _seen(data: Data) -> list[tuple[str, F64]]:
    """Return which mentions' names, and concepts, were met in training, and which not."""
    if data.train is None:
        return []
    names = {item.given.text.lower() for item in data.train}
    concepts = {c for item in data.train for c in item.gold}
    by_name = np.array([i.given.text.lower() in names for i in data.items], np.float64)
    by_concept = np.array([any(c in concepts for c in i.gold) for i in data.items], np.float64)
    return [
        ("seen names", by_name), ("unseen names", 1 - by_name),
        ("seen concepts", by_concept), ("unseen concepts", 1 - by_concept),
    ]  # fmt: skip


def _add_fault(faults: Faults, item: LinkItem, guess: Ranked, rank: float) -> None:
    given = item.given
    found = rank < np.inf
    first = guess.curies[0] if guess.curies else ""
    kind = "right one lower" if found else "wrong concept" if first else "not answered"
    end = given.start + len(given.text)
    example = in_context(given.document, given.context, given.start, end)
    faults.add(kind, given.text, " ".join(item.gold), first, example)


def _rows_of(data: Data, guesses: Sequence[Ranked], right: F64) -> tuple[Row, ...]:
    """Return precision (of those answered) and recall by type."""
    out = []
    for view in data.views:
        here = np.array([item.given.type == view.name for item in data.items], bool)
        answered = sum(bool(g.curies) for g, is_in in zip(guesses, here, strict=True) if is_in)
        hits, gold = int(right[here].sum()), int(here.sum())
        p, r = float(divide(hits, answered)), float(divide(hits, gold))
        f = float(divide(2 * p * r, p + r))
        out.append(Row(view.name, Score(p, r, f, hits, answered, gold)))
    return tuple(out)


def read_guess(value: Any) -> Ranked:
    """Return the CURIEs of a JSON list or one text, or an object with ``curies`` and ``score``."""
    if isinstance(value, dict):
        score = value.get("score")
        return Ranked(tuple(map(str, value["curies"])), None if score is None else float(score))
    return Ranked((value,) if isinstance(value, str) else tuple(str(one) for one in value or ()))


LINK = Task(
    "link", "the concept of each given mention",
    "documents with mentions that have concepts: PubTator, BioC, brat, JSON lines", "onoma",
    read_terms, score_links, read_guess, lambda item: [item.given.text.lower()],
)  # fmt: skip

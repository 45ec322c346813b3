"""What went wrong on a set, counted: missed, spurious, boundary, wrong concept, document level.

Errors of one kind with the same surface (letter case aside), gold ids and predicted ids are one
line with a count and the context of the first; the commonest come first.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from corpora import BREAKS, GoldDocument, GoldMention

Key = tuple[str, str, str]
KINDS = {
    "missed": "gold mention, nothing predicted there",
    "spurious": "predicted mention, no gold there",
    "boundary": "they overlap, other span",
    "concept": "right span, wrong concept",
    "document-missed": "gold concept not found anywhere in its document",
    "document-spurious": "predicted concept that is not in its document's gold",
}


class Tally:
    """Errors of one kind, counted by key, each with the first context."""

    def __init__(self) -> None:
        """Start empty."""
        self.counts: Counter[Key] = Counter()
        self.example: dict[Key, str] = {}

    def add(self, key: Key, example: str) -> None:
        """Count one error."""
        self.counts[key] += 1
        self.example.setdefault(key, example)


class Finder:
    """Compares the mentions of one document after another, with the outside scorer's ids."""

    def __init__(self, judge: Any, split_ids: Any, width: int) -> None:
        """Compare with ``judge``'s equivalences; contexts have about ``width`` characters."""
        self.judge = judge
        self.split_ids = split_ids
        self.width = width
        self.tallies = {kind: Tally() for kind in KINDS}

    def ids(self, mentions: list[GoldMention]) -> tuple[str, ...]:
        """Return the canonical ids of some mentions, each once, in order."""
        found = (i for m in mentions for i in self.split_ids(m.ids, m.type))
        return tuple(dict.fromkeys(found))

    def add(self, gold: GoldDocument, predicted: GoldDocument) -> None:
        """Count the errors of one document."""
        text = gold.text
        gold_spans, predicted_spans = by_span(gold.mentions), by_span(predicted.mentions)
        for span, mentions in gold_spans.items():
            surface = text[span[0] : span[1]].translate(BREAKS)
            want = self.ids(mentions)
            if span in predicted_spans:
                got = self.ids(predicted_spans[span])
                if want and not self.judge.any_same(got, want):
                    self._count("concept", (surface, want, got), text, span)
                continue
            touching = overlapping(span, predicted_spans)
            if touching:
                others = " / ".join(text[s:e].translate(BREAKS) for s, e in touching)
                got = self.ids([m for s in touching for m in predicted_spans[s]])
                self._count("boundary", (f"{surface} <> {others}", want, got), text, span)
            else:
                self._count("missed", (surface, want, ()), text, span)
        for span, mentions in predicted_spans.items():
            if span not in gold_spans and not overlapping(span, gold_spans):
                surface = text[span[0] : span[1]].translate(BREAKS)
                self._count("spurious", (surface, (), self.ids(mentions)), text, span)
        self._add_document_level(gold, predicted)

    def _add_document_level(self, gold: GoldDocument, predicted: GoldDocument) -> None:
        """Count concepts missed and spurious in a document as a whole."""
        want, got = self.ids(list(gold.mentions)), self.ids(list(predicted.mentions))
        lost = [i for i in want if not self.judge.any_same(got, (i,))]
        extra = [i for i in got if not self.judge.any_same((i,), want)]
        sides = (("document-missed", gold, lost), ("document-spurious", predicted, extra))
        for kind, side, ids in sides:
            for curie in ids:
                named = [m for m in side.mentions if curie in self.ids([m])]
                forms = sorted({gold.text[m.start : m.end].translate(BREAKS) for m in named})
                key = (forms[0], (curie,), ()) if side is gold else (forms[0], (), (curie,))
                self._count(kind, key, gold.text, (named[0].start, named[0].end))

    def _count(
        self,
        kind: str,
        key: tuple[str, tuple[str, ...], tuple[str, ...]],
        text: str,
        span: tuple[int, int],
    ) -> None:
        """Count one error with its context."""
        surface, want, got = key
        side = max(0, self.width - (span[1] - span[0])) // 2
        before = text[max(0, span[0] - side) : span[0]]
        after = text[span[1] : span[1] + side]
        context = f"{before}[{text[span[0] : span[1]]}]{after}".translate(BREAKS)
        self.tallies[kind].add((surface.lower(), ",".join(want), ",".join(got)), context)


def by_span(mentions: tuple[GoldMention, ...]) -> dict[tuple[int, int], list[GoldMention]]:
    """Return mentions grouped by span, in order."""
    out: dict[tuple[int, int], list[GoldMention]] = {}
    for m in mentions:
        out.setdefault((m.start, m.end), []).append(m)
    return out


def overlapping(
    span: tuple[int, int], spans: dict[tuple[int, int], list[GoldMention]]
) -> list[tuple[int, int]]:
    """Return the spans that share a character with this one."""
    return [s for s in spans if s[0] < span[1] and span[0] < s[1]]


def concept_label(curie: str) -> str:
    """Return Onoma's label of a concept; "?" when the core does not have it."""
    import onoma
    from onoma.errors import OnomaError

    try:
        concept = onoma.concept(curie)
    except (OnomaError, AttributeError):
        return "?"
    return getattr(concept, "label", "?") or "?"


def report(outcome: Any, scorer: Any, judge: Any, *, count: int, width: int) -> str:
    """Return the commonest errors of each kind as text."""
    finder = Finder(judge, scorer.split_ids, width)
    for gold, predicted in zip(outcome.gold, outcome.predicted, strict=True):
        finder.add(gold, predicted)
    labels: dict[str, str] = dict(outcome.labels)

    def named(ids: str) -> str:
        for curie in filter(None, ids.split(",")):
            if curie not in labels:
                labels[curie] = concept_label(curie)
        return ", ".join(f"{c} {labels[c]}" for c in ids.split(",") if c)

    lines = []
    for kind, tally in finder.tallies.items():
        total, different = sum(tally.counts.values()), len(tally.counts)
        lines.append(
            f"\n== {outcome.row.name} ({outcome.mode}) {kind}: {total}, {different} different; "
            f"{KINDS[kind]}"
        )
        for key, number in tally.counts.most_common(count):
            surface, want, got = key
            sides = " | ".join(
                f"{side}: {named(ids)}" for side, ids in (("gold", want), ("pred", got)) if ids
            )
            lines.append(f"{number:5d}  {surface}  | {sides}\n         {tally.example[key]}")
    return "\n".join(lines)

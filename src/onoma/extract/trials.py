"""Trials to PICO: population, intervention, comparator and outcome, with their parts.

The spans are a tagger's (heads ``population``, ``intervention``, ``outcome``) joined by a second
opinion on words (``trial_words``); what is in them is linked by the dictionary, and rules read how
many took part, how old, of which sex.
Source: Nye et al. 2018 (EBM-NLP): the elements and how their spans are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from onoma.extract.ordered import Ordered
from onoma.extract.participants import find_age, find_sex, find_size
from onoma.extract.rows import Cell, cell_record
from onoma.extract.tagging import SpanFinder, Stretch, stretches_of
from onoma.extract.trial_words import HEADS, TrialWords, shipped_words
from onoma.ontology.loading import Names
from onoma.pipeline import Pipeline, load
from onoma.types import (
    AnnotatedDocument,
    Document,
    FailedDocument,
    Mention,
    Sentence,
    Span,
)

KINDS = ("population", "intervention", "comparator", "outcome")
SURE = 0.5  # the mean chance of a span that goes into the summary
LEAST = 0.35  # the mean F1 of words is best here; 0.5 costs one point (bench/pico.py)
GIVEN = ("chemical", "drug", "intervention", "procedure", "device", "food", "microbe", "method")
WITHIN = {
    "population": ("disease", "phenotype"),
    "intervention": GIVEN,
    "comparator": GIVEN,
    "outcome": ("disease", "phenotype", "chemical", "test", "process", "gene", "protein"),
}
"""Which linked concepts are parts of a span of each kind."""
_GENERAL = frozenset({
    "time", "times", "dose", "doses", "duration", "durations", "measurement", "measurements",
    "risk", "risks", "pressure", "pressures", "intervention", "interventions", "treatment",
    "treatments", "mixture", "mixtures", "level", "levels", "effect", "effects",
})  # fmt: skip
"""Words that name a concept and no part of a trial: half of the wrong links of 30 abstracts."""

_CONTROL = re.compile(
    r"\b(?:placebos?|controls?|sham|usual\s(?:care|treatment)|standard(?:\sof)?\s(?:care|treatment|"
    r"therapy)|(?:no|without)\s(?:treatment|intervention|therapy)|untreated|wait(?:ing)?[-\s]?list|"
    r"conventional\s(?:treatment|care|therapy)|vehicle|dummy|treatment\sas\susual|attention\scontrol)\b",
    re.I,
)
_AGAINST = re.compile(
    r"(?:\b(?:versus|vs\.?|compared\s(?:with|to)|in\scomparison\s(?:with|to)|rather\sthan|"
    r"as\sopposed\sto|against|than)\s+(?:an?\s|the\s)?)\Z",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SMALL = frozenset({
    "the", "of", "and", "in", "with", "to", "for", "by", "at", "all", "were", "was", "on", "or",
    "a", "an", "that", "is", "are", "who", "from", "as", "than", "their", "given", "abstract",
    "nor", "during", "either", "both", "versus", "vs", "using", "after", "before", "between",
})  # fmt: skip
_OR_CONTROL = re.compile(
    rf"\s(?:or|and|with)\s(?:an?\s|the\s)?(?:matching\s|identical\s|inert\s)?(?={_CONTROL.pattern})",
    re.I,
)
_PARTED = re.compile(
    r",?\s(?:versus|vs\.?|compared\s(?:with|to)|in\scomparison\s(?:with|to))\s", re.I
)


@dataclass(frozen=True, slots=True)
class TrialSpan:
    """A stretch that tells of one element, with the concepts named in it.

    ``kind`` is one of ``KINDS``; ``score`` is in 0 to 1, higher is surer.
    """

    kind: str
    start: int
    end: int
    text: str
    score: float
    concepts: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What a document tells of a trial; ``error`` is set instead when it failed."""

    document: Document
    spans: tuple[TrialSpan, ...] = ()
    size: Cell | None = None
    age: Cell | None = None
    sex: Cell | None = None
    error: FailedDocument | None = None

    def named(self, kind: str) -> tuple[str, ...]:
        """Return what the spans of a kind name, each once, those named most often first.

        A concept goes by its label, a span without a concept by its words.
        """
        count: dict[str, int] = {}
        for span in self.spans:
            if span.kind == kind and span.score >= SURE:
                for name in [c.label or c.text for c in span.concepts] or [_words(span.text)]:
                    count[name] = count.get(name, 0) + 1
        return tuple(sorted(count, key=lambda name: -count[name]))

    def conditions(self) -> tuple[str, ...]:
        """Return the conditions of the population, those named most often first."""
        count: dict[str, int] = {}
        for span in self.spans:
            for one in span.concepts if span.kind == "population" else ():
                name = one.label or one.text
                count[name] = count.get(name, 0) + 1
        return tuple(sorted(count, key=lambda name: -count[name]))


class TrialReader:
    """Reads trials out of documents; safe to use again and again."""

    def __init__(
        self, pipeline: Pipeline, finder: SpanFinder, words: TrialWords | None = None
    ) -> None:
        """Take a pipeline, a tagger's spans and, if there is one, a second opinion on words.

        Raises: InputError: the tagger has no heads for the elements.
        """
        finder.need(HEADS)
        self._pipeline, self._finder, self._words = pipeline, finder, words

    def read(self, documents: Iterable[str | Document | FailedDocument]) -> Iterator[Trial]:
        """Yield the trial of each document, in order; a failed one keeps its place."""
        for found in self._pipeline.pipe(documents):
            if found.error is not None:
                yield Trial(found.document, error=found.error)
            else:
                yield self._trial(found)

    def _trial(self, found: AnnotatedDocument) -> Trial:
        text, mentions = found.text, Ordered(found.mentions)
        sentences = Ordered(found.sentences)
        spans = [
            replace(span, concepts=tuple(_concepts(span, mentions)))
            for one in stretches(found.document, self._finder, self._words)
            for start, end in _tidy(text, one, sentences)
            for span in _told_apart(
                text, TrialSpan(one.head, start, end, text[start:end], one.score)
            )
        ]
        spans.sort(key=lambda one: (one.start, one.end))
        people = [(s.start, s.end) for s in spans if s.kind == "population"]
        told = [(s.start, s.end) for s in found.sentences]
        return Trial(
            found.document, tuple(spans), find_size(text, people, told),
            find_age(text, people), find_sex(text, people),
        )  # fmt: skip


def stretches(
    document: Document, finder: SpanFinder, words: TrialWords | None, *, least: float = LEAST
) -> list[Stretch]:
    """Return the runs of words that tell of each element, by the mean of both opinions.

    A tagger with other word pieces may read other words; it is then left to itself.
    """
    if words is None:
        return finder.stretches(document, HEADS, least=least)
    places, chances = finder.chances(document, HEADS)
    others, more = words.chances(document.text)
    if np.array_equal(places, others):
        chances = np.add(chances, more) * np.float32(0.5)
    return stretches_of(places, chances, HEADS, least=least)


def _tidy(text: str, stretch: Stretch, sentences: Ordered[Sentence]) -> Iterator[Span]:
    """Yield a stretch sentence by sentence, without signs and small words at its ends."""
    for sentence in sentences.touching(stretch.start, stretch.end):
        start, end = max(stretch.start, sentence.start), min(stretch.end, sentence.end)
        words = list(_WORD.finditer(text, start, end))
        while words and words[0][0].lower() in _SMALL:
            words.pop(0)
        while words and words[-1][0].lower() in _SMALL:
            words.pop()
        if not words or not any(len(word[0]) > 1 and not word[0].isdigit() for word in words):
            continue
        start, last = words[0].start(), words[-1].end()
        closes = text[last:end][:1] in (")", "]", "%") and text[start:last].count("(") > 0
        yield start, last + closes


def _concepts(span: TrialSpan, mentions: Ordered[Mention]) -> Iterator[Mention]:
    for one in mentions.within(span.start, span.end):
        is_part = one.end <= span.end and one.type in WITHIN[span.kind]
        if is_part and one.text.lower() not in _GENERAL:
            yield one


def _told_apart(text: str, span: TrialSpan) -> Iterator[TrialSpan]:
    """Yield what a span of interventions says is tested, and what it is tested against."""
    if span.kind != "intervention":
        yield span
        return
    cut = _PARTED.search(span.text) or _OR_CONTROL.search(span.text)
    if cut is not None:
        middle, behind = span.start + cut.start(), span.start + cut.end()
        first = replace(span, end=middle, text=text[span.start : middle])
        other = replace(span, start=behind, text=text[behind : span.end], kind="comparator")
        yield from (one for one in (first, other) if one.text.strip())
        return
    is_against = _AGAINST.search(text, max(0, span.start - 30), span.start) is not None
    is_control = _CONTROL.search(span.text) is not None
    yield replace(span, kind="comparator") if is_against or is_control else span


def _words(text: str) -> str:
    return " ".join(text.split())


HEAD = ("id", "size", "age", "sex", "conditions", "interventions", "comparators", "outcomes")
"""The columns of the summary, a row a document."""
SPAN_HEAD = ("id", "kind", "start", "end", "text", "score", "curies", "labels")
"""The columns of the spans, a row a span."""


def summary(trial: Trial) -> list[str]:
    """Return a trial as plain values in the order of ``HEAD``; several stand between bars."""
    cells = [cell.value if cell else "" for cell in (trial.size, trial.age, trial.sex)]
    lists = (trial.conditions(), *(trial.named(kind) for kind in KINDS[1:]))
    return [trial.document.id, *cells, *(" | ".join(names) for names in lists)]


def span_cells(trial: Trial) -> Iterator[list[Any]]:
    """Yield the spans as plain values in the order of ``SPAN_HEAD``."""
    for one in trial.spans:
        curies = "|".join(c.curie or "" for c in one.concepts)
        labels = "|".join(c.label or "" for c in one.concepts)
        yield [
            trial.document.id, one.kind, one.start, one.end, _words(one.text), f"{one.score:.4f}",
            curies, labels,
        ]  # fmt: skip


def record(trial: Trial) -> dict[str, Any]:
    """Return a trial as the JSON object of one line."""
    return {
        "id": trial.document.id,
        "size": cell_record(trial.size),
        "age": cell_record(trial.age),
        "sex": cell_record(trial.sex),
        "conditions": list(trial.conditions()),
        **{f"{kind}s": list(trial.named(kind)) for kind in KINDS[1:]},
        "spans": [_span_record(one) for one in trial.spans],
    }


def _span_record(span: TrialSpan) -> dict[str, Any]:
    return {
        "kind": span.kind, "start": span.start, "end": span.end, "text": span.text,
        "score": round(span.score, 4),
        "concepts": [
            {"start": c.start, "end": c.end, "text": c.text, "type": c.type, "curie": c.curie,
             "label": c.label}
            for c in span.concepts
        ],
    }  # fmt: skip


def make_reader(
    vocabulary: Names = "core", *, tagger: str | None = None, project: str | None = None
) -> TrialReader:
    """Return a reader of trials; ``tagger`` is a folder, the tagger that ships unless given.

    Raises: what ``load`` and ``load_tagger`` raise; InputError: a tagger without the heads.
    """
    types: Sequence[str] = sorted({one for kinds in WITHIN.values() for one in kinds})
    pipeline = load(vocabulary, types=types, project=project, mode="dictionary")
    return TrialReader(pipeline, SpanFinder.of(tagger, pipeline.store), shipped_words())

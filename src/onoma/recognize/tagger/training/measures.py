"""Scores of a tagger on dev parts, by corpus and label: exact, by overlap, and on unseen names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.metrics import Score
from onoma.metrics.counts import I64, divide, score
from onoma.metrics.spans import TypedSpan, overlap_counts, strict_counts
from onoma.recognize.tagger.folder import OWN
from onoma.recognize.tagger.tagger import Tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.types import Document

AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How a head does on a corpus's label: recall of names met in training, and of the others."""

    corpus: str
    label: str
    head: str
    strict: Score
    overlap: Score
    seen: float
    unseen: float


def measure_corpus(tagger: Tagger, corpus: Corpus, *, most: int | None = None) -> list[LabelScore]:
    """Return the scores on a corpus's dev part: of its own heads, and of the shared ones.

    ``most`` bounds the characters of the texts that are read, None takes all.
    """
    texts = corpus.dev if most is None else _some(corpus.dev, most)
    heads = [
        (label, head)
        for label, type_ in corpus.labels.items()
        for head in dict.fromkeys((f"{corpus.name}{OWN}{label}", type_))
        if head in tagger.heads.names
    ]
    found = find(tagger, texts, [head for _, head in heads])
    known = known_names(corpus)
    shown = []
    for label, head in heads:
        own = {name for name, type_ in corpus.labels.items() if type_ == corpus.labels[label]}
        labels = own if OWN not in head else {label}  # a shared head finds all that share its type
        shown.append(
            _score(texts, found[head], corpus, labels=labels, known=known, at=(label, head))
        )
    return shown


def _some(texts: Sequence[MarkedText], most: int) -> Sequence[MarkedText]:
    """Return the first texts that have so many characters together, one at least."""
    total = np.cumsum([len(text.text) for text in texts])
    return texts[: max(int(np.searchsorted(total, most)), 1)]


def find(
    tagger: Tagger, texts: Sequence[MarkedText], heads: Sequence[str]
) -> dict[str, list[set[TypedSpan]]]:
    """Return the spans of each head in each text."""
    names = list(dict.fromkeys(heads))
    found: dict[str, list[set[TypedSpan]]] = {name: [set() for _ in texts] for name in names}
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        tagged = tagger.tag([Document(one.id, one.text) for one in some], names)
        rows = zip(
            tagged.document.tolist(), tagged.start.tolist(), tagged.end.tolist(), tagged.types(),
            strict=True,
        )  # fmt: skip
        for document, begin, end, head in rows:
            found[head][start + document].add(TypedSpan(begin, end, ""))
    return found


def known_names(corpus: Corpus) -> dict[str, set[str]]:
    """Return the names of each label in the training part, in lower case."""
    names: dict[str, set[str]] = {label: set() for label in corpus.labels}
    for text in corpus.train:
        for mark in text.marks:
            if mark.label in names:
                names[mark.label].add(text.text[mark.start : mark.end].lower())
    return names


def gold_spans(text: MarkedText, labels: Iterable[str]) -> set[TypedSpan]:
    """Return the spans of some labels."""
    wanted = set(labels)
    return {TypedSpan(mark.start, mark.end, "") for mark in text.marks if mark.label in wanted}


def _score(
    texts: Sequence[MarkedText],
    found: Sequence[set[TypedSpan]],
    corpus: Corpus,
    *,
    labels: set[str],
    known: dict[str, set[str]],
    at: tuple[str, str],
) -> LabelScore:
    strict, overlap = np.zeros(4, np.int64), np.zeros(4, np.int64)
    halves: I64 = np.zeros((2, 2), np.int64)  # seen or not; found, gold
    names = set().union(*(known[label] for label in labels))
    for text, got in zip(texts, found, strict=True):
        want = gold_spans(text, labels)
        strict += strict_counts(want, got)
        overlap += overlap_counts(want, got)
        for span in want:
            side = int(text.text[span.start : span.end].lower() not in names)
            halves[side] += (span in got, 1)
    seen, unseen = divide(halves[:, 0], halves[:, 1]).tolist()
    return LabelScore(corpus.name, *at, score(strict), score(overlap), seen, unseen)


def mean_of(scores: Iterable[LabelScore]) -> float:
    """Return the mean of the corpora's mean strict F1, shared heads aside where there are own."""
    by_corpus: dict[str, dict[str, float]] = {}
    for one in scores:
        own = by_corpus.setdefault(one.corpus, {})
        if OWN in one.head or one.label not in own:
            own[one.label] = one.strict.f1
    means = [sum(own.values()) / len(own) for own in by_corpus.values()]
    return sum(means) / len(means) if means else 0.0

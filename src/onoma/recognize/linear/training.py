"""Annotated documents to a linear recogniser, with its scores on documents held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from onoma.errors import InputError
from onoma.formats.type_words import semantic_type, type_of
from onoma.metrics import Score
from onoma.metrics.counts import score
from onoma.metrics.spans import TypedSpan, overlap_counts, strict_counts
from onoma.recognize.linear.chain import Scheme
from onoma.recognize.linear.known import KnownWords, Names, forms, learn_names
from onoma.recognize.linear.learning import Lesson, Pace, Watch, Weights, learn
from onoma.recognize.linear.model import LinearModel
from onoma.recognize.linear.words import WordText
from onoma.recognize.marked_names import MarkedNames
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Document, Mention


@dataclass(frozen=True, slots=True)
class Exam:
    """How a recogniser does on held-out documents, by label; "" is all labels together."""

    strict: Mapping[str, Score]
    overlap: Mapping[str, Score]


def train_linear(
    corpus: Corpus,
    words: KnownWords | None = None,
    *,
    pace: Pace | None = None,
    types: Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> LinearModel:
    """Return a model of a corpus's train part.

    ``words`` are those of a vocabulary's names; ``types`` the semantic types of labels where their
    own words do not tell.

    Raises: InputError: nothing is marked.
    """
    chosen = pace or Pace()
    scheme = Scheme(tuple(corpus.labels))
    cut = [WordText.of(one.text) for one in corpus.train]
    spans = [_spans(text, one, scheme) for text, one in zip(cut, corpus.train, strict=True)]
    if not any(spans):
        raise InputError(
            f"{corpus.name}: no mention to learn from", hint="give annotated documents"
        )
    names, owns = learn_names([forms(text) for text in cut], spans, len(scheme.types))
    empty = KnownWords(np.empty(0, np.uint32), np.empty((0, 0), np.uint8))
    known = words if words is not None else empty
    blank = _blank(scheme, known)
    plain = replace(blank, names=names)
    lesson = Lesson.join(
        [
            (plain.signs(text, own), scheme.labels(len(text), some), text.first)
            for text, some, own in zip(cut, spans, owns, strict=True)
            if len(text)
        ]
    )
    weights = learn(lesson, scheme, chosen, watch)
    card = {
        "name": corpus.name,
        "types": semantic_types(scheme.types, types or {}),
        "documents": len(cut),
        "mentions": sum(map(len, spans)),
        "words": len(lesson.labels),
        "pace": asdict(chosen),
    }
    return replace(plain, weights=weights, card=card)


def _blank(scheme: Scheme, known: KnownWords) -> LinearModel:
    """Return a model that has learnt nothing: what reads the signs of texts."""
    rows = np.zeros((0, len(scheme)), np.float32)
    weights = Weights(np.zeros(0, np.int32), rows, np.zeros((len(scheme) + 1, len(scheme))))
    return LinearModel(scheme, weights, Names.of({}, {}), known)


def _spans(text: WordText, marked: MarkedText, scheme: Scheme) -> list[tuple[int, int, int]]:
    """Return the marks of a text as words; of marks that overlap the longest."""
    kinds = {label: number for number, label in enumerate(scheme.types)}
    own = [mark for mark in marked.marks if mark.label in kinds]
    kept = text.cover([(mark.start, mark.end) for mark in own])
    of: dict[tuple[int, int], int] = {}
    for mark in own:
        for place in text.cover([(mark.start, mark.end)]):
            of.setdefault(place, kinds[mark.label])
    return [(*place, of[place]) for place in kept]


def semantic_types(labels: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Return the semantic type of each label: as it is said, as its word tells, or the word.

    >>> semantic_types(["Disease", "ENFERMEDAD", "Gadget"], {"ENFERMEDAD": "disease"})
    {'Disease': 'disease', 'ENFERMEDAD': 'disease', 'Gadget': 'Gadget'}
    """
    found = {}
    for label in labels:
        word = type_of(label)
        known = word if word in SEMANTIC_TYPES else semantic_type(label)
        found[label] = said.get(label) or known or label
    return found


def examine(model: LinearModel, texts: Sequence[MarkedText]) -> Exam:
    """Return how a model does on texts."""
    return compare(
        texts,
        model.scheme.types,
        [{(one.start, one.end, one.label) for one in model.find(text.text)} for text in texts],
    )


def examine_names(corpus: Corpus) -> Exam:
    """Return how the names of the train part do, found again in the dev part."""
    names = names_of(corpus)
    empty = [AnnotatedDocument(Document(one.id, one.text)) for one in corpus.dev]
    found = [{(m.start, m.end, m.type) for m in one.mentions} for one in names.complete(empty)]
    return compare(corpus.dev, tuple(corpus.labels), found)


def names_of(corpus: Corpus) -> MarkedNames:
    """Return the names that the train part marks."""
    return MarkedNames.of([_document(one) for one in corpus.train])


def _document(text: MarkedText) -> AnnotatedDocument:
    mentions = tuple(
        Mention(m.start, m.end, text.text[m.start : m.end], m.label, None, None, 1.0, "gold",
                ((m.start, m.end),))
        for m in text.marks
    )  # fmt: skip
    return AnnotatedDocument(Document(text.id, text.text), mentions)


def compare(
    texts: Sequence[MarkedText],
    labels: Sequence[str],
    found: Sequence[set[tuple[int, int, str]]],
) -> Exam:
    """Return the scores of spans found in texts, by label and (under "") together."""
    strict = {label: np.zeros(4, np.int64) for label in labels}
    overlap = {label: np.zeros(4, np.int64) for label in labels}
    for text, some in zip(texts, found, strict=True):
        for label in labels:
            want = {TypedSpan(m.start, m.end, "") for m in text.marks if m.label == label}
            got = {TypedSpan(start, end, "") for start, end, own in some if own == label}
            strict[label] += strict_counts(want, got)
            overlap[label] += overlap_counts(want, got)
    for counts in (strict, overlap):
        counts[""] = np.sum(list(counts.values()), axis=0)
    return Exam(
        {label: score(own) for label, own in strict.items()},
        {label: score(own) for label, own in overlap.items()},
    )

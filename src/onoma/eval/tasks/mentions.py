"""``ner`` and ``concepts``: what is named in documents, and which concepts.

Given: a document. Gold and guess: its mentions, a tuple of ``GoldMention``. ``ner`` judges spans
and types; ``concepts`` judges the concept of each mention and the set of concepts of each document,
where an id may be answered by an equivalent one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from onoma.errors import InputError
from onoma.eval.faults import Faults, in_context
from onoma.eval.gold_documents import GoldDocument, GoldMention
from onoma.eval.gold_ids import read_equivalents
from onoma.eval.parts import (
    MADE_UP,
    Confusion,
    Data,
    Item,
    Measure,
    Row,
    Scored,
    Source,
    Task,
)
from onoma.eval.reading import (
    allowed_ids,
    read_documents,
    training_split,
    viewed,
    views_of,
)
from onoma.formats.concept_fields import split_ids
from onoma.metrics import TypedSpan
from onoma.metrics.concepts import Marks, is_any_same, linked_counts, set_counts
from onoma.metrics.counts import I64, f1, score
from onoma.metrics.resampling import (
    f1_of,
    macro_f1_of,
    precision_of,
    ratio_of,
    recall_of,
)
from onoma.metrics.spans import overlap_counts, strict_counts
from onoma.types import Document

Mentions = tuple[GoldMention, ...]
DocumentItem = Item[Document, Mentions]
Same = dict[str, frozenset[str]]


def read_mentions(source: Source) -> Data:
    """Return the documents of a source, and those of its training part if there is one."""
    same = read_equivalents(source.equivalents)
    allowed = allowed_ids(source, same)
    found = read_documents(source)
    views = views_of(source, found)
    split = training_split(source)
    learnt = None if split is None else read_documents(source, split)
    notes = tuple(
        f"the type {view.name!r} is none of Onoma's: gold stays, nothing is asked for"
        for view in views
        if not view.types
    )
    train = None if learnt is None else [_item(one) for one in viewed(learnt, views, allowed)]
    items = [_item(one) for one in viewed(found, views, allowed)]
    return Data(items, train, views, equivalents=same, notes=notes)


def _item(one: GoldDocument) -> DocumentItem:
    return Item(one.document.id, one.document, one.mentions, one.document.text)


def names_of(item: DocumentItem) -> list[str]:
    """Return the names that are marked in a document, letter case aside."""
    return [m.text.lower() for m in item.gold]


def read_guess(value: Any) -> Mentions:
    """Return the mentions of a JSON list: start, end, type, and curie or concepts.

    Raises: InputError: a field is missing.
    """
    try:
        return tuple(
            GoldMention(
                int(m["start"]), int(m["end"]), str(m.get("text", "")), str(m["type"]),
                tuple(m["concepts"]) if "concepts" in m else split_ids(m.get("curie"), m["type"]),
            )
            for m in value
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"a predicted mention is not readable: {error}",
            hint='write {"start": 0, "end": 5, "type": "Disease", "curie": "MESH:D003920"}',
        ) from error


def spans_of(mentions: Iterable[GoldMention]) -> set[TypedSpan]:
    """Return the different typed spans of mentions."""
    return {TypedSpan(m.start, m.end, m.type) for m in mentions}


def marks_of(mentions: Iterable[GoldMention]) -> Marks:
    """Return the concepts of each typed span; mentions of one span are put together."""
    out: dict[TypedSpan, set[str]] = {}
    for m in mentions:
        out.setdefault(TypedSpan(m.start, m.end, m.type), set()).update(m.concepts)
    return out


def score_spans(data: Data, guesses: Sequence[Mentions]) -> Scored:
    """Return the scores of spans and types."""
    types = type_names(data, guesses)
    strict = _by_type(
        data.items, guesses, types, lambda g, p: strict_counts(spans_of(g), spans_of(p))
    )
    overlap = np.stack(
        [
            overlap_counts(spans_of(item.gold), spans_of(guess))
            for item, guess in zip(data.items, guesses, strict=True)
        ]
    )
    total = strict.sum(axis=1)
    measures = [
        Measure("strict F1", f1_of(total)),
        Measure("strict precision", precision_of(total)),
        Measure("strict recall", recall_of(total)),
        Measure("overlap F1", f1_of(overlap)),
        Measure("macro F1 over types", macro_f1_of(strict)),
    ]
    measures += _seen_measures(data, guesses, partial(_is_found, by_concept=False))
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        _add_span_faults(faults, item, guess)
    return Scored(
        len(data.items), tuple(measures), f1(total), _rows(types, strict), faults.sorted(),
        confusion_of(data, guesses, types), data.notes,
    )  # fmt: skip


def score_concepts(data: Data, guesses: Sequence[Mentions]) -> Scored:
    """Return the scores of concepts, at mention and at document level."""
    same: Any = data.equivalents
    types = type_names(data, guesses)

    def linked(gold: Mentions, guess: Mentions) -> I64:
        return linked_counts(marks_of(gold), marks_of(guess), same)

    def in_document(gold: Mentions, guess: Mentions) -> I64:
        return set_counts(_concepts(gold), _concepts(guess), same)

    by_mention = _by_type(data.items, guesses, types, linked).sum(axis=1)
    # over all types at once: one id found under two types is one concept of the document
    by_document = np.stack(
        [in_document(i.gold, g) for i, g in zip(data.items, guesses, strict=True)]
    )
    typed = _by_type(data.items, guesses, types, in_document)
    measures = [
        Measure("document F1", f1_of(by_document)),
        Measure("document precision", precision_of(by_document)),
        Measure("document recall", recall_of(by_document)),
        Measure("linked F1", f1_of(by_mention)),
        Measure("linked precision", precision_of(by_mention)),
        Measure("linked recall", recall_of(by_mention)),
    ]
    measures += _seen_measures(data, guesses, partial(_is_found, by_concept=True))
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        _add_span_faults(faults, item, guess, same=same)
        _add_document_faults(faults, item, guess, same)
    return Scored(
        len(data.items), tuple(measures), f1(by_document), _rows(types, typed), faults.sorted(),
        confusion_of(data, guesses, types), data.notes,
    )  # fmt: skip


def type_names(data: Data, guesses: Sequence[Mentions]) -> list[str]:
    """Return the names of the views, then any other type that is predicted."""
    names = dict.fromkeys(view.name for view in data.views)
    for guess in guesses:
        names |= dict.fromkeys(m.type for m in guess)
    return list(names)


def _by_type(
    items: Sequence[DocumentItem],
    guesses: Sequence[Mentions],
    types: Sequence[str],
    count: Callable[[Mentions, Mentions], I64],
) -> I64:
    """Return the count rows of documents and types; shape (documents, types, 4)."""
    out = np.zeros((len(items), len(types), 4), np.int64)
    for row, (item, guess) in enumerate(zip(items, guesses, strict=True)):
        for column, name in enumerate(types):
            gold = tuple(m for m in item.gold if m.type == name)
            predicted = tuple(m for m in guess if m.type == name)
            if gold or predicted:
                out[row, column] = count(gold, predicted)
    return out


def _rows(types: Sequence[str], counts: I64) -> tuple[Row, ...]:
    return tuple(Row(name, score(counts[:, i].sum(axis=0))) for i, name in enumerate(types))


def _concepts(mentions: Mentions) -> set[str]:
    return {concept for m in mentions for concept in m.concepts}


def _is_found(gold: GoldMention, marks: Marks, same: Same, *, by_concept: bool) -> bool:
    """Say whether a gold mention is found: its span and type, and its concept if that counts."""
    span = TypedSpan(gold.start, gold.end, gold.type)
    if span not in marks:
        return False
    return not by_concept or is_any_same(marks[span], gold.concepts, same)


def _seen_measures(
    data: Data,
    guesses: Sequence[Mentions],
    is_found: Callable[[GoldMention, Marks, Same], bool],
) -> list[Measure]:
    """Return recall of mentions whose name (or concept) was met in training, and of the others."""
    if data.train is None:
        return []
    names = {name for item in data.train for name in names_of(item)}
    concepts = {c for item in data.train for m in item.gold for c in m.concepts}
    rows, gold, hits = [], [], []
    for row, (item, guess) in enumerate(zip(data.items, guesses, strict=True)):
        marks = marks_of(guess)
        rows += [row] * len(item.gold)
        gold += item.gold
        hits += [is_found(m, marks, dict(data.equivalents)) for m in item.gold]
    by_name = np.array([m.text.lower() in names for m in gold], bool)
    by_concept = np.array([any(c in concepts for c in m.concepts) for m in gold], bool)
    has_concept = np.array([bool(m.concepts) for m in gold], bool)
    sides = {
        "recall, seen names": by_name,
        "recall, unseen names": ~by_name,
        "recall, seen concepts": by_concept & has_concept,
        "recall, unseen concepts": ~by_concept & has_concept,
    }
    owner, found, n = np.array(rows, np.int64), np.array(hits, np.float64), len(data.items)
    return [
        Measure(
            name,
            ratio_of(np.bincount(owner, found * side, n), np.bincount(owner, side, n)),
        )
        for name, side in sides.items()
        if side.any()
    ]


def _touching(span: TypedSpan, among: Iterable[TypedSpan]) -> list[TypedSpan]:
    return [s for s in among if s.start < span.end and span.start < s.end]


def _add_span_faults(
    faults: Faults, item: DocumentItem, guess: Mentions, *, same: Same | None = None
) -> None:
    """Count missed, spurious, boundary and type errors; with ``same`` wrong concepts too."""
    text, gold, predicted = item.given.text, marks_of(item.gold), marks_of(guess)
    for span, want in gold.items():
        surface = text[span.start : span.end]
        example = in_context(item.id, text, span.start, span.end)
        wanted = _shown(span.type, want)
        if span in predicted:
            got = predicted[span]
            if same is not None and want and not is_any_same(got, want, same):
                faults.add("wrong concept", surface, wanted, _shown(span.type, got), example)
            continue
        touching = _touching(span, predicted)
        if not touching:
            faults.add("missed", surface, wanted, "", example)
            continue
        other = " / ".join(text[s.start : s.end] for s in touching)
        got = {c for s in touching for c in predicted[s]}
        is_type = any((s.start, s.end) == (span.start, span.end) for s in touching)
        kind = "wrong type" if is_type else "boundary"
        shown = surface if is_type else f"{surface} <> {other}"
        faults.add(kind, shown, wanted, _shown(touching[0].type, got), example)
    for span, got in predicted.items():
        if span not in gold and not _touching(span, gold):
            example = in_context(item.id, text, span.start, span.end)
            faults.add("spurious", text[span.start : span.end], "", _shown(span.type, got), example)


def _shown(type: str, concepts: Iterable[str]) -> str:
    listed = " ".join(sorted(concepts))
    return f"{type} {listed}".strip()


def _add_document_faults(faults: Faults, item: DocumentItem, guess: Mentions, same: Same) -> None:
    """Count concepts missed and spurious in a document as a whole."""
    want, got = _concepts(item.gold), _concepts(guess)
    lost = sorted(c for c in want if not is_any_same(got, (c,), same))
    extra = sorted(c for c in got if not is_any_same((c,), want, same))
    sides = (("concept missed", item.gold, lost), ("concept spurious", guess, extra))
    for kind, mentions, concepts in sides:
        for concept in concepts:
            first = next(m for m in mentions if concept in m.concepts)
            surface = item.given.text[first.start : first.end]
            answers = (concept, "") if kind == "concept missed" else ("", concept)
            example = in_context(item.id, item.given.text, first.start, first.end)
            faults.add(kind, surface, *answers, example)


def confusion_of(data: Data, guesses: Sequence[Mentions], types: Sequence[str]) -> Confusion:
    """Return gold against predicted types: of the same span, else of one that overlaps."""
    labels = (*types, MADE_UP)
    place = {label: number for number, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), np.int64)
    for item, guess in zip(data.items, guesses, strict=True):
        gold, predicted = spans_of(item.gold), spans_of(guess)
        for span in gold:
            touching = _touching(span, predicted)
            exact = [s for s in touching if (s.start, s.end) == (span.start, span.end)]
            chosen = span if span in predicted else next(iter(exact or touching), None)
            counts[place[span.type], place[chosen.type if chosen else MADE_UP]] += 1
        for span in predicted:
            if not _touching(span, gold):
                counts[place[MADE_UP], place[span.type]] += 1
    return Confusion(labels, counts)


_PLAIN = "documents with mentions: PubTator, BioC, brat, CoNLL, JSON lines, Web Annotation"

NER = Task(
    "ner", "spans and types of mentions", _PLAIN, "onoma", read_mentions, score_spans, read_guess,
    names_of,
)  # fmt: skip
CONCEPTS = Task(
    "concepts", "concepts of mentions and of documents", _PLAIN, "onoma", read_mentions,
    score_concepts, read_guess, names_of,
)  # fmt: skip

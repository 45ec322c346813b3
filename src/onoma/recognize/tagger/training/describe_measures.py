"""How described types do on annotated texts: counts of strict matches by label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from onoma.metrics.counts import I64
from onoma.metrics.spans import TypedSpan, strict_counts
from onoma.recognize.tagger.described import Described, Describer, TypedHeads
from onoma.recognize.tagger.tagger import Tagged
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.descriptions import Meanings
from onoma.recognize.tagger.training.measures import AT_ONCE, gold_spans
from onoma.types import Document

ON_THE_WAY = 60_000  # characters of each dev part that are measured while a run goes on


def described_heads(
    describer: Describer,
    corpus: Corpus,
    meanings: Meanings,
    said: Mapping[str, tuple[str, ...]] | None = None,
) -> TypedHeads:
    """Return heads for a corpus's labels.

    Each is in the words that are ``said`` of it, else in the first ones of its description.
    """
    known = said or {}
    types = [
        Described(label, known.get(label) or meanings.descriptions[key].phrases[:1])
        for label, key in corpus.labels.items()
    ]
    return describer.typed(types)


def some_of(texts: Sequence[MarkedText], most: int) -> Sequence[MarkedText]:
    """Return the first texts that have so many characters together, one at least."""
    sizes = np.cumsum([len(text.text) for text in texts])
    return texts[: int(np.searchsorted(sizes, most)) + 1]


def count_described(
    describer: Describer,
    texts: Sequence[MarkedText],
    heads: TypedHeads,
    *,
    is_flat: bool = True,
) -> dict[str, I64]:
    """Return the strict counts of each type over some texts (``metrics.spans``)."""
    counts = {name: np.zeros(4, np.int64) for name in heads.names}
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        found = describer.tag([Document(t.id, t.text) for t in some], heads, is_flat=is_flat)
        for name, rows in count_tagged(found, some).items():
            counts[name] += rows.sum(0)
    return counts


def count_tagged(found: Tagged, texts: Sequence[MarkedText]) -> dict[str, I64]:
    """Return for each type the strict counts of each text, (texts, 4)."""
    got: list[list[set[TypedSpan]]] = [[set() for _ in found.heads] for _ in texts]
    rows = zip(
        found.document.tolist(), found.head.tolist(), found.start.tolist(), found.end.tolist(),
        strict=True,
    )  # fmt: skip
    for document, head, start, end in rows:
        got[document][head].add(TypedSpan(start, end, ""))
    return {
        name: np.array(
            [strict_counts(gold_spans(text, [name]), own[number]) for text, own in
             zip(texts, got, strict=True)]
        )
        for number, name in enumerate(found.heads)
    }  # fmt: skip

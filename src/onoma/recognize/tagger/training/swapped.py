"""Training texts a second time with other names in them, so that contexts are learnt for any name.

A mention changes place with a relative of its concept, where the concept store knows it, or with
another mention of its label; one name stands for another in a whole text.

Source: Dai and Adel 2020, An Analysis of Simple Data Augmentation for Named Entity Recognition
(mention replacement). Departure: half of the names are the store's, so unseen ones come in too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from onoma.ontology.store import ConceptStore
from onoma.recognize.tagger.swapping import Swapper, as_written, outermost, with_swaps
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText

LONGEST = 60  # characters of a mention that is swapped
OF_STORE = 0.5  # of the swaps take a name of the store
SWAP = 0.8  # of the names of a text are swapped

Names = Mapping[str, Sequence[str]]


def with_swapped(
    corpora: Sequence[Corpus], share: float, *, store: ConceptStore | None, seed: int
) -> list[Corpus]:
    """Return corpora in whose training parts this share of the texts has other names in it.

    The plain texts all stay; the passes fall so that a run is as long as before.
    """
    swapper = Swapper(store) if store is not None else None
    return [
        _with_swapped(corpus, share, swapper, np.random.default_rng([seed, number]))
        for number, corpus in enumerate(corpora)
    ]


def _with_swapped(
    corpus: Corpus, share: float, swapper: Swapper | None, rng: np.random.Generator
) -> Corpus:
    names = names_of(corpus)
    count = len(corpus.train) * share / (1 - share)
    often = np.floor(count / max(len(corpus.train), 1) + rng.random(len(corpus.train)))
    made = [
        one
        for text, times in zip(corpus.train, often.astype(int).tolist(), strict=True)
        for _ in range(times)
        if (one := swapped(text, names, swapper, rng)) is not None
    ]
    whole = len(corpus.train) + len(made)
    passes = corpus.passes * len(corpus.train) / max(whole, 1)
    return replace(corpus, train=(*corpus.train, *made), passes=passes)


def names_of(corpus: Corpus) -> dict[str, list[str]]:
    """Return the mentions of each label in the training part, as often as they are there."""
    names: dict[str, list[str]] = {}
    for text in corpus.train:
        for mark in text.marks:
            if mark.end - mark.start <= LONGEST:
                names.setdefault(mark.label, []).append(text.text[mark.start : mark.end])
    return names


def swapped(
    text: MarkedText, names: Names, swapper: Swapper | None, rng: np.random.Generator
) -> MarkedText | None:
    """Return a text with other names in it, None where no name is swapped."""
    if text.unsure:
        return None
    labels = {(mark.start, mark.end): mark.label for mark in text.marks}
    chosen: dict[str, str] = {}
    swaps: list[tuple[int, int, str]] = []
    for start, end in outermost(list(labels)):
        if any(a < end and start < b and (a, b) != (start, end) for a, b in labels):
            continue  # what is marked inside a new name nobody would know
        before = text.text[start:end]
        if before not in chosen:
            chosen[before] = _another(before, names.get(labels[start, end], ()), swapper, rng)
        if chosen[before] != before:
            swaps.append((start, end, chosen[before]))
    if not swaps:
        return None
    changed, spans = with_swaps(text.text, [(m.start, m.end) for m in text.marks], swaps)
    rows = zip(text.marks, spans, strict=True)
    marks = tuple(Marked(*span, mark.label) for mark, span in rows if span is not None)
    return replace(text, text=changed, marks=marks)


def _another(
    name: str, names: Sequence[str], swapper: Swapper | None, rng: np.random.Generator
) -> str:
    """Return a name to stand in for another, or the name itself."""
    if not names or len(name) > LONGEST or rng.random() >= SWAP:
        return name
    found: str | None = None
    if swapper is not None and rng.random() < OF_STORE:
        rows = swapper.concepts(name)
        found = swapper.like(rows[0], rng) if rows else None
    return as_written(found or names[int(rng.integers(len(names)))], name)

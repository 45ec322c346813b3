"""Training texts as windows with labels, and the order in which a run sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.recognize.tagger.decoding import BEGIN, INSIDE, OUTSIDE
from onoma.recognize.tagger.gazetteer import Marks
from onoma.recognize.tagger.tagger import Page, Tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText, label_heads
from onoma.recognize.tagger.words import Words
from onoma.text.tokens import TextBatch

I64 = npt.NDArray[np.int64]
I8 = npt.NDArray[np.int8]
F64 = npt.NDArray[np.float64]

NOT_SAID = -1  # the corpus does not look for this type
AT_ONCE = 512  # texts that are read together
SORTED = 16  # batches whose windows are ordered by length together


@dataclass(frozen=True, slots=True)
class Section:
    """Some texts of a corpus, read: labels are (words, heads of this corpus)."""

    page: Page
    heads: I64
    labels: I8


@dataclass(frozen=True, slots=True)
class Shelf:
    """All windows of the training texts; window w is row ``row[w]`` of section ``section[w]``."""

    sections: tuple[Section, ...]
    section: I64
    row: I64
    size: I64  # pieces
    passes: F64
    n_heads: int

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.section)

    def plan(self, pieces: int, *, passes: float, rng: np.random.Generator) -> list[I64]:
        """Return the windows of each batch of a run.

        A window comes as often as its corpus's passes say; each pass of a corpus is spread evenly
        over the run. Windows of about one length share a batch of about ``pieces`` pieces.
        """
        times = self.passes * passes
        often = np.floor(times + rng.random(len(times))).astype(np.int64)
        window = np.repeat(np.arange(len(self)), often)
        first = np.cumsum(often) - often
        turn = np.arange(len(window)) - np.repeat(first, often)
        when = (turn + rng.random(len(window))) / np.maximum(np.repeat(often, often), 1)
        window = window[np.argsort(when, kind="stable")]
        batches: list[I64] = []
        total = np.cumsum(self.size[window])
        chunk = total // (pieces * SORTED)
        for number in range(int(chunk[-1]) + 1 if len(chunk) else 0):
            own = window[chunk == number]
            own = own[np.argsort(self.size[own], kind="stable")]
            cuts = np.flatnonzero(np.diff(np.cumsum(self.size[own]) // pieces)) + 1
            parts = np.split(own, cuts)
            batches += [parts[place] for place in rng.permutation(len(parts)).tolist()]
        return [batch for batch in batches if len(batch)]


def fill_shelf(corpora: Sequence[Corpus], heads: Sequence[str], tagger: Tagger) -> Shelf:
    """Return the training texts as windows, read as the tagger reads them.

    Raises: InputError: there is nothing to learn from.
    """
    sections: list[Section] = []
    columns: list[tuple[I64, I64, I64, F64]] = []
    for corpus in corpora:
        for section in _sections(corpus, heads, tagger):
            words, windows = section.page.words, section.page.windows
            size = words.first[windows.last] - words.first[windows.first] + 2
            number = np.full(len(windows), len(sections))
            passes = np.full(len(windows), corpus.passes, np.float64)
            columns.append((number, np.arange(len(windows)), size, passes))
            sections.append(section)
    if not sum(len(column[0]) for column in columns):
        raise InputError("there is no text to learn from", hint="give annotated documents")
    parts = [np.concatenate(some) for some in zip(*columns, strict=True)]
    section_, row, size_, passes_ = parts
    return Shelf(
        tuple(sections), section_.astype(np.int64), row.astype(np.int64), size_.astype(np.int64),
        passes_.astype(np.float64), len(heads),
    )  # fmt: skip


def _sections(corpus: Corpus, heads: Sequence[str], tagger: Tagger) -> Iterator[Section]:
    taught = label_heads(corpus, heads)
    own = sorted({number for numbers in taught.values() for number in numbers})
    place = {number: column for column, number in enumerate(own)}
    columns = {label: [place[n] for n in numbers] for label, numbers in taught.items()}
    for start in range(0, len(corpus.train), AT_ONCE):
        texts = corpus.train[start : start + AT_ONCE]
        batch = TextBatch.of([one.text for one in texts])
        gazetteer = tagger.gazetteer
        page = tagger.read(batch, Marks.none() if gazetteer is None else gazetteer.marks(batch))
        labels = np.full((len(page.words), len(own)), OUTSIDE, np.int8)
        for number, text in enumerate(texts):
            write_labels(labels, page.words, text, number=number, columns=columns)
        yield Section(page, np.array(own, np.int64), labels)


def write_labels(
    labels: I8, words: Words, text: MarkedText, *, number: int, columns: dict[str, list[int]]
) -> None:
    """Write the labels of a text's marks into their columns; of nested ones the longest stays."""
    low, high = int(words.bounds[number]), int(words.bounds[number + 1])
    starts, ends = words.start[low:high], words.end[low:high]
    asked = columns if text.asked is None else text.asked
    for label, places in columns.items():
        if label not in asked:
            labels[low:high, places] = NOT_SAID
    for start, end in text.unsure:
        first = low + int(np.searchsorted(ends, start, side="right"))
        labels[first : low + int(np.searchsorted(starts, end, side="left"))] = NOT_SAID
    for mark in sorted(text.marks, key=lambda m: (m.start - m.end, m.start, m.label)):
        first = low + int(np.searchsorted(ends, mark.start, side="right"))
        behind = low + int(np.searchsorted(starts, mark.end, side="left"))
        for column in columns.get(mark.label, ()):
            own = labels[first:behind, column]
            if len(own) and not (own > OUTSIDE).any():
                own[0], own[1:] = BEGIN, INSIDE

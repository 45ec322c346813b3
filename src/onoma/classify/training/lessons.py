"""Documents whose sentences say what they are, as lessons for a sequence model.

Two sources: abstracts under headings (free labels, as PubMed RCT was made; the headings are cut
off), and files of labelled sentences (``###id``, then a label, a tab and a sentence a line, a blank
line between documents), the form of PubMed RCT and of NICTA-PIBOSO.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.classify.crf import F32
from onoma.classify.headings import PARTS, ROLES, below
from onoma.classify.sentences import U32, UNSAID, Words, read_given, read_sentences
from onoma.classify.sequence_model import places
from onoma.errors import BadLine, InputError
from onoma.formats.opening import open_stream
from onoma.types import Document

I64 = npt.NDArray[np.int64]

LETTERS = 60  # letters of a sentence by which two documents are known to be the same
BATCH = 256  # documents read at once
_OTHER = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Lesson:
    """The sentences of a document: keys of their words, where they stand, what they may be.

    ``gold`` is the label's place, -1 where the source does not say; ``allowed`` has bit i where
    label i may be right.
    """

    id: str
    keys: tuple[U32, ...]
    where: F32
    gold: I64
    allowed: I64
    marks: frozenset[str]


def structured_lessons(documents: Iterable[Document], scheme: str) -> Iterator[Lesson]:
    """Yield what documents under headings teach of ``roles`` or ``pico``; others are passed over.

    A document counts when its first sentence stands below a heading and two roles are named.
    """
    batch: list[Document] = []
    for document in documents:
        batch.append(document)
        if len(batch) == BATCH:
            yield from _structured(batch, scheme)
            batch = []
    yield from _structured(batch, scheme)


def _structured(batch: Sequence[Document], scheme: str) -> Iterator[Lesson]:
    """Yield the lessons of a batch."""
    sentences, words = read_sentences(batch)
    bounds = np.searchsorted(sentences.document, np.arange(len(batch) + 1)).tolist()
    cuts = np.searchsorted(words.sentence, np.arange(len(sentences) + 1)).tolist()
    for number, document in enumerate(batch):
        first, last = bounds[number], bounds[number + 1]
        main = sentences.main[first:last].astype(np.int64)
        named = set(main.tolist()) - {-1, ROLES.index("other")}
        if last - first < 3 or sentences.roles[first] == UNSAID.roles or len(named) < 2:
            continue
        keys = tuple(words.key[cuts[k] : cuts[k + 1]] for k in range(first, last))
        spans = zip(sentences.body[first:last], sentences.end[first:last], strict=True)
        marks = marks_of(document.text[a:b] for a, b in spans)
        if scheme == "roles":
            roles = sentences.roles[first:last].astype(np.int64)
            allowed = np.where(main >= 0, 1 << np.maximum(main, 0), roles)
            gold = main
        else:
            allowed = sentences.parts[first:last].astype(np.int64)
            alone = (allowed & (allowed - 1)) == 0
            gold = np.where(alone, np.log2(np.maximum(allowed, 1)).astype(np.int64), -1)
        yield Lesson(document.id, keys, _where(keys), gold, allowed, marks)


def _where(keys: Sequence[U32]) -> F32:
    """Return the numbers that say where each sentence stands."""
    owner = np.repeat(np.arange(len(keys)), [len(one) for one in keys])
    words = Words(np.empty(0, np.uint32), owner)
    return places(np.zeros(1, np.int64), np.array([len(keys)]), words)


def marks_of(sentences: Iterable[str]) -> frozenset[str]:
    """Return what long sentences begin with, letters alone: documents that share one are one."""
    letters = (_OTHER.sub("", one.lower())[:LETTERS] for one in sentences)
    return frozenset(one for one in letters if len(one) == LETTERS)


def read_labelled(paths: Sequence[Path]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the documents of files of labelled sentences: id, then label and sentence.

    Raises: BadLine: a line that is neither ``###id`` nor a label, a tab and a sentence.
    """
    out: list[tuple[str, list[tuple[str, str]]]] = []
    for path in paths:
        with open_stream(path.open("rb"), str(path)) as stream:
            lines = stream.read().decode("utf-8").splitlines()
        is_open = False
        for number, line in enumerate(lines, start=1):
            if line.startswith("###"):
                out.append((line[3:].strip(), []))
                is_open = True
            elif not line.strip():
                is_open = False
            else:
                label, tab, text = line.partition("\t")
                if not tab or not text.strip():
                    raise BadLine(
                        str(path), number, line, "a sentence needs a label and a tab before it",
                        hint="write: result<TAB>None of them fell ill.",
                    )  # fmt: skip
                if not is_open:
                    out.append((f"{path.name}:{number}", []))
                    is_open = True
                out[-1][1].append((canonical(label), text))
    return [one for one in out if one[1]]


def canonical(label: str) -> str:
    """Return a label in one spelling: the role that it names (``METHODS``), else as it stands.

    >>> canonical("METHODS"), canonical("study design"), canonical("claim")
    ('method', 'study_design', 'claim')
    """
    plain = "_".join(label.casefold().split())
    if plain in ROLES or plain in PARTS:
        return plain
    found = below(label)
    return ROLES[found.main] if found is not None and found.main >= 0 else plain


def labels_of(documents: Sequence[tuple[str, list[tuple[str, str]]]]) -> tuple[str, ...]:
    """Return the labels of a file: a known scheme's where they all stand in it, else their own.

    Raises: InputError: there are fewer than two.
    """
    used = {label for _, rows in documents for label, _ in rows}
    if len(used) < 2:
        raise InputError(
            "fewer than two labels in the labelled sentences", hint="a label, a tab, a sentence"
        )
    for scheme in (ROLES, PARTS):
        if used <= set(scheme):
            return scheme
    return tuple(sorted(used))


def labelled_lessons(
    documents: Sequence[tuple[str, list[tuple[str, str]]]], labels: tuple[str, ...]
) -> Iterator[Lesson]:
    """Yield the lessons of labelled sentences."""
    for name, rows in documents:
        words = read_given([text for _, text in rows])
        cuts = np.searchsorted(words.sentence, np.arange(len(rows) + 1)).tolist()
        keys = tuple(words.key[a:b] for a, b in pairwise(cuts))
        gold = np.array([labels.index(label) for label, _ in rows], np.int64)
        marks = marks_of(text for _, text in rows)
        yield Lesson(name, keys, _where(keys), gold, 1 << gold, marks)


def without_known(lessons: Iterable[Lesson], seen: set[str]) -> list[Lesson]:
    """Return lessons that share no long sentence with ``seen`` (nor with one another); adds to it.

    Corpora share abstracts: what is measured on, or taught already, must not be taught again.
    """
    kept = []
    for lesson in lessons:
        if not lesson.marks & seen:
            kept.append(lesson)
            seen |= lesson.marks
    return kept

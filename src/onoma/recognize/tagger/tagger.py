"""The tagger: documents in, typed spans with scores out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.differences import model_path
from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.errors import ModelMissing
from onoma.recognize.tagger.agreement import agreed
from onoma.recognize.tagger.decoding import WordSpans, decode, log_chances
from onoma.recognize.tagger.folder import TRUNK, Heads, read_card, read_heads, shipped_tagger
from onoma.recognize.tagger.gazetteer import Gazetteer, Marks, feature_bits, unpacked
from onoma.recognize.tagger.runner import OnnxTrunk, Runner
from onoma.recognize.tagger.windows import LONGEST, Windows, make_windows
from onoma.recognize.tagger.words import WordReader, Words
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from onoma.types import Document

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


_BLOCK = re.compile(
    r"\n[ \t]*\n\s*"  # a paragraph
    r"|\n(?=[ \t]*(?:[-*\u2022]|\d+[.)])\s)"  # an item of a list
    r"|\n[ \t]{2,}|[:;][ \t]*\n"  # a line set in, or announced
    r"| {3,}|\t+"  # a cell of a table
)
HYPHENS = {0x2010: "-", 0x2011: "-"}  # what the encoder's vocabulary has in their place


@dataclass(frozen=True, slots=True)
class Tagged:
    """Spans as columns, sorted by document, start and end.

    ``start`` and ``end`` are code points of the span's own document, whose number in the call is
    ``document``; ``head`` numbers ``heads``; ``score`` is in 0 to 1, higher is surer.
    """

    heads: tuple[str, ...]
    document: I64
    start: I64
    end: I64
    head: I64
    score: F32

    def __len__(self) -> int:
        """Return the number of spans."""
        return len(self.document)

    def types(self) -> list[str]:
        """Return each span's type (or head)."""
        return [self.heads[number] for number in self.head.tolist()]

    def keep(self, which: npt.NDArray[np.bool_]) -> Tagged:
        """Return the spans under a mask."""
        return Tagged(
            self.heads, self.document[which], self.start[which], self.end[which],
            self.head[which], self.score[which],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What a tagger thinks of a batch, word by word.

    ``chances`` are logarithms of the chances of outside, begin and inside, (words, heads, 3);
    ``words`` has the offsets, ``spans`` what is decoded of it.
    """

    heads: tuple[str, ...]
    words: Words
    chances: F32
    spans: WordSpans


@dataclass(frozen=True, slots=True)
class Page:
    """A batch ready to be scored."""

    batch: TextBatch
    words: Words
    bits: U64
    windows: Windows


class Tagger:
    """Finds typed spans in documents.

    Deterministic: a document has the same spans alone and in company.
    """

    def __init__(
        self,
        runner: Runner,
        heads: Heads,
        pieces: WordPiece,
        *,
        gazetteer: Gazetteer | None = None,
        longest: int = LONGEST,
        agree: bool = False,
        name: str = "",
    ) -> None:
        """Put the parts together.

        ``name`` says which weights these are. Without a gazetteer no word is marked as a name that
        is known. With ``agree`` the mentions of a document are made to agree (see ``agreement``).
        """
        self.runner, self.heads, self.gazetteer = runner, heads, gazetteer
        self.name = name
        self._pieces, self._longest, self._agree = pieces, longest, agree
        self._ends = pieces.number([""], 2)[0]
        self._reader = WordReader(pieces)

    def tag(self, documents: Sequence[Document], heads: Sequence[str] | None = None) -> Tagged:
        """Return the spans of documents; ``heads`` limits and orders the types, None is all types.

        Raises: UnknownName: a head that this tagger does not have.
        """
        batch = TextBatch.of([document.text for document in documents])
        marks = Marks.none() if self.gazetteer is None else self.gazetteer.marks(batch)
        return self.tag_batch(batch, marks, heads)

    def tag_batch(
        self, batch: TextBatch, marks: Marks, heads: Sequence[str] | None = None
    ) -> Tagged:
        """Return the spans of a batch in which a dictionary's names are already marked."""
        seen = self.look(batch, marks, heads)
        return tagged(seen.spans, seen.words, seen.heads)

    def look(self, batch: TextBatch, marks: Marks, heads: Sequence[str] | None = None) -> Look:
        """Return what is thought of each word of a batch, and the spans that follow from it."""
        own = self.heads.pick(self.heads.shared if heads is None else heads)
        page = self.read(batch, marks)
        scores = self.scores(page, own)
        spans = decode(scores, blocks(page.words, batch))
        if self._agree:
            spans = agreed(spans, page.words, batch)
        return Look(own.names, page.words, log_chances(scores), spans)

    def read(self, batch: TextBatch, marks: Marks) -> Page:
        """Return a batch cut into words and windows."""
        ends = batch.doc_start[1:] - 1
        pairs = zip(batch.doc_start[:-1].tolist(), ends.tolist(), strict=True)
        texts = [batch.text[start:end].translate(HYPHENS) for start, end in pairs]
        words = self._reader.read(texts)
        sentences = sentence_spans(batch.codes, batch.doc_start)[0].astype(np.int64)
        windows = make_windows(words, batch, sentences, longest=self._longest)
        return Page(batch, words, feature_bits(words, batch, marks), windows)

    def scores(self, page: Page, heads: Heads) -> F32:
        """Return the scores of outside, begin and inside, (words, heads, 3)."""
        out = np.zeros((len(page.words), len(heads.names), 3), np.float32)
        for own, first, last in self._read(page):
            found = first @ heads.first.T + last @ heads.last.T + heads.bias
            found += unpacked(page.bits[own]) @ heads.direct.T
            out[own] = found.reshape(len(first), -1, 3)
        return out

    def vectors(self, page: Page) -> F32:
        """Return what heads read: vectors of words' first and last pieces, (words, 2 x width)."""
        width = self.heads.first.shape[1]
        out = np.zeros((len(page.words), 2 * width), np.float32)
        for own, first, last in self._read(page):
            out[own, :width], out[own, width:] = first, last
        return out

    def _read(self, page: Page) -> Iterator[tuple[slice, F32, F32]]:
        """Yield which words a window answers for, and their first and last pieces' vectors."""
        words, windows = page.words, page.windows
        size = words.first[windows.last] - words.first[windows.first]
        order = np.argsort(size, kind="stable")
        for begin in range(0, len(order), self.runner.batch):
            rows = order[begin : begin + self.runner.batch]
            ids, mask, features = self.inputs(page, rows)
            vectors = self.runner.run(ids, mask, features)
            for place, row in enumerate(rows.tolist()):
                low, high = int(windows.begin[row]), int(windows.stop[row])
                shift = 1 - int(words.first[windows.first[row]])
                first = vectors[place, words.first[low:high] + shift]
                last = vectors[place, words.first[low + 1 : high + 1] + shift - 1]
                yield slice(low, high), first, last

    def inputs(self, page: Page, rows: I64) -> tuple[I64, I64, F32]:
        """Return the pieces of some windows, their mask and their bits, padded."""
        words, windows = page.words, page.windows
        lows = words.first[windows.first[rows]]
        sizes = words.first[windows.last[rows]] - lows
        width = int(sizes.max(initial=0)) + 2
        ids = np.full((len(rows), width), self._pieces.pad, np.int64)
        mask = (np.arange(width) < sizes[:, None] + 2).astype(np.int64)
        bits = np.zeros((len(rows), width), np.uint64)
        for place, row in enumerate(rows.tolist()):
            low, size = int(lows[place]), int(sizes[place])
            ids[place, 0], ids[place, size + 1] = self._ends
            ids[place, 1 : size + 1] = words.pieces[low : low + size]
            span = slice(int(windows.first[row]), int(windows.last[row]) + 1)
            counts = np.diff(words.first[span])
            bits[place, 1 : size + 1] = np.repeat(page.bits[span][: len(counts)], counts)
        return ids, mask, unpacked(bits)


def tagged(
    spans: WordSpans, words: Words, names: tuple[str, ...], owner: I64 | None = None
) -> Tagged:
    """Return spans of words as places in documents; ``owner`` says which name a head goes under."""
    start, end = words.start[spans.first], words.end[spans.behind - 1]
    document = np.searchsorted(words.bounds, spans.first, side="right") - 1
    head = spans.head if owner is None else owner[spans.head]
    order = np.lexsort((head, end, start, document))
    return Tagged(names, document[order], start[order], end[order], head[order], spans.score[order])


def blocks(words: Words, batch: TextBatch) -> I64:
    """Return the words that documents, paragraphs, items of lists and cells of tables begin with.

    No name goes on from one to the next. Last comes the number of words.
    """
    start = words.start + np.repeat(batch.doc_start[:-1], np.diff(words.bounds))
    breaks = [match.end() for match in _BLOCK.finditer(batch.text)]
    heads = np.searchsorted(start, np.array(breaks, np.int64), side="left")
    return np.asarray(np.unique(np.concatenate([words.bounds, heads])), np.int64)


def load_tagger(
    place: str | Path | None = None, *, gazetteer: Gazetteer | None = None, threads: int = 1
) -> Tagger:
    """Return the tagger that ships, or the one of a folder that ``onoma train ner`` wrote.

    Raises: ModelMissing: there is none; BadFile, Inconsistent: it cannot be used.
    """
    folder = shipped_tagger() if place is None else Path(place)
    if place is None and model_path(folder / TRUNK) is None:
        raise ModelMissing(
            "no tagger ships with this installation",
            hint="give a tagger's folder, or make one: onoma train ner",
        )
    card = read_card(folder)
    return Tagger(
        OnnxTrunk(folder / TRUNK, threads),
        read_heads(folder, card["heads"]),
        read_wordpiece(folder),
        gazetteer=gazetteer,
        longest=int(card.get("longest", LONGEST)),
        agree=bool(card.get("agree", False)),
        name=" ".join([str(card["name"]), str(card.get("sha256", ""))[:12]]).strip(),
    )

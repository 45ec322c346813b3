"""CoNLL columns: a token a line with its tag (BIO, IOB1, BIOES, BILOU or IO).

The first column is the token, the last one the tag; columns stand apart by tabs or else blanks, a
blank line ends a sentence. A document begins at ``-DOCSTART- (ID)``, ``# id = ID`` or ``###ID``; in
a file without such lines each sentence is a document, named after its line. ``# text = ...`` gives
a text, which the tokens are then looked up in. Without it the text is rebuilt: tokens joined by one
blank, sentences by a line end, and the metadata say so (``text``: ``rebuilt``). A tag without
``B-`` or the like is read as IO. Letters alone (``B``, ``I``) make mentions of the type ``entity``.

Source: Tjong Kim Sang and De Meulder 2003, CoNLL-2003; Ratinov and Roth 2009 (BILOU).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TypeGuard

from onoma.errors import BadLine, NotText, OnomaError
from onoma.formats.gold import Mark, mentions_of
from onoma.formats.lines import Line, iter_lines
from onoma.formats.tables import documents_only
from onoma.types import AnnotatedDocument, Document, FailedDocument, Fields, Span

_DOCSTART = re.compile(r"-DOCSTART-(?:\s+\(([^)]*)\)|\s.*)?\s*")
_COMMENT = re.compile(r"# ?(id|newdoc id|doc_id|text) ?= ?(.*)", re.DOTALL)
_HASHED = re.compile(r"###\s*(\S+)\s*")
_TAG = re.compile(r"([BIESUL])(?:-(.+))?")
_OUTSIDE = ("O", "_", "-")
_HINT = (
    "write: TOKEN<TAB>TAG, with a tag such as B-Disease, I-Disease or O, blank between sentences"
)
REBUILT: Fields = (("text", "rebuilt"),)
"""The metadata of a document whose text was made by joining its tokens."""
UNNAMED = "entity"


@dataclass(slots=True)
class _Block:
    """The lines of one document while they are collected; None stands between sentences."""

    id: str
    text: str | None = None
    rows: list[tuple[str, str] | None] = field(default_factory=list)
    problem: OnomaError | None = None

    def note(self, problem: OnomaError | None) -> None:
        self.problem = self.problem or problem  # the first one is told

    def is_empty(self) -> bool:
        return self.text is None and not any(self.rows) and self.problem is None


def read_conll_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield the file's documents with their mentions; a malformed line fails its document."""
    for block in _iter_blocks(stream, name):
        if block.problem is None:
            yield _document(block, name)
            continue
        error = block.problem
        failed = FailedDocument(block.id, error.code, error.message, error.hint, error.offset, name)
        yield AnnotatedDocument(Document(block.id, "", source=name), error=failed)


read_conll = documents_only(read_conll_gold)


def _iter_blocks(stream: BinaryIO, name: str) -> Iterator[_Block]:
    """Yield the lines of each document: from mark to mark, without marks from blank to blank."""
    block: _Block | None = None
    is_marked = False  # whether lines say where documents begin
    for line in iter_lines(stream):
        text, problem = _line_text(line, name)
        mark, is_blank = _document_id(text), not text.strip()
        if (mark is not None or (is_blank and not is_marked)) and _has_content(block):
            yield block
            block = None
        if mark is not None:
            is_marked, block = True, _Block(mark or f"{name}:{line.number}")
        elif not is_blank:
            block = block or _Block(f"{name}:{line.number}")
            block.note(problem or _take(block, text, line, name))
        elif block is not None:
            block.rows.append(None)
    if _has_content(block) or (block is not None and is_marked):
        yield block


def _has_content(block: _Block | None) -> TypeGuard[_Block]:
    return block is not None and not block.is_empty()


def _line_text(line: Line, name: str) -> tuple[str, OnomaError | None]:
    makeshift = line.data[:400].decode("utf-8", "replace")
    if line.is_cut:
        return makeshift, BadLine(name, line.number, makeshift, "the line is too long")
    try:
        return line.text(), None
    except NotText as error:
        return makeshift, error


def _document_id(text: str) -> str | None:
    """Return the id of the document that a line begins (perhaps nothing), None for other lines."""
    if text.startswith("-DOCSTART-") and (match := _DOCSTART.fullmatch(text)):
        return (match[1] or "").strip()
    if not text.startswith("#"):
        return None
    comment = _COMMENT.fullmatch(text)
    if comment and comment[1] != "text":
        return plain_value(comment[2])
    hashed = _HASHED.fullmatch(text)
    return hashed[1] if hashed else None


def _take(block: _Block, text: str, line: Line, name: str) -> OnomaError | None:
    """Put a line's text into its document; return what is wrong with it, if anything."""
    cells = text.split("\t") if "\t" in text else text.split(" ")
    cells = [cell for cell in cells if cell.strip()]
    comment = _COMMENT.fullmatch(text)
    if comment and comment[1] == "text" and not (len(cells) == 2 and "\t" in text):
        if block.text is None:
            block.text = comment[2]
        elif any(block.rows):
            block.text = f"{plain_value(block.text)}\n{plain_value(comment[2])}"
        return None
    if text.startswith("# ") and not (len(cells) == 2 and _is_tag(cells[1])):
        return None  # another comment
    if len(cells) < 2:
        return BadLine(name, line.number, text, "a line needs a token and a tag", hint=_HINT)
    block.rows.append((cells[0], cells[-1].strip()))
    return None


def _is_tag(cell: str) -> bool:
    return cell in _OUTSIDE or _TAG.fullmatch(cell) is not None


def plain_value(value: str) -> str:
    r"""Return a comment's value: as it stands, or what it says as a JSON string.

    >>> plain_value('"a\\\\nb"'), plain_value('"a" b')
    ('a\\nb', '"a" b')
    """
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            parsed = json.loads(value)
        except ValueError:
            return value
        return parsed if isinstance(parsed, str) else value
    return value


def _document(block: _Block, name: str) -> AnnotatedDocument:
    """Return the document of the lines, with the text that they give or one made of them."""
    for text in [] if block.text is None else dict.fromkeys([plain_value(block.text), block.text]):
        places = _places(text, block.rows)
        if places is not None:
            return _annotated(Document(block.id, text, source=name), block, places)
    pieces: list[str] = []
    found: list[Span] = []
    place, between = 0, ""
    for row in block.rows:
        if row is None:
            between = "\n" if pieces else ""
            continue
        pieces += (between, row[0])
        place += len(between)
        found.append((place, place + len(row[0])))
        place += len(row[0])
        between = " "
    document = Document(block.id, "".join(pieces), source=name, metadata=REBUILT)
    return _annotated(document, block, found)


def _places(text: str, rows: list[tuple[str, str] | None]) -> list[Span] | None:
    """Return where the tokens stand in the text, None if it is not made of them."""
    found: list[Span] = []
    place = 0
    for row in rows:
        if row is None:
            continue
        start = text.find(row[0], place)
        if start < 0 or text[place:start].strip():
            return None
        place = start + len(row[0])
        found.append((start, place))
    return None if text[place:].strip() else found


def _annotated(document: Document, block: _Block, places: list[Span]) -> AnnotatedDocument:
    """Return the document with the mentions of its tags."""
    marks = list(_iter_marks(block.rows, places))
    return AnnotatedDocument(document, mentions_of(document.text, marks, document_id=document.id))


def _iter_marks(rows: list[tuple[str, str] | None], places: list[Span]) -> Iterator[Mark]:
    """Yield the mentions that the tags say; one that only goes on begins one."""
    spans = iter(places)
    start = end = 0
    kind: str | None = None  # of the mention that is open
    for row in [*rows, None]:
        prefix, word = ("O", "") if row is None else split_tag(row[1])
        if kind is not None and (prefix in "OBSU" or word != kind):
            yield Mark([(start, end)], None, kind)
            kind = None
        if row is None:
            continue
        place = next(spans)
        if prefix == "O":
            continue
        if kind is None:
            start, kind = place[0], word
        end = place[1]
        if prefix in "ESUL":
            yield Mark([(start, end)], None, kind)
            kind = None


def split_tag(tag: str) -> tuple[str, str]:
    """Return a tag's letter and type; one without a letter goes on as long as it is the same.

    >>> split_tag("B-cell-type"), split_tag("O"), split_tag("Disease"), split_tag("B")
    (('B', 'cell-type'), ('O', ''), ('I', 'Disease'), ('B', 'entity'))
    """
    if tag in _OUTSIDE:
        return "O", ""
    match = _TAG.fullmatch(tag)
    return ("I", tag) if match is None else (match[1], match[2] or UNNAMED)

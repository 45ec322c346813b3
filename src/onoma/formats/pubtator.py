"""PubTator: ``ID|t|title``, ``ID|a|abstract``, then tab-separated mentions and relations.

A document's text is the title, one space, the abstract; offsets count its characters. What stands
in those two lines is kept to the character, tabs included. Gold mentions are checked for their
form, then ignored by ``read_pubtator``; ``read_pubtator_gold`` gives them with the relations.

A relation ties concepts: ``ID<TAB>predicate<TAB>concept<TAB>concept[<TAB>Novel|No]``. Its ends
have the roles ``subject`` and ``object``; one between mentions is written with their concepts. The
fifth column is its novelty; other words there, and further columns, are in the metadata.

Source: Wei et al. 2013, PubTator (the format); Luo et al. 2022, BioRED (relations with novelty);
the NCBI corpora, for what is met in practice.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from onoma.errors import BadLine, BadSpan, NotText, OnomaError
from onoma.formats.capacity import unheld
from onoma.formats.composites import composite, composites
from onoma.formats.gold import QUOTED, Mark, mentions_of
from onoma.formats.jsonl import join_title
from onoma.formats.lines import Line, iter_lines
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.relation_fields import NOVEL, novelty_fields, take_fields
from onoma.types import (
    SEMANTIC_TYPES,
    AnnotatedDocument,
    Argument,
    Document,
    FailedDocument,
    Mention,
    Relation,
)

_log = logging.getLogger(__name__)

_HEAD = re.compile(r"([^|\t]+)\|([ta])\|(.*)", re.DOTALL)
_OFFSET = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[+-]?[0-9]+")  # what is no relation's predicate, be it an offset or not
_LEADING_ID = re.compile(r"([^|\t ]+)[|\t]")
_HINT = "write: ID|t|title, ID|a|abstract, then ID<TAB>start<TAB>end<TAB>text<TAB>Type<TAB>concept"

TYPE_WORDS: dict[str, str] = {
    name: "".join(part.capitalize() for part in name.split("_")) for name in SEMANTIC_TYPES
} | {"drug": "Chemical", "protein": "Gene", "organism": "Species", "microbe": "Species"}
"""PubTator's word for each semantic type; where it has none, ours in its style."""

_TYPE_OF_WORD: dict[str, str] = {
    word: name for name, word in reversed(TYPE_WORDS.items()) if name not in ("drug", "protein")
} | {"Species": "organism"}


PARTS = "parts"
"""The metadata name of a mention's seventh column."""


@dataclass(slots=True)
class _Block:
    """The lines of one document while they are collected."""

    id: str
    number: int  # of its first line
    title: str | None = None
    abstract: str | None = None
    rows: list[list[str]] = field(default_factory=list)
    relations: list[list[str]] = field(default_factory=list)
    problem: OnomaError | None = None


def read_pubtator(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
    """Yield the file's documents in order; a malformed line fails the document it is in."""
    for block in _iter_blocks(stream, name):
        yield _document(block, name) if block.problem is None else _failed(block, name)


def read_pubtator_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield the file's documents with the mentions annotated in it (``found_by`` is ``gold``).

    ``curie`` is the concept field as it stands (several ids keep their separator), None for ``-``,
    ``-1`` and nothing. ``type`` is our name where PubTator's word has one, else the word. A mention
    quotes the document: where the file's text differs (blanks aside), a warning is logged and the
    metadata have it (``quoted``). Offsets of a document whose mentions only quote it when counted
    in UTF-8 bytes or UTF-16 units are taken for those. A seventh column (the single names of a
    composite mention) is in the metadata as ``parts``.
    """
    for block in _iter_blocks(stream, name):
        if block.problem is None:
            document = _document(block, name)
            mentions = _gold_mentions(block, document)
            if block.problem is None:
                relations = tuple(_gold_relation(cells) for cells in block.relations)
                yield AnnotatedDocument(document, mentions, relations=relations)
                continue
            yield AnnotatedDocument(document, error=_failed(block, name))
            continue
        yield AnnotatedDocument(Document(block.id, ""), error=_failed(block, name))


def _document(block: _Block, name: str) -> Document:
    text, passages = join_title(block.title, block.abstract)
    return Document(block.id, text, passages, source=name)


def _failed(block: _Block, name: str) -> FailedDocument:
    problem = block.problem or OnomaError("unknown problem")
    return FailedDocument(
        block.id, problem.code, problem.message, problem.hint, problem.offset, name
    )


def _gold_mentions(block: _Block, document: Document) -> tuple[Mention, ...]:
    """Return the mentions of the rows; what does not fit the text becomes the block's problem."""
    marks = []
    for cells in block.rows:
        concept = cells[5].strip() if len(cells) > 5 else ""
        mark = Mark([(int(cells[1]), int(cells[2]))], cells[3], cells[4])
        mark.curie = None if concept in ("", "-", "-1") else concept
        mark.metadata = [(PARTS, "\t".join(cells[6:]))] if len(cells) > 6 else []
        marks.append(mark)
    try:
        found = mentions_of(document.text, marks, document_id=block.id, type_of=_type_of)
    except BadSpan as error:
        error.hint = "offsets count characters of title + one space + abstract"
        block.problem = error
        return ()
    other = sum(any(name == QUOTED for name, _ in mention.metadata) for mention in found)
    if other:
        _log.warning("%s: %d mentions quote other text than stands there", block.id, other)
    return found


def _type_of(word: str) -> str:
    return _TYPE_OF_WORD.get(word, word)


def _gold_relation(cells: list[str]) -> Relation:
    """Return the relation of a line: predicate, two concepts, whether it is new, anything else."""
    ends = (Argument("subject", cells[2]), Argument("object", cells[3]))
    names = (NOVEL, *(f"column{number}" for number in range(6, len(cells) + 1)))
    return take_fields(Relation(cells[1], ends), zip(names, cells[4:], strict=False))


def _iter_blocks(stream: BinaryIO, name: str) -> Iterator[_Block]:
    """Yield the lines of each document, put in their places."""
    block: _Block | None = None
    is_gap = True  # whether the line before was blank: the next title begins a document
    for line in iter_lines(stream):
        if not line.data.strip():
            is_gap = True
            continue
        text, problem = _line_text(line, name)
        head = _HEAD.match(text)
        line_id = head[1] if head else _leading_id(text)
        if block is None or _begins(block, head, line_id, is_gap=is_gap):
            if block is not None:
                yield _finished(block, name)
            block = _Block(line_id or f"{name}:{line.number}", line.number)
        words = None if problem else _place_line(block, text, head)
        if words:
            problem = BadLine(name, line.number, text, words, hint=_HINT)
        block.problem = block.problem or problem
        is_gap = False
    if block is not None:
        yield _finished(block, name)


def _line_text(line: Line, name: str) -> tuple[str, OnomaError | None]:
    """Return a line's text, and what is wrong with its bytes (the text is then a makeshift)."""
    makeshift = line.data[:400].decode("utf-8", "replace")
    if line.is_cut:
        return makeshift, BadLine(name, line.number, makeshift, "the line is too long")
    try:
        return line.text(), None
    except NotText as error:
        return makeshift, error


def _leading_id(text: str) -> str | None:
    """Return what stands before the first tab or bar, if it can be an id."""
    match = _LEADING_ID.match(text)
    return match[1] if match else None


def _begins(
    block: _Block, head: re.Match[str] | None, line_id: str | None, *, is_gap: bool
) -> bool:
    """Say whether a line begins another document than the one collected so far."""
    if line_id is None:
        return is_gap
    if line_id != block.id:
        return True
    return is_gap and head is not None and head[2] == "t" and block.title is not None


def _place_line(block: _Block, text: str, head: re.Match[str] | None) -> str | None:
    """Put a line where it belongs in its block; return what is wrong with it, if anything."""
    if head is not None:
        if head[2] == "t":
            if block.title is not None:
                return "a second title line"
            block.title = head[3]
            return None
        if block.abstract is not None:
            return "a second abstract line"
        block.abstract = head[3]
        return None
    cells = text.split("\t")
    if len(cells) < 4 or cells[0] != block.id:
        return "neither a title, an abstract, a mention nor a relation"
    if not _NUMBER.fullmatch(cells[1]):
        block.relations.append(cells)
        return None
    is_span = _OFFSET.fullmatch(cells[1]) and _OFFSET.fullmatch(cells[2])
    if len(cells) < 5 or not is_span or int(cells[1]) > int(cells[2]):
        return "a mention needs start, end, text and type"
    block.rows.append(cells)
    return None


def _finished(block: _Block, name: str) -> _Block:
    """Return the block with what is missing in it as its problem."""
    if block.title is None and block.problem is None:
        block.problem = BadLine(
            name, block.number, block.id, "the document has no |t| line", hint=_HINT
        )
    return block


class PubtatorWriter:
    """Writes PubTator text. A failed document is left out: the format has no place for errors.

    Every replacement keeps offsets: line ends inside a text become spaces one to one, and lone
    surrogates, which UTF-8 has not, become U+FFFD.
    """

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the format has no place for an explanation."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write title, abstract, mentions, relations and a blank line."""
        self.losses.update(unheld(document, "pubtator"))
        if document.error is not None:
            return
        document_id = re.sub(r"[|\t\r\n]", "_", document.id)
        text = re.sub(r"[\r\n]", " ", document.text).replace("\0", "\ufffd")
        cut = title_end(document.document)
        lines = [f"{document_id}|t|{text[:cut]}", f"{document_id}|a|{text[cut + 1 :]}"]
        rows = [composite(row, document.text) for row in composites(document.mentions)]
        lines += [_mention_line(document_id, m, text) for m in rows]
        lines += filter(
            None, (self._relation(document_id, r, document) for r in document.relations)
        )
        self._stream.write(encode_text("\n".join(lines) + "\n\n"))
        self._count(document, document_id, cut)

    def _relation(
        self, document_id: str, relation: Relation, document: AnnotatedDocument
    ) -> str | None:
        """Return a relation's line: its ends as concepts; None if it has others than two.

        None also if the text denies it, which a line cannot say.
        """
        concepts = {m.id: m.curie for m in document.mentions if m.id}
        others = {r.id for r in document.relations if r.id}
        found = [concepts.get(a.target, a.target) for a in relation.arguments]
        ends = [end for end in found if end and end not in others]
        is_number = _NUMBER.fullmatch(relation.predicate)  # it would be read as a mention's start
        is_pair = len(found) == len(ends) == 2 and relation.trigger is None
        if not is_pair or is_number or relation.factuality == "negated":
            self.losses["relations"] += 1
            return None
        roles = tuple(argument.role for argument in relation.arguments)
        given = tuple(argument.target for argument in relation.arguments)
        if roles != ("subject", "object") or given != tuple(ends):
            self.losses["arguments"] += 1
        novelty = [value for _, value in novelty_fields(relation)]
        extra = novelty + [value for _, value in relation.metadata]
        back = _gold_relation(["", "", "", "", *extra])
        if (relation.metadata, bool(relation.novelty)) != (back.metadata, bool(back.novelty)):
            self.losses["attributes"] += len(relation.metadata)
            extra = novelty
        cells = [document_id, relation.predicate, *ends, *extra]
        clean = [re.sub(r"[\t\r\n]", " ", cell) for cell in cells]
        if clean != cells:
            self.losses["characters"] += 1
        return "\t".join(clean)

    def _count(self, document: AnnotatedDocument, document_id: str, cut: int) -> None:
        """Count what the lines cannot say as it was."""
        head, text = document.document, document.text
        changed = len(re.findall("[\r\n\0\ud800-\udfff]", text))
        changed += cut >= len(text) or text[cut] not in " \r\n"  # the blank between the lines
        bounds = join_title(text[:cut], text[cut + 1 :])[1]
        fields = {
            "characters": changed,
            "ids": int(document_id != document.id),
            "passages": len(head.passages) if head.passages != bounds else 0,
            "types": sum(
                _TYPE_OF_WORD.get(_word(m), _word(m)) != m.type for m in document.mentions
            ),
            "attributes": sum(len(m.metadata) for m in document.mentions if not _is_parts(m)),
            "concepts": sum(_concept(m) != m.curie for m in document.mentions),
        }
        self.losses.update({kind: count for kind, count in fields.items() if count})

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def title_end(document: Document) -> int:
    """Return where the title line ends: one character, a blank, stands between it and the rest.

    That is the end of the title passage; a document without one is cut at its first line end.
    """
    text = document.text
    for passage in document.passages:
        if passage.kind == "title" and passage.start == 0:
            if passage.end >= len(text) or text[passage.end].isspace():
                return passage.end
            break  # no blank to give up: the text would lose a character
    place = text.find("\n")
    return place if place >= 0 else len(text)


def _word(mention: Mention) -> str:
    return TYPE_WORDS.get(mention.type, mention.type)


def _concept(mention: Mention) -> str | None:
    """Return a mention's concept as it will be read."""
    concept = (mention.curie or "-").strip()
    return None if concept in ("", "-", "-1") or re.search(r"[\t\r\n]", concept) else concept


def _is_parts(mention: Mention) -> bool:
    """Say whether a mention's metadata are what the columns can hold."""
    names = [name for name, _ in mention.metadata]
    return names in ([], [PARTS], [QUOTED], [PARTS, QUOTED]) and not any(
        re.search(r"[\r\n]" if name == PARTS else r"[\t\r\n]", value)
        for name, value in mention.metadata
    )


def _mention_line(document_id: str, mention: Mention, text: str) -> str:
    """Return a mention's line; ``text`` is the document's, without line ends."""
    fields = dict(mention.metadata) if _is_parts(mention) else {}
    quoted = fields.get(QUOTED, text[mention.start : mention.end].replace("\t", " "))
    cells = (document_id, str(mention.start), str(mention.end), quoted, _word(mention))
    concept = _concept(mention) or "-"
    parts = (fields[PARTS],) if PARTS in fields else ()
    return "\t".join((*cells, concept, *parts))

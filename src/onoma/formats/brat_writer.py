"""Writes brat standoff: pairs of ``.txt`` and ``.ann`` files, in a zip or in a folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from onoma.formats.brat import MEMBER
from onoma.formats.brat_assertions import is_held, is_own, own_attributes
from onoma.formats.capacity import unheld
from onoma.formats.gold import quote_of
from onoma.formats.infons import OWN
from onoma.formats.losses import Losses
from onoma.formats.output import encode_text
from onoma.formats.relation_fields import (
    Anchors,
    has_details,
    novelty_fields,
    relation_fields,
    take_fields,
)
from onoma.formats.type_words import word_of
from onoma.formats.zipped import ZipOutput
from onoma.types import AnnotatedDocument, Fields, Mention, Relation

_ID = re.compile(r"[A-Z][0-9]{1,9}")
_NO_FILE = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f\ud800-\udfff]')
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")


class Sink(Protocol):
    """Takes files by name: an archive or a folder."""

    def add(self, name: str, data: bytes) -> None:
        """Write a file of this name."""

    def close(self) -> None:
        """Finish what was begun."""


class BratWriter:
    """Writes each document as a pair of files named after its id; a failed one is left out.

    Ids that brat does not allow are replaced. What UTF-8 and brat cannot hold (NUL, lone
    surrogates) becomes U+FFFD, one for one.
    """

    def __init__(
        self, stream: BinaryIO, explain: bool = False, *, sink: Sink | None = None
    ) -> None:
        """Write a zip to this byte stream, or files to the sink instead."""
        self.losses = Losses()
        self._sink = sink or ZipOutput(stream)
        self._names: set[str] = set()

    def begin(self) -> None:
        """Write nothing: the format has no head."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write a document's two files."""
        self.losses.update(unheld(document, "brat"))
        if document.error is not None:
            return
        name = self._file_name(document.id)
        lines = "".join(f"{line}\n" for line in _Lines(document, self.losses).all())
        self._sink.add(f"{name}.ann", encode_text(_FORBIDDEN.sub("\ufffd", lines)))
        self._sink.add(f"{name}.txt", self._text(document.text))

    def end(self) -> None:
        """Finish the archive or the folder."""
        self._sink.close()

    def _text(self, text: str) -> bytes:
        """Return a text's bytes; one that begins with a byte-order mark gets another one."""
        text, changed = _FORBIDDEN.subn("\ufffd", text)
        if changed:
            self.losses["characters"] += changed
        return encode_text("\ufeff" + text if text.startswith("\ufeff") else text)

    def _file_name(self, document_id: str) -> str:
        """Return a name for the document's files that no other one has."""
        plain = document_id
        for extension in (".txt", ".ann"):
            plain = plain.removesuffix(extension)
        parts = [_NO_FILE.sub("_", part) for part in plain.split("/")]
        stem = "/".join(part for part in parts if part.strip(". ")) or "document"
        name, number = stem, 1
        while name.casefold() in self._names:
            number += 1
            name = f"{stem}-{number}"
        self._names.add(name.casefold())
        if name != document_id:
            self.losses["ids"] += 1
        return name


class _Lines:
    """The lines of one document's .ann file."""

    def __init__(self, document: AnnotatedDocument, losses: Losses) -> None:
        self._text = document.text
        self._mentions = document.mentions
        self._relations = document.relations
        self._losses = losses
        self._numbers = {"A": 0, "#": 0, "N": 0}
        self._anchors = Anchors(document.mentions)
        self._mention_ids = self._ids([(m.id, "T") for m in document.mentions])
        self._relation_ids = self._ids([(r.id, _letter(r)) for r in document.relations])
        old = [mention.id for mention in document.mentions]
        old += [relation.id for relation in document.relations]
        new = [*self._mention_ids, *self._relation_ids]
        self._new = {was: now for was, now in zip(old, new, strict=True) if was}

    def all(self) -> list[str]:
        """Return all lines, each before those that stand on it."""
        lines: list[str] = []
        for mention, own_id in zip(self._mentions, self._mention_ids, strict=True):
            lines += self._mention(mention, own_id)
        for relation, own_id in zip(self._relations, self._relation_ids, strict=True):
            lines += self._relation(relation, own_id)
        return lines

    def _ids(self, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """Return an id of the right letter for each part; its own, if it may be."""
        kept = {given for given, letter in wanted if _fits(given, letter)}
        met: set[str] = set()
        numbers: dict[str, int] = {}
        found = []
        for given, letter in wanted:
            if letter == "*":
                found.append("*")
                continue
            own_id = given
            if not _fits(given, letter) or given in met:
                self._losses["ids"] += bool(given)
                own_id = ""
            while not own_id or (own_id in kept and own_id != given):
                numbers[letter] = numbers.get(letter, 0) + 1
                own_id = f"{letter}{numbers[letter]}"
            met.add(own_id)
            found.append(own_id)
        return found

    def _mention(self, mention: Mention, own_id: str) -> list[str]:
        spans = ";".join(f"{start} {end}" for start, end in mention.spans)
        quoted = re.sub(
            r"[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", quote_of(self._text, mention)
        )
        lines = [f"{own_id}\t{self._word(word_of(mention.type))} {spans}\t{quoted}"]
        if not is_held(mention.assertion_axes, mention.metadata):
            self._losses["assertion"] += 1
        attributes = own_attributes(mention.assertion_axes, mention.metadata)
        lines += self._fields(tuple(attributes), own_id, is_ours=True)
        lines += self._fields(mention.metadata, own_id)
        return lines + self._concepts(mention, own_id)

    def _concepts(self, mention: Mention, own_id: str) -> list[str]:
        """Return a line for each concept of a mention."""
        curies = [] if mention.curie is None else mention.curie.split("|")
        if any(not curie or " ".join(curie.split()) != curie for curie in curies):
            self._losses["concepts"] += 1
            curies = []
        label = mention.label or ""
        labels = [label] if len(curies) == 1 else label.split("|")
        is_odd = len(labels) != len(curies) or "\n" in label or "\r" in label
        if (label and is_odd) or mention.label == "":
            self._losses["labels"] += 1
        if is_odd:
            labels = [""] * len(curies)
        return [
            f"{self._next('N')}\tReference {own_id} {curie}\t{shown}"
            for curie, shown in zip(curies, labels, strict=True)
        ]

    def _fields(self, fields: Fields, own_id: str, *, is_ours: bool = False) -> list[str]:
        """Return metadata as attributes (a word or none) and notes (anything else on one line)."""
        lines = []
        for name, value in fields:
            is_name = name.split() == [name] and name != "AnnotatorNotes"
            is_line = "\n" not in value and not value.endswith("\r")
            if not is_name or not is_line or (is_own(name, value) and not is_ours):
                self._losses["attributes"] += 1
            elif name != "note" and (not value or value.split() == [value]):
                lines.append(f"{self._next('A')}\t{name} {own_id} {value}".rstrip(" "))
            else:
                word = "AnnotatorNotes" if name == "note" else name
                lines.append(f"{self._next('#')}\t{word} {own_id}\t{value}")
        return lines

    def _relation(self, relation: Relation, own_id: str) -> list[str]:
        """Return a relation's lines; one whose ends are no annotations cannot be written."""
        targets = [self._end(relation, place) for place in range(len(relation.arguments))]
        trigger = None if relation.trigger is None else self._target(relation.trigger)
        is_whole = all(targets) and (relation.trigger is None or trigger)
        if not is_whole or (own_id[0] == "R" and len(targets) != 2):
            self._losses["relations"] += 1
            return []
        predicate = self._word(relation.predicate, ":")
        if own_id == "*":
            return [f"*\t{predicate} {' '.join(filter(None, targets))}"]
        roles = [self._word(argument.role, ":") for argument in relation.arguments]
        ends = "".join(f" {role}:{target}" for role, target in zip(roles, targets, strict=True))
        head = f"{predicate}:{trigger}" if trigger else predicate
        said = [*novelty_fields(relation), *relation_fields(relation)]
        said += [
            (f"{OWN}end{place}", argument.target)
            for place, argument in enumerate(relation.arguments, 1)
            if self._target(argument.target) is None
        ]
        fields = self._fields(tuple(said), own_id)
        taken = take_fields(relation, relation.metadata).metadata
        if taken != relation.metadata:
            self._losses["attributes"] += len(relation.metadata) - len(taken)
        return [f"{own_id}\t{head}{ends}", *fields, *self._fields(taken, own_id)]

    def _end(self, relation: Relation, place: int) -> str | None:
        """Return the id that stands for an end: of a concept, a mention of it."""
        target = relation.arguments[place].target
        found = self._target(target)
        if found is None:
            mention = self._anchors.mention_of(relation, place)
            if mention is not None:
                found = self._mention_ids[self._mentions.index(mention)]
        return found

    def _target(self, target: str) -> str | None:
        return self._new.get(target) or (target if _ID.fullmatch(target) else None)

    def _word(self, word: str, other: str = "") -> str:
        """Return a word without what would end it in brat's lines."""
        plain = re.sub(rf"[\s{other}]", "_", word) or "_"
        if plain != word:
            self._losses["characters"] += 1
        return plain

    def _next(self, letter: str) -> str:
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]}"


def _fits(given: str, letter: str) -> bool:
    return _ID.fullmatch(given) is not None and given[0] == letter


def _letter(relation: Relation) -> str:
    """Return the letter of a relation's line."""
    if relation.trigger is not None:
        return "E"
    is_bare = not (relation.novelty or has_details(relation) or relation.metadata)
    is_plain = not relation.id and is_bare and relation.arguments
    is_equal = is_plain and all(argument.role == MEMBER for argument in relation.arguments)
    return "*" if is_equal else "R"

"""A curation: documents as they were found, who reads them, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.durable import FileSum, sum_file
from onoma.curate.decisions import ADJUDICATION, READING, Decision, Log
from onoma.curate.doubt import Doubt
from onoma.curate.places import SHEET
from onoma.curate.verdicts import Part, outcome, part_of
from onoma.curate.wording import Wording
from onoma.errors import BadFile, Checksum, DataMissing, UnknownName
from onoma.formats.jsonl_full import read_jsonl_gold
from onoma.types import AnnotatedDocument, Mention, Relation

DOCUMENTS = "documents.jsonl"
SCHEMA = 1
CURATOR = "curator"  # found_by of what a person added
DECIDED = "decided"  # the field of a mention that says what a person decided


@dataclass(frozen=True, slots=True)
class Item:
    """A mention to be decided on; ``mention`` None: one that a reader added (``added``)."""

    key: str
    document: int
    mention: Mention | None
    doubt: Doubt
    added: Part | None = None

    @property
    def part(self) -> Part:
        """What was found, or added."""
        if self.added is not None:
            return self.added
        assert self.mention is not None  # noqa: S101 - an item is one or the other
        return part_of(self.mention)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far someone is: of ``items`` so many decided, passed over; documents done."""

    items: int
    decided: int
    passed: int
    added: int
    documents: int
    done: int


class Curation:
    """A curation as its folder has it; what others decide meanwhile is seen at the next look."""

    def __init__(self, folder: Path, sheet: Mapping[str, Any]) -> None:
        """Take a folder and its sheet; ``open`` reads it for you."""
        self.folder = folder
        self.sheet = sheet
        self.readers: tuple[str, ...] = tuple(sheet["readers"])
        self.adjudicator: str = sheet["adjudicator"]
        self.log = Log(folder)
        self._holding: dict[tuple[str, str], tuple[int, dict[str, Decision]]] = {}

    @classmethod
    def open(cls, folder: str | Path) -> Curation:
        """Return the curation in a folder.

        Raises: DataMissing: there is none. BadFile: its sheet is damaged.
        """
        path = Path(folder) / SHEET
        if not path.is_file():
            raise DataMissing(f"{folder}: no curation", hint="onoma curate start makes one")
        try:
            sheet = orjson.loads(path.read_bytes())
            known = sheet["schema"] == SCHEMA
            return cls(Path(folder), sheet) if known else _newer(path)
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise BadFile(f"{path}: no sheet of a curation", hint="take it from a copy") from error

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @property
    def wording(self) -> Wording:
        """What reads parts in words, in the vocabulary of the curation."""
        return Wording(self.sheet["vocabulary"])

    @cached_property
    def documents(self) -> list[AnnotatedDocument]:
        """The documents as they were found.

        Raises: Checksum: they were changed since.
        """
        path = self.folder / DOCUMENTS
        if sum_file(path) != FileSum.of_record(self.sheet["file"]):
            raise Checksum(f"{path}: is not what was written", hint="take it from a copy")
        with path.open("rb") as stream:
            return list(read_jsonl_gold(stream, path.name))

    @cached_property
    def items(self) -> dict[str, Item]:
        """The mentions by their keys, ``document.mention``, in the order of the text."""
        out = {}
        for place, (document, values) in enumerate(
            zip(self.documents, self.sheet["doubts"], strict=True)
        ):
            for number, (mention, told) in enumerate(zip(document.mentions, values, strict=True)):
                doubt = Doubt(told[0], tuple((name, share) for name, share in told[1]))
                key = f"{place}.{number}"
                out[key] = Item(key, place, mention, doubt)
        return out

    def holding(self, reader: str, stage: str) -> dict[str, Decision]:
        """Return the decision that holds of each item that someone has decided on."""
        known = self.log.read()
        count, held = self._holding.get((reader, stage), (0, {}))
        if count == len(known):
            return held
        own = [one for one in known[count:] if (one.reader, one.stage) == (reader, stage)]
        gone: set[int] = set()
        out = dict(held)  # what was given away before stays as it was
        if any(one.verdict is None for one in own):  # to undo brings back what stood before
            own = [one for one in known if (one.reader, one.stage) == (reader, stage)]
            gone = {one.undone for one in own if one.verdict is None}
            out = {}
        for one in own:
            if one.verdict is None or one.number in gone:
                continue
            for key in one.items:
                out.pop(key, None)
                out[key] = one
        self._holding[reader, stage] = len(known), out
        return out

    def item(self, key: str) -> Item:
        """Return an item: a mention that was found, or one that a reader added.

        Raises: UnknownName: there is none.
        """
        found = self.items.get(key) or self.added().get(key)
        if found is None:
            raise UnknownName("item", key, ())
        return found

    def added(self) -> dict[str, Item]:
        """Return what readers added and stands, by key."""
        out = {}
        for reader in self.readers:
            for key, one in self.holding(reader, READING).items():
                verdict = one.verdict
                if verdict is not None and verdict.verb == "add":
                    place = int(key.partition("+")[0])
                    out[key] = Item(key, place, None, Doubt(0.0), verdict.parts[0])
        return out

    def outcomes(self, reader: str, stage: str = READING) -> dict[str, tuple[Part, ...]]:
        """Return what stands, by item, where someone's decisions hold; none for passed items."""
        known = self.items | self.added()
        return {
            key: outcome(known[key].part, one.verdict)
            for key, one in self.holding(reader, stage).items()
            if one.verdict is not None and one.verdict.verb != "pass" and key in known
        }

    def finished(self, outcomes: Mapping[str, Any]) -> set[int]:
        """Return the places of documents of which someone decided every mention."""
        open_ = {one.document for key, one in self.items.items() if key not in outcomes}
        return set(range(len(self.documents))) - open_

    def differences(self) -> dict[str, Item]:
        """Return the items on which the two readers differ, in the order of the text.

        What one added counts where the other is through with the document.
        """
        if len(self.readers) < 2:
            return {}
        first, second = (self.outcomes(one) for one in self.readers)
        out = {
            key: one for key, one in self.items.items()
            if key in first and key in second and _keys(first[key]) != _keys(second[key])
        }  # fmt: skip
        ready = self.finished(first) & self.finished(second)
        for key, one in self.added().items():
            if one.document in ready and _keys(first.get(key, ())) != _keys(second.get(key, ())):
                out[key] = one
        return dict(sorted(out.items(), key=lambda one: (one[1].document, place_of(one[1]))))

    def settled(self) -> dict[str, tuple[Part, ...]]:
        """Return what stands of each item that is settled: agreed on, or adjudicated."""
        first = self.outcomes(self.readers[0])
        if len(self.readers) == 1:
            return first
        second = self.outcomes(self.readers[1])
        differing = self.differences()
        ready = self.finished(first) & self.finished(second)
        out = {}
        for key in dict.fromkeys((*first, *second)):
            is_both = key in first and key in second
            is_added = key not in self.items and self.item(key).document in ready
            if (is_both or is_added) and key not in differing:
                out[key] = first.get(key) or second.get(key) or ()
        judged = self.outcomes(self.judge, ADJUDICATION)
        return out | {key: parts for key, parts in judged.items() if key in differing}

    @property
    def judge(self) -> str:
        """Who adjudicates: the one named, or whoever did so first."""
        if self.adjudicator:
            return self.adjudicator
        return next((one.reader for one in self.log.read() if one.stage == ADJUDICATION), "")

    def done(self) -> set[int]:
        """Return the places of documents of which everything is settled."""
        settled = self.settled()
        differing = {one.document for key, one in self.differences().items() if key not in settled}
        return self.finished(settled) - differing

    def curated(self, *, only_done: bool = True) -> Iterator[AnnotatedDocument]:
        """Yield documents as people decided; ``only_done``: those that are settled through.

        Otherwise all of them, with what is not settled as it was found.
        """
        settled, done = self.settled(), self.done()
        by_document: dict[int, list[tuple[str, tuple[Part, ...]]]] = {}
        for key, parts in settled.items():
            by_document.setdefault(int(key.replace("+", ".").partition(".")[0]), []).append(
                (key, parts)
            )
        for place, document in enumerate(self.documents):
            if place in done or not only_done:
                yield _decided(document, place, dict(by_document.get(place, ())))


def place_of(item: Item) -> tuple[int, int]:
    """Return where an item begins and ends in its text."""
    found = item.part
    return found.start, found.end


def _newer(path: Path) -> Curation:
    raise BadFile(f"{path}: of another version of Onoma", hint="use that version")


def _keys(parts: tuple[Part, ...]) -> frozenset[Any]:
    return frozenset(one.key for one in parts)


def _decided(
    document: AnnotatedDocument, place: int, settled: Mapping[str, tuple[Part, ...]]
) -> AnnotatedDocument:
    """Return a document with its mentions as decided; relations stay where both ends do."""
    mentions: list[Mention] = []
    for number, mention in enumerate(document.mentions):
        parts = settled.get(f"{place}.{number}")
        mentions += [mention] if parts is None else made_mentions(document.text, parts, mention)
    for key, parts in settled.items():
        if "+" in key:
            mentions += made_mentions(document.text, parts, None)
    mentions.sort(key=lambda one: (one.start, one.end))
    unique = {(one.spans, one.type, one.curie): one for one in mentions}
    ends = {end for one in unique.values() for end in (one.id, one.curie) if end}
    relations = tuple(one for one in document.relations if _stands(one, ends))
    return replace(document, mentions=tuple(unique.values()), relations=relations)


def _stands(relation: Relation, ends: set[str]) -> bool:
    return all(one.target in ends for one in relation.arguments)


def made_mentions(text: str, parts: tuple[Part, ...], before: Mention | None) -> list[Mention]:
    """Return parts as mentions; what the one before them said (assertion, id) is kept."""
    made = [_made(text, part) for part in parts]
    if before is None:
        return made
    return [_kept(one, before, is_first=number == 0) for number, one in enumerate(made)]


def _made(text: str, part: Part) -> Mention:
    """Return a part as a mention of which nothing else is known."""
    return Mention(
        part.start, part.end, text[part.start : part.end], part.type, part.curie, part.label,
        1.0, CURATOR, part.spans, metadata=((DECIDED, CURATOR),),
    )  # fmt: skip


def _kept(made: Mention, before: Mention, *, is_first: bool) -> Mention:
    """Return a mention with what holds on of the one that stood in its place."""
    is_same = made.spans == before.spans
    is_accepted = is_same and (made.type, made.curie) == (before.type, before.curie)
    fields = tuple(one for one in before.metadata if one[0] != DECIDED)
    made = replace(
        made, assertion_axes=before.assertion_axes, id=before.id if is_first else "",
        metadata=(*fields, (DECIDED, "accepted" if is_accepted else CURATOR)),
    )  # fmt: skip
    if is_same:
        chosen = [one for one in before.candidates if one.curie == made.curie]
        others = [one for one in before.candidates if one.curie != made.curie]
        candidates = (*chosen, *others) if chosen else ()
        made = replace(made, found_by=before.found_by, candidates=candidates)
    if is_accepted:
        made = replace(made, score=before.score, name=before.name, scope=before.scope)
    return made

"""A person's place at a curation: what is next, what they decide, what they take back.

A seat sees its own decisions alone. An adjudicator's shows where readers differ, with what each of
them said, without their names and in an order that does not tell who is who.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from onoma.curate.curation import Curation, Item, Progress, place_of
from onoma.curate.decisions import ADJUDICATION, READING, Decision
from onoma.curate.verdicts import Part, Verdict, check_parts, outcome, part_of
from onoma.errors import InputError, UnknownName
from onoma.types import SEMANTIC_TYPES

ORDERS = ("doubt", "document")
"""The most doubtful mention first, wherever it is; or document by document, the most doubtful
document first, its mentions as they stand in the text."""
TRUST = 2.0  # decisions on like mentions that the first guess of a doubt is worth
ALIKE = ("accept", "reject", "relink")


@dataclass(frozen=True, slots=True)
class Turn:
    """An item whose turn it is; ``doubt`` is as this reader's decisions have changed it.

    ``alike``: undecided items of the same words, type and concept, itself included. ``decision``:
    what this person said of it before. ``readings``: what the readers made of it, for an
    adjudicator.
    """

    item: Item
    doubt: float
    alike: int
    decision: Decision | None = None
    readings: tuple[tuple[Part, ...], ...] = ()


class Seat:
    """The seat of a reader, or of the adjudicator."""

    def __init__(self, curation: Curation, reader: str, *, stage: str = READING) -> None:
        """Sit down.

        Raises: UnknownName: no reader of this curation. InputError: who may not adjudicate.
        """
        self.curation = curation
        self.reader = reader
        self.stage = stage
        if stage == ADJUDICATION:
            _check_judge(curation, reader)
        elif reader not in curation.readers:
            raise UnknownName("reader", reader, curation.readers)

    def queue(self, k: int = 20, *, order: str = "doubt", document: str = "") -> list[Turn]:
        """Return whose turn it is, next first; ``document``: only of the one of this id.

        What was passed over comes last. In an adjudicator's, what the readers differ on.
        """
        if order not in ORDERS:
            raise UnknownName("order", order, ORDERS)
        held = self.curation.holding(self.reader, self.stage)
        items = self._items()
        passed = {key for key, one in held.items() if _is_pass(one)}
        open_ = [one for one in items.values() if one.key not in held or one.key in passed]
        if document:
            place = self._document(document)
            open_ = [one for one in open_ if one.document == place]
        doubt = self._doubts(items, held)
        groups: dict[tuple[str, str, str], int] = defaultdict(int)
        for one in open_:
            groups[_alike(one)] += 1
        ranked = self._ranked(open_, doubt, passed, order=order)[:k]
        return [self._turn(one, doubt[one.key], groups[_alike(one)], held) for one in ranked]

    def turns(self, document: str) -> list[Turn]:
        """Return every item of a document, decided or not, in the order of the text."""
        place = self._document(document)
        held = self.curation.holding(self.reader, self.stage)
        items = self._items() | self._own_additions(held)
        doubt = self._doubts(items, held)
        found = [one for one in items.values() if one.document == place]
        return [self._turn(one, doubt[one.key], 1, held) for one in sorted(found, key=place_of)]

    def decide(self, key: str, verdict: Verdict, *, alike: bool = False) -> Decision:
        """Write a decision down; the same one again is the one before.

        ``alike``: of all undecided items of the same words, type and concept. Raises: UnknownName:
        no such item, type. InputError, BadSpan: what does not fit it.
        """
        item = self._items().get(key) or self._own_additions().get(key)
        if item is None or verdict.verb == "add":
            raise UnknownName("item", key, ()) if item is None else InputError(
                "a mention that is there cannot be added", hint="relink or split it")  # fmt: skip
        self._check(item, verdict)
        held = self.curation.holding(self.reader, self.stage)
        before = held.get(key)
        if before is not None and before.verdict == verdict and not alike:
            return before
        keys = self._keys_alike(item, held) if alike and verdict.verb in ALIKE else [key]
        return self.curation.log.add(self.reader, self.stage, keys, verdict)

    def add(self, document: str, part: Part) -> Decision:
        """Write down a mention that was missed in the document of this id.

        Raises: UnknownName, BadSpan. InputError: it is there already.
        """
        place = self._document(document)
        found = self.curation.documents[place]
        _check_types([part])
        check_parts(found.text, [part])
        if any(part_of(one).key == part.key for one in found.mentions):
            raise InputError("this mention is there already", hint="accept it")
        key = f"{place}+{part.start}-{part.end}"
        verdict = Verdict("add", (part,))
        before = self.curation.holding(self.reader, self.stage).get(key)
        if before is not None and before.verdict == verdict:
            return before
        return self.curation.log.add(self.reader, self.stage, [key], verdict)

    def said(self, key: str, words: str) -> Verdict:
        """Return the verdict that splits an item as words say (see ``wording``).

        Raises: UnknownName: no such item. BadSpan, BadCurie, InputError: words that say nothing.
        """
        item = self.curation.item(key)
        found = item.part
        text = self.curation.documents[item.document].text
        parts = self.curation.wording.read(words, text, found.type, near=found)
        return Verdict("split", parts)

    def missed(self, document: str, words: str, type_: str) -> list[Decision]:
        """Write down mentions that were missed, by their words: where these first stand unmarked.

        Raises: UnknownName, BadSpan, BadCurie, InputError.
        """
        _check_types([Part((), type_)])
        place = self._document(document)
        text = self.curation.documents[place].text
        known = [one.item.part for one in self.turns(document)]
        taken = {one.spans[0] for one in known if one.type == type_}
        parts = self.curation.wording.read(words, text, type_, taken=taken)
        return [self.add(document, one) for one in parts]

    def undo(self, number: int = 0) -> Decision | None:
        """Take a decision back, one's last unless its number is given; None: there is none.

        One that was taken back before stays so. Raises: UnknownName: no decision of this person.
        """
        known = self.curation.log.read()
        own = [one for one in known if one.reader == self.reader and one.stage == self.stage]
        gone = {one.undone for one in own if one.verdict is None}
        made = [one for one in own if one.verdict is not None]
        if number:
            chosen = next((one for one in made if one.number == number), None)
            if chosen is None:
                raise UnknownName("decision", str(number), ())
        else:
            chosen = next((one for one in reversed(made) if one.number not in gone), None)
        if chosen is not None and chosen.number not in gone:
            self.curation.log.add(self.reader, self.stage, (), None, of=chosen.number)
        return chosen

    def progress(self) -> Progress:
        """Return how far this person is."""
        items = self._items()
        held = self.curation.holding(self.reader, self.stage)
        passed = sum(_is_pass(one) for key, one in held.items() if key in items)
        decided = sum(key in items for key in held) - passed
        added = sum(key not in items for key in held)
        outcomes = self.curation.outcomes(self.reader, self.stage)
        left = {one.document for key, one in items.items() if key not in outcomes}
        every = {one.document for one in items.values()}
        whole = every if self.stage == ADJUDICATION else set(range(len(self.curation.documents)))
        return Progress(len(items), decided, passed, added, len(whole), len(whole - left))

    def _items(self) -> dict[str, Item]:
        if self.stage == ADJUDICATION:
            return self.curation.differences()
        return self.curation.items

    def _own_additions(self, held: dict[str, Decision] | None = None) -> dict[str, Item]:
        if self.stage == ADJUDICATION:
            return {}
        own = held if held is not None else self.curation.holding(self.reader, self.stage)
        return {key: one for key, one in self.curation.added().items() if key in own}

    def _document(self, id_: str) -> int:
        ids = [one.id for one in self.curation.documents]
        if id_ not in ids:
            raise UnknownName("document", id_, ())
        return ids.index(id_)

    def _check(self, item: Item, verdict: Verdict) -> None:
        _check_types(verdict.parts)
        text = self.curation.documents[item.document].text
        if verdict.verb == "split" and not all(one.spans for one in verdict.parts):
            raise InputError("a part needs spans", hint="say where it begins and ends")
        check_parts(text, outcome(item.part, verdict))

    def _keys_alike(self, item: Item, held: dict[str, Decision]) -> list[str]:
        return [
            one.key for one in self._items().values()
            if _alike(one) == _alike(item) and (one.key == item.key or one.key not in held)
        ]  # fmt: skip

    def _doubts(self, items: dict[str, Item], held: dict[str, Decision]) -> dict[str, float]:
        """Return each item's doubt: the first guess, weighed with what was said of its like."""
        told: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for key, one in held.items():
            if key in items and one.verdict is not None and one.verdict.verb != "pass":
                counted = told[_alike(items[key])]
                counted[0] += one.verdict.verb != "accept"
                counted[1] += 1
        out = {}
        for key, item in items.items():
            wrong, all_ = told.get(_alike(item), (0, 0))
            out[key] = (TRUST * item.doubt.value + wrong) / (TRUST + all_)
        return out

    def _ranked(
        self, items: Sequence[Item], doubt: dict[str, float], passed: set[str], *, order: str
    ) -> list[Item]:
        if order == "doubt" and self.stage == READING:
            return sorted(
                items, key=lambda one: (one.key in passed, -doubt[one.key], one.document,
                                        place_of(one))
            )  # fmt: skip
        total: dict[int, float] = defaultdict(float)
        for one in self._items().values():  # the decided ones too: a document is read to its end
            total[one.document] += one.doubt.value
        return sorted(
            items, key=lambda one: (one.key in passed, -total[one.document], one.document,
                                    place_of(one))
        )  # fmt: skip

    def _turn(self, item: Item, doubt: float, alike: int, held: dict[str, Decision]) -> Turn:
        readings: tuple[tuple[Part, ...], ...] = ()
        if self.stage == ADJUDICATION:
            found = [self.curation.outcomes(one).get(item.key, ()) for one in self.curation.readers]
            is_turned = zlib.crc32(f"{self.curation.sheet['id']} {item.key}".encode()) & 1
            readings = tuple(reversed(found) if is_turned else found)
        return Turn(item, round(doubt, 4), alike, held.get(item.key), readings)


def _alike(item: Item) -> tuple[str, str, str]:
    mention = item.mention
    if mention is None:
        return item.key, "", ""
    return mention.text.casefold(), mention.type, mention.curie or ""


def _is_pass(decision: Decision) -> bool:
    return decision.verdict is not None and decision.verdict.verb == "pass"


def _check_types(parts: Sequence[Part]) -> None:
    for part in parts:
        if part.type not in SEMANTIC_TYPES:
            raise UnknownName("type", part.type, SEMANTIC_TYPES)


def _check_judge(curation: Curation, reader: str) -> None:
    """Check that someone may adjudicate.

    Raises: InputError: another is named for it, or it is a reader, or there is but one reader.
    """
    if len(curation.readers) < 2:
        raise InputError("one reader alone has nothing to adjudicate", hint="onoma curate start")
    judge = curation.judge
    if judge and judge != reader:
        raise InputError(f"{judge} adjudicates this curation", hint="sit down as that person")
    if not judge and reader in curation.readers:
        words = f"{reader} reads this curation and so does not adjudicate it"
        raise InputError(words, hint="a third person does; or name one with --adjudicator")

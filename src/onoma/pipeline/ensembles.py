"""Modes ``vote:A,B,C`` and ``stack:DIR``: several recognisers find, and what they agree on stays.

A member is a mode (``dictionary``, ``hybrid``, ``neural``, ``neural:DIR`` with a tagger of the
user's own), ``lexicon:FILE`` (the marked names of annotated documents, found again), or a name that
another package registers (entry points ``onoma.recognizers``). A mention that stays is that of the
first member with these borders that links it to a concept, else of the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onoma.errors import InputError, UnknownName
from onoma.pipeline.annotator import Settings
from onoma.pipeline.span_evidence import overlap
from onoma.pipeline.span_judge import LEAN
from onoma.pipeline.stacking import Stack, group_of, read_stack
from onoma.pipeline.voting import MAJORITY, Ballot, Found, vote
from onoma.recognize.recognizers import Recognizer, recognizers
from onoma.types import AnnotatedDocument, Mention

VOTE, STACK = "vote", "stack"
MODES = ("dictionary", "hybrid", "neural")
SEPARATOR = "+"  # behind who found a mention, as "dictionary+tagger"

MakeMode = Callable[[Settings], Recognizer | None]
"""Returns what completes the documents of a mode, None for the dictionary's own."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Joins what its members find in documents that the dictionary has annotated."""

    members: dict[str, Recognizer | None]
    stack: Stack | None = None
    threshold: float = MAJORITY
    nested: bool = False

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions that stay, in order."""
        told = self.told(documents)
        return [
            replace(
                document, mentions=self._joined(document, {n: m[place] for n, m in told.items()})
            )
            for place, document in enumerate(documents)
        ]

    def told(self, documents: Sequence[AnnotatedDocument]) -> dict[str, list[tuple[Mention, ...]]]:
        """Return what each member finds in each document."""
        return {
            name: [one.mentions for one in (documents if m is None else m.complete(documents))]
            for name, m in self.members.items()
        }

    def _joined(
        self, document: AnnotatedDocument, told: dict[str, tuple[Mention, ...]]
    ) -> tuple[Mention, ...]:
        ballot = ballot_of(told)
        if self.stack is not None:
            stay = self.stack.join(document.text, ballot, nested=self.nested)
        else:
            stay = vote(ballot, threshold=self.threshold, nested=self.nested)
        seats: dict[tuple[int, int, str], list[Mention]] = {}
        for mentions in told.values():
            for one in filter(_is_whole, mentions):
                seats.setdefault((one.start, one.end, group_of(one.type)), []).append(one)
        kept = [_mention(seats[*one.span, group_of(one.type)]) for one in stay]
        kept += _scattered(told, kept)
        return tuple(sorted(kept, key=lambda one: (one.start, one.end)))


def _is_whole(mention: Mention) -> bool:
    return len(mention.spans) == 1


def _mention(own: Sequence[Mention]) -> Mention:
    """Return the mention of a span, of those that members have there."""
    first = next((one for one in own if one.curie), own[0])
    who = dict.fromkeys(part for one in own for part in one.found_by.split(SEPARATOR))
    return replace(first, found_by=SEPARATOR.join(who))


def _scattered(told: Mapping[str, tuple[Mention, ...]], kept: Sequence[Mention]) -> list[Mention]:
    """Return mentions of several stretches of which another mention was kept, of one member.

    "Breast and ovarian cancer" names breast cancer as long as something there is a mention.
    """
    spans = [(one.start, one.end) for one in kept]
    same = {(one.start, one.end, one.curie) for one in kept}
    for mentions in told.values():
        found = [
            one
            for one in mentions
            if not _is_whole(one)
            and (one.start, one.end, one.curie) not in same
            and any(overlap((one.start, one.end), span) for span in spans)
        ]
        if found:
            return found
    return []


def ballot_of(told: dict[str, tuple[Mention, ...]]) -> Ballot:
    """Return mentions as what is voted on; those of several stretches are not."""
    return {
        name: [Found(*one.spans[0], one.type, one.score) for one in mentions if _is_whole(one)]
        for name, mentions in told.items()
    }


def make_ensemble(settings: Settings, make_mode: MakeMode) -> Ensemble:
    """Return the ensemble of a mode ``vote`` or ``stack``; ``settings.tagger`` is what follows.

    ``make_mode`` makes the members that are modes (``completing.make_completer``). A leaning to
    precision or recall raises or lowers the share of votes, or the border, that a span needs.
    Raises: InputError: fewer than two members; UnknownName: one that is none; ModelMissing,
    BadFile: the stack cannot be used.
    """
    lean = LEAN[settings.leaning]
    stack = read_stack(Path(settings.tagger)) if settings.mode == STACK else None
    if stack is not None:
        stack = replace(stack, border=min(max(stack.border + lean, 0.05), 0.95))
    names = stack.systems if stack is not None else member_names(settings.tagger)
    members = {name: make_member(name, settings, make_mode) for name in names}
    return Ensemble(members, stack, MAJORITY + lean, settings.nested)


def member_names(given: str) -> tuple[str, ...]:
    """Return the names between commas.

    Raises: InputError: fewer than two.
    """
    names = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    if len(names) < 2:
        raise InputError(
            f"{len(names)} to vote", hint="name two or more: vote:dictionary,hybrid,neural"
        )
    return names


def make_member(name: str, settings: Settings, make_mode: MakeMode) -> Recognizer | None:
    """Return a member by its name; None for the dictionary, whose mentions are there already.

    Raises: UnknownName: there is none of this name; what making it raises.
    """
    kind, _, rest = name.partition(":")
    if kind in MODES:
        return make_mode(replace(settings, mode=kind, tagger=rest, leaning="balanced"))
    if kind not in recognizers.names():
        raise UnknownName("recognizer", kind, [*MODES, *recognizers.names()])
    return recognizers.get(kind)(rest)

"""Several recognisers as one: each span gets a vote from whoever finds it, and the surest stay.

A system gives a whole vote to a span it finds with the same type and borders, half a one to a span
that it finds with other borders: three systems that draw the borders differently still agree that
something is there. Of overlapping spans the best set is taken (``span_judge.choose``).

Source: Florian et al. 2003, Named entity recognition through classifier combination (voting);
departure: half votes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onoma.errors import InputError
from onoma.pipeline.span_evidence import Places
from onoma.pipeline.span_judge import GROUPS, choose
from onoma.types import Span

MAJORITY = 0.5
OTHER_BORDERS = 0.5  # of a vote
_FIRST = 1e-6  # by which an earlier system's borders lead where all else is even

GROUP_OF = {type_: group for group, types in GROUPS.items() for type_ in types}


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A span that a recogniser found; ``score`` is in 0 to 1, higher is surer."""

    start: int
    end: int
    type: str
    score: float = 1.0

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end


Ballot = Mapping[str, Sequence[Found]]
"""What each system, by its name, found in one document."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A span of a type that some system found, with what each one says of it."""

    span: Span
    type: str
    exact: Mapping[str, float]
    """The scores of the systems that found it with these borders."""
    other: Mapping[str, tuple[float, float]]
    """The share of characters in common, and the score, of a system's best span across it."""

    @property
    def group(self) -> str:
        """The types that count as one: drugs and chemicals, signs and diseases."""
        return GROUP_OF.get(self.type, self.type)


def rivals(ballot: Ballot) -> list[Rival]:
    """Return every different span of a group of types, in order."""
    seats: dict[tuple[int, int, str], str] = {}
    for found in ballot.values():
        for one in found:
            seats.setdefault((*one.span, GROUP_OF.get(one.type, one.type)), one.type)
    own = {name: _by_group(found) for name, found in ballot.items()}
    places = {
        (name, group): Places(spans) for name, groups in own.items() for group, spans in
        groups.items()
    }  # fmt: skip
    out = []
    for (start, end, group), type_ in sorted(seats.items()):
        exact, other = {}, {}
        for name, groups in own.items():
            spans = groups.get(group, {})
            if (start, end) in spans:
                exact[name] = spans[start, end]
            elif spans:
                near = places[name, group].touching((start, end))
                best = max(near, key=lambda one: _shared(one, (start, end)), default=None)
                if best is not None:
                    other[name] = (_shared(best, (start, end)), spans[best])
        out.append(Rival((start, end), type_, exact, other))
    return out


def _by_group(found: Sequence[Found]) -> dict[str, dict[Span, float]]:
    out: dict[str, dict[Span, float]] = {}
    for one in found:
        spans = out.setdefault(GROUP_OF.get(one.type, one.type), {})
        spans[one.span] = max(one.score, spans.get(one.span, 0.0))
    return out


def _shared(one: Span, other: Span) -> float:
    """Return the share of the characters of two overlapping spans that both have."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0]))


def vote(
    ballot: Ballot,
    *,
    threshold: float = MAJORITY,
    weights: Mapping[str, float] | None = None,
    nested: bool = False,
) -> list[Found]:
    """Return the spans for which at least this share of the votes is cast, in order.

    ``weights``: of each system's vote (1). Spans of different types do not overlap either, unless
    ``nested``.
    Raises: InputError: a threshold that no span or every span passes.
    """
    if not 0 < threshold <= 1:
        raise InputError(f"the threshold {threshold} is not in 0 to 1", hint="0.5 is a majority")
    votes = {name: 1.0 if weights is None else weights.get(name, 1.0) for name in ballot}
    total = sum(votes.values())
    order = {name: place for place, name in enumerate(ballot)}
    seats = rivals(ballot)
    shares = [_share(one, votes) / total if total else 0.0 for one in seats]
    gains = [
        share - threshold + _FIRST * (1 + _lead(one, order))
        for one, share in zip(seats, shares, strict=True)
    ]
    return [
        Found(*seats[place].span, seats[place].type, min(1.0, shares[place]))
        for place in elected(seats, gains, nested=nested)
    ]


def _share(one: Rival, votes: Mapping[str, float]) -> float:
    whole = sum(votes[name] for name in one.exact)
    return whole + OTHER_BORDERS * sum(votes[name] for name in one.other)


def _lead(one: Rival, order: Mapping[str, int]) -> float:
    """Return how early the first system stands that draws these borders, in 0 to 1."""
    return 1 - min((order[name] for name in one.exact), default=len(order)) / (len(order) + 1)


def elected(
    seats: Sequence[Rival], gains: Sequence[float], *, nested: bool = False
) -> Iterator[int]:
    """Yield the numbers of the spans of the best set, in order; those that gain nothing are out."""
    if not nested:
        yield from choose([one.span for one in seats], gains)
        return
    taken: list[int] = []
    for group in {one.group for one in seats}:
        own = [place for place, one in enumerate(seats) if one.group == group]
        best = choose([seats[place].span for place in own], [gains[place] for place in own])
        taken += [own[place] for place in best]
    yield from sorted(taken)

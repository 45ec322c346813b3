"""A text and its candidate pairs as arrays: what the reader's upper layers take.

Each candidate pair of entities is read at up to ``MOST`` pairs of their mentions, the nearest ones.
A pair of mentions has two markers, one for each end, that look at the text and at each other while
the text does not look at them (levitated markers: Zhong & Chen 2021, Ye et al. 2022), so that a
text is read once whatever the number of its pairs. Departures: a marker begins as the mean vector
of its mention, and each place of the text is in a zone relative to it (between the two, before it
in its sentence, another mention of its concept ...) for which attention learns a bias.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.relate.instances import RelationText
from onoma.relate.reader.trunk import Pieces
from onoma.types import Span

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

MOST = 4  # pairs of mentions that are read of a pair of entities
LONGEST = 640  # pieces that are read at once; longer texts are cut at sentences, half overlapping
ZONES = (
    "unseen", "elsewhere", "neighbour", "same", "partner's", "before", "after", "between",
    "own again", "partner again", "own", "partner",
)  # fmt: skip
"""Where a piece stands, as a marker sees it: in no text of its own; in another sentence; in a
neighbouring one; in its sentence; in that of the other end; ... ``own`` is its mention."""

NUMBERS = (
    "is_first", "same_sentence", "next_sentence", "near_sentence", "far_sentence", "distance",
    "between", "subject_mentions", "object_mentions", "subject_in_title", "object_in_title",
    "both_in_title", "subject_share", "object_share", "subject_rivals", "object_rivals",
    "sentences_shared", "subject_opens", "object_opens", "subject_closes", "object_closes",
    "place", "sentences", "is_nearest", "overlap",
)  # fmt: skip
"""What is counted of a pair of mentions and of their entities."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text, or a window of one, with its pairs of mentions.

    ``vectors`` is (pieces, width); ``types`` (pieces,), the type of the mention that a piece
    stands in, 0 for none. For pairs: ``pooled`` (pairs, 2, width), ``ends`` (pairs, 2) their
    types, ``zones`` (2, pairs, pieces) as the subjects and then the objects see the pieces,
    ``numbers`` (pairs, numbers), ``owner`` (pairs,) the candidate, ``spans`` (pairs, 4) both
    mentions' offsets.
    """

    vectors: F32
    types: I64
    pooled: F32
    ends: I64
    zones: U8
    numbers: F32
    owner: I64
    spans: I64


@dataclass(frozen=True, slots=True)
class _Places:
    """Mentions as columns: ``entity``, offsets, ``sentence``, and ``first ..< last`` pieces."""

    entity: I64
    start: I64
    end: I64
    sentence: I64
    first: I64
    last: I64


def make_sheets(
    text: RelationText,
    pieces: Pieces,
    candidates: Sequence[tuple[int, int]],
    *,
    types: Mapping[str, int],
    by_sentence: bool = False,
    longest: int = LONGEST,
) -> list[Sheet]:
    """Return the sheets of a text; ``types`` numbers semantic types from 1, unknown ones are 0.

    ``by_sentence`` reads each sentence alone, which is enough where pairs must share one (its
    pieces' vectors know their surroundings from the trunk). A candidate whose mentions never stand
    in one window is in no sheet.
    """
    places = _places(text, pieces)
    if not candidates or not len(places.entity):
        return []
    kinds = np.array([types.get(entity.type, 0) for entity in text.entities], np.int64)
    pairs, owner, nearest = _choose(places, candidates, len(text.entities))
    if not len(pairs):
        return []
    numbers = _numbers(text, places, kinds, pairs, nearest)
    sentence_first = np.searchsorted(pieces.start, [s for s, _ in text.sentences]).astype(np.int64)
    sentence_last = np.append(sentence_first[1:], len(pieces.start))
    on_pieces = np.zeros(len(pieces.start), np.int64)
    for entity, first, last in zip(places.entity, places.first, places.last, strict=True):
        on_pieces[first:last] = kinds[entity]
    sums = np.concatenate([np.zeros((1, pieces.vectors.shape[1])), pieces.vectors.cumsum(0, float)])
    sheets = []
    for low, high, which in _windows(
        places, pairs, sentence_first, sentence_last, 1 if by_sentence else longest
    ):
        own = pairs[which]
        first, last = places.first[own], places.last[own]
        pooled = (sums[last] - sums[first]) / np.maximum(last - first, 1)[..., None]
        zones = _zones(places, own, sentence_first, sentence_last, len(pieces.start))
        sheets.append(
            Sheet(
                pieces.vectors[low:high],
                on_pieces[low:high],
                pooled.astype(np.float32),
                kinds[places.entity[own]],
                zones[:, :, low:high],
                numbers[which],
                owner[which],
                np.stack([places.start[own], places.end[own]], 2).reshape(-1, 4),
            )
        )
    return sheets


def _places(text: RelationText, pieces: Pieces) -> _Places:
    rows = [
        (place, start, end)
        for place, entity in enumerate(text.entities)
        for start, end in entity.spans
    ]
    entity, start, end = np.array(rows, np.int64).reshape(-1, 3).T
    first = np.searchsorted(pieces.end, start, side="right")
    last = np.searchsorted(pieces.start, end, side="left")
    heads = np.array([s for s, _ in text.sentences], np.int64)
    sentence = np.maximum(np.searchsorted(heads, start, side="right") - 1, 0)
    real = last > first
    return _Places(*(c[real] for c in (entity, start, end, sentence, first, last)))


def _choose(
    places: _Places, candidates: Sequence[tuple[int, int]], entities: int
) -> tuple[I64, I64, npt.NDArray[np.bool_]]:
    """Return the pairs of mentions to read, their candidates, and which is the nearest of one."""
    own = [np.flatnonzero(places.entity == place) for place in range(entities)]
    pairs, owner, nearest = [], [], []
    for number, (subject, target) in enumerate(candidates):
        grid = np.stack(np.meshgrid(own[subject], own[target], indexing="ij"), -1).reshape(-1, 2)
        apart = np.abs(np.diff(places.sentence[grid], axis=1)[:, 0])
        low, high = places.start[grid].max(1, initial=0), places.end[grid].min(1, initial=1 << 60)
        order = np.lexsort((low - high, apart))
        order = order[:MOST]
        pairs.append(grid[order])
        owner += [number] * len(order)
        nearest += [place == 0 for place in range(len(order))]
    return np.concatenate(pairs), np.array(owner, np.int64), np.array(nearest, bool)


def _windows(
    places: _Places, pairs: I64, first: I64, last: I64, longest: int
) -> list[tuple[int, int, I64]]:
    """Return windows of pieces, cut at sentences, and the pairs that are read in each."""
    low = np.minimum(first[places.sentence[pairs]].min(1), places.first[pairs].min(1))
    high = np.maximum(last[places.sentence[pairs]].max(1), places.last[pairs].max(1))
    if last[-1] <= longest:
        return [(0, int(last[-1]), np.arange(len(pairs)))]
    left, found, begin = np.ones(len(pairs), bool), [], 0
    while begin < len(first):
        stop = begin + 1
        while stop < len(first) and last[stop] - first[begin] <= longest:
            stop += 1
        start, end = int(first[begin]), int(last[stop - 1])
        which = np.flatnonzero(left & (low >= start) & (high <= end))
        left[which] = False
        if len(which):
            found.append((start, end, which))
        begin = max(begin + 1, (begin + stop) // 2)
    return found


def _zones(places: _Places, pairs: I64, first: I64, last: I64, length: int) -> U8:
    """Return the zones of all pieces as each marker sees them, (2, pairs, pieces)."""
    at = np.arange(length)[None]
    names = {name: np.uint8(number) for number, name in enumerate(ZONES)}
    out = np.empty((2, len(pairs), length), np.uint8)
    again = np.zeros((int(places.entity.max()) + 1, length), bool)
    for entity, low, high in zip(places.entity, places.first, places.last, strict=True):
        again[entity, low:high] = True
    for end in (0, 1):
        own, other = pairs[:, end], pairs[:, 1 - end]
        mine, yours = places.sentence[own], places.sentence[other]
        a, b = places.first[own][:, None], places.last[own][:, None]
        c, d = places.first[other][:, None], places.last[other][:, None]
        zone = np.full((len(pairs), length), names["elsewhere"], np.uint8)

        def inside(sentence: I64, wide: int = 0) -> npt.NDArray[np.bool_]:
            low = first[np.maximum(sentence - wide, 0)][:, None]
            high = last[np.minimum(sentence + wide, len(last) - 1)][:, None]
            return (at >= low) & (at < high)

        zone[inside(mine, 1) | inside(yours, 1)] = names["neighbour"]
        zone[inside(yours)] = names["partner's"]
        home = inside(mine)
        zone[home & (at < a)] = names["before"]
        zone[home & (at >= b)] = names["after"]
        close = (np.abs(mine - yours) < 2)[:, None]
        zone[close & (at >= np.minimum(b, d)) & (at < np.maximum(a, c))] = names["between"]
        zone[again[places.entity[own]]] = names["own again"]
        zone[again[places.entity[other]]] = names["partner again"]
        zone[(at >= c) & (at < d)] = names["partner"]
        zone[(at >= a) & (at < b)] = names["own"]
        out[end] = zone
    return out


def _numbers(
    text: RelationText,
    places: _Places,
    kinds: I64,
    pairs: I64,
    nearest: npt.NDArray[np.bool_],
) -> F32:
    """Return what is counted of pairs of mentions, (pairs, numbers), each about 0 to 2."""
    entities, total = len(kinds), max(len(text.sentences), 1)
    count = np.bincount(places.entity, minlength=entities)
    title = np.zeros(entities, bool)
    title[places.entity[places.sentence == 0]] = True
    opens = np.full(entities, total)
    np.minimum.at(opens, places.entity, places.sentence)
    closes = np.zeros(entities, np.int64)
    np.maximum.at(closes, places.entity, places.sentence)
    same = kinds[:, None] == kinds[None]
    share = count / np.maximum(same @ count, 1)
    rivals = same @ (count > 0)
    held = np.zeros((entities, total), np.int64)
    held[places.entity, np.minimum(places.sentence, total - 1)] = 1
    shared = held @ held.T
    one, two = pairs.T
    s, o = places.entity[one], places.entity[two]
    apart = np.abs(places.sentence[one] - places.sentence[two])
    gap = np.maximum(places.first[one], places.first[two]) - np.minimum(
        places.last[one], places.last[two]
    )
    low = np.minimum(places.last[one], places.last[two])
    high = np.maximum(places.first[one], places.first[two])
    ordered = np.sort(places.first)
    between = np.searchsorted(ordered, high) - np.searchsorted(ordered, low)
    columns = [
        places.first[one] < places.first[two], apart == 0, apart == 1, apart == 2, apart > 2,
        np.log1p(np.maximum(gap, 0)) / 3, np.log1p(np.maximum(between, 0)),
        np.log1p(count[s]), np.log1p(count[o]), title[s], title[o], title[s] & title[o],
        share[s], share[o], np.log1p(rivals[s]), np.log1p(rivals[o]), np.log1p(shared[s, o]),
        opens[s] / total, opens[o] / total, closes[s] / total, closes[o] / total,
        places.sentence[one] / total, np.full(len(pairs), np.log(total) / 2), nearest, gap < 0,
    ]  # fmt: skip
    return np.stack([np.asarray(c, np.float32) for c in columns], 1)


def mark_roles(sheet: Sheet) -> I64:
    """Return the role of each marker, (2, pairs): which end it is, and which comes first."""
    is_first = sheet.numbers[:, NUMBERS.index("is_first")] > 0
    return np.stack([np.where(is_first, 0, 1), np.where(is_first, 3, 2)])


def evidence_span(text: RelationText, subject: Span, target: Span) -> Span:
    """Return the run of sentences that two mentions stand in."""
    low, high = min(subject[0], target[0]), max(subject[1], target[1])
    inside = [(s, e) for s, e in text.sentences if s < high and e > low]
    if not inside:
        return low, high
    return min(inside[0][0], low), max(inside[-1][1], high)

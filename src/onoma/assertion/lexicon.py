"""The cue lexicon: a readable table of phrases, compiled to flat arrays for the matcher."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product

import numpy as np
import numpy.typing as npt

from onoma.errors import BadLine
from onoma.recognize.scan import leftmost_longest
from onoma.text.tokens import TextBatch, tokenise, word_hash

I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

POLARITY, TEMPORALITY, EXPERIENCER, CONDITIONAL = range(4)
"""The axes, as columns of ``Lexicon.value`` and bits of ``Lexicon.stops``."""

FORWARD, BACK, SECTION, INSIDE, NOWHERE, OPENING = range(6)
"""Where a cue looks. INSIDE: a mention that starts within the phrase, behind its first word, as in
``no [change in vision]``, where "no change" is otherwise no cue. OPENING: forward, if the phrase
opens its sentence (``Should [fever] occur``, but not ``he should take [aspirin]``)."""

_DENIALS = ("no ", "without ")

UNLIMITED = 1 << 20  # the reach, in tokens, of a cue that only the sentence limits
PHRASE = UNLIMITED + 1  # that of a preposition's phrase, which ends at its clause's verb as well
ITEM = UNLIMITED + 2  # that of an item in a list: to the next comma
VERB = 16  # the bit of ``Lexicon.stops`` for such a verb
AHEAD = 32  # and for a stop of polarity that only cues before it heed
FINITE = 64  # and for a verb that has a subject of its own

_EFFECTS: dict[str, tuple[int, int]] = {
    "absent": (POLARITY, 1),
    "possible": (POLARITY, 2),
    "historical": (TEMPORALITY, 1),
    "hypothetical": (TEMPORALITY, 2),
    "family": (EXPERIENCER, 1),
    "other": (EXPERIENCER, 2),
    "conditional": (CONDITIONAL, 1),
}
_DIRECTIONS = {
    "forward": FORWARD,
    "back": BACK,
    "section": SECTION,
    "-": NOWHERE,
    "opening": OPENING,
}
_STOPS = {"P": 1, "T": 2, "E": 4, "C": 8, "*": 15, "N": VERB, "A": AHEAD, "V": FINITE, "-": 0}

_REACHES = {"-": UNLIMITED, "np": PHRASE, "item": ITEM}

_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplying by it loses nothing
_SLOTS = np.uint64((1 << 18) - 1)


@dataclass(frozen=True, slots=True)
class Role:
    """What one line of the table says of its phrase."""

    value: tuple[int, int, int, int]
    direction: int
    reach: int
    stops: int


_DENIED = Role((1, 0, 0, 0), INSIDE, UNLIMITED, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """Phrases found in text order, none overlapping: first and last token, and phrase number."""

    first: I32
    last: I32
    phrase: I32

    def rows(self, numbers: npt.NDArray[np.intp]) -> Found:
        """Return some of the rows."""
        return Found(self.first[numbers], self.last[numbers], self.phrase[numbers])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases as a trie over token hashes, and the roles of each phrase.

    ``nodes`` (n,) uint64: the hash of each beginning of a phrase; ``ends`` (n,) int32: the phrase
    that ends there or -1; ``slots`` (2**18 + n,) int32: the node of a hash, at its low bits or in
    the next free place, -1 where free. ``opens`` and ``seen`` (2**18,) bool: whether the first
    word of a phrase, any node, has these low bits.
    Roles of phrase p are rows ``role_start[p]:role_start[p + 1]`` of ``value`` (k, 4) int8,
    ``direction``, ``reach`` and ``stops`` (k,). ``verbs`` (m,) uint64: hashes of finite verbs.
    """

    nodes: U64
    ends: I32
    slots: I32
    opens: Bools
    seen: Bools
    longest: int
    role_start: I32
    value: npt.NDArray[np.int8]
    direction: npt.NDArray[np.int8]
    reach: I32
    stops: U8
    verbs: U64

    def find(self, hashes: U64) -> Found:
        """Return the phrases in a sequence of token hashes: leftmost, then longest.

        Most tokens cost one look into the table of low bits.
        """
        start = np.flatnonzero(self.opens[(hashes & _SLOTS).astype(np.intp)])
        length = np.zeros(len(start), np.int32)
        phrase = np.full(len(start), -1, np.int32)
        row, state = np.arange(len(start)), hashes[start]
        for depth in range(self.longest):
            node = self._nodes_of(state)
            known = np.flatnonzero(node >= 0)
            row, state = row[known], state[known]
            end = self.ends[node[known]]
            whole = np.flatnonzero(end >= 0)
            phrase[row[whole]], length[row[whole]] = end[whole], depth
            inside = np.flatnonzero(start[row] + depth + 1 < len(hashes))
            row, state = row[inside], state[inside]
            state = state * _STEP ^ hashes[start[row] + depth + 1]
            likely = np.flatnonzero(self.seen[(state & _SLOTS).astype(np.intp)])
            row, state = row[likely], state[likely]
            if not len(row):
                break
        found = np.flatnonzero(phrase >= 0)
        first = start[found].astype(np.int32)
        return _leftmost(Found(first, first + length[found], phrase[found]))

    def _nodes_of(self, state: U64) -> I32:
        """Return the node of each hash, -1 where there is none."""
        slot = (state & _SLOTS).astype(np.intp)
        node = self.slots[slot]
        lost = np.flatnonzero((node >= 0) & (self.nodes[node] != state))
        while len(lost):
            slot[lost] += 1
            node[lost] = self.slots[slot[lost]]
            lost = lost[(node[lost] >= 0) & (self.nodes[node[lost]] != state[lost])]
        return node


def _leftmost(found: Found) -> Found:
    """Return the phrases without those that begin inside an earlier one that is kept."""
    first, last = found.first, found.last
    if not len(first):
        return found
    furthest = np.maximum.accumulate(last)
    apart = np.append(first[1:] > furthest[:-1], True)
    lonely = apart & np.append(True, apart[:-1])
    crowd = np.flatnonzero(~lonely)
    kept = crowd[leftmost_longest(first[crowd].astype(np.int64), last[crowd].astype(np.int64) + 1)]
    lonely[kept] = True
    return found.rows(np.flatnonzero(lonely))


@cache
def english() -> Lexicon:
    """Return the compiled English lexicon."""
    path = resources.files("onoma") / "data" / "assertion" / "cues_en.tsv"
    return compile_table(path.read_text(encoding="utf-8"), str(path))


def compile_table(table: str, path: str = "cues") -> Lexicon:
    """Return the lexicon of a table (its form is told at the head of ``cues_en.tsv``).

    Raises: BadLine: a line has not five columns or an unknown word in one.
    """
    roles: dict[str, list[Role]] = {}
    for number, line in enumerate(table.splitlines(), 1):
        if not line or line.startswith("#") or line.startswith("phrase\t"):
            continue
        try:
            pattern, role = _parse(line)
            phrases = list(expand(pattern))
        except (KeyError, ValueError) as wrong:
            raise BadLine(path, number, line, f"no line of cues: {wrong}") from wrong
        for phrase in phrases:
            known = roles.setdefault(phrase, [])
            inner = phrase.startswith(_DENIALS) and role.direction == NOWHERE and not role.stops
            for one in (role, _DENIED) if inner else (role,):
                if one not in known:
                    known.append(one)
    return _compile(roles)


def _parse(line: str) -> tuple[str, Role]:
    pattern, effect, direction, reach, stops = line.split("\t")
    value = [0, 0, 0, 0]
    if effect not in ("pseudo", "stop"):
        for name in effect.split(","):
            axis, number = _EFFECTS[name]
            value[axis] = number
    bits = 0
    for letter in stops:
        bits |= _STOPS[letter]
    limit = _REACHES.get(reach) or int(reach)
    four = (value[0], value[1], value[2], value[3])
    return pattern, Role(four, _DIRECTIONS[direction], limit, bits)


def expand(pattern: str) -> Iterator[str]:
    """Yield the phrases of a pattern: ``no (sign|signs) of`` gives two.

    >>> list(expand("(was|is) (not|) seen"))
    ['was not seen', 'was seen', 'is not seen', 'is seen']
    """
    parts = [p[1:-1].split("|") if p[0] == "(" else [p] for p in _pieces(pattern)]
    for words in product(*parts):
        yield " ".join(" ".join(words).split())


def _pieces(pattern: str) -> list[str]:
    pieces = re.findall(r"\([^()]*\)|[^()|]+|(?<= )\)$", pattern)  # "1 )" ends in a bracket
    if "".join(pieces) != pattern:
        raise ValueError(f"brackets do not pair, or a bar stands outside of them, in {pattern!r}")
    return [piece for piece in pieces if piece.strip()]


def _compile(roles: dict[str, list[Role]]) -> Lexicon:
    batch = TextBatch.of(list(roles))
    tokens = tokenise(batch.codes)
    begin = np.searchsorted(tokens.start, batch.doc_start[:-1])
    stop = np.searchsorted(tokens.start, batch.doc_start[1:] - 1)
    nodes: dict[int, int] = {}
    merged: dict[int, list[Role]] = {}
    longest, listed = 0, list(roles.values())
    with np.errstate(over="ignore"):
        for phrase, (a, b) in enumerate(zip(begin.tolist(), stop.tolist(), strict=True)):
            state = np.uint64(0)
            for place in range(a, b):
                state = state * _STEP ^ tokens.hash[place]
                nodes.setdefault(int(state), -1)
            longest = max(longest, b - a)
            if nodes[int(state)] < 0:
                nodes[int(state)] = phrase
            known = merged.setdefault(nodes[int(state)], [])
            known.extend(r for r in listed[phrase] if r not in known)
    order = list(nodes)
    slots = np.full(int(_SLOTS) + 1 + len(order), -1, np.int32)
    for number, key in enumerate(order):
        slot = key & int(_SLOTS)
        while slots[slot] >= 0:
            slot += 1
        slots[slot] = number
    sizes = [len(merged.get(phrase, ())) for phrase in range(len(roles))]
    flat = [role for phrase in range(len(roles)) for role in merged.get(phrase, ())]
    keys = np.array(order, np.uint64)
    finite = [
        word_hash(phrase)
        for phrase, held in roles.items()
        if any(role.stops & FINITE for role in held)
    ]
    seen, opens = np.zeros((2, int(_SLOTS) + 1), bool)
    seen[(keys & _SLOTS).astype(np.intp)] = True
    opens[(tokens.hash[begin] & _SLOTS).astype(np.intp)] = True
    return Lexicon(
        nodes=keys,
        ends=np.array([nodes[key] for key in order], np.int32),
        slots=slots,
        opens=opens,
        seen=seen,
        longest=longest,
        role_start=np.cumsum([0, *sizes]).astype(np.int32),
        value=np.array([role.value for role in flat], np.int8).reshape(-1, 4),
        direction=np.array([role.direction for role in flat], np.int8),
        reach=np.array([role.reach for role in flat], np.int32),
        stops=np.array([role.stops for role in flat], np.uint8),
        verbs=np.array(finite, np.uint64),
    )

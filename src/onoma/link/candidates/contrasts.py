"""Near misses: strings that are alike and name different things, and why they do.

Three kinds of difference keep two terms apart: another number or letter ("type 1", "type 2"; one
that stands on one side only counts as any other word where the vocabulary can be asked), a word
against its contrary ("left", "right"; "hyperkalemia", "hypokalemia"), and a word more that tells a
concept from another. Which words do so is read from the vocabulary: of all pairs of its names that
differ by one word, how many name one concept ("familial X", "X") and how many name two ("distal X",
"X"). Two of its words, one in the other's place ("tibia", "fibula"), do so too unless some concept
has names with either ("kidney", "renal"). No list of such words is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import folded, is_count
from onoma.link.candidates.index import NameIndex, shards_of
from onoma.ontology.wordtable import word_hashes, word_ids
from onoma.text.variants import ROMAN

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

TELLING = 0.2  # share of pairs that name one concept, below which a word tells two apart
STEM = 4  # letters by which forms of one word are known
SEEN = 5  # pairs that a word must be seen in
PRIOR = 0.3  # share among all pairs of the core
PRIOR_PAIRS = 3
CONTRARY = (
    ("left", "right"), ("upper", "lower"), ("proximal", "distal"), ("anterior", "posterior"),
    ("acute", "chronic"), ("increased", "decreased"), ("increase", "decrease"), ("high", "low"),
    ("elevated", "reduced"), ("male", "female"), ("maternal", "paternal"), ("benign", "malignant"),
    ("congenital", "acquired"), ("systolic", "diastolic"), ("dominant", "recessive"),
    ("primary", "secondary"), ("positive", "negative"), ("long", "short"), ("large", "small"),
    ("medial", "lateral"), ("inner", "outer"), ("internal", "external"), ("superior", "inferior"),
    ("dorsal", "ventral"), ("early", "late"), ("thick", "thin"), ("wide", "narrow"),
    ("unilateral", "bilateral"), ("arterial", "venous"), ("with", "without"), ("open", "closed"),
    ("agonist", "antagonist"), ("activator", "inhibitor"), ("heavy", "light"), ("fast", "slow"),
    ("deep", "superficial"), ("efferent", "afferent"), ("rough", "smooth"), ("adult", "juvenile"),
    ("mild", "severe"), ("complete", "partial"), ("gain", "loss"), ("up", "down"),
)  # fmt: skip
CONTRARY_PREFIXES = (
    ("hyper", "hypo"), ("macro", "micro"), ("poly", "oligo"), ("brady", "tachy"), ("pre", "post"),
    ("endo", "exo"), ("intra", "extra"), ("mono", "poly"), ("homo", "hetero"), ("pro", "anti"),
    ("supra", "infra"), ("ante", "post"), ("over", "under"), ("para", "meta"), ("ortho", "para"),
    ("di", "tri"), ("mono", "di"), ("cis", "trans"), ("alpha", "beta"), ("n", "s"), ("l", "d"),
    ("multi", "uni"), ("in", "ex"), ("eu", "dys"), ("a", "hyper"), ("de", "re"),
)  # fmt: skip
ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6",
    "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10",
}  # fmt: skip
ENDS = ("st", "nd", "rd", "th")  # of ordinals in digits
NEGATORS = ("non", "un", "anti", "not", "no", "without", "dis")
_WORD = re.compile(r"[a-z]+|\d+")
_SIDES = frozenset(frozenset(pair) for pair in CONTRARY)


def words_of(term: str) -> frozenset[str]:
    """Return the folded words of a term, numerals as digits, plurals as singulars."""
    found = _WORD.findall(folded(term))
    return frozenset(
        _plain(ORDINALS.get(word, ROMAN.get(word, word))) for word in found if word not in ENDS
    )


def plain_text(term: str) -> str:
    """Return a term folded, its plurals as singulars."""
    return _WORD.sub(lambda found: _plain(found[0]), folded(term))


def _plain(word: str) -> str:
    is_plural = len(word) > 4 and word.endswith("s") and word[-2] not in "sui"
    return word[:-1] if is_plural else word


@dataclass(frozen=True, slots=True)
class Telling:
    """For each word of a store how often, of names that differ by it alone, one concept is named.

    ``same`` and ``other`` count pairs of names by the store's number of the word; ``swaps`` are the
    pairs of words that stand for each other in names of one concept, packed and sorted.
    """

    slots: U64
    same: I64
    other: I64
    swaps: U64

    def is_swap(self, one: str, other: str) -> bool:
        """Return whether some concept has two names in which these words stand for each other."""
        low, high = sorted((self._number(one), self._number(other)))
        pair = np.uint64(low << 32 | high)
        at = int(np.searchsorted(self.swaps, pair))
        return at < len(self.swaps) and self.swaps[at] == pair

    def are_known(self, one: str, other: str) -> bool:
        """Return whether two words are different words of the vocabulary."""
        numbers = self._number(one), self._number(other)
        return all(numbers) and numbers[0] != numbers[1]

    def share(self, word: str) -> float:
        """Return the share of pairs that name one concept; a word never seen gets the prior."""
        number = self._number(word)
        same, both = int(self.same[number]), int(self.same[number] + self.other[number])
        return (same + PRIOR_PAIRS * PRIOR) / (both + PRIOR_PAIRS)

    def tells(self, word: str) -> bool:
        """Return whether a word more makes another concept."""
        number = self._number(word)
        seen = int(self.same[number] + self.other[number])
        return seen >= SEEN and self.share(word) < TELLING

    def is_idle(self, word: str) -> bool:
        """Return whether a word more often makes no other concept."""
        number = self._number(word)
        seen = int(self.same[number] + self.other[number])
        return seen >= SEEN and self.share(word) >= TELLING

    def _number(self, word: str) -> int:
        if not word.isalnum() or word.isdigit() != (not word.isalpha()):
            return 0
        number = int(word_ids(self.slots, word_hashes([word]))[0])
        return number if number < len(self.same) else 0


def read_telling(index: NameIndex, types: int = 0) -> Telling:
    """Return what the names of these types (bits, 0 for all) say of each word."""
    shards = [index.shard(name) for name in shards_of(types)]
    size = 1 + max((int(one.word.max(initial=0)) for one in shards), default=0)
    same, other = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for shard in shards:
        same[shard.word] += shard.word_same
        other[shard.word] += shard.word_other
    same[0] = other[0] = 0
    swaps = np.unique(np.concatenate([np.empty(0, np.uint64), *(one.swaps for one in shards)]))
    return Telling(index.store.array("words"), same, other, swaps)


def difference(one: frozenset[str], other: frozenset[str], telling: Telling | None) -> str:
    """Return why two terms of these words are not one, empty where nothing says so."""
    left, right = one - other, other - one
    if not left and not right:
        return ""
    return (
        _of_numbers(left, right, telling)
        or _of_sense(left, right)
        or ("" if telling is None else _of_words(left, right, telling))
    )


def _of_numbers(left: frozenset[str], right: frozenset[str], telling: Telling | None) -> str:
    """Return that two terms count differently, idle numbers aside."""
    counts = [{word for word in side if is_count(word)} for side in (left, right)]
    if telling is not None and not (counts[0] and counts[1]):
        counts = [{word for word in side if not telling.is_idle(word)} for side in counts]
    same = counts[0] == counts[1]
    return "" if same else f"number: {_shown(counts[0])} / {_shown(counts[1])}"


def _of_sense(left: frozenset[str], right: frozenset[str]) -> str:
    """Return that two terms say the contrary of each other."""
    for a, b in product(sorted(left), sorted(right)):
        if frozenset((a, b)) in _SIDES or _is_contrary(a, b):
            return f"contrary: {a} / {b}"
    negators = set(NEGATORS)
    if bool(left & negators) != bool(right & negators):
        return f"negation: {_shown((left | right) & negators)}"
    return ""


def _of_words(left: frozenset[str], right: frozenset[str], telling: Telling) -> str:
    """Return that two terms differ by words that tell concepts of the vocabulary apart."""
    if not (left and right):
        words = [word for word in sorted(left | right) if telling.tells(word)]
        if words:
            return f"word: {_shown(words)}"
    if len(left) == len(right) == 1:
        (a,), (b,) = left, right
        if a[:STEM] != b[:STEM] and telling.are_known(a, b) and not telling.is_swap(a, b):
            return f"words: {a} / {b}"
    return ""


def _is_contrary(one: str, other: str) -> bool:
    """Return whether two words are one but for contrary prefixes, or for a negating one."""
    for a, b in (*CONTRARY_PREFIXES, *((b, a) for a, b in CONTRARY_PREFIXES)):
        is_long = one.startswith(a) and other.startswith(b) and len(one) > len(a) + 3
        if is_long and one[len(a) :] == other[len(b) :]:
            return True
    for short, long in ((one, other), (other, one)):
        if any(long == negator + short for negator in NEGATORS) and len(short) > 3:
            return True
    return False


def _shown(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "-"

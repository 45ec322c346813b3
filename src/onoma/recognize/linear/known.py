"""What lists know of the words of a text: names met in training, and words of a vocabulary's names.

Names: the longest run of words that was marked in training texts is found again, in any gender
and number (by ``cognates.skeleton``). A text in training must not be told by its own marks, so for
it names and counts are those of the other texts.

Words: a skeleton says in what share of a vocabulary's names of each type it stands; so English
names mark words of Romance languages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import ConceptStore
from onoma.recognize.linear.cognates import SHORTEST, skeleton
from onoma.recognize.linear.words import WordText
from onoma.types import type_mask

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Name = tuple[str, ...]
LEVELS = (0.02, 0.3, 0.7)  # of the places where a name stands, in how many it is marked
LONGEST = 12  # words of a name
MOST_NAMES = 200_000  # of a group, taken evenly from all over the vocabulary
GROUPS = (
    ("disease", "phenotype"), ("chemical", "drug", "food"), ("gene", "protein"),
    ("anatomy", "cell_type", "component"), ("procedure", "test", "method", "device"),
    ("organism", "microbe"),
)  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Names:
    """Names by their words: of each type how often marked, and how often met in all."""

    marked: Mapping[Name, tuple[int, ...]]
    met: Mapping[Name, int]
    sizes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, marked: Mapping[Name, tuple[int, ...]], met: Mapping[Name, int]) -> Names:
        """Put names in order by first words."""
        sizes: dict[str, set[int]] = defaultdict(set)
        for name in marked:
            sizes[name[0]].add(len(name))
        return cls(marked, met, {w: tuple(sorted(own, reverse=True)) for w, own in sizes.items()})

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, Name]]:
        """Yield where names begin, from the left, the longest at each place."""
        place = 0
        while place < len(words):
            for size in self.sizes.get(words[place], ()):
                name = tuple(words[place : place + size])
                if name in self.marked:
                    yield place, name
                    place += size
                    break
            else:
                place += 1

    def column(self, words: Sequence[str], own: OwnCounts | None = None) -> U64:
        """Return for each word the type, sureness and place in a name that stands there."""
        out = np.zeros(len(words), np.uint64)
        for place, name in self.found(words):
            marked = np.array(self.marked[name], np.int64)
            met = self.met.get(name, 0)
            if own is not None:
                marked = marked - np.array(own.marked.get(name, (0,) * len(marked)))
                met -= own.met.get(name, 0)
            if marked.max() <= 0:
                continue
            kind = int(marked.argmax())
            level = int(np.searchsorted(LEVELS, marked[kind] / max(met, marked[kind])))
            often = 8 if marked[kind] > 2 else 0
            for k in range(len(name)):
                part = (k == 0) + 2 * (k == len(name) - 1)
                out[place + k] = 1 + part + 4 * (level % 4) + 16 * often + 256 * kind
        return out


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """What one training text adds to the counts."""

    marked: Mapping[Name, tuple[int, ...]]
    met: Mapping[Name, int]


def hash_of(word: str) -> int:
    """Return a hash of 32 bits; of halves of a character as well."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def forms(text: WordText) -> list[str]:
    """Return the words of a text as names are looked up: skeletons, short capitals as they are."""
    return [w if len(w) <= 4 and w.isupper() else skeleton(w) for w in text.words]


def learn_names(
    texts: Sequence[list[str]], spans: Sequence[list[tuple[int, int, int]]], types: int
) -> tuple[Names, list[OwnCounts]]:
    """Return the names that texts mark, and what each text adds."""
    owns: list[dict[Name, list[int]]] = []
    whole: dict[Name, list[int]] = {}
    for words, marks in zip(texts, spans, strict=True):
        own: dict[Name, list[int]] = {}
        for low, high, kind in marks:
            if high - low <= LONGEST:
                name = tuple(words[low:high])
                own.setdefault(name, [0] * types)[kind] += 1
                whole.setdefault(name, [0] * types)[kind] += 1
        owns.append(own)
    names = Names.of({name: tuple(counts) for name, counts in whole.items()}, {})
    met = [Counter(name for _, name in names.found(words)) for words in texts]
    total = sum(met, Counter[Name]())
    made = [
        OwnCounts({name: tuple(counts) for name, counts in own.items()}, seen)
        for own, seen in zip(owns, met, strict=True)
    ]
    return Names(names.marked, total, names.sizes), made


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Words of a vocabulary's names: hashes of skeletons in order, and a level for each group.

    A level is 0 for words of which less than a seventh of the names are the group's; otherwise it
    tells one name from several, and most names from some.
    """

    keys: npt.NDArray[np.uint32]
    levels: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, names: Sequence[Iterable[str]]) -> KnownWords:
        """Count the words of each group's names."""
        groups = len(names)
        counts: dict[str, list[int]] = {}
        for group, own in enumerate(names):
            for word in chain.from_iterable(set(_LETTERS.findall(one.lower())) for one in own):
                form = skeleton(word)
                if len(form) >= SHORTEST:
                    counts.setdefault(form, [0] * groups)[group] += 1
        words = sorted(counts, key=lambda w: hash_of(w))
        table = np.array([counts[w] for w in words], np.float64).reshape(len(words), groups)
        share = table / np.maximum(table.sum(1, keepdims=True), 1)
        often = (table >= 1).astype(np.uint8) + (table >= 8)
        levels = np.where(share >= 0.15, often * 2 - (share < 0.6), 0).astype(np.uint8)
        keys = np.array([hash_of(w) for w in words], np.uint32)
        return cls(keys, levels)

    def columns(self, text: WordText) -> list[U64]:
        """Return a column a group: how much a word is one of its names', 0 for not at all."""
        if not len(self.keys):
            return []
        hashes = np.array([hash_of(skeleton(w)) for w in text.words], np.uint32)
        place = np.searchsorted(self.keys, hashes)
        place = np.minimum(place, len(self.keys) - 1)
        is_known = self.keys[place] == hashes
        levels = self.levels[place] * is_known[:, None]
        return [np.asarray(levels[:, g], np.uint64) for g in range(levels.shape[1])]


def vocabulary_words(store: ConceptStore) -> KnownWords:
    """Return the words of a vocabulary's names, by groups of types."""
    types, owner = store.array("concept_types"), store.array("name_concept")
    named = []
    for group in GROUPS:
        wanted = np.flatnonzero((types[owner] & np.uint32(type_mask(group))) > 0)
        step = max(len(wanted) / MOST_NAMES, 1.0)
        rows = wanted[(np.arange(int(len(wanted) / step)) * step).astype(np.int64)]
        named.append(store.names.take(rows.tolist()))
    return KnownWords.of(named)

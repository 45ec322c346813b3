"""The names of some concepts as sets of words, looked up by words that are like theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.link.candidates.grams import Runs, Words, read_words
from onoma.link.candidates.index import Shard, open_index, shards_of
from onoma.link.namespaces import Namespaces, answer_text
from onoma.link.wordings.forms import AS_FORM, Forms, forms_among
from onoma.ontology.store import ConceptStore
from onoma.text.variants import FUNCTION_WORDS

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_HELD = 4000  # rows: words that more rows have say nothing
MOST_HELD_FORM = 1000  # rows of a word that another form stands for
MOST_HELD_ALIKE = 250  # rows of a word that another word stands for
MOST_FORMS = 12  # words that a word may stand for
MOST_KEPT = 1 << 16
STEPS_UP = 4


@dataclass
class NameRows:
    """Rows of names: names of the same words are one row.

    ``word``: the store's numbers of the words, sorted, ``texts`` what they are written like,
    ``weight`` how much each says; ``rows``: the words of each row, by place in ``word``;
    ``holders``: the rows of each word; ``name``: the best name of each row, ``concept`` whose it
    is, ``answer`` what it answers; ``whole``: what the words of a row weigh together.
    """

    store: ConceptStore
    word: I64
    texts: list[str]
    weight: F32
    rows: Runs
    holders: Runs
    name: I64
    concept: I64
    answer: I64
    whole: F32
    swaps: set[tuple[int, int]]
    _known: dict[str, tuple[I64, F32]] = field(default_factory=dict, repr=False)
    _above: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)
    _forms: Forms | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.name)

    @classmethod
    def of(cls, store: ConceptStore, *, types: int, ids: Namespaces | None) -> NameRows:
        """Read the names of the concepts of these types (bits) with an answer in ``ids``.

        Raises: InputError: there are none.
        """
        index = open_index(store)
        base = index.store
        concept_types = base.array("concept_types")
        good = np.asarray((concept_types & np.uint32(types or 0xFFFFFFFF)) > 0)
        answers = np.arange(len(concept_types), dtype=np.int64)
        if ids is not None:
            answers = ids.codes(store, answers)
            good &= (answers >= 0) & ~ids.lossy
        shards = [index.shard(one) for one in shards_of(types)]
        parts = [_rows(shard, base, good) for shard in shards]
        owner, words, names, concepts = (
            np.concatenate(column) for column in zip(*_numbered(parts), strict=True)
        )
        if not len(names):
            raise InputError("the vocabulary has no names of these types", hint="ask for others")
        vocabulary, local = np.unique(words, return_inverse=True)
        rows = Runs.of(owner, local.astype(np.int32), len(names))
        by_word = np.argsort(local, kind="stable")
        holders = Runs.of(local[by_word], owner[by_word].astype(np.int32), len(vocabulary))
        held = np.diff(holders.start)
        weight = np.log((1 + len(names)) / (1 + held)) + 1
        grammar = np.unique(read_words(sorted(FUNCTION_WORDS), base.array("words")).word)
        weight[np.isin(vocabulary, grammar) | (held > MOST_HELD)] = 0
        whole = np.bincount(owner, weights=weight[local], minlength=len(names))
        texts = _texts(shards, vocabulary)
        return cls(
            store, vocabulary.astype(np.int64), texts, weight.astype(np.float32), rows, holders,
            names, concepts, answers[concepts], whole.astype(np.float32),
            set(_swaps(shards, vocabulary)),
        )  # fmt: skip

    @cached_property
    def several(self) -> I64:
        """How many rows each row's answer has."""
        _, back, count = np.unique(self.answer, return_inverse=True, return_counts=True)
        return np.asarray(count[back.ravel()])

    @cached_property
    def signature(self) -> npt.NDArray[np.uint64]:
        """A number of the words of each row that counts, the same for the same words."""
        owner, word = self.rows.take(np.arange(len(self)))
        real = self.weight[word] > 0
        mixed = mix(self.word[word[real]])
        out = np.zeros(len(self), np.uint64)
        np.add.at(out, owner[real], mixed)
        return out

    def curies(self, row: int) -> str:
        """Return the CURIE that a row answers."""
        return answer_text(self.store, int(self.answer[row]))

    def ancestors(self, concept: int) -> frozenset[int]:
        """Return the rows of a concept's ancestors, a few steps up."""
        known = self._above.get(concept)
        if known is None:
            found: set[int] = set()
            edge = {concept}
            for _ in range(STEPS_UP):
                edge = {int(one) for row in edge for one in self.store.parents.of(row)} - found
                found |= edge
            known = self._above[concept] = frozenset(found)
        return known

    def number(self, words: npt.NDArray[np.integer]) -> I64:
        """Return the places of the store's words, -1 for those that no row holds."""
        at = np.minimum(np.searchsorted(self.word, words), len(self.word) - 1)
        return np.where((self.word[at] == words) & (words > 0), at, -1)

    def take(self, forms: Forms) -> None:
        """Let words stand for others as ``forms`` says."""
        self._forms = forms
        self._known.clear()

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each word by its text."""
        return {text: place for place, text in enumerate(self.texts)}

    @cached_property
    def _form_place(self) -> dict[str, int]:
        return {} if self._forms is None else {w: i for i, w in enumerate(self._forms.words)}

    @cached_property
    def _sorted(self) -> tuple[list[str], list[int]]:
        order = sorted(range(len(self.texts)), key=lambda place: self.texts[place])
        return [self.texts[place] for place in order], order

    def stand_for(self, words: Words, places: I64) -> tuple[I64, I64, F32]:
        """Return pairs of one of the places of ``words`` and a word of names, and their share."""
        if not len(places):
            none = np.empty(0, np.int64)
            return none, none, np.empty(0, np.float32)
        # a text has far fewer distinct words than words
        _, first, back = np.unique(words.hash[places], return_index=True, return_inverse=True)
        own = self.number(words.word[places[first]]).tolist()
        found = [
            self._alike(words.folded(place), number)
            for place, number in zip(places[first].tolist(), own, strict=True)
        ]
        size = np.array([len(one) for one, _ in found], np.int64)
        runs = Runs(np.concatenate([[0], np.cumsum(size)]),
                    np.arange(int(size.sum()), dtype=np.int32))  # fmt: skip
        owner, at = runs.take(back.ravel())
        form = np.concatenate([one for one, _ in found])
        share = np.concatenate([one for _, one in found])
        return places[owner], form[at], share[at]

    def covers(self, row: int, words: Words, places: I64) -> bool:
        """Return whether each of the words at these places stands for a word of a row."""
        start = self.rows.start
        own = self.rows.values[start[row] : start[row + 1]]
        place, form, _ = self.stand_for(words, places)
        return set(place[np.isin(form, own)].tolist()) == set(places.tolist())

    def _alike(self, word: str, number: int) -> tuple[I64, F32]:
        """Return the words of names that a word stands for; ``number`` is its own, or -1."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
            shares = dict(self._others(self.texts[number] if number >= 0 else word))
            held = np.diff(self.holders.start)
            shares = {
                at: share
                for at, share in shares.items()
                if held[at] <= (MOST_HELD_FORM if share >= AS_FORM else MOST_HELD_ALIKE)
            }
            if number >= 0:
                shares[number] = 1.0
            kept = [(at, share) for at, share in shares.items() if self.weight[at] > 0]
            found = (
                np.array([at for at, _ in kept], np.int64),
                np.array([share for _, share in kept], np.float32),
            )
            self._known[word] = found
        return found

    def _others(self, word: str) -> Iterator[tuple[int, float]]:
        place = self._form_place.get(word)
        if place is None or self._forms is None:
            for at in list(forms_among(word, *self._sorted))[:MOST_FORMS]:
                yield at, AS_FORM
            return
        targets, shares = self._forms.of(place)
        for target, share in zip(targets.tolist(), shares.tolist(), strict=True):
            known = self.place.get(self._forms.words[target])
            if known is not None:
                yield known, share


def _rows(shard: Shard, store: ConceptStore, good: Bools) -> tuple[I64, I64, I64, I64]:
    """Return the rows of a shard that name a good concept: owner, word; name, concept of each."""
    concept_of, scope = store.array("name_concept"), store.array("name_scope")
    row, found = shard.row_names.take(np.arange(len(shard)))
    name = found.astype(np.int64)
    keep = np.flatnonzero(good[concept_of[name]])
    row, name = row[keep], name[keep]
    order = np.lexsort((name, scope[name], row))
    row, name = row[order], name[order]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    row, name = row[first], name[first]
    owner, word = shard.row_words.take(row)
    concept = np.asarray(concept_of[name], np.int64)
    return owner, word.astype(np.int64), name, concept


def _numbered(parts: Sequence[tuple[I64, I64, I64, I64]]) -> Iterator[tuple[I64, I64, I64, I64]]:
    base = 0
    for owner, word, name, concept in parts:
        yield owner + base, word, name, concept
        base += len(name)


def _texts(shards: Sequence[Shard], vocabulary: I64) -> list[str]:
    known: dict[int, str] = {}
    for shard in shards:
        known |= dict(zip(shard.word.tolist(), shard.word_texts, strict=True))
    return [known[one] for one in vocabulary.tolist()]


def _swaps(shards: Sequence[Shard], vocabulary: I64) -> Iterator[tuple[int, int]]:
    """Yield the pairs of words that names of one concept have in each other's place."""
    for shard in shards:
        sides = [(shard.swaps >> np.uint64(32)).astype(np.int64),
                 (shard.swaps & np.uint64(0xFFFFFFFF)).astype(np.int64)]  # fmt: skip
        at = [np.minimum(np.searchsorted(vocabulary, side), len(vocabulary) - 1) for side in sides]
        good = (vocabulary[at[0]] == sides[0]) & (vocabulary[at[1]] == sides[1])
        low, high = np.minimum(*at)[good], np.maximum(*at)[good]
        yield from zip(low.tolist(), high.tolist(), strict=True)


def mix(words: npt.NDArray[np.integer]) -> npt.NDArray[np.uint64]:
    """Return a number for each word such that sums of them tell sets of words apart."""
    out = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    out ^= out >> np.uint64(29)
    return out * np.uint64(0xD6E8FEB86659FD93)

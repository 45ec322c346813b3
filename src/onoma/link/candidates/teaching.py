"""A lexicon's texts as a shard of their own, in memory: texts like one seen before are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.building import index_arrays
from onoma.link.candidates.grams import Runs, read_words
from onoma.link.candidates.index import Shard
from onoma.link.candidates.lexicon import Entry, Lexicon, key_of
from onoma.link.namespaces import Namespaces
from onoma.ontology.store import ConceptStore

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Taught:
    """A lexicon's entries as a shard.

    For each entry: its concept's row and its answer's number, -1 for none, and the share of its
    text's uses that it has.
    """

    shard: Shard
    entries: tuple[Entry, ...]
    concept: I64
    answer: I64
    share: npt.NDArray[np.float32]


def teach(lexicon: Lexicon, store: ConceptStore, *, ids: Namespaces | None) -> Taught:
    """Return a lexicon's entries as they answer over a store."""
    entries = lexicon.entries
    rows = {one.curie: store.row_of(one.curie) for one in entries}
    codes = {curie: _code(store, curie, row, ids) for curie, row in rows.items()}
    uses: Counter[str] = Counter()
    for one in entries:
        uses[key_of(one.text)] += one.count
    share = [one.count / uses[key_of(one.text)] for one in entries]
    return Taught(
        Shard(_arrays([one.text for one in entries], store)),
        entries,
        np.array([rows[one.curie] for one in entries], np.int64),
        np.array([codes[one.curie] for one in entries], np.int64),
        np.array(share, np.float32),
    )


def _code(store: ConceptStore, curie: str, row: int, ids: Namespaces | None) -> int:
    """Return the number of an answer (``namespaces.answer_text``), -1 where the store lacks it."""
    if ids is None or row >= 0:
        return row
    target = store.targets.find(curie)
    return target + store.n_concepts if target >= 0 else -1


def _arrays(texts: list[str], store: ConceptStore) -> dict[str, npt.NDArray[np.generic]]:
    read = read_words(texts, store.array("words"))
    known = read.word > 0
    pairs = np.unique(read.owner[known] << 32 | read.word[known].astype(np.int64))
    filled, owner = np.unique(pairs >> 32, return_inverse=True)
    words = Runs.of(owner, (pairs & 0xFFFFFFFF).astype(np.int32), len(filled))
    written: dict[int, str] = {}
    for place in np.flatnonzero(known).tolist():
        written.setdefault(int(read.word[place]), read.folded(place))
    return index_arrays(filled, words, written)

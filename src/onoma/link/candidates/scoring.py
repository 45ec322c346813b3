"""What speaks for a name near a term, as columns, and the one score made of it.

Each part is kept by name for ``--explain``. The weights were read on the train parts of NCBI
Disease and BC5CDR and on the HPO corpora (``bench/linking.py``); the curve about them is flat.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import Words, is_count
from onoma.link.candidates.index import Near, Shard
from onoma.link.candidates.ranker import Ranker

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WHOLE = 0.999  # share of the words' weight from which on words are the same


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts, and where a score means "as likely right as wrong".

    ``gram`` and ``vector``: cosines; ``same``: the words are the same; ``cover``: the share of the
    name's words that the term has; ``other``: a loss where numbers differ; ``scope``: label before
    loose synonym; ``lossy`` and ``step``: losses of an answer that is broader, or another
    vocabulary's; ``learned``: the name is one that annotators used (``lexicon``). ``middle`` and
    ``slope``: of the curve to a score in 0..1. ``ranker``: judges in its place.
    """

    gram: float = 0.3
    vector: float = 0.7
    same: float = 0.2
    cover: float = 0.05
    scope: float = 0.3
    other: float = 0.15
    lossy: float = 0.1
    step: float = 0.03
    learned: float = 0.1
    middle: float = 1.03
    slope: float = 6.5
    ranker: Ranker | None = field(default=None, repr=False, compare=False)


FUSED = Weights()
LEXICAL = Weights(gram=0.9, vector=0.0, cover=0.1, middle=1.02, slope=5.0)
"""For use without an encoder."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Per pair of a term and a row: what share of the row's words, and of the term's, is common.

    ``other``: a number or letter stands in one and not in the other, as in "type 1" and "type 2".
    """

    cover: F32
    kept: F32
    other: Bools

    @property
    def same(self) -> Bools:
        """Which pairs have the same words."""
        return np.asarray((self.cover > WHOLE) & (self.kept > WHOLE))


def shares(shard: Shard, words: Words, near: Near) -> Shares:
    """Return what each row near a term has in common with it, words weighed by their idf.

    A word of the term that no row holds weighs as much as one that a single row holds.
    """
    size = np.int64(max(len(shard.word), 1))
    terms = 1 + max(int(words.owner.max(initial=-1)), int(near.term.max(initial=-1)))
    number = shard.number(words.word)
    strange = number < 0
    known = np.unique(words.owner[~strange] * size + number[~strange])
    weight = shard.word_weight
    own = np.zeros(terms)
    if len(known):
        own += np.bincount(known // size, weights=weight[known % size], minlength=terms)
    own += np.bincount(words.owner[strange], minlength=terms) * shard.most_weight
    place, word = shard.row_numbers.take(near.row)
    key = near.term[place] * size + word
    at = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
    common = (known[at] == key) if len(known) else np.zeros(len(key), bool)
    gain = weight[word]
    whole = np.bincount(place, weights=gain, minlength=len(near.row))
    both = np.bincount(place[common], weights=gain[common], minlength=len(near.row))
    counting = np.bincount(known[shard.counts[known % size]] // size, minlength=terms)
    told = [is_count(words.folded(one)) for one in np.flatnonzero(strange).tolist()]
    counting += np.bincount(words.owner[strange][np.array(told, bool)], minlength=terms)
    counts = shard.counts[word]
    matched = np.bincount(place[counts & common], minlength=len(near.row))
    held = np.bincount(place[counts], minlength=len(near.row))
    return Shares(
        (both / np.maximum(whole, 1e-9)).astype(np.float32),
        (both / np.maximum(own[near.term], 1e-9)).astype(np.float32),
        (held > matched) | (counting[near.term] > matched),
    )


def log_odds(raw: F32, weights: Weights) -> F32:
    """Return sums of parts as the log odds that a concept of such a sum is the right one."""
    return np.asarray(weights.slope * (raw - weights.middle), np.float32)


def likelihood(odds: float | F32) -> F32:
    """Return log odds in 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(odds))), np.float32)

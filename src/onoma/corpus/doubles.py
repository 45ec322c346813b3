"""The documents of a corpus that double another one, with what they share counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from onoma.corpus.log import Log
from onoma.corpus.segments import keys_of
from onoma.corpus.sketches import shared_triples


@dataclass(frozen=True, slots=True)
class Double:
    """A document that doubles an earlier one; both count.

    ``score``: the share of word triples that they have in common, 0 to 1. ``by``: ``doi``,
    ``pmid``, ``pmcid`` or ``text``.
    """

    id: str
    of: str
    by: str
    score: float


def find_doubles(log: Log) -> Iterator[Double]:
    """Yield the doubles in the order of the log."""
    heads, live = log.heads(), log.live()
    twins = np.asarray(heads.column("twin").combine_chunks().fill_null(0).to_numpy())
    keys = keys_of(heads)
    own = np.flatnonzero(np.isin(keys, live) & np.isin(twins, live))
    if not len(own):
        return
    documents = log.rows(keys[own], "id", "text", "twin_by").to_pylist()
    others = log.rows(twins[own], "id", "text").to_pylist()
    for one, other in zip(documents, others, strict=True):
        score = shared_triples(one["text"], other["text"])
        yield Double(one["id"], other["id"], one["twin_by"], score)

"""Mentions that carry their own CURIE (variants by pattern), joined to the linked ones.

Such a mention has one row: no concept of the store (-1), and an answer behind all others, which
numbers the batch's own list of CURIEs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.link.lexical import Links
from onoma.link.namespaces import Namespaces
from onoma.ontology.curies import prefix_of
from onoma.ontology.store import ConceptStore
from onoma.recognize.columns import Spans
from onoma.recognize.dictionary import Entries
from onoma.types import TYPE_BIT

PATTERN_SCORE = 0.9


def first_literal(store: ConceptStore) -> int:
    """Return the answer number of a batch's first own CURIE."""
    return store.n_concepts + len(store.targets)


def join_literals(
    spans: Spans,
    links: Links,
    own: Spans,
    curies: Sequence[str],
    *,
    store: ConceptStore,
    ids: Namespaces | None,
) -> tuple[Spans, Links]:
    """Return both kinds of spans in text order, with links; ``own.extra`` numbers ``curies``."""
    if not len(own):
        return spans, links
    size, more, rows = len(spans), len(own), len(links.score)
    order = np.lexsort(
        (np.concatenate([spans.end, own.end]), np.concatenate([spans.start, own.start]))
    )
    place = np.empty(size + more, np.int64)
    place[order] = np.arange(size + more)
    owner = np.concatenate([place[links.rows.owner], place[size:]])
    row_order = np.argsort(owner, kind="stable")
    moved = np.empty(rows + more, np.int64)
    moved[row_order] = np.arange(rows + more)
    wanted = [ids is None or prefix_of(curie) in ids.prefixes for curie in curies]
    answers = np.array(wanted, bool)[own.extra]
    chosen = np.concatenate(
        [
            np.where(links.chosen >= 0, moved[links.chosen], -1),
            np.where(answers, moved[rows:], -1),
        ]
    )

    def joined(old: npt.NDArray[Any], new: npt.NDArray[Any] | float) -> npt.NDArray[Any]:
        filled = np.broadcast_to(np.asarray(new, old.dtype), more)
        return np.concatenate([old, filled])[row_order]

    return Spans.merge(spans, own), Links(
        rows=Entries(
            owner[row_order],
            joined(links.rows.entry, -1),
            np.searchsorted(owner[row_order], np.arange(size + more)),
        ),
        concept=joined(links.concept, -1),
        name=joined(links.name, -1),
        score=joined(links.score, PATTERN_SCORE),
        types=joined(links.types, TYPE_BIT["variant"]),
        answer=joined(links.answer, own.extra + first_literal(store)),
        chosen=chosen[order],
        believed=joined(links.believed, new=True),
        parts={
            key: joined(part, PATTERN_SCORE * (key == "name")) for key, part in links.parts.items()
        },
    )

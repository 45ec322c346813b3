"""The vocabulary's words and every form under which a text may hold them, in one hash table.

A token's hash leads to the id of its canonical word (0: no name holds it). Frequent words have
small ids, so that what a text asks for most lies together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.hashing import build_table, look_up
from onoma.text.characters import code_points, common_words
from onoma.text.tokens import tokenise
from onoma.text.variants import canonical_form, written_forms

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]

WORD_BITS = 24


@dataclass(frozen=True, slots=True)
class WordUse:
    """A distinct folded word of the vocabulary with how it is used."""

    text: str
    count: int
    is_head: bool
    is_eponym: bool


def word_hashes(words: Sequence[str]) -> U64:
    """Return the token hash of each word (each must be a single token)."""
    if not words:
        return np.empty(0, np.uint64)
    tokens = tokenise(code_points("\n".join(words)))
    if len(tokens) != len(words):
        bad = next(w for w in words if len(tokenise(code_points(w))) != 1)
        raise ValueError(f"not one token: {bad!r}")
    return tokens.hash


def build_words(uses: Sequence[WordUse], hashes: U64) -> tuple[U64, U32, list[str]]:
    """Return the table's slots, the word id of each use, and the canonical words by id (from 1)."""
    known = {use.text for use in uses}
    canonical = [
        canonical_form(use.text, known) if use.text[0].isalpha() else use.text for use in uses
    ]
    counts: Counter[str] = Counter()
    head: set[str] = set()
    eponym: set[str] = set()
    for use, form in zip(uses, canonical, strict=True):
        counts[form] += use.count
        if use.is_head:
            head.add(form)
        if use.is_eponym:
            eponym.add(form)
    ranked = sorted(counts, key=lambda form: (-counts[form], form))
    ids = {form: place for place, form in enumerate(ranked, start=1)}
    use_ids = np.fromiter((ids[form] for form in canonical), np.uint32, len(canonical))
    forms: dict[str, int] = {}
    for form in ranked:
        for written in (form, *written_forms(form, is_head=form in head, is_eponym=form in eponym)):
            if written not in known:
                forms.setdefault(written, ids[form])
    single = [form for form in forms if is_single(form)]
    more = word_hashes(single)
    all_hashes = np.concatenate([hashes, more])
    more_ids = np.fromiter((forms[form] for form in single), np.uint32, len(single))
    all_ids = np.concatenate([use_ids, more_ids])
    all_hashes, first = np.unique(all_hashes, return_index=True)
    all_ids = all_ids[first]
    everyday = np.isin(all_hashes, word_hashes(sorted(filter(is_single, common_words()))))
    used = np.lexsort((all_ids, ~everyday))
    slots = build_table(
        all_hashes[used], all_ids[used].astype(np.uint64), payload_bits=WORD_BITS, load=0.6
    )
    return slots, use_ids, ["", *ranked]


def is_single(form: str) -> bool:
    """Return whether a made form is one token of letters."""
    return form.replace("'", "").isalpha() and form[-1] != "'"


def word_ids(slots: U64, hashes: U64) -> U32:
    """Return the word id of each token hash, 0 where no name holds the word."""
    return look_up(slots, hashes, payload_bits=WORD_BITS).astype(np.uint32)

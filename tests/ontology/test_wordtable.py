"""The word table: each written form leads to its word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.ontology.wordtable import WordUse, build_words, word_hashes, word_ids

USES = [
    WordUse("breast", 9, is_head=False, is_eponym=False),
    WordUse("tumor", 5, is_head=True, is_eponym=False),
    WordUse("tumours", 1, is_head=True, is_eponym=False),
    WordUse("edema", 3, is_head=True, is_eponym=False),
    WordUse("huntington", 2, is_head=False, is_eponym=True),
    WordUse("ii", 1, is_head=True, is_eponym=False),
    WordUse("2", 1, is_head=True, is_eponym=False),
    WordUse("thes", 1, is_head=True, is_eponym=False),
]


def ids(words: list[str]) -> list[int]:
    slots, _, _ = build_words(USES, word_hashes([use.text for use in USES]))
    found: list[int] = word_ids(slots, word_hashes(words)).tolist()
    return found


def test_forms_of_a_word_have_its_id() -> None:
    assert len(set(ids(["tumor", "tumors", "tumour", "tumours"]))) == 1
    assert len(set(ids(["edema", "oedema", "edemas", "oedemas", "edemata"]))) == 1
    assert len(set(ids(["huntington", "huntington's", "huntingtons"]))) == 1
    assert len(set(ids(["ii", "2"]))) == 1


def test_unknown_words_have_none() -> None:
    assert ids(["the", "breasts", "tumorous", "x"]) == [0, 0, 0, 0]


def test_frequent_words_have_small_ids() -> None:
    slots, use_ids, canonical = build_words(USES, word_hashes([use.text for use in USES]))
    assert canonical[0] == ""
    assert canonical[1] == "breast"
    assert [canonical[one] for one in use_ids.tolist()] == [
        "breast", "tumor", "tumor", "edema", "huntington", "2", "2", "thes",
    ]  # fmt: skip
    assert word_ids(slots, word_hashes(["breast"])).tolist() == [1]


def test_a_word_hash_is_of_one_token() -> None:
    assert len(word_hashes([])) == 0
    with pytest.raises(ValueError, match="breast cancer"):
        word_hashes(["ok", "breast cancer"])


@given(st.sets(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=1, max_size=40))
def test_every_word_of_a_vocabulary_is_found(words: set[str]) -> None:
    uses = [WordUse(word, 1, is_head=True, is_eponym=False) for word in sorted(words)]
    hashes = word_hashes(sorted(words))
    slots, use_ids, canonical = build_words(uses, hashes)
    assert word_ids(slots, hashes).tolist() == use_ids.tolist()
    assert use_ids.min() > 0
    assert use_ids.max() < len(canonical)

"""Tokens: offsets that quote the text, whatever the text is; hashes that tell words apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoma.text import characters as ch
from onoma.text import tokens as tk
from onoma.text.tokens import TextBatch, Tokens, tokenise, without_articles, word_hash

ANY = st.text(st.characters(exclude_categories=()), max_size=80)
ODD = st.text("abZ9 -’'.α½ﬁ\u0301\u0308é\ud800\x00\u00a0中ЖßµＡ\U0001f600\x1e\u200b㎡", max_size=40)


def read(text: str) -> list[str]:
    """Return the words of a text as they stand in it."""
    tokens = tokenise(ch.code_points(text))
    return [text[a:b] for a, b in zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)]


def naive(text: str) -> list[tuple[int, int, int]]:
    """Return (start, end, kind) character by character, in plain Python."""
    parts: list[tuple[int, int]] = []  # class, place
    table = ch.table()
    for place, char in enumerate(text):
        kind = int(table[ord(char)]) >> 24
        folded = ch.expansions()[ord(char)] if kind == ch.SPECIAL else (ord(char),)
        parts += [(int(table[code]) >> 24, place) for code in folded]
    kinds = [kind for kind, _ in parts]
    for at, kind in enumerate(kinds):
        if kind == ch.APOSTROPHE:
            inner = 0 < at < len(parts) - 1
            letters = inner and parts[at - 1][0] == ch.LETTER == parts[at + 1][0]
            kinds[at] = ch.LETTER if letters else ch.SYMBOL
    out: list[tuple[int, int, int]] = []
    at = 0
    while at < len(parts):
        stop = at + 1
        if kinds[at] != ch.SPACE:
            while kinds[at] < ch.SYMBOL and stop < len(parts) and kinds[stop] == kinds[at]:
                stop += 1
            end = parts[stop][1] if stop < len(parts) else len(text)
            last = parts[stop - 1][1]
            out.append((parts[at][1], last + 1 if end == last else end, kinds[at]))
        at = stop
    return out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\r\n", []),
        ("IL2R", ["IL", "2", "R"]),
        ("non-small cell", ["non", "small", "cell"]),
        ("Crohn's disease", ["Crohn's", "disease"]),
        ("the 'best'", ["the", "'", "best", "'"]),
        ("TNFα.", ["TNF", "α", "."]),
        ("a\x00b", ["a", "b"]),
        ("Sjo\u0308gren", ["Sjo\u0308gren"]),
        ("ﬁbrosis", ["ﬁbrosis"]),
        ("肝硬化", ["肝", "硬", "化"]),
        ("a\ud800b", ["a", "\ud800", "b"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert read(text) == words


def test_the_same_word_in_other_letters_has_the_same_hash() -> None:
    for one, other in (("Sjo\u0308gren", "sjogren"), ("ﬁbrosis", "fibrosis"), ("α", "alpha"),
                       ("ＴＮＦ", "tnf"), ("µ", "mu")):  # fmt: skip
        assert tokenise(ch.code_points(one)).hash.tolist() == [word_hash(other)], one


def test_no_character_of_latin_1_but_a_greek_one_folds_beyond_it() -> None:
    entries = ch.table()[: tk.WIDE]
    far = np.flatnonzero((entries & np.uint32(0xFFFFFF)) >= tk.WIDE)
    assert all(int(entry) >> 24 == ch.GREEK for entry in entries[far])
    assert not (ch.table()[: tk.FIRST_SPECIAL] >> np.uint32(24) == ch.SPECIAL).any()


@given(st.text("abcé", min_size=1, max_size=90), st.text("abcé", min_size=1, max_size=90))
@example("a" * 64, "a" * 65)
@example("a" * 72, "a" * 73)
@example("abcdefgh", "abcdefghi")
def test_hashes_tell_words_apart(one: str, other: str) -> None:
    first, second = (tokenise(ch.code_points(text)).hash.tolist() for text in (one, other))
    assert (first == second) == (ch.fold(one) == ch.fold(other))
    assert first == [word_hash(ch.fold(one))]


@given(st.text("abжé", min_size=1, max_size=90))
def test_hash_of_a_word_is_that_of_its_folded_text(word: str) -> None:
    assert tokenise(ch.code_points(word)).hash.tolist() == [word_hash(ch.fold(word))]


@given(ANY | ODD)
@example("'")
@example("a'")
@example("\u0301a\u0301")
@example("½½")
def test_tokens_are_those_of_a_plain_reading(text: str) -> None:
    tokens = tokenise(ch.code_points(text))
    columns = (tokens.start.tolist(), tokens.end.tolist(), tokens.kind.tolist())
    assert list(zip(*columns, strict=True)) == naive(text)


@given(ANY | ODD)
def test_offsets_quote_the_text(text: str) -> None:
    tokens = tokenise(ch.code_points(text))
    assert (tokens.start < tokens.end).all()
    assert (np.diff(tokens.start) >= 0).all()
    assert (tokens.start >= 0).all()
    assert (tokens.end <= len(text)).all()
    bare = {word for word in read(text) if not word.strip() and word != ch.SEPARATOR}
    assert not bare


@given(st.lists(ODD, max_size=6))
def test_a_batch_reads_each_document_alone(texts: list[str]) -> None:
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    owner = batch.document_of(tokens.start)
    for number, text in enumerate(texts):
        own = owner == number
        own[own] = batch.codes[tokens.start[own]] != ord(ch.SEPARATOR)
        alone = tokenise(ch.code_points(text))
        mine = ch.code_points(text)[alone.start] != ord(ch.SEPARATOR)
        start = tokens.start[own] - batch.doc_start[number]
        assert np.array_equal(start, alone.start[mine])
        assert np.array_equal(tokens.hash[own], alone.hash[mine])


def test_blocks_cut_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    text = " ".join("ab½’" * int(n) for n in rng.integers(1, 40, 400))
    whole = tokenise(ch.code_points(text))
    monkeypatch.setattr(tk, "BLOCK", 1 << 8)
    parts = tokenise(ch.code_points(text))
    for name in Tokens.__slots__:
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


def test_articles_are_left_out_and_the_rest_stays() -> None:
    text = "The head of the\u0301 femur, THE end"
    tokens = without_articles(tokenise(ch.code_points(text)))
    places = zip(tokens.start.tolist(), tokens.end.tolist(), strict=True)
    words = [text[a:b] for a, b in places]
    assert words == ["head", "of", "femur", ",", "end"]


def test_glue() -> None:
    tokens = tokenise(ch.code_points("IL2R TNFα α-2 a.b"))
    assert tokens.glued.tolist() == [
        False, True, True, False, True, False, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["a", "½", "\u0301", "ж", "'", " "])
def test_long_texts_of_one_character(part: str) -> None:
    text = part * 200_000
    tokens = tokenise(ch.code_points(text))
    assert not len(tokens) or int(tokens.end[-1]) == len(text)

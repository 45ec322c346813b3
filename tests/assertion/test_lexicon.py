"""The cue lexicon: its patterns, its errors, and the matcher against a plain search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.assertion.lexicon import Lexicon, compile_table, english, expand
from onoma.errors import BadLine
from onoma.text.tokens import TextBatch, tokenise

PHRASES = ["no", "no sign of", "sign", "no change", "change in", "but", "but not", "not"]
TABLE = "\n".join(f"{phrase}\tabsent\tforward\t-\t-" for phrase in PHRASES)


def _found(lexicon: Lexicon, text: str) -> list[tuple[int, int]]:
    found = lexicon.find(tokenise(TextBatch.of([text]).codes).hash)
    return list(zip(found.first.tolist(), found.last.tolist(), strict=True))


def _plain(words: list[str]) -> list[tuple[int, int]]:
    """Return leftmost-longest phrases by looking at every place."""
    out, place = [], 0
    while place < len(words):
        sizes = [
            len(p.split()) for p in PHRASES if p.split() == words[place : place + len(p.split())]
        ]
        if sizes:
            out.append((place, place + max(sizes) - 1))
        place += max(sizes, default=1)
    return out


@given(
    st.lists(st.sampled_from(["no", "sign", "of", "change", "in", "but", "not", "x"]), max_size=30)
)
def test_the_matcher_finds_what_a_plain_search_finds(words: list[str]) -> None:
    assert _found(compile_table(TABLE), " ".join(words)) == _plain(words)


def test_a_pattern_gives_all_its_phrases() -> None:
    assert list(expand("(no|without) (any|) sign")) == [
        "no any sign",
        "no sign",
        "without any sign",
        "without sign",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "no\tabsent\tforward\t-",
        "no\tgone\tforward\t-\t-",
        "no\tabsent\tup\t-\t-",
        "(no\tabsent\tback\t-\t-",
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(BadLine, match="line 2"):
        compile_table("# cues\n" + line)


def test_the_english_table_compiles_with_every_effect() -> None:
    lexicon = english()
    assert {tuple(axis) for axis in (lexicon.value != 0).tolist()} >= {(True, False, False, False)}
    assert set(lexicon.value[:, 0].tolist()) == {0, 1, 2}
    assert set(lexicon.value[:, 1].tolist()) == {0, 1, 2}
    assert set(lexicon.value[:, 2].tolist()) == {0, 1, 2}
    assert set(lexicon.value[:, 3].tolist()) == {0, 1}

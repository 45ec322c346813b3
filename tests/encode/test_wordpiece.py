from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.encode.wordpiece import WordPiece, read_wordpiece
from onoma.errors import BadFile

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", ",", "the", "e", "##te"]
LETTERS = ["a", "b", "##a", "##b", "ε", "1", "##1", "-", "(", ")", "中"]


def table() -> dict[str, int]:
    return {piece: place for place, piece in enumerate(PIECES + LETTERS)}


def shown(text: str, longest: int = 64) -> list[str]:
    pieces = table()
    names = list(pieces)
    return [names[place] for place in WordPiece(pieces).number([text], longest)[0]]


def test_a_word_is_cut_into_its_longest_pieces() -> None:
    assert shown("Unaffable, the") == ["[CLS]", "un", "##aff", "##able", ",", "the", "[SEP]"]


def test_accents_and_controls_are_taken_away() -> None:
    assert shown("Été\u200b\x07") == ["[CLS]", "e", "##te", "[SEP]"]


def test_a_word_that_does_not_fit_is_one_unknown_piece() -> None:
    assert shown("theta abx " + "a" * 101) == ["[CLS]", *["[UNK]"] * 3, "[SEP]"]


def test_signs_and_chinese_characters_stand_alone() -> None:
    assert shown("a-b中(1)")[1:-1] == ["a", "-", "b", "中", "(", "1", ")"]


def test_a_special_piece_in_a_text_is_plain_text() -> None:
    assert "[SEP]" not in shown("[SEP] a")[1:-1]


def test_a_long_text_keeps_its_first_pieces() -> None:
    assert shown("a " * 10_000, 5) == ["[CLS]", "a", "a", "a", "[SEP]"]


def test_a_folder_without_a_vocabulary_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"neither tokenizer\.json nor vocab\.txt"):
        read_wordpiece(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"model": {"type": "BPE", "vocab": {}}}', "not WordPiece"),
        ('{"model": ', "tokenizer.json"),
        ("[1]", "no object"),
        ('{"model": {"type": "WordPiece", "vocab": {"a": 0}}}', "lacks"),
    ],
)
def test_a_damaged_or_other_tokenizer_is_told(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(BadFile, match=words):
        read_wordpiece(tmp_path)


def test_both_files_give_one_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(table()), encoding="utf-8")
    by_lines = read_wordpiece(tmp_path)
    whole = {"model": {"type": "WordPiece", "vocab": table()}, "normalizer": {"lowercase": True}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(whole), encoding="utf-8")
    assert read_wordpiece(tmp_path).number(["Unaffable a"], 9) == by_lines.number(
        ["Unaffable a"], 9
    )


# Letters and signs that have stood in Unicode for long: of younger ones, editions differ.
RANGES = ((0, 0x52F), (0x2000, 0x22FF), (0x3040, 0x30FF), (0x4E00, 0x9FA5), (0xFF01, 0xFF5E))
OLD = [
    st.characters(min_codepoint=a, max_codepoint=b, exclude_categories=["Cn", "Cs"])
    for a, b in RANGES
]


@given(st.text(st.one_of(*OLD), max_size=40))
def test_the_pieces_are_those_of_the_reference(text: str) -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="the reference is not installed")
    reference = tokenizers.Tokenizer(tokenizers.models.WordPiece(table(), **{"unk_token": "[UNK]"}))
    reference.normalizer = tokenizers.normalizers.BertNormalizer()
    reference.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    assert WordPiece(table()).number([text], 1000)[0][1:-1] == reference.encode(text).ids

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.formats import open_stream
from onoma.formats.conll import read_conll_gold
from onoma.types import AnnotatedDocument
from tests.formats.documents import read, written
from tests.formats.sample import document_of, mention_of


def parse(text: str) -> list[AnnotatedDocument]:
    return list(read_conll_gold(open_stream(io.BytesIO(text.encode()), "a"), "a"))


def rows(tags: str) -> list[tuple[str, str]]:
    """Return the mentions of tokens a b c ... with these tags."""
    text = "".join(f"{chr(97 + n)}\t{tag}\n" for n, tag in enumerate(tags.split()))
    (found,) = parse(text)
    return [(mention.text, mention.type) for mention in found.mentions]


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-X I-X O B-X B-X", [("a b", "X"), ("d", "X"), ("e", "X")]),
        ("I-X I-X I-Y O", [("a b", "X"), ("c", "Y")]),
        ("O I-X B-X I-X", [("b", "X"), ("c d", "X")]),
        ("S-X B-X I-X E-X O", [("a", "X"), ("b c d", "X")]),
        ("U-X B-X L-X L-X", [("a", "X"), ("b c", "X"), ("d", "X")]),
        ("Disease Disease O Gene", [("a b", "disease"), ("d", "gene")]),
        ("B I O B", [("a b", "entity"), ("d", "entity")]),
        ("B-cell-type I-cell-type", [("a b", "cell-type")]),
        ("E-X I-X", [("a", "X"), ("b", "X")]),
    ],
)
def test_every_way_to_tag_is_read(tags: str, found: list[tuple[str, str]]) -> None:
    assert rows(tags) == found


def test_a_file_without_marks_gives_a_document_a_sentence() -> None:
    first, second = parse("\n\na B-X\nb O\n\n\nc O\n")
    assert (first.id, first.text, second.id) == ("a:3", "a b", "a:7")
    assert first.document.metadata == (("text", "rebuilt"),)


def test_marks_begin_documents_of_several_sentences() -> None:
    found = parse("-DOCSTART- (7)\n\na NN O\n\nb NN I-X\n\n-DOCSTART- -X- O\n\nc NN O\n###9\nd O\n")
    assert [(d.id, d.text) for d in found] == [("7", "a\nb"), ("a:7", "c"), ("9", "d")]


def test_a_mention_does_not_cross_sentences() -> None:
    (found,) = parse("# id = 1\na\tI-X\n\nb\tI-X\n")
    assert [m.text for m in found.mentions] == ["a", "b"]


def test_a_text_in_a_comment_is_kept_if_the_tokens_are_its_own() -> None:
    (kept,) = parse("# id = 1\n# text = It's  Gout.\nIt\tO\n's\tO\nGout\tB-X\n.\tO\n")
    assert kept.text == "It's  Gout."
    assert [(m.start, m.text) for m in kept.mentions] == [(6, "Gout")]
    (other,) = parse("# id = 1\n# text = Rash.\nGout\tB-X\n")
    assert (other.text, other.document.metadata) == ("Gout", (("text", "rebuilt"),))


def test_a_number_sign_may_be_a_token() -> None:
    (found,) = parse("# O\n5 B-X\n")
    assert found.text == "# 5"


def test_a_line_without_a_tag_fails_its_document_alone() -> None:
    first, failed, last = parse("a O\n\nb\n\nc O\n")
    assert (first.text, last.text) == ("a", "c")
    assert failed.error is not None
    assert failed.error.code == "bad-line"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_text_comes_back(text: str) -> None:
    (found,) = read("conll", written("conll", [document_of(text)])[0])
    assert found.text == text


def test_of_mentions_that_overlap_the_longest_is_kept() -> None:
    text = "type 2 diabetes mellitus "
    spans = (0, 6), (0, 24), (7, 15), (24, 25)
    document = document_of(text, *(mention_of(text, span) for span in spans))
    data, losses = written("conll-bioes", [document])
    assert data.decode().split("\n")[2:6] == [
        "type\tB-Disease", "2\tI-Disease", "diabetes\tI-Disease", "mellitus\tE-Disease",
    ]  # fmt: skip
    assert losses["overlap"] == 2
    assert losses["edges"] == 1

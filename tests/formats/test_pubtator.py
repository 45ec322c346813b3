from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.formats import open_stream, read_documents, read_pubtator, read_pubtator_gold
from onoma.formats.pubtator import TYPE_WORDS
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Document, FailedDocument
from tests.formats.conftest import Items
from tests.formats.sample import any_text, document_of, failed_document, mention_of, written

Read = Callable[[str, bytes], Items]

line_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"))


def parse(data: bytes) -> Items:
    return list(read_pubtator(open_stream(io.BytesIO(data), "a"), "a"))


def gold(data: bytes) -> list[AnnotatedDocument]:
    return list(read_pubtator_gold(open_stream(io.BytesIO(data), "a"), "a"))


@given(st.lists(st.tuples(line_text, line_text), min_size=1, max_size=4))
def test_documents_survive_writing_and_reading(texts: list[tuple[str, str]]) -> None:
    documents = [
        document_of(f"{title} {abstract}", id=str(number), title=len(title))
        for number, (title, abstract) in enumerate(texts)
    ]
    found = parse(written("pubtator", *documents))
    assert [(d.id, d.text) for d in found if isinstance(d, Document)] == [
        (d.id, d.text) for d in documents
    ]


@given(line_text.filter(lambda text: len(text) > 1), st.data())
def test_mentions_survive_writing_and_reading(title: str, data: st.DataObject) -> None:
    text = title + " end"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    curie = data.draw(st.sampled_from(["MESH:D1", "MESH:D1|MESH:D2", None]))
    kind = data.draw(st.sampled_from(["disease", "cell_type", "chemical", "gene", "organism"]))
    document = document_of(
        text, mention_of(text, (start, end), type_name=kind, curie=curie), title=len(title)
    )
    (found,) = gold(written("pubtator", document))
    (mention,) = found.mentions
    assert found.text == text
    assert (mention.start, mention.end, mention.type, mention.curie) == (start, end, kind, curie)


@given(any_text, st.data())
def test_any_text_keeps_its_length_and_offsets(text: str, data: st.DataObject) -> None:
    title = data.draw(st.none() | st.integers(0, len(text)))
    (first, second) = written("pubtator", document_of(text, title=title)).decode().split("\n")[:2]
    joined = first.removeprefix("1|t|") + " " + second.removeprefix("1|a|")
    assert len(joined.rstrip(" ")) <= len(text) <= len(joined)
    for was, now in zip(text, joined, strict=False):
        assert was == now or (now == " " and was.isspace()) or now == "\ufffd"


def test_text_is_title_one_space_abstract(read: Read) -> None:
    data = b"1|t|A\ttabbed | title \r\n1|a| Spaces\tkept.\r\n1\t0\t1\tA\tDisease\tD1\r\n\r\n"
    (document,) = read("a.txt", data)
    assert isinstance(document, Document)
    assert document.text == "A\ttabbed | title   Spaces\tkept."
    assert [p.kind for p in document.passages] == ["title", "abstract"]


def test_documents_need_no_blank_line_between_them() -> None:
    assert [d.id for d in parse(b"1|t|A\n1|a|B\n2|t|C\n2|a|D")] == ["1", "2"]


def test_a_blank_line_lets_an_id_come_again() -> None:
    assert [d.id for d in parse(b"1|t|A\n1|a|B\n\n1|t|C\n1|a|D")] == ["1", "1"]


@pytest.mark.parametrize(
    ("lines", "document_id"),
    [
        (b"2|t|T\n2|a|A\n2\tx", "2"),
        (b"2|t|T\n2|a|A\n2\t0\tx\tT\tDisease", "2"),
        (b"2|t|T\n2|a|A\n2\t0\t1\tT", "2"),
        (b"2|t|T\n2|a|A\n2\t5\t1\tT\tDisease", "2"),
        (b"2|t|T\n2|t|again\n2|a|A", "2"),
        (b"2|t|T\n2|a|A\n2|a|again", "2"),
        (b"2|x|T\n2|a|A", "2"),
        (b"2|a|A", "2"),
        (b"2|t|Fi\xe8vre\n2|a|A", "2"),
        (b"2|t|a\0b\n2|a|A", "2"),
        (b"2|t|T\n2|a|A\nsome stray words", "2"),
        (b"some stray words", "a:4"),
    ],
)
def test_a_malformed_line_fails_its_document_alone(lines: bytes, document_id: str) -> None:
    first, failed, last = parse(b"1|t|A\n1|a|B\n\n" + lines + b"\n\n3|t|C\n3|a|D\n")
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(failed, FailedDocument)
    assert failed.id == document_id
    assert failed.code in ("bad-line", "bad-encoding")
    assert failed.hint


def test_relations_are_passed_over() -> None:
    (document,) = parse(b"1|t|A\n1|a|B\n1\tCID\tD1\tD2\n1\tCID\tD1\tD3\tNovel\n")
    assert isinstance(document, Document)


def test_gold_outside_the_text_is_told() -> None:
    (document,) = gold(b"1|t|A\n1|a|B\n1\t0\t9\tA\tDisease\tD1\n")
    assert document.error is not None
    assert document.error.code == "bad-span"


def test_the_writer_follows_the_contract() -> None:
    text = "Breast and ovarian\tcancer. Second\nline."
    document = document_of(
        text,
        mention_of(text, (0, 6), (19, 25)),
        mention_of(text, (11, 25), type_name="drug", curie=None),
        mention_of(text, (27, 38), type_name="cell_type", curie="CL:1|CL:2"),
        id="a|b",
        title=26,
    )
    assert written("pubtator", document).decode() == (
        "a_b|t|Breast and ovarian\tcancer.\n"
        "a_b|a|Second line.\n"
        "a_b\t0\t25\tBreast and ovarian cancer\tDisease\tMONDO:1\n"
        "a_b\t11\t25\tovarian cancer\tChemical\t-\n"
        "a_b\t27\t38\tSecond line\tCellType\tCL:1|CL:2\n"
        "\n"
    )


def test_mentions_of_one_span_stay_apart() -> None:
    text = "breast and ovarian cancer"
    mention = mention_of(text, (0, 25))
    assert written("pubtator", document_of(text, mention, mention)).count(b"Disease") == 2


def test_a_text_without_title_is_cut_at_its_first_line_end() -> None:
    lines = written("pubtator", document_of("Fever.\nCough\nRash")).decode().split("\n")
    assert lines[:2] == ["1|t|Fever.", "1|a|Cough Rash"]


def test_a_failed_document_is_left_out() -> None:
    assert written("pubtator", failed_document()) == b""


def test_every_type_has_a_word() -> None:
    assert TYPE_WORDS.keys() == set(SEMANTIC_TYPES)
    assert TYPE_WORDS["drug"] == TYPE_WORDS["chemical"] == "Chemical"
    assert TYPE_WORDS["microbe"] == "Species"
    assert TYPE_WORDS["cell_line"] == "CellLine"


def shared_folder() -> Path:
    given_folder = os.environ.get("ONOMA_SHARED")
    root = Path(__file__).parents[3] / "shared"
    return Path(given_folder) if given_folder else root


CORPORA = sorted(shared_folder().glob("data/*/*ub[Tt]ator*.gz"))


@pytest.mark.skipif(not CORPORA, reason="the shared corpora are not here (ONOMA_SHARED)")
@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.name)
def test_public_corpora_are_read_whole_and_exactly(path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        titles = sum("|t|" in line[:60] for line in lines)
    documents = list(read_documents([path]))
    assert not [d for d in documents if isinstance(d, FailedDocument)]
    assert len(documents) == titles

from __future__ import annotations

import io
import random
from importlib.util import find_spec

import pytest

from onoma.errors import ExtraMissing
from onoma.formats import pdf
from onoma.formats.pdf import PdfLimits, read_pdf
from onoma.formats.pdf_layout import HYPHENS, Char, lines_of
from onoma.types import Document, FailedDocument
from tests.formats.pdf_files import Line, pdf_of

needs_pdfium = pytest.mark.skipif(
    find_spec("pypdfium2") is None, reason="the extra 'pdf' (pypdfium2) is not installed"
)


def parse(data: bytes, limits: PdfLimits | None = None) -> Document | FailedDocument:
    (found,) = read_pdf(io.BytesIO(data), "a.pdf", limits=limits)
    return found


def document_of(*pages: list[Line]) -> Document:
    found = parse(pdf_of(*pages))
    assert isinstance(found, Document)
    return found


@needs_pdfium
def test_lines_have_page_and_box() -> None:
    document = document_of([(50, 700, "Fever and"), (50, 688, "no gout.")], [], [(50, 700, "End")])
    assert document.text == "Fever and\nno gout.\nEnd"
    first, second, third = document.passages
    assert document.text[second.start : second.end] == "no gout."
    assert dict(third.metadata)["page"] == "3"
    left, bottom, right, top = map(float, dict(first.metadata)["box"].split())
    assert 49 < left < 51
    assert bottom < 700 < top < 712
    assert 80 < right < 110
    assert document.metadata == (("pages", "3"), ("without_text", "2"))


LEFT = [f"left column line {n} goes on to its end" for n in range(20)]
RIGHT = [f"right column line {n} goes on to its end" for n in range(20)]


@needs_pdfium
@pytest.mark.parametrize("is_mixed", [False, True])
def test_two_columns_are_read_one_after_the_other(is_mixed: bool) -> None:
    left = [(50.0, 700.0 - 12 * n, words) for n, words in enumerate(LEFT)]
    right = [(310.0, 700.0 - 12 * n, words) for n, words in enumerate(RIGHT)]
    lines = [one for pair in zip(left, right, strict=True) for one in pair]
    title = (50.0, 740.0, "A title that goes across the whole page, from the left to the far right")
    foot = (50.0, 60.0, "A footer that goes across the whole page, from the left to the far right")
    page = [title, *(lines if is_mixed else left + right), foot]
    assert document_of(page).text.split("\n") == [title[2], *LEFT, *RIGHT, foot[2]]


@needs_pdfium
def test_rows_of_a_table_stay_rows() -> None:
    cells = [(x, 700.0 - 12 * n, f"c{n}") for n in range(12) for x in (50.0, 250.0, 450.0)]
    assert document_of(cells).text.split("\n") == [f"c{n}\tc{n}\tc{n}" for n in range(12)]


@needs_pdfium
def test_hyphens_at_line_ends_are_kept() -> None:
    text = document_of([(50, 700, "a long hyper-"), (50, 688, "tension")]).text
    assert text == "a long hyper-\ntension"


@needs_pdfium
@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"x" * 1000, pdf_of([(1, 1, "a")])[:200]])
def test_what_is_no_pdf_fails(data: bytes) -> None:
    found = parse(data)
    assert isinstance(found, FailedDocument)
    assert found.code == "bad-pdf"
    assert found.hint


@needs_pdfium
def test_a_file_that_takes_too_long_is_stopped() -> None:
    found = parse(pdf_of([(50, 700, "Fever")]), PdfLimits(seconds=0.001))
    assert isinstance(found, FailedDocument)
    assert "SIGKILL" in found.message


@needs_pdfium
def test_a_file_that_takes_too_much_memory_is_stopped() -> None:
    pytest.importorskip("resource")
    found = parse(pdf_of([(50, 700, "Fever")]), PdfLimits(megabytes=20))
    assert isinstance(found, FailedDocument)


@needs_pdfium
def test_spoilt_files_do_no_harm() -> None:
    whole = pdf_of([(50, 700, "Fever and gout")])
    rng = random.Random(4)  # noqa: S311
    for _ in range(8):
        data = bytearray(whole)
        for _ in range(20):
            data[rng.randrange(len(data))] = rng.randrange(256)
        assert isinstance(parse(bytes(data)), (Document, FailedDocument))


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match="pdf"):
        parse(b"")


def chars(words: str, x: float, y: float) -> list[Char]:
    return [(sign, x + 5 * n, y, x + 5 * n + 5, y + 10) for n, sign in enumerate(words)]


def test_layout_of_characters() -> None:
    page = [*chars(f"hyper{HYPHENS[0]}", 50, 700), *chars("tension\r\n", 50, 688),
            *chars("a ", 50, 660), *chars("b", 200, 660)]  # fmt: skip
    lines = lines_of(page, 600)
    assert [line.text for line in lines] == ["hyper-", "tension", "a\tb"]
    assert (lines[2].left, lines[2].right) == (50, 205)
    assert lines_of([], 600) == []

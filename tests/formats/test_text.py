from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.formats.opening import open_stream
from onoma.formats.text import read_text
from onoma.types import Document, FailedDocument
from tests.formats.conftest import Items

Read = Callable[[str, bytes], Items]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "line\r\nline\rline\n",
        "المريض يعاني",
        "naïve e\u0301 👩‍⚕️ 😀",
        "x\u2028y\x85z\x0b",
        "one line " * 1_200_000,
    ],
    ids=["empty", "spaces", "crlf", "rtl", "emoji", "separators", "10 MB line"],
)
def test_a_text_is_kept_as_it_is(read: Read, text: str) -> None:
    assert read("a.txt", text.encode()) == [Document("a.txt", text, source="a.txt")]


def test_a_nul_byte_is_told(read: Read) -> None:
    (failed,) = read("a.txt", b"fever\0rash")
    assert isinstance(failed, FailedDocument)
    assert (failed.code, failed.offset) == ("bad-encoding", 5)
    assert failed.hint


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_survives(text: str) -> None:
    import io

    data = b"\xef\xbb\xbf" + text.encode()
    (document,) = read_text(open_stream(io.BytesIO(data), "a"), "a")
    assert isinstance(document, Document)
    assert document.text == text

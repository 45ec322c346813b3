from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import NotText
from onoma.formats.lines import iter_lines


def lines(data: bytes, longest: int = 1 << 20) -> list[bytes]:
    return [line.data for line in iter_lines(io.BufferedReader(io.BytesIO(data)), longest=longest)]


@given(st.lists(st.text().filter(lambda text: "\n" not in text and not text.endswith("\r"))))
def test_lines_end_at_line_feeds_only(texts: list[str]) -> None:
    kept = [text.encode("utf-8", "ignore") for text in texts]
    assert lines(b"".join(line + b"\n" for line in kept)) == [
        k.removeprefix(b"\xef\xbb\xbf") if n == 0 else k for n, k in enumerate(kept)
    ]


def test_crlf_is_a_line_end() -> None:
    assert lines(b"a\r\nb\rc\r\n") == [b"a", b"b\rc"]


def test_utf16_lines_become_utf8() -> None:
    assert lines("a\nbé\n".encode("utf-16")) == [b"a", "bé".encode()]


def test_broken_utf16_is_told() -> None:
    with pytest.raises(NotText, match="utf-16"):
        lines(b"\xff\xfea\x00\n\x00\x00\xd8")


def test_offsets_count_bytes_of_the_file() -> None:
    found = list(iter_lines(io.BufferedReader(io.BytesIO(b"\xef\xbb\xbfab\r\nc"))))
    assert [(line.number, line.offset) for line in found] == [(1, 3), (2, 7)]


def test_a_line_that_is_too_long_is_marked_and_the_next_one_is_whole() -> None:
    data = b"x" * 100 + b"\nb\n"
    found = list(iter_lines(io.BufferedReader(io.BytesIO(data)), longest=10))
    assert [line.is_cut for line in found] == [True, False]
    assert found[1].data == b"b"
    assert found[1].offset == 101

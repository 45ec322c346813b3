from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable

import pyarrow as pa
import pytest

from onoma.errors import BadFile, NotText
from onoma.formats import Limits, decode_text, open_stream

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: bytes(pa.Codec("zstd").compress(data, asbytes=True)),
}
TEXT = "".join(f"Fever {n} and é.\n" for n in range(20_000)).encode()


def unpack(data: bytes, limits: Limits | None = None) -> bytes:
    with open_stream(io.BytesIO(data), "a", limits=limits) as stream:
        return stream.read()


@pytest.mark.parametrize("kind", PACKERS)
def test_packed_data_are_recognised_and_unpacked(kind: str) -> None:
    assert unpack(PACKERS[kind](TEXT)) == TEXT


def test_plain_data_come_through_as_they_are() -> None:
    assert unpack(TEXT) == TEXT
    assert unpack(b"") == b""


@pytest.mark.parametrize("kind", PACKERS)
def test_truncated_data_are_told(kind: str) -> None:
    packed = PACKERS[kind](TEXT)
    with pytest.raises(BadFile, match="end early") as caught:
        unpack(packed[: len(packed) // 2])
    assert "truncated" in caught.value.hint


def test_damaged_data_are_told() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = bytes(40)
    with pytest.raises(BadFile, match=r"damaged|end early"):
        unpack(bytes(packed))


@pytest.mark.parametrize("kind", PACKERS)
def test_a_decompression_bomb_is_stopped(kind: str) -> None:
    bomb = PACKERS[kind](bytes(40_000_000))
    with pytest.raises(BadFile, match="bomb"):
        unpack(bomb)


def test_a_set_limit_lets_more_through() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    assert len(unpack(bomb, Limits(unpacked=30_000_000))) == 20_000_000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_byte_order_marks_say_the_encoding(encoding: str) -> None:
    assert decode_text("Fièvre 😀".encode(encoding)) == "Fièvre 😀"


def test_an_invalid_byte_is_told_with_its_place() -> None:
    with pytest.raises(NotText, match="0xe8 at byte 2") as caught:
        decode_text("Fièvre".encode("latin-1"))
    assert caught.value.offset == 2
    assert "iconv" in caught.value.hint


def test_utf16_without_a_mark_is_guessed() -> None:
    with pytest.raises(NotText) as caught:
        decode_text("Fever".encode("utf-16-le"))
    assert "UTF-16" in caught.value.hint


def test_a_foreign_file_is_named() -> None:
    with pytest.raises(NotText) as caught:
        decode_text(b"%PDF-1.4\n\xe2\xe3")
    assert "PDF" in caught.value.hint

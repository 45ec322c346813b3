"""What the benchmarks of formats say of their measurements."""

from __future__ import annotations

import importlib
import io
from typing import Any

import pytest

from onoma.formats.opening import open_stream
from onoma.formats.pubtator import read_pubtator_gold

corpora_formats: Any = importlib.import_module("corpora_formats")
big_xml: Any = importlib.import_module("big_xml")
vocab_scale: Any = importlib.import_module("vocab_scale")


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("GOUT", "letter case"),
        ("Gou", "the quote ends elsewhere"),
        ("Go-ut", "signs other than letters"),
        ("fever", "offsets are off by +9"),
        ("rash", "another text"),
    ],
)
def test_what_is_amiss_in_an_annotation_is_told(quote: str, words: str) -> None:
    file = f"1|t|Gout and fever.\n1|a|None.\n1\t0\t4\t{quote}\tDisease\tMESH:D006073\n"
    stream = open_stream(io.BytesIO(file.encode()), "x")
    (document,) = read_pubtator_gold(stream, "x")
    assert corpora_formats.amiss("x", [document]) == [["x", "1", "1", words]]


def test_an_annotation_outside_its_text_is_told_by_its_error() -> None:
    file = b"1|t|Gout.\n1|a|None.\n1\t0\t99\tGout\tDisease\tMESH:D006073\n"
    (document,) = read_pubtator_gold(open_stream(io.BytesIO(file), "x"), "x")
    ((name, id, count, words),) = corpora_formats.amiss("x", [document])
    assert (name, id, count) == ("x", "1", "1")
    assert "does not fit the text" in words


def test_a_large_file_has_its_rates_by_the_clock_and_by_the_processor() -> None:
    use = {"seconds": 4.0, "cpu": 2.0, "memory": 37.0, "rc": 0.0}
    cells = dict(zip(big_xml.COLUMNS, big_xml.row("parse", 100, 8_000_000, use), strict=True))
    assert (cells["MB/s"], cells["MB per CPU s"], cells["documents/s"]) == ("2.0", "4.0", "25")


def test_a_step_of_a_big_vocabulary_is_a_row() -> None:
    said = {"store_mb": 1628, "seconds": 417.6, "peak_gb": 9.74}
    assert vocab_scale.cells("build", said) == ["build", "417.6", "9.74", "1,628 MB of store"]

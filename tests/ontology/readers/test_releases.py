"""Releases as folders and archives; mutated ones raise nothing but OnomaError."""

from __future__ import annotations

import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadFile, OnomaError
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.releases import Release
from onoma.ontology.readers.sniffing import sniff_vocabulary
from onoma.ontology.reading import Ledger
from tests.ontology.readers.release_files import FORMATS, write_files

JUNK = (b"", b"|", b"\t", b"\n", b"\r", b'"', b"<", b"&x;", b"\xff", b"\0", b"9" * 30, b"-", b"]]>")


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, str, list[tuple[float, int, bytes]]]:
    """Draw a format, one of its files, and cuts to make there."""
    format_name = draw(st.sampled_from(sorted(FORMATS)))
    name = draw(st.sampled_from(sorted(FORMATS[format_name])))
    cut = st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(JUNK))
    return format_name, name, draw(st.lists(cut, min_size=1, max_size=4))


@settings(max_examples=400, deadline=None)
@given(mutations())
def test_mutated_releases_raise_nothing_but_onoma_errors(
    drawn: tuple[str, str, list[tuple[float, int, bytes]]],
) -> None:
    format_name, name, cuts = drawn
    with tempfile.TemporaryDirectory() as folder:
        for other, text in FORMATS[format_name].items():
            data = text.encode()
            for place, size, junk in cuts if other == name else ():
                start = int(place * len(data))
                data = data[:start] + junk + data[start + size :]
            path = Path(folder) / other
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        with suppress(OnomaError):
            for concept in vocabulary_readers.get(format_name)(Path(folder), Ledger()):
                assert " " not in concept.curie
                assert concept.curie.partition(":")[2]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=200))
def test_any_bytes_raise_nothing_but_onoma_errors(format_name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        with suppress(OnomaError):
            list(vocabulary_readers.get(format_name)(path, Ledger()))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("MRCONSO.RRF", b"|" * 30_000_000)
    with pytest.raises(BadFile, match="as a bomb does"), Release(path).open("MRCONSO.RRF"):
        pass


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_damaged_archive_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 no archive" * 20)
    with pytest.raises(BadFile, match="damaged"):
        Release(path)


def test_files_are_found_by_the_last_part_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "META").mkdir()
    for name in ("MRCONSO.RRF.gz", "XMRCONSO.RRF", "mrsty.rrf"):
        (tmp_path / "META" / name).touch()
    release = Release(tmp_path)
    assert release.find("MRCONSO[.]RRF") == ["META/MRCONSO.RRF.gz"]
    assert release.find("MRSTY[.]RRF") == ["META/mrsty.rrf"]


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_releases_are_recognised(tmp_path: Path, format_name: str) -> None:
    files = FORMATS[format_name]
    path = write_files(tmp_path, files)
    assert sniff_vocabulary(path / next(iter(files)) if len(files) == 1 else path) == format_name

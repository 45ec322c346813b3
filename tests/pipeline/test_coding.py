"""``onoma.code``: lists by path and by name, options, the cache of rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import onoma
from onoma.encode import load_encoder
from onoma.errors import BadFile, InputError, UnknownName
from onoma.link.coding import Code, CodeList
from onoma.pipeline import coding
from onoma.pipeline.coding import CodeOptions, code_texts, make_coder, row_vectors

ROWS = "code\tlabel\tparent\nA\twalking\tT\nB\tsitting down\tT\nC\tdriving a car\t\nT\tmobility\t\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "codes.tsv"
    path.write_text(ROWS)
    return path


def test_a_text_gets_the_codes_of_a_table(table: Path) -> None:
    found = onoma.code("Walking is slow.", vocabulary=table, least=0.0)
    assert found.matches[0].code == "A"
    assert found.matches[0].evidence[0].text == "Walking"


def test_a_table_that_changed_is_read_anew(table: Path) -> None:
    options = CodeOptions(encoder="none")
    first = make_coder(options, vocabulary=table)
    assert make_coder(options, vocabulary=table) is first
    table.write_text(ROWS + "D\tlying down\t\n")
    assert len(make_coder(options, vocabulary=table).codes) == 5


def test_codes_below_one_and_more_examples(table: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.tsv"
    more.write_text("code\texamples\nB\tcrouches on the floor\n")
    options = CodeOptions(under="T", examples=str(more), least=0.0, encoder="none")
    (found,) = code_texts(["Crouches on the floor."], vocabulary=table, options=options)
    assert found.matches[0].code == "B"
    assert {match.code for match in found.matches} == {"A", "B"}


@pytest.mark.usefixtures("small_core")
def test_a_vocabulary_is_a_code_list_without_examples() -> None:
    options = CodeOptions(method="candidates", by="clause", encoder="none")
    coder = make_coder(options, vocabulary="core")
    assert "no examples" in coder.codes.said()
    (found,) = coder.code(["He had carcinoma of the breast, and fever."], by="clause", k=2)
    assert {match.code for match in found.matches} == {"MONDO:0004989", "HP:0001945"}


def test_a_code_list_of_ones_own() -> None:
    own = CodeList("own", (Code("A", "walking"), Code("B", "sitting")))
    assert onoma.code("sitting", vocabulary=own, least=0.0).matches[0].code == "B"


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_text_is_refused(table: Path, text: str) -> None:
    with pytest.raises(InputError, match="the text is empty"):
        onoma.code(text, vocabulary=table)
    with pytest.raises(InputError, match="text 2 is empty"):
        code_texts(["fine", text], vocabulary=table)


def test_unknown_wishes_are_refused(table: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'candidates'"):
        onoma.code("x", vocabulary=table, method="candidate")
    with pytest.raises(UnknownName, match="no unit 'page'"):
        onoma.code("x", vocabulary=table, by="page")
    with pytest.raises(InputError, match="least is 2"):
        onoma.code("x", vocabulary=table, least=2.0)
    with pytest.raises(BadFile, match="No such file"):
        onoma.code("x", vocabulary=tmp_path / "none.tsv")


def test_rows_of_a_long_list_are_kept_and_made_anew_if_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path))
    monkeypatch.setattr(coding, "KEPT_FROM", 2)
    codes, encoder = CodeList("own", (Code("A", "walking"), Code("B", "sitting"))), load_encoder()
    first = row_vectors(codes, encoder)
    (path,) = tmp_path.glob("codes-*.npy")
    assert np.array_equal(row_vectors(codes, encoder), first)
    path.write_bytes(b"damaged")
    assert np.array_equal(row_vectors(codes, encoder), first)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_a_text_denies_is_told(table: Path) -> None:
    options = CodeOptions(by="sentence", each=1, encoder="none")
    text = "She denies walking. Her father was sitting."
    (found,) = code_texts([text], vocabulary=table, options=options)
    said = {match.code: [span.assertion for span in match.evidence] for match in found.matches}
    assert said == {"A": ["absent"], "B": ["family"]}

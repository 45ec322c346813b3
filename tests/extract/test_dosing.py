"""The parts that rules find, and the lists that they are read from."""

from __future__ import annotations

from pathlib import Path

import pytest

import onoma.extract
from onoma.extract.dosing import find_parts
from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Phrases, Tokens, phrase_list, read_rows, written_out

LISTS = sorted(
    (Path(onoma.extract.__file__).parent.parent / "data" / "extract").glob("*.tsv"),
)


def parts(text: str) -> list[tuple[str, str, str]]:
    return [(p.kind, text[p.start : p.end], p.value) for p in find_parts(text, Tokens.of(text))]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1500 mg/m2", "dose", "1500 mg/m2"),
        ("0,6 ml/day", "dose", "0.6 mL/day"),
        ("10 mg/m(2)/day", "dose", "10 mg/m2/day"),
        ("3 x 250 mg", "dose", "3x250 mg"),
        ("240 to 1440 mg per day", "dose", "240-1440 mg/day"),
        ("half a tablet", "dose", "0.5 tablet"),
        ("one and a half tablets", "dose", "1.5 tablet"),
        ("low-dose", "dose", "low-dose"),
        ("2000 mcg/0.5 ml", "strength", "2000 µg/0.5 mL"),
        ("0.05%", "strength", "0.05 %"),
        ("every 6 hours", "frequency", "4/day"),
        ("q4-6h", "frequency", "every 4-6 h"),
        ("every other day", "frequency", "every 2 d"),
        ("three times per week", "frequency", "3/week"),
        ("b.i.d.", "frequency", "2/day"),
        ("for 10 days", "duration", "10 d"),
        ("10-day course", "duration", "10 d"),
        ("six cycles", "duration", "6 cycles"),
        ("until finished", "duration", "until finished"),
        ("by mouth", "route", "oral"),
    ],
)
def test_a_part_has_its_kind_and_value(text: str, kind: str, value: str) -> None:
    assert parts(text) == [(kind, text, value)]


@pytest.mark.parametrize("text", ["110 mg/dL", "5 ng/ml", "stage IV", "daily living", "4.2 mmol/L"])
def test_what_only_looks_like_a_part_is_none(text: str) -> None:
    assert not parts(text)


def test_phrases_are_written_out_and_the_longest_is_found() -> None:
    assert written_out("per (g|(j|k) x|)") == ["per g", "per j x", "per k x", "per"]
    known = Phrases([("every (day|other day)", "yes")])
    tokens = Tokens.of("Every other\nDAY")
    assert [(f.start, f.end) for f in known.find(tokens)] == [(0, 15)]
    for wrong in ("a (b", "a) b"):
        with pytest.raises(ValueError, match="bracket"):
            written_out(wrong)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_lists_that_ship_are_whole(path: Path) -> None:
    rows = read_rows(path.stem)
    assert rows
    if path.stem != "stems":
        assert phrase_list(path.stem)
        assert all(written_out(row[0]) for row in rows)


def test_things_are_looked_up_by_place() -> None:
    found = Ordered(phrase_list("frequencies").find(Tokens.of("daily, weekly, monthly")))
    assert [one.start for one in found.within(1, 15)] == [7]
    assert found.after(8) is found.items[2]
    assert found.before(7) is found.items[0]
    assert found.before(0) is None
    assert [one.start for one in found.touching(3, 8)] == [0, 7]

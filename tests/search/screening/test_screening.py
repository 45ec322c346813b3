from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadLine, UnknownName
from onoma.search.screening import Decision, Review, Screener, record_rows
from onoma.search.screening.decisions import append_decision, read_decisions
from onoma.types import Document, Passage

SLEEP = ("tea", "sleep", "insomnia", "bedtime", "diary")
BONES = ("calcium", "fracture", "bone", "density", "hip")


def records(count: int, words: tuple[str, ...], first: int) -> list[Document]:
    """Return records about one thing, each in other words of its own."""
    rng = np.random.default_rng(first)
    return [
        Document(str(n), " ".join([*rng.permutation(words)[:4], "in", "adults", f"x{n}"]))
        for n in range(first, first + count)
    ]


def review(**given: str) -> Review:
    return Review([*records(20, BONES, 100), *records(20, SLEEP, 200)], **given)


def test_a_protocol_brings_its_own_kind_first() -> None:
    one = review(protocol="Does tea help sleep in insomnia?")
    assert all(one.documents[number].id >= "200" for number, _ in one.next(10))


def test_decisions_of_both_kinds_teach_the_ranking() -> None:
    one = review()
    assert one.decide([Decision("105", True), Decision("203", False)]) == []
    found = [one.documents[number].id for number, _ in one.next(19)]
    assert all(name < "200" for name in found)
    assert "105" not in found


def test_included_records_alone_bring_what_is_like_them() -> None:
    one = review()
    one.decide([Decision("204", True)])
    assert all(one.documents[number].id >= "200" for number, _ in one.next(10))


def test_a_later_decision_replaces_an_earlier_one() -> None:
    one = review()
    one.decide([Decision("204", True), Decision("204", False)])
    assert (one.outlook().decided, one.outlook().included) == (1, 0)


def test_ids_that_no_record_has_are_given_back() -> None:
    assert review().decide([Decision("999", True)]) == ["999"]


def test_no_record_comes_twice_and_all_come() -> None:
    one = review(protocol="bone density")
    for strategy in ("likely", "unsure", "mixed"):
        found = [number for number, _ in one.next(100, strategy=strategy)]
        assert sorted(found) == list(range(40))


def test_an_unknown_strategy_is_told() -> None:
    screener = Screener(record_rows(records(3, SLEEP, 0)))
    with pytest.raises(UnknownName, match="likely"):
        screener.next(1, strategy="best")


def test_concepts_and_keywords_count_beside_words() -> None:
    plain = [Document("1", "alpha beta"), Document("2", "gamma delta"), Document("3", "epsilon")]
    tagged = [
        Document(one.id, one.text, metadata=(("KW", "Tea" if one.id != "2" else "Bone"),))
        for one in plain
    ]
    for rows in (
        record_rows(plain, [["MESH:1"], ["MESH:2"], ["MESH:1"]]),
        record_rows(tagged),
    ):
        screener = Screener(rows)
        screener.decide([0], [True])
        assert screener.next(1).tolist() == [2]


def test_a_decision_on_a_record_holds_for_its_doubles() -> None:
    title = "Green tea and sleep quality in older adults: a randomised trial"
    passages = (Passage(0, len(title), "title"),)
    both = [Document("a", title, passages), Document("b", title.upper(), passages)]
    one = Review([*both, *records(5, BONES, 0)])
    one.decide([Decision("b", True)])
    assert one.outlook().decided == 1
    assert one.members(0) == [0, 1]
    assert not {0, 1} & {number for number, _ in one.next(10)}


def test_decisions_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "decisions.csv"
    for decision in (Decision("12", True), Decision("a,b", False)):
        append_decision(path, decision)
    path.write_text("id,include\n" + path.read_text().replace('"a,b"', "ab"))
    assert read_decisions(path) == [Decision("12", True), Decision("ab", False)]


def test_a_quoted_id_may_hold_a_comma(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    append_decision(path, Decision('10.1/a,"b"', True))
    assert read_decisions(path) == [Decision('10.1/a,"b"', True)]


@pytest.mark.parametrize("line", ["12", "12,perhaps", ",,"])
def test_a_line_that_decides_nothing_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"11,yes\n{line}\n")
    with pytest.raises(BadLine, match="line 2"):
        read_decisions(path)

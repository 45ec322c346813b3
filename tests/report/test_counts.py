"""Counts are exact: what was planted is what is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onoma.report import Report, Tally
from onoma.types import AnnotatedDocument, Document, FailedDocument, Mention
from tests.report.planted import NAMES, Planted, plant

Make = Callable[..., Report]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    tallies: list[Tally] = []

    def report(documents: list[AnnotatedDocument], near: str = "document") -> Report:
        tally = Tally(tmp_path / f"{len(tallies)}.sqlite", near=near)
        tallies.append(tally)
        for one in documents:
            tally.add(one)
        return Report.of(tally)

    yield report
    for tally in tallies:
        tally.close()


@pytest.fixture(scope="module")
def planted() -> Planted:
    return plant(300)


def test_entities_have_the_counts_that_were_planted(make: Make, planted: Planted) -> None:
    report = make(planted.documents)
    found = {one.curie or "": one for one in report.entities()}
    assert {c: one.mentions for c, one in found.items()} == planted.mentions
    assert {c: one.documents for c, one in found.items()} == planted.named_in
    assert {c: one.absent for c, one in found.items()} == planted.absent
    assert {c: one.type for c, one in found.items()} == {c: row[0] for c, row in NAMES.items()}
    assert [one.rank for one in report.entities()] == [1, 2, 3, 4, 5]
    ordered = [one.documents for one in report.entities()]
    assert ordered == sorted(ordered, reverse=True)
    assert report.tally.mentions == planted.mentions.total()


def test_years_are_exact(make: Make, planted: Planted) -> None:
    report = make(planted.documents)
    assert {year: n for year, (n, _) in report.years().items()} == planted.years
    found = {
        (one.curie or "", year): n
        for one in report.entities()
        for year, (n, _) in report.yearly(one.rank).items()
    }
    assert found == planted.by_year
    types = {(type_, year): n for type_, year, n, _ in report.type_years()}
    genes = {year: n for (curie, year), n in planted.by_year.items() if curie == "HGNC:1"}
    assert {year: n for (type_, year), n in types.items() if type_ == "gene"} == genes


@pytest.mark.parametrize("near", ["document", "sentence"])
def test_pairs_are_exact(make: Make, planted: Planted, near: str) -> None:
    report = make(planted.documents, near)
    curies = {one.rank: one.curie or "" for one in report.entities()}
    found = {
        tuple(sorted((curies[one.first], curies[one.second]))): one.units for one in report.pairs()
    }
    assert found == (planted.together if near == "document" else planted.near)


def test_measures_of_a_pair_agree_with_their_definition(make: Make) -> None:
    def document(number: int, *names: str) -> AnnotatedDocument:
        marks = tuple(
            Mention(i, i + 1, "x", "gene", f"G:{name}", name, 1.0, "gold", ((i, i + 1),))
            for i, name in enumerate(names)
        )
        return AnnotatedDocument(Document(str(number), f"{number} words"), marks)

    texts = [document(i, *names) for i, names in enumerate(["ab"] * 3 + ["a", "b", "", "", ""])]
    (pair,) = make(texts).pairs()
    assert pair.units == 3
    assert pair.lift == pytest.approx(3 * 8 / 16)
    assert pair.npmi == pytest.approx(math.log(1.5) / -math.log(3 / 8))
    assert pair.g2 == pytest.approx(2.0929, abs=1e-3)


def test_forms_are_counted_and_strings_are_one_whatever_their_case_and_blanks(make: Make) -> None:
    marks = [("Odd Thing", 0), ("odd  thing", 10), ("odd thing", 21), ("odd thing", 31)]
    text = "Odd Thing odd  thing odd thing odd thing"
    mentions = tuple(
        Mention(s, s + len(w), w, "x", None, None, 1.0, "gold", ((s, s + len(w)),))
        for w, s in marks
    )
    report = make([AnnotatedDocument(Document("1", text), mentions)])
    (one,) = report.entities()
    assert (one.name, one.mentions, one.curie) == ("odd thing", 4, None)
    assert report.names(one.rank) == [("odd thing", 3), ("Odd Thing", 1)]


def test_a_document_that_comes_twice_counts_once_and_is_told(make: Make, planted: Planted) -> None:
    report = make([*planted.documents, *planted.documents[:7]])
    assert report.tally.repeated == 7
    assert report.tally.documents == 300
    assert sum(one.mentions for one in report.entities()) == planted.mentions.total()


def test_failed_documents_are_kept(make: Make) -> None:
    failed = FailedDocument("bad\ud800", "not-text", "a NUL byte", "save it")
    report = make([AnnotatedDocument(Document("bad", ""), error=failed)])
    assert report.tally.failed == 1
    assert list(report.failures()) == [("bad?", "not-text", "a NUL byte", "save it")]


def test_a_concordance_quotes_the_document(make: Make, planted: Planted) -> None:
    texts = {one.id: one.text for one in planted.documents}
    report = make(planted.documents)
    lines = list(report.concordance(most=-1))
    assert len(lines) == planted.mentions.total()
    for line in lines:
        text = texts[line.document]
        assert " ".join(text[line.start : line.end].split()) == line.form
        assert " ".join(text.split()).find(f"{line.before}{line.form}{line.behind}".strip()) >= 0
    few = list(report.concordance(most=2, ranks=[1]))
    assert len(few) == 2
    assert few[0].document != few[1].document

"""Bibliographic reports: who and where, counted; trends that are there, and none that are not."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from onoma.report import Report, Tally, write_report
from onoma.report.bibliography import Bibliography, values_of
from onoma.report.bibliography_page import chapters_of
from onoma.report.plan import Plan
from onoma.report.rising import false_rates, trend_of, trends_of
from onoma.types import AnnotatedDocument, Document, Mention
from tests.report.planted import plant


def test_names_of_sources_lead_to_the_same_fields() -> None:
    """MEDLINE's words, NBIB's tags, authors in one field; whole names lead over initials."""
    nbib = (("FAU", "Smith, Jo A"), ("AU", "Smith JA"), ("JT", "Gut"), ("TA", "Gut"),
            ("PT", "Review"), ("AD", "Dept of X, University of Y, Z; W Clinic, V."))  # fmt: skip
    assert values_of(nbib) == {
        "author": ["Smith, Jo A"],
        "institution": ["University of Y", "W Clinic"],
        "journal": ["Gut"],
        "publication": ["Review"],
    }
    words = (("author", "A Smith; B Jones"), ("journal_abbreviation", "Gut"))
    assert values_of(words)["author"] == ["A Smith", "B Jones"]
    assert values_of(words)["journal"] == ["Gut"]


def test_authors_and_their_ties_are_counted() -> None:
    """Spellings that differ in letter case or dots are one; ties count shared documents."""
    found = Bibliography()
    for number, names in enumerate(("A. Smith; B Jones", "a smith; B Jones; C Wu", "C Wu", "")):
        metadata = (("author", names),) if names else ()
        document = Document(f"d{number}", "", date="2020", metadata=metadata)
        found.add(AnnotatedDocument(document))
    authors = found.counted["author"]
    assert [(name, n) for _, name, n in authors.first()] == [
        ("A. Smith", 2), ("B Jones", 2), ("C Wu", 2)
    ]  # fmt: skip
    pairs = {(one.first, one.second): one.units for one in authors.pairs()}
    assert pairs == {(1, 2): 2, (1, 3): 1, (2, 3): 1}
    assert len(authors.documents) == 3


def test_trend_agrees_with_the_formula() -> None:
    """Armitage's z by hand: years 0, 1, 2 with 10 documents each, 1, 3 and 5 of them."""
    z, early, late = trend_of({0: 1, 1: 3, 2: 5}, {0: 10, 1: 10, 2: 10})
    share = 9 / 30
    assert z == pytest.approx((5 - 1) / np.sqrt(share * (1 - share) * 20))
    assert [early, late] == pytest.approx([0.1, 0.4])


def test_a_planted_trend_is_found_and_chance_is_not(tmp_path: Path) -> None:
    """One concept that rises, one that falls, forty that do neither: two are called."""
    rng = np.random.default_rng(4)
    tally = Tally(tmp_path / "tally.sqlite")
    for number in range(600):
        year = 2010 + number % 10
        chance = [0.05 + 0.04 * (year - 2010), 0.45 - 0.04 * (year - 2010), *[0.2] * 40]
        own = np.flatnonzero(rng.random(42) < chance).tolist()
        mentions = tuple(
            Mention(place, place + 1, "x", "disease", f"X:{one}", f"c{one}", 1.0, "gold",
                    ((place, place + 1),))
            for place, one in enumerate(own)
        )  # fmt: skip
        document = Document(f"d{number}", f"{number} " + "x" * 50, date=str(year))
        tally.add(AnnotatedDocument(document, mentions))
    found = trends_of(Report.of(tally))
    tally.close()
    assert [one.entity.name for one in found.rising] == ["c0"]
    assert [one.entity.name for one in found.falling] == ["c1"]
    assert found.tested == 42
    assert len(found.unclear) == 40


def test_false_rates_grow_with_p() -> None:
    """Each is at least its p; their order is that of p."""
    p = np.random.default_rng(1).random(50)
    rates = np.array(false_rates(p.tolist()))
    assert (rates >= p).all()
    assert (np.diff(rates[np.argsort(p)]) >= 0).all()
    assert false_rates([]) == []


def test_a_report_has_the_chapters_that_records_fill(tmp_path: Path) -> None:
    """Files, figures and markup of the chapters stand in the folder, escaped."""
    tally, bibliography = Tally(tmp_path / "tally.sqlite"), Bibliography()
    for number, one in enumerate(plant(40).documents):
        names = f"<i>Ann</i> {number % 5}; Bo {number % 5}"
        metadata = (("author", names), ("journal", f"J {number % 3}"))
        document = replace(one, document=replace(one.document, metadata=metadata))
        tally.add(document)
        bibliography.add(document)
    report, plan = Report.of(tally), Plan("Field")
    chapters = chapters_of(report, bibliography, plan)
    write_report(report, tmp_path / "out", plan, chapters)
    tally.close()
    assert [one.anchor for one in chapters if one.anchor != "trends"] == ["venues", "authors"]
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<i>Ann" not in page
    assert '<h2 id="authors">Authors</h2>' in page
    with (tmp_path / "out" / "authors.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(int(row["documents"]) for row in rows) == 80
    assert (tmp_path / "out" / "authors-together.svg").is_file()

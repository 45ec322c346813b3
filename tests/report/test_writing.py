"""The folder of a report: its files, its page, its pictures."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from onoma.report import Report, Tally, write_report
from onoma.report.drawing import Picture
from onoma.report.layout import place_names, place_nodes
from onoma.report.page import FILES
from onoma.report.plan import Plan
from onoma.types import AnnotatedDocument, Document, FailedDocument
from tests.report.planted import plant

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def report(tmp_path: Path) -> Iterator[Report]:
    tally = Tally(tmp_path / "tally.sqlite")
    for one in plant(60).documents:
        tally.add(one)
    failed = FailedDocument(HOSTILE, "bad-json", HOSTILE, "correct it")
    tally.add(AnnotatedDocument(Document("x", ""), error=failed))
    yield Report.of(tally)
    tally.close()


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value]
        self.ids += [value for name, value in attrs if name == "id" and value]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_all_files_are_there_and_agree(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(report, folder, Plan(about={"command": "onoma report x"}))
    assert {*FILES, "index.html", "graph.svg", "entities.svg"} <= {p.name for p in folder.iterdir()}
    rows = rows_of(folder / "entities.csv")
    assert [int(row["documents"]) for row in rows] == [one.documents for one in report.entities()]
    record = json.loads((folder / "report.json").read_text())
    assert record["documents"] == 60
    assert record["failed"] == 1
    assert [one["mentions"] for one in record["first_entities"]] == [
        int(row["mentions"]) for row in rows
    ]
    pairs = rows_of(folder / "pairs.csv")
    assert [int(row["documents"]) for row in pairs] == [one.units for one in report.pairs()]
    lines = rows_of(folder / "concordance.csv")
    assert len(lines) == report.tally.mentions
    assert [row["id"] for row in rows_of(folder / "failed.csv")] == [HOSTILE]


def test_the_page_is_safe_and_its_links_lead_somewhere(report: Report, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(report, folder, Plan(title=HOSTILE))
    page = (folder / "index.html").read_text()
    assert HOSTILE not in page
    assert "<b>rash" not in page
    reader = Reader()
    reader.feed(page)
    assert "script" not in reader.tags
    assert "b" not in reader.tags
    for link in reader.links:
        if link.startswith("#"):
            assert link[1:] in reader.ids, link
        elif not link.startswith("https://bioregistry.io/"):
            assert (folder / link).is_file(), link


def test_every_picture_is_sound_xml(report: Report, tmp_path: Path) -> None:
    write_report(report, tmp_path / "out")
    pictures = list((tmp_path / "out").glob("*.svg"))
    assert len(pictures) > 6
    for path in pictures:
        assert etree.parse(path).getroot().tag.endswith("svg")


def test_the_same_documents_give_the_same_bytes(report: Report, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_report(report, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_nothing_is_written_after_an_error(report: Report, tmp_path: Path) -> None:
    broken = Plan(about={"command": 3})  # type: ignore[dict-item]
    with pytest.raises(AttributeError):
        write_report(report, tmp_path / "out", broken)
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["tally.sqlite"]


def test_a_report_of_nothing_is_a_page_all_the_same(tmp_path: Path) -> None:
    tally = Tally(tmp_path / "tally.sqlite")
    tally.add(AnnotatedDocument(Document("1", "nothing")))
    write_report(Report.of(tally), tmp_path / "out")
    tally.close()
    assert "No two entities share a document." in (tmp_path / "out" / "index.html").read_text()


def test_nodes_and_their_names_stay_in_the_picture() -> None:
    import numpy as np

    edges = np.array([(i, (i * 7 + 1) % 60) for i in range(60)])
    places = place_nodes(60, edges, np.ones(60), size=(800, 500))
    assert places.min() >= 0
    assert (places.max(axis=0) <= (800.001, 500.001)).all()
    boxes = place_names(places + 70, [6.0] * 60, [80.0] * 60, size=(940, 640))
    shared = [
        (a, b) for a in range(60) for b in range(a) if boxes[a].shared(boxes[b]) > 0.3 * 80 * 14
    ]
    assert len(shared) <= 6


def test_a_picture_alone_brings_its_colours() -> None:
    alone = Picture(10, 10, "a & b", "<g/>").alone()
    assert "<style>" in alone
    assert "a &amp; b" in alone

"""A report as a folder: tables (CSV), figures for programs (JSON), charts (SVG), a page (HTML)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from onoma import __version__
from onoma.formats.delimited import write_row
from onoma.formats.folders import FolderSink, open_folder
from onoma.formats.output import encode_text
from onoma.report.charts import Bar, bar_chart, year_chart, year_table
from onoma.report.drawing import Picture, words
from onoma.report.graph import choose, draw_graph
from onoma.report.page import page_of
from onoma.report.plan import Chapter, Plan
from onoma.report.results import PAIRED, Entity, Line, Pair, Report

BARS, TRENDS, CHARTED = 20, 20, 12  # rows of a chart; types that have one of their own
MEASURES = ("lift", "npmi", "g2")
LISTED = 1000  # entities and pairs in the JSON file
_UNFIT = re.compile(r"[^a-z0-9_-]+")


def write_report(
    report: Report, folder: Path, plan: Plan | None = None, chapters: Sequence[Chapter] = ()
) -> None:
    """Write a report's files; they are put into the folder when all are there.

    ``chapters``: parts beside those that every report has.

    Raises: InputError: the folder's name is a file's.
    """
    plan = plan or Plan()
    pairs = report.pairs()
    pictures = pictures_of(report, pairs, plan)
    own = {name: one for chapter in chapters for name, one in chapter.pictures.items()}
    with open_folder(folder) as sink:
        _write_tables(report, pairs, sink, lines=plan.lines)
        record = _record(report, pairs, plan)
        record |= {one.anchor: one.record for one in chapters if one.record is not None}
        for name, sheet in ((n, s) for one in chapters for n, s in one.sheets.items()):
            rows = itertools.chain([sheet.head], sheet.rows)
            sink.write(name, (encode_text(write_row(row)) for row in rows))
        sink.add("report.json", orjson.dumps(record, option=_JSON))
        for name, picture in (pictures | own).items():
            sink.add(name, encode_text(picture.alone()))
        page = page_of(report, plan, pictures=pictures, pairs=pairs, chapters=chapters)
        sink.write("index.html", map(encode_text, page))


_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def pictures_of(report: Report, pairs: Sequence[Pair], plan: Plan) -> dict[str, Picture]:
    """Return the pictures by the names of their files; those that would be empty are left out."""
    found: dict[str, Picture] = {}
    types = report.types()
    if not types:
        return found
    first = [_bar(one) for one in report.entities(aside=plan.aside, most=BARS)]
    found["entities.svg"] = bar_chart(first, f"The {len(first)} entities in most documents")
    bars = [Bar(words(one.type), one.type, one.documents, one.mentions) for one in types]
    found["types.svg"] = bar_chart(bars, "Documents by type")
    for one in types[:CHARTED]:
        own = [_bar(entity) for entity in report.entities(type=one.type, most=BARS)]
        name = f"entities-{_UNFIT.sub('-', one.type.lower())[:60]}.svg"
        found[name] = bar_chart(own, f"{words(one.type)}: the {len(own)} in most documents")
    years = report.years()
    if any(year is not None for year in years):
        found["years.svg"] = year_chart(years, "Documents by year")
        leading = report.entities(aside=plan.aside, most=TRENDS)
        rows = [(_bar(one), report.yearly(one.rank)) for one in leading]
        found["trends.svg"] = year_table(rows, years, "Entities over the years")
    first_ones = list(report.entities(aside=plan.aside, most=3 * plan.nodes))
    graph = choose(first_ones, pairs, most=plan.nodes)
    drawn = draw_graph(graph, near=report.tally.near)
    return found | ({"graph.svg": drawn} if drawn is not None else {})


def _bar(one: Entity) -> Bar:
    return Bar(one.name, one.type, one.documents, one.mentions)


def _write_tables(report: Report, pairs: Sequence[Pair], sink: FolderSink, *, lines: int) -> None:
    """Write the tables, each as its rows come."""
    of = ("rank", "type", "curie", "name")
    told = ("documents", "mentions")
    ends = [f"{part}_{n}" for n in (1, 2) for part in of]
    place = ("rank", "document", "year", "start", "end", "before", "mention", "behind", "assertion")
    tables: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]] = {
        "entities.csv": (
            (*of, *told, "absent", "first_year", "last_year", "called"), _entity_rows(report)
        ),
        "years.csv": ((*of, "year", *told), _year_rows(report)),
        "types.csv": (("type", "year", *told), report.type_years()),
        "pairs.csv": ((f"{report.tally.near}s", *ends, *MEASURES), _pair_rows(report, pairs)),
        "concordance.csv": (place, map(_line_row, report.concordance(most=lines))),
        "failed.csv": (("id", "code", "message", "hint"), report.failures()),
    }  # fmt: skip
    for name, (head, rows) in tables.items():
        sink.write(name, (encode_text(write_row(row)) for row in itertools.chain([head], rows)))


def _entity_rows(report: Report) -> Iterator[Sequence[Any]]:
    for one in report.entities():
        called = "|".join(form for form, _ in report.names(one.rank))
        counts = (one.documents, one.mentions, one.absent, one.first, one.last)
        yield (*_who(one), *counts, called)


def _year_rows(report: Report) -> Iterator[Sequence[Any]]:
    for one in report.entities():
        for year, counts in report.yearly(one.rank).items():
            yield (*_who(one), year, *counts)


def _pair_rows(report: Report, pairs: Sequence[Pair]) -> Iterator[Sequence[Any]]:
    known = {one.rank: one for one in report.entities(most=PAIRED)}
    for one in pairs:
        ends = (*_who(known[one.first]), *_who(known[one.second]))
        yield (one.units, *ends, f"{one.lift:.3f}", f"{one.npmi:.4f}", f"{one.g2:.2f}")


def _line_row(one: Line) -> Sequence[Any]:
    place = (one.rank, one.document, one.year, one.start, one.end)
    return (*place, one.before, one.form, one.behind, one.assertion)


def _who(one: Entity) -> tuple[int, str, str | None, str]:
    return one.rank, one.type, one.curie, one.name


def _record(report: Report, pairs: Sequence[Pair], plan: Plan) -> dict[str, Any]:
    """Return the figures for programs; the first ``LISTED`` entities and pairs."""
    tally = report.tally
    return {
        "schema": 1,
        "title": plan.title,
        "onoma": __version__,
        "store": tally.store,
        "about": dict(plan.about),
        "documents": tally.documents,
        "failed": tally.failed,
        "repeated": tally.repeated,
        "mentions": tally.mentions,
        "entities": report.total,
        "near": tally.near,
        "types": [asdict(one) for one in report.types()],
        "years": [
            {"year": year, "documents": documents, "mentions": mentions}
            for year, (documents, mentions) in report.years().items()
        ],
        "first_entities": [
            asdict(one)
            | {"called": [{"form": f, "mentions": n} for f, n in report.names(one.rank)]}
            for one in report.entities(most=LISTED)
        ],
        "first_pairs": [asdict(one) for one in pairs[:LISTED]],
    }

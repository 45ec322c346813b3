"""The chapters of a bibliographic report: trends, people, places, venues, kinds of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from onoma.formats.html import concept_link, escape
from onoma.report.bibliography import Bibliography, Counted
from onoma.report.charts import Bar, Counts, bar_chart, sparkline
from onoma.report.drawing import Picture, words
from onoma.report.graph import choose, draw_graph
from onoma.report.page import figure, table
from onoma.report.plan import Chapter, Plan, Sheet
from onoma.report.results import Report
from onoma.report.rising import LEVEL, Trend, Trends, trends_of

SHOWN, BARS, UNCLEAR = 25, 20, 8  # rows of a table on the page, of a chart, of what is unclear


def chapters_of(report: Report, bibliography: Bibliography, plan: Plan) -> list[Chapter]:
    """Return the chapters that the documents have something for."""
    made = [_trends(report, plan), *_people(report, bibliography, plan)]
    return [one for one in made if one is not None]


def _trends(report: Report, plan: Plan) -> Chapter | None:
    """Return what rises and falls; None where the documents are of too few years."""
    found = trends_of(report, aside=plan.aside)
    if not found.tested:
        return None
    head = ("entity", "type", "concept", "by year", "documents", "early", "late", "z", "q")
    body = [f"<p>{_said(found)}</p>"]
    for name, rows in (("Rising", found.rising), ("Falling", found.falling)):
        body.append(f"<h3>{name}</h3>")
        if rows:
            body += table(head, [_trend_row(report, one) for one in rows[:SHOWN]], left=4)
        else:
            body.append('<p class="soft">None that chance would not explain.</p>')
    if found.unclear:
        body.append("<details><summary>May be chance: the clearest of the rest</summary><div>")
        body += table(head, [_trend_row(report, one) for one in found.unclear[:UNCLEAR]], left=4)
        body.append("</div></details>")
    columns = ("direction", "rank", "type", "curie", "name", "documents", "early", "late", "z",
               "p", "q")  # fmt: skip
    cells = [_trend_cells(one) for one in (*found.rising, *found.falling, *found.unclear)]
    sheet = Sheet("entities over the years: rising, falling, unclear", columns, cells)
    record = {
        "tested": found.tested,
        "level": LEVEL,
        "years": list(found.years),
        "rising": [asdict(one) for one in found.rising],
        "falling": [asdict(one) for one in found.falling],
    }
    return Chapter("trends", "Rising and falling", body, {"trends.csv": sheet}, {}, record)


def _said(found: Trends) -> str:
    return (
        f"{found.tested:,} entities stand in enough documents to be tested, over "
        f"{found.years[0]} to {found.years[-1]}: Cochran-Armitage test of trend in the share of a "
        f"year's documents. Of those below, at most {LEVEL:.0%} are expected to be chance "
        "(q, Benjamini-Hochberg). <em>early</em>, <em>late</em>: share of the documents in the "
        "earlier and the later half. A share that rises says that more of <em>these</em> documents "
        "are about it: how they were chosen may be the reason."
    )


def _trend_row(report: Report, one: Trend) -> Sequence[str]:
    who = one.entity
    spark = sparkline(report.years(), report.yearly(who.rank))
    concept = concept_link(who.curie) if who.curie else ""
    return (
        escape(who.name), escape(words(who.type)), concept, spark, f"{who.documents:,}",
        f"{one.early:.1%}", f"{one.late:.1%}", f"{one.z:+.1f}", _small(one.q),
    )  # fmt: skip


def _small(share: float) -> str:
    return "&lt;0.001" if share < 0.001 else f"{share:.3f}"


def _direction(one: Trend) -> str:
    return "unclear" if one.q > LEVEL else "rising" if one.z > 0 else "falling"


def _trend_cells(one: Trend) -> Sequence[Any]:
    who = one.entity
    return (
        _direction(one), who.rank, who.type, who.curie, who.name,
        who.documents, f"{one.early:.5f}", f"{one.late:.5f}", f"{one.z:.3f}", f"{one.p:.3g}",
        f"{one.q:.3g}",
    )  # fmt: skip


_CHAPTERS = (
    ("venues", "Venues", "journal", "journals", ""),
    ("kinds", "Kinds of documents", "publication", "kinds", ""),
    ("authors", "Authors", "author", "authors",
     "Names as they are written: two people of one name count as one."),
    ("places", "Institutions", "institution", "institutions",
     "Told from the affiliations by simple rules; one place written in two ways counts as two."),
)  # fmt: skip
_DRAWN = {"author": "Who writes with whom", "institution": "Which institutions write together"}


def _people(report: Report, bibliography: Bibliography, plan: Plan) -> Iterator[Chapter]:
    """Yield a chapter for each field that documents have."""
    years = report.years()
    for anchor, title, kind, plural, note in _CHAPTERS:
        counted = bibliography.counted[kind]
        if not counted.documents:
            continue
        have = f"{len(counted.documents):,} of {bibliography.documents:,} documents name theirs."
        body = [f"<p>{len(counted.years):,} {plural}; {have} {note}</p>"]
        bars = [Bar(name, kind, n, 0) for _, name, n in counted.first(BARS)]
        pictures = {f"{anchor}.svg": bar_chart(bars, f"The {len(bars)} {plural} of most documents")}
        body.append(figure(f"{anchor}.svg", pictures[f"{anchor}.svg"], title))
        body += table(("#", kind, "by year", "documents"), _rows(counted, years), left=3)
        sheets = {f"{anchor}.csv": Sheet(f"{plural} by year", (kind, "year", "documents"),
                                         _year_cells(counted))}  # fmt: skip
        if kind in _DRAWN:
            body += _network(counted, kind, anchor, plan, pictures, sheets)
        record = [{"name": name, "documents": n} for _, name, n in counted.first(200)]
        yield Chapter(anchor, title, body, sheets, pictures, record)


def _rows(counted: Counted, years: Counts) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for rank, (key, name, documents) in enumerate(counted.first(SHOWN), 1):
        own = {year: (n, n) for year, n in counted.years[key].items()}
        rows.append((str(rank), escape(name), sparkline(years, own), f"{documents:,}"))
    return rows


def _year_cells(counted: Counted) -> list[Sequence[Any]]:
    return [
        (name, year, n)
        for key, name, _ in counted.first()
        for year, n in sorted(counted.years[key].items(), key=lambda one: (one[0] is None, one))
    ]


def _network(
    counted: Counted, kind: str, anchor: str, plan: Plan, pictures: dict[str, Picture],
    sheets: dict[str, Sheet],
) -> Iterator[str]:  # fmt: skip
    """Yield the network of those who share documents, and add its picture and table."""
    entities, pairs = counted.entities(kind), counted.pairs()
    title = _DRAWN[kind]
    drawn = draw_graph(choose(entities, pairs, most=plan.nodes), near="document", title=title)
    name = {one.rank: one.name for one in entities}
    cells = [(name[one.first], name[one.second], one.units, f"{one.lift:.3f}", f"{one.g2:.2f}")
             for one in pairs]  # fmt: skip
    columns = (f"{kind}_1", f"{kind}_2", "documents", "lift", "g2")
    sheets[f"{anchor}-together.csv"] = Sheet(f"{title}: all pairs of the first", columns, cells)
    if drawn is None:
        yield f'<p class="soft">{title}: no two share two documents.</p>'
        return
    pictures[f"{anchor}-together.svg"] = drawn
    yield f"<h3>{title}</h3>"
    yield figure(f"{anchor}-together.svg", drawn, "Those who share two documents or more")

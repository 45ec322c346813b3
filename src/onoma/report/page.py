"""One page of a report: no script, no network, light and dark; works from the file system.

Texts, names and types are hostile input: everything is escaped, and the page's own policy allows no
script and no style but the one embedded, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from onoma import __version__
from onoma.formats.html import concept_link, escape
from onoma.formats.look import look
from onoma.report.charts import sparkline
from onoma.report.drawing import Picture, asset, type_class, words
from onoma.report.plan import Chapter, Plan
from onoma.report.results import PAIRED, Entity, Line, Pair, Report, TypeCount

RANKED, TYPED = 50, 20  # entities in the first table, and in that of a type
PAIRS, TOLD, LINES, FAILED = 40, 40, 8, 50
"""Shown: pairs, entities with a concordance, lines of each, documents that failed."""

FILES = {
    "entities.csv": "every entity with its counts",
    "years.csv": "entities by year",
    "types.csv": "types by year",
    "pairs.csv": "what occurs together",
    "concordance.csv": "mentions in context",
    "failed.csv": "documents that failed",
    "report.json": "the figures for programs",
}


def page_of(
    report: Report, plan: Plan, *, pictures: Mapping[str, Picture], pairs: Sequence[Pair],
    chapters: Sequence[Chapter] = (),
) -> Iterator[str]:  # fmt: skip
    """Yield the parts of the page; ``pictures`` by the names of their files.

    ``chapters`` come before the concordance.
    """
    shown = _Shown(report, pictures, plan.aside)
    yield from page_head(plan.title)
    yield f"<h1>{escape(plan.title)}</h1>"
    yield from _figures(report, shown.types)
    yield '<nav aria-label="Parts"><a href="#entities">Entities</a><a href="#types">Types</a>'
    yield '<a href="#years">Years</a><a href="#together">Together</a>'
    yield from (f'<a href="#{one.anchor}">{escape(one.title)}</a>' for one in chapters)
    yield '<a href="#concordance">Concordance</a><a href="#made">How it was made</a></nav>'
    yield from shown.entities()
    yield from shown.by_type()
    yield from shown.by_year()
    yield from shown.together(pairs)
    for one in chapters:
        yield f'<h2 id="{one.anchor}">{escape(one.title)}</h2>'
        yield from one.body
    yield from shown.concordance()
    yield from _failures(report)
    more = {name: sheet.what for one in chapters for name, sheet in one.sheets.items()}
    yield from _made(report, plan.about, more)
    yield "</body></html>\n"


def page_head(
    title: str, *, styles: Sequence[str] = ("chart.css", "page.css"), script: str = ""
) -> Iterator[str]:
    """Yield the head of a page with these style sheets; its policy allows them and this script."""
    style = look() + "".join(map(asset, styles))
    allowed = f"script-src {_digest(script)}; " if script else ""
    yield '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
    yield (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src {_digest(style)}; {allowed}base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
    )
    yield f"<title>{escape(title)}</title>\n<style>{style}</style></head>\n<body>\n"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _figures(report: Report, types: Sequence[TypeCount]) -> Iterator[str]:
    tally = report.tally
    years = [year for year in report.years() if year is not None]
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    cells = [
        ("documents", f"{tally.documents:,}"), ("mentions", f"{tally.mentions:,}"),
        ("entities", f"{report.total:,}"), ("types", f"{len(types):,}"),
    ]  # fmt: skip
    cells += [("years", span)] if span else []
    yield '<ul class="figures">'
    yield from (f"<li><strong>{number}</strong>{name}</li>" for name, number in cells)
    if tally.failed:
        yield f'<li class="bad"><strong>{tally.failed:,}</strong><a href="#failed">failed</a></li>'
    yield "</ul>"


class _Shown:
    """The parts of a page, and which entities have a concordance on it."""

    def __init__(
        self, report: Report, pictures: Mapping[str, Picture], aside: frozenset[str]
    ) -> None:
        self._report, self._pictures, self._aside = report, pictures, aside
        self.types = report.types()
        self._years = report.years()
        self._told = {one.rank: one for one in report.entities(aside=aside, most=TOLD)}

    def entities(self) -> Iterator[str]:
        """Yield the first entities of all types: chart and table."""
        yield '<h2 id="entities">Entities</h2>'
        yield (
            '<p class="soft">A concept, or where a mention has none its words. Ranked by the '
            "documents that name it. <em>absent</em>: mentions that the text negates.</p>"
        )
        left = [words(one.type) for one in self.types if one.type in self._aside]
        if left:
            yield (
                '<p class="soft">Left out here, in the graph and in the concordance, as they hold '
                f'general words: {escape(", ".join(left))} (see <a href="#types">Types</a>).</p>'
            )
        yield self._figure("entities.svg", "The first entities")
        found = list(self._report.entities(aside=self._aside, most=RANKED))
        yield from self._table(found, with_type=True)

    def by_type(self) -> Iterator[str]:
        """Yield the types, and the first entities of each."""
        yield '<h2 id="types">Types</h2>'
        yield self._figure("types.svg", "Documents and mentions of each type")
        for one in self.types:
            found = list(self._report.entities(type=one.type, most=TYPED))
            yield (
                f"<details><summary>{dot(one.type)}<strong>{escape(words(one.type))}</strong> "
                f'<span class="soft">{one.entities:,} entities, {one.mentions:,} mentions in '
                f"{one.documents:,} documents</span></summary><div>"
            )
            yield from self._table(found, with_type=False)
            yield "</div></details>"

    def by_year(self) -> Iterator[str]:
        """Yield the pictures of years, or that there are none."""
        yield '<h2 id="years">Years</h2>'
        undated = self._years.get(None, (0, 0))[0]
        if undated:
            yield f'<p class="soft">{undated:,} documents have no year.</p>'
        if "years.svg" in self._pictures:
            yield self._figure("years.svg", "Documents by year")
            yield self._figure("trends.svg", "The first entities over the years")

    def together(self, pairs: Sequence[Pair]) -> Iterator[str]:
        """Yield the graph and the commonest pairs."""
        near = self._report.tally.near
        yield '<h2 id="together">What occurs together</h2>'
        if "graph.svg" in self._pictures:
            yield self._figure(
                "graph.svg",
                "The first entities with their strongest ties; point at one to read it in full",
            )
        if not pairs:
            yield f"<p>No two entities share a {near}.</p>"
            return
        known = {one.rank: one for one in self._report.entities(most=PAIRED)}
        shown = [
            one
            for one in pairs
            if one.g2 > 0 and not self._aside & {known[one.first].type, known[one.second].type}
        ]
        shown.sort(key=lambda one: (-one.g2, one.first, one.second))
        head = ("", "", f"{near}s", "lift", "npmi")
        rows = [
            (
                self._named(known[one.first]), self._named(known[one.second]), f"{one.units:,}",
                f"{one.lift:.1f}", f"{one.npmi:.2f}",
            )
            for one in shown[:PAIRS]
        ]  # fmt: skip
        yield from table(head, rows, left=2)
        yield (
            '<p class="soft">The ties that are least by chance come first (Dunning\'s likelihood '
            "ratio); pairs.csv has all. lift: how many times as often as by chance; npmi: the same "
            "on a scale from -1 (never together) through 0 (chance) to 1 (never apart).</p>"
        )

    def concordance(self) -> Iterator[str]:
        """Yield the first entities' mentions in context."""
        yield '<h2 id="concordance">Concordance</h2>'
        lines = self._report.concordance(most=LINES, ranks=sorted(self._told))
        for rank, own in groupby(lines, key=lambda line: line.rank):
            one = self._told[rank]
            yield (
                f"<details><summary>{dot(one.type)}<strong>{escape(one.name)}</strong> "
                f'<span class="soft">{one.mentions:,} mentions in {one.documents:,} documents'
                f'</span></summary><div id="e{rank}"><table class="kwic"><tbody>'
            )
            yield from map(_line, own)
            yield "</tbody></table></div></details>"

    def _table(self, found: Sequence[Entity], *, with_type: bool) -> Iterator[str]:
        has_years = sum(year is not None for year in self._years) > 1
        head = ["#", "entity", *(["type"] if with_type else []), "concept", "called",
                *(["by year"] if has_years else []), "documents", "mentions", "absent"]  # fmt: skip
        yield '<div class="wide"><table><thead><tr>'
        yield "".join(f"<th{_number(name)}>{name}</th>" for name in head)
        yield "</tr></thead><tbody>"
        for one in found:
            names = ", ".join(f"{form} ({n:,})" for form, n in self._report.names(one.rank)[:3])
            cells = [f'<td class="n">{one.rank}</td><td>{self._named(one)}</td>']
            cells += [f"<td>{escape(words(one.type))}</td>"] if with_type else []
            cells.append(f"<td>{concept_link(one.curie) if one.curie else ''}</td>")
            cells.append(f'<td class="names">{escape(names)}</td>')
            if has_years:
                spark = sparkline(self._years, self._report.yearly(one.rank))
                cells.append(f"<td>{spark}</td>")
            counts = (one.documents, one.mentions, one.absent)
            cells += [f'<td class="n">{n:,}</td>' for n in counts]
            yield f"<tr>{''.join(cells)}</tr>\n"
        yield "</tbody></table></div>"

    def _named(self, one: Entity) -> str:
        """Return an entity's name, leading to its concordance if that is on the page."""
        name = f"{dot(one.type)}<bdi>{escape(one.name)}</bdi>"
        return f'<a href="#e{one.rank}">{name}</a>' if one.rank in self._told else name

    def _figure(self, name: str, caption: str) -> str:
        return figure(name, self._pictures[name], caption) if name in self._pictures else ""


def figure(name: str, picture: Picture, caption: str) -> str:
    """Return a picture on the page, with a link to its file."""
    return (
        f"<figure>{picture.inline()}<figcaption>{escape(caption)} "
        f'(<a href="{name}">{name}</a>)</figcaption></figure>'
    )


def _number(name: str) -> str:
    return ' class="n"' if name in ("#", "documents", "mentions", "absent") else ""


def dot(type_: str) -> str:
    """Return a point in the colour of a type."""
    return (
        f'<svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle '
        f'class="{type_class(type_)}" cx="5" cy="5" r="5"/></svg>'
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int) -> Iterator[str]:
    """Yield a table of cells that are escaped; the first ``left`` columns are words."""
    kinds = ["" if place < left else ' class="n"' for place in range(len(head))]
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th{kind}>{name}</th>" for kind, name in zip(kinds, head, strict=True))
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = (f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True))
        yield f"<tr>{''.join(cells)}</tr>\n"
    yield "</tbody></table></div>"


def _line(line: Line) -> str:
    where = f"{line.document} {line.start}" + (f", {line.year}" if line.year else "")
    kind = ' class="absent"' if line.assertion == "absent" else ""
    return (
        f'<tr{kind}><td class="before"><bdi>{escape(line.before)}</bdi></td>'
        f"<td><mark>{escape(line.form)}</mark></td>"
        f'<td class="behind"><bdi>{escape(line.behind)}</bdi></td>'
        f'<td class="where"><bdi>{escape(where)}</bdi></td></tr>\n'
    )


def _failures(report: Report) -> Iterator[str]:
    if not report.tally.failed:
        return
    yield '<h2 id="failed">Documents that failed</h2>'
    rows = [[escape(cell) for cell in row] for row in report.failures(most=FAILED)]
    yield from table(("document", "code", "what", "what to do"), rows, left=4)
    if report.tally.failed > len(rows):
        yield f'<p class="soft">The first {len(rows)}; all are in failed.csv.</p>'


def _made(report: Report, about: Mapping[str, str], more: Mapping[str, str]) -> Iterator[str]:
    tally = report.tally
    yield '<h2 id="made">How it was made</h2><dl>'
    told = dict(about) | {"Onoma": __version__}
    told |= {"vocabulary version": tally.store} if tally.store else {}
    if tally.repeated:
        told["came twice"] = f"{tally.repeated:,} documents, counted once (same id, same text)"
    if tally.textless:
        told["without text"] = f"{tally.textless:,} documents; their mentions have no context"
    yield from (f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in told.items())
    yield "</dl><h3>Files beside this page</h3><dl>"
    for name, what in (FILES | dict(more)).items():
        yield f'<dt><a href="{name}">{name}</a></dt><dd>{escape(what)}</dd>'
    yield "</dl>"

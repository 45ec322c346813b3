"""The page of a map: one file, no network, light and dark, by mouse or keyboard.

Titles and labels are hostile input: those in the markup are escaped, the rest stand in a block of
JSON and reach the page as text nodes only; the policy allows one script, by its hash.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from onoma import __version__
from onoma.formats.html import concept_link, escape
from onoma.report.areas import Area, Mark
from onoma.report.drawing import Picture, asset, words
from onoma.report.map import FieldMap
from onoma.report.map_drawing import COLOURS
from onoma.report.page import page_head, table

LISTED = 40  # documents of a cell that the page names, the nearest to its middle first
SOUGHT = 1500  # concepts that the search box knows, those of most documents first
TELLING = 6  # concepts of a cell that are named
STYLES = ("chart.css", "map.css", "page.css", "map_page.css")
FILES = {
    "map.csv": "each document with its cell and area",
    "areas.csv": "the areas with the concepts that set them apart",
    "map.json": "cells, areas and documents for programs",
    "map.svg": "the map, areas coloured",
    "borders.svg": "the map, darker where neighbours are unlike (U-matrix)",
}


def map_page(
    found: FieldMap, title: str, *, picture: Picture, about: Mapping[str, str]
) -> Iterator[str]:
    """Yield the parts of the page."""
    script = asset("map.js")
    years = found.years()
    has_years = bool((years == years).any())
    yield from page_head(title, styles=STYLES, script=script)
    yield f"<h1>{escape(title)}</h1>"
    yield (
        '<p class="soft">Each cell holds documents that are about the same things; cells that '
        "touch are about things that go together. An area is named after the concepts that it has "
        "more than the rest. Select a cell to see its documents.</p>"
    )
    yield from _tools(has_years)
    yield f'<div class="board"><figure id="map">{picture.inline()}'
    yield '<figcaption class="scale" id="scale">Fuller colour: more documents.</figcaption>'
    yield '</figure><section id="panel" aria-live="polite"><h3>Nothing selected</h3>'
    yield '<p class="soft">Select a cell or an area; with the keyboard: <kbd>Tab</kbd> to the map, '
    yield "arrows, <kbd>Enter</kbd>; <kbd>/</kbd> searches, <kbd>Esc</kbd> clears.</p></section>"
    yield "</div>"
    yield '<h2 id="areas">Areas</h2><ul class="legend">'
    yield from map(_legend, found.areas)
    yield "</ul>"
    yield from _tables(found)
    yield from _made(found, about)
    data = json.dumps(page_data(found), ensure_ascii=True, separators=(",", ":"))
    data = data.replace("<", "\\u003c")
    yield f'<script type="application/json" id="data">{data}</script>'
    yield f"<script>{script}</script></body></html>\n"


def _tools(has_years: bool) -> Iterator[str]:
    yield '<div class="tools"><fieldset><legend>Colour</legend>'
    views = ["areas", "documents", "borders", *(["years"] if has_years else [])]
    for view in views:
        checked = " checked" if view == "areas" else ""
        yield f'<label><input type="radio" name="view" value="{view}"{checked}> {view}</label>'
    yield (
        '</fieldset><label><span class="soft">Find </span><input type="search" id="find" '
        'placeholder="a concept or a word of a title" list="known" autocomplete="off"></label>'
        '<datalist id="known"></datalist><span class="soft" id="found" role="status"></span></div>'
    )


def _legend(area: Area) -> str:
    return (
        f'<li><button type="button" data-area="{area.number}"><svg class="swatch" '
        f'viewBox="0 0 10 10" aria-hidden="true"><rect class="a{(area.number - 1) % COLOURS}" '
        f'width="10" height="10" rx="2"/></svg><b>{area.number}</b> {escape(area.name)}'
        f'<span class="n">{area.documents:,}</span></button></li>'
    )


def _tables(found: FieldMap) -> Iterator[str]:
    """Yield what sets each area apart."""
    for area in found.areas:
        yield (
            f"<details><summary><strong>{area.number} {escape(area.name)}</strong> <span "
            f'class="soft">{area.documents:,} documents</span></summary><div>'
        )
        rows = [_mark_row(one) for one in area.marks]
        head = ("concept", "type", "id", "documents here", "in all", "z")
        yield from table(head, rows, left=3)
        yield "</div></details>"


def _mark_row(one: Mark) -> tuple[str, ...]:
    what = (escape(one.label), escape(words(one.type)), concept_link(one.curie))
    return (*what, f"{one.inside:,}", f"{one.all:,}", f"{one.z:.1f}")


def _made(found: FieldMap, about: Mapping[str, str]) -> Iterator[str]:
    sheet = found.found.sheet
    left = len(found.content.cards) - len(found.rows)
    told = dict(about) | {"Onoma": __version__}
    told["map"] = f"{sheet.wide} by {sheet.high} cells, {len(found.rows):,} documents"
    if left:
        told["not on it"] = f"{left:,} documents that share no concept with another (in map.csv)"
    told["z"] = "log-odds of a concept inside against outside, over its standard error"
    yield '<h2 id="made">How it was made</h2><dl>'
    yield from (f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in told.items())
    yield "</dl><h3>Files beside this page</h3><dl>"
    for name, what in FILES.items():
        yield f'<dt><a href="{name}">{name}</a></dt><dd>{what}</dd>'
    yield "</dl>"


def page_data(found: FieldMap) -> dict[str, Any]:
    """Return what the page's script shows: cells, areas, documents, concepts by cell."""
    far, years = found.found.borders().tolist(), found.years().tolist()
    counts = found.counts().tolist()
    row_of = found.rows.tolist()
    cells = []
    for cell, count in enumerate(counts):
        shown = [found.content.cards[row_of[place]] for place in found.documents(cell)[:LISTED]]
        cells.append(
            {
                "area": int(found.area[cell]),
                "n": count,
                "far": round(far[cell], 4),
                "year": None if math.isnan(years[cell]) else round(years[cell], 2),
                "marks": [one.label for one in found.marks.get(cell, [])[:TELLING]],
                "docs": [[one.id, one.title, one.year] for one in shown],
            }
        )
    return {
        "wide": found.found.sheet.wide,
        "high": found.found.sheet.high,
        "cells": cells,
        "areas": [
            {"name": one.name, "n": one.documents, "marks": [mark.label for mark in one.marks]}
            for one in found.areas
        ],
        "concepts": _by_cell(found),
    }


def _by_cell(found: FieldMap) -> list[list[Any]]:
    """Return concepts as [label, type, [cell, documents, cell, documents ...]]."""
    grid, name = found.weighed.own, found.weighed.hierarchy.number
    met: dict[int, Counter[int]] = {}
    cells = found.found.cell[grid.row].tolist()
    for column, cell in zip(grid.column.tolist(), cells, strict=True):
        met.setdefault(column, Counter())[cell] += 1
    said = {name[curie]: (label, found.content.types[curie])
            for curie, label in reversed(found.content.labels.items())}  # fmt: skip
    order = sorted(met, key=lambda one: (-met[one].total(), one))[:SOUGHT]
    return [
        [*said[one], [part for pair in sorted(met[one].items()) for part in pair]] for one in order
    ]

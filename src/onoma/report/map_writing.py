"""A map as a folder: page (HTML), pictures (SVG), tables (CSV), everything for programs (JSON)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from onoma import __version__
from onoma.formats.delimited import write_row
from onoma.formats.folders import open_folder
from onoma.formats.output import encode_text
from onoma.report.map import FieldMap
from onoma.report.map_drawing import draw_map
from onoma.report.map_page import map_page

_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def write_map(
    found: FieldMap, folder: Path, *, title: str = "Map", about: Mapping[str, str] | None = None
) -> None:
    """Write a map's files; they are put into the folder when all are there.

    Raises: InputError: the folder's name is a file's.
    """
    told = about or {}
    picture = draw_map(found)
    with open_folder(folder) as sink:
        for name, (head, rows) in _tables(found).items():
            lines = itertools.chain([head], rows)
            sink.write(name, (encode_text(write_row(row)) for row in lines))
        sink.add("map.json", orjson.dumps(map_record(found, title, told), option=_JSON))
        sink.add("map.svg", encode_text(picture.alone()))
        sink.add("borders.svg", encode_text(draw_map(found, kind="borders").alone()))
        page = map_page(found, title, picture=picture, about=told)
        sink.write("index.html", map(encode_text, page))


def _tables(found: FieldMap) -> dict[str, tuple[Sequence[str], Iterator[Sequence[Any]]]]:
    return {
        "map.csv": (
            ("id", "title", "year", "cell", "row", "column", "area", "name", "distance"),
            _document_rows(found),
        ),
        "areas.csv": (
            ("area", "name", "documents", "cells", "curie", "label", "type", "inside", "all", "z"),
            _area_rows(found),
        ),
    }


def _document_rows(found: FieldMap) -> Iterator[Sequence[Any]]:
    """Yield every document; one that is not on the map has no cell."""
    place = {row: at for at, row in enumerate(found.rows.tolist())}
    for number, one in enumerate(found.content.cards):
        told = (one.id, one.title, one.year)
        at = place.get(number)
        if at is None:
            yield (*told, *[None] * 6)
            continue
        cell = int(found.found.cell[at])
        row, column = divmod(cell, found.found.sheet.wide)
        area = found.areas[int(found.area[cell]) - 1]
        far = f"{found.distance[at]:.4f}"
        yield (*told, cell + 1, row + 1, column + 1, area.number, area.name, far)


def _area_rows(found: FieldMap) -> Iterator[Sequence[Any]]:
    for area in found.areas:
        head = (area.number, area.name, area.documents, len(area.cells))
        for one in area.marks:
            yield (*head, one.curie, one.label, one.type, one.inside, one.all, one.z)


def map_record(found: FieldMap, title: str, about: Mapping[str, str]) -> dict[str, Any]:
    """Return all of a map as plain values: areas, cells, and where each document lies."""
    sheet, far = found.found.sheet, found.found.borders().tolist()
    counts = found.counts().tolist()
    cards, cell_of = found.content.cards, found.found.cell.tolist()
    return {
        "schema": 1,
        "title": title,
        "onoma": __version__,
        "about": dict(about),
        "wide": sheet.wide,
        "high": sheet.high,
        "documents": len(cards),
        "on_map": len(found.rows),
        "areas": [asdict(one) for one in found.areas],
        "cells": [
            {
                "cell": cell + 1,
                "area": int(found.area[cell]),
                "documents": counts[cell],
                "border": round(far[cell], 5),
                "marks": [one.curie for one in found.marks.get(cell, [])],
            }
            for cell in range(len(sheet))
        ],
        "placed": [
            {"id": cards[row].id, "cell": cell_of[at] + 1, "area": int(found.area[cell_of[at]])}
            for at, row in enumerate(found.rows.tolist())
        ],
    }

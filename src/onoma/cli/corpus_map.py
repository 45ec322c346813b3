"""``onoma corpus map``: a field of documents as a map to look into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.corpus_documents import (
    check_out,
    page_options,
    said_of,
    store_of,
    take_documents,
)
from onoma.report.content import Content
from onoma.report.map import FieldMap
from onoma.report.map_writing import write_map
from onoma.report.som import LARGEST


@click.command("map")
@page_options
@click.option(
    "--areas",
    type=click.IntRange(0, 60),
    default=0,
    help="Areas of the map (0, usual: as many as part the documents best).",
)
@click.option(
    "--cells",
    type=click.IntRange(0, LARGEST),
    default=0,
    help="Cells of the map (0, usual: five times the root of the number of documents).",
)
@click.option("--seed", default=1, show_default=True, help="Where the search for vectors begins.")
def command(paths: tuple[str, ...], *, out: Path, title: str | None, **options: Any) -> None:
    """Draw the documents of a corpus, or of PATHS, as a map of what they are about.

    Each cell holds documents that are alike; cells that touch are alike; areas are named after the
    concepts that set them apart. The folder gets a page to look into (index.html), pictures (SVG),
    tables (CSV) and everything as JSON. Two runs give the same map.

    \b
    onoma corpus map --corpus heart -o map/
    onoma corpus map abstracts.xml.gz --areas 12 -o map/
    onoma corpus map found.jsonl -o map/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    check_out(out)
    content = Content()
    names = take_documents(paths, options, content.add)
    weighed = content.weighed(store_of(paths, options))
    found = FieldMap.made(
        content, weighed, areas=options["areas"], cells=options["cells"], seed=options["seed"]
    )
    write_map(found, out, title=title or f"Map of {names}", about=said_of(names))
    say(f"{len(found.rows):,} of {len(content.cards):,} documents in {len(found.areas)} areas")
    say(f"written: {out / 'index.html'}")

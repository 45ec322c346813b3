"""``onoma search``: documents of a corpus by words, concepts and meaning."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.app import say
from onoma.cli.corpus_options import corpus_option
from onoma.cli.search_export import EXPORTS, export_hits
from onoma.cli.search_pairs import give_pairs
from onoma.cli.search_showing import show_alike, show_results, show_understood
from onoma.errors import InputError, UnparsableQuery
from onoma.formats import read_documents
from onoma.search.asking import WORDS
from onoma.search.facets import FACETS, USUAL
from onoma.search.hits import Results
from onoma.search.indexing import Progress
from onoma.search.library import Library, library
from onoma.search.query.explain import explain
from onoma.search.query.parse import DIALECTS, is_plain, parse
from onoma.search.ranking import WAYS
from onoma.search.saved import SavedSearch, SavedSearches
from onoma.types import Document

EXPLAIN = "Show how each part of the query was understood, with counts, and why each hit is there."


@click.command()
@click.argument("words", nargs=-1, metavar="QUERY")
@corpus_option
@click.option("-k", "k", type=click.IntRange(1), default=10, show_default=True, help="Hits.")
@click.option(
    "--by", type=click.Choice(WAYS), default="fused", show_default=True, help="What ranks them."
)
@click.option(
    "--dialect",
    type=click.Choice([*DIALECTS, WORDS]),
    default="onoma",
    show_default=True,
    help="How the query is written (words: its signs mean nothing).",
)
@click.option("--facets", default="", metavar="NAMES", help=f"Count: usual, {', '.join(FACETS)}.")
@click.option("--json", "is_json", is_flag=True, help="JSON lines also on a terminal.")
@click.option("--explain", "is_explained", is_flag=True, help=EXPLAIN)
@click.option(
    "--export",
    nargs=2,
    metavar="FORMAT FILE",
    help=f"Also write the hits to a file: {', '.join(EXPORTS)}.",
)
@click.option("--like", metavar="ID|FILE", help="Documents like one of the corpus, or like a text.")
@click.option("--pair", nargs=2, metavar="A B", help="Documents that relate two concepts.")
@click.option("--save", "save_as", metavar="NAME", help="Keep the search under a name.")
@click.option("--new", "new_of", metavar="NAME", help="What is new since a kept search was asked.")
@click.option("--saved", "is_list", is_flag=True, help="List the searches that are kept.")
def command(words: tuple[str, ...], *, name: str, **options: Any) -> int:
    """Find documents of a corpus.

    Words alone are ranked by how much of them a document says, by its concepts (with all their
    synonyms and kinds) and by what it means. Anything else is a strict query: "a phrase", prefix*,
    title:word, AND OR NOT, @"parkinson disease", @MONDO:0005180, year:2015-2020. Exit code 1:
    nothing was found.

    \b
    onoma search "drugs that lower blood pressure in pregnancy" --facets usual
    onoma search '@"parkinson disease" AND title:levodopa' --export ris hits.ris -k 200
    onoma search --like 12345678 --by concepts
    onoma search --pair metformin "lactic acidosis"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    query = " ".join(words)
    things = (query, options["like"], options["pair"], options["new_of"], options["is_list"])
    if sum(map(bool, things)) != 1:
        raise InputError(
            "there is not one thing to look for",
            hint="give a QUERY, --like, --pair, --new or --saved",
        )
    with _Watching() as watching:
        found = library(name, watch=watching.show)
    if options["is_list"]:
        for one in SavedSearches(found.corpus).all():
            click.echo(f"{one.name}\t{one.query}")
        return 0
    if options["pair"]:
        return give_pairs(found, options["pair"], k=options["k"], is_json=options["is_json"])
    if options["like"]:
        return _like(found, options)
    if options["new_of"]:
        return _new(found, options)
    code = _search(found, query, options)
    if options["save_as"]:
        search = SavedSearch(
            options["save_as"], query, options["dialect"], options["by"], found.corpus.last
        )
        SavedSearches(found.corpus).save(search)
        say(f"kept: onoma search --new {search.name} shows what is new from now on")
    return code


def _search(found: Library, query: str, options: dict[str, Any], *, after: int = 0) -> int:
    """Search and show; return the exit code."""
    try:
        results = found.search(
            query,
            k=options["k"],
            by=options["by"],
            dialect=options["dialect"],
            facets=_facets(options["facets"]),
            after=after,
        )
        _understood(found, query, options)
    except UnparsableQuery as error:
        if sys.stderr.isatty():
            click.echo(error.pointed(), err=True)
        raise
    return _give(found, results, options)


def _understood(found: Library, query: str, options: dict[str, Any]) -> None:
    """Print cautions always, and how the query was understood where it is asked for."""
    if options["dialect"] == WORDS or (options["dialect"] == "onoma" and is_plain(query)):
        return
    tree = parse(query, options["dialect"])
    told = explain(tree, found.searcher, found.meanings, text=query, dialect=options["dialect"])
    show_understood(query, told, is_full=options["is_explained"])


def _give(found: Library, results: Results, options: dict[str, Any]) -> int:
    """Show results and export them; return the exit code."""
    for note in results.notes:
        say(note)
    if options["is_json"] or not sys.stdout.isatty():
        for hit in results.hits:
            click.echo(orjson.dumps(hit.to_dict()))
        if results.facets:
            counts = {
                one.name: [{"value": v, "label": w, "count": n} for v, w, n in one.counts]
                for one in results.facets
            }
            click.echo(orjson.dumps({"total": results.total, "facets": counts}))
    else:
        show_results(results, is_explained=options["is_explained"])
    if options["export"]:
        target, path = options["export"]
        export_hits(found, results, target, Path(path))
    return 0 if results.hits else 1


def _like(found: Library, options: dict[str, Any]) -> int:
    """Show documents like one."""
    given = options["like"]
    text = given
    if found.shown(given) is None:
        path = Path(given)
        if not path.exists():
            raise InputError(
                f"{given!r} is neither the id of a document of {found.corpus.name} nor a file",
                hint="onoma corpus export names the ids",
            )
        documents = (one for one in read_documents([given]) if isinstance(one, Document))
        text = next((one.text for one in documents), "")
    if options["by"] == "concepts":
        alike = found.alike(text, k=options["k"])
        show_alike(alike, found, is_json=options["is_json"] or not sys.stdout.isatty())
        return 0 if alike else 1
    return _give(found, found.like(text, k=options["k"], by=options["by"]), options)


def _new(found: Library, options: dict[str, Any]) -> int:
    """Show what is new since a kept search was last asked, and note that it was asked."""
    saved = SavedSearches(found.corpus)
    search = saved.get(options["new_of"])
    asked = options | {"dialect": search.dialect, "by": search.by}
    code = _search(found, search.query, asked, after=search.seen)
    saved.mark(search.name, found.corpus.last)
    return code


def _facets(given: str) -> tuple[str, ...]:
    """Return the names of facets, ``usual`` written out."""
    names = [one.strip() for one in given.split(",") if one.strip()]
    return tuple(
        dict.fromkeys(name for one in names for name in (USUAL if one == "usual" else (one,)))
    )


class _Watching:
    """Says on a terminal how far the index is, where it has to be made first."""

    def __init__(self) -> None:
        self._is_shown = False

    def __enter__(self) -> _Watching:
        return self

    def show(self, progress: Progress) -> None:
        """Draw the line anew."""
        if sys.stderr.isatty():
            self._is_shown = True
            words = f"indexing: {progress.done:,} of {progress.total:,} records"
            click.echo(f"\r{words}", nl=False, err=True)

    def __exit__(self, *error: object) -> None:
        if self._is_shown:
            click.echo("\r" + " " * 60 + "\r", nl=False, err=True)

"""Results of a search as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import orjson

from onoma.cli.app import say
from onoma.search.concept_sets import Alike
from onoma.search.hits import Hit, Results
from onoma.search.library import Library
from onoma.search.query.explain import Explanation

if TYPE_CHECKING:
    from rich.text import Text

WIDEST_BAR = 24
MOST_NAMES = 3


def show_results(results: Results, *, is_explained: bool) -> None:
    """Print hits with snippets, then facets."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    named = ", ".join(f"{label} ({curie})" for curie, label in results.concepts)
    head = f"{_how_many(results)}, by {results.by}"
    console.print(Text(head + (f"; concepts: {named}" if named else ""), style="dim"))
    for hit in results.hits:
        title = Text(f"{hit.rank:>3}  ")
        title.append(hit.title or "(no title)", style="bold")
        title.append(f"  {hit.id}" + (f", {hit.document.date}" if hit.document.date else ""), "dim")
        console.print(title)
        console.print(Padding(_marked(hit), (0, 0, 0, 5)))
        if is_explained:
            console.print(Padding(Text(why_words(hit), style="dim"), (0, 0, 0, 5)))
    for facet in results.facets:
        if facet.counts:
            console.print(Text(f"\n{facet.name}", style="bold"))
            most = max(count for _, _, count in facet.counts)
            for _, words, count in facet.counts:
                bar = "█" * max(round(WIDEST_BAR * count / most), 1)
                console.print(Text(f"  {words[:40]:<40} {count:>8,} {bar}"))


def _how_many(results: Results) -> str:
    """Say how many documents were found; of plain words fewer may have most than are shown."""
    found, shown = results.total, len(results.hits)
    if found < shown:
        return f"{found:,} with most of the words, the {shown:,} nearest shown"
    return "1 document" if found == 1 else f"{found:,} documents"


def _marked(hit: Hit) -> Text:
    """Return a snippet with what was asked for in colour: words, and concepts underlined too."""
    from rich.text import Text

    snippet = hit.snippet
    text = Text(snippet.text.replace("\n", " ").replace("\r", " "))
    for one in snippet.highlights:
        style = "yellow underline" if one.curie else "yellow"
        text.stylize(style, one.start - snippet.start, one.end - snippet.start)
    if snippet.start:
        text = Text("… ") + text
    return text + Text(" …") if snippet.end < len(hit.document.text) else text


def why_words(hit: Hit) -> str:
    """Return in a line why a hit is there.

    The words are written without their endings, as they are compared.
    """
    parts = []
    if hit.why.words:
        parts.append(f"words: {' '.join(hit.why.words)}")
    for one in hit.why.concepts:
        names = ", ".join(one.names[:MOST_NAMES])
        more = f" and {len(one.names) - MOST_NAMES} more" if len(one.names) > MOST_NAMES else ""
        parts.append(f"{one.label} ({one.curie}) as {names}{more}")
    for said in hit.why.relations:
        sure = "" if said.confidence is None else f", {said.confidence:.2f}"
        parts.append(f"{said.subject} {said.predicate} {said.object}{sure}: {said.text}")
    parts += (f"says a {own.label}, {own.score:.2f}: {own.text}" for own in hit.why.says)
    if hit.why.score:
        parts.append(f"BM25 {hit.why.score:.2f}")
    if hit.why.meaning is not None:
        parts.append(f"meaning {hit.why.meaning:.2f}")
    return "; ".join(parts) or "found by the strict query alone"


def show_understood(query: str, told: Explanation, *, is_full: bool) -> None:
    """Print how a query was understood, with counts, on standard error; cautions always."""
    if is_full:
        for line in told.lines:
            number = "" if line.line is None else f"{line.line}. "
            note = f"  ({line.note})" if line.note else ""
            click.echo(f"{line.count:>9,}  {'  ' * line.depth}{number}{line.taken}{note}", err=True)
    for one in told.cautions:
        part = query[one.span[0] : one.span[1]]
        hint = f" ({one.hint})" if one.hint else ""
        say(f"{part!r}: {one.problem}{hint}" if part else f"{one.problem}{hint}")


def show_alike(alike: Sequence[Alike], found: Library, *, is_json: bool) -> None:
    """Print documents that are alike by their concepts, with what they share."""
    label = found.meanings.label
    for rank, one in enumerate(alike, 1):
        if is_json:
            record = {"rank": rank, **asdict(one)}
            known = {curie: words for curie in _curies(one) if (words := label(curie))}
            click.echo(orjson.dumps(record | {"labels": known}))
            continue
        shown = found.shown(one.id)
        click.echo(f"{rank:>3}  {one.score:.3f}  {one.id}  {shown.title if shown else ''}")
        for words in _reasons(one, label):
            click.echo(f"            {words}")


def _curies(one: Alike) -> Iterator[str]:
    """Yield all concepts that a likeness speaks of."""
    for each in one.shared:
        yield from (each.here, each.there, each.common)
    yield from (*one.only_here, *one.only_there, *one.denied)
    for pair in one.contradicted:
        yield from pair


def _reasons(one: Alike, label: object) -> Iterator[str]:
    """Yield what two documents share and in what they contradict each other."""
    named = label if callable(label) else str
    if one.shared:
        words = dict.fromkeys(named(each.common) or each.common for each in one.shared[:6])
        yield f"both: {', '.join(words)}"
    if one.contradicted:
        words = dict.fromkeys(named(affirmed) or affirmed for affirmed, _ in one.contradicted[:4])
        yield f"one affirms, the other denies: {', '.join(words)}"

"""``onoma search --pair A B``: documents that relate two concepts, shown or as JSON lines."""

from __future__ import annotations

import sys

import click
import orjson

from onoma.cli.app import say
from onoma.search.library import Library
from onoma.search.pairs import PairHit


def give_pairs(found: Library, pair: tuple[str, str], *, k: int, is_json: bool) -> int:
    """Search for a pair and show the hits; return the exit code."""
    results = found.pairs(*pair, k=k)
    say(f"{results.left} and {results.right}: {results.total} documents name both")
    for hit in results.hits:
        if is_json or not sys.stdout.isatty():
            click.echo(orjson.dumps(hit.to_dict()).decode())
        else:
            click.echo(_shown(hit))
    return 0 if results.hits else 1


def _shown(hit: PairHit) -> str:
    """Return a hit as lines for a terminal, both names marked in its sentence."""
    mark = "  stated" if hit.is_stated else ""
    head = (
        click.style(f"{hit.rank}. {hit.title}", bold=True) + f"\n   {hit.id}  {hit.score:.2f}{mark}"
    )
    if hit.sentence is None:
        return f"{head}\n   (no sentence names both)"
    text, start = hit.text, hit.sentence[0]
    named = sorted(
        {(a - start, b - start, "cyan") for a, b in hit.left}
        | {(a - start, b - start, "yellow") for a, b in hit.right}
    )
    parts, place = [], 0
    for begin, end, colour in named:
        if place <= begin and end <= len(text):
            parts += [text[place:begin], click.style(text[begin:end], fg=colour)]
            place = end
    return f"{head}\n   " + " ".join("".join([*parts, text[place:]]).split())

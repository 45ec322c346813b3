"""``onoma train kge``: learn to predict the links that a graph lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.graph_options import split
from onoma.encode import load_encoder
from onoma.graph import Graph
from onoma.graph.completion import Figures, save_completion
from onoma.graph.completion.factors import MODELS
from onoma.graph.completion.training.completing import CompletionRecipe, train_completion
from onoma.graph.completion.training.factors import usual_recipe
from onoma.graph.completion.training.propagation import PropagationRecipe
from onoma.graph.completion.training.sources import file_data, graph_data
from onoma.graph.predicates import canonical_predicate

FOLDER = "completion"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    out: Path | None
    models: str
    predicates: str | None
    facts: tuple[Path, ...]
    valid: Path | None
    names: bool
    propagation: bool
    folds: int
    minutes: float
    seed: int


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--out", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of what is learnt (of a graph: completion/ in its folder).")  # fmt: skip
@click.option("--models", default="complex,rotate", show_default=True, metavar="LIST",
              help=f"Embeddings to train: {', '.join(MODELS)}.")  # fmt: skip
@click.option("--predicates", metavar="LIST", help="Relations to be predicted (else all).")
@click.option("--facts", multiple=True, type=_FILE, help="Triples that are known, never given.")
@click.option("--valid", type=_FILE, help="Triples to measure on (else a part of SOURCE).")
@click.option("--names/--no-names", default=False, help="Learn from the nodes' labels too.")
@click.option("--propagation/--no-propagation", default=True, help="Train the propagation too.")
@click.option("--folds", type=click.IntRange(1), default=4, show_default=True,
              help="Parts held out in turn; 1 for a large graph.")  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0), default=10.0, show_default=True,
              help="CPU minutes at most for an embedding or the propagation.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
def kge(source: Path, **options: Any) -> None:
    """Learn from SOURCE, a graph's folder or a file of triples, which links it lacks.

    Trains embeddings, mines rules, trains a propagation over the graph, and learns how to join
    them with what is counted (popularity, neighbours, paths). All of them are measured on triples
    held out, one line each. A file has head, relation and tail on a line, tabs between.

    \b
    onoma train kge heart
    onoma train kge train.txt --facts known.txt --valid valid.txt -o model/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    asked = tuple(canonical_predicate(one) for one in split(given.predicates))
    generation, said, out = -1, "", given.out or source / FOLDER
    if source.is_dir():
        if given.facts or given.valid:
            raise click.UsageError("--facts and --valid go with a file of triples")
        graph = Graph.open(source).store
        encoder = load_encoder() if given.names else None
        data = graph_data(graph, asked=asked, seed=given.seed, encoder=encoder)
        generation, said = graph.manifest.generation, source.name
    else:
        if given.names or given.out is None:
            raise click.UsageError("a file of triples needs -o, and has no labels for --names")
        data = file_data(source, facts=given.facts, valid=given.valid, seed=given.seed)
    recipe = _recipe(given, asked, entities=len(data.terms.entities))
    trained = train_completion(data, recipe, generation=generation, graph=said, tell=say)
    save_completion(trained.completion, out)
    tell_figures(trained.figures, len(data.valid))
    say(f"written: {out}")


def _recipe(given: _Options, asked: tuple[str, ...], *, entities: int) -> CompletionRecipe:
    seed, seconds = given.seed, 60 * given.minutes
    models = (usual_recipe(name, entities=entities) for name in split(given.models))
    propagation = PropagationRecipe(seed=seed, seconds=seconds) if given.propagation else None
    return CompletionRecipe(
        factors=tuple(replace(one, seed=seed, seconds=seconds) for one in models),
        propagation=propagation, folds=given.folds, asked=asked, seed=seed,
    )  # fmt: skip


def tell_figures(figures: dict[str, Figures], triples: int) -> None:
    """Say what each scorer measured on triples held out, both ends given."""
    say(f"on {triples:,} triples held out, both ends asked, known answers left out:")
    say(f"  {'':28} {'MRR':>6} {'Hits@1':>7} {'Hits@3':>7} {'Hits@10':>7}")
    for name, one in figures.items():
        shown = [f"{value:.3f}" for value in (one.mrr, one.hits1, one.hits3, one.hits10)]
        say(f"  {name:28} {shown[0]:>6} {shown[1]:>7} {shown[2]:>7} {shown[3]:>7}")

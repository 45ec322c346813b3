"""``onoma concept``: show what is known of a concept."""

from __future__ import annotations

from itertools import groupby

import click

import onoma
from onoma.errors import InputError, UnknownName
from onoma.ontology.curies import canonical_curie
from onoma.ontology.vocabulary import core_folder, read_sources
from onoma.types import SCOPES, Concept, Name


@click.command()
@click.argument("curie")
def command(curie: str) -> None:
    """Show the concept CURIE: label, types, names by scope, parents, equivalents.

    \b
    onoma concept MONDO:0005148
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    try:
        concept = onoma.concept(curie)
    except UnknownName as error:
        version, _ = read_sources(core_folder())
        words = f"no concept {canonical_curie(curie)} in {version}"
        raise InputError(words, hint=error.hint) from error
    for line in _lines(concept):
        click.echo(line)


def _lines(concept: Concept) -> list[str]:
    """Return the concept as lines to read."""
    lines = [f"{concept.curie}  {concept.label}"]
    lines += [f"types: {', '.join(concept.types)}"] if concept.types else []
    lines += [f"source: {concept.source} {concept.version}".rstrip()] if concept.source else []
    lines += [f"replaced by: {concept.replaced_by}"] if concept.replaced_by else []
    lines += [f"definition: {concept.definition}"] if concept.definition else []
    names = sorted(concept.names, key=_scope_rank)
    for scope, group in groupby(names, key=lambda name: name.scope):
        texts = sorted({name.text for name in group} - {concept.label}, key=str.casefold)
        lines += [f"{scope}: {'; '.join(texts)}"] if texts else []
    lines += [f"parent: {parent}" for parent in concept.parents]
    lines += [f"{e.predicate}: {e.curie} ({e.source})" for e in concept.equivalents]
    return lines


def _scope_rank(name: Name) -> int:
    return SCOPES.index(name.scope) if name.scope in SCOPES else len(SCOPES)

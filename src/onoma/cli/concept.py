"""``onoma concept``: show what is known of a concept."""

from __future__ import annotations

from itertools import groupby

import click

import onoma
from onoma.cli.options import project_option, vocab_option
from onoma.errors import InputError, UnknownName
from onoma.ontology.annotations import open_annotations
from onoma.ontology.loading import open_vocabulary, vocabulary_folder, vocabulary_names
from onoma.ontology.sources import read_sources
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, Concept, Name

MOST = 8
KINDS = {
    "has_phenotype": ("phenotype", "seen in"),
    "gene_associated_with_condition": ("disease", "gene"),
}
"""What the other concept is to one that is the subject, and to one that is the object."""


@click.command()
@click.argument("curie")
@vocab_option
@project_option
def command(curie: str, *, vocab: str, project: str | None) -> None:
    """Show the concept CURIE: label, types, names by scope, parents, equivalents.

    \b
    onoma concept MONDO:0005148
    onoma concept ACME:0001 --vocab mine
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    try:
        concept = onoma.concept(curie, vocabulary=vocab, project=project)
    except UnknownName as error:
        if error.kind != "concept":
            raise
        folders = [vocabulary_folder(name) for name in vocabulary_names(vocab)]
        version = "+".join(read_sources(folder)[0] for folder in folders)
        raise InputError(f"no concept {error.name} in {version}", hint=error.hint) from error
    for line in _lines(concept, curie):
        click.echo(line)
    for line in _annotated(open_vocabulary(vocab), concept):
        click.echo(line)


def _annotated(store: ConceptStore, concept: Concept) -> list[str]:
    """Return what curated sources say of the concept as lines to read, the first of each kind."""
    kinds: dict[str, list[str]] = {}
    for one in open_annotations(store).of(concept.curie):
        is_subject = one.subject == concept.curie
        other = one.object if is_subject else one.subject
        words = KINDS[one.predicate][not is_subject] + (" not" if one.negated else "")
        row = store.row_of(other)
        kinds.setdefault(words, []).append(f"{other} {store.labels[row]}" if row >= 0 else other)
    lines = []
    for words, others in sorted(kinds.items()):
        shown = list(dict.fromkeys(others))
        more = f"; and {len(shown) - MOST:,} more" if len(shown) > MOST else ""
        lines.append(f"{words}: {'; '.join(shown[:MOST])}{more}")
    return lines


def _lines(concept: Concept, asked: str) -> list[str]:
    """Return the concept as lines to read."""
    lines = [f"{concept.curie}  {concept.label}"]
    if asked in concept.former:
        lines.append(f"{asked} is obsolete: replaced by {concept.curie}")
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
    lines += [f"former: {', '.join(concept.former)}"] if concept.former else []
    return lines


def _scope_rank(name: Name) -> int:
    return SCOPES.index(name.scope) if name.scope in SCOPES else len(SCOPES)

"""``suggest``: the MeSH headings that the clauses of a query ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onoma.errors import InputError, UnknownName
from onoma.link.candidates.meanings import find_meanings
from onoma.ontology.loading import Names, open_vocabulary
from onoma.pipeline.grounding import load_named_encoder
from onoma.search.mesh import fused
from onoma.search.mesh.clauses import Clause, read_clauses
from onoma.search.mesh.evidence import Meanings
from onoma.search.mesh.headings import open_headings
from onoma.search.mesh.methods import CUTS, METHODS, Means, Scored


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A heading for a clause: ``score`` is in 0..1, higher is surer; ``terms`` found it."""

    curie: str
    label: str
    score: float
    terms: tuple[str, ...] = ()
    is_there: bool = False  # whether the clause has it already


@dataclass(frozen=True, slots=True)
class Suggested:
    """A clause with the headings suggested for it, best first."""

    clause: str
    suggestions: tuple[Suggestion, ...]


def open_means(vocabulary: Names = "core", *, encoder: str = "") -> Means:
    """Return what methods work with: headings, the encoder with vectors of names if made, trees.

    ``encoder``: a model folder; empty: the one that ships; "none": none.

    Raises: VocabularyMissing: no MeSH in the vocabulary.
    """
    store = open_vocabulary(vocabulary)
    opened = load_named_encoder(encoder)
    vectors = find_meanings(store, opened) if opened else None
    meanings = Meanings(opened, vectors) if opened and vectors else None
    return Means(open_headings(store), meanings, fused.load())


def suggest(
    query: str,
    *,
    method: str = "fused",
    dialect: str = "onoma",
    least: float | None = None,
    k: int = 20,
    vocabulary: Names = "core",
) -> list[Suggested]:
    """Return for each clause of a query the headings to add, best first, at most ``k``.

    ``method``: one of ``METHODS``; ``dialect``: onoma, pubmed or ovid; plain words are terms,
    separated by commas. ``least``: the score below which nothing is suggested (None: the method's
    own).

    Raises: UnparsableQuery: at the character; UnknownName: no such method; InputError: no words.
    """
    means = open_means(vocabulary)
    clauses = read_clauses(query, means.headings, dialect=dialect)
    if not clauses:
        raise InputError("the query has no words to suggest headings for", hint="give a term")
    return [suggest_for(one, means, method=method, least=least, k=k) for one in clauses]


def suggest_for(
    clause: Clause, means: Means, *, method: str = "fused", least: float | None = None, k: int = 20
) -> Suggested:
    """Return the headings suggested for one clause; see ``suggest``."""
    found = ranked(clause, means, method=method)
    cut = least if least is not None else CUTS.get(method, means.suggester.cut)
    chosen = [one for one in found if one.score >= cut][:k]
    if not chosen and least is None and method == "fused":
        chosen = list(found[:1])  # the searcher judges; nothing at all would help nobody
    there = {name.casefold() for name in clause.headings}
    headings = means.headings
    return Suggested(
        clause.text,
        tuple(
            Suggestion(
                curie=(curie := headings.curie(one.heading)),
                label=(label := headings.labels[one.heading]),
                score=one.score,
                terms=one.terms,
                is_there=label.casefold() in there or curie.casefold() in there,
            )
            for one in chosen
        ),
    )


def ranked(clause: Clause, means: Means, *, method: str) -> Sequence[Scored]:
    """Return all that a method finds for a clause, best first.

    Raises: UnknownName: no such method.
    """
    if method not in METHODS:
        raise UnknownName("method", method, METHODS)
    return METHODS[method](clause, means)

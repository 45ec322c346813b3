"""Lists of terms put in order with a vocabulary's help: clusters, and what is like a term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onoma.link.candidates.clustering import Clustering, Known, cluster_terms
from onoma.link.candidates.contrasts import difference, read_telling, words_of
from onoma.link.candidates.index import open_index
from onoma.ontology.loading import Names
from onoma.ontology.store import ConceptStore
from onoma.pipeline.grounder import SETTLED
from onoma.pipeline.grounding import GroundOptions, load_named_encoder, make_grounder
from onoma.types import Candidate, type_mask


def cluster(
    terms: Sequence[str],
    *,
    types: Sequence[str] = (),
    vocabulary: Names = "core",
    project: str | Path | None = None,
    encoder: str = "",
    grounded: bool = True,
    least: float | None = None,
) -> Clustering:
    """Return terms that mean one thing put together; blank ones and repeats are passed over.

    ``types``: semantic types of the terms, all unless given; ``grounded``: whether the vocabulary's
    own names count (else it tells only which words make a difference); ``encoder``: as for
    ``GroundOptions``; ``least``: the score (0..1) from which on two terms are joined.
    """
    distinct = list(dict.fromkeys(term.strip() for term in terms if term.strip()))
    options = GroundOptions(types=tuple(types), mode="dictionary")
    grounder = make_grounder(options, vocabulary=vocabulary, project=project)
    store = grounder.annotator.store
    known: list[Known | None] = [None] * len(distinct)
    if grounded:
        group = store.array("concept_group")
        for row, found in enumerate(grounder.ground([(term, "") for term in distinct], k=1)):
            if found and found[0].score >= SETTLED and (at := store.row_of(found[0].curie)) >= 0:
                known[row] = Known(found[0].curie, found[0].label, int(group[at]))
    return cluster_terms(
        distinct,
        store,
        known=known,
        encoder=load_named_encoder(encoder),
        telling=read_telling(open_index(store), type_mask(types)),
        least=least,
    )


@dataclass(frozen=True, slots=True)
class Similar:
    """A concept like a term, its ``relation`` to the nearest one, and what keeps it from being it.

    ``relation``: ``parent``, ``child`` or ``sibling``, empty for none; ``difference``: why the name
    is a near miss of the term (``contrasts``), empty where nothing says so.
    """

    candidate: Candidate
    relation: str
    difference: str


def similar(
    term: str,
    *,
    k: int = 10,
    types: Sequence[str] = (),
    ids: Sequence[str] = (),
    vocabulary: Names = "core",
    project: str | Path | None = None,
    encoder: str = "",
) -> list[Similar]:
    """Return the concepts whose names are nearest to a term, however unlikely they are meant."""
    options = GroundOptions(
        types=tuple(types), ids=tuple(ids), least=0.0, fill=True, encoder=encoder, judged=False
    )
    grounder = make_grounder(options, vocabulary=vocabulary, project=project)
    (found,) = grounder.ground([(term, "")], k=k)
    store = grounder.annotator.store
    telling = read_telling(open_index(store), type_mask(types)) if found else None
    own = words_of(term)
    first = store.row_of(found[0].curie) if found else -1
    return [
        Similar(
            one,
            _relation(store, store.row_of(one.curie), first),
            difference(words_of(one.name), own, telling),
        )
        for one in found
    ]


def _relation(store: ConceptStore, row: int, first: int) -> str:
    """Return what a concept is to the first one."""
    if row < 0 or first < 0 or row == first:
        return ""
    if row in store.parents.of(first):
        return "parent"
    if row in store.children.of(first):
        return "child"
    shared = set(store.parents.of(row).tolist()) & set(store.parents.of(first).tolist())
    return "sibling" if shared else ""

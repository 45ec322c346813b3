"""A term to the concepts that it may mean, and a CURIE to its concept, over a store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from onoma.encode import Encoder, load_encoder
from onoma.errors import InputError, Missing
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.linker import usual_weights
from onoma.link.candidates.meanings import find_meanings
from onoma.link.candidates.scoring import Weights
from onoma.link.candidates.trained import read_trained
from onoma.ontology.annotations import open_annotations
from onoma.ontology.loading import Names, open_vocabulary, vocabulary_names
from onoma.ontology.project import project_folder, read_project
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import NIL_BELOW, Grounder, Helpers, Pair
from onoma.types import Candidate, Concept, ConceptAnnotation, type_mask

MODES = ("dictionary", "full")


def concept(
    curie: str, *, vocabulary: Names = "core", project: str | Path | None = None
) -> Concept:
    """Return a concept of a vocabulary; ``vocabulary`` and ``project`` as for ``load``.

    Raises: BadCurie: not a CURIE; UnknownName: no such concept.
    """
    return open_vocabulary(vocabulary, project=_lists(project)).concept(curie)


def concept_annotations(curie: str, *, vocabulary: Names = "core") -> list[ConceptAnnotation]:
    """Return what curated sources say of a concept: phenotypes and genes of a disease, and back.

    Raises: BadCurie: not a CURIE; UnknownName: no such concept.
    """
    return open_annotations(open_vocabulary(vocabulary)).of(curie)


def ground(
    term: str,
    *,
    k: int = 5,
    types: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    context: str | None = None,
    vocabulary: Names = "core",
    project: str | Path | None = None,
    mode: str = "full",
) -> list[Candidate]:
    """Return the concepts that a term may mean, best first, at most ``k``; empty for NIL.

    The dictionary reads the whole term, then its other phrasings and the longest names inside it
    (their score falls with what they leave uncovered). Where that settles nothing, names that are
    spelled or meant alike are looked for, and a list of several is taken apart (``mode``
    ``dictionary``: not so; other modes make an index once, when a term first asks for it).
    ``context`` is text around the term: a concept that it names plainly, or an abbreviation that it
    defines, is preferred. ``vocabulary`` and ``project`` as for ``load``.
    """
    options = GroundOptions(types=tuple(types or ()), ids=tuple(ids or ()), mode=mode)
    grounder = make_grounder(options, vocabulary=vocabulary, project=project)
    return grounder.ground([(term, context or "")], k=k)[0]


@dataclass(frozen=True, slots=True)
class GroundOptions:
    """How terms are grounded, beside where.

    ``types``, ``ids``: as for ``load``; ``mode``: as for ``ground``; ``least``: the score below
    which the best concept is not answered; ``encoder``: a model folder (empty: the one that ships,
    if one does; "none": none); ``trained``: a folder that ``onoma train linker`` wrote; ``fill``:
    whether near names follow what the dictionary is sure of, up to ``k``; ``judged``: whether near
    names are ordered by how likely they are meant (else by how alike they are).
    """

    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    mode: str = "full"
    least: float = NIL_BELOW
    encoder: str = ""
    trained: str = ""
    fill: bool = False
    judged: bool = True


def ground_terms(
    pairs: Iterable[Pair],
    *,
    k: int = 5,
    options: GroundOptions | None = None,
    vocabulary: Names = "core",
    project: str | Path | None = None,
) -> list[list[Candidate]]:
    """Return for each (term, context) what ``ground`` would, each distinct one looked up once."""
    grounder = make_grounder(options or GroundOptions(), vocabulary=vocabulary, project=project)
    return grounder.ground(pairs, k=k)


def make_grounder(
    options: GroundOptions, *, vocabulary: Names = "core", project: str | Path | None = None
) -> Grounder:
    """Return what grounds terms so; the same one for the same wishes.

    Raises: InputError: an unknown mode; UnknownName: a type or vocabulary that is none; BadCurie:
    an unknown prefix; what opening the encoder or the trained linker raises.
    """
    if options.mode not in MODES:
        raise InputError(f"no mode {options.mode!r}", hint=f"known: {', '.join(MODES)}")
    settings = Settings(
        types=type_mask(options.types),
        ids=options.ids,
        nested=True,
        vocabulary=vocabulary_names(vocabulary),
        project=_lists(project),
    )
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    return _grounder(settings, options, f"{store.path} {store.version}")


def _lists(project: str | Path | None) -> str:
    return "" if project is None else str(project_folder(Path(project)))


@lru_cache(maxsize=4)
def _grounder(settings: Settings, options: GroundOptions, version: str) -> Grounder:
    """Return a grounder; ``version`` tells when the vocabulary or the project's lists changed."""
    if options.mode == "dictionary":
        return Grounder(settings, Helpers(nearest=False))
    lexicon: Lexicon | None = None
    weights: Weights | None = None
    encoder = load_named_encoder(options.encoder)
    if options.trained:
        lexicon, weights = read_trained(Path(options.trained), encoded=encoder is not None)
    if not options.judged:
        weights = replace(weights or usual_weights(encoder), ranker=None)
    helpers = Helpers(
        encoder=encoder, lexicon=lexicon, weights=weights, least=options.least, fill=options.fill
    )
    grounder = Grounder(settings, helpers)
    store = grounder.annotator.store
    grounder.helpers = replace(
        helpers,
        meanings=None if encoder is None else find_meanings(store, encoder),
        barred=_barred(store, Path(settings.project)) if settings.project else (),
    )
    return grounder


def _barred(store: ConceptStore, project: Path) -> tuple[int, ...]:
    """Return the rows of the concepts that a project's lists block."""
    rows = (store.row_of(curie) for curie in read_project(project).blocked_curies)
    return tuple(sorted({row for row in rows if row >= 0}))


@lru_cache(maxsize=2)
def load_named_encoder(place: str) -> Encoder | None:
    """Return the encoder of a folder; empty: the one that ships, if one does; "none": none."""
    if place == "none":
        return None
    if place:
        return load_encoder(place)
    try:
        return load_encoder()
    except (Missing, ImportError):  # the base install may lack the weights or what runs them
        return None

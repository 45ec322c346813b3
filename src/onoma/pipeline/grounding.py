"""A term to the concepts that it may mean, and a CURIE to its concept, over a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.ontology.loading import Names, open_vocabulary, vocabulary_names
from onoma.ontology.naming import spellings
from onoma.ontology.phrasing import rephrasings
from onoma.ontology.project import project_folder
from onoma.pipeline.annotator import Annotator, Settings, make_annotator
from onoma.types import Candidate, Concept, Document, Mention, type_mask

PART_SHARE = 0.5  # a name inside the term must cover this share of its characters


def concept(
    curie: str, *, vocabulary: Names = "core", project: str | Path | None = None
) -> Concept:
    """Return a concept of a vocabulary; ``vocabulary`` and ``project`` as for ``load``.

    Raises: BadCurie: not a CURIE; UnknownName: no such concept.
    """
    lists = "" if project is None else str(project_folder(Path(project)))
    return open_vocabulary(vocabulary, project=lists).concept(curie)


def ground(
    term: str,
    *,
    k: int = 5,
    types: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    context: str | None = None,
    vocabulary: Names = "core",
    project: str | Path | None = None,
) -> list[Candidate]:
    """Return the concepts that a term may mean, best first, at most ``k``; empty for NIL.

    The whole term is looked up, then its other phrasings, then the longest names inside it (their
    score falls with what they leave uncovered). ``context`` is text around the term: a concept
    that it names plainly, or an abbreviation that it defines, is preferred. ``vocabulary`` and
    ``project`` as for ``load``.
    """
    annotator = make_annotator(
        Settings(
            types=type_mask(types or ()),
            ids=tuple(ids or ()),
            nested=True,
            vocabulary=vocabulary_names(vocabulary),
            project="" if project is None else str(project_folder(Path(project))),
        )
    )
    best: dict[str, Candidate] = {}
    for found, share in _readings(annotator, term.strip(), context or ""):
        for candidate in found.candidates:
            score = candidate.score * share
            known = best.get(candidate.curie)
            if score > 0 and (known is None or known.score < score):
                best[candidate.curie] = _scored(candidate, score, share)
    ranked = sorted(best.values(), key=lambda c: -c.score)
    return ranked[:k]


def _scored(candidate: Candidate, score: float, share: float) -> Candidate:
    why = candidate.why | ({"share": round(share, 4)} if share < 1 else {})
    return Candidate(
        curie=candidate.curie, label=candidate.label, type=candidate.type, score=score,
        name=candidate.name, scope=candidate.scope, via=candidate.via, lossy=candidate.lossy,
        why=why,
    )  # fmt: skip


def _readings(annotator: Annotator, term: str, context: str) -> Iterator[tuple[Mention, float]]:
    """Yield mentions that read the term, with the share of their score that counts."""
    if not term:
        return
    others = dict.fromkeys([*spellings(term), *rephrasings(term)])
    texts = [term, *(other for other in others if other.lower() != term.lower())]
    joined = [f"{text}\n\n{context}" for text in texts]
    batch = annotator.annotate([Document("", text) for text in joined])
    for number, (text, document) in enumerate(zip(texts, batch.documents_annotated(), strict=True)):
        share = 1.0 if number == 0 else 0.9
        for found in document.mentions:
            if found.end <= len(text):
                covered = (found.end - found.start) / len(text)
                if covered >= PART_SHARE:
                    yield found, share * covered

"""The pairs of entities that a task asks about: the same ones for every reader and every measure.

A pair is named by the places of its entities, the subject's type first. Two entities of one type
stand once where the order says nothing (the earlier first), both ways where it does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from onoma.relate.instances import Entity, RelationText
from onoma.relate.tasks import WIDER, RelationTask, TypePair
from onoma.types import Span

Pair = tuple[int, int]


def candidate_pairs(text: RelationText, task: RelationTask) -> list[Pair]:
    """Return the pairs of a text's entities that the task asks about, in the entities' order."""
    words, types = frozenset(task.word_pairs), frozenset(task.pairs)
    lefts = {one for one, _ in types | words}
    rights = {one for _, one in types | words}
    subjects = [place for place, one in enumerate(text.entities) if lefts.intersection(_names(one))]
    objects = [place for place, one in enumerate(text.entities) if rights.intersection(_names(one))]
    if not subjects or not objects:
        return []
    sentences = [mention_sentences(entity, text.sentences) for entity in text.entities]
    out = []
    for i in subjects:
        first = text.entities[i]
        for j in objects:
            second = text.entities[j]
            if i == j or first.spans == second.spans:
                continue
            if task.level == "sentence" and not sentences[i] & sentences[j]:
                continue
            if not _fits(first, second, words, types):
                continue
            if not task.is_directed and i > j and _fits(second, first, words, types):
                continue
            out.append((i, j))
    return out


def _fits(
    first: Entity, second: Entity, words: frozenset[TypePair], types: frozenset[TypePair]
) -> bool:
    """Say whether entities have the types of a pair, by the corpus's words where there are any."""
    if words and first.word and second.word:
        return (first.word, second.word) in words
    return _fit(first.type, second.type, types)


@lru_cache(maxsize=1 << 12)
def _fit(first: str, second: str, types: frozenset[TypePair]) -> bool:
    return any((a, b) in types for a in _types(first) for b in _types(second))


def _names(entity: Entity) -> tuple[str, ...]:
    return (entity.word, *_types(entity.type))


def _types(name: str) -> tuple[str, ...]:
    wider = WIDER.get(name)
    return (name,) if wider is None else (name, wider)


def mention_sentences(entity: Entity, sentences: Sequence[Span]) -> frozenset[int]:
    """Return the places of the sentences in which an entity's mentions begin."""
    starts = [start for start, _ in sentences]
    return frozenset(max(0, bisect_right(starts, start) - 1) for start, _ in entity.spans)

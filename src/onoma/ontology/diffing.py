"""What changed between two versions of a vocabulary, concept by concept.

Both listings are in CURIE order, so they are gone through side by side. A parent that was merged
into another concept is followed to it: its children have not moved. An id that is gone without a
word is told apart from one that was made obsolete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onoma.ontology.listing import Listing
from onoma.types import Concept

KINDS: dict[str, str] = {
    "new": "concepts that were not there",
    "obsolete": "concepts no longer to be used, without replacement",
    "merged": "concepts now part of another that was there before",
    "replaced": "concepts whose place a new one took",
    "removed": "concepts that are gone without a word",
    "restored": "concepts in use again",
    "renamed": "concepts with another label",
    "moved": "concepts with other parents",
    "name-added": "names that a concept had not",
    "name-removed": "names that a concept has no longer",
    "name-rescoped": "names that stand in another relation to their concept",
}
"""Each kind of change with its words, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one concept.

    ``old`` and ``new`` are the values before and after: labels, names, parents (joined by ``|``),
    scopes; for a concept that has gone, ``new`` is the CURIE that took its place, or those that may
    (joined by ``|``). ``detail`` says of which name the scope changed.
    """

    kind: str
    curie: str
    label: str
    old: str = ""
    new: str = ""
    detail: str = ""


def diff(old: Listing, new: Listing) -> Iterator[Change]:
    """Yield what changed from ``old`` to ``new``, by CURIE."""
    was_there = frozenset(_alive(old.concepts)) if new.retired else frozenset()
    for before, after in _side_by_side(old.concepts, new.concepts):
        if before is None or before.is_obsolete:
            if after is not None and not after.is_obsolete:
                kind = "new" if before is None else "restored"
                yield Change(kind, after.curie, after.label, new=after.label)
        elif after is None or after.is_obsolete:
            yield _gone(before, after, new.retired, was_there)
        else:
            yield from _changes(before, after, new.retired)


def counted(changes: Iterable[Change]) -> Counter[str]:
    """Return how many changes of each kind there are."""
    return Counter(change.kind for change in changes)


def _alive(concepts: Iterable[Concept]) -> Iterator[str]:
    return (concept.curie for concept in concepts if not concept.is_obsolete)


def _side_by_side(
    old: Iterable[Concept], new: Iterable[Concept]
) -> Iterator[tuple[Concept | None, Concept | None]]:
    """Yield each CURIE's concept of both sides, None where a side lacks it."""
    left, right = iter(old), iter(new)
    before, after = next(left, None), next(right, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before.curie < after.curie):
            yield before, None
            before = next(left, None)
        elif before is None or after.curie < before.curie:
            yield None, after
            after = next(right, None)
        else:
            yield before, after
            before, after = next(left, None), next(right, None)


def _gone(
    before: Concept, after: Concept | None, retired: Mapping[str, str], was_there: frozenset[str]
) -> Change:
    """Return what became of a concept that is no longer in use."""
    target = retired.get(before.curie)
    if target is not None:
        kind = "merged" if target in was_there else "replaced"
        return Change(kind, before.curie, before.label, before.curie, target)
    if after is None:
        return Change("removed", before.curie, before.label, before.curie)
    consider = "|".join(after.consider)
    return Change("obsolete", before.curie, before.label, before.curie, consider)


def _changes(before: Concept, after: Concept, retired: Mapping[str, str]) -> Iterator[Change]:
    """Yield what changed in a concept that both versions have."""
    curie, label = after.curie, after.label
    if before.label != label:
        yield Change("renamed", curie, label, before.label, label)
    followed = {retired.get(parent, parent) for parent in before.parents}
    if followed != set(after.parents):
        ups = ["|".join(sorted(set(one.parents))) for one in (before, after)]
        yield Change("moved", curie, label, *ups)
    yield from _name_changes(before, after)


def _name_changes(before: Concept, after: Concept) -> Iterator[Change]:
    """Yield names that came, went or changed their scope; a label is one of the names."""
    curie, label = after.curie, after.label
    had, has = _scopes(before), _scopes(after)
    if had == has:
        return
    for text in sorted(has.keys() - had.keys()):
        yield Change("name-added", curie, label, new=text, detail=has[text])
    for text in sorted(had.keys() - has.keys()):
        yield Change("name-removed", curie, label, old=text, detail=had[text])
    for text in sorted(had.keys() & has.keys()):
        scopes = had[text], has[text]
        if scopes[0] != scopes[1] and "label" not in scopes:  # else it is the renaming
            yield Change("name-rescoped", curie, label, *scopes, detail=text)


def _scopes(concept: Concept) -> dict[str, str]:
    """Return the concept's names with their scopes."""
    found = {concept.label: "label"} if concept.label else {}
    for name in concept.names:
        found.setdefault(name.text, name.scope)
    return found

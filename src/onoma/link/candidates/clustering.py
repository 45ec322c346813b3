"""Terms that mean one thing, put together: by known concepts, spelling and meaning.

Pairs that are near each other are joined from the nearest on, as long as no two members of what is
joined are kept apart: by their concepts, where both are known, or as near misses (``contrasts``). A
cluster is named by its concept's label, or by its most central term. Compare the clustering of
terms by CODER++ (Zeng et al. 2022), which joins by a threshold on cosines alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.contrasts import Telling, difference, plain_text, words_of
from onoma.link.candidates.grams import read_words
from onoma.link.candidates.linker import TextEncoder
from onoma.link.candidates.teaching import shard_of
from onoma.ontology.store import ConceptStore

F32 = npt.NDArray[np.float32]

NEIGHBOURS = 24  # looked at for each term, by spelling and by meaning
BLOCK = 1024
GRAM = 0.4  # weight of spelling beside meaning
JOINED = 0.73  # score from which on a pair is joined, with an encoder
JOINED_BY_SPELLING = 0.65
NEAR = 0.1  # below that: pairs kept apart that a curator should see
SAME_CONCEPT = 1.0
SLACK = 0.15  # how far the mean score between two clusters may stay below a pair's
FAR = 0.3  # the score of pairs that are not near each other


@dataclass(frozen=True, slots=True)
class Known:
    """The concept of a term: its CURIE, label and group (of equivalent concepts)."""

    curie: str
    label: str
    group: int


@dataclass(frozen=True, slots=True)
class Member:
    """A term of a cluster, with its score (0..1) beside the cluster's most central term."""

    term: str
    score: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Terms that mean one thing; ``curie`` is None where no concept is known."""

    name: str
    curie: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Two terms that are alike and kept apart, with the reason."""

    one: str
    other: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Clustering:
    """Clusters, the largest first, and the near misses, the nearest first."""

    clusters: tuple[Cluster, ...]
    near_misses: tuple[NearMiss, ...]


def cluster_terms(
    terms: Sequence[str],
    store: ConceptStore,
    *,
    known: Sequence[Known | None] | None = None,
    encoder: TextEncoder | None = None,
    telling: Telling | None = None,
    least: float | None = None,
    protected: bool = True,
) -> Clustering:
    """Return the clusters of distinct terms.

    ``known``: the concept of each term, None where it is open; ``least``: the score from which on
    two are joined (by default one read on the names of HPO, MONDO and ChEBI, ``bench/clustering``);
    ``protected``: whether near misses are kept apart.
    """
    least = least if least is not None else JOINED_BY_SPELLING if encoder is None else JOINED
    concepts = list(known) if known is not None else [None] * len(terms)
    scores = pair_scores(terms, store, encoder=encoder)
    words = [words_of(term) for term in terms]
    joint = _Joint(concepts)
    misses = []
    for (one, other), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score < least - NEAR:
            break
        if joint.find(one) == joint.find(other):
            continue  # one concept
        reason = _apart(concepts[one], concepts[other])
        if not reason and protected:
            reason = difference(words[one], words[other], telling)
        if reason:
            joint.keep_apart(one, other)
            misses.append(NearMiss(terms[one], terms[other], score, reason))
    for (one, other), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score < least:
            break
        joint.join(one, other, lambda a, b: _mean(scores, a, b) >= least - SLACK)
    clusters = [_cluster(rows, terms, concepts, scores) for rows in joint.groups()]
    clusters.sort(key=lambda one: (-len(one.members), one.name.lower()))
    return Clustering(tuple(clusters), tuple(misses))


def pair_scores(
    terms: Sequence[str], store: ConceptStore, *, encoder: TextEncoder | None
) -> dict[tuple[int, int], float]:
    """Return the scores (0..1) of pairs of terms that are near in spelling or meaning."""
    if not terms:
        return {}
    words = read_words([plain_text(term) for term in terms], store.array("words"))
    shard, numbered = shard_of(words)
    near = shard.search(numbered, len(terms), NEIGHBOURS)
    found: dict[tuple[int, int], float] = {}
    row_term, names = shard.row_names.take(near.row)
    for place, other in zip(row_term.tolist(), names.tolist(), strict=True):
        one = int(near.term[place])
        if one != other:
            found[min(one, other), max(one, other)] = float(near.cosine[place])
    if encoder is None:
        return found
    vectors = encoder.encode(terms)
    pairs = set(found) | _near_in_meaning(vectors)
    return {
        (a, b): GRAM * found.get((a, b), 0.0) + (1 - GRAM) * float(vectors[a] @ vectors[b])
        for a, b in pairs
    }


def _near_in_meaning(vectors: F32) -> set[tuple[int, int]]:
    out: set[tuple[int, int]] = set()
    most = min(NEIGHBOURS, len(vectors) - 1)
    for begin in range(0, len(vectors) if most > 0 else 0, BLOCK):
        cosine = vectors[begin : begin + BLOCK] @ vectors.T
        best = np.argpartition(-cosine, most, axis=1)[:, : most + 1]
        for row, others in enumerate(best.tolist(), start=begin):
            out.update((min(row, other), max(row, other)) for other in others if other != row)
    return out


def _apart(one: Known | None, other: Known | None) -> str:
    if one is None or other is None or one.group == other.group:
        return ""
    return f"concept: {one.curie} / {other.curie}"


class _Joint:
    """Sets of terms that grow together, of one concept at most, and pairs that may not."""

    def __init__(self, concepts: Sequence[Known | None]) -> None:
        self._leader = list(range(len(concepts)))
        self._group = [None if one is None else one.group for one in concepts]
        self._members = {row: [row] for row in range(len(concepts))}
        self._apart: dict[int, set[int]] = defaultdict(set)
        first: dict[int, int] = {}
        for row, group in enumerate(self._group):
            if group is not None:
                self.join(first.setdefault(group, row), row)

    def find(self, one: int) -> int:
        """Return the leader of a term's set."""
        while self._leader[one] != one:
            self._leader[one] = self._leader[self._leader[one]]
            one = self._leader[one]
        return one

    def keep_apart(self, one: int, other: int) -> None:
        """Never let the sets of two terms be one (what is one already stays so)."""
        a, b = self.find(one), self.find(other)
        if a != b:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def join(
        self, one: int, other: int, is_near: Callable[[list[int], list[int]], bool] | None = None
    ) -> None:
        """Make the sets of two terms one unless they are kept apart, or ``is_near`` denies it."""
        a, b = self.find(one), self.find(other)
        if a == b or b in self._apart[a]:
            return
        groups = self._group[a], self._group[b]
        if None not in groups and groups[0] != groups[1]:
            return
        if is_near is not None and not is_near(self._members[a], self._members[b]):
            return
        self._leader[b] = a
        self._members[a] += self._members.pop(b)
        self._group[a] = groups[1] if groups[0] is None else groups[0]
        for far in self._apart.pop(b, set()):
            self._apart[far].discard(b)
            self._apart[far].add(a)
            self._apart[a].add(far)

    def groups(self) -> list[list[int]]:
        """Return the sets, each in the order of the terms."""
        return [sorted(rows) for rows in self._members.values()]


def _mean(
    scores: dict[tuple[int, int], float], some: Sequence[int], others: Sequence[int]
) -> float:
    """Return the mean score between two clusters."""
    pairs = [scores.get((min(a, b), max(a, b)), FAR) for a in some for b in others]
    return sum(pairs) / len(pairs)


def _cluster(
    rows: list[int],
    terms: Sequence[str],
    concepts: Sequence[Known | None],
    scores: dict[tuple[int, int], float],
) -> Cluster:
    """Return a set of terms with its name: its concept's label, else its most central term."""
    near = {
        one: sum(scores.get((min(one, other), max(one, other)), 0.0) for other in rows)
        for one in rows
    }
    centre = max(rows, key=lambda one: (near[one], -len(terms[one]), -one))
    concept = next((c for c in (concepts[row] for row in rows) if c is not None), None)
    members = [
        Member(
            terms[row],
            SAME_CONCEPT
            if row == centre
            else min(max(scores.get((min(row, centre), max(row, centre)), 0.0), 0.0), 1.0),
        )
        for row in rows
    ]
    members.sort(key=lambda one: (-one.score, one.term))
    return Cluster(
        terms[centre] if concept is None else concept.label,
        None if concept is None else concept.curie,
        tuple(members),
    )

"""What a vocabulary says of its concepts, as an encoder's lessons need it.

Concepts that vocabularies call the same (one-to-one exact matches, equal labels) are one cluster.
A share of the clusters is held out with all their names, for measures that no lesson touched.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from onoma.encode.worth import is_worth, loose_key
from onoma.errors import InputError
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES, TYPE_BIT

WEIGHTS = {
    "phenotype": 2.0, "disease": 1.0, "procedure": 0.6, "test": 0.6, "anatomy": 0.5,
    "cell_type": 0.5, "clinical_modifier": 0.5, "population": 0.4, "outcome": 0.4,
    "intervention": 0.4, "device": 0.3, "method": 0.3, "food": 0.3, "process": 0.25,
    "component": 0.2, "chemical": 0.15, "drug": 0.25,
}  # fmt: skip
"""How often clusters of a type are visited, next to each other; other types never are."""
MOST_OF_CHEMICALS = (
    40_000  # clusters; there are ten times as many, of which few are ever paraphrased
)
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson"))
HELD_PREFIXES = ("HP:", "MONDO:")
_MARKUP = re.compile(r"</?(?:i|b|sub|sup|small)>|\s*\([A-Z]+:\d+\)")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Clusters of concepts; every list has one entry a cluster.

    ``names`` begins with the label; ``parents`` and ``features`` (phenotypes of a disease) are
    clusters; ``weights`` say how often a cluster is visited, zero where it is held out.
    """

    curies: list[tuple[str, ...]]
    names: list[tuple[str, ...]]
    keys: list[frozenset[str]]
    definitions: list[str]
    parents: list[tuple[int, ...]]
    features: list[tuple[int, ...]]
    weights: npt.NDArray[np.float64]
    held_out: npt.NDArray[np.bool_]
    known: frozenset[str]
    translations: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Names in other languages of the clusters that have any."""

    def __len__(self) -> int:
        """Return the number of clusters."""
        return len(self.names)


def gather(vocabulary: Vocabulary, *, held_out: float, seed: int) -> Knowledge:
    """Return the clusters of a vocabulary, ``held_out`` of them (0 to 1) kept for measuring.

    Raises: InputError: the vocabulary has too few names to learn from.
    """
    rng = np.random.default_rng(seed)
    types = vocabulary.concepts.numbers("types").astype(np.int64)
    names = _names(vocabulary, types)
    leader = _joined(vocabulary, types, names)
    members: dict[int, list[int]] = defaultdict(list)
    for row in names:
        members[leader[row]].append(row)
    members = _fewer_chemicals(members, types, names, rng)
    if len(members) < 8:
        raise InputError(
            f"{len(members)} concepts with names cannot train an encoder",
            hint="add a vocabulary with names of diseases, phenotypes, chemicals ...",
        )
    return _assemble(vocabulary, types, names, members, held_out=held_out, rng=rng)


def _names(vocabulary: Vocabulary, types: npt.NDArray[np.int64]) -> dict[int, list[str]]:
    """Return the names of each concept that is visited, its label first."""
    trained = sum(TYPE_BIT[name] for name in WEIGHTS)
    table = vocabulary.names
    rows = table.numbers("concept")
    scopes = table.numbers("scope")
    good = np.isin(scopes, SAME) & ((types[rows] & trained) != 0)
    places = np.flatnonzero(good)
    places = places[np.lexsort((scopes[places], rows[places]))]
    out: dict[int, list[str]] = defaultdict(list)
    texts = table.only("text").take(places).texts("text")
    for row, text in zip(rows[places].tolist(), texts, strict=True):
        if is_worth(text, int(types[row])):
            out[row].append(text)
    return out


def _joined(
    vocabulary: Vocabulary, types: npt.NDArray[np.int64], names: dict[int, list[str]]
) -> dict[int, int]:
    """Return the first concept of each concept's cluster."""
    leader = {row: row for row in names}

    def root(row: int) -> int:
        while leader[row] != row:
            leader[row] = row = leader[leader[row]]
        return row

    for one, other in [*_matches(vocabulary, names), *_equal_labels(types, names)]:
        a, b = root(one), root(other)
        leader[max(a, b)] = min(a, b)
    return {row: root(row) for row in names}


def _matches(vocabulary: Vocabulary, names: dict[int, list[str]]) -> list[tuple[int, int]]:
    """Return pairs of concepts that match exactly, and no other of the same prefix."""
    curies = vocabulary.concepts.texts("curie")
    row_of = {curie: row for row, curie in enumerate(curies) if row in names}
    table = vocabulary.equivalents
    pairs = set()
    for row, target, predicate in table.rows("concept", "curie", "predicate"):
        other = row_of.get(target)
        if predicate == "skos:exactMatch" and other is not None and row in names and row != other:
            pairs.add((min(row, other), max(row, other)))
    prefix = [curie.partition(":")[0] for curie in curies]
    ways = Counter((a, prefix[b]) for pair in pairs for a, b in (pair, pair[::-1]))
    return sorted((a, b) for a, b in pairs if ways[a, prefix[b]] == ways[b, prefix[a]] == 1)


def _equal_labels(
    types: npt.NDArray[np.int64], names: dict[int, list[str]]
) -> Iterable[tuple[int, int]]:
    """Yield pairs of concepts of one type whose labels are equal but for case."""
    first: dict[tuple[int, str], int] = {}
    for row in sorted(names):
        bit = int(types[row]) & -int(types[row])  # the first of its types
        yield first.setdefault((bit, names[row][0].lower()), row), row


def _fewer_chemicals(
    members: dict[int, list[int]],
    types: npt.NDArray[np.int64],
    names: dict[int, list[str]],
    rng: np.random.Generator,
) -> dict[int, list[int]]:
    """Return the clusters without most of the chemicals; those of many names stay."""
    bits = TYPE_BIT["chemical"] | TYPE_BIT["drug"]
    sizes = {
        lead: sum(len(names[row]) for row in rows)
        for lead, rows in members.items()
        if all(int(types[row]) & bits for row in rows)
    }
    if len(sizes) <= MOST_OF_CHEMICALS:
        return members
    leads = sorted(sizes)
    luck = rng.random(len(leads)) + [min(sizes[lead], 4) - 1 for lead in leads]
    order = np.argsort(-luck, kind="stable")
    gone = {leads[place] for place in order[MOST_OF_CHEMICALS:].tolist()}
    return {lead: rows for lead, rows in members.items() if lead not in gone}


def _assemble(
    vocabulary: Vocabulary,
    types: npt.NDArray[np.int64],
    names: dict[int, list[str]],
    members: dict[int, list[int]],
    *,
    held_out: float,
    rng: np.random.Generator,
) -> Knowledge:
    leads = sorted(members)
    cluster_of = {row: place for place, lead in enumerate(leads) for row in members[lead]}
    all_curies = vocabulary.concepts.texts("curie")
    curies = [tuple(all_curies[row] for row in members[lead]) for lead in leads]
    named = [tuple(_distinct(n for row in members[lead] for n in names[row])) for lead in leads]
    keys = [frozenset(map(loose_key, own)) for own in named]
    held = _held_out(curies, held_out, rng)
    secret = frozenset(key for place in np.flatnonzero(held).tolist() for key in keys[place])
    for place, own in enumerate(named):
        if not held[place] and keys[place] & secret:  # a name of a concept that is held out
            named[place] = tuple(name for name in own if loose_key(name) not in secret) or own[:1]
    weights = np.array([_weight(members[lead], types) for lead in leads])
    weights *= np.sqrt([len(own) for own in named])
    weights[held] = 0
    tainted = [bool(k & secret) and not (k - secret) for k in keys]
    weights[np.array(tainted) & ~held] = 0
    return Knowledge(
        curies=curies,
        names=named,
        keys=keys,
        definitions=_definitions(vocabulary, cluster_of, len(leads)),
        parents=_parents(vocabulary, cluster_of, len(leads)),
        features=_features(vocabulary, cluster_of, all_curies, len(leads)),
        weights=weights / weights.sum(),
        held_out=held,
        known=frozenset().union(*keys),
    )


def _distinct(names: Iterable[str]) -> list[str]:
    """Return names without those that differ from an earlier one by case alone."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.lower(), name)
    return list(seen.values())


def _held_out(
    curies: Sequence[tuple[str, ...]], share: float, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    wanted = [any(c.startswith(HELD_PREFIXES) for c in own) for own in curies]
    places = np.flatnonzero(wanted) if any(wanted) else np.arange(len(curies))
    held = np.zeros(len(curies), bool)
    held[rng.choice(places, round(share * len(places)), replace=False)] = True
    return held


def _weight(rows: Sequence[int], types: npt.NDArray[np.int64]) -> float:
    bits = int(np.bitwise_or.reduce(types[list(rows)]))
    return max(weight for name, weight in WEIGHTS.items() if bits & TYPE_BIT[name])


def _definitions(vocabulary: Vocabulary, cluster_of: dict[int, int], size: int) -> list[str]:
    """Return the longest definition of each cluster, empty where there is none."""
    out = [""] * size
    for row, text in vocabulary.definitions.rows("concept", "text"):
        place = cluster_of.get(row)
        if place is not None and len(text) > len(out[place]):
            out[place] = text
    return [_MARKUP.sub("", text) for text in out]


def _parents(
    vocabulary: Vocabulary, cluster_of: dict[int, int], size: int
) -> list[tuple[int, ...]]:
    found: list[set[int]] = [set() for _ in range(size)]
    for child, parent in vocabulary.parents.rows("child", "parent"):
        own, above = cluster_of.get(child), cluster_of.get(parent)
        if own is not None and above is not None and own != above:
            found[own].add(above)
    return [tuple(sorted(one)) for one in found]


def _features(
    vocabulary: Vocabulary, cluster_of: dict[int, int], curies: Sequence[str], size: int
) -> list[tuple[int, ...]]:
    """Return the phenotypes of each cluster that is a disease, most telling sources as given."""
    place_of = {curies[row]: place for row, place in cluster_of.items()}
    found: list[dict[int, None]] = [{} for _ in range(size)]
    if "predicate" not in vocabulary.annotations.columns:
        return [()] * size
    table = vocabulary.annotations
    rows = table.rows("subject", "object", "negated", "predicate")
    same = _places_of_equivalents(vocabulary, cluster_of)
    for subject, target, negated, predicate in rows:
        if predicate != "has_phenotype" or negated:
            continue
        own = place_of.get(subject, same.get(subject))
        feature = place_of.get(target)
        if own is not None and feature is not None:
            found[own][feature] = None
    return [tuple(one) for one in found]


def _places_of_equivalents(vocabulary: Vocabulary, cluster_of: dict[int, int]) -> dict[str, int]:
    """Return the cluster of each CURIE outside the vocabulary (OMIM, Orphanet) that is exact."""
    table = vocabulary.equivalents
    return {
        target: cluster_of[row]
        for row, target, predicate in table.rows("concept", "curie", "predicate")
        if predicate == "skos:exactMatch" and row in cluster_of
    }


def translated(knowledge: Knowledge, names: Iterable[tuple[str, str]]) -> Knowledge:
    """Return the knowledge with names in other languages, given with their CURIEs."""
    place_of = {curie: place for place, own in enumerate(knowledge.curies) for curie in own}
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for curie, name in names:
        if curie in place_of:
            found[place_of[curie]][name] = None
    return replace(knowledge, translations={place: tuple(own) for place, own in found.items()})

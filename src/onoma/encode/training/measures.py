"""What an encoder knows of concepts it was never taught, by the vocabulary alone.

A true synonym against the labels of siblings; the order of cosines against is-a distances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.encode.training.bank import ancestors, steps_between
from onoma.encode.training.knowledge import Knowledge
from onoma.encode.worth import loose_key
from onoma.metrics import spearman

F32 = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], F32]
Score = Callable[[Sequence[str], Sequence[str]], F32]
"""Two lists of texts to the nearness of each pair; higher is nearer."""

SIBLINGS = 20
FARTHEST = 40  # steps; two concepts of one ontology meet at its root before that


@dataclass(frozen=True, slots=True)
class Choice:
    """A synonym, the label it belongs to, and labels of siblings that it does not."""

    synonym: str
    label: str
    others: tuple[str, ...]


def choices(
    knowledge: Knowledge, prefix: str, rng: np.random.Generator, *, most: int
) -> list[Choice]:
    """Return tasks from the held-out concepts of a prefix, at most ``most``.

    The synonym differs from the label by more than case, order, plural and spelling. A concept
    with fewer than 20 siblings is filled up with the children of its parents' siblings, and then
    with random concepts of the prefix.
    """
    children = _children(knowledge)
    own = [p for p in range(len(knowledge)) if _has_prefix(knowledge, p, prefix)]
    out = []
    for place in own:
        if not knowledge.held_out[place]:
            continue
        label, *names = knowledge.names[place]
        names = [name for name in names if loose_key(name) != loose_key(label)]
        others = _others(knowledge, place, children, prefix, own, rng)
        labels = tuple(knowledge.names[other][0] for other in others)
        out += [Choice(name, label, labels) for name in names]
    if len(out) > most:
        out = [out[place] for place in sorted(rng.choice(len(out), most, replace=False).tolist())]
    return out


def _others(
    knowledge: Knowledge,
    place: int,
    children: dict[int, list[int]],
    prefix: str,
    own: Sequence[int],
    rng: np.random.Generator,
) -> list[int]:
    keys = knowledge.keys[place]

    def fits(other: int) -> bool:
        return (
            other != place
            and _has_prefix(knowledge, other, prefix)
            and knowledge.keys[other].isdisjoint(keys)
        )

    parents = knowledge.parents[place]
    siblings = sorted({c for p in parents for c in children.get(p, ()) if fits(c)})
    uncles = {u for p in parents for g in knowledge.parents[p] for u in children.get(g, ())}
    cousins = sorted({c for u in uncles for c in children.get(u, ()) if fits(c)} - set(siblings))
    found: list[int] = []
    for pool in (
        siblings,
        cousins,
        [other for other in rng.choice(own, 60).tolist() if fits(other)],
    ):
        room = SIBLINGS - len(found)
        fresh = [one for one in dict.fromkeys(pool) if one not in found]
        picked = rng.permutation(len(fresh))[:room].tolist()
        found += [fresh[number] for number in picked]
    return found


def cosines_of(encode: Encode) -> Score:
    """Return what scores pairs by an encoder; each distinct text is encoded once."""

    def score(left: Sequence[str], right: Sequence[str]) -> F32:
        place = {text: row for row, text in enumerate(sorted({*left, *right}))}
        vectors = encode(list(place))
        rows = ([place[text] for text in side] for side in (left, right))
        a, b = (vectors[own] for own in rows)
        return np.asarray((a * b).sum(1), np.float32)

    return score


def which_right(tasks: Sequence[Choice], score: Score) -> npt.NDArray[np.bool_]:
    """Return for each task whether the synonym is nearer to its label than to every other one."""
    left = [task.synonym for task in tasks for _ in range(1 + len(task.others))]
    right = [text for task in tasks for text in (task.label, *task.others)]
    scores = score(left, right)
    ends = np.cumsum([1 + len(task.others) for task in tasks])
    parts = np.split(scores, ends[:-1])
    return np.array([part[0] > part[1:].max(initial=-2) for part in parts])


def share_right(tasks: Sequence[Choice], score: Score) -> float:
    """Return how often the synonym is nearer to its label than to every other one (0 to 1)."""
    return float(which_right(tasks, score).mean()) if tasks else 0.0


@dataclass(frozen=True, slots=True)
class Distances:
    """Pairs of labels with their is-a distance in steps."""

    pairs: tuple[tuple[str, str], ...]
    steps: tuple[int, ...]


def distances(
    knowledge: Knowledge,
    prefix: str,
    rng: np.random.Generator,
    *,
    each: int,
    held_only: bool = False,
) -> Distances:
    """Return ``each`` random pairs of a prefix's concepts, and as many that are 1 to 8 steps apart.

    With ``held_only`` one of the two is always a concept that was held out.
    """
    own = [p for p in range(len(knowledge)) if _has_prefix(knowledge, p, prefix)]
    first = [p for p in own if knowledge.held_out[p]] if held_only else own
    children = _children(knowledge)
    wanted = [
        *((int(rng.choice(first)), int(rng.choice(own))) for _ in range(each)),
        *_near_pairs(knowledge, first, children, prefix, rng, each),
    ]
    pairs, steps = [], []
    for one, other in wanted:
        if one == other:
            continue
        first_above = ancestors(knowledge, one, FARTHEST)
        other_above = ancestors(knowledge, other, FARTHEST)
        pairs.append((knowledge.names[one][0], knowledge.names[other][0]))
        steps.append(steps_between(first_above, other_above, FARTHEST))
    return Distances(tuple(pairs), tuple(steps))


def _near_pairs(
    knowledge: Knowledge,
    first: Sequence[int],
    children: dict[int, list[int]],
    prefix: str,
    rng: np.random.Generator,
    count: int,
) -> list[tuple[int, int]]:
    """Return pairs found by walking up some steps and down some."""
    out: list[tuple[int, int]] = []
    for _ in range(count * 20):
        if len(out) == count:
            break
        start = here = int(rng.choice(first))
        steps = int(rng.integers(1, 9))
        up = int(rng.integers(0, steps + 1))
        for step in range(steps):
            ways = knowledge.parents[here] if step < up else children.get(here, ())
            ways = [way for way in ways if _has_prefix(knowledge, way, prefix)]
            if not ways:
                break
            here = int(rng.choice(ways))
        if here != start:
            out.append((start, here))
    return out


def order_kept(pairs: Distances, score: Score) -> float:
    """Return Spearman's correlation of scores with nearness in the hierarchy (-1 to 1)."""
    scores = score([a for a, _ in pairs.pairs], [b for _, b in pairs.pairs])
    return float(spearman(scores, -np.array(pairs.steps)).value)


def _has_prefix(knowledge: Knowledge, place: int, prefix: str) -> bool:
    return any(curie.startswith(prefix) for curie in knowledge.curies[place])


def _children(knowledge: Knowledge) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for place, parents in enumerate(knowledge.parents):
        for parent in parents:
            out.setdefault(parent, []).append(place)
    return out

"""Rules of paths, mined and read: ``gene_of(X, Y) <= shows(X, A), shows^-1(A, B), gene_of(B, Y)``.

A body is one to three relations (or inverses) in a row. Bodies are found as the types of the paths
between the ends of sampled triples (bottom-up, as AnyBURL does), and weighed over sampled heads:
support is how many predictions are in the graph, confidence their share. A path does not pass its
own ends (object identity), so that no triple is its own evidence; the usual confidence is PCA's
(heads without any answer of the relation do not count against a rule).
Papers: Meilicke et al. 2019 (AnyBURL), Galárraga et al. 2013 (AMIE, PCA confidence).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.graph.completion.triples import F32, I64, Links, Terms

Body = tuple[int, ...]
LETTERS = "XABY"


@dataclass(frozen=True, slots=True)
class RuleRecipe:
    """How rules are mined.

    ``triples``: sampled of each relation; ``heads``: sampled to weigh a rule; ``busiest``: nodes
    with more links are not passed while bodies are looked for; ``looked_at``: second steps taken to
    find the bodies of a relation, after which no more triples are sampled. ``least``: of support;
    ``kept``: rules a relation, the most confident. ``prior``: added to the predicted (Laplace).
    """

    longest: int = 3
    triples: int = 200
    heads: int = 300
    busiest: int = 300
    looked_at: int = 50_000
    tried: int = 60
    kept: int = 40
    least: int = 2
    least_confidence: float = 0.001
    prior: float = 5.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: if a path of ``body`` leads from X to Y, then ``relation`` may hold.

    ``support``: predictions over sampled heads that are in the graph; ``predicted``: all of them;
    ``confidence``: support / (predicted + prior), in 0 to 1.
    """

    relation: int
    body: Body
    support: int
    predicted: int
    confidence: float

    def words(self, terms: Terms) -> str:
        """Return the rule as people read it.

        >>> terms = Terms(("a",), ("born_in", "lies_in", "lives_in"))
        >>> Rule(2, (0, 1), 8, 10, 0.53).words(terms)
        'lives_in(X, Y) <= born_in(X, A), lies_in(A, Y)'
        """
        letters = ["X", *"AB"[: len(self.body) - 1], "Y"]
        count = len(terms.relations)

        def atom(relation: int, one: str, other: str) -> str:
            first, second = (one, other) if relation < count else (other, one)
            return f"{terms.relations[relation % count]}({first}, {second})"

        steps = zip(self.body, letters, letters[1:], strict=False)
        return f"{atom(self.relation, 'X', 'Y')} <= " + ", ".join(atom(*step) for step in steps)


class RuleWalker:
    """Walks the bodies of rules without passing their ends."""

    def __init__(self, links: Links) -> None:
        """Take a graph."""
        self.links = links
        self._loops: dict[tuple[int, int], F32] = {}

    def fired(self, heads: I64, body: Body) -> F32:
        """Return how many paths of a body lead from each head to each entity.

        A path that passes its head or its last entity on the way, or that ends where it began, does
        not count.  # (heads, entities)
        """
        links, rows = self.links, np.arange(len(heads))
        weights = np.zeros((len(heads), links.entities), np.float32)
        weights[rows, heads] = 1
        first = None
        for relation in body:
            weights = links.step(weights, relation)
            weights[rows, heads] = 0
            first = weights if first is None else first
        if len(body) == 3 and first is not None:
            weights = weights - self._detours(heads, first, body)
        return np.maximum(weights, 0)

    def _detours(self, heads: I64, first: F32, body: Body) -> F32:
        """Return how many paths of three steps reach their last entity with the first one."""
        links = self.links
        _, second, third = body
        loops = self._loops_of(second, third)
        taken = first * loops[None]
        # A loop y -> X -> y was left out of the walk already, since no path passes its head.
        row, entity = np.nonzero(taken)
        if len(row):
            through = links.has(entity, second, heads[row]) & links.has(heads[row], third, entity)
            taken[row, entity] -= first[row, entity] * through
        return taken

    def _loops_of(self, second: int, third: int) -> F32:
        """Return for each entity how many loops of two steps lead back to it."""
        key = (second, third)
        if key not in self._loops:
            links = self.links
            heads, tails = links.of(second)
            closed = links.has(tails, third, heads) & (heads != tails)
            counts = np.bincount(heads[closed], minlength=links.entities)
            self._loops[key] = counts.astype(np.float32)
        return self._loops[key]


def mine_rules(
    links: Links, recipe: RuleRecipe | None = None, *, relations: Iterable[int] | None = None
) -> list[Rule]:
    """Return the rules of relations (by default all and their inverses), most confident first."""
    recipe = recipe or RuleRecipe()
    rng = np.random.default_rng(recipe.seed)
    walker, finder, out = RuleWalker(links), _Finder(links, recipe), []
    for relation in range(2 * links.relations) if relations is None else relations:
        heads, _tails = links.of(relation)
        if not len(heads):
            continue
        bodies = _bodies(finder, relation, recipe, rng)
        asked = np.unique(heads)
        if len(asked) > recipe.heads:
            asked = np.sort(rng.choice(asked, recipe.heads, replace=False))
        found = [_weighed(walker, relation, body, asked, recipe) for body in bodies]
        good = [
            one
            for one in found
            if one.support >= recipe.least and one.confidence >= recipe.least_confidence
        ]
        out += sorted(good, key=_order)[: recipe.kept]
    return sorted(out, key=_order)


def _order(rule: Rule) -> tuple[float, int, int, Body]:
    return -rule.confidence, -rule.support, rule.relation, rule.body


def _bodies(
    finder: _Finder, relation: int, recipe: RuleRecipe, rng: np.random.Generator
) -> list[Body]:
    """Return the types of the paths between the ends of sampled triples, the most frequent first.

    Each triple counts once for a type.
    """
    heads, tails = finder.links.of(relation)
    chosen = rng.permutation(len(heads))[: recipe.triples]
    finder.looked_at = 0
    counts: Counter[Body] = Counter()
    for at in chosen:
        counts.update(finder.between(int(heads[at]), int(tails[at]), relation))
        if finder.looked_at > recipe.looked_at:
            break
    return [body for body, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))][
        : recipe.tried
    ]


class _Finder:
    """Finds the types of the paths between two entities, from both ends."""

    def __init__(self, links: Links, recipe: RuleRecipe) -> None:
        self.links, self.looked_at = links, 0
        edges = links.both_ways
        order = np.argsort(edges[:, 0], kind="stable")
        self._edges = edges[order]
        self._starts = np.searchsorted(self._edges[:, 0], np.arange(links.entities + 1))
        self._recipe, self._relations = recipe, links.relations

    def _around(self, entity: int) -> list[tuple[int, int]]:
        """Return relation and other end of an entity's links, none of a very busy one."""
        low, high = self._starts[entity], self._starts[entity + 1]
        if high - low > self._recipe.busiest:
            return []
        return [(int(r), int(t)) for _, r, t in self._edges[low:high]]

    def between(self, head: int, tail: int, relation: int) -> set[Body]:
        """Return the types of the paths from head to tail, other than the relation itself."""
        low, high = self._starts[head], self._starts[head + 1]
        near = [(int(r), int(t)) for _, r, t in self._edges[low:high]]
        low, high = self._starts[tail], self._starts[tail + 1]
        far: dict[int, list[int]] = {}
        for _, r, t in self._edges[low:high]:
            back = (int(r) + self._relations) % (2 * self._relations)
            far.setdefault(int(t), []).append(back)
        found: set[Body] = {(r,) for r, t in near if t == tail and r != relation}
        for r, middle in near:
            if middle in (head, tail):
                continue
            if self._recipe.longest >= 2:
                found.update((r, last) for last in far.get(middle, ()))
            if self._recipe.longest >= 3:
                onward = self._around(middle)
                self.looked_at += len(onward)
                for second, other in onward:
                    if other not in (head, tail, middle):
                        found.update((r, second, last) for last in far.get(other, ()))
        return found


def _weighed(walker: RuleWalker, relation: int, body: Body, heads: I64, recipe: RuleRecipe) -> Rule:
    """Return a rule with its support and confidence over heads."""
    links = walker.links
    support = predicted = 0
    for low in range(0, len(heads), 64):
        part = heads[low : low + 64]
        row, entity = np.nonzero(walker.fired(part, body) > 0)
        predicted += len(row)
        support += int(links.has(part[row], relation, entity).sum())
    confidence = support / (predicted + recipe.prior)
    return Rule(relation, body, support, predicted, confidence)


class RuleScorer:
    """Scores answers by the rules that fire: noisy-or, the surest rule of each kind of body.

    Rules whose bodies end in one and the same relation repeat each other; of such only the surest
    counts, the rest are taken as independent (the idea of Ott et al. 2021, SAFRAN, with the last
    step in place of learnt clusters).
    """

    name = "rules"

    def __init__(self, links: Links, rules: Sequence[Rule], *, how: str = "noisy-or") -> None:
        """Take a graph, its rules, and ``noisy-or`` or ``max``."""
        self._walker = RuleWalker(links)
        self._rules: dict[int, list[Rule]] = {}
        self._is_max = how == "max"
        for rule in rules:
            self._rules.setdefault(rule.relation, []).append(rule)

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return minus the logarithm of the doubt that is left, 0 where no rule fires."""
        out = np.zeros((len(heads), self._walker.links.entities), np.float32)
        for relation in np.unique(relations):
            rows = np.flatnonzero(relations == relation)
            out[rows] = self._doubts(heads[rows], self._rules.get(int(relation), []))
        return out

    def _doubts(self, heads: I64, rules: Sequence[Rule]) -> F32:
        groups: dict[int, F32] = {}
        for rule in rules:
            sure = -np.log1p(-min(rule.confidence, 0.999))
            fired = (self._walker.fired(heads, rule.body) > 0) * np.float32(sure)
            key = 0 if self._is_max else rule.body[-1]
            known = groups.get(key)
            groups[key] = fired if known is None else np.maximum(known, fired)
        shape = (len(heads), self._walker.links.entities)
        return np.asarray(sum(groups.values(), np.zeros(shape, np.float32)), np.float32)

    def firing(self, head: int, relation: int, answer: int) -> list[Rule]:
        """Return the rules that lead from an entity to an answer, surest first."""
        heads = np.array([head])
        return [
            rule
            for rule in self._rules.get(relation, ())
            if self._walker.fired(heads, rule.body)[0, answer] > 0
        ]


def path_types(rules: Sequence[Rule], *, most: int = 12) -> dict[int, list[Body]]:
    """Return for each relation the bodies of its surest rules, as types of paths to count."""
    out: dict[int, list[Body]] = {}
    for rule in rules:
        own = out.setdefault(rule.relation, [])
        if len(own) < most:
            own.append(rule.body)
    return out

"""A completion put into the order of another state's entities and relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from onoma.errors import Inconsistent
from onoma.graph.completion.factors import Factors
from onoma.graph.completion.fusion import Weights
from onoma.graph.completion.model import HINT, Completion, Learnt
from onoma.graph.completion.propagation import PropagationWeights
from onoma.graph.completion.rules import Rule
from onoma.graph.completion.triples import F32, I64, Terms


def aligned(one: Completion, terms: Terms) -> tuple[Learnt, Weights]:
    """Return what was learnt in the order of other terms.

    New entities have the mean vector (names, where they were learnt, are mapped later); rules with
    relations that are no more are left out; a new relation has no deviation and no message.
    Raises: Inconsistent: no relation is known.
    """
    if one.terms == terms:
        return one.learnt, one.weights
    old = one.terms.relation_number
    forward = [old.get(name, -1) for name in terms.relations]
    if max(forward, default=-1) < 0:
        raise Inconsistent("the completion knows none of the graph's relations", hint=HINT)
    count = len(old)
    relations = np.array([*forward, *(n + count if n >= 0 else -1 for n in forward)])
    entities = np.array([one.terms.entity_number.get(name, -1) for name in terms.entities])
    factors = tuple(
        Factors(f.model, _rows(f.entity, entities, mean=True), _rows(f.relation, relations),
                f.scale)
        for f in one.learnt.factors
    )  # fmt: skip
    names = one.learnt.names
    propagation = one.learnt.propagation
    learnt = Learnt(
        factors,
        _renamed(one.learnt.rules, relations),
        None if propagation is None else _turned(propagation, relations),
        None if names is None else _rows(names, entities),
    )
    return learnt, replace(one.weights, own=_rows(one.weights.own, relations))


def _rows(array: F32, places: I64, *, mean: bool = False) -> F32:
    """Return rows in another order; -1 is a row of zeros, or the mean row."""
    empty = array.mean(0) if mean else np.zeros(array.shape[1], np.float32)
    return np.asarray(np.where((places >= 0)[:, None], array[places], empty), np.float32)


def _renamed(rules: Sequence[Rule], relations: I64) -> tuple[Rule, ...]:
    new = {int(old): number for number, old in enumerate(relations) if old >= 0}
    return tuple(
        replace(rule, relation=new[rule.relation], body=tuple(new[r] for r in rule.body))
        for rule in rules
        if rule.relation in new and all(r in new for r in rule.body)
    )


def _turned(weights: PropagationWeights, relations: I64) -> PropagationWeights:
    return replace(weights, relation=_rows(weights.relation, relations))

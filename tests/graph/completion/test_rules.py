"""Rules: mined, read, applied, and never their own evidence."""

from __future__ import annotations

import itertools

import numpy as np

from onoma.graph.completion import Links, mine_rules
from onoma.graph.completion.rules import RuleScorer, RuleWalker
from tests.graph.completion.small import small


def test_the_rule_of_the_world_is_found_and_reads_well() -> None:
    terms, _, links = small()
    rules = mine_rules(links)
    own = [one for one in rules if one.relation == terms.relation_number["speaks"]]
    words = [one.words(terms) for one in own]
    wanted = "speaks(X, Y) <= lives_in(X, A), lies_in(A, B), has_language(B, Y)"
    assert wanted in words
    rule = own[words.index(wanted)]
    assert rule.support == rule.predicted == 24
    assert rule.confidence == 24 / (24 + 5)


def test_no_path_passes_its_own_ends() -> None:
    rng = np.random.default_rng(4)
    size, count = 8, 2
    triples = np.unique(np.stack([rng.integers(0, size, 30), rng.integers(0, count, 30),
                                  rng.integers(0, size, 30)], 1), axis=0)  # fmt: skip
    triples = triples[triples[:, 0] != triples[:, 2]]
    links = Links(triples, entities=size, relations=count)
    edges = {tuple(one) for one in links.both_ways.tolist()}
    walker = RuleWalker(links)
    heads = np.arange(size)
    for body in itertools.product(range(2 * count), repeat=3):
        found = walker.fired(heads, body)
        for x, y in itertools.product(range(size), repeat=2):
            paths = sum(
                (x, body[0], a) in edges and (a, body[1], b) in edges and (b, body[2], y) in edges
                for a in range(size)
                for b in range(size)
                if x != y and a not in (x, y) and b not in (x, y)
            )
            assert found[x, y] == paths, (body, x, y)


def test_surer_rules_give_higher_scores_and_each_answer_has_its_rules() -> None:
    terms, _, links = small()
    rules = mine_rules(links)
    scorer = RuleScorer(links, rules)
    speaks = terms.relation_number["speaks"]
    person = terms.entity_number["person00"]
    row = scorer.scores(np.array([person]), np.array([speaks]))[0]
    best = int(np.argmax(row))
    assert best in links.tails(person, speaks)
    fired = scorer.firing(person, speaks, best)
    assert fired == sorted(fired, key=lambda one: -one.confidence)
    assert fired
    assert not scorer.firing(person, speaks, person)

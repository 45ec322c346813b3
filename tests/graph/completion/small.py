"""A small world of people and places, with a rule that holds in it."""

from __future__ import annotations

import numpy as np

from onoma.graph.completion import Links, Terms
from onoma.graph.completion.triples import I64, Named


def named_triples(people: int = 24, cities: int = 6, seed: int = 3) -> list[Named]:
    """Return who lives where, which city lies in which country, and who speaks what.

    Everybody speaks the language of the country of their city.
    """
    rng = np.random.default_rng(seed)
    out: list[Named] = []
    for city in range(cities):
        out.append((f"city{city}", "lies_in", f"country{city % 3}"))
    for country in range(3):
        out.append((f"country{country}", "has_language", f"language{country}"))
    for person in range(people):
        city = int(rng.integers(cities))
        out.append((f"person{person:02}", "lives_in", f"city{city}"))
        out.append((f"person{person:02}", "speaks", f"language{city % 3}"))
        out.append((f"person{person:02}", "knows", f"person{int(rng.integers(people)):02}"))
    return out


def small() -> tuple[Terms, I64, Links]:
    """Return the world's terms, its triples and its links."""
    named = named_triples()
    terms = Terms.of(named)
    triples = terms.numbered(named)
    links = Links(triples, entities=len(terms.entities), relations=len(terms.relations))
    return terms, triples, links

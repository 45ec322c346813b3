"""Texts made of names alone: sentences with names of a vocabulary and of others in their places."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import resources

import numpy as np

from onoma.errors import OnomaError
from onoma.link.wordings.names import NameRows
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.pipeline.rewording import LONGEST, lowered

SENTENCES = 8  # of a text
OWN = 0.5  # share of places that a name of the vocabulary takes
OTHERS = 20_000  # names of other kinds to draw from
SLOT = "{}"


def made_texts(names: NameRows, types: int, count: int, *, seed: int = 1) -> list[str]:
    """Return texts in which names stand, of the vocabulary's concepts and of others.

    ``types``: bits of what is asked for, so that the others are none of it.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    sentences = read_sentences()
    own = sorted(set(names.name.tolist()))
    others = list(other_names(names.store, types, chance)) or [names.store.names[own[0]]]

    def name() -> str:
        for _ in range(LONGEST):
            is_own = chance.random() < OWN
            text = names.store.names[chance.choice(own)] if is_own else chance.choice(others)
            if len(text.split()) <= LONGEST:
                break
        return lowered(text)

    return [
        " ".join(filled(chance.choice(sentences), name) for _ in range(SENTENCES))
        for _ in range(count)
    ]


def filled(sentence: str, name: Callable[[], str]) -> str:
    """Return a sentence with a name in each of its places."""
    parts = sentence.split(SLOT)
    out = parts[0] + "".join(name() + part for part in parts[1:])
    return out[:1].upper() + out[1:]


def read_sentences() -> Sequence[str]:
    """Return the sentences that ship."""
    path = resources.files("onoma") / "data" / "recognizer" / "sentences.txt"
    return path.read_text(encoding="utf-8").splitlines()


def other_names(store: ConceptStore, types: int, chance: random.Random) -> Iterator[str]:
    """Yield names of concepts of other types, of the core where the store has none."""
    stores = [store]
    with suppress(OnomaError):  # without the core the vocabulary alone must do
        stores.append(open_vocabulary(("core",)))
    for one in stores:
        of = one.array("concept_types")[one.array("name_concept")]
        rows = np.flatnonzero((of & np.uint32(types or 0xFFFFFFFF)) == 0)
        if len(rows):
            drawn = sorted(chance.sample(rows.tolist(), min(OTHERS, len(rows))))
            yield from one.names.take(drawn)
            return

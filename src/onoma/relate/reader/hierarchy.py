"""The concepts above those of a text: general ones are seldom annotated beside exact ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onoma.errors import InputError
from onoma.ontology.loading import open_vocabulary

Above = Callable[[Sequence[str]], Mapping[str, frozenset[str]]]
NOTHING: frozenset[str] = frozenset()


def nothing_above(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return no concept above any."""
    return {}


class Hierarchy:
    """The ancestors of concepts in a vocabulary, which is opened when it is first asked."""

    def __init__(self, vocabulary: str = "core") -> None:
        """Take the vocabulary's name."""
        self._vocabulary = vocabulary
        self._known: dict[str, frozenset[str]] = {}

    def __call__(self, keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ancestors of each key; none of what is no concept of the vocabulary."""
        new = [key for key in keys if ":" in key and key not in self._known]
        if new:
            store = open_vocabulary(self._vocabulary)
            for key in new:
                try:
                    self._known[key] = frozenset(store.ancestors(key))
                except InputError:  # a concept that it does not have, or an id that is none
                    self._known[key] = NOTHING
        return {key: self._known[key] for key in keys if key in self._known}

"""Names that the user brought: those of vocabularies of one's own and of a project's lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.general import keys_of


class OwnNames:
    """Tells the names that a user's vocabularies have, or that a project adds or lets through."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store, with a project's lists over it or without."""
        sources: list[str] = store.manifest["name_sources"]
        own = [sources.index(name) for name in store.manifest.get("own", ()) if name in sources]
        self._store, self._sources = store, own
        self._through = store.let_through
        self._known: dict[str, bool] = {}

    def __contains__(self, name: str) -> bool:
        """Return whether a name is the user's own."""
        if not self._sources and self._through is None:
            return False
        if name not in self._known:
            self._known[name] = bool(self.among([name]))
        return self._known[name]

    def among(self, names: Sequence[str]) -> list[str]:
        """Return those of some names that are the user's own."""
        if not self._sources and self._through is None:
            return []
        keys = keys_of(self._store, names).tolist()
        return [name for name, key in zip(names, keys, strict=True) if key >= 0 and self._is(key)]

    def _is(self, key: int) -> bool:
        if self._through is not None and key in self._through:
            return True
        first, behind = self._store.entries_of(key)
        names = self._store.array("entry_name")[first:behind].astype(np.int64) & (MADE - 1)
        return bool(np.isin(self._store.array("name_source")[names], self._sources).any())

"""What lies under some concepts: proteins, viruses, bacteria."""

from __future__ import annotations

from onoma.ontology.store import ConceptStore


class Clade:
    """Which concepts are some ones or lie under them; each is looked up once."""

    def __init__(self, store: ConceptStore, roots: tuple[str, ...]) -> None:
        """Take CURIEs; those that the store lacks have nothing under them."""
        self._store = store
        self._known = {row: True for row in map(store.row_of, roots) if row >= 0}

    def has(self, row: int) -> bool:
        """Return whether a concept (by its row) is one of them or lies under one."""
        found = self._known.get(row)
        if found is None:  # nothing is kept before it is sure: threads share the answers
            seen, above = {row}, [row]
            while above and not found:
                above = [one for each in above for one in self._store.parents.of(each).tolist()]
                above = [one for one in dict.fromkeys(above) if one not in seen]
                found = any(self._known.get(one, False) for one in above)
                seen.update(above)
            self._known[row] = found = bool(found)
        return found

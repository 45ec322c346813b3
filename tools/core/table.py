"""The table that all readers fill: concepts, names, parents, equivalents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.rules import fold, keep_name
from onoma.types import SCOPES, TYPE_BIT, type_mask

SCOPE = {name: place for place, name in enumerate(SCOPES)}
CHEMICAL = TYPE_BIT["chemical"]


@dataclass(slots=True)
class Table:
    """Rows in memory; a concept is known by its row number (``row``)."""

    row: dict[str, int] = field(default_factory=dict)
    curies: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    types: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    names: list[tuple[int, str, int, str]] = field(default_factory=list)
    parents: list[tuple[int, int]] = field(default_factory=list)
    trees: list[tuple[int, str]] = field(default_factory=list)
    equivalents: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    retired: dict[str, str] = field(default_factory=dict)
    _keys: set[tuple[int, str]] = field(default_factory=set)
    _waiting: list[tuple[int, str]] = field(default_factory=list)

    def concept(self, curie: str, label: str, *, types: Iterable[str] | int, source: str) -> int:
        """Add a concept (or add type bits to a known one) and return its row."""
        mask = types if isinstance(types, int) else type_mask(tuple(types))
        known = self.row.get(curie)
        if known is not None:
            self.types[known] |= mask
            return known
        place = self.row[curie] = len(self.curies)
        self.curies.append(curie)
        self.labels.append(label.strip())
        self.types.append(mask)
        self.sources.append(source)
        return place

    def name(self, place: int, text: str, *, scope: str, source: str) -> bool:
        """Add a name unless a rule drops it; say whether it was added."""
        text = " ".join(text.split())
        if not keep_name(text, chemical=bool(self.types[place] & CHEMICAL)):
            return False
        key = (place, fold(text))
        if key in self._keys:
            return False
        self._keys.add(key)
        self.names.append((place, text, SCOPE[scope], source))
        return True

    def verbatim(self, place: int, text: str, *, scope: str, source: str) -> None:
        """Add a name as it stands, past all rules (HPO)."""
        self._keys.add((place, fold(text)))
        self.names.append((place, text, SCOPE[scope], source))

    def parent(self, place: int, parent: str) -> None:
        """Note a parent by CURIE; it counts if that concept is there in the end."""
        self._waiting.append((place, parent))

    def settle_parents(self) -> None:
        """Turn the noted parents into pairs of rows."""
        pairs = {(child, self.row[up]) for child, up in self._waiting if up in self.row}
        self.parents = sorted(pair for pair in pairs if pair[0] != pair[1])
        self._waiting = []

    def equivalent(self, place: int, curie: str, *, predicate: str, source: str) -> None:
        """Add an equivalent; the first source of a pair owns it, an exact one wins over a lossy."""
        if curie == self.curies[place]:
            return
        known = self.equivalents.get((place, curie))
        if known is None or (known[0] != "skos:exactMatch" and predicate == "skos:exactMatch"):
            self.equivalents[place, curie] = (predicate, source)

    def equal(self, left: str, right: str, *, predicate: str, source: str) -> None:
        """Add an equivalence in both directions, on whichever side is known."""
        back = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
        if left in self.row:
            self.equivalent(self.row[left], right, predicate=predicate, source=source)
        if right in self.row:
            predicate = back.get(predicate, predicate)
            self.equivalent(self.row[right], left, predicate=predicate, source=source)

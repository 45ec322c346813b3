"""What documents say of concepts, as columns: affirmed, possible, denied, and its worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from onoma.formats.type_words import type_of
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument

I64 = npt.NDArray[np.int64]

WORDS = ("present", "possible", "historical", "absent", "conditional", "hypothetical", "family",
         "other")  # fmt: skip
"""The leading words of assertions, by number."""

CERTAIN: Mapping[str, float] = MappingProxyType(
    {"present": 1.0, "possible": 0.5, "historical": 0.5, "absent": -1.0}
)
"""How far a document affirms what it names in this way; below 0 it denies it; else nothing."""

WORTH: Mapping[str, float] = MappingProxyType(
    {"anatomy": 0.15, "clinical_modifier": 0.05, "component": 0.3, "method": 0.0, "outcome": 0.3,
     "population": 0.0, "process": 0.3, "test": 0.3}
)  # fmt: skip
"""What a concept of a type counts for beside a disease (1); a place or a manner says less."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Rows (document, concept, word, type), each by number; ``word`` is one of ``WORDS``."""

    ids: tuple[str, ...]
    curies: tuple[str, ...]
    document: I64
    concept: I64
    word: I64
    type: I64

    @classmethod
    def of(cls, documents: Iterable[AnnotatedDocument]) -> Statements:
        """Return what these documents say; mentions without a concept are left out."""
        ids: list[str] = []
        curies: dict[str, int] = {}
        rows: list[tuple[int, int, int, int]] = []
        for document in documents:
            for one in document.mentions:
                if one.curie:
                    concept = curies.setdefault(one.curie, len(curies))
                    rows.append((len(ids), concept, _word(one.assertion), _type(one.type)))
            ids.append(document.id)
        columns = np.array(rows, np.int64).reshape(-1, 4).T
        return cls(tuple(ids), tuple(curies), *columns)


def _word(assertion: str) -> int:
    return WORDS.index(assertion) if assertion in WORDS else 0


def _type(name: str) -> int:
    known = type_of(name)
    return SEMANTIC_TYPES.index(known) if known in SEMANTIC_TYPES else len(SEMANTIC_TYPES)


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a statement is worth: how far it affirms or denies, times what its type counts for."""

    certain: Mapping[str, float] = field(default_factory=lambda: CERTAIN)
    worth: Mapping[str, float] = field(default_factory=lambda: WORTH)

    def values(self, said: Statements) -> npt.NDArray[np.float64]:
        """Return the value of each row, -1 (denied) to 1 (affirmed)."""
        certain = np.array([self.certain.get(word, 0.0) for word in WORDS])
        worth = np.array([self.worth.get(name, 1.0) for name in (*SEMANTIC_TYPES, "")])
        found: npt.NDArray[np.float64] = certain[said.word] * worth[said.type]
        return found

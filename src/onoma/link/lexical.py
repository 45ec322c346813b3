"""The lexical linker: chooses among the concepts that share a name, from the name alone.

The score of a (mention, name) pair starts from the name's scope, gains where the surface has the
name's own capitals, loses where a rule wrote the spelling; ties go to the source that leads for
the type. A concept without an answer in the namespaces asked for cannot lead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.namespaces import Namespaces
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.columns import ABBREVIATION, Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer, Entries
from onoma.types import SCOPES

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]

SCOPE_SCORE = np.array(
    [{"label": 1.0, "exact": 0.97, "layperson": 0.95, "abbreviation": 0.85, "narrow": 0.75,
      "broad": 0.7, "related": 0.65, "pattern": 0.8}[scope] for scope in SCOPES],
    np.float32,
)  # fmt: skip
MADE_LOSS = 0.05
LOSS = 0.2  # an answer that is broader or narrower than the concept
CASE_GAIN = 0.02
RULED_OUT = -1.0


@dataclass(frozen=True, slots=True)
class Links:
    """Per span the chosen row of ``rows`` (-1: NIL); per row its concept, name, score, types.

    Scores are in 0..1, higher is better; RULED_OUT rows may not lead. ``types`` are the bits under
    which the row may be found here.
    """

    rows: Entries
    concept: I64
    name: I64
    score: F32
    types: npt.NDArray[np.uint32]
    chosen: I64


class LexicalLinker:
    """Links spans of dictionary keys."""

    def __init__(
        self,
        store: ConceptStore,
        recognizer: DictionaryRecognizer,
        *,
        ids: Namespaces | None = None,
    ) -> None:
        """Take the store, the recogniser whose guards also hold here, and the namespaces."""
        self.store = store
        self.recognizer = recognizer
        self.ids = ids
        self._answer_types = None if ids is None else ids.types
        self._entry_name = store.array("entry_name")
        self._name_concept = store.array("name_concept")
        self._name_scope = store.array("name_scope")

    def link(self, work: Work, spans: Spans) -> Links:
        """Return the links of spans that have a key (all must)."""
        rows = Entries.of(self.store, spans.key)
        packed = self._entry_name[rows.entry]
        name = (packed & np.uint32(MADE - 1)).astype(np.int64)
        concept = self._name_concept[name].astype(np.int64)
        score = SCOPE_SCORE[self._name_scope[name]].copy()
        score[packed >= MADE] -= MADE_LOSS
        capitals = (work.capitals[spans.end] - work.capitals[spans.start])[rows.owner]
        upper = self.store.array("entry_upper")[rows.entry]
        score[capitals == upper] += CASE_GAIN
        good = self.recognizer.believable(
            work, rows, spans.key, start=spans.start, end=spans.end, extra=self._answer_types
        )
        expanded = spans.found_by[rows.owner] == ABBREVIATION
        score[~(good | expanded)] = RULED_OUT
        types = self.store.array("concept_types")[concept]
        open_ = self.recognizer.key_types[spans.key][rows.owner] & self.recognizer.mask
        if self.ids is not None:
            borrowed = (types & open_) == 0
            types = np.where(borrowed, self.ids.types[concept], types)
            score[borrowed & (score > 0)] -= MADE_LOSS
        types = types & open_
        score[types == 0] = RULED_OUT
        if self.ids is not None:
            score[~self.ids.answers(concept)] = RULED_OUT
            score[self.ids.lossy[concept] & (score > 0)] -= LOSS
        np.minimum(score, 1.0, out=score)
        return Links(rows, concept, name, score, types, choose(rows, score))


def choose(rows: Entries, score: F32) -> I64:
    """Return for each span its first best row, -1 where all are ruled out."""
    if not len(rows.first):
        return np.empty(0, np.int64)
    best = np.maximum.reduceat(score, rows.first)
    leading = np.flatnonzero(score == best[rows.owner])
    _, first = np.unique(rows.owner[leading], return_index=True)
    return np.where(best > RULED_OUT, leading[first], -1)

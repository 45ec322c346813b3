"""Keyphrases of a document: phrases that stand in it, ranked, and concepts that do not.

Present: every candidate (``candidates``) gets a chance from boosted trees over how often and where
it stands, how rare it is in biomedical abstracts, and which concept it names. Absent: concepts that
the text points to without naming them: its concepts by their preferred name, broader ones, their
siblings, and what goes with them in other abstracts; each with the reason and a chance.

Papers: Houbre et al. 2022 (kp-biomed, the task), Medelyan and Witten 2008 (candidates from a
thesaurus, features), Meng et al. 2017 (present and absent).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from onoma.errors import BadFile
from onoma.extract.absent import ABSENT_FEATURES, Absent, find_absent
from onoma.extract.candidates import Phrase, find_phrases
from onoma.extract.phrase_features import FEATURES, features
from onoma.extract.phrase_tables import PhraseTables, read_tables
from onoma.link.candidates.forest_files import read_forests
from onoma.link.candidates.trees import F32, Forest
from onoma.pipeline import Pipeline, load
from onoma.types import AnnotatedDocument, Document, FailedDocument

MODEL = "keyphrases.npz"
NAMESPACE = "MESH"
_HINT = "make it anew: python bench/keyphrases.py --train"


@dataclass(frozen=True, slots=True)
class Keyphrase:
    """A keyphrase with its chance, 0 to 1.

    ``is_present`` if it stands in the text, at ``places``; else ``reason`` says what points to it.
    ``curie`` is the MeSH concept that it names, if one.
    """

    text: str
    score: float
    is_present: bool
    curie: str | None = None
    reason: str = ""
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Keyphrases:
    """The keyphrases of a document, likeliest first; ``error`` is set instead when it failed."""

    document: Document
    present: tuple[Keyphrase, ...] = ()
    absent: tuple[Keyphrase, ...] = ()
    error: FailedDocument | None = None


class KeyphraseReader:
    """Finds keyphrases; safe to use again and again."""

    def __init__(
        self, pipeline: Pipeline, tables: PhraseTables, present: Forest, absent: Forest
    ) -> None:
        """Take a pipeline that gives MeSH concepts, the tables and the two forests."""
        self.pipeline, self.tables = pipeline, tables
        self._present, self._absent = present, absent

    def read(
        self, documents: Iterable[str | Document | FailedDocument], *, k: int = 10
    ) -> Iterator[Keyphrases]:
        """Yield the keyphrases of each document, at most ``k`` present and ``k`` absent ones."""
        for found in self.pipeline.pipe(documents):
            if found.error is not None:
                yield Keyphrases(found.document, error=found.error)
            else:
                yield self._of(found, k)

    def _of(self, found: AnnotatedDocument, k: int) -> Keyphrases:
        phrases, chances = self.rank_present(found)
        present = [_present(one, score) for one, score in zip(phrases, chances, strict=True)]
        absent = [
            Keyphrase(one.label, score, False, one.curie, one.reason)
            for one, score in self.rank_absent(found, phrases, chances)
        ]
        return Keyphrases(found.document, tuple(present[:k]), tuple(absent[:k]))

    def rank_present(self, found: AnnotatedDocument) -> tuple[list[Phrase], list[float]]:
        """Return the candidates of a document, likeliest first, with their chances."""
        phrases = list(find_phrases(found).values())
        table = features(found, phrases, self.tables, self.pipeline.store)
        chances = _chances(self._present, table)
        order = np.argsort(-chances, kind="stable").tolist()
        return [phrases[n] for n in order], [float(chances[n]) for n in order]

    def rank_absent(
        self, found: AnnotatedDocument, phrases: Sequence[Phrase], chances: Sequence[float]
    ) -> list[tuple[Absent, float]]:
        """Return concepts that are not named as such, likeliest first, with their chances."""
        pointed = find_absent(found, phrases, chances, self.tables, self.pipeline.store)
        if not pointed:
            return []
        scores = _chances(self._absent, np.array([one.row for one in pointed], np.float32))
        order = np.argsort(-scores, kind="stable").tolist()
        return [(pointed[n], float(scores[n])) for n in order]


def _present(phrase: Phrase, score: float) -> Keyphrase:
    curies = [m.curie for m in phrase.mentions if m.curie is not None]
    curie = curies[0] if curies else None
    return Keyphrase(phrase.text, score, True, curie, places=tuple(sorted(phrase.places)))


def _chances(forest: Forest, table: F32) -> F32:
    return np.asarray(1 / (1 + np.exp(-forest.margins(table))), np.float32)


def make_reader(*, project: str | None = None) -> KeyphraseReader:
    """Return a reader with the tables and forests that ship.

    Raises: BadFile: they are damaged; what ``load`` raises.
    """
    present, absent = _forests()
    pipeline = load(ids=(NAMESPACE,), mode="dictionary", project=project)
    return KeyphraseReader(pipeline, read_tables(), present, absent)


def keyphrases(text: str, *, k: int = 10) -> Keyphrases:
    """Return the keyphrases of a text.

    >>> found = keyphrases("Statins after a heart attack. Statins were given to forty men.")
    >>> "Myocardial Infarction" in [one.text for one in found.absent]
    True
    """
    return next(iter(_shipped().read([text], k=k)))


@cache
def _shipped() -> KeyphraseReader:
    return make_reader()


@cache
def _forests() -> tuple[Forest, Forest]:
    path = Path(str(resources.files("onoma"))) / "data" / "extract" / "keyphrases" / MODEL
    said, forests = read_forests(path.read_bytes(), str(path), _HINT)
    if said.get("features") != [*FEATURES, *ABSENT_FEATURES]:
        raise BadFile(f"{path}: of another version", hint=_HINT)
    return forests["present"], forests["absent"]


HEAD = ("id", "keyphrase", "score", "present", "curie", "reason", "places")
"""The columns, a row a keyphrase."""


def cells(identifier: str, one: Keyphrase) -> list[Any]:
    """Return a keyphrase as plain values in the order of ``HEAD``."""
    places = " ".join(f"{start}-{end}" for start, end in one.places)
    return [
        identifier, one.text, f"{one.score:.4f}", "yes" if one.is_present else "no",
        one.curie or "", one.reason, places,
    ]  # fmt: skip


def record(found: Keyphrases) -> dict[str, Any]:
    """Return a document's keyphrases as the JSON object of one line."""
    return {
        "id": found.document.id,
        "present": [
            {"text": one.text, "score": round(one.score, 4), "curie": one.curie,
             "places": [list(place) for place in one.places]}
            for one in found.present
        ],
        "absent": [
            {"text": one.text, "score": round(one.score, 4), "curie": one.curie,
             "reason": one.reason}
            for one in found.absent
        ],
    }  # fmt: skip

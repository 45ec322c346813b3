"""What short forms mean in papers that do not define them, by what papers define them as.

Vocabularies have short forms of their own makers: CMV is a communicating vessel of the zebrafish
to Uberon, MR the miotic rate to EFO. ``data/recognize/short_meanings.tsv`` counts what abstracts
define a form as (``tools/make_short_meanings.py``). A concept's short name that agrees is believed;
two or three capitals that name an anatomy, a process, a test and the like in another way are not,
unless the document names the concept in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.general import keys_of
from onoma.recognize.own_names import OwnNames
from onoma.recognize.shorthand import ANYWHERE, TAGGED, shorthand_lines
from onoma.types import type_mask

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LONGEST = 3  # capitals of a form that is doubted
SURE = 0.75  # the share of definitions from which on a disease's short form is believed
DOUBTED = np.uint32(
    type_mask(("anatomy", "cell_type", "component", "process", "test", "method", "procedure",
               "clinical_modifier"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """A long form, and its share of the definitions."""

    long: str
    share: float


@cache
def short_meanings() -> dict[str, Meaning]:
    """Return what most abstracts define each short form as."""
    path = resources.files("onoma") / "data" / "recognize" / "short_meanings.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {short: Meaning(long, int(times) / int(of)) for short, long, times, of in rows}


def usual_readings(store: ConceptStore) -> dict[str, tuple[str, int]]:
    """Return what forms stand for where it is known that they name something, and its key.

    "MS" is multiple sclerosis where a tagger has found a disease; where it is a note's or a paper's
    word for something else, no tagger has. What clinicians mean goes before counts.
    """
    lines = [line for line in shorthand_lines() if line.where in (ANYWHERE, TAGGED)]
    lines.sort(key=lambda line: line.needs_a_sign)
    given = [
        (form.removesuffix("*"), name)
        for line in lines
        if len(line.parts) == 1
        for form in line.forms
        for name in line.parts[0]
    ]
    given += [(form, one.long) for form, one in short_meanings().items()]
    known = keys_of(store, [name for _, name in given]).tolist()
    out: dict[str, tuple[str, int]] = {}
    for (form, name), key in zip(given, known, strict=True):
        if key >= 0:
            out.setdefault(form, (name, key))
    for word in OwnNames(store).among(list(out)):
        del out[word]
    return out


class UsualNames:
    """Tells which concepts' short names are what is usually meant by them."""

    def __init__(self, store: ConceptStore) -> None:
        """Look up what the forms stand for."""
        self._store = store
        self._shares: dict[tuple[str, int], float] = {}  # by form and group of equivalents
        self._group = store.array("concept_group")
        self._own = OwnNames(store)
        given = [(form, one.long, one.share) for form, one in short_meanings().items()]
        given += [
            (form.removesuffix("*"), name, 1.0)
            for line in shorthand_lines()
            for form in line.forms
            for part in line.parts
            for name in part
        ]
        keys = keys_of(store, [long for _, long, _ in given]).tolist()
        for (form, _, share), key in zip(given, keys, strict=True):
            concepts = _concepts(store, key) if key >= 0 else []
            for group in self._group[concepts].tolist() if concepts else ():
                known = self._shares.get((form, group), 0.0)
                self._shares[form, group] = max(share, known)

    def shares(self, texts: list[str], concepts: I64) -> npt.NDArray[np.float64]:
        """Return what share of definitions of each text is by names of the concept beside it.

        Names of equivalent concepts count too. Where vocabularies of the user's own have the text
        as a name, all of them.
        """
        out = np.zeros(len(texts))
        groups = self._group[concepts].tolist()
        for row, (text, group) in enumerate(zip(texts, groups, strict=True)):
            out[row] = 1.0 if text in self._own else self._shares.get((text, group), 0.0)
        return out


def _concepts(store: ConceptStore, key: int) -> list[int]:
    first, behind = store.entries_of(key)
    names = store.array("entry_name")[first:behind].astype(np.int64) & (MADE - 1)
    found: list[int] = store.array("name_concept")[names].tolist()
    return found

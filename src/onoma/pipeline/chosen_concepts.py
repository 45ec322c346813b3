"""Concepts that annotators chose for a name, where neither names nor near names settle one.

"Behavioral abnormalities" is no vocabulary's name, "C9 deficiency" has been filed in several ways:
what annotators of training texts took it for is the better guess there, and there alone. A name
that the vocabulary has is never answered otherwise. Names are kept as numbers
(``tools/make_marks.py``), so that no text can be read out of them.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.link.candidates.lexicon import key_of
from onoma.ontology.store import ConceptStore
from onoma.recognize.tagger.tagger import HYPHENS
from onoma.types import AnnotatedDocument, Candidate, Mention

U64 = npt.NDArray[np.uint64]

TYPES = ("disease", "phenotype", "chemical", "drug")
LOOSE = 0.7  # the score below which an answer is no name of the concept's own
CHOSEN = 0.75  # the score of what annotators chose
AGREED = 0.7  # the least share of a name's uses that one concept has
HINT = "make it anew: python tools/make_marks.py"


@dataclass(frozen=True, slots=True)
class ChosenConcepts:
    """Numbers of names, sorted, and the CURIE that each was given."""

    names: U64
    curies: npt.NDArray[np.str_]

    @classmethod
    def of(cls, seen: Iterable[tuple[str, str]]) -> ChosenConcepts:
        """Return what most uses of each name agree on, out of pairs of a name and a CURIE."""
        uses: dict[int, Counter[str]] = defaultdict(Counter)
        for text, curie in seen:
            uses[_number(text)][curie] += 1
        firsts = {name: own.most_common(1)[0] for name, own in uses.items()}
        agreed = {n: c for n, (c, times) in firsts.items() if times >= AGREED * uses[n].total()}
        names = sorted(agreed)
        return cls(np.array(names, np.uint64), np.array([agreed[name] for name in names], np.str_))

    def find(self, text: str) -> str:
        """Return the CURIE of a name, nothing where it was not met."""
        number = np.uint64(_number(text))
        place = int(np.searchsorted(self.names, number))
        is_met = place < len(self.names) and self.names[place] == number
        return str(self.curies[place]) if is_met else ""

    def settle(
        self,
        document: AnnotatedDocument,
        mentions: Sequence[Mention],
        store: ConceptStore,
        *,
        ids: Sequence[str],
        types: int,
    ) -> list[Mention]:
        """Return the mentions, those that nothing settles with the concept that was chosen.

        ``ids`` and ``types``: the namespaces and types (bits) that are asked for, all where empty.
        Where no namespace is asked for, what has a concept keeps it.
        """
        long = {one.short: one.long for one in document.abbreviations}
        out = []
        for mention in mentions:
            is_open = mention.curie is None or (bool(ids) and mention.score < LOOSE)
            if mention.type not in TYPES or len(mention.spans) > 1 or not is_open:
                out.append(mention)
                continue
            curie = self.find(long.get(mention.text, mention.text).translate(HYPHENS))
            found = _candidate(curie, mention, store, types) if curie else None
            wanted = found is not None and (not ids or found.curie.partition(":")[0] in ids)
            out.append(_as(mention, found) if found is not None and wanted else mention)
        return out

    def write(self, path: Path) -> None:
        """Write the table into a file."""
        with path.open("wb") as file:
            np.savez_compressed(file, names=self.names, curies=self.curies.astype(np.bytes_))


@lru_cache(maxsize=4)
def read_chosen(folder: Path) -> ChosenConcepts | None:
    """Return what ``concepts.npz`` in a tagger's folder says, None where there is none.

    Raises: BadFile: damaged.
    """
    path = folder / "concepts.npz"
    if not path.is_file():
        return None
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            names, curies = arrays["names"].astype(np.uint64), arrays["curies"].astype(np.str_)
    except (OSError, ValueError, KeyError) as error:
        raise BadFile(f"{path}: {error!r}", hint=HINT) from error
    if len(names) != len(curies):
        raise BadFile(f"{path}: damaged", hint=HINT)
    return ChosenConcepts(names, curies)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(key_of(text).encode(), digest_size=8).digest(), "little")


def _candidate(curie: str, mention: Mention, store: ConceptStore, types: int) -> Candidate | None:
    """Return a concept of the vocabulary that is of a type asked for, if it is there."""
    row = store.row_of(curie)
    if row < 0 or (types and not types & int(store.array("concept_types")[row])):
        return None
    return Candidate(
        curie=store.curies[row], label=store.labels[row], type=mention.type, score=CHOSEN,
        name=mention.text, scope="exact", why={"chosen": CHOSEN},
    )  # fmt: skip


def _as(mention: Mention, found: Candidate) -> Mention:
    rest = [one for one in mention.candidates if one.curie != found.curie]
    return replace(
        mention, curie=found.curie, label=found.label, score=found.score, name=found.name,
        scope=found.scope, candidates=(found, *rest),
    )  # fmt: skip

"""Concepts by the beginning of a name, for boxes that complete what is typed.

A table beside the store, made at the first question: the rows of all names in alphabetical order
(ASCII letters without case) with the first eight bytes of each. What begins alike is one run of it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.ontology.layout import TEXT_END
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, type_mask, types_of

HEAD = 8  # bytes of a name that are kept in order
READ = 400  # names that are read and compared; of more, those of the concepts most often meant
U32 = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Completed:
    """A concept and that name of it which begins as asked."""

    curie: str
    label: str
    name: str
    scope: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Names in alphabetical order: the first bytes, big-endian, and the rows."""

    store: ConceptStore
    heads: npt.NDArray[np.uint64]
    rows: U32

    def complete(
        self, beginning: str, *, k: int = 10, types: Sequence[str] = ()
    ) -> list[Completed]:
        """Return at most ``k`` concepts with a name that begins so, the likeliest first.

        A whole name goes before a longer one, a label before a synonym, what is often meant before
        what is not, short before long. Raises: UnknownName: a type that is none.
        """
        typed = beginning.strip()
        asked = _plain(typed)
        if not asked:
            return []
        rows = self._run(asked)
        concepts = self.store.array("name_concept")[rows]
        if types:
            fits = self.store.array("concept_types")[concepts] & type_mask(types) != 0
            rows, concepts = rows[fits], concepts[fits]
        if len(rows) > READ:
            prior = self.store.array("concept_prior")[concepts].astype(np.int32)
            scope = self.store.array("name_scope")[rows].astype(np.int32)
            chosen = np.lexsort((scope, -prior))[:READ]
            rows = rows[chosen]
        return self._best(rows, asked, k)

    def _run(self, asked: bytes) -> U32:
        """Return the rows of names whose first bytes are those asked for."""
        head = asked[:HEAD]
        low = int.from_bytes(head.ljust(HEAD, b"\0"))
        high = int.from_bytes(head.ljust(HEAD, b"\xff"))
        first = int(np.searchsorted(self.heads, np.uint64(low)))
        stop = int(np.searchsorted(self.heads, np.uint64(high), side="right"))
        if len(asked) > HEAD:
            first = self._place(asked, first, stop)
            stop = self._place(asked + b"\xff" * HEAD, first, stop)
        return np.asarray(self.rows[first:stop])

    def _place(self, wanted: bytes, low: int, high: int) -> int:
        """Return where a name would stand between two places."""
        while low < high:
            middle = (low + high) // 2
            if _plain(self.store.names[int(self.rows[middle])]) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _best(self, rows: U32, asked: bytes, k: int) -> list[Completed]:
        store = self.store
        concepts = store.array("name_concept")[rows].tolist()
        scopes = store.array("name_scope")[rows].tolist()
        priors = store.array("concept_prior")[concepts].tolist() if concepts else []
        names = store.names.take(rows.tolist())
        ranked = sorted(
            (_plain(name) != asked, scope > 1, -prior, len(name), scope, name, concept)
            for name, scope, prior, concept in zip(names, scopes, priors, concepts, strict=True)
            if _plain(name).startswith(asked)
        )
        best: dict[int, tuple[str, int]] = {}
        for _, _, _, _, scope, name, concept in ranked:
            best.setdefault(concept, (name, scope))
            if len(best) == k:
                break
        types = store.array("concept_types")
        return [
            Completed(store.curies[row], store.labels[row], name, SCOPES[scope],
                      types_of(int(types[row])))
            for row, (name, scope) in best.items()
        ]  # fmt: skip


@lru_cache(maxsize=4)
def open_beginnings(store: ConceptStore) -> Beginnings:
    """Return the table of a store, made now if it is the first time (some seconds)."""
    folder = store.path.with_name(f"beginnings-{store.path.name}")
    if not (folder / "rows.npy").is_file():
        _make(store, folder)
    heads, rows = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("heads", "rows"))
    return Beginnings(store, heads, rows)


def _make(store: ConceptStore, folder: Path) -> None:
    """Write the table whole or not at all; who is second finds the first one's."""
    blob = np.load(store.path / "name_text_blob.npy", allow_pickle=False).tobytes()
    names = blob.lower().split(TEXT_END)[: store.n_names]
    table = np.array([name[:HEAD].ljust(HEAD, b"\0") for name in names])
    heads = np.frombuffer(table.tobytes(), ">u8") if len(names) else np.zeros(0, ">u8")
    order = np.array(sorted(range(len(names)), key=names.__getitem__), np.uint32)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="beginnings-") as made:
        work = Path(made) / "table"
        work.mkdir()
        np.save(work / "heads.npy", heads[order].astype(np.uint64))
        np.save(work / "rows.npy", order)
        with contextlib.suppress(OSError):  # it came in between
            work.rename(folder)


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").lower()

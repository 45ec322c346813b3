"""The concept store: read-only, memory-mapped, shared by every process that opens it.

Look-ups by CURIE, by name, by equivalent, ancestors and descendants. Opening reads one small JSON
file and maps the arrays; nothing is parsed. Rows of concepts are sorted by CURIE.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent, UnknownName, VocabularyMissing
from onoma.ontology.curies import PREFIXES, canonical_curie
from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.layout import STORE_FORMAT, TEXT_BLOCK, TEXT_END
from onoma.ontology.sources import Source
from onoma.ontology.trie import whole_key
from onoma.ontology.wordtable import word_ids
from onoma.text.characters import code_points
from onoma.text.tokens import tokenise, without_articles
from onoma.types import SCOPES, Concept, Equivalent, Name, types_of

U32 = npt.NDArray[np.uint32]
MOST_KEPT = 1 << 16  # strings remembered of each kind
PROBED = 12  # first steps of a search in a table whose strings are remembered
MADE = 1 << 31  # in entry_name: a rule wrote this spelling of the name


class Texts:
    """Strings in one UTF-8 file, read when asked for and remembered.

    They are read rather than mapped: what a stream of documents names is spread over the whole
    file, and mapped pages would all stay resident. A block of strings is read at a time.
    """

    __slots__ = ("_blob", "_blocks", "_header", "_kept", "_rows")

    def __init__(self, blocks: npt.NDArray[np.uint64], blob: Path) -> None:
        """Take the column of blocks (``compile.save_texts``) and the ``.npy`` file of the bytes."""
        self._rows, self._blocks = int(blocks[0]), blocks[1:]
        self._blob = os.open(blob, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._header = blob.stat().st_size - max(int(blocks[-1]), 1)
        self._kept: dict[int, str] = {}

    def __del__(self) -> None:
        """Close the file."""
        if hasattr(self, "_blob"):
            os.close(self._blob)

    def __len__(self) -> int:
        """Return the number of strings."""
        return self._rows

    def __getitem__(self, row: int) -> str:
        """Return one string."""
        return self._bytes([row])[0].decode("utf-8", "surrogatepass")

    def _bytes(self, rows: Sequence[int]) -> list[bytes]:
        """Read strings, each in its block: two dozen bytes or two hundred cost a system call."""
        block, place = np.divmod(np.asarray(rows, np.int64), TEXT_BLOCK)
        start, stop = self._blocks[block] + np.uint64(self._header), self._blocks[block + 1]
        size = stop - start + np.uint64(self._header)
        asked = zip(start.tolist(), size.tolist(), place.tolist(), strict=True)
        blob, end = self._blob, TEXT_END
        return [_read(blob, n, at).split(end, i + 1)[i] for at, n, i in asked]

    def sizes(self, rows: Sequence[int]) -> list[int]:
        """Return the lengths of the strings of these rows, in bytes."""
        return list(map(len, self._bytes(rows)))

    def take(self, rows: Sequence[int]) -> list[str]:
        """Return the strings of these rows; they are remembered for the next time."""
        kept = self._kept
        if len(kept) > MOST_KEPT:
            kept.clear()
        out: list[str | None] = list(map(kept.get, rows))
        new = [place for place, text in enumerate(out) if text is None]
        if new:
            wanted = [rows[place] for place in new]
            for place, row, read in zip(new, wanted, self._bytes(wanted), strict=True):
                out[place] = kept[row] = read.decode("utf-8", "surrogatepass")
        return cast("list[str]", out)

    def find(self, text: str) -> int:
        """Return the row of a string in a sorted table, -1 if it is not there."""
        low, high, kept = 0, len(self), self._kept
        far = high >> PROBED
        while low < high:
            middle = (low + high) // 2
            found = kept.get(middle)
            if found is None:
                found = self[middle]
                if high - low > far:  # asked for by many look-ups
                    kept[middle] = found
            if found < text:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self[low] == text else -1


def _seek_and_read(number: int, size: int, place: int) -> bytes:
    os.lseek(number, place, os.SEEK_SET)
    return os.read(number, size)


_read = getattr(os, "pread", _seek_and_read)  # the first lets processes share the open file


@dataclass(frozen=True, slots=True)
class Runs:
    """Lists of numbers end to end: the numbers of row i are ``values[start[i] : start[i + 1]]``."""

    start: U32
    values: U32

    def of(self, row: int) -> U32:
        """Return the numbers of a row."""
        first, stop = self.start[row : row + 2].tolist()
        return self.values[first:stop]


class ConceptStore:
    """A compiled vocabulary, opened read-only.

    Raises (on opening): VocabularyMissing: no store there; Inconsistent: made by another version.
    """

    let_through: npt.NDArray[np.int64] | None = None
    """Keys that no guard holds back, None where there are none (see ``ontology.overlay``)."""
    lifted: npt.NDArray[np.int64] | None = None
    """Keys that are not too general to be a mention, whatever the lists say."""

    def __init__(self, path: Path) -> None:
        """Open the store in a folder."""
        manifest = path / "store.json"
        if not manifest.is_file():
            raise VocabularyMissing(f"no store in {path}", hint="run: onoma vocab build")
        self.path = path
        self.manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        if self.manifest["format"] != STORE_FORMAT:
            raise Inconsistent(
                f"the store in {path} has format {self.manifest['format']}, not {STORE_FORMAT}",
                hint="delete that folder: it is compiled anew",
            )
        self.version: str = self.manifest["version"]
        self.n_concepts: int = self.manifest["concepts"]
        self.n_names: int = self.manifest["names"]
        self._arrays: dict[str, npt.NDArray[Any]] = {}

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return a mapped array by its file's name."""
        found = self._arrays.get(name)
        if found is None:
            mapped = np.load(self.path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            found = self._arrays[name] = np.asarray(mapped)  # a plain view is quicker to index
        return found

    def writable(self, name: str) -> npt.NDArray[Any]:
        """Return an array whose pages are shared until written: what is written stays private."""
        mapped = np.load(self.path / f"{name}.npy", mmap_mode="c", allow_pickle=False)
        return np.asarray(mapped)

    def texts(self, name: str) -> Texts:
        """Return a mapped table of strings."""
        return Texts(self.array(f"{name}_block"), self.path / f"{name}_blob.npy")

    def key_kinds(self) -> KeyKinds:
        """Return the types of keys, to be changed by whoever asks: the store is not."""
        tables = (np.array(self.array(name)) for name in ("kind_types", "kind_safe"))
        return KeyKinds(self.writable("key_kind"), *tables)

    @cached_property
    def curies(self) -> Texts:
        """CURIEs by concept row."""
        return self.texts("curie")

    @cached_property
    def labels(self) -> Texts:
        """Labels by concept row."""
        return self.texts("label")

    @cached_property
    def names(self) -> Texts:
        """Texts by name row."""
        return self.texts("name_text")

    @cached_property
    def targets(self) -> Texts:
        """CURIEs that concepts are equivalent to, by target row."""
        return self.texts("target")

    @cached_property
    def parents(self) -> Runs:
        """Parent rows by concept row."""
        return Runs(self.array("parent_start"), self.array("parent_of"))

    @cached_property
    def children(self) -> Runs:
        """Child rows by concept row."""
        return Runs(self.array("child_start"), self.array("child_of"))

    @cached_property
    def equivalences(self) -> dict[str, list[str]]:
        """The words behind the predicate and source numbers of equivalents."""
        found: dict[str, list[str]] = json.loads(
            (self.path / "equivalents.json").read_text(encoding="utf-8")
        )
        return found

    def sources(self) -> list[Source]:
        """Return the vocabularies inside, with version, licence and notice."""
        return [Source(**row) for row in self.manifest["sources"]]

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes that ``concept_prefix`` and ``target_prefix`` number: ours, then its own."""
        return tuple(self.manifest.get("prefixes", PREFIXES))

    def canonical(self, curie: str) -> str:
        """Return a CURIE in one spelling; the vocabulary's own prefixes count.

        Raises: BadCurie: not a CURIE, or the prefix is unknown here.
        """
        return canonical_curie(curie, own=self.prefixes)

    def definition(self, row: int) -> str | None:
        """Return what a vocabulary says that a concept is, None where it says nothing."""
        if "definition_concept.npy" not in self.manifest["files"]:
            return None
        rows = self.array("definition_concept")
        place = int(np.searchsorted(rows, row))
        if place == len(rows) or int(rows[place]) != row:
            return None
        return self.definitions[place]

    @cached_property
    def definitions(self) -> Texts:
        """Definitions, in the order of ``definition_concept``."""
        return self.texts("definition")

    def row_of(self, curie: str) -> int:
        """Return a concept's row; a retired CURIE leads to its replacement; -1 if unknown."""
        row = self.curies.find(curie)
        if row >= 0:
            return row
        old = self.texts("retired_old").find(curie)
        return self.curies.find(self.texts("retired_new")[old]) if old >= 0 else -1

    def concept(self, curie: str) -> Concept:
        """Return a concept with all that the store holds of it.

        Raises: BadCurie: not a CURIE; UnknownName: no such concept here.
        """
        row = self.row_of(self.canonical(curie))
        if row < 0:
            raise UnknownName("concept", self.canonical(curie), ())
        return self.concept_at(row)

    def concept_at(self, row: int) -> Concept:
        """Return the concept of a row with all that the store holds of it."""
        sources: list[str] = self.manifest["name_sources"]
        first, stop = self.array("concept_name_start")[row : row + 2].tolist()
        scopes, said = self.array("name_scope"), self.array("name_source")
        return Concept(
            curie=self.curies[row],
            label=self.labels[row],
            types=types_of(int(self.array("concept_types")[row])),
            names=tuple(
                Name(text, SCOPES[scopes[name]], sources[said[name]])
                for name, text in enumerate(self.names.take(range(first, stop)), first)
            ),
            parents=tuple(self.curies.take(self.parents.of(row).tolist())),
            equivalents=tuple(self.equivalents(row)),
            source=sources[self.array("concept_source")[row]],
            version=self.version,
            definition=self.definition(row),
        )

    def equivalents(self, row: int) -> Iterator[Equivalent]:
        """Yield the equivalents of a concept, exact ones first, stated from either side."""
        words = self.equivalences
        first, stop = self.array("equivalent_start")[row : row + 2].tolist()
        targets, predicates = self.array("equivalent_target"), self.array("equivalent_predicate")
        said = self.array("equivalent_source")
        seen = set()
        curies = self.targets.take(targets[first:stop].tolist())
        for place, curie in enumerate(curies, first):
            seen.add(curie)
            yield Equivalent(
                curie, words["predicates"][predicates[place]], words["sources"][said[place]]
            )
        first, stop = self.array("inverse_start")[row : row + 2].tolist()
        owners, inverse = self.array("inverse_of"), self.array("inverse_predicate")
        turned = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
        for place in range(first, stop):
            curie = self.curies[owners[place]]
            if curie not in seen:
                predicate = words["predicates"][inverse[place]]
                yield Equivalent(curie, turned.get(predicate, predicate), "inverse")

    def ancestors(self, curie: str) -> list[str]:
        """Return the CURIEs above a concept (itself not included), nearest first."""
        return self._reach(curie, self.parents)

    def descendants(self, curie: str) -> list[str]:
        """Return the CURIEs below a concept (itself not included), nearest first."""
        return self._reach(curie, self.children)

    def _reach(self, curie: str, edges: Runs) -> list[str]:
        row = self.row_of(self.canonical(curie))
        if row < 0:
            raise UnknownName("concept", self.canonical(curie), ())
        seen = {row}
        layer = [row]
        out: list[int] = []
        while layer:
            following = {n for one in layer for n in edges.of(one).tolist()} - seen
            seen |= following
            layer = sorted(following)
            out.extend(layer)
        return self.curies.take(out)

    def key_of(self, name: str) -> int:
        """Return the key that a name folds to, -1 if the vocabulary has none."""
        tokens = without_articles(tokenise(code_points(name)))
        words = word_ids(self.array("words"), tokens.hash)
        if not len(words) or not words.all():
            return -1
        return whole_key(
            words,
            roots=self.array("roots"),
            nodes=self.array("nodes"),
            key_hash=self.array("key_hash"),
            key_length=self.array("key_length"),
        )

    def entries_of(self, key: int) -> tuple[int, int]:
        """Return the first entry of a key and the one behind its last."""
        first, stop = self.array("key_entry_start")[key : key + 2].tolist()
        return first, stop

    def concepts_named(self, name: str) -> list[str]:
        """Return the CURIEs of all concepts known by a name, in the key's order."""
        key = self.key_of(name)
        if key < 0:
            return []
        first, stop = self.entries_of(key)
        names = self.array("entry_name")[first:stop].astype(np.int64) & (MADE - 1)
        rows = self.array("name_concept")[names]
        return list(dict.fromkeys(self.curies.take(rows.tolist())))

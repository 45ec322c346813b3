"""Vectors of a vocabulary's names: which names, encoded piece by piece, then packed.

Made once a vocabulary and encoder, in the user's cache. A build that was stopped goes on where it
was: every piece of 8,192 names is a file that appears whole.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.encoder import Encoder
from onoma.encode.vectors import VECTOR_FORMAT, NameVectors, file_digest
from onoma.encode.worth import has_vector, loose_key
from onoma.errors import InputError
from onoma.ontology.cache import cache_folder
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, SEMANTIC_TYPES

_LOG = logging.getLogger(__name__)

F32 = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with the number of names done and of all."""

MOST = 400_000  # names; beyond, the last types of ``FIRST`` lose theirs
PIECE = 8192  # names encoded between two files
COARSE = 96  # numbers of a vector that the first comparison of a search looks at
SAMPLE = 20_000  # vectors that the rotation and the scales are read from
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson"))
CHUNK = 50_000  # names read at once
FIRST = (
    "phenotype", "disease", "clinical_modifier", "procedure", "test", "anatomy", "cell_type",
    "population", "outcome", "intervention", "device", "method", "food", "drug", "gene",
    "protein", "component", "chemical", "process", "organism", "microbe",
)  # fmt: skip
"""Types by how much a vector of their names is worth."""


@dataclass(frozen=True, slots=True)
class _Entries:
    """Names to encode: those of one writing are one entry; sorted by shard."""

    texts: list[str]
    types: npt.NDArray[np.uint32]
    shards: list[str]  # of each entry
    names: list[list[int]]  # rows of the store


def vectors_folder(store: ConceptStore, encoder: Encoder) -> Path:
    """Return where the vectors of a store's names by an encoder are or will be."""
    own = f"vectors-{store.path.name}-{encoder.digest[:12]}-{VECTOR_FORMAT}"
    return cache_folder() / own


def open_vectors(
    store: ConceptStore, encoder: Encoder, *, progress: Progress | None = None
) -> NameVectors:
    """Return the vectors of a store's names, made first if need be (minutes, once).

    ``progress`` is called as names are encoded; by default a bar is drawn where stderr is a
    terminal, and a line is logged elsewhere.
    """
    folder = vectors_folder(store, encoder)
    if not (folder / "manifest.json").is_file():
        if progress is not None:
            build_vectors(store, encoder, folder, progress)
        elif sys.stderr.isatty():
            _build_with_bar(store, encoder, folder)
        else:
            _LOG.warning("encoding the names of the vocabulary, once; this takes some minutes")
            build_vectors(store, encoder, folder, lambda done, total: None)
    return NameVectors(folder)


def _build_with_bar(store: ConceptStore, encoder: Encoder, folder: Path) -> None:
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Encoding names, once", total=None)
        build_vectors(
            store, encoder, folder, lambda d, n: bar.update(task, completed=d, total=n)
        )  # fmt: skip


def build_vectors(store: ConceptStore, encoder: Encoder, folder: Path, progress: Progress) -> None:
    """Encode a store's names and write their codes to a folder, whole or not at all.

    Raises: InputError: no name of the vocabulary is one that a vector can help with.
    """
    entries = _entries(store)
    if not entries.texts:
        raise InputError("the vocabulary has no names that a vector can help with", hint="")
    work = folder.with_name(folder.name + ".work")
    work.mkdir(parents=True, exist_ok=True)
    order = np.argsort([len(text) for text in entries.texts], kind="stable")
    vectors = np.empty((len(order), encoder.dimension), np.float16)
    for number, start in enumerate(range(0, len(order), PIECE)):
        if (folder / "manifest.json").is_file():
            return  # another process was quicker
        path = work / f"piece-{number:05}.npy"
        rows = order[start : start + PIECE].tolist()
        piece = _read_piece(path, (len(rows), encoder.dimension))
        if piece is None:
            piece = encoder.encode([entries.texts[row] for row in rows]).astype(np.float16)
            _save(path, piece)
        vectors[rows] = piece
        progress(start + len(rows), len(order))
    _pack(vectors, entries, folder, encoder=encoder, store=store)
    shutil.rmtree(work, ignore_errors=True)


def _entries(store: ConceptStore) -> _Entries:
    found: dict[tuple[str, str], list[int]] = {}
    types: dict[tuple[str, str], int] = {}
    texts: dict[tuple[str, str], str] = {}
    for row, text, mask in _iter_names(store):
        if not mask or not has_vector(text, mask):
            continue
        shard = next((name for name in FIRST if mask >> SEMANTIC_TYPES.index(name) & 1), "other")
        key = (shard, loose_key(text) or text)
        found.setdefault(key, []).append(row)
        types[key] = types.get(key, 0) | mask
        texts.setdefault(key, text)
    rank = {name: place for place, name in enumerate((*FIRST, "other"))}
    keys = sorted(found, key=lambda key: (rank[key[0]], found[key][0]))[:MOST]
    return _Entries(
        [texts[key] for key in keys],
        np.array([types[key] for key in keys], np.uint32),
        [key[0] for key in keys],
        [found[key] for key in keys],
    )


def _iter_names(store: ConceptStore) -> Iterator[tuple[int, str, int]]:
    """Yield rows of names, their texts and types, labels before other names."""
    scopes, concepts = store.array("name_scope"), store.array("name_concept")
    masks = store.array("concept_types")
    for scope in SAME:
        rows = np.flatnonzero(scopes == scope)
        for start in range(0, len(rows), CHUNK):
            own = rows[start : start + CHUNK]
            texts = store.names.take(own.tolist())
            yield from zip(own.tolist(), texts, masks[concepts[own]].tolist(), strict=True)


def _pack(
    vectors: npt.NDArray[np.float16],
    entries: _Entries,
    folder: Path,
    *,
    encoder: Encoder,
    store: ConceptStore,
) -> None:
    """Write the folder: rotation, scales, codes and types by shard, the names of the entries."""
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    rotation, scale = _turn(vectors)
    arrays: dict[str, npt.NDArray[np.generic]] = {"rotation": rotation, "scale": scale}
    coarse = min(COARSE, vectors.shape[1])
    shards = list(dict.fromkeys(entries.shards))
    places = np.array([shards.index(name) for name in entries.shards])
    for number, name in enumerate(shards):
        rows = np.flatnonzero(places == number)
        codes = _codes(vectors[rows], rotation, scale)
        arrays[f"coarse_{name}"] = np.ascontiguousarray(codes[:, :coarse])
        arrays[f"rest_{name}"] = np.ascontiguousarray(codes[:, coarse:])
        arrays[f"types_{name}"] = entries.types[rows]
    sizes = [len(rows) for rows in entries.names]
    arrays["name_start"] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    arrays["names"] = np.array([row for rows in entries.names for row in rows], np.uint32)
    for name, array in arrays.items():
        np.save(fresh / f"{name}.npy", array, allow_pickle=False)
    paths = sorted(fresh.iterdir())
    manifest = {
        "format": VECTOR_FORMAT,
        "store": store.path.name,
        "encoder": encoder.digest,
        "name": encoder.name,
        "dimension": int(vectors.shape[1]),
        "entries": len(entries.texts),
        "shards": shards,
        "files": {p.name: {"bytes": p.stat().st_size, "sha256": file_digest(p)} for p in paths},
    }
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _turn(vectors: npt.NDArray[np.float16]) -> tuple[F32, F32]:
    """Return the rotation that puts what differs most first, and the step of each code."""
    rng = np.random.default_rng(0)
    rows = rng.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False)
    sample = vectors[np.sort(rows)].astype(np.float32)
    values, axes = np.linalg.eigh(sample.T @ sample)
    rotation = np.ascontiguousarray(axes[:, np.argsort(-values)], np.float32)
    largest = np.abs(sample @ rotation).max(0)
    return rotation, np.maximum(largest / 127, 1e-9).astype(np.float32)


def _codes(vectors: npt.NDArray[np.float16], rotation: F32, scale: F32) -> npt.NDArray[np.int8]:
    out = np.empty(vectors.shape, np.int8)
    for start in range(0, len(vectors), CHUNK):
        turned = vectors[start : start + CHUNK].astype(np.float32) @ rotation / scale
        out[start : start + CHUNK] = np.clip(np.rint(turned), -127, 127).astype(np.int8)
    return out


def _read_piece(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.float16] | None:
    """Return what an earlier build left, None where it left nothing that is whole."""
    try:
        found: npt.NDArray[np.float16] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.shape == shape and found.dtype == np.float16 else None


def _save(path: Path, array: npt.NDArray[np.float16]) -> None:
    part = path.with_name(f"{path.stem}.{os.getpid()}.npy")
    np.save(part, array, allow_pickle=False)
    part.replace(path)

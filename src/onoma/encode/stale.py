"""What is left in the cache of vocabularies that are gone: their vectors, indexes of old formats.

A store is replaced when its vocabulary or the format changes, an encoder when another one ships;
the vectors that were made of the old one are never opened again.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from onoma.encode.encoder import Encoder
from onoma.encode.vectors import VECTOR_FORMAT
from onoma.ontology.cache import cache_folder

_VECTORS = re.compile(r"vectors-(?P<store>.+)-(?P<encoder>[0-9a-f]{12})-(?P<format>\d+)")
_NAMES = re.compile(r"names-(\d+)")
WORK = ".work"


def stale_folders(encoder: Encoder | None = None) -> list[Path]:
    """Return the folders of the cache that nothing opens any more.

    Vectors of a store that is not there, or of another format; where ``encoder`` is given, those by
    one of its name but with other weights. Within a store, indexes of names of an older format than
    the newest one there.
    """
    found = [folder for folder in _vectors() if not _is_used(folder)]
    if encoder is not None:
        found += [folder for folder in _vectors() if _is_replaced(folder, encoder)]
    return sorted({*found, *_old_indexes()})


def drop_stale(encoder: Encoder | None = None) -> list[Path]:
    """Remove what ``stale_folders`` returns, and return it."""
    found = stale_folders(encoder)
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _vectors() -> Iterator[Path]:
    for folder in cache_folder().glob("vectors-*"):
        if _VECTORS.fullmatch(folder.name.removesuffix(WORK)):
            yield folder


def _store_of(folder: Path) -> str:
    match = _VECTORS.fullmatch(folder.name.removesuffix(WORK))
    return match["store"] if match is not None else ""


def _is_used(folder: Path) -> bool:
    match = _VECTORS.fullmatch(folder.name.removesuffix(WORK))
    is_current = match is not None and int(match["format"]) == VECTOR_FORMAT
    return is_current and (folder.parent / _store_of(folder) / "store.json").is_file()


def _is_replaced(folder: Path, encoder: Encoder) -> bool:
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # being made
    return bool(said.get("name") == encoder.name and said["encoder"] != encoder.digest)


def _old_indexes() -> Iterator[Path]:
    for manifest in cache_folder().glob("*/store.json"):
        folders = [f for f in manifest.parent.glob("names-*") if _NAMES.fullmatch(f.name)]
        folders.sort(key=lambda folder: int(folder.name.removeprefix("names-")))
        yield from folders[:-1]

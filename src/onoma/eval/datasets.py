"""The table of data sets: what each file is, under which licence, and whether it is that file.

``data/eval/datasets.toml`` has a row a set: the folder it lies in, files with split and sha256,
format, semantic types. Nothing is fetched: a set is read where it lies.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from onoma.errors import DataMissing, InputError, UnknownName
from onoma.eval.parts import DataSet, Part, Source, View

SPLITS = ("dev", "train", "all")
WHOLE = "all"
ANNOTATED = ("ner", "concepts", "link", "relation")
"""Tasks whose gold may be any folder or file of annotated documents."""


@functools.cache
def data_sets() -> tuple[DataSet, ...]:
    """Return the rows of the table in its order."""
    place = files("onoma") / "data" / "eval" / "datasets.toml"
    table = tomllib.loads(place.read_text(encoding="utf-8"))
    return tuple(_row(one, table["folder"][one["folder"]]) for one in table["set"])


def _row(one: dict[str, Any], folder: dict[str, Any]) -> DataSet:
    """Return a row; licence, source and citation are those of its folder."""
    views = tuple(
        View(name, tuple(v["words"]), tuple(v["types"]), tuple(v.get("ids", ())))
        for name, v in one.get("types", {}).items()
    )
    checksums = folder["files"]
    parts = tuple(
        Part(split, path, checksums.get(path, ""))
        for split, paths in one["files"].items()
        for path in paths
    )
    return DataSet(
        one["name"], one["folder"], tuple(one["tasks"]), one["format"], folder["licence"],
        folder["source"], folder["cite"], parts, views, one.get("options", {}),
    )  # fmt: skip


def find_source(
    path: Path,
    task: str,
    *,
    name: str | None = None,
    split: str | None = None,
    equivalents: Path | None = None,
    limit: int | None = None,
) -> Source:
    """Return what a path means: a set of the table by its folder or one of its files, else a file.

    ``name`` is that of the set where a folder holds several.
    Raises: DataMissing: nothing is there; InputError: the folder holds several sets for this task,
    or none.
    """
    if not path.exists():
        raise DataMissing(
            f"no data at {path}",
            hint="give the folder of a data set, or a file; see the page Evaluate",
        )
    here = path.absolute()
    row = _row_at(here, task, name)
    if row is None:
        if here.is_dir() and task not in ANNOTATED:
            raise InputError(
                f"the folder {here.name!r} is none of the table's",
                hint="give a file; see the page Evaluate",
            )
        return Source(path, None, split or WHOLE, equivalents, limit)
    if split is None:
        split = _split_of(row, None if here.is_dir() else here.name)
    return Source(here if here.is_dir() else here.parent, row, split, equivalents, limit)


def _row_at(here: Path, task: str, name: str | None) -> DataSet | None:
    """Return the one row for this task that a folder or file is, None if it is none."""
    folder = here.name if here.is_dir() else here.parent.name
    rows = [row for row in data_sets() if row.folder == folder]
    if not here.is_dir():
        rows = [row for row in rows if any(part.path == here.name for part in row.parts)]
    fitting = [row for row in rows if task in row.tasks]
    if rows and not fitting:
        tasks = sorted({one for row in rows for one in row.tasks})
        raise InputError(
            f"{folder} has no gold for the task {task!r}", hint=f"it has: {', '.join(tasks)}"
        )
    if name is not None:
        known = {row.name: row for row in fitting}
        if name not in known:
            raise UnknownName(f"set in {folder}", name, known)
        return known[name]
    if len(fitting) > 1:
        shown = ", ".join(row.name for row in fitting)
        raise InputError(f"{folder} holds several sets: {shown}", hint="choose one with --set")
    return fitting[0] if fitting else None


def _split_of(row: DataSet, file: str | None) -> str:
    """Return the split meant: that of the file named, else dev."""
    named = {part.split for part in row.parts if part.path == file} - {WHOLE}
    return named.pop() if len(named) == 1 else "dev"


def paths_of(source: Source, split: str) -> list[Path]:
    """Return a set's files of a split; of one without official splits all, to be cut by id.

    Raises: DataMissing: a file is not there; UnknownName: the set has no such split.
    """
    row = source.row
    if row is None:
        return [source.path]
    parts = [part for part in row.parts if WHOLE in (part.split, split) or part.split == split]
    if not parts:
        raise UnknownName(f"split of {row.name}", split, {part.split for part in row.parts})
    paths = [source.path / part.path for part in parts]
    for path in paths:
        if not path.is_file():
            raise DataMissing(
                f"{path} is not there",
                hint=f"{row.name} comes from {row.source}; its licence: {row.licence}",
            )
    return paths


def has_split(source: Source, split: str) -> bool:
    """Say whether a set has files of this split, official or cut by id."""
    row = source.row
    return row is not None and any(part.split in (split, WHOLE) for part in row.parts)


def is_cut_by_id(row: DataSet) -> bool:
    """Say whether a set has no official splits."""
    return any(part.split == WHOLE for part in row.parts)


def in_split(identifier: str, split: str) -> bool:
    """Say whether an id falls in a split of ours: one in four is dev, by its CRC."""
    return split == WHOLE or (zlib.crc32(identifier.encode()) % 4 == 0) == (split == "dev")


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""The manifest of a graph's folder: which files count, and from how many the edges were counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onoma.corpus.durable import FileSum, save_bytes, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.errors import BadFile, Inconsistent

MANIFEST = "graph.json"
FORMAT = 3
OLD = (1, 2)  # their edges lack arrays of what was said; their logs are the same


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a graph's folder holds."""

    log: tuple[FileSum, ...] = ()
    nodes: tuple[FileSum, ...] = ()  # what files said of nodes
    counted: tuple[FileSum, ...] = ()
    generation: int = 0
    counted_to: int = 0  # how many files of the log, and of nodes, the edges were counted from
    counted_log: int = -1  # how many of them are of the log; -1: an older version did not say

    def to_record(self) -> dict[str, Any]:
        """Return the manifest as plain values."""
        return {
            "format": FORMAT,
            "log": [one.to_record() for one in self.log],
            "nodes": [one.to_record() for one in self.nodes],
            "counted": [one.to_record() for one in self.counted],
            "generation": self.generation,
            "counted_to": self.counted_to,
            "counted_log": self.counted_log,
        }


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a graph's folder; an empty one where there is none.

    Edges that an older version counted are not named: they are to be counted again.
    Raises: BadFile, Checksum: damaged. Inconsistent: of a format that this version does not know.
    """
    path = folder / MANIFEST
    if not path.exists():
        return Manifest()
    record = read_sealed(path)
    if record.get("format") not in (*OLD, FORMAT):
        raise Inconsistent(
            f"{folder}: a graph of format {record.get('format')}, this version reads {FORMAT}",
            hint="use the version that made it, or build the graph anew",
        )
    try:
        sums = {
            name: tuple(FileSum.of_record(one) for one in record[name])
            for name in ("log", "nodes", "counted")
        }
        if record["format"] in OLD:
            sums["counted"] = ()
        return Manifest(
            **sums, generation=int(record["generation"]), counted_to=int(record["counted_to"]),
            counted_log=int(record.get("counted_log", -1)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{path}: not a graph's manifest", hint="build the graph anew") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, in one step."""
    save_bytes(folder / MANIFEST, sealed(manifest.to_record()))
    sync_folder(folder)

"""What is derived from a corpus: a folder of files with a manifest of their sums and a watermark.

An index lives in ``CORPUS/indexes/NAME/``: any files, and ``index.json`` beside them with the name,
size and SHA-256 of each, the ``watermark`` (the last key of the log that the index knows), the
``generation`` of the corpus that it was made of, and settings of its own. The files are written
first, synced, and only then does ``commit`` replace ``index.json``: whoever opens the index before
sees the old state or none. Files that the manifest does not name are what a killed run left;
``sweep`` removes them.

    index = DerivedIndex(corpus.indexes / "words")
    state = index.open(corpus)          # None: not there, damaged or made of another generation
    ...write files into index.folder...
    index.commit(["a.bin", "b.bin"], corpus, watermark=batch.last, settings={"format": 1})

Give a file that changes a new name: one that is overwritten in place and not yet committed when the
run is killed makes the index damaged, and it is built anew. Whatever cannot
be trusted is rebuilt from the log; nothing here is a source of truth.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from onoma.corpus.durable import FileSum, save_bytes, sum_file, sync_file, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.corpus.sums import Checked
from onoma.errors import BadFile, Checksum

MANIFEST = "index.json"
FORMAT = 1


class Source(Protocol):
    """What an index is made of: a corpus."""

    @property
    def id(self) -> str:
        """Which corpus it is."""

    @property
    def generation(self) -> int:
        """How often rows that were there before have changed."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an index's manifest says."""

    corpus: str
    generation: int
    watermark: int
    files: tuple[FileSum, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


class DerivedIndex:
    """A folder of derived files."""

    def __init__(self, folder: Path) -> None:
        """Take the index's own folder (``corpus.indexes / NAME``)."""
        self.folder = folder

    @property
    def name(self) -> str:
        """The index's name."""
        return self.folder.name

    def read(self) -> IndexState | None:
        """Return the recorded state; None where there is none.

        Raises: BadFile: the manifest is damaged.
        """
        path = self.folder / MANIFEST
        if not path.exists():
            return None
        record = read_sealed(path)
        try:
            return IndexState(
                str(record["corpus"]),
                int(record["generation"]),
                int(record["watermark"]),
                tuple(FileSum.of_record(one) for one in record["files"]),
                dict(record["settings"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadFile(f"{path}: not an index's manifest", hint="rebuild it") from error

    def check(self, *, is_full: bool = False) -> IndexState | None:
        """Return the state if its files are what it records; None where there is no index.

        A file's sum is computed when it is first used and again when its size or time has changed;
        ``is_full`` computes all of them.
        Raises: BadFile, Checksum: damaged.
        """
        state = self.read()
        if state is not None:
            checked = Checked(self.folder, is_full=is_full)
            for one in state.files:
                checked.check(one)
            checked.save()
        return state

    def open(self, source: Source) -> IndexState | None:
        """Return the state if the index can be used for this corpus, else None: rebuild it."""
        try:
            state = self.check()
        except (BadFile, Checksum, OSError):
            return None
        if state is None or (state.corpus, state.generation) != (source.id, source.generation):
            return None
        return state

    def commit(
        self,
        files: Iterable[str],
        source: Source,
        *,
        watermark: int,
        settings: dict[str, Any] | None = None,
    ) -> IndexState:
        """Make these files (names within the folder, synced here) the index; the watermark last.

        Files whose size and time are those of the last commit keep their sum.
        Raises: DiskFull: there is no room for the manifest; the old state stands.
        """
        checked = Checked(self.folder)
        sums = []
        for name in sorted(set(files)):
            known = checked.known(name)
            if known is None:
                sync_file(self.folder / name)
                known = FileSum(name, *_rest(sum_file(self.folder / name)))
                checked.note(known)
            sums.append(known)
        for folder in {(self.folder / one.name).parent for one in sums}:
            sync_folder(folder)
        state = IndexState(
            source.id, source.generation, watermark, tuple(sums), dict(settings or {})
        )
        record = {
            "format": FORMAT,
            "corpus": state.corpus,
            "generation": state.generation,
            "watermark": state.watermark,
            "files": [one.to_record() for one in sums],
            "settings": state.settings,
        }
        save_bytes(self.folder / MANIFEST, sealed(record))
        sync_folder(self.folder)
        checked.save()
        return state

    def begin(self) -> Path:
        """Return the folder, made if it is not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def sweep(self, keep: Iterable[str] = ()) -> None:
        """Remove the files that neither the manifest nor ``keep`` names."""
        state = self.read()
        named = {MANIFEST, *keep} | {one.name for one in (state.files if state else ())}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and name not in named and not path.name.startswith(".checked"):
                path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Remove the index; its manifest goes first, so that no half of it is taken for one."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _rest(one: FileSum) -> tuple[int, str]:
    return one.size, one.sha256


def derived_indexes(folder: Path) -> list[DerivedIndex]:
    """Return the indexes in this folder (``corpus.indexes``), by name."""
    if not folder.is_dir():
        return []
    return [DerivedIndex(path) for path in sorted(folder.iterdir()) if path.is_dir()]

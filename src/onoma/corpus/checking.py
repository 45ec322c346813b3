"""Everything of a corpus compared with what is recorded of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from onoma.corpus.derived import derived_indexes
from onoma.corpus.folder import DATA
from onoma.corpus.manifest import COPY, MANIFEST, Manifest, Segment, read_manifest
from onoma.corpus.segments import keys_of, read_table
from onoma.corpus.sums import Checked
from onoma.errors import BadFile, Checksum, OnomaError


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file."""

    file: str
    words: str


@dataclass(slots=True)
class Verdict:
    """What a verification found; ``spare`` are files that nothing names (harmless)."""

    files: int = 0
    size: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing wrong."""
        return not self.problems


def verify(folder: Path) -> Verdict:
    """Compare all files of a corpus with their checksums and with each other."""
    found = Verdict()
    manifest = _manifest(folder, found)
    if manifest is None:
        return found
    after = 0
    checked = Checked(folder / DATA, is_full=True)
    for segment in manifest.segments:
        if segment.first <= after:
            _note(found, MANIFEST, f"segment {segment.number} begins before the end of the last")
        after = segment.last
        for words in segment_problems(folder / DATA, segment, checked):
            found.problems.append(words)
        found.files += len(segment.files)
        found.size += segment.size
        found.rows += segment.rows
    checked.save()
    if after >= manifest.next_key:
        _note(found, MANIFEST, "the next key was used before")
    _check_derived(folder, manifest, found)
    named = {one.name for segment in manifest.segments for one in segment.files.values()}
    found.spare = sorted(
        path.name
        for path in (folder / DATA).iterdir()
        if path.name not in named and not path.name.startswith(".checked")
    )
    return found


def _note(found: Verdict, file: str, words: str) -> None:
    found.problems.append(Problem(file, words))


def _manifest(folder: Path, found: Verdict) -> Manifest | None:
    """Return the manifest; what is wrong with it or its copy is noted."""
    sound: list[Manifest] = []
    for name in (MANIFEST, COPY):
        try:
            sound.append(read_manifest(folder, name))
            found.files += 1
        except (OnomaError, OSError) as error:
            is_later = name == COPY and isinstance(error, FileNotFoundError)
            if not is_later:  # a run killed between the two
                _note(found, name, _words(error))
    return sound[0] if sound else None


def segment_problems(data: Path, segment: Segment, checked: Checked) -> Iterator[Problem]:
    """Yield what is wrong with a segment's files, by name."""
    tables: dict[str, pa.Table] = {}
    for kind, one in segment.files.items():
        try:
            checked.check(one)
            tables[kind] = read_table(data / one.name)
        except (OnomaError, OSError) as error:
            yield Problem(one.name, _words(error))
    yield from _row_problems(segment, tables)
    if "documents" not in tables:
        return
    documents = tables["documents"]
    if "heads" in tables:
        for column in ("key", "id", "text_hash", "removed"):
            if not documents.column(column).equals(tables["heads"].column(column)):
                yield Problem(segment.files["heads"].name, f"{column} differs from the documents'")
    for kind in ("mentions", "relations"):
        if kind in tables and not np.isin(keys_of(tables[kind]), keys_of(documents)).all():
            yield Problem(segment.files[kind].name, "rows of documents that are not there")


def _row_problems(segment: Segment, tables: dict[str, pa.Table]) -> Iterator[Problem]:
    """Yield what is wrong with the rows of single files: their number, their keys."""
    counts = {"documents": segment.rows, "heads": segment.rows}
    counts |= {"mentions": segment.mentions, "relations": segment.relations}
    for kind, table in tables.items():
        name = segment.files[kind].name
        if len(table) != counts[kind]:
            yield Problem(name, f"{len(table):,} rows where {counts[kind]:,} are recorded")
        keys = keys_of(table)
        if len(keys) and (keys[0] < segment.first or keys[-1] > segment.last):
            yield Problem(name, "keys outside the segment's range")
        step = np.diff(keys.astype(np.int64))
        if (step < (1 if kind in ("documents", "heads") else 0)).any():
            yield Problem(name, "keys are not in order")


def _check_derived(folder: Path, manifest: Manifest, found: Verdict) -> None:
    """Check what is derived from the log."""
    for index in derived_indexes(folder / "indexes"):
        try:
            state = index.check(is_full=True)
        except (BadFile, Checksum, OSError) as error:
            _note(found, f"indexes/{index.name}", _words(error))
            continue
        if state is None:
            continue  # never finished: it is built when it is first needed
        found.files += len(state.files) + 1
        found.size += sum(one.size for one in state.files)
        if state.corpus != manifest.id:
            _note(found, f"indexes/{index.name}", "made of another corpus")
        elif state.watermark > manifest.last:
            _note(found, f"indexes/{index.name}", "knows more than the log holds")


def _words(error: Exception) -> str:
    if isinstance(error, OnomaError):
        return error.message.partition(": ")[2] or error.message
    return getattr(error, "strerror", None) or type(error).__name__

"""The manifest: which segments make the log, what they were made with; replaced atomically.

It is written twice, ``manifest.json`` and then ``manifest.copy.json``: a damaged one is restored
from the other. Both are sealed (they carry their own checksum).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from onoma.corpus.durable import FileSum, save_bytes, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.errors import BadFile, Inconsistent
from onoma.pipeline.annotator import Settings
from onoma.types import Fields

MANIFEST = "manifest.json"
COPY = "manifest.copy.json"
FORMAT = 2  # 2: relations with what is said of them
LATER = ("relations", "least")
"""Settings that came after format 1 was first written."""
KINDS = ("documents", "mentions", "relations", "heads")
"""The files of a segment; ``relations`` is left out where there are none."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the log: keys ``first`` to ``last``, in ``files`` by kind.

    ``store`` and ``models`` say what its mentions were made with, ``recipe`` by which settings
    besides.
    """

    number: int
    first: int
    last: int
    rows: int
    mentions: int
    relations: int
    characters: int
    store: str
    models: Fields
    recipe: str
    files: dict[str, FileSum]

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Segment:
        """Return the segment of its record."""
        files = {kind: FileSum.of_record(one) for kind, one in record["files"].items()}
        models = tuple((str(what), str(which)) for what, which in record["models"])
        numbers = {
            name: int(record[name])
            for name in (
                "number", "first", "last", "rows", "mentions", "relations", "characters",
            )
        }  # fmt: skip
        return cls(
            **numbers,
            store=str(record["store"]),
            models=models,
            recipe=str(record["recipe"]),
            files=files,
        )

    def to_record(self) -> dict[str, Any]:
        """Return the segment as the manifest records it."""
        record = {name: getattr(self, name) for name in self.__slots__}
        record["models"] = [list(pair) for pair in self.models]
        return record | {"files": {kind: one.to_record() for kind, one in self.files.items()}}

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(one.size for one in self.files.values())


@dataclass(frozen=True, slots=True)
class Loss:
    """What a repair could not save: a range of keys and the ids known to have stood there."""

    first: int
    last: int
    ids: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is said of a corpus besides its segments' content.

    ``generation`` counts how often rows that were there before have changed (a new annotation, a
    repair): an index made of another generation is built anew. ``revision`` counts commits.
    ``sources``: the files that were read to their end, by the digest of their bytes.
    """

    id: str
    created: str
    settings: Settings
    store: str = ""
    revision: int = 0
    generation: int = 0
    next_segment: int = 1
    next_key: int = 1
    segments: tuple[Segment, ...] = ()
    losses: tuple[Loss, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last key of the log, 0 where it is empty."""
        return self.next_key - 1

    @property
    def recipe(self) -> str:
        """What mentions are made by, as a digest: the vocabulary's version and the settings."""
        said = asdict(self.settings) | {"kernel": "", "store": self.store}
        usual = asdict(Settings())
        for name in LATER:  # segments of the time before have the digest without them
            if said[name] == usual[name]:
                del said[name]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def with_segments(self, segments: Iterable[Segment], **changed: Any) -> Manifest:
        """Return the manifest of the next commit."""
        return replace(self, segments=tuple(segments), revision=self.revision + 1, **changed)

    def to_record(self) -> dict[str, Any]:
        """Return what is written."""
        return {
            "format": FORMAT,
            "id": self.id,
            "created": self.created,
            "settings": asdict(self.settings),
            "store": self.store,
            "revision": self.revision,
            "generation": self.generation,
            "next_segment": self.next_segment,
            "next_key": self.next_key,
            "segments": [one.to_record() for one in self.segments],
            "losses": [asdict(one) for one in self.losses],
            "sources": self.sources,
        }


def settings_of(record: dict[str, Any]) -> Settings:
    """Return settings as they were written; names unknown here are of a newer version."""
    known = {name: record[name] for name in Settings.__slots__ if name in record}
    lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return Settings(**(known | lists))


def parse_manifest(record: dict[str, Any], path: Path) -> Manifest:
    """Return the manifest of a record.

    Raises: BadFile: it is none. Inconsistent: a newer version of Onoma wrote it.
    """
    try:
        if int(record["format"]) > FORMAT:
            words = f"{path}: of format {record['format']}; this version reads {FORMAT}"
            raise Inconsistent(words, hint="use a newer version of Onoma")
        numbers = {
            name: int(record[name])
            for name in ("revision", "generation", "next_segment", "next_key")
        }
        return Manifest(
            id=str(record["id"]),
            created=str(record["created"]),
            settings=settings_of(record["settings"]),
            store=str(record["store"]),
            segments=tuple(Segment.of_record(one) for one in record["segments"]),
            losses=tuple(
                Loss(one["first"], one["last"], tuple(one["ids"]), one["words"])
                for one in record["losses"]
            ),
            sources={str(digest): str(name) for digest, name in record["sources"].items()},
            **numbers,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"{path}: not a corpus's manifest", hint="onoma corpus repair") from error


def read_manifest(folder: Path, name: str = MANIFEST) -> Manifest:
    """Return the manifest of a corpus.

    Raises: BadFile, Checksum: damaged. Inconsistent: of a newer version of Onoma.
    """
    path = folder / name
    return parse_manifest(read_sealed(path), path)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, then its copy: where the first is, all that it names is on the disk."""
    data = sealed(manifest.to_record())
    save_bytes(folder / MANIFEST, data)
    sync_folder(folder)
    save_bytes(folder / COPY, data)

"""The user's own vocabularies: folders in a data folder, versions side by side.

``ONOMA_DATA`` names the data folder, else it is the platform's. A vocabulary stands in
``vocabularies/ID/VERSION``; ``ID`` alone means the version that was added last, ``ID@VERSION`` one
of them. Nothing is ever overwritten: another content of one version stands beside it as ``.2``.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, InputError, UnknownName
from onoma.ontology.sources import read_record

CORE = "core"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.-]+")
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A vocabulary of the user's, at one version."""

    id: str
    version: str
    folder: Path
    name: str
    concepts: int
    names: int
    licence: str
    file: str
    added: str
    digest: str

    @property
    def key(self) -> str:
        """The name that means this version and no other."""
        return f"{self.id}@{self.folder.name}"


def data_folder() -> Path:
    """Return the folder of the user's data."""
    given = os.environ.get("ONOMA_DATA")
    if given:
        return Path(given)
    import platformdirs  # only where no folder is given

    return Path(platformdirs.user_data_dir("onoma"))


def entries(data: Path | None = None) -> list[Entry]:
    """Return all vocabularies by id, the newest version of each first."""
    root = (data or data_folder()) / "vocabularies"
    places = (path.parent for path in root.glob("*/*/sources.json"))
    found = [_entry(place) for place in places if not place.name.startswith(".")]
    found.sort(key=lambda one: one.added, reverse=True)
    return sorted(found, key=lambda one: one.id)


def _entry(folder: Path) -> Entry:
    record = read_record(folder)
    source: dict[str, Any] = record["sources"][0]
    return Entry(
        id=folder.parent.name,
        version=str(source["version"]),
        folder=folder,
        name=str(source["name"]),
        concepts=int(source["concepts"]),
        names=int(source["names"]),
        licence=str(source["licence"]),
        file=str(source.get("file", "")),
        added=str(source.get("added", "")),
        digest=str(source.get("digest", "")),
    )


def find_entry(name: str, data: Path | None = None) -> Entry:
    """Return the vocabulary of this id (its newest version) or ``ID@VERSION``.

    Raises: UnknownName: there is none.
    """
    known = entries(data)
    wanted, _, version = name.partition("@")
    for one in known:
        if one.id == wanted and version in ("", one.folder.name, one.version):
            return one
    names = [CORE, *dict.fromkeys(one.id for one in known)]
    names += [one.key for one in known if version]
    raise UnknownName("vocabulary", name, names)


def checked_id(name: str) -> str:
    """Return a vocabulary's id if it can be one.

    Raises: InputError: it is the core's, or has other characters than letters, digits and ``._-``.
    """
    if name == CORE:
        raise InputError("the id 'core' is taken", hint="choose another with --as")
    if not _ID.fullmatch(name):
        words = f"{name!r} cannot be the id of a vocabulary"
        raise InputError(words, hint="use letters, digits, and . _ - behind them, as in --as mine")
    return name


def id_of_file(path: Path) -> str:
    """Return the id that a file's name suggests (``hp.obo.gz`` gives ``hp``)."""
    stem = path.name.partition(".")[0] or path.name
    return _UNSAFE.sub("-", stem).strip("-._").lower() or "vocabulary"


def folder_for(id: str, version: str, digest: str, data: Path | None = None) -> Path:
    """Return where a vocabulary goes; one of equal digest may already stand there."""
    root = (data or data_folder()) / "vocabularies" / id
    stem = _UNSAFE.sub("-", version).strip("-.") or "1"
    number = 1
    while True:
        folder = root / (stem if number == 1 else f"{stem}.{number}")
        if not (folder / "sources.json").is_file() or _entry(folder).digest == digest:
            return folder
        number += 1


def remove_entry(entry: Entry) -> None:
    """Remove one version of a vocabulary; it is moved aside first, so that none is left half."""
    aside = entry.folder.with_name(f".{entry.folder.name}.removed")
    shutil.rmtree(aside, ignore_errors=True)
    entry.folder.replace(aside)
    shutil.rmtree(aside)
    if not any(entry.folder.parent.iterdir()):
        entry.folder.parent.rmdir()


def digest_of(path: Path, *said: str) -> str:
    """Return a SHA-256 over a file, or all files of a folder, and what was said with it.

    Raises: BadFile: it cannot be read.
    """
    digest = hashlib.sha256("\0".join(said).encode())
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    try:
        for file in files:
            digest.update(f"\0{file.relative_to(path) if path.is_dir() else ''}\0".encode())
            with file.open("rb") as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror or error}", hint="check the path") from error
    return digest.hexdigest()


def now() -> str:
    """Return the time at which something is added."""
    return datetime.now(UTC).isoformat(timespec="microseconds")

"""A project's own lists: what is never answered, what always passes, names of its own.

They stand in ``.onoma/`` of the project's folder, in plain text with ``#`` for remarks:
``block.tsv`` a CURIE or a name a line; ``allow.tsv`` a name a line; ``synonyms.tsv`` CURIE, tab,
name. They take effect when a vocabulary is opened; nothing is compiled anew.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from onoma.errors import BadLine, InputError
from onoma.ontology.curies import split_curie

FOLDER = ".onoma"
FILES = {"allow": "allow.tsv", "block": "block.tsv", "synonyms": "synonyms.tsv"}


@dataclass(frozen=True, slots=True)
class Synonym:
    """A name that a project gives to a concept, and the line where it does."""

    curie: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class ProjectLists:
    """The lists of one project; ``digest`` changes when they do."""

    allowed: tuple[str, ...] = ()
    blocked_curies: tuple[str, ...] = ()
    blocked_names: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    digest: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in any list."""
        return not (self.allowed or self.blocked_curies or self.blocked_names or self.synonyms)


def find_project(start: Path) -> Path | None:
    """Return the nearest ``.onoma`` folder at or above a folder, None if there is none."""
    for folder in (start, *start.parents):
        found = folder / FOLDER
        if found.is_dir():
            return found
    return None


def project_folder(given: Path) -> Path:
    """Return the folder of the lists: the one given, or ``.onoma`` in it where it is there."""
    return given / FOLDER if given.name != FOLDER and (given / FOLDER).is_dir() else given


def read_project(folder: Path) -> ProjectLists:
    """Return the lists of a folder; a file that is not there is an empty list.

    Raises: InputError: no such folder; BadLine: a line that does not say what it should.
    """
    if not folder.is_dir():
        raise InputError(f"no folder {folder}", hint="make it with: onoma vocab synonym CURIE NAME")
    digest = hashlib.sha256()
    rows: dict[str, list[tuple[int, str]]] = {}
    for name, file in FILES.items():
        path = folder / file
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{name}:{len(data)}:".encode() + data)
        rows[name] = _rows(data)
    curies: list[str] = []
    names: list[str] = []
    for _, text in rows["block"]:
        (curies if split_curie(text) and " " not in text else names).append(text.split("\t")[0])
    return ProjectLists(
        allowed=tuple(text.split("\t")[0] for _, text in rows["allow"]),
        blocked_curies=tuple(curies),
        blocked_names=tuple(names),
        synonyms=tuple(_synonym(folder / FILES["synonyms"], *row) for row in rows["synonyms"]),
        digest=digest.hexdigest()[:12],
    )


def _rows(data: bytes) -> list[tuple[int, str]]:
    """Return the lines that say something, with their numbers."""
    lines = data.decode("utf-8-sig", "replace").splitlines()
    kept = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    return [(number, line) for number, line in kept if line and not line.startswith("#")]


def _synonym(path: Path, number: int, line: str) -> Synonym:
    curie, _, name = line.partition("\t")
    name = name.split("\t")[0].strip()
    if not name or split_curie(curie) is None:
        hint = "write CURIE, a tab, and the name"
        raise BadLine(str(path), number, line, "not a CURIE and a name", hint=hint)
    return Synonym(curie.strip(), name, f"{path}, line {number}")


def add_line(folder: Path, which: str, line: str) -> bool:
    """Put a line at the end of a list, unless it is there; the file is replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILES[which]
    old = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    if line in old.splitlines():
        return False
    body = old if not old or old.endswith("\n") else old + "\n"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, prefix=".", delete=False
    ) as file:
        file.write(f"{body}{line}\n")
    Path(file.name).replace(path)
    return True

"""Shelves: folders of one kind (corpora, curations) side by side in one of the user's folders.

Each is found by its name there, or anywhere else by its path.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from onoma.errors import DataMissing, InputError, UnknownName
from onoma.ontology.workspace import data_folder

_NAME = re.compile(r"\w[\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where folders of one kind are.

    ``kind``: what one is called; ``folder``: the shelf's name in the user's data folder;
    ``variable``: the environment variable that overrides it; ``signs``: files of which each has
    one or more; ``command``: what makes one.
    """

    kind: str
    folder: str
    variable: str
    signs: tuple[str, ...]
    command: str

    def root(self) -> Path:
        """Return the folder that they stand in."""
        given = os.environ.get(self.variable)
        return Path(given) if given else data_folder() / self.folder

    def has(self, folder: Path) -> bool:
        """Say whether a folder is one of the kind."""
        return any((folder / sign).is_file() for sign in self.signs)

    def all(self, root: Path | None = None) -> list[Path]:
        """Return those that there are, by name."""
        root = root or self.root()
        return sorted(one for one in root.iterdir() if self.has(one)) if root.is_dir() else []

    def new(self, name: str) -> Path:
        """Return the folder for one of this name, or of this path where it has a separator.

        Raises: InputError: it cannot be a name.
        """
        if _is_path(name):
            return Path(name)
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot be the name of a {self.kind}",
                hint="use letters, digits, and . _ - behind them, or a path such as ./NAME",
            )
        return self.root() / name

    def find(self, name: str | Path) -> Path:
        """Return the folder of one by its name or path.

        Raises: DataMissing: there is none at this path. UnknownName: none has this name.
        """
        if isinstance(name, Path) or _is_path(name):
            folder = Path(name)
            if not self.has(folder):
                raise DataMissing(f"{folder}: no {self.kind}", hint=f"{self.command} makes one")
            return folder
        places = (self.root() / name, Path(name)) if name else ()
        for folder in places:
            if self.has(folder):
                return folder
        raise UnknownName(self.kind, name, [one.name for one in self.all()])


def _is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name in (".", "..")

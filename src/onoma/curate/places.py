"""Where curations are: folders side by side in one of the user's, or anywhere by their path."""

from __future__ import annotations

from pathlib import Path

from onoma.corpus.shelves import Shelf

SHEET = "curation.json"
_SHELF = Shelf("curation", "curations", "ONOMA_CURATIONS", (SHEET,), "onoma curate start")


def curations_folder() -> Path:
    """Return the folder of the user's curations (``ONOMA_CURATIONS`` overrides it)."""
    return _SHELF.root()


def list_curations(root: Path | None = None) -> list[Path]:
    """Return the folders of the user's curations, by name."""
    return _SHELF.all(root)


def new_curation(name: str) -> Path:
    """Return the folder for a curation of this name, or of this path where it has a separator.

    Raises: InputError: it cannot be a name.
    """
    return _SHELF.new(name)


def find_curation(name: str) -> Path:
    """Return the folder of a curation by its name or path.

    Raises: DataMissing: there is none at this path. UnknownName: none has this name.
    """
    return _SHELF.find(name)

"""Where corpora are: folders side by side in one of the user's, or anywhere by their path."""

from __future__ import annotations

from pathlib import Path

from onoma.corpus.manifest import COPY, MANIFEST
from onoma.corpus.shelves import Shelf
from onoma.errors import DataMissing, InputError

_SHELF = Shelf("corpus", "corpora", "ONOMA_CORPORA", (MANIFEST, COPY), "onoma corpus create")


def corpora_folder() -> Path:
    """Return the folder of the user's corpora (``ONOMA_CORPORA`` overrides it)."""
    return _SHELF.root()


def is_corpus(folder: Path) -> bool:
    """Say whether a folder is a corpus."""
    return _SHELF.has(folder)


def list_corpora(root: Path | None = None) -> list[Path]:
    """Return the folders of the user's corpora, by name."""
    return _SHELF.all(root)


def new_corpus(name: str) -> Path:
    """Return the folder for a corpus of this name, or of this path where it has a separator.

    Raises: InputError: it cannot be a name.
    """
    return _SHELF.new(name)


def find_corpus(name: str | Path = "") -> Path:
    """Return the folder of a corpus by its name or path; the only one there is where none is given.

    Raises: DataMissing: there is none at all, or none at this path. InputError: there are several.
    UnknownName: none has this name.
    """
    if str(name):
        return _SHELF.find(name)
    known = list_corpora()
    if len(known) == 1:
        return known[0]
    if not known:
        raise DataMissing("there is no corpus yet", hint="onoma corpus create NAME makes one")
    names = ", ".join(one.name for one in known)
    raise InputError(f"there are several corpora: {names}", hint="say which: --corpus NAME")

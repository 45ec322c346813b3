"""Where corpora are: folders side by side in one of the user's, or anywhere by their path."""

from __future__ import annotations

import os
import re
from pathlib import Path

from onoma.corpus.manifest import COPY, MANIFEST
from onoma.errors import DataMissing, InputError, UnknownName
from onoma.ontology.workspace import data_folder

_NAME = re.compile(r"\w[\w.-]*")


def corpora_folder() -> Path:
    """Return the folder of the user's corpora (``ONOMA_CORPORA`` overrides it)."""
    given = os.environ.get("ONOMA_CORPORA")
    return Path(given) if given else data_folder() / "corpora"


def is_corpus(folder: Path) -> bool:
    """Say whether a folder is a corpus."""
    return (folder / MANIFEST).exists() or (folder / COPY).exists()


def list_corpora(root: Path | None = None) -> list[Path]:
    """Return the folders of the user's corpora, by name."""
    root = root or corpora_folder()
    return sorted(one for one in root.iterdir() if is_corpus(one)) if root.is_dir() else []


def new_corpus(name: str) -> Path:
    """Return the folder for a corpus of this name, or of this path where it has a separator.

    Raises: InputError: it cannot be a name.
    """
    if _is_path(name):
        return Path(name)
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a corpus",
            hint="use letters, digits, and . _ - behind them, or a path such as ./NAME",
        )
    return corpora_folder() / name


def find_corpus(name: str | Path = "") -> Path:
    """Return the folder of a corpus by its name or path; the only one there is where none is given.

    Raises: DataMissing: there is none at all, or none at this path. InputError: there are several.
    UnknownName: none has this name.
    """
    known = list_corpora()
    if not str(name):
        if len(known) == 1:
            return known[0]
        if not known:
            raise DataMissing("there is no corpus yet", hint="onoma corpus create NAME makes one")
        names = ", ".join(one.name for one in known)
        raise InputError(f"there are several corpora: {names}", hint="say which: --corpus NAME")
    if isinstance(name, Path) or _is_path(name):
        folder = Path(name)
        if not is_corpus(folder):
            raise DataMissing(f"{folder}: no corpus", hint="onoma corpus create makes one")
        return folder
    found = next((one for one in known if one.name == name), None)
    if found is not None:
        return found
    if is_corpus(Path(name)):
        return Path(name)
    raise UnknownName("corpus", name, [one.name for one in known])


def _is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name in (".", "..")

"""Where curations are: folders side by side in one of the user's, or anywhere by their path."""

from __future__ import annotations

import os
import re
from pathlib import Path

from onoma.errors import DataMissing, InputError, UnknownName
from onoma.ontology.workspace import data_folder

SHEET = "curation.json"
_NAME = re.compile(r"\w[\w.-]{0,99}")


def curations_folder() -> Path:
    """Return the folder of the user's curations (``ONOMA_CURATIONS`` overrides it)."""
    given = os.environ.get("ONOMA_CURATIONS")
    return Path(given) if given else data_folder() / "curations"


def list_curations(root: Path | None = None) -> list[Path]:
    """Return the folders of the user's curations, by name."""
    root = root or curations_folder()
    return sorted(one.parent for one in root.glob(f"*/{SHEET}")) if root.is_dir() else []


def new_curation(name: str) -> Path:
    """Return the folder for a curation of this name, or of this path where it has a separator.

    Raises: InputError: it cannot be a name.
    """
    if _is_path(name):
        return Path(name)
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a curation",
            hint="use letters, digits, and . _ - behind them, or a path such as ./NAME",
        )
    return curations_folder() / name


def find_curation(name: str) -> Path:
    """Return the folder of a curation by its name or path.

    Raises: DataMissing: there is none at this path. UnknownName: none has this name.
    """
    folder = Path(name) if _is_path(name) else curations_folder() / name
    if (folder / SHEET).is_file() and name:
        return folder
    if _is_path(name):
        raise DataMissing(f"{folder}: no curation", hint="onoma curate start makes one")
    raise UnknownName("curation", name, [one.name for one in list_curations()])


def _is_path(name: str) -> bool:
    return "/" in name or os.sep in name or name in (".", "..")

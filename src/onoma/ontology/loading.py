"""From what a user calls a vocabulary to its store: ``core``, ``mine``, ``core,mine``, a file.

Several names give one merged vocabulary. A file that was never added is built into the cache,
under a digest of its content, and is quick to open from then on. A project folder's lists
(``ontology.overlay``) are laid over the store when it is opened.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from onoma.errors import InputError, UnknownName
from onoma.ontology.cache import cache_folder, compiled, open_folders
from onoma.ontology.layout import Progress
from onoma.ontology.project import read_project
from onoma.ontology.sources import core_folder
from onoma.ontology.store import ConceptStore
from onoma.ontology.workspace import CORE, find_entry

Names = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""One name or path, names between commas, or a sequence of them."""


def vocabulary_names(given: Names) -> tuple[str, ...]:
    """Return the names and paths one by one.

    Raises: InputError: none is given.
    """
    if isinstance(given, (str, os.PathLike)):
        text = os.fspath(given)
        whole = isinstance(given, os.PathLike) or Path(text).exists()
        parts = [text] if whole else text.split(",")
    else:
        parts = [os.fspath(one) for one in given]
    names = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not names:
        raise InputError("no vocabulary is named", hint="name one, as in core, or core,mine")
    return names


def vocabulary_folder(name: str) -> Path:
    """Return the vocabulary folder that a name or path means; a file is built into the cache.

    Raises: UnknownName: nothing of that name; what reading the file raises.
    """
    if name == CORE:
        return core_folder()
    try:
        return find_entry(name).folder
    except UnknownName:
        path = Path(name)
        if not path.exists():
            raise
    if (path / "sources.json").is_file():
        return path
    adding = import_module("onoma.ontology.adding")  # with all readers: only where a file is named
    return Path(adding.build_file(path, cache_folder()))


def open_vocabulary(
    names: Names = CORE, *, project: str = "", progress: Progress | None = None
) -> ConceptStore:
    """Return the store of a vocabulary, compiled first if need be.

    ``project`` is the folder of the lists that are laid over it; empty for none.
    """
    folders = [vocabulary_folder(name) for name in vocabulary_names(names)]
    store = open_folders(folders, progress)
    if not project:
        return store
    lists = read_project(Path(project))
    return store if lists.is_empty else _overlaid(store, lists.digest, project)


@lru_cache(maxsize=4)
def _overlaid(store: ConceptStore, digest: str, project: str) -> ConceptStore:
    overlay = import_module("onoma.ontology.overlay")  # only where a project has lists
    overlaid: ConceptStore = overlay.OverlaidStore(store, read_project(Path(project)))
    return overlaid


def compile_vocabulary(names: Names, progress: Progress | None = None) -> Path:
    """Return the folder of a vocabulary's store, compiled if it was not."""
    return compiled([vocabulary_folder(name) for name in vocabulary_names(names)], progress)

"""Where compiled stores live, and how one comes into being: compiled once, then only opened.

The folder is the user's cache (``ONOMA_CACHE`` overrides it). A store's folder name holds the
vocabulary's version, the store format and a digest of the vocabulary's files, so that an upgrade
never meets an old store.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from onoma.ontology.layout import STORE_FORMAT, Progress, silent
from onoma.ontology.sources import core_folder, read_sources
from onoma.ontology.store import ConceptStore

_LOG = logging.getLogger(__name__)
COMPILING = (("vocabulary", "read_vocabulary"), ("merging", "merge"), ("compile", "compile_store"))
LONGEST_NAME = 120  # characters of a folder's name before its digest


def cache_folder() -> Path:
    """Return the folder of compiled stores."""
    given = os.environ.get("ONOMA_CACHE")
    if given:
        return Path(given)
    import platformdirs  # only where no folder is given

    return Path(platformdirs.user_cache_dir("onoma"))


def store_folder(*vocabularies: Path) -> Path:
    """Return where the store of these vocabulary folders, taken as one, is or will be."""
    versions = []
    digest = hashlib.sha256()
    for vocabulary in vocabularies:
        versions.append(read_sources(vocabulary)[0])
        for path in sorted(vocabulary.iterdir()):
            digest.update(f"{path.name}:{path.stat().st_size}".encode())
        digest.update((vocabulary / "sources.json").read_bytes())
    version = "+".join(versions)[:LONGEST_NAME]
    return cache_folder() / f"{version}-{STORE_FORMAT}-{digest.hexdigest()[:12]}"


@lru_cache(maxsize=4)
def _open(path: Path) -> ConceptStore:
    return ConceptStore(path)


def open_core(progress: Progress | None = None) -> ConceptStore:
    """Return the core's store, compiled first if need be (about a minute, once).

    ``progress`` is called with each step; by default a bar is drawn where stderr is a terminal,
    and a line is logged elsewhere (Python writes it to stderr unless logging is set up).
    """
    return open_folders([core_folder()], progress)


def open_folders(folders: Sequence[Path], progress: Progress | None = None) -> ConceptStore:
    """Return the store of these vocabulary folders as one; otherwise as ``open_core``."""
    return _open(compiled(folders, progress))


def compiled(folders: Sequence[Path], progress: Progress | None = None) -> Path:
    """Return the store folder of these vocabulary folders, compiled first if need be."""
    path = store_folder(*folders)
    if (path / "store.json").is_file():
        return path
    words = "core vocabulary" if list(folders) == [core_folder()] else "vocabulary"
    if progress is not None:
        _compile(folders, path, progress)
    elif sys.stderr.isatty():
        _compile_with_bar(folders, path, words)
    else:
        if core_folder() in folders:
            _LOG.warning("onoma: compiling the %s, once (about a minute)", words)
        _compile(folders, path, silent)
    return path


def _compile(folders: Sequence[Path], path: Path, progress: Progress) -> None:
    # By name, as what compiles a store costs every other start time and memory.
    read, merge, compile_store = (
        getattr(import_module(f"onoma.ontology.{module}"), name) for module, name in COMPILING
    )
    progress("reading", 0.0)
    parts = [read(folder) for folder in folders]
    whole = parts[0] if len(parts) == 1 else merge(parts)
    parts.clear()
    compile_store(whole, path, progress=progress)


def _compile_with_bar(folders: Sequence[Path], path: Path, words: str) -> None:
    from rich.console import Console  # drawn once in a machine's life
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"compiling the {words} (once)", total=1.0)

        def advance(step: str, share: float) -> None:
            bar.update(task, completed=share, description=f"{words}, once: {step}")

        _compile(folders, path, advance)


def forget(version: str) -> None:
    """Remove the stores that were compiled of a version of a vocabulary, alone or with others."""
    for manifest in cache_folder().glob("*/store.json"):
        try:
            known = str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
        except (OSError, ValueError, KeyError):
            continue  # no store of ours, or being written
        if version in known.split("+"):
            shutil.rmtree(manifest.parent, ignore_errors=True)

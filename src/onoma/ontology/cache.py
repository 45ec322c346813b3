"""Where compiled stores live, and how one comes into being: compiled once, then only opened.

The folder is the user's cache (``ONOMA_CACHE`` overrides it). A store's folder name holds the
vocabulary's version, the store format and a digest of the vocabulary's files, so that an upgrade
never meets an old store.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from functools import lru_cache
from pathlib import Path

from onoma.ontology.compile import STORE_FORMAT, Progress, compile_store, silent
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import core_folder, read_sources, read_vocabulary

_LOG = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder of compiled stores."""
    given = os.environ.get("ONOMA_CACHE")
    if given:
        return Path(given)
    import platformdirs  # only where no folder is given

    return Path(platformdirs.user_cache_dir("onoma"))


def store_folder(vocabulary: Path) -> Path:
    """Return where the store of a vocabulary folder is, or will be."""
    version, _ = read_sources(vocabulary)
    digest = hashlib.sha256()
    for path in sorted(vocabulary.iterdir()):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    digest.update((vocabulary / "sources.json").read_bytes())
    return cache_folder() / f"{version}-{STORE_FORMAT}-{digest.hexdigest()[:12]}"


@lru_cache(maxsize=4)
def _open(path: Path) -> ConceptStore:
    return ConceptStore(path)


def open_core(progress: Progress | None = None) -> ConceptStore:
    """Return the core's store, compiled first if need be (about a minute, once).

    ``progress`` is called with each step; by default a bar is drawn where stderr is a terminal,
    and a line is logged elsewhere (Python writes it to stderr unless logging is set up).
    """
    folder = core_folder()
    path = store_folder(folder)
    if not (path / "store.json").is_file():
        if progress is not None:
            compile_store(read_vocabulary(folder), path, progress=progress)
        elif sys.stderr.isatty():
            _compile_with_bar(folder, path)
        else:
            _LOG.warning("onoma: compiling the core vocabulary, once (about a minute)")
            compile_store(read_vocabulary(folder), path, progress=silent)
    return _open(path)


def _compile_with_bar(folder: Path, path: Path) -> None:
    from rich.console import Console  # drawn once in a machine's life
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("compiling the core vocabulary (once)", total=1.0)

        def advance(step: str, share: float) -> None:
            bar.update(task, completed=share, description=f"core vocabulary, once: {step}")

        compile_store(read_vocabulary(folder), path, progress=advance)

"""A commit: the segments' files are on the disk, then the manifest names them."""

from __future__ import annotations

from onoma.corpus.durable import sync_folder
from onoma.corpus.log import Log
from onoma.corpus.manifest import Manifest, write_manifest


def commit_manifest(corpus: Log, manifest: Manifest) -> None:
    """Make a manifest the corpus's (the caller holds the lock and has written its files)."""
    sync_folder(corpus.data)
    write_manifest(corpus.folder, manifest)
    corpus.take(manifest)

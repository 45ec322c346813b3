"""A file, a folder or an add-on to a vocabulary of the user's: read, built, put in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from onoma.ontology.addons import ADDONS, read_addon
from onoma.ontology.building import Built, Choices, build_vocabulary
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.sniffing import sniff_vocabulary
from onoma.ontology.reading import Ledger
from onoma.ontology.workspace import (
    checked_id,
    data_folder,
    digest_of,
    entries,
    folder_for,
    id_of_file,
    now,
)
from onoma.types import Concept

Watch = Callable[[Iterable[Concept]], Iterable[Concept]]
"""Passes concepts on, to show how many there are so far."""


def unwatched(concepts: Iterable[Concept]) -> Iterable[Concept]:
    """Pass concepts on."""
    return concepts


def add_vocabulary(
    source: str | Path,
    choices: Choices,
    *,
    format: str | None = None,
    wheels: Path | None = None,
    watch: Watch = unwatched,
) -> Built | None:
    """Add a file, a folder or an add-on (by its name) to the user's vocabularies.

    ``choices.id`` may be empty: the file's or add-on's name is taken. Returns None if the same
    content was added before with the same choices.
    Raises: UnknownName: no such format; what the reader and ``build_vocabulary`` raise.
    """
    if isinstance(source, str) and source in ADDONS and not Path(source).exists():
        return _add_addon(source, choices, wheels=wheels, watch=watch)
    path = Path(source)
    choices = replace(choices, id=checked_id(choices.id or id_of_file(path)))
    name = format or sniff_vocabulary(path)
    digest = _digest(path, name, choices)
    if any(one.digest == digest for one in entries() if one.id == choices.id):
        return None
    ledger = Ledger(language=choices.language or "en")
    concepts = watch(vocabulary_readers.get(name)(path, ledger))
    return _build(concepts, ledger, choices, digest=digest, file=path.name)


def build_file(path: Path, cache: Path) -> Path:
    """Return the vocabulary folder of a file in a cache, made first if need be."""
    name, id_ = sniff_vocabulary(path), id_of_file(path)
    choices = Choices(id=id_)
    digest = _digest(path, name, choices)
    folder = cache / "files" / f"{id_}-{digest[:16]}"
    if not (folder / "sources.json").is_file():
        ledger = Ledger()
        build_vocabulary(
            vocabulary_readers.get(name)(path, ledger),
            ledger,
            lambda version: folder,
            choices=choices,
            scratch=folder.parent,
            more={"file": path.name, "digest": digest, "added": now()},
        )
    return folder


def _add_addon(name: str, choices: Choices, *, wheels: Path | None, watch: Watch) -> Built | None:
    addon = ADDONS[name]
    choices = replace(
        choices,
        id=checked_id(choices.id or name),
        types=choices.types or addon.types,
        version=addon.version,
        licence=addon.licence,
        own=False,
    )
    said = [f"{pin.package}=={pin.version} {pin.sha256}" for pin in addon.pins]
    digest = hashlib.sha256("\n".join(said).encode()).hexdigest()
    if any(one.digest == digest for one in entries() if one.id == choices.id):
        return None
    ledger = Ledger(language=choices.language or "en")
    concepts = watch(read_addon(name, ledger, wheels=wheels))
    return _build(
        concepts, ledger, choices, digest=digest, file=name, notice=addon.notice,
        licence_url=addon.licence_url,
    )  # fmt: skip


def _build(
    concepts: Iterable[Concept], ledger: Ledger, choices: Choices, *, digest: str, **more: str
) -> Built:
    added = now()
    return build_vocabulary(
        concepts,
        ledger,
        lambda version: folder_for(choices.id, version, digest),
        choices=choices,
        scratch=data_folder() / "vocabularies",
        more={"digest": digest, "added": added, **more},
    )


def _digest(path: Path, name: str, choices: Choices) -> str:
    said = (name, choices.prefix, choices.language, choices.version, ",".join(choices.types))
    return digest_of(path, *said)

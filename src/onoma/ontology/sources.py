"""What a vocabulary folder says of itself, without its tables: version, sources, licences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, VocabularyMissing


@dataclass(frozen=True, slots=True)
class Source:
    """Where concepts come from, with what its licence asks to be said."""

    name: str
    version: str
    licence: str
    notice: str
    concepts: int = 0
    names: int = 0
    licence_url: str = ""
    package: str = ""


def core_folder() -> Path:
    """Return the folder of the tables that ship with the package."""
    return Path(str(resources.files("onoma"))) / "data" / "core"


def read_record(folder: Path) -> dict[str, Any]:
    """Return what ``sources.json`` says of a vocabulary folder.

    Raises: VocabularyMissing: the folder holds no vocabulary; BadFile: it cannot be read.
    """
    path = folder / "sources.json"
    if not path.is_file():
        raise VocabularyMissing(f"no vocabulary in {folder}", hint="reinstall the package onoma")
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {error}", hint="remove the vocabulary and add it again") from error
    if isinstance(record, list):
        record = {"version": "core-2026.11", "sources": record}
    return dict(record)


def read_sources(folder: Path) -> tuple[str, tuple[Source, ...]]:
    """Return the vocabulary's version and its sources from ``sources.json``.

    Raises: VocabularyMissing: the folder holds no vocabulary.
    """
    record = read_record(folder)
    wanted = Source.__slots__
    sources = (Source(**{k: v for k, v in row.items() if k in wanted}) for row in record["sources"])
    return str(record["version"]), tuple(sources)


def rule_name(source: str) -> str:
    """Return the name under which rules know a source (``mine:hpo`` is read as ``hpo`` is)."""
    return source.rpartition(":")[2]

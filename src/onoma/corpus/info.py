"""What a corpus holds, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from onoma.corpus.derived import derived_indexes
from onoma.corpus.heads import PURGED
from onoma.corpus.log import Log
from onoma.corpus.segments import keys_of, read_table
from onoma.errors import OnomaError
from onoma.types import types_of


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """A derived index: up to which key it knows the log, and its size in bytes."""

    name: str
    watermark: int
    size: int
    is_usable: bool


@dataclass(frozen=True, slots=True)
class Info:
    """Counts of a corpus.

    ``documents`` count; ``rows`` are all that were ever written. ``updates`` are rows that a newer
    one of the same id hides, ``errors`` documents that failed and were not mended since,
    ``duplicates`` documents that double another one that counts, ``lost`` those that a repair could
    not save. Sizes are in bytes; ``types`` counts mentions of all rows.
    """

    name: str
    folder: str
    created: str
    documents: int
    rows: int
    updates: int
    removals: int
    errors: int
    duplicates: int
    lost: int
    mentions: int
    relations: int
    characters: int
    size: int
    store: str
    recipe: dict[str, Any]
    models: dict[str, str]
    stale: int  # documents annotated otherwise than the corpus now says
    segments: int
    years: tuple[int, int] | None
    types: dict[str, int]
    indexes: tuple[IndexInfo, ...]

    def to_record(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return asdict(self)


def corpus_info(log: Log) -> Info:
    """Return what a corpus holds.

    Raises: Checksum: a file is damaged.
    """
    return log.steadily(lambda: _info(log))


def _info(log: Log) -> Info:
    heads, live = log.heads(), log.live()
    keys = keys_of(heads)
    counts = np.isin(keys, live)
    removed = heads.column("removed").to_numpy()
    failed = heads.column("failed").to_numpy()
    lost = removed & (heads.column("record_hash").to_numpy() == 0)
    purged = removed & (heads.column("version").to_numpy() == PURGED)
    twins = heads.column("twin").combine_chunks()
    twins = np.asarray(twins.fill_null(0).to_numpy())
    years = heads.column("year").combine_chunks().filter(pa.array(counts)).drop_null().to_numpy()
    manifest = log.manifest
    segments = manifest.segments
    return Info(
        name=log.name,
        folder=str(log.folder),
        created=manifest.created,
        documents=len(live),
        rows=len(heads),
        updates=int((~counts & ~removed & ~failed).sum()),
        removals=int((removed & ~lost & ~purged).sum()),
        errors=len(log.failed_keys()),
        duplicates=int(np.isin(twins[counts], live).sum()),
        lost=len(set(heads.filter(pa.array(lost))["id"].to_pylist()) - set(log.ids())),
        mentions=sum(one.mentions for one in segments),
        relations=sum(one.relations for one in segments),
        characters=sum(one.characters for one in segments),
        size=sum(one.size for one in segments),
        store=manifest.store,
        recipe=_settings(log),
        models=dict(pair for one in segments for pair in one.models),
        stale=sum(one.rows for one in segments if one.recipe != manifest.recipe),
        segments=len(segments),
        years=(int(years.min()), int(years.max())) if len(years) else None,
        types=mention_types(log),
        indexes=tuple(_indexes(log)),
    )


def _settings(log: Log) -> dict[str, Any]:
    """Return the settings that differ from the usual ones, in a person's words."""
    given = log.manifest.settings
    said: dict[str, Any] = {"vocabulary": list(given.vocabulary), "mode": given.mode}
    if given.types:
        said["types"] = list(types_of(given.types))
    for name in ("ids", "nested", "project", "tagger", "described", "examples"):
        if value := getattr(given, name):
            said[name] = list(value) if isinstance(value, tuple) else value
    if given.leaning != "balanced":
        said["leaning"] = given.leaning
    if given.relations:
        said["relations"] = given.relations
    return said


def mention_types(log: Log) -> dict[str, int]:
    """Return how many mentions of each type the log holds, the most frequent first."""
    found: Counter[str] = Counter()
    for segment in log.manifest.segments:
        log.check(segment, "mentions")
        table = read_table(log.data / segment.files["mentions"].name, columns=["type"])
        for one in table.column("type").value_counts().to_pylist():
            found[one["values"]] += one["counts"]
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _indexes(log: Log) -> list[IndexInfo]:
    rows = []
    for index in derived_indexes(log.indexes):
        try:
            state = index.read()
        except (OnomaError, OSError):
            rows.append(IndexInfo(index.name, 0, 0, False))
            continue
        if state is not None:
            is_usable = (state.corpus, state.generation) == (log.id, log.generation)
            size = sum(one.size for one in state.files)
            rows.append(IndexInfo(index.name, state.watermark, size, is_usable))
    return rows

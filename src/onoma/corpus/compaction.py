"""Small segments into large ones: the log's rows stay as they are, only their files change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onoma.corpus.committing import commit_manifest
from onoma.corpus.log import Log
from onoma.corpus.manifest import Segment
from onoma.corpus.schema import RELATIONS, as_relations
from onoma.corpus.segments import Made, Rows, read_table, write_segment

SMALL_ROWS = 1 << 15
MOST_ROWS = 1 << 16
MOST_CHARACTERS = 1 << 28
ENOUGH = 8  # small neighbours that are worth the work


def compact(corpus: Log, *, enough: int = ENOUGH) -> int:
    """Join small neighbours (the caller holds the lock); return how many segments went."""
    gone = 0
    for run in list(_runs(corpus.manifest.segments, enough)):
        joined = _join(corpus, run)
        rest = corpus.manifest.segments
        place = rest.index(run[0])
        segments = (*rest[:place], joined, *rest[place + len(run) :])
        commit_manifest(
            corpus, corpus.manifest.with_segments(segments, next_segment=joined.number + 1)
        )
        corpus.note(joined)
        for segment in run:
            for one in segment.files.values():
                (corpus.data / one.name).unlink(missing_ok=True)
        gone += len(run) - 1
    return gone


def _runs(segments: Sequence[Segment], enough: int) -> Iterator[list[Segment]]:
    """Yield neighbours that make one segment together."""
    run: list[Segment] = []
    for segment in segments:
        is_small = segment.rows < SMALL_ROWS and segment.characters < MOST_CHARACTERS // 2
        fits = (
            sum(one.rows for one in run) + segment.rows <= MOST_ROWS
            and sum(one.characters for one in run) + segment.characters <= MOST_CHARACTERS
            and all(_made(one) == _made(segment) for one in run[:1])
        )
        if run and not (is_small and fits):
            if len(run) >= enough:
                yield run
            run = []
        if is_small:
            run.append(segment)
    if len(run) >= enough:
        yield run


def _join(corpus: Log, run: Sequence[Segment]) -> Segment:
    """Write one segment of several."""
    parts = []
    for segment in run:
        corpus.check(segment)
        tables = {kind: read_table(corpus.data / one.name) for kind, one in segment.files.items()}
        tables["heads"] = tables["heads"].replace_schema_metadata(None)
        tables["relations"] = as_relations(tables.get("relations", RELATIONS.empty_table()))
        parts.append(Rows(**tables))
    return write_segment(
        corpus.data,
        Rows.join(parts),
        number=corpus.manifest.next_segment,
        last=run[-1].last,
        made=_made(run[0]),
    )


def _made(segment: Segment) -> Made:
    return Made(segment.store, segment.models, segment.recipe)

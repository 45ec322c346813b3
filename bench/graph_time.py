"""A graph day by day: as one batch, as it was known on a date, and what contradictions come to.

The HPO annotations (phenotype.hpoa) are added by the days of their curation, each day its own
step, with contradictions planted among them. On some days the graph that has grown so far is
compared, edge by edge and number by number, with one made in one batch of what is dated until then,
and with the whole graph asked as of that day. The planted triples have a verdict that follows from
how they were made, on each of these days.

    python bench/graph_time.py phenotype.hpoa --out bench/results/graph_time.md
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from onoma.graph import Beliefs, GraphStore, Statement, read_hpoa
from onoma.graph.building import add_statements, count_edges
from report import Table

PLANTED = 100  # triples of each kind
KINDS = {
    # what is said, in days after the first: (days, against, confidence, document), then the
    # verdicts: from which day on, what
    "confirmed again": (
        ((0, False, 0.6, "a"), (300, True, 0.55, "b"), (900, False, 0.8, "c")),
        ((0, "holds"), (300, "disputed"), (900, "holds")),
    ),
    "refuted": (
        ((0, False, 0.6, "a"), (400, True, 0.8, "b"), (1000, True, 0.7, "c")),
        ((0, "holds"), (400, "disputed"), (1000, "denied")),
    ),
    "weak signs": (
        ((0, False, 0.3, "a"), (500, True, 0.3, "b")),
        ((0, "open"),),
    ),
    "one document told often": (
        ((0, False, 0.45, "a"), (100, False, 0.45, "a"), (200, True, 0.7, "b")),
        ((0, "open"), (200, "denied")),
    ),
    "contrary predicate": (
        ((0, False, 0.7, "a"), (600, None, 0.95, "b")),
        ((0, "holds"), (600, "denied")),
    ),
}  # fmt: skip
BEGIN = date(2010, 3, 1)


def planted() -> tuple[list[Statement], dict[tuple[str, str], tuple[date, str]]]:
    """Return the planted statements, and of each triple its first day and kind."""
    rng = np.random.default_rng(8)
    rows: list[Statement] = []
    known: dict[tuple[str, str], tuple[date, str]] = {}
    for kind, (said, _) in KINDS.items():
        for n in range(PLANTED):
            ends = f"PLANT:{len(known):05}", f"PLANT:{len(known) + 50_000:05}"
            first = BEGIN + timedelta(days=int(rng.integers(0, 4000)))
            known[ends] = (first, kind)
            for place, (days, against, sure, document) in enumerate(said):
                rows.append(
                    Statement(
                        ends[0],
                        "causes" if against is None else "treats",
                        ends[1],
                        level="extracted",
                        source="planted",
                        extractor="bench",
                        document=f"{kind}-{n}-{document}",
                        start=place,
                        confidence=sure,
                        negated=against is True,
                        date=str(first + timedelta(days=days)),
                    )
                )
    return rows, known


def expected(first: date, kind: str, day: date) -> str | None:
    """Return the verdict of a planted triple on a day; None before its first."""
    verdicts = [verdict for days, verdict in KINDS[kind][1] if first + timedelta(days=days) <= day]
    return verdicts[-1] if verdicts else None


def made(folder: Path, steps: Iterable[Sequence[Statement]]) -> GraphStore:
    """Add statements step by step and count the edges."""
    for step in steps:
        add_statements(folder, step)
    count_edges(folder)
    return GraphStore(folder)


def numbers(
    store: GraphStore, as_of: date | None = None
) -> dict[tuple[str, ...], tuple[float, ...]]:
    """Return all that is counted of each edge that is known."""
    edges = np.arange(store.edge_count, dtype=np.int32)
    counts = store.counts(edges, as_of=as_of)
    curies, predicates = store.nodes.curies(), store.predicates
    columns = zip(
        *(store.array(name).tolist() for name in ("tail", "predicate", "head", "level")),
        *(getattr(counts, name).tolist() for name in counts.__slots__), strict=True,
    )  # fmt: skip
    return {
        (curies[tail], predicates[predicate], curies[head], str(level)): tuple(rest)
        for tail, predicate, head, level, *rest in columns
        if rest[1]
    }


def verdicts(store: GraphStore, known: Iterable[tuple[str, str]], as_of: date | None) -> list[str]:
    """Return the present verdict of each planted triple; empty where it is not there."""
    beliefs, found = Beliefs(store), []
    there = set(store.nodes.curies())
    for subject, object_ in known:
        if subject not in there:
            found.append("")
            continue
        between = store.edges_between(store.row_of(subject), store.row_of(object_))
        own = [n for n in between if store.predicates[store.array("predicate")[n]] == "treats"]
        belief = beliefs.of(own[0], as_of=as_of)
        found.append(belief.verdict if belief.affirming + belief.denying else "")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Grow, compare, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("hpoa", type=Path, help="phenotype.hpoa, packed or not")
    parser.add_argument("--days", type=int, default=5, help="days on which graphs are compared")
    parser.add_argument("--out", type=Path, help="write the table as Markdown")
    options = parser.parse_args(arguments)
    own, known = planted()
    by_day: dict[str, list[Statement]] = defaultdict(list)
    for one in [*read_hpoa(options.hpoa), *own]:
        if isinstance(one, Statement):
            by_day[one.date].append(one)
    days = sorted(by_day)
    places = np.linspace(0, len(days), options.days + 1).astype(int)[1:]
    columns = [
        "known until", "days", "statements", "edges", "as one batch: unlike",
        "as of the day: unlike", "verdicts right", "appending a day, ms", "counting all, CPU s",
        "the last day counted in, CPU s",
    ]  # fmt: skip
    table = Table("A graph day by day", columns)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        whole = made(root / "whole", [[one for day in days for one in by_day[day]]])
        done = 0
        for place in places.tolist():
            begin = time.process_time()
            for day in days[done : place - 1]:
                add_statements(root / "daily", by_day[day])
            appended = (time.process_time() - begin) / (place - 1 - done)
            begin = time.process_time()
            count_edges(root / "daily", again=True)
            counted = time.process_time() - begin
            begin = time.process_time()
            daily = made(root / "daily", [by_day[days[place - 1]]])
            more = time.process_time() - begin
            until = date.fromisoformat(days[place - 1])
            batch = made(root / f"{place}", [[one for day in days[:place] for one in by_day[day]]])
            grown, at_once, asked = numbers(daily), numbers(batch), numbers(whole, until)
            right = 0
            for store, as_of in ((daily, None), (batch, None), (whole, until)):
                found = verdicts(store, known, as_of)
                told = [expected(*known[ends], until) or "" for ends in known]
                right += sum(a == b for a, b in zip(found, told, strict=True))
            table.add(
                [str(until), f"{place:,}", f"{sum(len(by_day[d]) for d in days[:place]):,}",
                 f"{len(grown):,}", f"{unlike(grown, at_once):,}", f"{unlike(grown, asked):,}",
                 f"{right:,} of {3 * len(known):,}", f"{1000 * appended:.1f}", f"{counted:.1f}",
                 f"{more:.2f}"],
                show=True,
            )  # fmt: skip
            done = place
    table.note("unlike: edges that only one of two graphs has, or of which any number differs "
               "(confidence, statements, documents, denials, first and last day)")  # fmt: skip
    table.note("verdicts: of the planted triples, in all three graphs")
    table.finish(options.out, sys.argv)
    return 0


def unlike(
    one: dict[tuple[str, ...], tuple[float, ...]], other: dict[tuple[str, ...], tuple[float, ...]]
) -> int:
    """Return how many edges differ in anything."""
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


if __name__ == "__main__":
    sys.exit(main())

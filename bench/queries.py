"""Queries under fire: random texts through the parsers, random trees against a naive evaluator.

    nice -n 15 python bench/queries.py [--texts 1000000] [--trees 10000] [--records 10000]

Texts are drawn from pieces of the three dialects and from any characters. Each must give a tree or
``UnparsableQuery`` at characters of the text, and a tree must come back from its own text. Trees
are compiled against an index of random records and must find exactly the records that
``naive_queries`` names: a tree is held against all records of a slice, slices taking turns, so
that every tree is checked record by record and every record by many trees.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from naive_queries import Naive, RandomTrees, Record, random_records, tables_of
from onoma.errors import UnparsableQuery
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.search.ancestry import Ancestry
from onoma.search.fields import open_index, schema
from onoma.search.query.compile import compile_query
from onoma.search.query.meanings import Meanings
from onoma.search.query.parse import DIALECTS, parse
from onoma.search.query.printing import to_text
from onoma.search.rows import index_rows
from report import Table, write_tables

PIECES = (
    "(", ")", '"', "AND", "OR", "NOT", "and", "or", "not", "#1", "1", "2.", "asthma", "child*",
    "wom?n", "$", "adj3", "adj", ".ti,ab.", ".mp.", ".zz.", "[tiab]", "[mh]", "[tiab:~3]", "[dp]",
    "[mh:noexp]", ":", "2015", "2015/03/01", "exp Asthma/", "*Asthma/dt", "/", "or/1-3",
    "limit 1 to", 'yr="2000-2010"', "title:", "mesh:", 'mesh:"Asthma"/exp', "@HP:0001250",
    '@"x y"', "@drug", "?", "treats", "NEAR/5", "NEXT/2(", "year:2015-", "role:result(", "*",
    "\u201c", "\n", "\n#2 ", "\n3. ", "type:gene", "has:abstract", "\t", "\xe9", "\u672c", "\x00",
    "\ud800", "''", "--", "a-b", "/only",
)  # fmt: skip
CURIES = (
    "MESH:D001249", "MESH:D008171", "MESH:D012140", "MESH:D010300", "MESH:D019636", "MESH:D001943",
    "MESH:D009369", "MESH:D003924", "MESH:D003920", "MONDO:0004979", "MONDO:0005180",
    "MONDO:0005559", "MONDO:0004992", "HP:0001250", "HP:0002664", "CHEBI:6801", "MESH:D008687",
)  # fmt: skip
SLICE = 100
WRITTEN = 1_000  # trees after which the page is written


def random_text(rng: random.Random) -> str:
    """Return a text that may look like a query."""
    if rng.random() < 0.2:
        points = (rng.choice((rng.randint(32, 126), rng.randint(0, 0x10FFFF))) for _ in range(12))
        return "".join(map(chr, points))
    gap = rng.choice(("", " ", " "))
    return gap.join(rng.choices(PIECES, k=rng.randint(1, 10)))


def fire(texts: int, rng: random.Random) -> tuple[Table, int]:
    """Send texts through the parsers; return the table and how often anything else was raised."""
    table = Table(
        "Random texts through the parsers",
        ["dialect", "texts", "read", "refused", "other errors", "texts per CPU second"],
    )
    failures = 0
    for dialect in DIALECTS:
        seen: Counter[str] = Counter()
        start = time.process_time()
        for _ in range(texts // len(DIALECTS)):
            seen[one_text(random_text(rng), dialect)] += 1
        spent = time.process_time() - start
        failures += seen["other"]
        total = sum(seen.values())
        table.add(
            [
                dialect, f"{total:,}", f"{seen['read']:,}", f"{seen['refused']:,}",
                str(seen["other"]), f"{total / spent:,.0f}",
            ],
            show=True,
        )  # fmt: skip
    return table, failures


def one_text(text: str, dialect: str) -> str:
    """Return what became of a text: read, refused, or other."""
    try:
        tree = parse(text, dialect)
        same = parse(to_text(tree)) == tree
    except UnparsableQuery as error:
        start, end = error.span
        is_placed = error.text == text and 0 <= start <= end <= len(text)
        return "refused" if is_placed and error.problem else "other"
    except Exception as error:  # what this bench is there to find
        print(f"{dialect}: {text!r}: {error!r}")
        return "other"
    if not same:
        print(f"{dialect}: {text!r} does not come back")
    return "read" if same else "other"


@dataclass(slots=True)
class Agreement:
    """How far random trees and the naive evaluator agree."""

    trees: int = 0
    some: int = 0
    hits: int = 0
    wrong: int = 0
    engine: float = 0.0
    plain: float = 0.0

    def table(self, count: int) -> Table:
        """Return the table."""
        heads = ["records", "trees", "finding some", "records found", "disagreements"]
        table = Table(
            "Random trees against the naive evaluator",
            [*heads, "compiled and searched, CPU ms a tree", "naive, CPU ms a tree"],
        )
        told = [f"{n:,}" for n in (count, self.trees, self.some, self.hits, self.wrong)]
        spent = [f"{1000 * one / max(self.trees, 1):.1f}" for one in (self.engine, self.plain)]
        table.add([*told, *spent])
        table.notes.append(
            f"Each tree is compared on {SLICE} records, slices of all {count:,} in turn; the "
            "engine searches all of them."
        )
        return table


def agree(
    trees: int, count: int, store: ConceptStore, rng: random.Random, folder: Path
) -> Iterator[Agreement]:
    """Hold random trees against the naive evaluator; yield how far they agree, now and then."""
    concepts = [(one, store.concept(one).label, store.concept(one).types[0]) for one in CURIES]
    records = random_records(count, concepts, rng)
    searcher = indexed(records, store, folder)
    meanings, naive, drawn = Meanings(store), Naive(store, concepts), RandomTrees(concepts, rng)
    out = Agreement()
    for number in range(trees):
        tree = drawn.tree()
        first = number * SLICE % count
        start = time.process_time()
        query = compile_query(tree, searcher, meanings)
        found = searcher.search(query, limit=count).hits
        keys = searcher.fast_field_values("key", [address for _, address in found])
        middle = time.process_time()
        expected = naive.find(tree, records[first : first + SLICE])
        out.engine += middle - start
        out.plain += time.process_time() - middle
        here = {int(key) for key in keys if key is not None and first < key <= first + SLICE}
        out.trees, out.some = out.trees + 1, out.some + (0 < len(keys) < count)
        out.hits += len(keys)
        if here != expected:
            out.wrong += 1
            print(f"{to_text(tree)}: {sorted(here ^ expected)[:10]}")
        if out.trees % WRITTEN == 0 or out.trees == trees:
            yield out


def indexed(records: Sequence[Record], store: ConceptStore, folder: Path) -> tantivy.Searcher:
    """Return a searcher over records."""
    index = open_index(folder)
    writer = index.writer(50_000_000, 1)
    for row in index_rows(*tables_of(records), Ancestry(store)):
        writer.add_document(tantivy.Document.from_dict(row, schema()))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index.searcher()


def main() -> None:
    """Run both and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=1_000_000)
    options.add_argument("--trees", type=int, default=10_000)
    options.add_argument("--records", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    rng = random.Random(given.seed)  # noqa: S311
    texts, failures = fire(given.texts, rng)
    page = Path(__file__).parent / "results" / "queries.md"
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        store = open_vocabulary("core")
        for so_far in agree(given.trees, given.records, store, rng, Path(folder)):
            write_tables([texts, so_far.table(given.records)], page, sys.argv)
            wrong = so_far.wrong
    if failures or wrong:
        raise SystemExit(f"{failures} texts, {wrong} trees")


if __name__ == "__main__":
    main()

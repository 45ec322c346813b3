"""Random queries find what the plainest evaluator says that they find."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("tantivy")
pytest.importorskip("lark")

import tantivy

from onoma.ontology.store import ConceptStore
from onoma.search.ancestry import Ancestry
from onoma.search.fields import open_index, schema
from onoma.search.query.compile import compile_query
from onoma.search.query.meanings import Meanings
from onoma.search.query.parse import parse
from onoma.search.query.printing import to_text
from onoma.search.rows import index_rows

if TYPE_CHECKING:
    from onoma.search.query.tree import Tree

naive_queries: Any = importlib.import_module("naive_queries")

RECORDS = 300
CONCEPTS = [
    ("MONDO:0004992", "cancer", "disease"),
    ("MONDO:0007254", "breast cancer", "disease"),
    ("MONDO:0006256", "invasive breast carcinoma", "disease"),
    ("MESH:D001943", "Breast Neoplasms", "disease"),
    ("MESH:D003924", "Diabetes Mellitus, Type 2", "disease"),
    ("MONDO:0005148", "type 2 diabetes mellitus", "disease"),
    ("MESH:D010300", "Parkinson Disease", "disease"),
    ("MONDO:0005027", "epilepsy", "disease"),
]


@pytest.fixture(scope="module")
def records() -> list[Any]:
    made: list[Any] = naive_queries.random_records(RECORDS, CONCEPTS, random.Random(7))  # noqa: S311
    return made


@pytest.fixture(scope="module")
def searcher(
    records: list[Any], store: ConceptStore, tmp_path_factory: pytest.TempPathFactory
) -> tantivy.Searcher:
    folder: Path = tmp_path_factory.mktemp("index")
    index = open_index(folder)
    writer = index.writer(15_000_000, 1)
    documents, mentions, relations = naive_queries.tables_of(records)
    for row in index_rows(documents, mentions, relations, Ancestry(store)):
        writer.add_document(tantivy.Document.from_dict(row, schema()))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index.searcher()


def found(searcher: tantivy.Searcher, tree: Tree, meanings: Meanings) -> set[int]:
    query = compile_query(tree, searcher, meanings)
    hits = searcher.search(query, limit=RECORDS).hits
    keys = searcher.fast_field_values("key", [address for _, address in hits])
    return {int(key) for key in keys if key is not None}


def test_random_queries_find_what_the_naive_evaluator_finds(
    records: list[Any], searcher: tantivy.Searcher, store: ConceptStore
) -> None:
    meanings, naive = Meanings(store), naive_queries.Naive(store, CONCEPTS)
    trees = naive_queries.RandomTrees(CONCEPTS, random.Random(11))  # noqa: S311
    some = 0
    for _ in range(250):
        tree = trees.tree()
        expected = naive.find(tree, records)
        assert found(searcher, tree, meanings) == expected, to_text(tree)
        assert found(searcher, parse(to_text(tree)), meanings) == expected
        some += 0 < len(expected) < RECORDS
    assert some > 100

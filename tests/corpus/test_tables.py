"""The tables of a corpus: what counts alone, for queries alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus import COUNTED, Corpus, count_by
from onoma.errors import InputError

pytest.importorskip("duckdb")


def test_tables_hold_what_counts(filled: Corpus) -> None:
    rows = filled.sql("SELECT id FROM documents ORDER BY key").column("id").to_pylist()
    assert rows == [one.id for one in filled.annotated()]
    wanted = sum(len(one.mentions) for one in filled.annotated())
    assert filled.sql("SELECT count(*) AS n FROM mentions").to_pylist() == [{"n": wanted}]
    found = filled.sql("SELECT value FROM fields WHERE name = ? AND key = ?", ["journal", 2])
    assert found.to_pylist() == [{"value": "Journal 1"}]


def test_documents_are_counted_by_each_facet(filled: Corpus, corpus: Corpus) -> None:
    for by in COUNTED:
        assert len(count_by(filled, by, most=2)) <= 2
    years = count_by(filled, "year").to_pylist()
    assert years[0] == {"value": 1990, "documents": 1}
    assert sum(row["documents"] for row in years) == len(filled)
    with pytest.raises(InputError, match="no facet"):
        count_by(filled, "colour")


def test_an_empty_corpus_has_empty_tables(corpus: Corpus) -> None:
    assert corpus.sql("SELECT * FROM documents").num_rows == 0
    assert corpus.sql("SELECT * FROM mentions").num_rows == 0
    assert count_by(corpus, "concept").num_rows == 0


@pytest.mark.parametrize(
    "query",
    [
        "COPY documents TO '{folder}/x.csv'",
        "SELECT * FROM read_csv('{folder}/x.csv')",
        "SELECT * FROM '{folder}/x.csv'",
        "SELECT 1; SELECT 2",
        "ATTACH '{folder}/x.db'",
        "SET threads = 4",
        "SELEC 1",
        "INSTALL httpfs",
        "",
    ],
)
def test_only_queries_over_the_corpus_are_let_through(
    filled: Corpus, tmp_path: Path, query: str
) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    before = sorted(path.name for path in filled.data.iterdir())
    with pytest.raises(InputError):
        filled.sql(query.format(folder=tmp_path))
    assert sorted(path.name for path in filled.data.iterdir()) == before

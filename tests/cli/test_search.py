"""``onoma search`` and ``onoma corpus index`` as a user would."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("tantivy")

from onoma.cli import app
from onoma.corpus import Corpus
from onoma.errors import OnomaError
from onoma.ontology.store import ConceptStore
from tests.search.conftest import ARTICLES, article


@pytest.fixture(autouse=True)
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_core: ConceptStore) -> Corpus:
    monkeypatch.setenv("ONOMA_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.chdir(tmp_path)
    made = Corpus.create(tmp_path / "corpora" / "kept")
    made.add([article(*one) for one in ARTICLES])
    return made


def run(*given: str) -> Result:
    return CliRunner().invoke(app, list(given), standalone_mode=False)


def test_a_pipe_gets_a_json_line_a_hit_and_one_of_facets() -> None:
    done = run("search", "parkinson disease", "--facets", "type,concept")
    *hits, facets = map(json.loads, done.stdout.splitlines())
    assert [hit["id"] for hit in hits] == ["p2", "p1"]
    assert hits[0]["why"]["concepts"][0]["curie"] == "MONDO:0005180"
    assert facets["facets"]["type"][0]["value"] == "disease"
    assert "no vectors yet" in done.stderr


def test_a_strict_query_is_explained_line_by_line_with_cautions() -> None:
    done = run("search", "title:falls OR title:zebra", "--explain")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["p2"]
    assert "title:falls" in done.stderr
    assert "zebra" in done.stderr


def test_nothing_found_is_exit_code_1_and_a_fault_exit_code_2() -> None:
    assert run("search", "zebra").return_value == 1
    assert isinstance(run("search", "title:(falls").exception, OnomaError)
    assert isinstance(run("search").exception, OnomaError)
    assert isinstance(run("search", "--like", "nobody").exception, OnomaError)


@pytest.mark.parametrize("target", ["ris", "nbib", "pubtator", "biocjson"])
def test_hits_are_exported_in_their_order(target: str, tmp_path: Path) -> None:
    done = run("search", "parkinson disease", "--export", target, "hits.out")
    assert done.return_value == 0
    text = (tmp_path / "hits.out").read_text(encoding="utf-8")
    assert 0 <= text.index("p2") < text.index("p1")


def test_hits_are_exported_as_a_table(tmp_path: Path) -> None:
    run("search", "parkinson disease", "--export", "csv", "hits.csv")
    rows = list(csv.DictReader((tmp_path / "hits.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["p2", "p1"]
    assert isinstance(
        run("search", "gout", "--export", "word", "x").exception, OnomaError | SystemExit
    )


def test_what_is_new_since_is_shown_once(corpus: Corpus) -> None:
    run("search", "@MONDO:0005180", "--save", "pd")
    assert "pd\t@MONDO:0005180" in run("search", "--saved").stdout
    assert run("search", "--new", "pd").return_value == 1
    corpus.add([article("p9", "Parkinson disease", "A new paper.")])
    assert '"p9"' in run("search", "--new", "pd").stdout
    assert run("search", "--new", "pd").return_value == 1


def test_documents_like_one_and_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("She has Parkinson disease and falls.", encoding="utf-8")
    for given in ("p1", "mine.txt"):
        for by in ("fused", "concepts"):
            done = run("search", "--like", given, "--by", by)
            assert json.loads(done.stdout.splitlines()[0])["id"] in ("p1", "p2")


def test_the_index_is_brought_up_to_date() -> None:
    assert "6 documents can be searched" in run("corpus", "index").stderr

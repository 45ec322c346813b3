"""A server in this process, over the small vocabulary, with a corpus and a graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("msgspec")
pytest.importorskip("starlette")
pytest.importorskip("argon2")
pytest.importorskip("tantivy")
pytest.importorskip("duckdb")

from starlette.testclient import TestClient

import onoma
from onoma.corpus import Corpus, new_corpus
from onoma.graph import Graph, Statement
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.server.app import make_app
from onoma.server.settings import ServerSettings
from onoma.types import FailedDocument
from tests.search.conftest import ARTICLES, article

HERE = "http://localhost"
DRUG, ILL = "CHEBI:6801", "MONDO:0005148"
SAID = "Metformin treats type 2 diabetes mellitus."


@pytest.fixture(scope="package")
def place(store: ConceptStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of data, made as a user would, which everything here finds."""
    folder = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONOMA_CACHE", str(store.path.parent))
        patch.setenv("ONOMA_DATA", str(folder / "data"))
        patch.setenv("ONOMA_STATE", str(folder / "state"))
        for name in ("kept", "other"):
            corpus = Corpus.create(new_corpus(name), settings=Settings(relations=""))
            rows = [
                article(*one, date=f"{2015 + year}-03", metadata=(("journal", "A Journal"),))
                for year, one in enumerate(ARTICLES)
            ]
            numbered = article("101", "Metformin for diabetes", SAID, date="2019")
            failed = FailedDocument("bad1", "bad-encoding", "not UTF-8", "save it anew")
            corpus.add([*rows, numbered, failed])
        relating = onoma.load(mode="dictionary").relating("rules").settings
        Corpus.create(new_corpus("numbered"), settings=relating).add([numbered])
        graph = Graph(folder / "heart")
        graph.add([
            Statement(DRUG, "treats", ILL, document="PMID:1", text=SAID, date="2019-05"),
            Statement(DRUG, "treats", ILL, document="PMID:2", text=SAID, date="2020", negated=True),
            Statement("HGNC:1100", "associated_with", "MONDO:0007254", document="PMID:3"),
        ])  # fmt: skip
        yield folder


def settings_of(place: Path, name: str = "state", **more: object) -> ServerSettings:
    """Return settings for a server over the folder."""
    made = {"heart": str(place / "heart")}
    return ServerSettings(folder=str(place / name), graphs=made, preload=(), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def client(place: Path) -> Iterator[TestClient]:
    """A client of a server that asks for no key, as one on loopback."""
    with TestClient(make_app(settings_of(place)), base_url=HERE) as made:
        yield made

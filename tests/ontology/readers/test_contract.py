"""The contract of readers, run on every registered name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.sniffing import sniff_vocabulary
from onoma.ontology.reading import VocabularyReader
from tests.ontology.readers.contract import VocabularyReaderContract
from tests.ontology.readers.release_files import FORMATS, write_files
from tests.ontology.readers.test_graphs import GRAPH, RDF_XML, TURTLE
from tests.ontology.readers.test_obo import FILE
from tests.ontology.readers.test_tabular import MAPPINGS

TABLE = "curie\tname\tscope\nLAB:1\tknee\tlabel\nLAB:1\tgenu\texact\n"
SINGLE: dict[str, tuple[str, str]] = {
    "csv": ("a.csv", TABLE.replace("\t", ",")),
    "jsonl": ("a.jsonl", '{"curie": "LAB:1", "label": "knee", "names": ["genu"]}\n'),
    "obo": ("a.obo", FILE),
    "obographs": ("a.json", json.dumps(GRAPH)),
    "owl": ("a.owl", RDF_XML),
    "skos": ("a.ttl", TURTLE),
    "sssom": ("a.sssom.tsv", MAPPINGS),
    "tsv": ("a.tsv", TABLE),
}


def make_sample(name: str, folder: Path) -> Path:
    """Write the sample of a format and return its path."""
    if name == "skos":
        pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
    if name in SINGLE:
        path = folder / SINGLE[name][0]
        path.write_text(SINGLE[name][1], encoding="utf-8", newline="")
        return path
    files = FORMATS[name]
    write_files(folder, files)
    return folder / next(iter(files)) if len(files) == 1 else folder


@pytest.fixture(params=vocabulary_readers.names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestEveryReader(VocabularyReaderContract):
    @pytest.fixture
    def reader(self, name: str) -> VocabularyReader:
        if name == "skos":
            pytest.importorskip("pyoxigraph", reason="the extra rdf is not installed")
        return vocabulary_readers.get(name)

    @pytest.fixture
    def sample(self, name: str, tmp_path: Path) -> Path:
        return make_sample(name, tmp_path)


def test_every_reader_has_a_sample() -> None:
    assert set(vocabulary_readers.names()) <= SINGLE.keys() | FORMATS.keys()


def test_every_format_is_recognised(name: str, tmp_path: Path) -> None:
    assert sniff_vocabulary(make_sample(name, tmp_path)) == name

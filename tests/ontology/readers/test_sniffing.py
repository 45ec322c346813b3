from __future__ import annotations

import contextlib
import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadFile, OnomaError
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.sniffing import sniff_vocabulary
from tests.ontology.readers.test_graphs import FUNCTIONAL, RDF_XML, SKOS, TURTLE

CONTENT = {
    "obo": "! a comment\nformat-version: 1.2\n\n[Term]\nid: A:1\n",
    "obographs": '{"meta": {}, "graphs": [ {"nodes": []} ]}',
    "skos": TURTLE,
    "tsv": "HP:0001945\tFever\n",
    "csv": "id,label\nLAB:1,knee\n",
    "sssom": "# a: b\nsubject_id\tpredicate_id\tobject_id\n",
    "jsonl": '{"id": "LAB:1"}\n',
    "hgnc": "hgnc_id\tsymbol\tname\n",
    "loinc": '"LOINC_NUM","COMPONENT"\n',
    "icd-claml": '<?xml version="1.0"?>\n<!DOCTYPE ClaML>\n<ClaML version="2.0.0">',
    "icd10cm": "<ICD10CM.tabular>\n",
    "mesh": '<?xml version="1.0"?><DescriptorRecordSet LanguageCode="eng">',
}
OTHER: list[tuple[str, str]] = [
    ("owl", FUNCTIONAL),
    ("owl", RDF_XML),
    ("owl", "Prefix: obo: <http://x/>\nOntology: <http://x>\n"),
    ("skos", f'<http://a/1> <{SKOS}prefLabel> "knee"@en .\n'),
    ("skos", f'<rdf:RDF xmlns:skos="{SKOS}"><skos:Concept rdf:about="http://a/1"/></rdf:RDF>'),
    ("skos", f'{{"@context": {{"skos": "{SKOS}"}}, "@graph": []}}'),
]


@pytest.mark.parametrize(("name", "text"), [*CONTENT.items(), *OTHER])
def test_content_tells_the_format_whatever_the_file_is_called(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / "vocabulary.dat"
    path.write_text(text, encoding="utf-8")
    assert sniff_vocabulary(path) == name
    assert name in vocabulary_readers.names()


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, lzma.compress, lambda data: pa.Codec("zstd").compress(data, asbytes=True)],
)
def test_packed_files_are_looked_into(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "vocabulary"
    path.write_bytes(pack(CONTENT["obo"].encode()))
    assert sniff_vocabulary(path) == "obo"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("umls", "2026AA/META/MRCONSO.RRF"),
        ("rxnorm", "rrf/RXNCONSO.RRF.gz"),
        ("snomed", "Snapshot/Terminology/sct2_Concept_Snapshot_INT_20260101.txt"),
        ("taxdump", "names.dmp"),
        ("loinc", "LoincTable/Loinc.csv"),
        ("chebi", "compounds.tsv.gz"),
        ("mesh", "desc2026.xml"),
    ],
)
def test_releases_are_known_by_their_files(tmp_path: Path, name: str, file: str) -> None:
    path = tmp_path / "release" / file
    path.parent.mkdir(parents=True)
    path.write_text("x\n", encoding="utf-8")
    assert sniff_vocabulary(tmp_path / "release") == name
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.write(path, file)
    assert sniff_vocabulary(tmp_path / "release.zip") == name
    with tarfile.open(tmp_path / "release.tar.gz", "w:gz") as tar:
        tar.add(path, file)
    assert sniff_vocabulary(tmp_path / "release.tar.gz") == name


@pytest.mark.parametrize("data", [b"", b"\n", b"once upon a time", b"%PDF-1.7", b"\x89PNG\r\n\0"])
def test_the_unknown_is_refused_with_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(data)
    with pytest.raises(BadFile, match="thing: no vocabulary format is recognised"):
        sniff_vocabulary(path)


def test_nothing_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        sniff_vocabulary(tmp_path / "nowhere")
    with pytest.raises(BadFile, match="MRCONSO"):
        sniff_vocabulary(tmp_path)


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.sampled_from([b"PK\x03\x04junk", b"\x1f\x8bjunk", b"\xff\xfe<"])
)
def test_any_bytes_raise_nothing_but_ours(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "sniffed"
    path.write_bytes(data)
    with contextlib.suppress(OnomaError):
        assert sniff_vocabulary(path) in vocabulary_readers.names()

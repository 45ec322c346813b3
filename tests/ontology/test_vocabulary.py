"""Reading a vocabulary's Parquet files."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onoma.errors import BadFile, VocabularyMissing
from onoma.ontology.compile import compile_store
from onoma.ontology.sources import core_folder, read_sources
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import Vocabulary, read_vocabulary
from tests.small_vocabulary import CURIES, VERSION

TABLES = ("concepts", "names", "parents", "equivalents", "retired", "annotations")


@pytest.fixture
def folder(vocabulary: Vocabulary, tmp_path: Path) -> Path:
    for name in TABLES:
        pq.write_table(getattr(vocabulary, name), tmp_path / f"{name}.parquet")
    source = {"name": "test", "version": "1", "licence": "CC0-1.0", "notice": "", "extra": 5}
    record = {"version": VERSION, "sources": [source]}
    (tmp_path / "sources.json").write_text(json.dumps(record), encoding="utf-8")
    return tmp_path


def test_tables_come_back(folder: Path, vocabulary: Vocabulary) -> None:
    read = read_vocabulary(folder)
    assert read.version == VERSION
    for name in TABLES:
        assert getattr(read, name).equals(getattr(vocabulary, name).combine_chunks())


def test_columns_of_repeated_words_are_read_plain(folder: Path, vocabulary: Vocabulary) -> None:
    packed = vocabulary.concepts.column("source").dictionary_encode()
    table = vocabulary.concepts.set_column(3, "source", packed)
    pq.write_table(table, folder / "concepts.parquet")
    assert read_vocabulary(folder).concepts.schema.field("source").type == pa.string()


def test_names_may_lie_in_several_files(folder: Path, vocabulary: Vocabulary) -> None:
    (folder / "names.parquet").unlink()
    pq.write_table(vocabulary.names.slice(0, 30), folder / "names-1.parquet")
    pq.write_table(vocabulary.names.slice(30), folder / "names-2.parquet")
    assert read_vocabulary(folder).names.equals(vocabulary.names.combine_chunks())


def test_compact_taxa_become_concepts(folder: Path, tmp_path: Path) -> None:
    taxa = {"taxon": [7157, 7158], "name": ["Culicidae", "Aedes"], "parent": [9606, 7157]}
    types = pa.array([1 << 10] * 2, pa.uint32())
    pq.write_table(pa.table(taxa | {"types": types}), folder / "taxa.parquet")
    store = ConceptStore(compile_store(read_vocabulary(folder), tmp_path / "out"))
    assert store.n_concepts == len(CURIES) + 2
    assert store.concept("NCBITaxon:7158").label == "Aedes"
    assert store.ancestors("NCBITaxon:7158") == ["NCBITaxon:7157", "NCBITaxon:9606"]


def test_sources_keep_what_is_known_of_them(folder: Path) -> None:
    version, (source,) = read_sources(folder)
    assert (version, source.name, source.licence) == (VERSION, "test", "CC0-1.0")


def test_empty_folder_has_no_vocabulary(tmp_path: Path) -> None:
    with pytest.raises(VocabularyMissing, match="reinstall"):
        read_vocabulary(tmp_path)


def test_broken_file_is_named(folder: Path) -> None:
    (folder / "parents.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(BadFile, match=r"parents\.parquet"):
        read_vocabulary(folder)
    (folder / "parents.parquet").unlink()
    with pytest.raises(BadFile, match=r"parents\.parquet"):
        read_vocabulary(folder)


def test_core_ships_with_the_package() -> None:
    version, sources = read_sources(core_folder())
    assert version.startswith("core-")
    assert all(source.licence and source.version for source in sources)

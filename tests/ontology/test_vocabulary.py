"""Reading a vocabulary's files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onoma.errors import BadFile, VocabularyMissing
from onoma.ontology.compile import compile_store
from onoma.ontology.listing import list_folder
from onoma.ontology.sources import core_folder, read_sources
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import Table, write_table
from onoma.ontology.vocabulary import Vocabulary, read_vocabulary
from tests.small_vocabulary import CURIES, VERSION

TABLES = ("concepts", "names", "parents", "equivalents", "retired", "annotations")


@pytest.fixture
def folder(vocabulary: Vocabulary, tmp_path: Path) -> Path:
    for name in TABLES:
        write_table(tmp_path / f"{name}.npz", getattr(vocabulary, name))
    source = {"name": "test", "version": "1", "licence": "CC0-1.0", "notice": "", "extra": 5}
    record = {"version": VERSION, "sources": [source]}
    (tmp_path / "sources.json").write_text(json.dumps(record), encoding="utf-8")
    return tmp_path


def equal(one: Table, other: Table) -> bool:
    return list(one.columns) == list(other.columns) and list(one.rows()) == list(other.rows())


def test_tables_come_back(folder: Path, vocabulary: Vocabulary) -> None:
    read = read_vocabulary(folder)
    assert read.version == VERSION
    for name in TABLES:
        assert equal(getattr(read, name), getattr(vocabulary, name))


def test_a_folder_of_an_earlier_version_is_read(folder: Path, vocabulary: Vocabulary) -> None:
    for name in TABLES:
        table = pa.table(dict(getattr(vocabulary, name).columns))
        pq.write_table(table, folder / f"{name}.parquet")
        (folder / f"{name}.npz").unlink()
    obsolete = {"curie": ["HP:9"], "label": ["old"], "replaced_by": [None], "consider": [["HP:1"]]}
    pq.write_table(pa.table(obsolete), folder / "obsolete.parquet")
    read = read_vocabulary(folder)
    assert all(equal(getattr(read, name), getattr(vocabulary, name)) for name in TABLES)
    (gone,) = (one for one in list_folder(folder).concepts if one.is_obsolete)
    assert (gone.curie, gone.replaced_by, gone.consider) == ("HP:9", None, ("HP:1",))


def test_names_may_lie_in_several_files(folder: Path, vocabulary: Vocabulary) -> None:
    (folder / "names.npz").unlink()
    size = len(vocabulary.names)
    write_table(folder / "names-1.npz", vocabulary.names.take(np.arange(30)))
    write_table(folder / "names-2.npz", vocabulary.names.take(np.arange(30, size)))
    assert equal(read_vocabulary(folder).names, vocabulary.names)


def test_compact_taxa_become_concepts(folder: Path, tmp_path: Path) -> None:
    numbers = {"taxon": [7157, 7158], "types": [1 << 10] * 2, "parent": [9606, 7157]}
    taxa = {name: np.array(values, np.uint32) for name, values in numbers.items()}
    write_table(folder / "taxa.npz", Table({"name": ["Culicidae", "Aedes"], **taxa}))
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
    (folder / "parents.npz").write_bytes(b"PK but not really")
    with pytest.raises(BadFile, match=r"parents\.npz"):
        read_vocabulary(folder)
    (folder / "parents.npz").unlink()
    with pytest.raises(BadFile, match=r"parents\.npz"):
        read_vocabulary(folder)


def test_core_ships_with_the_package() -> None:
    version, sources = read_sources(core_folder())
    assert version.startswith("core-")
    assert all(source.licence and source.version for source in sources)

"""Names that MeSH lends to genes, and the spellings that nomenclature allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.text.tokens import TextBatch
from tests.recognize.small_store import Entry, make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    folder: Path = tmp_path_factory.mktemp("names")
    full = "peroxisome proliferator activated receptor alpha"
    return make_store(
        [
            Entry("HGNC:1", "PDCD1", "gene", (), "hgnc"),
            Entry("HGNC:2", "PPARA", "gene", ((full, "exact", "hgnc"),), "hgnc"),
            Entry("HGNC:3", "CTNNB1", "gene", (("beta-catenin", "exact", "hgnc"),), "hgnc"),
            Entry("HGNC:4", "TNF", "gene", (("TNF-alpha", "exact", "hgnc"),), "hgnc"),
            Entry("HGNC:5", "BAX", "gene", (("BCL2 associated X, apoptosis regulator", "exact",
                                              "hgnc"),), "hgnc"),
            Entry("MONDO:1", "breast cancer", "disease", (), "mondo"),
            Entry(
                "MESH:C1",
                "PDCD1 protein, human",
                "chemical",
                (
                    ("programmed death 1 protein, human", "exact", "mesh-scr"),
                    ("breast cancer protein, human", "exact", "mesh-scr"),
                    ("binding protein, human", "exact", "mesh-scr"),
                ),
                "mesh-scr",
            ),
        ],
        folder,
    )  # fmt: skip


def readings(store: ConceptStore, text: str) -> set[str]:
    """Return the CURIEs whose name is the whole text."""
    recognizer = DictionaryRecognizer(store)
    spans = recognizer.find(recognizer.read(TextBatch.of([text])))
    whole = spans.keep((spans.start == 0) & (spans.end == len(text)))
    start = store.array("key_entry_start")
    rows = (row for key in whole.key.tolist() for row in range(start[key], start[key + 1]))
    names = (int(store.array("entry_name")[row]) & 0x7FFFFFFF for row in rows)
    return {store.curies[int(store.array("name_concept")[name])] for name in names}


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("programmed death 1", "HGNC:1"),
        ("PPARalpha", "HGNC:2"),
        ("PPAR-alpha", "HGNC:2"),
        ("PPARα", "HGNC:2"),
        ("PPAR-a", "HGNC:2"),
        ("b-catenin", "HGNC:3"),
        ("TNFalpha", "HGNC:4"),
        ("TNFa", "HGNC:4"),
        ("BCL2-associated X", "HGNC:5"),
    ],
)
def test_spellings_lead_to_the_gene(store: ConceptStore, text: str, curie: str) -> None:
    assert curie in readings(store, text)


@pytest.mark.parametrize("text", ["breast cancer", "binding protein", "binding"])
def test_what_names_other_things_is_not_lent(store: ConceptStore, text: str) -> None:
    assert not {curie for curie in readings(store, text) if curie.startswith("HGNC")}

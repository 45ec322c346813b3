"""Symbols that read like words become genes only as they are written, and never in headings."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.text.tokens import TextBatch
from tests.recognize.small_store import Entry, make_store

SYMBOLS = ("CAT", "MAX", "WAS", "SHE", "REST", "SET", "AKT1", "BAX", "SATB1", "PPARG")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    entries = [
        Entry(f"HGNC:{place}", symbol, "gene", (), "hgnc")
        for place, symbol in enumerate(SYMBOLS, 1)
    ]
    entries.append(Entry("HGNC:90", "CDKN1A", "gene", (("P21", "exact", "hgnc"),), "hgnc"))
    entries.append(Entry("HGNC:91", "TNF", "gene", (("TNFA", "exact", "hgnc"),), "hgnc"))
    entries.append(Entry("MESH:E1", "gene strain", "procedure", (), "mesh"))
    return make_store(entries, tmp_path_factory.mktemp("guards"))


def found(store: ConceptStore, text: str) -> list[str]:
    """Return the surfaces of the matches that are believed."""
    recognizer = DictionaryRecognizer(store)
    spans = recognizer.find(recognizer.read(TextBatch.of([text])))
    pairs = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
    return [text[start:end] for start, end in pairs]


@pytest.mark.parametrize(
    "text",
    [
        "The cat was at rest and she set the max.",
        "She was seen. Was it the cat? Max came. Rest helps.",
        "Set up the plan; Cat and Max were told.",
        "MAX DOSE: SHE WAS TOLD TO REST BEFORE THE CAT SCAN WAS SET UP",
        "HISTORY OF PRESENT ILLNESS: SHE WAS WELL UNTIL THE DAY OF ADMISSION",
    ],
)
def test_plain_english_and_headings_hold_no_genes(store: ConceptStore, text: str) -> None:
    assert found(store, text) == []


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("Activity of CAT and of REST fell.", ["CAT", "REST"]),
        ("The gene Max binds Myc.", ["Max"]),
        ("Bax was upregulated", ["Bax"]),
        ("low levels of p21 and TNFa", ["p21", "TNFa"]),
        ("PPARg or Satb1 in cells", ["PPARg", "Satb1"]),
    ],
)
def test_symbols_as_written_are_genes(store: ConceptStore, text: str, genes: list[str]) -> None:
    assert found(store, text) == genes

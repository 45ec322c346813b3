"""Cell lines: which company makes them believed."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer, celllines
from onoma.recognize.scan import leftmost_longest
from onoma.text.tokens import TextBatch
from tests.recognize.small_store import Entry, make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    line = "cell_line"
    entries = [
        Entry("CVCL:0030", "HeLa", line, (), "cellosaurus"),
        Entry("EFO:0001185", "HeLa", line, (), "efo"),
        Entry("CVCL:W902", "SD", line, (), "cellosaurus"),
        Entry("CVCL:L354", "Grey", line, (), "cellosaurus"),
        Entry("CVCL:0395", "LNCaP", line, (), "cellosaurus"),
        Entry("CVCL:C7XR", "Ki-67", line, (), "cellosaurus"),
        Entry("CVCL:0062", "MDA-MB-231", line, (), "cellosaurus"),
        Entry("CVCL:M024", "CCL4", line, (), "cellosaurus"),
        Entry("HGNC:10630", "CCL4", "gene", (), "hgnc"),
    ]
    return make_store(entries, tmp_path_factory.mktemp("lines"))


def found(store: ConceptStore, text: str) -> list[str]:
    """Return the surfaces of cell lines in a text."""
    recognizer = DictionaryRecognizer(store, types=celllines.CELL_LINE)
    work = recognizer.read(TextBatch.of([text]))
    spans = celllines.extend(
        work, recognizer.find(work), mask=int(recognizer.mask), key_types=recognizer.key_types
    )
    spans = spans.keep(leftmost_longest(spans.start, spans.end))
    pairs = zip(spans.start.tolist(), spans.end.tolist(), strict=True)
    return [text[start:end] for start, end in pairs]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("HeLa was used.", ["HeLa"]),
        ("SD cells grew.", ["SD"]),
        ("mean and SD of the cells", []),
        ("the grey cells", []),
        ("Grey cells", ["Grey"]),
        ("LNCaP and others", []),
        ("LNCaP were transfected", ["LNCaP"]),
        ("lysates of LNCaP", ["LNCaP"]),
        ("MDA-MB-231 in mice", ["MDA-MB-231"]),
        ("Ki-67 cells", ["Ki-67"]),
        ("Ki-67+ cells", []),
        ("CCL4 was low", []),
    ],
)
def test_company(store: ConceptStore, text: str, lines: list[str]) -> None:
    assert found(store, text) == lines


def test_gene_of_the_same_name_needs_company_though_genes_are_not_asked_for(
    store: ConceptStore,
) -> None:
    assert found(store, "the cell line CCL4") == ["CCL4"]
    assert found(store, "serum CCL4 rose") == []


def test_named_once_is_named_everywhere(store: ConceptStore) -> None:
    text = (
        "MDA-MB-231 cells. "
        + "Much later and far away, " * 3
        + "mda-mb-231/MDA-MB-231x MDA-MB-231."
    )
    assert found(store, text).count("MDA-MB-231") == 2


def test_other_types_alone_find_no_line(store: ConceptStore) -> None:
    recognizer = DictionaryRecognizer(store, types=1)
    work = recognizer.read(TextBatch.of(["HeLa cells"]))
    assert (
        len(
            celllines.extend(
                work,
                recognizer.find(work),
                mask=int(recognizer.mask),
                key_types=recognizer.key_types,
            )
        )
        == 0
    )

"""Genes in the light of their document: species, company, the better known of several."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Annotator
from onoma.recognize.genes import is_symbol
from onoma.types import Document
from tests.recognize.small_store import Entry, make_store


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    known = tuple((f"kinase name {n}", "exact", "hgnc") for n in range(30))
    entries = [
        Entry("HGNC:1", "KLF9", "gene", (), "hgnc"),
        Entry("HGNC:2", "SH3PXD2A", "gene", (("FISH", "exact", "hgnc"),), "hgnc"),
        Entry("HGNC:3", "PTGS2", "gene", (("COX-2", "exact", "hgnc"), *known), "hgnc"),
        Entry("HGNC:4", "MT-CO2", "gene", (("COX-2", "exact", "hgnc"),), "hgnc"),
        Entry("HGNC:5", "EXOSC6", "gene", (("p12", "exact", "hgnc"),), "hgnc"),
        Entry("MESH:D1", "insulin", "protein", (), "mesh"),
        *word_entries(),
    ]
    return Annotator(make_store(entries, tmp_path_factory.mktemp("genes")))


def word_entries() -> list[Entry]:
    """Return concepts whose names bring the cue words into the store's word table."""
    words = ("human", "mouse", "patient", "gene", "zebrafish", "rat")
    return [
        Entry(f"MESH:E{n}", f"{word} strain", "procedure", (), "mesh")
        for n, word in enumerate(words)
    ]


def links(annotator: Annotator, text: str) -> dict[str, str | None]:
    """Return surface -> CURIE."""
    document = next(annotator.annotate([Document("1", text, ())]).documents_annotated())
    return {mention.text: mention.curie for mention in document.mentions}


def test_a_gene_of_another_organism_is_not_the_human_gene(annotator: Annotator) -> None:
    assert links(annotator, "KLF9 in patients")["KLF9"] == "HGNC:1"
    assert links(annotator, "KLF9 is expressed.")["KLF9"] == "HGNC:1"
    assert links(annotator, "KLF9 in the mouse")["KLF9"] is None
    assert links(annotator, "The zebrafish has KLF9")["KLF9"] is None


def test_the_word_before_a_gene_has_the_last_say(annotator: Annotator) -> None:
    assert links(annotator, "In mouse and rat, human KLF9 was put.")["KLF9"] == "HGNC:1"
    assert links(annotator, "In patients, mouse KLF9 was used.")["KLF9"] is None


def test_title_case_beside_another_organism_is_its_gene(annotator: Annotator) -> None:
    text = "A mouse died. Patients and human cells of our own study showed Klf9"
    assert links(annotator, text)["Klf9"] is None
    assert links(annotator, text.replace("Klf9", "KLF9"))["KLF9"] == "HGNC:1"


def test_an_everyday_alias_of_a_little_known_gene_needs_company(annotator: Annotator) -> None:
    assert "FISH" not in links(annotator, "Analysis by FISH was done.")
    assert links(annotator, "the FISH gene in humans")["FISH"] == "HGNC:2"
    assert links(annotator, "SH3PXD2A, known as FISH")["FISH"] == "HGNC:2"


def test_of_two_genes_the_better_known_leads(annotator: Annotator) -> None:
    assert links(annotator, "COX-2 was low")["COX-2"] == "HGNC:3"


def test_a_band_is_no_gene(annotator: Annotator) -> None:
    assert "p12" not in links(annotator, "mapped to 16q11-p12 by FISH")
    assert links(annotator, "binding of p12 here")["p12"] == "HGNC:5"


def test_a_protein_of_no_species_answers_in_any(annotator: Annotator) -> None:
    assert links(annotator, "insulin in the mouse")["insulin"] == "MESH:D1"


@pytest.mark.parametrize(
    ("short", "long", "is_gene"),
    [
        ("PLAGL2", "pleomorphic adenoma gene like-2", True),
        ("LARC", "liver and activation-regulated chemokine", True),
        ("GRHPR", "glyoxylate reductase", True),
        ("PD", "pulse duration", False),
        ("CAT", "computed axial tomography", False),
    ],
)
def test_symbols_are_told_from_their_long_form(short: str, long: str, is_gene: bool) -> None:
    assert is_symbol(short, long) is is_gene


def test_no_gene_no_cost(annotator: Annotator) -> None:
    assert links(annotator, "") == {}
    assert links(annotator, "nothing here") == {}


def test_the_store_is_read_only(annotator: Annotator) -> None:
    store: ConceptStore = annotator.store
    assert not store.array("concept_types").flags.writeable

"""Names of taxa: what is believed, and what the document's own full names explain."""

from __future__ import annotations

import pytest

from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer, species
from onoma.recognize.scan import leftmost_longest
from onoma.recognize.species import is_epithet
from onoma.text.tokens import TextBatch
from tests.recognize.small_store import Entry, make_store

MESH = (("Candidas", "exact", "mesh"),)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    organism = "organism"
    entries = [
        Entry("NCBITaxon:1", "Unrelated thing", organism),
        Entry("NCBITaxon:9606", "Homo sapiens", organism, (("human", "exact", "onoma"),)),
        Entry("NCBITaxon:5475", "Candida", organism, MESH),
        Entry("NCBITaxon:5476", "Candida albicans", organism, parent="NCBITaxon:5475"),
        Entry("NCBITaxon:5482", "Candida tropicalis", organism, parent="NCBITaxon:5475"),
        Entry("NCBITaxon:1280", "Staphylococcus aureus", organism),
        Entry("NCBITaxon:4113", "Solanum tuberosum", organism),
        Entry("NCBITaxon:7159", "Aedes aegypti", organism),
        Entry("NCBITaxon:1369087", "Data", organism),
        Entry("NCBITaxon:7041", "Coleoptera", organism, (("beetle", "exact", "mesh"),)),
        Entry("NCBITaxon:4903", "Cyberlindnera jadinii", organism, (("Torula", "exact", "mesh"),)),
        Entry("NCBITaxon:5439", "Torula", organism),
        Entry("NCBITaxon:5440", "Torula herbarum", organism, parent="NCBITaxon:5439"),
        Entry("NCBITaxon:10359", "Human betaherpesvirus 5", organism, (("CMV", "exact", "onoma"),)),
        Entry("NCBITaxon:573", "Klebsiella pneumoniae", organism),
        Entry("MONDO:0030602", "Klebsiella pneumonia", "disease"),
        Entry("NCBITaxon:10239", "Viruses", organism),
        Entry("NCBITaxon:10912", "Rotavirus", organism, parent="NCBITaxon:10239"),
        Entry("MESH:D012229", "Rhinovirus", organism, parent="NCBITaxon:10239"),
        Entry("NCBITaxon:10116", "Rattus norvegicus", organism, (("rat", "exact", "onoma"),)),
        Entry("NCBITaxon:76720", "Pekania pennanti", organism, (("marten", "exact", "ncbitaxon"),)),
    ]
    return make_store(entries, tmp_path_factory.mktemp("species"))


def found(store: ConceptStore, *texts: str) -> list[list[tuple[str, str]]]:
    """Return for each text the (surface, CURIE) of its organisms."""
    recognizer = DictionaryRecognizer(store)
    work = recognizer.read(TextBatch.of(texts))
    spans = species.extend(work, recognizer.find(work), recognizer)
    spans = spans.keep(leftmost_longest(spans.start, spans.end))
    out: list[list[tuple[str, str]]] = [[] for _ in texts]
    documents = work.batch.document_of(spans.start.astype("int32"))
    for place, document in enumerate(documents.tolist()):
        surface = work.batch.text[spans.start[place] : spans.end[place]]
        first, _ = store.entries_of(int(spans.key[place]))
        name = int(store.array("entry_name")[first]) & (2**31 - 1)
        out[document].append((surface, store.curies[int(store.array("name_concept")[name])]))
    return out


@pytest.mark.parametrize(
    ("short", "full", "curie"),
    [
        ("C. albicans", "Candida albicans", "NCBITaxon:5476"),
        ("S.tuberosum", "Solanum tuberosum", "NCBITaxon:4113"),
        ("Ae. aegypti", "Aedes aegypti", "NCBITaxon:7159"),
    ],
)
def test_short_name_after_full_name(store: ConceptStore, short: str, full: str, curie: str) -> None:
    (mentions,) = found(store, f"We grew {full}. Then {short} was seen in {short}.")
    assert mentions == [(full, curie), (short, curie), (short, curie)]


def test_short_name_before_its_full_name(store: ConceptStore) -> None:
    (mentions,) = found(store, "C. albicans: growth of Candida albicans")
    assert [curie for _, curie in mentions] == ["NCBITaxon:5476"] * 2


def test_short_name_by_a_genus_of_the_document(store: ConceptStore) -> None:
    (mentions,) = found(store, "Candida albicans and C. tropicalis differ.")
    assert mentions[1] == ("C. tropicalis", "NCBITaxon:5482")


def test_documents_do_not_share_names(store: ConceptStore) -> None:
    first, second = found(store, "Staphylococcus aureus grew.", "S. aureus grew.")
    assert len(first) == 1
    assert second == []


def test_initial_must_fit(store: ConceptStore) -> None:
    (mentions,) = found(store, "Staphylococcus aureus or T. aureus")
    assert mentions == [("Staphylococcus aureus", "NCBITaxon:1280")]


def test_end_of_sentence_is_no_initial(store: ConceptStore) -> None:
    (mentions,) = found(store, "Candida albicans needs vitamin C. albicans is its epithet.")
    assert ("C. albicans", "NCBITaxon:5476") in mentions  # what stands there cannot tell
    (mentions,) = found(store, "Candida albicans needs vitamin C. The end.")
    assert len(mentions) == 1


def test_genus_alone_is_its_only_species(store: ConceptStore) -> None:
    (mentions,) = found(store, "Candida albicans was kept. Candida grew well.")
    assert mentions[1] == ("Candida", "NCBITaxon:5476")


def test_genus_of_two_species_stays_a_genus(store: ConceptStore) -> None:
    text = "Candida albicans and Candida tropicalis; Candida grew well."
    (mentions,) = found(store, text)
    assert mentions[2] == ("Candida", "NCBITaxon:5475")


def test_genus_before_unknown_epithet_is_left_alone(store: ConceptStore) -> None:
    (mentions,) = found(store, "We saw Candida milleri there.")
    assert mentions == []


@pytest.mark.parametrize("text", ["Data were kept.", "the data", "all candida", "CANDIDA"])
def test_scientific_word_needs_its_own_capitals_and_standing(
    store: ConceptStore, text: str
) -> None:
    assert found(store, text) == [[]]


@pytest.mark.parametrize("text", ["Coleoptera are many.", "a beetle", "two beetles"])
def test_groups_are_class_words(store: ConceptStore, text: str) -> None:
    assert found(store, text) == [[]]


def test_common_name_with_a_capital_is_a_surname(store: ConceptStore) -> None:
    lower, upper = found(store, "a marten ran", "the Marten test")
    assert lower == [("marten", "NCBITaxon:76720")]
    assert upper == []


def test_everyday_organism_is_believed(store: ConceptStore) -> None:
    assert found(store, "in human tissue") == [[("human", "NCBITaxon:9606")]]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("milleri", True), ("tropicalis", True), ("the", False), ("data", False), ("Aureus", False),
     ("was", False), ("x1", False)],
)  # fmt: skip
def test_is_epithet(word: str, *, expected: bool) -> None:
    assert is_epithet(word) is expected


def test_no_text(store: ConceptStore) -> None:
    assert found(store, "", " ") == [[], []]


def test_a_genus_goes_before_the_species_that_others_file_it_under(store: ConceptStore) -> None:
    assert found(store, "We grew Torula on agar.") == [[("Torula", "NCBITaxon:5439")]]


def test_a_disease_behind_an_organism_is_no_epithet(store: ConceptStore) -> None:
    assert found(store, "CMV viremia", "Candida fungemia", "Candida vaginitis") == [
        [("CMV", "NCBITaxon:10359")],
        [("Candida", "NCBITaxon:5475")],
        [("Candida", "NCBITaxon:5475")],
    ]


def test_what_a_species_is_of_is_no_plural(store: ConceptStore) -> None:
    said = "Klebsiella pneumoniae"
    assert found(store, said) == [[(said, "NCBITaxon:573")]]


@pytest.mark.parametrize("name", ["rotavirus", "Rotavirus", "Rhinovirus"])
def test_a_genus_of_viruses_is_believed(store: ConceptStore, name: str) -> None:
    assert [one[0] for one in found(store, f"the {name} spread")[0]] == [name]


@pytest.mark.parametrize("text", ["Rats were fed.", "the rat", "RAT"])
def test_a_short_name_may_begin_a_sentence(store: ConceptStore, text: str) -> None:
    wanted = [] if text == "RAT" else ["NCBITaxon:10116"]
    assert [one[1] for one in found(store, text)[0]] == wanted

"""What is exported is read back by the reader of the same name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.errors import UnknownName
from onoma.ontology.diffing import Change
from onoma.ontology.exporting import EXPORTERS, LOSSES, export, write_changes
from onoma.ontology.listing import Listing, list_concepts, list_vocabulary
from onoma.ontology.readers import vocabulary_readers
from onoma.ontology.readers.sssom import read_mappings
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name
from tests.small_vocabulary import CURIES, small_vocabulary

WHOLE = (
    Concept(
        "HP:0001250",
        "Seizure",
        names=(
            Name("Seizure", "label", "hp"),
            Name("fit", "layperson", "hp"),
            Name("sz", "abbreviation", "hp"),
            Name('"quoted" fit', "broad", "hp"),
        ),
        parents=("HP:0000707",),
        equivalents=(
            Equivalent("MONDO:0005027", "skos:exactMatch", "hp"),
            Equivalent("UMLS:C0036572", "oboInOwl:hasDbXref", "hp"),
        ),
        source="hp",
        definition="A transient event.",
        former=("HP:0002279",),
    ),
    Concept("HP:0002432", "obsolete old one", is_obsolete=True, replaced_by="HP:0001250"),
    Concept("HP:0009999", "obsolete other", is_obsolete=True, consider=("HP:0001250",)),
)


def listing(*concepts: Concept) -> Listing:
    return list_concepts(concepts, Ledger(name="hp", version="2026-01-01", licence="CC0"))


def back(data: bytes, form: str, folder: Path) -> list[Concept]:
    path = folder / f"hp.{'json' if form == 'obographs' else form}"
    path.write_bytes(data)
    ledger = Ledger()
    found = list(vocabulary_readers.get(form)(path, ledger))
    assert not ledger.counts
    return sorted(found, key=lambda concept: concept.curie)


def written(one: Listing, form: str) -> bytes:
    stream = io.BytesIO()
    losses = export(one, stream, to=form)
    assert losses.keys() <= LOSSES.keys()
    return stream.getvalue()


def said(concept: Concept) -> tuple[object, ...]:
    """What every lossless format holds."""
    names = {(n.text, n.scope, n.language) for n in concept.names}
    names |= {(concept.label, "label", "en")}
    links = {(e.curie, e.predicate) for e in concept.equivalents}
    flags = (concept.is_obsolete, concept.replaced_by, concept.consider, concept.former)
    return concept.curie, concept.label, names, concept.parents, links, concept.definition, flags


@pytest.mark.parametrize("form", ["obographs", "jsonl"])
def test_everything_but_sources_comes_back(form: str, tmp_path: Path) -> None:
    found = back(written(listing(*WHOLE), form), form, tmp_path)
    assert [said(one) for one in found] == [said(one) for one in WHOLE]


def test_a_table_gives_back_all_but_suggestions_and_predicates(tmp_path: Path) -> None:
    stream = io.BytesIO()
    losses = export(listing(*WHOLE), stream, to="tsv")
    found = back(stream.getvalue(), "tsv", tmp_path)
    assert losses["consider"] == 1
    assert losses["equivalents"] == 1
    assert [(c.curie, c.label, c.parents, c.definition) for c in found] == [
        (c.curie, c.label, c.parents, c.definition) for c in WHOLE
    ]
    assert {(n.text, n.scope) for n in found[0].names} == {
        (n.text, n.scope) for n in WHOLE[0].names
    }
    assert found[0].former == ("HP:0002279",)
    assert found[1].replaced_by == "HP:0001250"
    assert [e.curie for e in found[0].equivalents] == ["UMLS:C0036572"]


def test_sssom_gives_back_equivalents(tmp_path: Path) -> None:
    found = back(written(listing(*WHOLE), "sssom"), "sssom", tmp_path)
    assert [c.curie for c in found] == ["HP:0001250"]
    assert {(e.curie, e.predicate) for e in found[0].equivalents} == {
        ("MONDO:0005027", "skos:exactMatch"),
        ("UMLS:C0036572", "oboInOwl:hasDbXref"),
    }


def test_version_and_licence_are_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "hp.json"
    path.write_bytes(written(listing(*WHOLE), "obographs"))
    ledger = Ledger()
    list(vocabulary_readers.get("obographs")(path, ledger))
    assert (ledger.name, ledger.version, ledger.licence) == ("hp", "2026-01-01", "CC0")


@pytest.mark.parametrize("form", ["obographs", "jsonl", "tsv"])
def test_the_small_vocabulary_comes_back(form: str, tmp_path: Path) -> None:
    small = list_vocabulary(small_vocabulary())
    found = back(written(small, form), form, tmp_path)
    assert {c.curie for c in found} == set(CURIES)
    labels = {c.curie: c.label for c in small.concepts}
    assert {c.curie: c.label for c in found} == labels


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda text: text.strip() and not text.startswith("#")
)


@given(label=WORDS, synonyms=st.lists(WORDS, max_size=4, unique=True))
@pytest.mark.parametrize("form", ["obographs", "jsonl", "tsv"])
def test_any_name_comes_back(
    form: str, label: str, synonyms: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    others = [text for text in synonyms if text != label]
    names = (Name(label, "label"), *(Name(text, "exact") for text in others))
    data = written(listing(Concept("HP:0000001", label, names=names)), form)
    (found,) = back(data, form, tmp_path_factory.mktemp("any"))
    assert found.label == label
    assert [name.text for name in found.names if name.scope == "exact"] == others


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(UnknownName, match="obographs"):
        export(listing(), io.BytesIO(), to="obograph")
    assert sorted(EXPORTERS) == list(EXPORTERS)


def test_changes_become_mappings(tmp_path: Path) -> None:
    changes = [
        Change("merged", "HP:1", "one", "HP:1", "HP:2"),
        Change("replaced", "HP:3", "three", "HP:3", "HP:4"),
        Change("obsolete", "HP:5", "five", "HP:5", "HP:6|HP:7"),
        Change("obsolete", "HP:8", "eight", "HP:8"),
        Change("renamed", "HP:9", "nine", "old", "nine"),
    ]
    path = tmp_path / "moves.sssom.tsv"
    with path.open("wb") as stream:
        left = write_changes(changes, stream, old="1", new="2")
    assert left == {"obsolete": 1, "renamed": 1}
    ledger = Ledger()
    rows = [(m.subject, m.predicate, m.object) for m in read_mappings(path, ledger)]
    assert rows == [
        ("HP:1", "skos:exactMatch", "HP:2"),
        ("HP:3", "IAO:0100001", "HP:4"),
        ("HP:5", "oboInOwl:consider", "HP:6"),
        ("HP:5", "oboInOwl:consider", "HP:7"),
    ]
    assert not ledger.counts

"""Short names of a vocabulary are believed where papers mean that by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.recognize.short_meanings import short_meanings
from tests.recognize.small_store import Entry, make_store


@pytest.fixture(scope="module")
def nlp(core: ConceptStore) -> Pipeline:
    return Pipeline(Annotator(core), Settings())


def labels(nlp: Pipeline, text: str) -> dict[str, str | None]:
    return {one.text: one.label for one in nlp.annotate(text).mentions}


def test_every_meaning_is_that_of_most_definitions() -> None:
    assert len(short_meanings()) > 500
    assert all(0.5 <= one.share <= 1.0 and one.long for one in short_meanings().values())
    assert short_meanings()["CNS"].long == "central nervous system"


@pytest.mark.parametrize("short", ["DA", "HA", "MR", "TEM", "LC", "AP"])
def test_a_short_name_that_papers_use_otherwise_is_no_mention(nlp: Pipeline, short: str) -> None:
    assert short not in labels(nlp, f"The {short} was measured in both groups.")


@pytest.mark.parametrize(
    ("short", "label"),
    [
        ("CNS", "central nervous system"),
        ("CSF", "cerebrospinal fluid"),
        ("CMV", "Human betaherpesvirus 5"),
        ("LTP", "long-term synaptic potentiation"),
        ("RA", "rheumatoid arthritis"),
    ],
)
def test_a_short_name_that_papers_mean_so_is_one(nlp: Pipeline, short: str, label: str) -> None:
    assert labels(nlp, f"The {short} was studied in both groups.")[short] == label


def test_what_the_document_names_in_full_it_may_write_short(nlp: Pipeline) -> None:
    assert labels(nlp, "The dorsal aorta was imaged; the DA was wide.")["DA"] == "dorsal aorta"


def test_who_asks_for_all_readings_gets_them(core: ConceptStore) -> None:
    every = Pipeline(Annotator(core, nested=True), Settings(nested=True))
    assert "DA" in labels(every, "The DA was measured.")


def test_names_of_ones_own_are_believed(tmp_path: Path) -> None:
    store = make_store(
        [
            Entry(
                "X:1", "left valve", "anatomy", (("LVX", "exact", "mesh"), ("LV", "exact", "mesh"))
            )
        ],
        tmp_path,
    )
    assert "LV" not in labels(Pipeline(Annotator(store), Settings()), "The LV was wide.")
    store.manifest["own"] = ["mesh"]
    assert labels(Pipeline(Annotator(store), Settings()), "The LV was wide.")["LV"] == "left valve"

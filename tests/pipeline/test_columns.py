"""What the objects made of columns hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from onoma import load
from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.pipeline.columns import lead_type
from onoma.types import SEMANTIC_TYPES, TYPE_BIT
from tests.texts import texts


@pytest.fixture(scope="module")
def mesh(store: ConceptStore) -> Pipeline:
    return Pipeline(Annotator(store, ids=namespaces(store, ["MESH"])), Settings(ids=("MESH",)))


def test_discontinuous_mention_quotes_its_covering_span(nlp: Pipeline) -> None:
    text = "So breast and ovarian cancer."
    (found,) = [m for m in nlp.annotate(text) if m.found_by == "coordination"]
    assert found.text == text[found.start : found.end] == "breast and ovarian cancer"
    assert found.spans == ((3, 9), (22, 28))
    assert " ".join(text[start:end] for start, end in found.spans) == "breast cancer"


def test_candidates_start_with_the_chosen_one_and_are_distinct(nlp: Pipeline) -> None:
    (found,) = nlp.annotate("hypertension")
    curies = [c.curie for c in found.candidates]
    assert curies[0] == found.curie
    assert len(set(curies)) == len(curies) == 3
    assert found.alternatives == tuple(curies[1:])
    scores = [c.score for c in found.candidates]
    assert scores == sorted(scores, reverse=True)


@given(texts())
@settings(max_examples=60, deadline=None)
def test_explained_parts_add_up(nlp: Pipeline, mesh: Pipeline, text: str) -> None:
    for doc in (nlp.annotate(text), mesh.annotate(text)):
        for candidate in (c for m in doc for c in m.candidates if c.score > 0):
            total = min(max(sum(candidate.why.values()), 0), 1)
            assert candidate.score == pytest.approx(total, abs=5e-4)  # each part is rounded


def test_answer_in_a_namespace_says_by_way_of_what(mesh: Pipeline) -> None:
    (found,) = mesh.annotate("metformin")
    assert (found.curie, found.candidates[0].via) == ("MESH:D008687", "CHEBI:6801")
    (found,) = mesh.annotate("Parkinson disease")
    assert (found.curie, found.candidates[0].via) == ("MESH:D010300", None)


def test_nil_keeps_its_alternatives(mesh: Pipeline) -> None:
    (found,) = mesh.annotate("gout")
    assert (found.curie, found.label, found.score, found.name) == (None, None, 0.0, "")
    assert found.alternatives == ("MONDO:0005393",)
    assert found.type == "disease"


def test_abbreviations_and_sentences(nlp: Pipeline) -> None:
    doc = nlp.annotate("Sickle cell disease (SCD) hurts. SCD is old.")
    (pair,) = doc.abbreviations
    assert (pair.short, pair.long, pair.start) == ("SCD", "Sickle cell disease", 21)
    assert [doc.text[s.start : s.end] for s in doc.sentences] == [
        "Sickle cell disease (SCD) hurts.", "SCD is old.",
    ]  # fmt: skip


def test_variant_has_its_own_curie(nlp: Pipeline) -> None:
    (found,) = nlp.annotate("rs113488022")
    assert (found.curie, found.type, found.found_by) == ("DBSNP:rs113488022", "variant", "pattern")


@pytest.mark.parametrize(
    ("types", "lead"),
    [
        (("disease",), "disease"),
        (("drug", "chemical"), "chemical"),
        (("anatomy", "cell_type"), "cell_type"),
        (("anatomy", "organism", "process", "food"), "food"),
        (("cell_type", "cell_line"), "cell_line"),
        (("chemical", "drug", "intervention"), "intervention"),
        (("process", "procedure", "test", "method"), "test"),
        (("process", "component"), "component"),
        (("process", "procedure"), "process"),
    ],
)
def test_the_type_that_tells_most_leads(types: tuple[str, ...], lead: str) -> None:
    assert SEMANTIC_TYPES[lead_type(sum(TYPE_BIT[name] for name in types))] == lead


def test_without_types_the_first_leads() -> None:
    assert lead_type(0) == 0


def test_what_mesh_files_in_several_trees_has_its_plain_type() -> None:
    core = load(mode="dictionary")
    found = core.annotate("Blood pressure fell after bread and beer; chromosomes broke.").mentions
    assert [one.type for one in found] == ["test", "food", "food", "component"]


def test_vaccines_are_interventions_and_chemicals_where_these_are_asked_for() -> None:
    text = "They got the influenza vaccine and antioxidants."
    assert [one.type for one in load(mode="dictionary").annotate(text).mentions] == [
        "intervention", "intervention",
    ]  # fmt: skip
    some = load(mode="dictionary", types=("chemical",)).annotate(text).mentions
    assert [one.type for one in some] == ["chemical", "chemical"]

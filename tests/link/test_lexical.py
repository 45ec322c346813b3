"""The linker: which of several concepts, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings

from onoma.link.lexical import RULED_OUT, LexicalLinker, Links, choose
from onoma.link.namespaces import namespaces
from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer, Spans
from onoma.recognize.columns import ABBREVIATION
from onoma.recognize.dictionary import Entries
from onoma.text.tokens import TextBatch
from onoma.types import type_mask
from tests.texts import texts


@dataclass(frozen=True)
class Linked:
    """What the linker said of some texts."""

    store: ConceptStore
    text: str
    spans: Spans
    links: Links

    def chosen(self) -> dict[str, str | None]:
        """Return surface to chosen concept."""
        places = zip(self.spans.start.tolist(), self.spans.end.tolist(), strict=True)
        rows = self.links.chosen.tolist()
        concepts = [int(self.links.concept[row]) if row >= 0 else -1 for row in rows]
        curies = [self.store.curies[one] if one >= 0 else None for one in concepts]
        surfaces = (self.text[start:end] for start, end in places)
        return dict(zip(surfaces, curies, strict=True))

    def best(self) -> dict[str, float]:
        """Return the parts of the best row's score."""
        return self.links.why(int(self.links.score.argmax()))


def link(store: ConceptStore, *given: str, types: int = 0, ids: tuple[str, ...] = ()) -> Linked:
    """Link every match of some texts, nested ones too."""
    recognizer = DictionaryRecognizer(store, types=types)
    linker = LexicalLinker(store, recognizer, ids=namespaces(store, ids) if ids else None)
    work = recognizer.read(TextBatch.of(given))
    spans, links = linker.link(work, recognizer.find(work))
    return Linked(store, work.batch.text, spans, links)


def test_name_of_one_concept_is_linked(store: ConceptStore) -> None:
    assert link(store, "gout").chosen() == {"gout": "MONDO:0005393"}


def test_other_concepts_of_a_name_stay_as_rows(store: ConceptStore) -> None:
    found = link(store, "mole")
    assert len(found.links.concept) == 2
    assert found.chosen() == {"mole": "MONDO:0005073"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A melanocytic nevus, and another mole.", "MONDO:0005073"),
        ("A hydatidiform mole; this mole grew.", "MONDO:0006249"),
        ("This mole grew. A hydatidiform mole.", "MONDO:0006249"),
    ],
)
def test_document_tells_which_is_meant(store: ConceptStore, text: str, expected: str) -> None:
    assert link(store, text).chosen()["mole"] == expected


def test_another_document_tells_nothing(store: ConceptStore) -> None:
    found = link(store, "A hydatidiform mole.", "This mole grew.")
    starts = found.spans.start.tolist()
    last = found.links.chosen[starts.index(max(starts))]
    assert store.curies[int(found.links.concept[last])] == "MONDO:0005073"


def test_document_gain_is_told(store: ConceptStore) -> None:
    found = link(store, "A hydatidiform mole; this mole grew.")
    row = int(found.links.chosen[-1])
    assert found.links.why(row)["document"] > 0
    assert "document" not in link(store, "this mole grew").links.why(0)


@given(texts())
@settings(max_examples=60, deadline=None)
def test_parts_add_up_to_the_score(store: ConceptStore, text: str) -> None:
    for ids in ((), ("MESH",)):
        links = link(store, text, ids=ids).links
        total = np.sum(list(links.parts.values()), axis=0)
        open_ = links.score > RULED_OUT
        assert np.allclose(np.clip(total, 0, 1)[open_], links.score[open_], atol=1e-5)
        assert ((links.score == RULED_OUT) | ((links.score >= 0) & (links.score <= 1))).all()


@given(texts())
@settings(max_examples=60, deadline=None)
def test_chosen_row_is_the_best_of_its_span(store: ConceptStore, text: str) -> None:
    links = link(store, text).links
    for span, row in enumerate(links.chosen.tolist()):
        own = links.score[links.rows.owner == span]
        if row < 0:
            assert (own == RULED_OUT).all()
        else:
            assert links.rows.owner[row] == span
            assert links.score[row] == own.max()


def test_label_leads_a_synonym_and_a_synonym_a_loose_name(store: ConceptStore) -> None:
    scores = {
        text: float(link(store, text).links.score.max())
        for text in ("gout", "podagra", "gouty attack", "diabetes type 2", "type 2 diabetes")
    }
    assert scores["gout"] > scores["podagra"] > scores["gouty attack"]
    assert scores["diabetes type 2"] > scores["type 2 diabetes"]  # a rule wrote the second


def test_own_capitals_count(store: ConceptStore) -> None:
    own, other = link(store, "p53 gene"), link(store, "P53 gene")
    assert own.links.score.max() > other.links.score.max()
    assert own.best()["case"] > 0
    assert "case" not in link(store, "Fever").best()  # a word's capital tells nothing


def test_prior_counts(store: ConceptStore) -> None:
    prior = [link(store, text).links.parts["prior"].max() for text in ("seizure", "fever", "gout")]
    assert prior[0] > prior[1] > prior[2] == 0


def test_types_asked_for_decide_which_concept_leads(store: ConceptStore) -> None:
    assert link(store, "hypertension", types=type_mask(["phenotype"])).chosen() == {
        "hypertension": "HP:0000822"
    }


def test_disease_leads_the_phenotype_of_the_same_name(store: ConceptStore) -> None:
    chosen = link(store, "hypertension").chosen()["hypertension"]
    assert chosen in {"MONDO:0005044", "MESH:D006973"}


def test_nil_where_no_concept_answers(store: ConceptStore) -> None:
    found = link(store, "gout and metformin", ids=("MESH",))
    assert found.chosen() == {"gout": None, "metformin": "CHEBI:6801"}
    assert (found.links.answer[found.links.rows.first[0]]) == -1


def test_what_is_not_believed_is_dropped_not_nil(store: ConceptStore) -> None:
    found = link(store, "the cat sat; CAT gene", ids=("MESH",))
    assert found.chosen() == {"CAT": None}  # believed, without an answer


def test_lossy_answer_costs_and_yields_to_a_plain_one(store: ConceptStore) -> None:
    exact = link(store, "T2DM", ids=("MESH",)).best()
    lossy = link(store, "breast carcinoma", ids=("MESH",)).best()
    own = link(store, "breast neoplasms", ids=("MESH",)).best()
    assert "namespace" not in own
    assert lossy["namespace"] < exact["namespace"] < 0


def test_own_concept_leads_in_its_namespace(store: ConceptStore) -> None:
    found = link(store, "Parkinson disease", ids=("MESH",))
    assert found.chosen() == {"Parkinson disease": "MESH:D010300"}
    found = link(store, "Parkinson disease", ids=("MONDO",))
    assert found.chosen() == {"Parkinson disease": "MONDO:0005180"}


def test_defined_abbreviation_is_believed(store: ConceptStore) -> None:
    recognizer = DictionaryRecognizer(store)
    work = recognizer.read(TextBatch.of(["xx"]))
    at = np.array([0])
    spans = Spans.of(at, at + 2, np.array([store.key_of("t2dm")]), found_by=ABBREVIATION)
    kept, links = LexicalLinker(store, recognizer).link(work, spans)
    assert len(kept) == 1
    assert store.curies[int(links.concept[links.chosen[0]])] == "MONDO:0005148"


def test_no_spans_no_links(store: ConceptStore) -> None:
    found = link(store, "nothing here", "")
    assert found.chosen() == {}
    assert len(found.links.score) == 0
    assert len(found.links.ranked()) == 0


def test_choose_takes_the_first_of_the_best() -> None:
    rows = Entries(np.array([0, 0, 1, 1, 1]), np.arange(5), np.array([0, 2]))
    score = np.array([0.5, 0.5, RULED_OUT, 0.2, 0.7], np.float32)
    assert choose(rows, score).tolist() == [0, 4]
    assert choose(rows, np.full(5, RULED_OUT, np.float32)).tolist() == [-1, -1]


def test_a_substance_is_named_in_its_own_number(core: ConceptStore) -> None:
    found = link(core, "glutamate", "glutamates", ids=("MESH",)).chosen()
    assert found["glutamate"] != found["glutamates"]
    assert found["glutamates"] == "MESH:D005971"

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from onoma.classify import iter_roles, read_roles, role_texts, roles_of
from onoma.classify.headings import ROLES
from onoma.classify.roles import shipped_model
from onoma.classify.sequence_model import SequenceModel
from onoma.errors import BadFile, UnknownName
from onoma.types import Document, Passage
from tests.texts import texts

BARE = (
    "Sleep apnoea is common in adults with obesity. The aim of this study was to learn whether a"
    " mouth guard lowers blood pressure. Eighty adults were randomised to wear a guard or none for"
    " six weeks. Systolic pressure fell by 4 mm Hg with the guard (p = 0.03). These findings"
    " suggest that a mouth guard may help some adults."
)
UNDER_HEADINGS = (
    "A mouth guard\nCONCLUSIONS: Eighty adults wore a guard. METHODS: A guard helps many of them."
)


def document(text: str = UNDER_HEADINGS) -> Document:
    return Document("1", text, (Passage(0, 13, "title"), Passage(14, len(text), "abstract")))


def test_sentences_have_the_roles_that_their_words_say() -> None:
    found = [one.role for one in roles_of(BARE)]
    assert found == ["background", "objective", "method", "result", "conclusion"]


def test_headings_are_believed_over_words_and_place() -> None:
    found = roles_of(document())
    assert [one.role for one in found] == ["conclusion", "method"]
    assert all(one.probability > 0.99 for one in found)


def test_a_title_has_no_role() -> None:
    first = roles_of(document())[0].sentence
    assert UNDER_HEADINGS[first.start : first.end].startswith("CONCLUSIONS")


def test_parts_of_a_trial_are_another_scheme() -> None:
    found = [one.role for one in roles_of(BARE, scheme="pico")]
    assert found[0] == "background"
    assert "outcome" in found


def test_an_unknown_scheme_is_told_with_those_known() -> None:
    with pytest.raises(UnknownName, match="roles"):
        roles_of(BARE, scheme="rolls")


def test_a_heading_line_of_a_full_text_holds_for_the_passages_below() -> None:
    text = "Results\nWe recruited ninety adults.\nThen they slept.\nDiscussion\nNinety fell ill."
    bounds = [(0, 7), (8, 35), (36, 52), (53, 63), (64, 80)]
    kinds = ["heading", "paragraph", "paragraph", "heading", "paragraph"]
    passages = tuple(Passage(a, b, k) for (a, b), k in zip(bounds, kinds, strict=True))
    found = [one.role for one in roles_of(Document("1", text, passages))]
    assert found == ["result", "result", "conclusion"]


@settings(max_examples=40, deadline=None)
@given(texts())
def test_every_sentence_lies_in_its_text_and_sentences_do_not_overlap(text: str) -> None:
    at = 0
    for one in roles_of(text):
        assert at <= one.sentence.start < one.sentence.end <= len(text)
        assert 0 < one.probability <= 1
        at = one.sentence.end


def test_a_document_reads_the_same_alone_and_in_a_batch() -> None:
    batch = [document(), Document("2", BARE), Document("3", ""), Document("4", "One only.")]
    together = read_roles(batch)
    for number, one in enumerate(batch):
        alone = read_roles([one])
        inside = together.document == number
        assert (alone.role == together.role[inside]).all()
        np.testing.assert_allclose(alone.probability, together.probability[inside], atol=1e-5)


def test_documents_stream_in_order() -> None:
    batch = [Document(str(n), BARE) for n in range(300)]
    found = list(iter_roles(batch))
    assert [one.id for one, _ in found] == [one.id for one in batch]
    assert {len(roles) for _, roles in found} == {5}


def test_texts_by_role_are_for_an_index() -> None:
    found = role_texts([Document("2", BARE), Document("3", "")])
    assert set(found[0]) <= set(ROLES)
    assert found[0]["result"].startswith("Systolic")
    assert found[1] == {}


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"no model")
    with pytest.raises(BadFile, match="not a model"):
        SequenceModel.load(path)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    shipped_model("roles").save(path)
    again = SequenceModel.load(path)
    one, other = read_roles([Document("1", BARE)]), read_roles([Document("1", BARE)], model=again)
    assert (one.probability == other.probability).all()

"""Every relation system: one contract; and what each is for."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.relate.candidates import candidate_pairs
from onoma.relate.systems import Lesson, relaters
from onoma.relate.systems.priors import Priors
from onoma.relate.systems.triggers import trigger_rules
from onoma.relate.tasks import relation_task
from tests.relate.relation_texts import marked, small_corpus

LEARNT = ("bayes", "boosting", "forest", "logistic")
OF_OTHERS = ("inference", "reader")  # they bring weights, and have tests of their own
CID = relation_task("cid")


def test_every_system_is_tested() -> None:
    own = {"cooccurrence", "triggers", *LEARNT, *OF_OTHERS}
    assert own >= {name for name in relaters.names() if "." not in name}


@pytest.mark.parametrize("name", ["cooccurrence", "triggers", *LEARNT])
def test_a_system_ties_candidates_alone_in_the_order_of_texts(name: str) -> None:
    if name in LEARNT:
        pytest.importorskip("sklearn")
    corpus = small_corpus()
    relater = relaters.get(name)(Lesson(CID, corpus[:32]))
    texts = [one.text for one in corpus[32:]]
    found = relater.relate([*texts, marked("empty", "Nothing here.")])
    assert relater.name == name
    assert len(found) == len(texts) + 1
    assert found[-1] == ()
    for text, ties in zip(texts, found[:-1], strict=True):
        assert {(tie.first, tie.second) for tie in ties} <= set(candidate_pairs(text, CID))
        assert all(tie.kind == "CID" and 0 <= tie.score <= 1 for tie in ties)
    assert relater.relate(texts[::-1]) == found[:-1][::-1]


@pytest.mark.parametrize("name", ["triggers", *LEARNT])
def test_a_system_tells_the_cause_from_the_cure(name: str) -> None:
    if name in LEARNT:
        pytest.importorskip("sklearn")
    corpus = small_corpus()
    relater = relaters.get(name)(Lesson(CID, corpus[:32]))
    right = sum(
        {(t.first, t.second) for t in ties} == {(t.first, t.second) for t in one.ties}
        for one, ties in zip(
            corpus[32:], relater.relate([g.text for g in corpus[32:]]), strict=True
        )
    )
    assert right >= 14


@pytest.mark.parametrize("name", LEARNT)
def test_a_system_without_examples_is_silent(name: str) -> None:
    pytest.importorskip("sklearn")
    text = small_corpus(1)[0].text
    assert relaters.get(name)(Lesson(CID)).relate([text]) == [()]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("[Aspirin|chemical|C] inhibits [COX1|gene|G].", "CPR:4"),
        ("[COX1|gene|G] is inhibited by [aspirin|chemical|C].", "CPR:4"),
        ("[COX1|gene|G] inhibits [aspirin|chemical|C].", None),
        ("Inhibition of [COX1|gene|G] by [aspirin|chemical|C] was seen.", "CPR:4"),
        ("[Aspirin|chemical|C] did not inhibit [COX1|gene|G].", None),
        ("The [COX1|gene|G] inhibitor [aspirin|chemical|C] was given.", "CPR:4"),
        ("[Isoprenaline|chemical|C] is an agonist of [ADRB2|gene|G].", "CPR:5"),
        ("[Aspirin|chemical|C]-induced [COX1|gene|G] was high.", "CPR:3"),
        ("[Aspirin|chemical|C] was given. [COX1|gene|G] was inhibited.", None),
    ],
)
def test_trigger_rules_know_who_acts(source: str, kind: str | None) -> None:
    relater = relaters.get("triggers")(Lesson(relation_task("chemprot")))
    (ties,) = relater.relate([marked("a", source)])
    assert [tie.kind for tie in ties] == ([] if kind is None else [kind])
    for tie in ties:
        assert tie.trigger is not None
        assert tie.evidence[0].subject in marked("a", source).entities[tie.first].spans


@pytest.mark.parametrize(
    ("source", "factuality"),
    [
        ("[Aspirin|chemical|C] did not cause [tremor|disease|D].", ["negated"]),
        ("[Aspirin|chemical|C] caused [tremor|disease|D].", [""]),
        ("[Aspirin|chemical|C] did not cause [tremor|disease|D]. Lithium did. "
         "In men [aspirin|chemical|C] caused [tremor|disease|D].", [""]),
        ("Although none died, [aspirin|chemical|C], not given before, caused [tremor|disease|D].",
         []),
    ],
)  # fmt: skip
def test_rules_tell_what_is_denied_if_asked_to(source: str, factuality: list[str]) -> None:
    text = marked("a", source)
    (ties,) = trigger_rules(has_denied=True).relate([text])
    assert sorted({tie.factuality for tie in ties}) == factuality
    (affirmed,) = trigger_rules().relate([text])
    assert all(not tie.factuality for tie in affirmed)
    assert bool(affirmed) == (factuality == [""])


def test_rules_without_a_task_name_kinds_in_full() -> None:
    text = marked("a", "[Lithium|drug|C]-induced [tremor|phenotype|D] and [milk|food|F].")
    (ties,) = trigger_rules().relate([text])
    assert "cid/CID" in {tie.kind for tie in ties}


def test_priors_never_tell_a_document_about_itself() -> None:
    priors, corpus = Priors(), small_corpus(2)
    for one in corpus:
        priors.add(one.text, candidate_pairs(one.text, CID), [True] * 2)
    own = priors.columns(corpus[0].text, [(0, 1)])
    other = priors.columns(small_corpus(9)[8].text, [(0, 1)])
    assert own[0, :2].tolist() == [0, 0]
    assert np.isfinite(other).all()

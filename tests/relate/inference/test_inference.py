"""Relations as inference: hypotheses in words, ranked against a text."""

from typing import Any

import numpy as np
import pytest

from onoma.errors import BadFile, InputError
from onoma.relate.described import DescribedRelater
from onoma.relate.gold import GoldText
from onoma.relate.inference.entailment import NAMES, Vectors, entailment_rows
from onoma.relate.inference.hypotheses import described, hypotheses_of
from onoma.relate.inference.learning import Examples, best_border, fit_task, teach_scorer
from onoma.relate.inference.scorer import chances_of, read_scorers, shipped_scorer, write_scorers
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.saying.words import window_of
from onoma.relate.systems import Lesson, relaters
from onoma.relate.tasks import relation_task, relation_tasks
from onoma.text.sentences import sentences


def text_of(text: Any, *names: Any) -> Any:
    """Return a text with these entities, (words, type), at their first places."""
    entities = []
    for number, (words, kind) in enumerate(names):
        start = text.index(words)
        entities.append(Entity(f"T{number}", kind, ((start, start + len(words)),), words, kind))
    spans = tuple((one.start, one.end) for one in sentences(text))
    return RelationText("x", text, spans, tuple(entities))


DRUG, GENE = ("aspirin", "chemical"), ("COX1", "gene")


def test_every_evaluated_kind_is_put_in_words() -> None:
    for task in relation_tasks():
        found = hypotheses_of(task)
        assert [one.kind for one in found] == list(task.evaluated)
        assert all(one.stems for one in found)


@pytest.mark.parametrize("bad", ["", "drug", "drug disease", "drug kills nobody", "drug | disease"])
def test_a_description_needs_type_verb_type(bad: Any) -> None:
    with pytest.raises(InputError) as error:
        described(bad)
    assert error.value.hint


def test_words_of_a_text_match_the_hypothesis_that_they_mean() -> None:
    task = relation_task("chemprot")
    asked = hypotheses_of(task)
    texts = [
        text_of("In platelets aspirin potently blocked COX1.", DRUG, GENE),
        text_of("The drug aspirin stimulated COX1 at once.", DRUG, GENE),
    ]
    rows = entailment_rows([window_of(one, Tie(0, 1, "")) for one in texts], asked, Vectors())
    best = rows[:, :, NAMES.index("trigger vector")].argmax(axis=1)
    assert [asked[one].kind for one in best] == ["CPR:4", "CPR:3"]


def test_no_words_at_all() -> None:
    text = text_of("aspirin COX1", DRUG, GENE)
    asked = hypotheses_of(relation_task("chemprot"))
    rows = entailment_rows([window_of(text, Tie(0, 1, ""))], asked, Vectors())
    assert np.isfinite(rows).all()


def test_described_relations_are_found_without_an_example() -> None:
    relater = DescribedRelater(["chemical inhibits|blocks gene"], least=0.3)
    said = text_of("We saw that aspirin strongly inhibits COX1 in cells.", DRUG, GENE)
    other = text_of("We saw that aspirin strongly activates COX1 in cells.", DRUG, GENE)
    nothing = text_of("Patients took aspirin. The gene COX1 was sequenced.", DRUG, GENE)
    found, wrong, none = relater.relate([said, other, nothing])
    assert [(one.first, one.second, one.kind) for one in found] == [
        (0, 1, "chemical inhibits|blocks gene")
    ]
    evidence = found[0].evidence[0]
    assert said.text[slice(*evidence.subject)] == "aspirin"
    assert not wrong
    assert not none


def test_a_narrower_type_will_do_and_another_will_not() -> None:
    relater = DescribedRelater(["chemical inhibits gene"], least=0.3)
    drug = text_of("Here aspirin inhibits COX1.", ("aspirin", "drug"), GENE)
    food = text_of("Here aspirin inhibits COX1.", ("aspirin", "food"), GENE)
    assert [len(one) for one in relater.relate([drug, food])] == [1, 0]


@pytest.mark.parametrize("least", [0, -1, 2])
def test_the_least_chance_is_one(least: Any) -> None:
    with pytest.raises(InputError):
        DescribedRelater(["drug treats disease"], least=least)


def test_nothing_asked() -> None:
    with pytest.raises(InputError):
        DescribedRelater([])


def test_the_system_reads_with_no_example_and_with_some() -> None:
    task = relation_task("chemprot")
    texts = [
        text_of(f"{start} aspirin {verb} COX1 in cells.", DRUG, GENE)
        for start in ("Here", "Now", "Also", "Then")
        for verb in ("inhibited", "activated", "was in")
    ]
    kinds = ("CPR:4", "CPR:3", "")
    gold = [
        GoldText(text, (Tie(0, 1, kinds[n % 3]),) if kinds[n % 3] else ())
        for n, text in enumerate(texts)
    ]
    bare = relaters.get("inference")(Lesson(task)).relate(texts[:2])
    assert all(one.score >= 0.3 for ties in bare for one in ties)
    taught = relaters.get("inference")(Lesson(task, gold)).relate(texts[:3])
    assert [[one.kind for one in ties] for ties in taught] == [["CPR:4"], ["CPR:3"], []]


def test_learning_ranks_the_right_hypothesis_first() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3, len(NAMES))).astype(np.float32)
    right = rows[:, :, 0].argmax(axis=1)
    right[rows[:, :, 0].max(axis=1) < 0.5] = 3  # none
    scorer = teach_scorer([Examples(rows, right)], rounds=40)
    assert (scorer.margins(rows).argmax(axis=1) == right).mean() > 0.85
    again = read_scorers(write_scorers({"all": scorer}))["all"]
    assert np.abs(again.margins(rows) - scorer.margins(rows)).max() < 0.1


def test_scorers_of_other_columns_are_told() -> None:
    scorer = shipped_scorer()
    other = type(scorer)(
        scorer.mean[1:], scorer.spread[1:], scorer.inner, scorer.inner_bias, scorer.outer, 0.0
    )
    with pytest.raises(BadFile):
        read_scorers(write_scorers({"all": other}))


def test_a_scorer_that_did_not_see_a_task() -> None:
    assert shipped_scorer("chemprot") is not shipped_scorer()
    assert shipped_scorer("ddi") is shipped_scorer()


def test_a_fitted_model_learns_beside_the_scorer() -> None:
    base = np.zeros((40, 3), np.float32)
    right = np.arange(40) % 3
    features = [[f"f {one}"] for one in right]
    vectors = np.zeros((40, 4), np.float32)
    fitted = fit_task(base, features, vectors, right, rounds=8)
    chances = fitted.chances(base, features, vectors)
    assert (chances.argmax(axis=1) == right).all()
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)


def test_the_border_of_best_f1() -> None:
    chances = np.array([[0.9, 0], [0.8, 0], [0.4, 0]], np.float32)
    assert best_border(chances, np.array([0, 0, 2])) == pytest.approx(0.8)
    assert chances_of(np.zeros((1, 4), np.float32)).tolist() == [[0.25] * 4]

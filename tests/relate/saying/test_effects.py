"""Treats or causes: plain words, the model's view, and ties that take the other effect."""

from __future__ import annotations

import pytest

from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.reader.effects import settled
from onoma.relate.saying.effect_lessons import weak_lessons
from onoma.relate.saying.effects import cause_odds, cue_of, windows_of


def sentence(text: str, given: str, ill: str) -> RelationText:
    ends = tuple(
        Entity(name, type, ((text.index(name), text.index(name) + len(name)),), name)
        for name, type in ((given, "chemical"), (ill, "disease"))
    )
    return RelationText("s", text, ((0, len(text)),), ends)


TREATED = sentence(
    "Erythema migrans was treated with doxycycline.", "doxycycline", "Erythema migrans"
)
CAUSED = sentence("Warfarin-induced epistaxis was seen twice.", "Warfarin", "epistaxis")
NEITHER = sentence("Warfarin and epistaxis were asked for.", "Warfarin", "epistaxis")
BOTH = (
    sentence("Doxycycline is effective for acne.", "Doxycycline", "acne"),
    sentence("Doxycycline caused acne.", "Doxycycline", "acne"),
)


@pytest.mark.parametrize(
    ("text", "effect"), [(TREATED, "treats"), (CAUSED, "causes"), (NEITHER, None)]
)
def test_plain_words_tell_the_effect(text: RelationText, effect: str | None) -> None:
    assert [cue_of(one) for one in windows_of(text, 0, 1)] == [effect]


def test_the_model_tells_effects_apart() -> None:
    assert cause_odds(TREATED, 0, 1) < 0 < cause_odds(CAUSED, 0, 1)


def test_sentences_without_plain_words_learn_from_those_that_have_them() -> None:
    plain = RelationText("a", CAUSED.text, CAUSED.sentences, CAUSED.entities)
    lessons = weak_lessons([plain, NEITHER, TREATED])
    assert [one.effect for one in lessons] == ["causes", "causes", "treats"]
    assert lessons[0].weight > lessons[1].weight
    of_causes = sum(one.weight for one in lessons[:2])
    assert of_causes == pytest.approx(0.75 * lessons[2].weight)


def test_a_pair_whose_words_say_both_teaches_nothing() -> None:
    assert not weak_lessons(BOTH)


def test_a_tie_takes_the_effect_that_is_clear() -> None:
    tie = Tie(0, 1, "cid/CID", 0.8)
    (turned,) = settled([tie], {(0, 1): -2.0})
    assert turned.kind == "biored/Negative_Correlation"
    assert turned.score == pytest.approx(0.8 * 0.8808, abs=1e-3)
    assert settled([tie], {(0, 1): -0.5}) == [tie]
    assert settled([tie], {}) == [tie]


def test_a_cure_becomes_a_cause_where_that_is_clear() -> None:
    (turned,) = settled([Tie(0, 1, "biored/Negative_Correlation", 0.5)], {(0, 1): 3.0})
    assert turned.kind == "biored/Positive_Correlation"


def test_other_kinds_stay() -> None:
    tie = Tie(0, 1, "biored/Association", 0.5)
    assert settled([tie], {(0, 1): -5.0}) == [tie]

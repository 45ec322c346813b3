"""Votes and stacks of recognisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile, InputError, ModelMissing, UnknownName
from onoma.pipeline.annotator import Settings
from onoma.pipeline.ensembles import Ensemble, make_ensemble, member_names
from onoma.pipeline.stack_training import STACK, VOTE, study
from onoma.pipeline.stacking import FILE, Lesson, fit, read_stack
from onoma.pipeline.voting import Found, rivals, vote
from onoma.types import AnnotatedDocument, Document, Mention

TEXT = "word " * 40


def spans(found: Sequence[Found]) -> list[tuple[int, int]]:
    return [one.span for one in found]


def test_a_span_of_the_majority_stays() -> None:
    ballot = {
        "a": [Found(0, 4, "disease"), Found(10, 14, "disease")],
        "b": [Found(0, 4, "disease")],
        "c": [Found(20, 24, "disease")],
    }
    assert spans(vote(ballot)) == [(0, 4)]
    assert spans(vote(ballot, threshold=0.3)) == [(0, 4), (10, 14), (20, 24)]
    assert vote(ballot)[0].score == pytest.approx(2 / 3)


def test_other_borders_are_half_a_vote_and_the_first_system_draws_them() -> None:
    ballot = {"a": [Found(0, 9, "disease")], "b": [Found(5, 9, "disease")]}
    assert spans(vote(ballot)) == [(0, 9)]
    assert spans(vote(dict(reversed(ballot.items())))) == [(5, 9)]
    assert vote(ballot, threshold=0.8) == []


def test_drugs_and_chemicals_are_one_but_doses_are_not() -> None:
    ballot = {"a": [Found(0, 4, "drug")], "b": [Found(0, 4, "chemical"), Found(0, 4, "dose")]}
    assert [(one.type, sorted(one.exact)) for one in rivals(ballot)] == [
        ("drug", ["a", "b"]), ("dose", ["b"]),
    ]  # fmt: skip
    assert [one.type for one in vote(ballot, threshold=0.5)] == ["drug"]


def test_a_weight_counts() -> None:
    ballot = {"a": [Found(0, 4, "disease")], "b": [], "c": []}
    assert vote(ballot) == []
    assert len(vote(ballot, weights={"a": 3.0})) == 1


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_a_threshold_that_says_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(InputError):
        vote({}, threshold=threshold)


def test_nothing_found_is_nothing() -> None:
    assert vote({"a": [], "b": []}) == []


def lessons(size: int, *, seed: int = 1) -> list[Lesson]:
    """Return documents in which ``sure`` is right where its score is high, ``wide`` at random."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(size):
        gold: set[tuple[int, int, str]] = set()
        ballot: dict[str, list[Found]] = {"sure": [], "wide": []}
        for place in range(0, 200, 5):
            is_right = rng.random() < 0.3
            if is_right:
                gold.add((place, place + 4, "disease"))
            if rng.random() < 0.7:
                score = 0.7 + 0.3 * rng.random() if is_right else 0.6 * rng.random()
                ballot["sure"].append(Found(place, place + 4, "disease", score))
            if rng.random() < (0.8 if is_right else 0.1):
                ballot["wide"].append(Found(place, place + 4, "disease", 0.5))
        out.append(Lesson(TEXT, ballot, frozenset(gold)))
    return out


def test_a_stack_learns_whom_to_believe() -> None:
    report = study(lessons(24), ["sure", "wide"])
    scores = {row.name: row.score.f1 for row in report.rows}
    assert report.best == "wide"
    assert scores[STACK] > scores["wide"] + 0.05
    assert report.gains[STACK].difference.low > 0
    assert report.gains[STACK].difference.value == pytest.approx(scores[STACK] - scores["wide"])
    assert scores[VOTE] < scores[STACK]


def test_labels_without_sense_give_no_gain_in_folds() -> None:
    rng = np.random.default_rng(2)
    noise = []
    for _ in range(20):
        found = {
            name: [Found(5 * i, 5 * i + 4, "disease", rng.random())
                   for i in np.flatnonzero(rng.random(40) < 0.4).tolist()]
            for name in ("a", "b")
        }  # fmt: skip
        gold = {
            (5 * i, 5 * i + 4, "disease") for i in np.flatnonzero(rng.random(40) < 0.3).tolist()
        }
        noise.append(Lesson(TEXT, found, frozenset(gold)))
    report = study(noise, ["a", "b"])
    scores = {row.name: row.score.precision for row in report.rows}
    assert abs(scores[STACK] - 0.3) < 0.08  # no better than chance: nothing leaks from the folds


def test_a_stack_is_the_same_after_it_was_written(tmp_path: Path) -> None:
    learned = fit(lessons(8), ["sure", "wide"])
    learned.write(tmp_path / "stack")
    again = read_stack(tmp_path / "stack")
    for one in lessons(5, seed=9):
        assert again.join(one.text, one.ballot) == learned.join(one.text, one.ballot)
    with pytest.raises(InputError, match="sure, wide"):
        again.join(TEXT, {"sure": []})


def test_a_stack_that_is_not_there_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train stack"):
        read_stack(tmp_path)
    (tmp_path / FILE).write_bytes(b"PK no archive")
    with pytest.raises(BadFile):
        read_stack(tmp_path)


def test_too_little_to_learn_from_is_told() -> None:
    with pytest.raises(InputError):
        fit([Lesson("x", {"a": []}, frozenset())], ["a"])


@dataclass(frozen=True)
class Finds:
    """Finds one word, with a concept or without."""

    word: str
    curie: str | None
    who: str

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        out = []
        for one in documents:
            start = one.text.find(self.word)
            found: tuple[Mention, ...] = ()
            if start >= 0:
                span, how = (start, start + len(self.word)), self.who
                found = (Mention(*span, self.word, "disease", self.curie, None, 0.9, how, (span,)),)
            out.append(replace(one, mentions=found))
        return out


def test_a_mention_that_stays_keeps_its_concept_and_says_who_found_it() -> None:
    both = Ensemble({"x": Finds("gout", None, "x"), "y": Finds("gout", "M:1", "y")})
    (done,) = both.complete([AnnotatedDocument(Document("1", "Some gout."))])
    (one,) = done.mentions
    assert (one.curie, one.found_by, one.text) == ("M:1", "x+y", "gout")


@dataclass(frozen=True)
class Scattered:
    """Finds breast cancer in "breast and ovarian cancer"."""

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        spans = ((0, 6), (19, 25))
        found = Mention(0, 25, documents[0].text, "disease", "M:1", None, 0.9, "s", spans)
        whole = replace(found, start=11, spans=((11, 25),), curie="M:2", text="ovarian cancer")
        return [replace(documents[0], mentions=(found, whole))]


def test_mentions_of_several_stretches_stay_with_what_they_share() -> None:
    document = AnnotatedDocument(Document("1", "breast and ovarian cancer"))
    both = Ensemble({"s": Scattered(), "y": Finds("ovarian cancer", None, "y")})
    (done,) = both.complete([document])
    assert [(m.start, m.curie, m.found_by) for m in done.mentions] == [
        (0, "M:1", "s"), (11, "M:2", "s+y"),
    ]  # fmt: skip
    alone = Ensemble({"s": Scattered(), "a": Finds("x", None, "a"), "b": Finds("x", None, "b")})
    assert alone.complete([document])[0].mentions == ()


def test_members_are_modes_lexicons_and_what_is_registered(tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    gold.write_text("1|t|Odd gout.\n1|a|\n1\t0\t8\tOdd gout\tDisease\tX:1\n")
    asked: list[Settings] = []

    def make_mode(settings: Settings) -> None:
        asked.append(settings)

    settings = Settings(mode="vote", tagger=f"dictionary,neural:mine,lexicon:{gold}")
    found = make_ensemble(settings, make_mode)
    assert [(one.mode, one.tagger) for one in asked] == [("dictionary", ""), ("neural", "mine")]
    document = AnnotatedDocument(Document("2", "An odd gout, again odd gout."))
    lexicon = found.members[f"lexicon:{gold}"]
    assert lexicon is not None
    (done,) = lexicon.complete([document])
    assert [(m.text, m.type, m.curie) for m in done.mentions] == [
        ("odd gout", "disease", "X:1"), ("odd gout", "disease", "X:1"),
    ]  # fmt: skip
    with pytest.raises(UnknownName, match="lexicon"):
        make_ensemble(replace(settings, tagger="dictionary,lexikon:x"), make_mode)
    with pytest.raises(InputError, match="HEAD=TYPE"):
        make_ensemble(replace(settings, tagger="dictionary,heads:bc5cdr/Disease"), make_mode)
    with pytest.raises(InputError, match="two or more"):
        member_names("dictionary")

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onoma.classify.headings import PARTS, ROLES
from onoma.classify.training.lessons import (
    Lesson,
    canonical,
    labelled_lessons,
    labels_of,
    read_labelled,
    structured_lessons,
    without_known,
)
from onoma.classify.training.making import Material, lessons_of, make_roles
from onoma.classify.training.session import Recipe, lesson_chances, measure
from onoma.errors import BadLine, InputError
from onoma.types import Document

HEADED = (
    "BACKGROUND: Tea number {n} is drunk. METHODS AND RESULTS: It was given to {n} adults and they"
    " slept. CONCLUSIONS: Tea number {n} keeps nobody awake, as far as we can tell today."
)


def headed(count: int) -> list[Document]:
    return [Document(str(n), HEADED.format(n=f"{n} " * 3)) for n in range(count)]


def test_headings_teach_and_are_cut_off() -> None:
    lesson = next(structured_lessons(headed(1), "roles"))
    assert [ROLES[g] if g >= 0 else "open" for g in lesson.gold.tolist()] == [
        "background", "open", "conclusion",
    ]  # fmt: skip
    assert lesson.allowed[1] == 1 << ROLES.index("method") | 1 << ROLES.index("result")
    bare = next(structured_lessons([Document("1", HEADED.replace("METHODS", "DESIGN"))], "roles"))
    assert (lesson.keys[1].size, lesson.gold[0]) == (bare.keys[1].size, bare.gold[0])


def test_documents_without_headings_teach_nothing() -> None:
    given = [Document("1", "Tea is drunk. It was given to adults. It keeps nobody awake.")]
    assert list(structured_lessons(given, "roles")) == []


def test_headings_say_which_parts_a_sentence_may_be() -> None:
    text = "OBJECTIVE: To learn. PARTICIPANTS: Ninety adults. RESULTS: They slept."
    lesson = next(structured_lessons([Document("1", text)], "pico"))
    assert [PARTS[g] if g >= 0 else "open" for g in lesson.gold.tolist()] == [
        "open", "population", "outcome",
    ]  # fmt: skip


def test_labelled_sentences_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("###7\nMETHODS\tWe looked.\nRESULTS\tNone.\n\nstudy design\tA trial.\n")
    assert read_labelled([path]) == [
        ("7", [("method", "We looked."), ("result", "None.")]),
        ("a.txt:5", [("study_design", "A trial.")]),
    ]
    path.write_text("no tab here\n")
    with pytest.raises(BadLine, match="line 1"):
        read_labelled([path])


def test_labels_are_a_known_scheme_or_their_own() -> None:
    assert labels_of([("1", [("method", "a"), ("result", "b")])]) == ROLES
    assert labels_of([("1", [("outcome", "a"), ("population", "b")])]) == PARTS
    assert labels_of([("1", [("tells", "a"), ("asks", "b")])]) == ("asks", "tells")
    assert canonical("CONCLUSIONS") == "conclusion"
    with pytest.raises(InputError, match="fewer than two"):
        labels_of([("1", [("one", "a")])])


def test_what_is_measured_on_is_not_taught() -> None:
    lessons = list(structured_lessons(headed(20), "roles"))
    seen = set(lessons[0].marks)
    kept = without_known(lessons, seen)
    assert all(not one.marks & lessons[0].marks for one in kept)
    tasks, dev = lessons_of(Material(structured=headed(60)))
    marks = {mark for one in dev for mark in one.marks}
    assert dev
    assert not any(one.marks & marks for one in tasks[0].lessons)


def test_nothing_to_learn_from_is_told() -> None:
    with pytest.raises(InputError, match="nothing to learn"):
        make_roles(Material(structured=[Document("1", "Tea.")]), Recipe())


def given_lessons(count: int) -> list[Lesson]:
    rows = [
        (str(n), [("asks", f"does tea help {n}"), ("tells", f"tea helps {n}")][: 1 + n % 2])
        for n in range(count)
    ]
    return list(labelled_lessons(rows, ("asks", "tells")))


def test_the_network_gives_the_same_chances_in_torch_and_in_numpy() -> None:
    torch = pytest.importorskip("torch", reason="the extra train is not installed")
    from onoma.classify.training.network import Network, Shape
    from onoma.classify.training.session import frequent_keys

    torch.manual_seed(0)
    lessons = given_lessons(6)
    network = Network(frequent_keys(lessons, 50), [("asks", "tells")], Shape(dim=8, hidden=6))
    with torch.no_grad():
        network.chains[0].step.normal_()
    batch = network.pad(lessons, 0)
    scores = network.scores(batch, 0, is_learning=False)
    frozen = network.frozen(0)
    found = lesson_chances(frozen, lessons)
    at = 0
    for row, lesson in enumerate(lessons):
        count = len(lesson.keys)
        part = scores[row, :count].detach().requires_grad_()
        whole = network._log_sum(part[None], batch.is_there[row : row + 1, :count], 0)
        expected = torch.autograd.grad(whole.sum(), part)[0].numpy()
        np.testing.assert_allclose(found[at : at + count], expected, atol=0.01)  # int8
        at += count


def test_merged_networks_are_one_of_their_mean_scores() -> None:
    from onoma.classify.roles import shipped_model
    from onoma.classify.training.merging import merged

    model = shipped_model("roles")
    lessons = [next(structured_lessons(headed(1), "roles"))]
    one, three = (lesson_chances(m, lessons) for m in (model, merged([model] * 3)))
    np.testing.assert_allclose(one, three, atol=0.01)


def test_a_score_leaves_out_what_is_open_or_aside() -> None:
    from onoma.classify.roles import shipped_model

    lessons = [next(structured_lessons(headed(1), "roles"))]
    score = measure(shipped_model("roles"), lessons, aside=frozenset({"other"}))
    assert score.sentences == 2
    assert "other" not in score.by_label

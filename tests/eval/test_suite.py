from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import BadFile, DataMissing, Inconsistent, UnknownName
from onoma.eval.suite import CharacterGrams, EncoderSystem, run_suite, suite_record, suite_tasks
from onoma.eval.suite.embedding import TextSystem
from onoma.eval.suite.labelled import Row, labelled
from onoma.eval.suite.parts import F32, KINDS, LONGEST, Choices, Numbering, Search, cut
from onoma.eval.suite.retrieval import passages
from onoma.eval.suite.running import MEAN, missing_of
from onoma.eval.suite.scoring import chosen, searched
from onoma.eval.suite.showing import difference_rows, score_rows
from tests.eval.suite_data import LetterSystem, make_data

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
OURS = ("exam-subject", "note-section", "question-parts", "relatedness", "subject-clusters")
QUICK = (  # those that read the large sets or the core are left to bench/suite.py
    "challenge", "covid-passage", "finding-clusters", "note-section", "plain-sentence",
    "question-entailment", "question-parts", "relatedness", "sentence-role",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data(tmp_path_factory.mktemp("data"))


def test_there_are_tasks_of_every_kind() -> None:
    every = [suite_tasks.get(name) for name in suite_tasks.names()]
    assert len(every) >= 12
    assert {task.kind for task in every} == set(KINDS)


@pytest.mark.parametrize("name", suite_tasks.names())
def test_a_task_says_where_its_data_come_from_and_under_which_licence(name: str) -> None:
    task = suite_tasks.get(name)
    assert task.name == name
    assert all((task.licence, task.about, task.measure))
    assert bool(task.folder) == bool(task.files)


@pytest.mark.parametrize("name", QUICK)
def test_a_task_reads_the_shared_data_within_its_size(name: str) -> None:
    task = suite_tasks.get(name)
    if missing := missing_of(task, SHARED):
        pytest.skip(missing)
    problem = task.read(SHARED / task.folder, np.random.default_rng(0))
    assert 250 <= len(problem.texts) <= 5000
    assert max(map(len, problem.texts)) <= LONGEST
    assert len(set(problem.texts)) == len(problem.texts)
    again = task.read(SHARED / task.folder, np.random.default_rng(0))
    assert again.texts == problem.texts


def test_a_run_has_scores_by_task_and_kind(data: Path) -> None:
    systems = [LetterSystem("blind", is_blind=True), LetterSystem()]
    result = run_suite(data, systems, names=OURS, samples=50)
    assert tuple(sorted(task.name for task in result.tasks)) == OURS
    blind, letters = result.systems
    assert letters.tasks["note-section"]["macro F1"].value == 1.0
    assert letters.tasks["question-parts"]["nDCG@10"].value > 0.7
    assert set(letters.kinds) == {*KINDS, MEAN}
    assert letters.kinds[MEAN].value > blind.kinds[MEAN].value
    assert letters.kinds["classification"].value == pytest.approx(
        np.mean([letters.tasks[name]["macro F1"].value for name in OURS[:2]])
    )
    (difference,) = result.differences
    assert difference.values[MEAN].low > 0
    assert difference.p[MEAN] < 0.05
    assert len(list(score_rows(result))) == len(OURS) + len(KINDS) + 1
    assert len(list(difference_rows(result))) == len(KINDS) + 1


def test_a_task_without_its_data_is_skipped_and_says_so(data: Path) -> None:
    result = run_suite(data, [LetterSystem()], names=("relatedness", "hallmark"), samples=5)
    assert result.skipped == {"hallmark": "no folder hoc"}
    assert [task.name for task in result.tasks] == ["relatedness"]


def test_no_data_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="no task of the suite"):
        run_suite(tmp_path, [LetterSystem()], names=("relatedness", "hallmark"))


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="no folder"):
        run_suite(tmp_path / "nowhere", [LetterSystem()])


@pytest.mark.parametrize("content", [b"", b"a\tb\n1\t2\n", b"\x1f\x8b damaged", b"\xff\xfe"])
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ehr-rel").mkdir()
    (tmp_path / "ehr-rel" / "EHR-RelB.dev60.tsv").write_bytes(content)
    with pytest.raises(BadFile, match=r"relatedness|EHR-RelB"):
        run_suite(tmp_path, [LetterSystem()], names=("relatedness",))


def test_an_unknown_task_is_an_error(data: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'relatedness'"):
        run_suite(data, [LetterSystem()], names=("relatednes",))


def test_a_record_is_the_same_for_the_same_seed(data: Path) -> None:
    records = [
        suite_record(run_suite(data, [CharacterGrams()], samples=20, names=OURS[:4]))
        for _ in range(2)
    ]
    for record in records:
        record["systems"][0].pop("cpu_seconds")
    assert records[0] == records[1]
    assert all(len(task["files"]) == 1 for task in records[0]["tasks"])


def test_grams_find_what_shares_letters() -> None:
    vectors = CharacterGrams().embed(["renal failure", "failure of the kidney", "rash", "rashes"])
    near = vectors @ vectors.T
    assert near[2, 3] > near[2, 0]
    assert near[0, 1] > near[0, 3]


class Counting:
    """Stands in for an encoder, and counts what it is asked for."""

    name, digest = "counting", "0" * 64

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> F32:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32)


def test_an_encoder_is_asked_for_each_text_once() -> None:
    encoder = Counting()
    system = EncoderSystem("counting", encoder)  # type: ignore[arg-type]  # all that is used of one
    first = system.embed(["a", "bb", "a"])
    second = system.embed(["bb", "ccc"])
    assert encoder.asked == ["a", "bb", "ccc"]
    assert first[:, 0].tolist() == [1.0, 2.0, 1.0]
    assert second[:, 0].tolist() == [2.0, 3.0]
    assert system.texts == 3


def test_a_system_that_gives_too_few_vectors_is_an_error(data: Path) -> None:
    class Short(LetterSystem):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            return super().embed(texts)[1:]

    short: TextSystem = Short()
    with pytest.raises(Inconsistent, match="vectors for"):
        run_suite(data, [short], names=("relatedness",))


def test_a_text_in_both_parts_counts_once() -> None:
    rows = [Row("same  text", "a", False), Row("same text", "b", True), Row("other", "b", False)]
    found = labelled(rows, np.random.default_rng(0))
    assert sorted(found.texts) == ["other", "same text"]
    assert not found.is_test.any()


def test_texts_are_cut_between_words() -> None:
    assert cut("a  b\nc") == "a b c"
    long = "word " * 400
    assert len(cut(long)) <= LONGEST
    assert cut(long).endswith("word")
    assert len(cut("x" * 2000)) <= LONGEST


def test_equal_texts_have_one_number() -> None:
    number = Numbering()
    assert [number("a b"), number("c"), number("a  b")] == [0, 1, 0]
    assert number.texts == ("a b", "c")


def test_passages_cover_a_text() -> None:
    text = "A sentence of some length. " * 200
    found = passages(text)
    assert "".join(found.values()) == text
    assert max(map(len, found.values())) <= LONGEST
    assert all(text[start:].startswith(part) for start, part in found.items())


def test_a_choice_is_wrong_where_two_are_equally_near() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    marks = chosen(Choices(("a", "b", "c", "d"), ((0, 1, 2), (0, 1, 3))), vectors)
    assert marks.measures["accuracy"](np.ones((1, 2)))[0] == 0.5


def test_a_search_counts_every_document_wanted() -> None:
    vectors = np.array([[1, 0], [1, 0.1], [0, 1], [1, 0.2]], np.float32)
    given = Search(("q", "a", "b", "c"), np.array([0]), np.array([1, 2, 3]), (frozenset({1, 2}),))
    marks = searched(given, vectors)
    assert marks.measures["recall@10"](np.ones((1, 1)))[0] == 1.0
    assert marks.measures["nDCG@10"](np.ones((1, 1)))[0] == pytest.approx(
        1.5 / (1 + 1 / np.log2(3))
    )

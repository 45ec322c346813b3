from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onoma.errors import Inconsistent
from onoma.eval import Request, evaluate, record_of
from onoma.eval.page import page_of
from onoma.eval.parts import Setting, System
from tests.eval.conftest import AddSystem
from tests.eval.samples import PUBTATOR, samples, write_gold, write_predictions

HALF = {"1": [{"start": 0, "end": 4, "type": "Disease", "curie": "MONDO:0005393"}], "2": []}


@pytest.fixture
def request_of_two(tmp_path: Path) -> Request:
    """Perfect predictions against poor ones."""
    sample = samples()["concepts"]
    gold = write_gold(tmp_path, sample)
    assert sample.perfect is not None
    said = (
        write_predictions(tmp_path, sample.perfect, "good"),
        write_predictions(tmp_path, HALF, "poor"),
    )
    return Request("concepts", gold, predictions=said, samples=100, command="onoma eval ...")


def test_two_systems_are_compared(request_of_two: Request) -> None:
    (pairing,) = evaluate(request_of_two).pairings
    assert (pairing.first, pairing.second, pairing.measure) == ("good", "poor", "document F1")
    assert pairing.found.difference.value > 0
    assert (pairing.found.wins, pairing.found.losses) == (2, 0)


def test_the_record_is_the_same_for_the_same_seed(request_of_two: Request) -> None:
    first, second = (record_of(evaluate(request_of_two)) for _ in range(2))
    for record in (first, second):
        for system in record["systems"]:
            system.pop("cpu_seconds")
    assert first == second
    other = record_of(evaluate(replace(request_of_two, seed=1)))
    value = first["systems"][1]["measures"]["document F1"]["value"]
    assert other["systems"][1]["measures"]["document F1"]["value"] == value


def test_the_record_says_what_made_it(request_of_two: Request) -> None:
    record = json.loads(json.dumps(record_of(evaluate(request_of_two))))
    assert set(record) == {
        "schema", "onoma", "task", "command", "seed", "samples", "data", "overlap", "systems",
        "comparisons",
    }  # fmt: skip
    assert record["command"] == "onoma eval ..."
    assert len(record["data"]["files"][0]["sha256"]) == 64
    assert set(record["systems"][0]) == {
        "name", "about", "cpu_seconds", "measures", "rows", "error_counts", "errors", "confusion",
        "notes",
    }  # fmt: skip


def test_errors_are_told_by_kind_the_commonest_first(request_of_two: Request) -> None:
    poor = evaluate(request_of_two).systems[1]
    counts = record_of(evaluate(request_of_two))["systems"][1]["error_counts"]
    assert counts["missed"] == 10
    missed = [fault for fault in poor.faults if fault.kind == "missed"]
    assert [(fault.surface, fault.count) for fault in missed[:2]] == [
        ("gout", 2),
        ("cystic fibrosis", 2),
    ]
    example = missed[0].examples[0]
    assert example.before.endswith("Podagra is ")
    assert example.marked == "gout"


def test_each_kind_of_error_is_told(tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    gold.write_text(PUBTATOR, encoding="utf-8")
    said = {
        "1": [
            {"start": 0, "end": 4, "type": "Disease", "curie": "MONDO:1"},  # wrong concept
            {"start": 9, "end": 14, "type": "Disease", "curie": "HP:0001945"},  # wrong type
            {"start": 16, "end": 26, "type": "Disease", "curie": "MONDO:0005393"},  # boundary
            {"start": 5, "end": 8, "type": "Disease", "curie": "MONDO:2"},  # spurious
        ],
        "2": [],
    }
    path = write_predictions(tmp_path, said)
    (system,) = evaluate(Request("concepts", gold, predictions=(path,), samples=20)).systems
    kinds = {fault.kind for fault in system.faults}
    assert kinds == {
        "wrong concept", "wrong type", "boundary", "spurious", "missed", "concept missed",
        "concept spurious",
    }  # fmt: skip
    assert system.confusion is not None
    labels = system.confusion.labels
    counts = system.confusion.counts
    assert counts[labels.index("Phenotype"), labels.index("Disease")] == 1
    assert counts[labels.index("none"), labels.index("Disease")] == 1


def test_overlap_with_training_is_told(tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    gold.write_text(PUBTATOR, encoding="utf-8")
    other = tmp_path / "train.pubtator"
    part = PUBTATOR.split("\n\n")[0]
    other.write_text(part.replace("1|", "9|").replace("\n1\t", "\n9\t") + "\n\n", encoding="utf-8")
    result = evaluate(Request("ner", gold, systems=("lexicon",), train=other, samples=20))
    assert result.overlap is not None
    assert (result.overlap.same_ids, result.overlap.same_texts) == (0, 1)
    assert (result.overlap.seen_names, result.overlap.names) == (7, 11)
    measures = result.systems[0].measures
    assert measures["recall, seen names"].value == 1.0
    assert measures["recall, unseen names"].value == 0.0


def test_without_a_training_part_the_page_says_so(request_of_two: Request) -> None:
    result = evaluate(request_of_two)
    assert result.overlap is None
    assert "overlap cannot be told" in page_of(result)


def test_predictions_may_be_annotated_documents(tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    gold.write_text(PUBTATOR, encoding="utf-8")
    for task in ("ner", "concepts", "link", "relation"):
        (system,) = evaluate(Request(task, gold, predictions=(gold,), samples=20)).systems
        assert next(iter(system.measures.values())).value == 1.0, task
    part = tmp_path / "part.pubtator"
    part.write_text(PUBTATOR.split("\n\n")[0] + "\n\n", encoding="utf-8")
    (system,) = evaluate(Request("ner", gold, predictions=(part,), samples=20)).systems
    assert system.measures["strict precision"].value == 1.0
    assert system.about["documents without any"] == "1"


def test_a_system_that_leaves_items_out_is_told(tmp_path: Path, add_system: AddSystem) -> None:
    def make(setting: Setting) -> System:
        return System(lambda given: [()])

    add_system("ner.lazy", make)
    gold = tmp_path / "gold.pubtator"
    gold.write_text(PUBTATOR, encoding="utf-8")
    with pytest.raises(Inconsistent, match="1 answers to 2 items"):
        evaluate(Request("ner", gold, systems=("lazy",)))


def test_hostile_texts_stay_text_on_the_page(tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    hostile = '<script>alert(1)</script> & "gout"'
    gold.write_text(
        f"1|t|{hostile}\n1|a|\n1\t30\t34\tgout\tDisease\tMONDO:<b>\n\n", encoding="utf-8"
    )
    said = write_predictions(tmp_path, {"1": []})
    page = page_of(evaluate(Request("concepts", gold, predictions=(said,), samples=20)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "MONDO:<b>" not in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_shows_measures_types_confusion_and_errors(request_of_two: Request) -> None:
    page = page_of(evaluate(request_of_two))
    for words in ("document F1", "By type", "Confusion", "missed", "Compared", "<svg", "<mark>"):
        assert words in page
    assert page.count("<h2>") == 3

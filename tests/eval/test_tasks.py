from __future__ import annotations

import math
from pathlib import Path

import pytest

from onoma.errors import DataMissing, InputError, ModelMissing, OnomaError, UnknownName
from onoma.eval import Request, evaluate, tasks
from onoma.eval.systems import names_for
from onoma.ontology.store import ConceptStore
from tests.eval.samples import Sample, samples, write_gold, write_predictions

SAMPLES = samples()


def sample_of(task: str) -> Sample:
    assert task in SAMPLES, f"the task {task!r} has no sample: add one to tests/eval/samples.py"
    return SAMPLES[task]


@pytest.mark.parametrize("task", tasks.names())
def test_perfect_predictions_reach_the_best_score(task: str, tmp_path: Path) -> None:
    sample = sample_of(task)
    gold = write_gold(tmp_path, sample)
    assert sample.perfect is not None
    said = write_predictions(tmp_path, sample.perfect)
    result = evaluate(Request(task, gold, predictions=(said,), samples=50))
    (system,) = result.systems
    lead = next(iter(system.measures.values()))
    if task == "forecast":
        assert lead.value == pytest.approx(0.0)
    elif task == "ner":
        assert system.measures["strict F1"].value == system.measures["overlap F1"].value == 1.0
    elif task == "assertion":
        assert system.measures["negated F1"].value == 1.0
    else:
        assert lead.value == pytest.approx(sample.best)
    if task not in ("similarity", "forecast", "keyphrase", "simplify"):
        assert system.faults == ()


@pytest.mark.parametrize(
    ("task", "system"), [(task, name) for task in tasks.names() for name in names_for(task)]
)
def test_every_system_answers_every_item(
    task: str, system: str, tmp_path: Path, small_core: ConceptStore
) -> None:
    gold = write_gold(tmp_path, sample_of(task))
    learns_from = None if task in ("retrieval", "forecast") else gold
    request = Request(task, gold, systems=(system,), train=learns_from, samples=20)
    try:
        result = evaluate(request)
    except ModelMissing:
        pytest.skip("no encoder weights here")
    (found,) = result.systems
    assert all(not math.isinf(one.value) for one in found.measures.values())


def test_onoma_finds_what_the_small_vocabulary_has(
    tmp_path: Path, small_core: ConceptStore
) -> None:
    gold = write_gold(tmp_path, sample_of("concepts"))
    (system,) = evaluate(Request("concepts", gold, systems=("dictionary",), samples=20)).systems
    assert system.measures["document recall"].value > 0.7
    assert system.measures["linked precision"].value > 0.9
    assert system.about["vocabulary"] == small_core.version


def test_a_lexicon_remembers_its_training_part(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("link"))
    request = Request("link", gold, systems=("lexicon",), train=gold, samples=20)
    (system,) = evaluate(request).systems
    assert system.measures["Acc@1"].value == 1.0
    assert system.measures["Acc@1, seen names"].value == 1.0
    assert math.isnan(system.measures["Acc@1, unseen names"].value)


def test_a_system_that_learns_needs_a_training_part(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("classify"))
    with pytest.raises(InputError, match="learns"):
        evaluate(Request("classify", gold, systems=("majority",)))


def test_unknown_names_are_told_with_the_known_ones(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("ner"))
    with pytest.raises(UnknownName, match="did you mean 'concepts'"):
        evaluate(Request("concept", gold))
    with pytest.raises(UnknownName, match="lexicon, onoma, predictions"):
        evaluate(Request("ner", gold, systems=("onomaa",)))


def test_absent_gold_and_predictions_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="no data at"):
        evaluate(Request("ner", tmp_path / "nowhere"))
    gold = write_gold(tmp_path, sample_of("ner"))
    with pytest.raises(DataMissing, match="no predictions at"):
        evaluate(Request("ner", gold, predictions=(tmp_path / "none.jsonl",)))


def test_a_prediction_that_is_missing_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("abbreviation"))
    said = write_predictions(tmp_path, {"a": []})
    with pytest.raises(InputError, match="no prediction for 'b'"):
        evaluate(Request("abbreviation", gold, predictions=(said,)))


@pytest.mark.parametrize("task", ["ner", "concepts", "link", "relation"])
def test_wrong_offsets_are_one_error(task: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.pubtator"
    path.write_text("1|t|Gout\n1|a|\n1\t0\t40\tGout\tDisease\tMONDO:1\n\n", encoding="utf-8")
    with pytest.raises(OnomaError, match="does not fit the text"):
        evaluate(Request(task, path))


@pytest.mark.parametrize(
    ("task", "content", "words"),
    [
        ("classify", '{"id": "a"}\n', "'text' is missing"),
        ("classify", "nothing of the kind\n", "neither JSON lines nor a table"),
        ("similarity", "a\tb\tscore\nx\ty\thigh\n", "'score' is not readable"),
        ("similarity", "a\tb\tscore\nx\ty\n", "2 cells for 3 columns"),
        ("classify", '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', "comes twice"),
        ("sequence", '{"sentences": ["a", "b"], "labels": ["x"]}\n', "1 labels for 2 sentences"),
        ("assertion", '{"text": "abc", "start": 2, "end": 9, "labels": []}\n', "does not fit"),
        ("forecast", "series,time,value\ns,1,2\n", "no series of at least"),
        ("kgc", "a b\n", "head, relation and tail"),
        ("retrieval", '{"id": "d", "text": "x"}\n', "no query"),
        ("ranking", '{"query": "q", "answers": ["a"], "grades": []}\n', "0 grades, 1 answers"),
        ("classify", "{]\n", "no JSON"),
    ],
)
def test_what_is_wrong_in_a_gold_file_is_told(
    task: str, content: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "gold.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(OnomaError, match=words):
        evaluate(Request(task, path))


def test_a_table_does_as_well_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_text("id,text,labels\na,fever,sign|new\nb,gout,disease\n", encoding="utf-8")
    said = write_predictions(tmp_path, {"a": ["new", "sign"], "b": ["disease"]})
    (system,) = evaluate(Request("classify", path, predictions=(said,), samples=20)).systems
    assert system.measures["all labels right"].value == 1.0


def test_naive_forecasts_have_the_errors_worked_out_by_hand(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("forecast"))  # the last values: 16 + 2, 18 + 0; past 15
    (system,) = evaluate(Request("forecast", gold, systems=("naive",), samples=20)).systems
    assert system.measures["MAE"].value == pytest.approx((18 - 15 + 18 - 15) / 2)


def test_sure_answers_that_are_right_can_be_relied_on(tmp_path: Path) -> None:
    sample = sample_of("link")
    gold = write_gold(tmp_path, sample)
    assert sample.perfect is not None
    names = list(sample.perfect)
    said = {
        name: {"curies": sample.perfect[name] if place else ["X:0"], "score": 0.9 if place else 0.2}
        for place, name in enumerate(names)
    }
    path = write_predictions(tmp_path, said)
    (system,) = evaluate(Request("link", gold, predictions=(path,), samples=20)).systems
    n = len(names)
    assert system.measures["AURC (lower is better)"].value == pytest.approx(1 / n / n)
    gap = (0.1 * (n - 1) + 0.2) / n
    assert system.measures["calibration error (lower is better)"].value == pytest.approx(gap)


def test_scores_of_labels_give_curves(tmp_path: Path) -> None:
    gold = write_gold(tmp_path, sample_of("classify"))
    said = {
        name: {"labels": labels, "scores": {"sign": 0.9 if "sign" in labels else 0.1, "disease": s}}
        for (name, labels), s in zip(
            (sample_of("classify").perfect or {}).items(), (0.1, 0.9, 0.95, 0.8), strict=True
        )
    }
    path = write_predictions(tmp_path, said)
    (system,) = evaluate(Request("classify", gold, predictions=(path,), samples=20)).systems
    # sign 1; disease: c, wrong, stands above both right ones: 1 - 2/4; organ: all equal
    assert system.measures["AUROC, mean over labels"].value == pytest.approx((1 + 0.5 + 0.5) / 3)

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onoma.eval.gold_tables import Defining
from onoma.types import AnnotatedDocument, Document, Mention

corpora: Any = importlib.import_module("corpora")
accuracy: Any = importlib.import_module("accuracy")
errors: Any = importlib.import_module("errors")
negation: Any = importlib.import_module("negation")
abbreviations: Any = importlib.import_module("abbreviations")
peer_worker: Any = importlib.import_module("peer_worker")
report: Any = importlib.import_module("report")


class WordAnnotator:
    """Finds one word and calls it a disease, for measuring the measures."""

    def pipe(self, documents: Iterable[Document]) -> Iterator[AnnotatedDocument]:
        for document in documents:
            yield AnnotatedDocument(
                document,
                tuple(
                    Mention(
                        m.start(),
                        m.end(),
                        m.group(),
                        kind,
                        "MESH:D003920",
                        "Diabetes Mellitus",
                        1.0,
                        "dictionary",
                        (m.span(),),
                    )
                    for m in re.finditer("diabetes|cough", document.text)
                    for kind in ("disease", "phenotype")
                ),
            )


def small_set() -> Any:
    def mention(start: int, end: int, ids: str) -> Any:
        return corpora.GoldMention(start, end, "", "D", ids)

    title = "Of diabetes mellitus, cough and diabetes."
    marks = (mention(3, 20, "D003920"), mention(22, 27, "D003371"), mention(32, 40, "D003920"))
    document = corpora.GoldDocument("1", title, "", marks)
    return corpora.GoldSet("small", lambda: [document], ("D",), "Disease", ("disease",), ("MESH",))


@pytest.fixture
def outcome() -> Any:
    row = small_set()
    return accuracy.annotate(row, list(row.documents()), lambda *_: WordAnnotator(), "all")


def needs_shared() -> None:
    try:
        corpora.shared_root()
    except corpora.SharedDataMissingError as error:
        pytest.skip(str(error))


def test_accuracy_counts_spans_and_concepts_as_the_outside_scorer_does(
    outcome: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_shared()
    monkeypatch.setenv("ONOMA_BENCH_CACHE", str(tmp_path))
    measures = accuracy.score(outcome, "none", accuracy.load_scorer())
    assert measures["mention"]["pred"] == 3
    assert measures["mention"]["f1"] == pytest.approx(2 / 3)
    assert measures["overlap"]["f1"] == 1.0
    assert measures["document"]["r"] == 0.5
    assert measures["document"]["p"] == 1.0


def test_errors_are_sorted_into_their_kinds(outcome: Any) -> None:
    needs_shared()
    scorer = accuracy.load_scorer()
    finder = errors.Finder(scorer.Scorer({}), scorer.split_ids, 60)
    finder.add(outcome.gold[0], outcome.predicted[0])
    counted = {kind: dict(tally.counts) for kind, tally in finder.tallies.items() if tally.counts}
    assert counted == {
        "boundary": {("diabetes mellitus <> diabetes", "MESH:D003920", "MESH:D003920"): 1},
        "concept": {("cough", "MESH:D003371", "MESH:D003920"): 1},
        "document-missed": {("cough", "MESH:D003371", ""): 1},
    }


def test_axes_of_assertion_are_counted() -> None:
    gold = [frozenset({"negated", "historical"}), frozenset()]
    cells = negation.measure(gold, [{"negated"}, {"negated"}], "negated")
    assert cells == ["negated", "1", "2", "1", "50.0", "100.0", "66.7", "0.0"]


def test_pairs_are_counted_with_and_without_letter_case() -> None:
    record = Defining("1", "An abstract (AA) here.", frozenset({("AA", "An abstract")}))
    predicted = [frozenset({("AA", "an abstract")})]
    for fold, right in ((str, "0"), (str.casefold, "1")):
        cells = abbreviations.row_of("x", [record], predicted, 0.0, fold=fold)
        assert cells[4] == right


def test_raw_hits_are_reduced_to_whole_words_leftmost_longest() -> None:
    text = "heart attacks heart attack"
    hits = [(0, 5, 0), (0, 12, 1), (14, 19, 0), (14, 26, 1), (20, 26, 2)]
    assert peer_worker.whole_longest(text, hits) == [(0, 5, 0), (14, 26, 1)]


def test_a_table_writes_its_command_versions_and_notes(tmp_path: Path) -> None:
    table = report.Table("Title", ["set", "F1"])
    table.add(["a", report.figure(0.5)])
    table.note("said")
    path = tmp_path / "sub" / "t.md"
    table.finish(path, ["/somewhere/bench/accuracy.py", "--sets", "a b"])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Made by `python bench/accuracy.py --sets 'a b'`.\nPython ")
    assert "| set | F1 |\n| --- | ---: |\n| a | 50.0 |\n\n- said\n" in text

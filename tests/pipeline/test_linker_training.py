from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.train_linker import linker
from onoma.errors import InputError
from onoma.link.candidates.judging import COLUMNS
from onoma.link.candidates.lessons import Lessons
from onoma.link.candidates.lexicon import Entry, Lexicon
from onoma.link.candidates.trained import read_trained
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounding import GroundOptions, ground_terms
from onoma.pipeline.linker_training import grown, iter_curies, train_linker
from onoma.types import AnnotatedDocument, Document, Mention

pytestmark = pytest.mark.usefixtures("small_core")
TEXT = "The big malady (TBM) is not podagra."


def document(number: int, *marks: tuple[str, str | None]) -> AnnotatedDocument:
    found = []
    for text, curie in marks:
        start = TEXT.index(text)
        end = start + len(text)
        found.append(
            Mention(start, end, text, "disease", curie, None, 1.0, "gold", ((start, end),))
        )
    return AnnotatedDocument(Document(str(number), TEXT), tuple(found))


def test_what_annotators_wrote_is_answered(tmp_path: Path) -> None:
    marks = (("big malady", "MONDO:0005393"), ("TBM", "MONDO:0005393"))
    report = train_linker([document(n, *marks) for n in range(3)], tmp_path, Settings())
    assert (report.documents, report.mentions, report.unusable) == (3, 6, 0)
    options = GroundOptions(trained=str(tmp_path), encoder="none")
    (found, *_), nil = ground_terms([("TBM", ""), ("malady of ours", "")], options=options)
    assert found.curie == "MONDO:0005393"
    assert found.why == {"learned": 3.0}
    assert nil == []
    assert json.loads((tmp_path / "linker.json").read_text())["entries"] == report.entries


def test_bare_ids_need_a_prefix(tmp_path: Path, small_core: ConceptStore) -> None:
    with pytest.raises(InputError, match="--prefix"):
        train_linker([document(1, ("podagra", "D006073"))], tmp_path / "x", Settings())
    assert not (tmp_path / "x").exists()
    assert list(iter_curies("D001943|D010051, -", small_core, "MESH")) == [
        "MESH:D001943",
        "MESH:D010051",
    ]


def test_the_commonest_concept_of_a_text_leads(tmp_path: Path) -> None:
    lexicon = Lexicon.of([("X", "A:1"), ("x", "A:2"), ("X ", "A:2"), ("", "A:3")])
    lexicon.write(tmp_path / "lexicon.tsv")
    assert Lexicon.read(tmp_path / "lexicon.tsv").entries == lexicon.entries
    assert set(lexicon.entries) == {
        Entry("X", "A:1", 1),
        Entry("X", "A:2", 1),
        Entry("x", "A:2", 1),
    }


def test_few_lessons_grow_nothing() -> None:
    one = np.zeros(2, np.float32)
    table = np.zeros((2, len(COLUMNS)), np.float32)
    few = Lessons(table, np.zeros(2, np.int64), np.array([True, False]), np.ones(2), one)
    assert grown([few] * 5, None, "") == (None, None, None)


def test_a_ranker_that_is_no_gain_is_not_kept() -> None:
    rng = np.random.default_rng(4)
    table = rng.random((400, len(COLUMNS))).astype(np.float32)
    right = np.arange(400) % 4 == 0
    term = np.arange(400) // 4
    noise = Lessons(table, term, right, np.ones(400), right.astype(np.float32))
    ranker, before, after = grown([noise] * 3, None, "")
    assert before == 1
    assert ranker is None or after == 1


def test_the_command_writes_a_linker(tmp_path: Path) -> None:
    path = tmp_path / "train.pubtator"
    path.write_text(f"1|t|{TEXT}\n1|a|\n1\t4\t14\tbig malady\tDisease\tD006073\n\n")
    out = tmp_path / "mine"
    words = ["--data", str(path), "-o", str(out), "--prefix", "MESH", "--encoder", "none"]
    result = CliRunner().invoke(linker, words)
    assert result.exit_code == 0, result.output
    assert read_trained(out, encoded=False)[0].entries == (Entry("big malady", "MESH:D006073", 1),)
    assert "1 mentions of 1 documents" in result.output

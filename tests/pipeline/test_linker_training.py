from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from onoma.cli.train_linker import linker
from onoma.errors import InputError
from onoma.link.candidates.fitting import Lessons, fit_factors, with_factors
from onoma.link.candidates.lexicon import Entry, Lexicon
from onoma.link.candidates.linker import PARTS
from onoma.link.candidates.scoring import LEXICAL
from onoma.link.candidates.trained import read_trained
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounding import GroundOptions, ground_terms
from onoma.pipeline.linker_training import iter_curies, train_linker
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


def test_factors_follow_what_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(0)
    terms, each = 200, 4
    parts = rng.random((terms * each, len(PARTS)))
    right = np.zeros(terms * each, bool)
    gram = parts[:, PARTS.index("gram")].reshape(terms, each)
    right[np.arange(terms) * each + gram.argmax(1)] = True
    lessons = Lessons(parts, np.repeat(np.arange(terms), each), right)
    factors = fit_factors(lessons)
    assert lessons.accuracy(factors) > lessons.accuracy(np.ones(len(PARTS))) + 0.2
    assert factors[PARTS.index("gram")] == factors.max()
    weights = with_factors(LEXICAL, factors, lessons)
    assert weights.gram > LEXICAL.gram
    assert weights.slope > 0


def test_few_lessons_change_nothing() -> None:
    none = Lessons(np.zeros((0, len(PARTS))), np.zeros(0, np.int64), np.zeros(0, bool))
    assert fit_factors(none).tolist() == [1.0] * len(PARTS)


def test_the_command_writes_a_linker(tmp_path: Path) -> None:
    path = tmp_path / "train.pubtator"
    path.write_text(f"1|t|{TEXT}\n1|a|\n1\t4\t14\tbig malady\tDisease\tD006073\n\n")
    out = tmp_path / "mine"
    words = ["--data", str(path), "-o", str(out), "--prefix", "MESH", "--encoder", "none"]
    result = CliRunner().invoke(linker, words)
    assert result.exit_code == 0, result.output
    assert read_trained(out, encoded=False)[0].entries == (Entry("big malady", "MESH:D006073", 1),)
    assert "1 mentions of 1 documents" in result.output

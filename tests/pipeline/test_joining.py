"""Mode ``hybrid`` with a tagger whose words are known beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from onoma.ontology.store import ConceptStore
from onoma.pipeline import load
from onoma.pipeline.annotator import Annotator, Settings, make_annotator
from onoma.pipeline.joining import Joiner, groups_of, runs_of
from onoma.pipeline.span_choice import Taken, with_conditions
from onoma.pipeline.span_judge import Judge, choose
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Tagger
from onoma.recognize.tagger.decoding import WordSpans
from onoma.recognize.tagger.tagger import Look
from onoma.recognize.tagger.words import Words
from onoma.text.tokens import TextBatch
from onoma.types import AnnotatedDocument, Document, type_mask

WORD = re.compile(r"\w+|[^\w\s]")


class FakeTagger:
    """Finds the strings it is told to, each by a head and with a score."""

    def __init__(self, **found: tuple[str, float]) -> None:
        self.found = {name.replace("_", " "): told for name, told in found.items()}
        self.heads = self
        self.names = self.shared = ("disease", "gene", "population")
        self.gazetteer, self.name = None, "fake 1"

    def look(self, batch: TextBatch, marks: Any, heads: Sequence[str]) -> Look:
        starts: list[int] = []
        ends: list[int] = []
        bounds = [0]
        rows: list[tuple[int, int, int, float]] = []
        offsets = batch.doc_start.tolist()
        for low, high in pairwise(offsets):
            text, first = batch.text[low : high - 1], len(starts)
            words = [match.span() for match in WORD.finditer(text)]
            starts += [start for start, _ in words]
            ends += [end for _, end in words]
            for name, (head, score) in self.found.items():
                for match in re.finditer(re.escape(name), text):
                    inside = [n for n, (a, b) in enumerate(words, first)
                              if match.start() <= a and b <= match.end()]  # fmt: skip
                    if head in heads and inside:
                        rows.append((list(heads).index(head), inside[0], inside[-1] + 1, score))
            bounds.append(len(starts))
        chances = np.full((len(starts), len(heads), 3), np.log(1e-4), np.float32)
        chances[..., 0] = np.log(0.999)
        for number, begin, behind, _ in rows:
            chances[begin:behind, number] = np.log([0.1, 0.45, 0.45])
        rows.sort()
        columns = np.array(rows, np.float64).reshape(-1, 4).T
        head_, begin_, behind_ = (column.astype(np.int64) for column in columns[:3])
        spans = WordSpans(head_, begin_, behind_, columns[3].astype(np.float32))
        nothing = np.empty(0, np.int64)
        words_ = Words(
            np.array(starts, np.int64), np.array(ends, np.int64), nothing.astype(np.uint64),
            nothing, nothing, np.array(bounds, np.int64),
        )  # fmt: skip
        return Look(tuple(heads), words_, chances, spans)


def joined(
    text: str, tagger: FakeTagger, *, types: Sequence[str] = (), **settings: Any
) -> AnnotatedDocument:
    """Return a text annotated by the small store's dictionary and a tagger."""
    wanted = Settings(types=type_mask(types), mode="hybrid", tagger="mine", **settings)
    annotator: Annotator = make_annotator(wanted)
    own = cast("Tagger", tagger)
    gazetteer = Gazetteer(DictionaryRecognizer(annotator.store))
    joiner = Joiner(wanted, own, gazetteer, Judge(), groups=groups_of(wanted, own, Judge()))
    (done,) = joiner.complete(list(annotator.annotate([Document("1", text)]).documents_annotated()))
    for one in done.mentions:
        assert done.text[one.start : one.end] == one.text
    return done


def told(document: AnnotatedDocument) -> list[tuple[str, str | None, str]]:
    return [(one.text, one.curie, one.found_by) for one in document.mentions]


@pytest.fixture(autouse=True)
def _small(small_core: ConceptStore) -> None:
    assert small_core.n_concepts


def test_a_name_that_nobody_lists_is_kept_as_nil_with_what_is_said_of_it() -> None:
    done = joined("No Qwertz ataxia. Gout.", FakeTagger(Qwertz_ataxia=("disease", 0.9)))
    assert told(done)[0] == ("Qwertz ataxia", None, "tagger")
    first = done.mentions[0]
    assert (first.assertion, first.type) == ("absent", "disease")
    assert first.score == pytest.approx(0.9)
    assert told(done)[1] == ("Gout", "MONDO:0005393", "dictionary")


def test_what_both_find_says_so_and_keeps_its_concept() -> None:
    done = joined("She has gout.", FakeTagger(gout=("disease", 0.9)))
    assert told(done) == [("gout", "MONDO:0005393", "dictionary+tagger")]
    assert done.to_dict()["models"] == {"tagger": "fake 1"}


def test_another_span_takes_the_place_of_the_dictionarys_and_is_linked() -> None:
    done = joined("Severe gout", FakeTagger(Severe_gout=("disease", 0.95)))
    (mention,) = done.mentions
    assert (mention.text, mention.curie, mention.found_by) == (
        "Severe gout", "MONDO:0005393", "tagger",
    )  # fmt: skip


def test_a_short_form_of_what_the_tagger_found_is_a_mention_too() -> None:
    text = "Qwertz ataxia (QA) is rare. We saw QA twice."
    done = joined(text, FakeTagger(Qwertz_ataxia=("disease", 0.9), QA=("disease", 0.9)))
    assert [one[0] for one in told(done)] == ["Qwertz ataxia", "QA", "QA"]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ((), ("disease", "gene", "population")),
        (("disease",), ("disease",)),
        (("phenotype",), ()),
        (("protein",), ("gene",)),
        (("chemical",), ()),
    ],
)
def test_heads_answer_for_the_types_asked_for(
    types: Sequence[str], expected: Sequence[str]
) -> None:
    settings = Settings(types=type_mask(types), tagger="mine")
    assert groups_of(settings, cast("Tagger", FakeTagger()), Judge()) == expected


def test_of_the_shipped_tagger_only_judged_heads_are_asked_and_types_that_only_it_knows() -> None:
    tagger = cast("Tagger", FakeTagger())
    assert groups_of(Settings(), tagger, Judge()) == ()
    assert groups_of(Settings(types=type_mask(["population"])), tagger, Judge()) == ("population",)


def test_leaning_moves_the_border() -> None:
    tagger = FakeTagger(Qwertz_ataxia=("disease", 0.4), Asdf_palsy=("disease", 0.65))
    text = "Qwertz ataxia, then Asdf palsy."
    found = {
        leaning: [one[0] for one in told(joined(text, tagger, leaning=leaning))]
        for leaning in ("recall", "balanced", "precision")
    }
    assert found == {
        "recall": ["Qwertz ataxia", "Asdf palsy"],
        "balanced": ["Asdf palsy"],
        "precision": [],
    }


def test_nested_mentions_stay_where_asked_for() -> None:
    tagger = FakeTagger(Severe_gout=("disease", 0.95))
    done = joined("Severe gout", tagger, nested=True)
    assert [one[0] for one in told(done)] == ["Severe gout", "gout"]


def test_a_span_over_a_list_is_no_name() -> None:
    text = "PLAN\n- gout"
    tagger = FakeTagger(**{text: ("disease", 0.99)})
    assert [one[0] for one in told(joined(text, tagger))] == ["gout"]


def test_a_blocked_name_is_not_found_by_the_tagger_either(tmp_path: Path) -> None:
    tagger = FakeTagger(Qwertz_ataxias=("disease", 0.99), gout=("disease", 0.99))
    text = "Qwertz ataxias and gout"
    folder = tmp_path / ".onoma"
    folder.mkdir()
    (folder / "block.tsv").write_text("qwertz ataxia\n", encoding="utf-8")
    assert [one[0] for one in told(joined(text, tagger))] == ["Qwertz ataxias", "gout"]
    assert [one[0] for one in told(joined(text, tagger, project=str(folder)))] == ["gout"]


def test_scripts_that_the_tagger_does_not_read_have_no_names_of_its_own() -> None:
    tagger = FakeTagger(**{"החולה": ("disease", 0.99)})
    assert told(joined("עברית: החולה", tagger)) == []


def test_the_mentions_of_a_coordination_stay_together() -> None:
    text = "Breast and ovarian cancer"
    done = joined(text, FakeTagger(ovarian_cancer=("disease", 0.9)), types=["disease"])
    assert {(one.curie, len(one.spans)) for one in done.mentions} == {
        ("MONDO:0007254", 2), ("MONDO:0008170", 1),
    }  # fmt: skip


def test_a_concept_named_twice_in_a_row_is_two_mentions() -> None:
    tagger = FakeTagger(Huntington_disease_Huntington_chorea=("disease", 0.95))
    done = joined("Huntington disease Huntington chorea", tagger, types=["disease"])
    assert [one[:2] for one in told(done)] == [
        ("Huntington disease", "MONDO:0007739"), ("Huntington chorea", "MONDO:0007739"),
    ]  # fmt: skip
    apart = FakeTagger(ovarian_cancer_gout=("disease", 0.95))  # two concepts: who knows
    assert len(joined("ovarian cancer gout", apart, types=["disease"]).mentions) == 1


def test_a_name_is_not_taken_apart() -> None:
    text = "Her ovarian melanoma grew."
    parts = FakeTagger(ovarian=("disease", 0.9), melanoma=("disease", 0.9))
    assert [one[:2] for one in told(joined(text, parts, types=["disease"]))] == [
        ("ovarian melanoma", "MONDO:0005140")
    ]
    beyond = FakeTagger(Her_ovarian=("disease", 0.9), melanoma=("disease", 0.9))
    assert [one[0] for one in told(joined(text, beyond, types=["disease"]))] == [
        "Her ovarian", "melanoma",
    ]  # fmt: skip


def test_a_condition_called_by_its_substance_is_one_name() -> None:
    """What holds the vitamin and the lack is chosen, though the judge would rather have neither."""
    (named,) = joined("ovarian melanoma", FakeTagger(), types=["disease"]).mentions
    whole = Taken((0, 20), "disease", -0.2, replace(named, text="Vitamin D deficiency"))
    vitamin, lack = Taken((0, 9), "chemical", 0.4), Taken((10, 20), "disease", 0.1)
    other = Taken((30, 36), "chemical", 0.3)
    (*_, known) = pool = with_conditions([vitamin, lack, other], [whole])
    assert known.gain > vitamin.gain + lack.gain
    spans, gains = [one.span for one in pool], [one.gain for one in pool]
    assert [spans[place] for place in choose(spans, gains)] == [(0, 20), (30, 36)]
    assert with_conditions([other], [whole]) == [other]


def test_documents_alone_and_in_company_are_the_same() -> None:
    tagger = FakeTagger(Qwertz_ataxia=("disease", 0.9))
    texts = ["No Qwertz ataxia.", "", "Gout and Qwertz ataxia", "😀 Qwertz ataxia"]
    annotator = make_annotator(Settings())
    gazetteer = Gazetteer(DictionaryRecognizer(annotator.store))
    joiner = Joiner(Settings(), cast("Tagger", tagger), gazetteer, Judge(), groups=("disease",))
    found = list(annotator.annotate([Document("", t) for t in texts]).documents_annotated())
    together = joiner.complete(found)
    assert together == [joiner.complete([one])[0] for one in found]
    assert together[3].mentions[0].start == 2


def test_runs_hold_some_characters_each() -> None:
    documents = [AnnotatedDocument(Document(str(n), "x" * 70_000)) for n in range(5)]
    assert [len(run) for run in runs_of(documents)] == [2, 2, 1]


def test_what_is_linked_does_not_hang_on_how_batches_are_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["Severe gouty attacks", "brain tumours and gout", "an ovarian melanom"] * 3
    found = []
    for most in (1, 1 << 17):
        monkeypatch.setattr("onoma.pipeline.pipeline.BATCH_OF_MODELS", most)
        found.append(list(load(mode="hybrid").to_jsonl(texts)))
    assert found[0] == found[1]

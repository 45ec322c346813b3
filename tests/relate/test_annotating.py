from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from onoma.errors import InputError, UnknownName
from onoma.formats.relation_schema import relation_table
from onoma.pipeline import Pipeline
from onoma.pipeline.found import found_of
from onoma.relate.annotating import WINDOW, Relating, windows, with_ids
from onoma.relate.instances import RelationText, Tie
from onoma.relate.quick import quick_rules
from onoma.types import (
    AnnotatedDocument,
    Assertion,
    Document,
    FailedDocument,
    Mention,
    RelationEvidence,
    Sentence,
)

TEXT = "Aspirin caused ulcers. Aspirin was not stopped; zibuprol may help."


def mention(word: str, type_: str, curie: str | None, *, nth: int = 0, id: str = "") -> Mention:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(word, start + 1)
    end = start + len(word)
    span = ((start, end),)
    return Mention(start, end, word, type_, curie, None, 0.9, "dictionary", span, id=id)


def document() -> AnnotatedDocument:
    return AnnotatedDocument(
        Document("d1", TEXT, date="2020-01-02"),
        (
            mention("Aspirin", "chemical", "CHEBI:15365"),
            mention("ulcers", "disease", "MONDO:1"),
            mention("Aspirin", "chemical", "CHEBI:15365", nth=1),
            mention("zibuprol", "chemical", None),
        ),
        sentences=(Sentence(0, 22), Sentence(23, len(TEXT))),
    )


@dataclass
class Told:
    """A reader that says what it is told of every text."""

    ties: tuple[Tie, ...]
    name: str = "told"

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        self.texts = list(texts)
        return [self.ties for _ in texts]


def related(*ties: Tie, least: float = 0.0) -> AnnotatedDocument:
    return Relating(Told(ties), least=least).complete([document()])[0]


def test_concepts_are_entities_with_all_their_mentions() -> None:
    reader = Told(())
    Relating(reader).complete([document()])
    (text,) = reader.texts
    assert [one.key for one in text.entities] == ["CHEBI:15365", "MONDO:1", "T4"]
    assert text.entities[0].spans == ((0, 7), (23, 30))
    assert text.date == "2020-01-02"
    assert text.sentences == ((0, 22), (23, len(TEXT)))


def test_a_class_of_drugs_is_read_as_a_chemical() -> None:
    text = "NSAIDs caused ulcers; a vegan diet did not."
    ends = [(0, 6, "intervention", "MESH:D000894"), (14, 20, "disease", "MONDO:1"),
            (24, 34, "intervention", "T9")]  # fmt: skip
    mentions = tuple(
        Mention(at, to, text[at:to], kind, curie, None, 0.9, "dictionary", ((at, to),))
        for at, to, kind, curie in ends
    )
    reader = Told(())
    one = AnnotatedDocument(Document("d1", text), mentions, sentences=(Sentence(0, len(text)),))
    Relating(reader).complete([one])
    types = [each.type for each in reader.texts[0].entities]
    assert types == ["chemical", "disease", "intervention"]


def test_a_relation_has_predicate_ends_evidence_and_reader() -> None:
    found = related(Tie(0, 1, "cid/CID", 0.8, novelty="novel"))
    (one,) = found.relations
    assert (one.predicate, one.subject, one.object) == ("causes", "CHEBI:15365", "MONDO:1")
    assert (one.id, one.kind, one.confidence, one.novelty) == ("R1", "cid/CID", 0.8, "novel")
    assert one.evidence == (RelationEvidence(0, 22, (0, 7), (15, 21), 0.8),)
    assert (one.found_by, one.causality) == ("told", "causes")
    assert dict(found.models)["relations"].startswith("told ")
    assert one.trigger_span == (8, 14)


def test_mentions_get_ids_that_relations_can_point_to() -> None:
    found = related(Tie(2, 1, "cid/CID", 0.8))
    assert found.relations[0].subject == "T4"
    assert [one.id for one in found.mentions] == ["T1", "T2", "T3", "T4"]
    own = replace(
        document(), mentions=(*document().mentions[:3], mention("may", "x", None, id="T1"))
    )
    assert [one.id for one in with_ids(own).mentions] == ["T2", "T3", "T4", "T1"]


def test_the_best_kind_leads_and_a_contradicting_one_is_kept() -> None:
    found = related(
        Tie(2, 1, "cid/CID", 0.7),
        Tie(2, 1, "biored/Positive_Correlation", 0.6),
        Tie(2, 1, "biored/Negative_Correlation", 0.4),
        Tie(2, 1, "biored/Association", 0.9),
    )
    assert [(one.predicate, one.confidence) for one in found.relations] == [
        ("causes", 0.7),
        ("treats", 0.4),
    ]
    also = [value for name, value in found.relations[0].metadata if name == "also"]
    assert also == [
        "causes biored/Positive_Correlation 0.6000",
        "associated_with biored/Association 0.9000",
    ]
    assert len(found.relations[0].evidence) == 1


def test_a_kind_whose_subject_is_the_second_end_is_turned() -> None:
    (one,) = related(Tie(0, 1, "chemprot/CPR:9", 0.8)).relations
    assert (one.predicate, one.subject, one.object) == ("has_substrate", "MONDO:1", "CHEBI:15365")
    assert one.evidence[0].subject == (15, 21)


def test_an_unknown_kind_is_its_own_predicate() -> None:
    (one,) = related(Tie(0, 1, "described/slows the growth of", 0.8)).relations
    assert one.predicate == "slows_the_growth_of"
    assert one.kind == "described/slows the growth of"


def test_what_is_absent_or_possible_shows_in_the_factuality() -> None:
    for polarity, said in (("absent", "negated"), ("possible", "speculated")):
        own = document()
        denied = replace(own.mentions[1], assertion_axes=Assertion(polarity))  # type: ignore[arg-type]
        own = replace(own, mentions=(own.mentions[0], denied, *own.mentions[2:]))
        told = Told((Tie(0, 1, "cid/CID", 0.8, factuality="factual"),))
        assert Relating(told).complete([own])[0].relations[0].factuality == said


def test_less_sure_ones_are_left_out_and_failed_documents_stay() -> None:
    assert related(Tie(0, 1, "cid/CID", 0.4), least=0.5).relations == ()
    failed = AnnotatedDocument(Document("x", ""), error=FailedDocument("x", "bad", "words"))
    assert Relating(Told(())).complete([failed, document()])[0] is failed


def test_a_long_text_is_read_in_windows_and_joined() -> None:
    sentence = "Aspirin caused ulcers. "
    text = sentence * (2 * WINDOW // len(sentence))
    starts = range(0, len(text), len(sentence))
    marks = []
    for start in starts:
        for word, at, curie in (("Aspirin", 0, "CHEBI:15365"), ("ulcers", 15, "MONDO:1")):
            span = (start + at, start + at + len(word))
            type_ = "chemical" if at == 0 else "disease"
            marks.append(Mention(*span, word, type_, curie, None, 1.0, "dictionary", (span,)))
    long = AnnotatedDocument(
        Document("long", text), tuple(marks), sentences=tuple(Sentence(a, a + 22) for a in starts)
    )
    parts = list(windows(long))
    assert len(parts) > 1
    assert "".join(one.text.text for one in parts) == text
    assert all(len(one.text.text) <= WINDOW + len(sentence) for one in parts)
    (one,) = Relating(Told((Tie(0, 1, "cid/CID", 0.8),))).complete([long])[0].relations
    assert len(one.evidence) == len(parts)
    for place in one.evidence:
        assert text[slice(*place.subject)] == "Aspirin"
        assert text[slice(*place.object)] == "ulcers"


def test_a_text_without_mentions_has_no_relations() -> None:
    empty = AnnotatedDocument(Document("e", ""))
    assert Relating(Told(())).complete([empty])[0].relations == ()


def test_relations_as_a_table_and_as_a_corpus_keeps_them() -> None:
    found = related(Tie(0, 1, "cid/CID", 0.8), Tie(2, 1, "cid/CID", 0.5))
    (row, other) = relation_table([found]).to_pylist()
    assert (row["id"], row["relation"], row["text"], row["trigger"]) == (
        "d1", "R1", "Aspirin caused ulcers.", "caused",
    )  # fmt: skip
    assert (other["subject"], other["subject_label"]) == ("T4", "zibuprol")
    kept = found_of([document(), found]).relations.to_pylist()
    assert [one["row"] for one in kept] == [1, 1]
    assert [one["subject"] for one in kept] == ["CHEBI:15365", "T4"]
    assert kept[0]["evidence"][0]["subject"] == [0, 7]


def test_the_quick_rules_are_as_sure_as_they_were_right() -> None:
    rules = quick_rules()
    found = Relating(rules).complete([document()])[0]
    (one,) = found.relations
    assert (one.predicate, one.found_by) == ("causes", "rules")
    assert one.confidence == rules.sure["cid/CID"][1]


def test_a_pipeline_reads_relations_where_it_is_asked(nlp: Pipeline) -> None:
    text = "Metformin caused lactic acidosis in type 2 diabetes mellitus."
    assert nlp.annotate(text).relations == ()
    related_nlp = nlp.relating("rules", min_confidence=0.1)
    assert related_nlp.settings.relations == "rules"
    assert related_nlp.relating("none").settings.relations == ""
    assert isinstance(related_nlp.annotate(text).relations, tuple)
    with pytest.raises(UnknownName, match="rulez"):
        nlp.relating("rulez")
    with pytest.raises(InputError, match="0 to 1"):
        nlp.relating("rules", min_confidence=2)


def test_the_agreement_of_an_ensemble_is_told() -> None:
    (one,) = related(Tie(0, 1, "cid/CID", 0.8, agreement=0.5)).relations
    assert ("agreement", "0.5") in one.metadata
    (alone,) = related(Tie(0, 1, "cid/CID", 0.8)).relations
    assert not alone.metadata

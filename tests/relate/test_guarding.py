"""Who guards from a harm and who does it, by the words between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onoma.relate.annotating import Relating
from onoma.relate.guarding import Stated, read_words, restated, stated_of, tells_prevention
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.page import Page
from onoma.types import AnnotatedDocument, Assertion, Document, Mention

OWN = Path(__file__).parent.parent / "data" / "relate" / "prevented_harm.tsv"


def rows() -> Iterator[tuple[str, ...]]:
    lines = [
        one for one in OWN.read_text(encoding="utf-8").splitlines() if one[:1] not in ("", "#")
    ]
    return (tuple(line.split("\t")) for line in lines[1:])


def text_of(text: str, *names: tuple[str, str]) -> RelationText:
    entities = []
    for name, type_ in names:
        spans, start = [], text.lower().find(name.lower())
        while start >= 0:
            spans.append((start, start + len(name)))
            start = text.lower().find(name.lower(), start + 1)
        assert spans, (text, name)
        entities.append(Entity(name, type_, tuple(spans)))
    return RelationText("1", text, ((0, len(text)),), tuple(entities))


def stated(text: str, given: str, harm: str, *others: str) -> Stated:
    names = [(given, "chemical"), (harm, "disease"), *((one, "chemical") for one in others)]
    return stated_of(Page(text_of(text, *names)), read_words(), 0, 1)


def test_our_own_sentences() -> None:
    guards, causes, guarding, harming = 0, 0, 0, 0
    for text, guard, cause, harm in rows():
        if guard:
            guards += 1
            said = stated(text, guard, harm, *filter(None, [cause])).stance
            guarding += said in ("prevents", "hinders")
            assert said != "harms", text
        if cause:
            causes += 1
            said = stated(text, cause, harm, *filter(None, [guard])).stance
            harming += said == "harms"
            assert said not in ("prevents", "hinders"), text
    assert (guards, causes) == (33, 39)
    assert guarding >= 31
    assert harming >= 20


@pytest.mark.parametrize(
    ("text", "given", "harm", "stance", "is_denied"),
    [
        ("Zibuprol never fails; zibuprol prevents gout.", "zibuprol", "gout", "prevents", False),
        ("Zibuprol failed to prevent gout.", "Zibuprol", "gout", "prevents", True),
        ("Stopping zibuprol reduced gout.", "zibuprol", "gout", "harms", False),
        ("Serotonin was decreased in depression.", "Serotonin", "depression", "", False),
        ("Zibuprol reduced pain in patients with gout.", "Zibuprol", "gout", "", False),
        ("Gout was less frequent with zibuprol.", "zibuprol", "Gout", "hinders", False),
        ("Zibuprol reduced gout. Later zibuprol caused gout.", "Zibuprol", "gout", "", False),
        ("Zibuprol is an inhibitor for gout.", "Zibuprol", "gout", "", False),
    ],
)
def test_what_words_state(text: str, given: str, harm: str, stance: str, is_denied: bool) -> None:
    assert stated(text, given, harm) == Stated(stance, is_denied)  # type: ignore[arg-type]


def test_what_the_words_contradict_is_said_anew() -> None:
    text = text_of(
        "Amifostine prevents cisplatin-induced nephrotoxicity.",
        ("Amifostine", "drug"), ("cisplatin", "drug"), ("nephrotoxicity", "phenotype"),
    )  # fmt: skip
    given = [
        Tie(0, 2, "cid/CID", 0.6),
        Tie(1, 2, "cid/CID", 0.8),
        Tie(0, 2, "biored/Negative_Correlation", 0.5),
        Tie(1, 2, "biored/Negative_Correlation", 0.3),
        Tie(0, 1, "biored/Association", 0.9),
    ]
    assert [tie.kind for tie in restated(text, given)] == [
        "saying/prevents", "cid/CID", "biored/Negative_Correlation", "saying/causes",
        "biored/Association",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [("X prevents gout.", "prevents", True), ("X to prevent gout.", "prevent", False),
     ("If gout comes", "If", False)],
)  # fmt: skip
def test_what_is_prevented_is_told_as_a_fact(text: str, cue: str, expected: bool) -> None:
    span = text.index(cue), text.index(cue) + len(cue)
    said = Assertion(temporality="hypothetical", cue=span)
    assert tells_prevention(text, said) == expected


def test_a_document_does_not_say_that_what_prevents_causes() -> None:
    text = "Amifostine prevents cisplatin-induced nephrotoxicity."

    class Told:
        name = "told"

        def relate(self, texts: list[RelationText]) -> list[tuple[Tie, ...]]:
            return [(Tie(0, 2, "cid/CID", 0.6), Tie(1, 2, "cid/CID", 0.8))]

    def mention(word: str, type_: str, curie: str) -> Mention:
        span = text.index(word), text.index(word) + len(word)
        return Mention(*span, word, type_, curie, None, 1.0, "dictionary", (span,))

    marks = (
        mention("Amifostine", "chemical", "CHEBI:1"),
        mention("cisplatin", "chemical", "CHEBI:2"),
        mention("nephrotoxicity", "disease", "MONDO:1"),
    )
    (done,) = Relating(Told()).complete([AnnotatedDocument(Document("1", text), marks)])  # type: ignore[arg-type]
    found = {(one.subject, one.predicate, one.causality) for one in done.relations}
    assert found == {
        ("CHEBI:1", "preventative_for_condition", "prevents"),
        ("CHEBI:2", "causes", "causes"),
    }

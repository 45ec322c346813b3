"""What texts say of relations: triggers, factuality, causes."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from onoma.relate.instances import Entity, RelationText, Tie
from onoma.relate.saying import Sayer, say
from onoma.relate.saying.linear import Linear, read_linear, shipped, write_linear
from onoma.relate.saying.senses import meaning_of, senses_of
from onoma.relate.saying.words import OBJECT, SUBJECT, window_of
from onoma.text.sentences import sentences


def text_of(text: Any, *names: Any) -> Any:
    """Return a text with these entities, (words, type), at their first places."""
    entities = []
    for number, (words, kind) in enumerate(names):
        start = text.index(words)
        entities.append(Entity(f"T{number}", kind, ((start, start + len(words)),), words, kind))
    spans = tuple((one.start, one.end) for one in sentences(text))
    return RelationText("x", text, spans, tuple(entities))


def said_of(text: Any, *names: Any, kind: Any = "dimb/INCREASES") -> Any:
    """Return what a text says of its first two entities."""
    return say(text_of(text, *names), Tie(0, 1, kind))


DENIED = Path(__file__).parents[2] / "data" / "relate" / "denied.tsv"


def test_a_cause_that_a_sentence_denies_is_told_as_such() -> None:
    """Sentences of our own; ``bench/relation_denials.py`` counts the few that are read wrongly."""
    wrong: Counter[str] = Counter()
    for line in DENIED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        part, wanted, source = line.split("\t")
        text = re.sub(r"\{\w+\|([^}]*)\}", r"\1", source)
        names = [(words, kind) for kind, words in re.findall(r"\{(\w+)\|([^}]*)\}", source)]
        first = [kind for _, kind in names].index("chemical")
        said = say(text_of(text, *names), Tie(first, 1 - first, "cid/CID"))
        wrong[part] += said.factuality != wanted
    assert wrong["seen"] <= 2
    assert wrong["later"] <= 3


FISH, FAT = ("fish oil", "food"), ("butyrate", "chemical")


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("In mice, fish oil increased butyrate in the gut.", "increased"),
        ("An increase of butyrate was seen after fish oil.", "increase"),
        ("There was no significant effect of fish oil on butyrate.", "effect"),
    ],
)
def test_trigger_is_the_words_that_state_it(text: Any, trigger: Any) -> None:
    said = said_of(text, FISH, FAT)
    assert said.is_explicit
    assert said.trigger is not None
    assert trigger in text[slice(*said.trigger)]


@pytest.mark.parametrize(
    ("text", "kind", "factuality"),
    [
        ("We found that fish oil increased butyrate (P < 0.05).", "dimb/INCREASES", "factual"),
        ("Fish oil did not affect butyrate.", "dimb/AFFECTS", "negated"),
        (
            "The aim of this study was to investigate the effects of fish oil on butyrate.",
            "dimb/AFFECTS",
            "unknown",
        ),
        ("These data suggest that fish oil may improve butyrate.", "dimb/IMPROVES", "speculated"),
    ],
)
def test_factuality(text: Any, kind: Any, factuality: Any) -> None:
    text = text.replace("Fish", "fish")
    assert said_of(text, FISH, FAT, kind=kind).factuality == factuality


def test_the_kind_settles_the_cause_where_it_can() -> None:
    drug, harm = ("cisplatin", "drug"), ("hearing loss", "disease")
    said = said_of("Cisplatin led to cisplatin hearing loss.", drug, harm, kind="cid/CID")
    assert (said.causality, said.cause) == ("causes", "subject")


@pytest.mark.parametrize(
    ("text", "causality", "cause"),
    [
        ("The renal failure was caused by gentamicin.", "causes", "object"),
        ("The renal failure was due to gentamicin.", "causes", "object"),
    ],
)
def test_a_cause_is_read_with_its_direction(text: Any, causality: Any, cause: Any) -> None:
    said = said_of(text, ("renal failure", "disease"), ("gentamicin", "drug"), kind="Association")
    assert (said.causality, said.cause) == (causality, cause)


def test_a_relation_without_words_for_it_is_implicit() -> None:
    said = said_of("Asthma, salbutamol.", ("Asthma", "disease"), ("salbutamol", "drug"), kind="")
    assert not said.is_explicit
    assert said.trigger is None


def test_a_mention_inside_of_another_and_the_same_one_twice() -> None:
    whole, part = ("steroid-induced diabetes", "disease"), ("steroid", "drug")
    text = text_of("He has steroid-induced diabetes.", whole, part)
    for tie in (Tie(1, 0, "CAUSE"), Tie(0, 0, "CAUSE")):
        assert say(text, tie).causality == "causes"


def test_the_words_of_far_sentences_are_left_out() -> None:
    filler = " ".join(f"Sentence {number} is about the weather." for number in range(400))
    text = text_of(f"He took aspirin daily. {filler} A bleed was seen.", ("aspirin", "drug"),
                   ("bleed", "disease"))  # fmt: skip
    window = window_of(text, Tie(0, 1, ""))
    assert len(window.words) < 40
    assert window.words[window.subject] == SUBJECT
    assert window.words[window.object] == OBJECT
    assert not window.is_one_sentence


def test_texts_of_odd_kinds_do_not_break() -> None:
    for text in ("A B", "A\nB", "A. B.", "A\u0301 B \ud83d\ude00", "A" * 50 + " B"):
        entities = (
            Entity("T0", "drug", ((0, 1),)),
            Entity("T1", "disease", ((len(text) - 1, len(text)),)),
        )
        whole = RelationText("x", text, ((0, len(text)),), entities)
        said = say(whole, Tie(0, 1, "no such kind"))
        assert said.factuality in ("factual", "negated", "speculated", "unknown")
    assert Sayer().say_all(whole, []) == []


def test_kinds_mean_what_their_words_mean() -> None:
    assert meaning_of("chemprot/CPR:4").causality == "hinders"
    assert meaning_of("drug worsens disease").sense == "worsens"
    assert meaning_of("").sense == ""
    assert "lowers" in senses_of("inhibit")


def test_models_are_kept_with_a_small_loss() -> None:
    models = shipped()
    again = read_linear(write_linear(models))
    assert sorted(again) == sorted(models)
    features = ["w increas", "z b f", "near True b"]
    for name, model in models.items():
        assert isinstance(model, Linear)
        difference = abs(again[name].margins(features) - model.margins(features)).max()
        assert difference < 0.1


@pytest.mark.parametrize(
    ("text", "factuality", "causality"),
    [
        ("Rosiglitazone may cause gout.", "speculated", "causes"),
        ("It is possible that rosiglitazone causes gout.", "speculated", "causes"),
        ("We investigated whether rosiglitazone prevents gout.", "unknown", "prevents"),
        ("Rosiglitazone prevented gout in 40 children.", "factual", "prevents"),
    ],
)
def test_what_words_say_outright_is_taken_at_its_word(
    text: Any, factuality: Any, causality: Any
) -> None:
    name = text[text.lower().index("rosi") :].split()[0]
    said = said_of(text, (name, "drug"), ("gout", "disease"), kind="biored/Association")
    assert (said.factuality, said.causality) == (factuality, causality)

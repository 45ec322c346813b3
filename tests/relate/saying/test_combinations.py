"""Drugs that are given together."""

import re
from typing import Any

import pytest

from onoma.relate.instances import Entity, RelationText
from onoma.relate.saying import find_combinations
from onoma.text.sentences import sentences


def read(marked: Any) -> Any:
    """Return the combinations of a text with its drugs in [brackets], its diseases in {braces}."""
    text, ends, place = "", [], 0
    for found in re.finditer(r"\[([^\]]*)\]|\{([^}]*)\}", marked):
        text += marked[place : found.start()]
        name = found[1] or found[2]
        kind = "drug" if found[1] else "disease"
        ends.append(Entity(name, kind, ((len(text), len(text) + len(name)),), name, kind))
        text, place = text + name, found.end()
    text += marked[place:]
    spans = tuple((one.start, one.end) for one in sentences(text))
    whole = RelationText("x", text, spans, tuple(ends))
    named = [
        (
            " ".join(ends[place].key for place in one.drugs),
            " ".join(ends[place].key for place in one.against),
            text[slice(*one.cue)],
        )
        for one in find_combinations(whole)
    ]
    return named


@pytest.mark.parametrize(
    ("marked", "drugs", "against"),
    [
        ("[lenalidomide] plus [dexamethasone] for {myeloma}.", "lenalidomide dexamethasone",
         "myeloma"),
        ("The combination of [cisplatin], [etoposide] and [bevacizumab] held {lung cancer} back.",
         "cisplatin etoposide bevacizumab", "lung cancer"),
        ("[Amoxicillin]/[clavulanate] was given.", "Amoxicillin clavulanate", ""),
        ("[Trimethoprim] was combined with [sulfamethoxazole] in {pneumonia}.",
         "Trimethoprim sulfamethoxazole", "pneumonia"),
        ("A triple regimen of [omeprazole], [clarithromycin], and [amoxicillin] was used.",
         "omeprazole clarithromycin amoxicillin", ""),
        ("[Letrozole] and [palbociclib] were synergistic.", "Letrozole palbociclib", ""),
        ("[Insulin] in combination with [metformin] lowered glucose.", "Insulin metformin", ""),
        ("Patients had [fluorouracil] + [leucovorin] + [oxaliplatin].",
         "fluorouracil leucovorin oxaliplatin", ""),
        ("Concomitant [warfarin] and [amiodarone] is common.", "warfarin amiodarone", ""),
        ("[Ezetimibe] added to [simvastatin] for {high cholesterol}.", "Ezetimibe simvastatin",
         "high cholesterol"),
    ],
)  # fmt: skip
def test_drugs_given_together(marked: Any, drugs: Any, against: Any) -> None:
    assert [(one[0], one[1]) for one in read(marked)] == [(drugs, against)]


@pytest.mark.parametrize(
    "marked",
    [
        "[Aspirin] versus [warfarin] in {stroke}.",
        "[Aspirin] or [clopidogrel] may be given.",
        "[Metformin] was stopped. [Insulin] was begun.",
        "[Morphine], [codeine] and [tramadol] are opioids.",
        "[Rituximab] alone was compared with [ibrutinib].",
        "He was switched from [enalapril] to [losartan].",
        "[Aspirin] is a drug.",
        "Combination therapy was better than [cisplatin] or [carboplatin].",
    ],
)
def test_drugs_apart(marked: Any) -> None:
    assert read(marked) == []


def test_two_combinations_of_one_sentence() -> None:
    found = read("[A1] plus [B1] was compared with [C1] plus [D1] in {asthma}.")
    assert [one[0] for one in found] == ["A1 B1", "C1 D1"]
    assert {one[2] for one in found} == {"plus"}

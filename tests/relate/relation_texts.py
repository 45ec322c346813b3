"""Relation texts of our own for tests: sentences with marked entities."""

from __future__ import annotations

import re

from onoma.relate.gold import GoldText
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.text.sentences import sentences

_MARK = re.compile(r"\[([^\]|]+)\|([^\]|]+)\|([^\]]+)\]")


def marked(identifier: str, source: str) -> RelationText:
    """Return a text out of one with ``[words|type|key]`` marks; a key's marks are one entity."""
    text = ""
    spans: dict[str, list[tuple[int, int]]] = {}
    types: dict[str, str] = {}
    labels: dict[str, str] = {}
    at = 0
    for found in _MARK.finditer(source):
        text += source[at : found.start()]
        words, kind, key = found.groups()
        spans.setdefault(key, []).append((len(text), len(text) + len(words)))
        types.setdefault(key, kind)
        labels.setdefault(key, words)
        text += words
        at = found.end()
    text += source[at:]
    entities = tuple(Entity(k, types[k], tuple(v), labels[k]) for k, v in spans.items())
    cuts = tuple((one.start, one.end) for one in sentences(text))
    return RelationText(identifier, text, cuts, entities)


def tied(identifier: str, source: str, *ties: tuple[str, str, str]) -> GoldText:
    """Return a marked text with ties by the keys of their ends."""
    text = marked(identifier, source)
    at = {entity.key: place for place, entity in enumerate(text.entities)}
    return GoldText(text, tuple(Tie(at[a], at[b], kind) for a, kind, b in ties))


DRUGS = (
    "lithium",
    "warfarin",
    "heparin",
    "digoxin",
    "cisplatin",
    "morphine",
    "aspirin",
    "ketamine",
)
HARMS = ("tremor", "bleeding", "nausea", "deafness", "ataxia", "delirium", "rash", "anuria")


def small_corpus(count: int = 48) -> list[GoldText]:
    """Return texts in which one drug causes a harm and another one treats it."""
    out = []
    for i in range(count):
        drug, other = DRUGS[i % 8], DRUGS[(i + 3) % 8]
        harm = HARMS[(i * 5 + i // 8) % 8]
        verb = ("caused", "induced", "led to")[i % 3]
        out.append(
            tied(
                f"{i}",
                f"[{drug}|chemical|MESH:{drug}] {verb} [{harm}|disease|MESH:{harm}] in a patient. "
                f"[{other}|chemical|MESH:{other}] was given against [{harm}|disease|MESH:{harm}].",
                (f"MESH:{drug}", "CID", f"MESH:{harm}"),
            )
        )
    return out

"""The quick reader of relations: trigger rules, each as sure as it was right on training texts.

A rule's own score says whether it stands near to both ends; how often annotators agreed with a kind
at either distance is in ``data/relate/quick.json`` (made by ``tools/calibrate_rules.py`` from the
training parts of BC5CDR, BioRED, ChemProt and DiMB-RE). Kinds that were wrong more than three times
in four are left out. What a text denies is told as negated, as sure as the same words affirmed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from onoma.relate.instances import Relater, RelationText, Tie
from onoma.relate.systems.triggers import trigger_rules

NEAR = 0.6  # score of a rule from which on its word stands near
BORDER = 0.25


@dataclass(frozen=True, slots=True)
class QuickRules:
    """Trigger rules with calibrated confidence; ``sure`` has each kind's, far and near."""

    rules: Relater
    sure: Mapping[str, tuple[float, float]]
    name: str = "rules"

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text, those that are too often wrong left out."""
        found = self.rules.relate(texts)
        return [
            tuple(tie for tie in map(self._calibrated, ties) if tie.score >= BORDER)
            for ties in found
        ]

    def _calibrated(self, tie: Tie) -> Tie:
        far, near = self.sure.get(tie.kind, (0.0, 0.0))
        score = near if tie.score >= NEAR else far
        evidence = tuple(replace(one, score=score) for one in tie.evidence)
        return replace(tie, score=score, evidence=evidence)


@functools.cache
def _read_sure() -> dict[str, tuple[float, float]]:
    place = files("onoma") / "data" / "relate" / "quick.json"
    rows = json.loads(place.read_text(encoding="utf-8"))["sure"]
    return {kind: (far, near) for kind, (far, near) in rows.items()}


def quick_rules() -> QuickRules:
    """Return the quick reader."""
    return QuickRules(trigger_rules(has_denied=True), _read_sure())

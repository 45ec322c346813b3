"""Treats or causes: tasks that cannot tell the two apart ask the one that can, and the words.

``cid`` and ``ade`` know chemicals that harm and nothing else; BioRED's task knows both effects, as
negative and positive correlation. Where its odds and those of the words (``saying.effects``) speak
clearly for the other effect, a tie takes that one. A chance of ``cid`` is joined with BioRED's
before its border is asked for, since one corpus of adverse effects is too sure of others' texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from onoma.relate.candidates import Pair
from onoma.relate.instances import RelationText, Tie
from onoma.relate.reader.readings import Answer
from onoma.relate.saying.effects import GIVEN, ILL, cause_odds

ARBITER = "biored"
"""The task that knows both effects."""
CAUSES, TREATS = "Positive_Correlation", "Negative_Correlation"
CLEAR = 1.0  # log odds from which on the other effect is taken
SMOOTHING = 0.02  # added to both chances: where neither is likely, the words decide
OTHERS = 0.2  # share of BioRED's chance in that of ``cid``
_CAUSING = frozenset({"cid/CID", "ade/AE", f"{ARBITER}/{CAUSES}"})


def effect_pairs(text: RelationText, pairs: Sequence[Pair]) -> set[Pair]:
    """Return those pairs of which one may treat or cause the other: the given thing first."""
    types = [one.type for one in text.entities]
    return {(i, j) for i, j in pairs if types[i] in GIVEN and types[j] in ILL}


def _arbiter(answers: Sequence[Answer]) -> Answer | None:
    return next((one for one in answers if one.task.name == ARBITER), None)


def weigh(text: RelationText, answers: Sequence[Answer], least: float) -> dict[Pair, float]:
    """Return the log odds that the first causes the second rather than treats it.

    Of pairs that some task ties with a chance of ``least``; none where no task knows both effects.
    """
    arbiter = _arbiter(answers)
    if arbiter is None:
        return {}
    kinds = [kind.name for kind in arbiter.task.kinds]
    columns = [1 + kinds.index(CAUSES), 1 + kinds.index(TREATS)]
    read = dict(zip(arbiter.reading.pairs, arbiter.reading.chances[:, columns], strict=True))
    tied = {
        pair
        for one in answers
        for pair, chance in zip(one.reading.pairs, one.reading.chances[:, 1:], strict=True)
        if chance.max(initial=0) >= least
    }
    found = {}
    for pair in sorted(effect_pairs(text, sorted(tied & read.keys()))):
        causes, treats = (float(value) + SMOOTHING for value in read[pair])
        found[pair] = float(np.log(causes / treats)) + cause_odds(text, *pair)
    return found


def blended(answers: Sequence[Answer]) -> list[Answer]:
    """Return answers with BioRED's share in the chances of ``cid``."""
    arbiter = _arbiter(answers)
    if arbiter is None:
        return list(answers)
    column = 1 + [kind.name for kind in arbiter.task.kinds].index(CAUSES)
    known = dict(zip(arbiter.reading.pairs, arbiter.reading.chances[:, column], strict=True))
    return [_blended(one, known) if one.task.name == "cid" else one for one in answers]


def _blended(answer: Answer, known: Mapping[Pair, np.float32]) -> Answer:
    reading = answer.reading
    chances = reading.chances.copy()
    for row, pair in enumerate(reading.pairs):
        if pair in known:
            chances[row, 1] += OTHERS * (known[pair] - chances[row, 1])
            chances[row, 0] = 1 - chances[row, 1:].sum()
    return answer._replace(reading=replace(reading, chances=chances))


def settled(ties: Sequence[Tie], odds: Mapping[Pair, float]) -> list[Tie]:
    """Return ties with the effect that the odds speak for; its score is the tie's, so much less."""
    return [_settled(tie, odds.get((tie.first, tie.second), 0.0)) for tie in ties]


def _settled(tie: Tie, odds: float) -> Tie:
    if tie.kind in _CAUSING and odds <= -CLEAR:
        kind = TREATS
    elif tie.kind == f"{ARBITER}/{TREATS}" and odds >= CLEAR:
        kind = CAUSES
    else:
        return tie
    share = 1 / (1 + float(np.exp(-abs(odds))))
    evidence = tuple(replace(one, score=one.score * share) for one in tie.evidence)
    return replace(
        tie,
        kind=f"{ARBITER}/{kind}",
        score=tie.score * share,
        evidence=evidence,
        agreement=None,  # its members said another kind
    )

"""What teaches ``effects``: gold relations, and sentences of pairs that plain words tie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onoma.relate.gold import GoldText
from onoma.relate.instances import RelationText, Tie
from onoma.relate.saying.effects import EFFECTS, GIVEN, ILL, Effect, cue_of, features, windows_of
from onoma.relate.saying.linear import Linear
from onoma.relate.saying.training import fit_classes
from onoma.relate.saying.words import Window, window_of

SHARES: Mapping[str, float] = {"biored": 1.0, "cid": 0.3, "ade": 0.05}
"""How much a relation of a corpus counts; a weak sentence counts ``PLAIN`` or ``LEFT``."""
PLAIN, LEFT = 0.25, 0.125
CLEAR = 4  # times that one effect of a pair is told more often than the other
MOST_PAIRS = 24  # of a sentence: beyond, it is a list
LONGEST = 1200  # characters of a sentence

_EFFECT_OF: Mapping[str, Effect] = {
    "CID": "causes",
    "AE": "causes",
    "Positive_Correlation": "causes",
    "Negative_Correlation": "treats",
}


@dataclass(frozen=True, slots=True)
class EffectLesson:
    """Words around a chemical (subject) and a disease, what it does, and how much that counts."""

    window: Window
    effect: Effect
    weight: float


@dataclass(frozen=True, slots=True)
class GoldEffect:
    """A gold relation of a chemical (``first``) and a disease of a text."""

    text: RelationText
    first: int
    second: int
    effect: Effect


def gold_effects(texts: Iterable[GoldText]) -> list[GoldEffect]:
    """Return the relations that say what a chemical does to a disease."""
    out = []
    for gold in texts:
        for tie in gold.ties:
            effect = _EFFECT_OF.get(tie.kind)
            ends = (tie.first, tie.second)
            for first, second in (ends, ends[::-1]):
                types = gold.text.entities[first].type, gold.text.entities[second].type
                if effect is not None and types[0] in GIVEN and types[1] in ILL:
                    out.append(GoldEffect(gold.text, first, second, effect))
    return out


def gold_lessons(effects: Iterable[GoldEffect], share: float) -> list[EffectLesson]:
    """Return the sentences of gold relations; those of one relation share what it counts."""
    out = []
    for one in effects:
        windows = list(windows_of(one.text, one.first, one.second))
        out += [EffectLesson(window, one.effect, share / len(windows)) for window in windows]
    return out


def weak_lessons(sentences: Iterable[RelationText]) -> list[EffectLesson]:
    """Return lessons from single sentences with their entities, which nobody labelled.

    A pair's effect is what plain words say of it, if they say it clearly; a sentence whose own
    words say the contrary is left out. Both effects count the same in all.
    """
    told: dict[tuple[str, str], dict[Effect, int]] = defaultdict(lambda: dict.fromkeys(EFFECTS, 0))
    seen: list[tuple[tuple[str, str], Window, Effect | None]] = []
    for text in sentences:
        for pair, window in _pairs(text):
            cue = cue_of(window)
            if cue is not None:
                told[pair][cue] += 1
            seen.append((pair, window, cue))
    clear = {pair: effect for pair, counts in told.items() if (effect := _clear(counts))}
    kept = [
        EffectLesson(window, clear[pair], LEFT if cue is None else PLAIN)
        for pair, window, cue in seen
        if pair in clear and cue in (None, clear[pair])
    ]
    many = {effect: sum(one.effect == effect for one in kept) for effect in EFFECTS}
    return [
        EffectLesson(one.window, one.effect, one.weight * many["treats"] / many["causes"])
        if one.effect == "causes"
        else one
        for one in kept
    ]


def _pairs(text: RelationText) -> list[tuple[tuple[str, str], Window]]:
    given = [n for n, one in enumerate(text.entities) if one.type in GIVEN]
    ill = [n for n, one in enumerate(text.entities) if one.type in ILL]
    if len(given) * len(ill) > MOST_PAIRS or len(text.text) > LONGEST:
        return []
    keys = [one.key for one in text.entities]
    return [((keys[i], keys[j]), window_of(text, Tie(i, j, ""))) for i in given for j in ill]


def _clear(counts: Mapping[Effect, int]) -> Effect | None:
    less, more = sorted(EFFECTS, key=lambda effect: counts[effect])
    return more if counts[more] and counts[more] >= CLEAR * counts[less] else None


def teach_effects(lessons: Sequence[EffectLesson], *, rounds: int = 2, seed: int = 1) -> Linear:
    """Return the model of what lessons teach."""
    return fit_classes(
        [features(one.window) for one in lessons],
        [EFFECTS.index(one.effect) for one in lessons],
        len(EFFECTS),
        weights=[one.weight for one in lessons],
        rounds=rounds,
        pull=1e-4,
        seed=seed,
    )

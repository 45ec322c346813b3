"""Teaches the models of this room from gold relations, with the recipe of what ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.assertion import Assertor
from onoma.relate.gold import GoldText
from onoma.relate.instances import Tie
from onoma.relate.saying import causality, factuality, triggers
from onoma.relate.saying.linear import Linear
from onoma.relate.saying.say import assertions
from onoma.relate.saying.senses import meaning_of
from onoma.relate.saying.training import fit_choice, fit_classes
from onoma.relate.saying.triggers import Trigger, find_trigger
from onoma.relate.saying.words import Window, window_of

FOLDS = 5
SHARES: Mapping[str, tuple[int, float]] = {
    "dimb": (10**6, 1.0),
    "maccrobat": (10**6, 2.0),
    "chemprot": (2000, 0.5),
    "cid": (500, 0.5),
    "ade": (600, 0.5),
}
"""How many relations of a corpus teach causes at most, and how much each counts."""

_OPEN = factuality.CLASSES.index("open")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A gold relation with its words; ``right`` are the places of the trigger's words."""

    gold: GoldText
    tie: Tie
    window: Window
    right: tuple[int, ...]


def lessons_of(texts: Sequence[GoldText]) -> list[Lesson]:
    """Return the relations of texts, in order."""
    out = []
    for gold in texts:
        for tie in gold.ties:
            window = window_of(gold.text, tie)
            out.append(Lesson(gold, tie, window, _right(window, tie)))
    return out


def _right(window: Window, tie: Tie) -> tuple[int, ...]:
    """Return the words of a gold trigger that can be chosen."""
    if tie.trigger is None:
        return ()
    start, end = tie.trigger
    return tuple(
        row
        for row, span in enumerate(window.spans)
        if span[0] < end and start < span[1] and triggers.may_state(window, row)
    )


def teach_triggers(lessons: Sequence[Lesson]) -> dict[str, Linear]:
    """Return the models that choose a trigger's head and reach."""
    taught = [one for one in lessons if one.right]
    heads = fit_choice([_head_example(one) for one in taught], rounds=4)
    examples = (_reach_example(one, heads) for one in taught)
    reaches = fit_choice([one for one in examples if one is not None], rounds=4)
    return {"heads": heads, "reaches": reaches}


def _head_example(lesson: Lesson) -> tuple[list[list[str]], list[int]]:
    rows = triggers.head_candidates(lesson.window)
    seen = triggers.head_features(lesson.window, lesson.tie.kind, rows)
    return seen, [at for at, row in enumerate(rows) if row in lesson.right]


def _reach_example(lesson: Lesson, heads: Linear) -> tuple[list[list[str]], list[int]] | None:
    """Return the runs around the gold word that is chosen first; none where gold is no run."""
    window, kind = lesson.window, lesson.tie.kind
    scores = heads.each(triggers.head_features(window, kind, lesson.right))
    head = lesson.right[int(scores.argmax())]
    runs = triggers.reaches(window, head)
    whole = (lesson.right[0], lesson.right[-1])
    if whole not in runs:
        return None
    seen = [triggers.reach_features(window, kind, head, run) for run in runs]
    return seen, [runs.index(whole)]


def unseen_triggers(lessons: Sequence[Lesson]) -> list[Trigger | None]:
    """Return the triggers that models find which did not see the relation's text."""
    ids = sorted({one.gold.text.id for one in lessons})
    fold = {name: number % FOLDS for number, name in enumerate(ids)}
    out: list[Trigger | None] = [None] * len(lessons)
    for part in range(FOLDS):
        models = teach_triggers([one for one in lessons if fold[one.gold.text.id] != part])
        for row, one in enumerate(lessons):
            if fold[one.gold.text.id] == part:
                out[row] = find_trigger(
                    one.window, one.tie.kind, models["heads"], models["reaches"]
                )
    return out


def factuality_features(
    lessons: Sequence[Lesson], found: Sequence[Trigger | None]
) -> list[list[str]]:
    """Return what the model of factuality sees of each relation, given its found trigger."""
    assertor = Assertor()
    rows: dict[str, list[int]] = {}
    for row, one in enumerate(lessons):
        rows.setdefault(one.gold.text.id, []).append(row)
    out: list[list[str]] = [[] for _ in lessons]
    for places in rows.values():
        text = lessons[places[0]].gold.text
        said = assertions(
            assertor, text, [lessons[p].window for p in places], [found[p] for p in places]
        )
        for place, asserted in zip(places, said, strict=True):
            one = lessons[place]
            out[place] = factuality.features(one.window, one.tie.kind, found[place], asserted)
    return out


def factuality_class(name: str) -> int:
    """Return the number of a factuality; what is guessed and what is asked are one."""
    return factuality.CLASSES.index(name) if name in factuality.CLASSES else _OPEN


def teach_factuality(lessons: Sequence[Lesson]) -> Linear:
    """Return the model of factuality, taught with triggers as they will be found."""
    taught = [one for one in lessons if one.tie.factuality]
    seen = factuality_features(taught, unseen_triggers(taught))
    gold = [factuality_class(one.tie.factuality) for one in taught]
    return fit_classes(seen, gold, len(factuality.CLASSES), rounds=4)


def causal_label(tie: Tie, window: Window) -> str:
    """Return the causal label of a gold relation, for the pair in text order.

    What heals or harms goes by the type of its object; what a text denies is no cause.
    """
    meaning = meaning_of(tie.kind)
    name = meaning.causality.strip("?")
    if meaning.sense in ("improves", "worsens"):
        is_ill = window.types[1] in ("disease", "phenotype")
        name = "hinders" if is_ill == (meaning.sense == "improves") else "enables"
    if not name or tie.factuality == "negated":
        return "other"
    if name == "correlates":
        return name
    return f"{name} {'1>2' if window.is_forward != meaning.is_backward else '2>1'}"


def teach_causality(lessons: Mapping[str, Sequence[Lesson]], *, seed: int = 1) -> Linear:
    """Return the model of causes, taught by the relations of several corpora by task."""
    rng = np.random.default_rng(seed)
    seen: list[list[str]] = []
    gold: list[int] = []
    weights: list[float] = []
    for task, rows in sorted(lessons.items()):
        most, weight = SHARES[task]
        kept = [one for one in rows if one.window.is_one_sentence or task in ("dimb", "maccrobat")]
        for number in rng.permutation(len(kept))[:most].tolist():
            one = kept[number]
            seen.append(causality.features(one.window))
            gold.append(causality.LABELS.index(causal_label(one.tie, one.window)))
            weights.append(weight)
    return fit_classes(seen, gold, len(causality.LABELS), weights=weights, rounds=4, seed=seed)


def teach(corpora: Mapping[str, Sequence[GoldText]]) -> dict[str, Linear]:
    """Return all models from the training parts of corpora, by task (``SHARES`` names them)."""
    lessons = {task: lessons_of(texts) for task, texts in corpora.items()}
    return {
        **teach_triggers(lessons["dimb"]),
        "factuality": teach_factuality(lessons["dimb"]),
        "causality": teach_causality(lessons),
    }

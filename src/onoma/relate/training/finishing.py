"""From learnt layers to a reader that can be loaded: words, scales and borders, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.relate.features import PairRows, pair_ends, pair_rows, stacked
from onoma.relate.instances import RelationText
from onoma.relate.novelty_cues import novelty_cues
from onoma.relate.reader.folder import NOVEL, WORDING, Scale
from onoma.relate.reader.hierarchy import Above
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.upper import Upper
from onoma.relate.reader.wording import PairCounts, Wording, with_numbers, write_wordings
from onoma.relate.systems.priors import Priors
from onoma.relate.tasks import relation_task
from onoma.relate.training.lessons import Lesson
from onoma.relate.training.model import Plan
from onoma.relate.training.results import write_card, write_weights
from onoma.relate.training.scales import Held, fit_scale, upper_scores
from onoma.relate.training.wording import learn_novelty, learn_wording

F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Taught:
    """A task's lessons, those to learn from and those held back, and their texts by id."""

    learnt: Sequence[Lesson]
    held: Sequence[Lesson]
    texts: Mapping[str, RelationText]


@dataclass(frozen=True, slots=True)
class Layers:
    """What a run has learnt."""

    weights: Mapping[str, F32]
    plan: Plan
    heads: Heads


def rows_of(lessons: Sequence[Lesson], texts: Mapping[str, RelationText], above: Above) -> PairRows:
    """Return the rows of the candidates of lessons, one after the other."""
    rows = []
    for lesson in lessons:
        text = texts[lesson.id]
        keys = [entity.key for entity in text.entities]
        rows.append(pair_rows(text, lesson.pairs, above(keys)))
    return stacked(rows)


def ends_of(lessons: Sequence[Lesson], texts: Mapping[str, RelationText]) -> npt.NDArray[np.int64]:
    """Return the ends of each candidate, the lessons numbered (``pair_ends``)."""
    parts = [pair_ends(texts[one.id], one.pairs, place) for place, one in enumerate(lessons)]
    return np.concatenate([np.empty((0, 4), np.int64), *parts])


def cues_of(lessons: Sequence[Lesson], texts: Mapping[str, RelationText]) -> F32:
    """Return the cues of novelty of the candidates of lessons."""
    return np.concatenate([novelty_cues(texts[one.id], one.pairs) for one in lessons])


def learn_wordings(
    taught: Mapping[str, Taught],
    worded: Sequence[str],
    above: Above,
    *,
    most: int,
    is_graph: bool = True,
) -> dict[str, Wording]:
    """Return the wordings of some tasks, and that of novel findings where a task tells of them."""
    found = {}
    for task in worded:
        lessons = taught[task].learnt
        rows = rows_of(lessons, taught[task].texts, above)
        ends = ends_of(lessons, taught[task].texts)
        gold = np.concatenate([lesson.wanted for lesson in lessons])[:, 1:] > 0
        priors = Priors()
        for lesson in lessons:
            tied = lesson.wanted[:, 1:].max(1) > 0
            priors.add(taught[task].texts[lesson.id], lesson.pairs, tied.tolist())
        elsewhere = [priors.columns(taught[task].texts[x.id], x.pairs) for x in lessons]
        found[task] = learn_wording(
            with_numbers(rows, np.concatenate(elsewhere)),
            gold,
            ends,
            counts=PairCounts.of(priors.counts()),
            most=most,
            is_graph=is_graph,
        )
        novel = np.concatenate([lesson.novel for lesson in lessons])
        told = np.flatnonzero(novel >= 0)
        if len(np.unique(novel[told])) == 2:
            cued = with_numbers(rows, cues_of(lessons, taught[task].texts))
            found[NOVEL] = learn_novelty(picked(cued, told), novel[told] > 0, most=most)
    return found


def picked(rows: PairRows, which: npt.NDArray[np.int64]) -> PairRows:
    """Return some of the rows."""
    words = [rows.words[rows.start[row] : rows.start[row + 1]] for row in which.tolist()]
    start = np.concatenate([[0], np.cumsum([len(one) for one in words], dtype=np.int64)])
    flat = np.concatenate(words) if words else np.empty(0, np.int64)
    return PairRows(start.astype(np.int64), flat, rows.numbers[which])


def held_back(
    upper: Upper,
    heads: Heads,
    taught: tuple[Sequence[Lesson], Mapping[str, RelationText]],
    wordings: Mapping[str, Wording],
    above: Above,
) -> Held:
    """Return what a reader finds in lessons of one task, beside what is gold."""
    lessons, texts = taught
    task = lessons[0].task
    scores = np.concatenate(upper_scores(upper, lessons))
    odds = np.zeros((len(scores), len(heads.kinds(task))), np.float32)
    novel_odds = np.zeros(len(scores), np.float32)
    if task in wordings:
        rows = rows_of(lessons, texts, above)
        ends = ends_of(lessons, texts)
        counts = wordings[task].counts
        told = rows
        if counts is not None:
            columns = [counts.columns(texts[one.id], one.pairs) for one in lessons]
            told = with_numbers(rows, np.concatenate(columns))
        odds = wordings[task].margins(told, ends)
        if NOVEL in wordings:
            if wordings[NOVEL].numbers is not None:
                rows = with_numbers(rows, cues_of(lessons, texts))
            novel_odds = wordings[NOVEL].margins(rows, ends)[:, 0]
    own = scores[:, heads.columns(task)]
    return Held(
        own,
        np.zeros_like(own),
        odds,
        np.concatenate([lesson.wanted for lesson in lessons]),
        scores[:, heads.novelty],
        novel_odds,
        np.concatenate([lesson.novel for lesson in lessons]),
    )


def finish_reader(
    out: Path,
    layers: Layers,
    taught: Mapping[str, Taught],
    *,
    wordings: Mapping[str, Wording],
    above: Above,
    whole: Mapping[str, Any],
) -> dict[str, Scale]:
    """Write a reader's folder; return the scales of its tasks.

    ``whole`` is the rest of the card: name, tensor, tagger, what it learnt from.

    Raises: ExtraMissing: onnx is not installed.
    """
    upper = Upper(write_weights(out, layers.weights, layers.plan))
    scales = {}
    for task in layers.heads.tasks:
        own = taught[task]
        told = NOVEL if task == whole.get(NOVEL) else ""
        words = {name: one for name, one in wordings.items() if name in (task, told)}
        held = held_back(upper, layers.heads, (own.held, own.texts), words, above)
        scales[task] = fit_scale(held, relation_task(task))
    write_wordings(out / WORDING, wordings)
    write_card(out, layers.heads, scales, whole)
    return scales

"""From documents and labelled sentences to a model and its card: which lessons, which are held."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from onoma.classify.headings import PARTS, ROLES
from onoma.classify.sequence_model import SequenceModel
from onoma.classify.training.lessons import (
    Lesson,
    labelled_lessons,
    labels_of,
    read_labelled,
    structured_lessons,
    without_known,
)
from onoma.classify.training.session import Recipe, Task, Watch, measure, train
from onoma.errors import InputError
from onoma.types import Document

HELD = 10  # without a dev part, a document in so many is held out
REPEATS = 10  # how often a pass sees labelled sentences that headings go with
AIDE = 0.5  # how much headings count where they only say which parts a sentence may be
ASIDE = frozenset({"other"})  # a role that is easy to see: not scored, as in PubMed RCT


@dataclass(frozen=True, slots=True)
class Material:
    """What is taught: documents with headings, files of labelled sentences; and what measures."""

    structured: Sequence[Document] = ()
    labelled: Sequence[Path] = ()
    dev_structured: Sequence[Document] = ()
    dev_labelled: Sequence[Path] = ()


def make_roles(
    material: Material, recipe: Recipe, watch: Watch | None = None
) -> tuple[SequenceModel, dict[str, Any]]:
    """Return a model of sentence roles and its card.

    With labelled sentences the model has their labels, and headings only help; else it has the
    roles that headings name. What shares a sentence with the dev part is not taught.

    Raises: InputError: nothing to learn from; ExtraMissing: torch is not installed.
    """
    tasks, dev = lessons_of(material)
    model = train(tasks, recipe, watch)
    aside = ASIDE if model.labels == ROLES else frozenset[str]()
    score = measure(model, dev, aside=aside)
    card = {
        "seed": recipe.seed,
        "lessons": [
            {"labels": list(one.labels), "documents": len(one.lessons), "repeats": one.repeats,
             "weight": one.weight} for one in tasks
        ],
        "dev": {k: _rounded(v) for k, v in asdict(score).items()},
        "not_scored": sorted(aside),
    }  # fmt: skip
    return model, card


def lessons_of(material: Material) -> tuple[list[Task], list[Lesson]]:
    """Return the tasks, that of the model first, and the dev part.

    Raises: InputError: nothing to learn from.
    """
    written = read_labelled(material.labelled)
    labels = labels_of(written) if written else ROLES
    seen: set[str] = set()
    if written:
        own = list(labelled_lessons(written, labels))
        given = read_labelled(material.dev_labelled)
        asked = list(labelled_lessons(given, labels)) if given else None
    else:
        own = list(structured_lessons(material.structured, "roles"))
        has_dev = bool(material.dev_structured)
        asked = list(structured_lessons(material.dev_structured, "roles")) if has_dev else None
    if not own:
        raise InputError(
            "there is nothing to learn from",
            hint="documents need headings such as METHODS: inside; or give --labelled",
        )
    dev = [one for one in own if is_held(one)] if asked is None else asked
    for one in dev:
        seen |= one.marks
    taught = own if asked is not None else [one for one in own if not is_held(one)]
    tasks = [Task(labels, without_known(taught, seen))]
    if written and material.structured:
        tasks += _aides(material.structured, labels, seen)
        helped = any(one.labels != labels for one in tasks[1:])
        tasks[0] = replace(tasks[0], repeats=REPEATS if helped else 1)
    return tasks, dev


def _aides(documents: Iterable[Document], labels: tuple[str, ...], seen: set[str]) -> list[Task]:
    """Return what headings teach beside labelled sentences."""
    held = list(documents)
    roles = Task(ROLES, without_known(structured_lessons(held, "roles"), set(seen)))
    if labels != PARTS:
        return [roles]
    parts = without_known(structured_lessons(held, "pico"), set(seen))
    return [Task(PARTS, parts, weight=AIDE), roles]


def is_held(lesson: Lesson) -> bool:
    """Whether a document is held out where no dev part is given; the same ones in every run."""
    return zlib.crc32(lesson.id.encode()) % HELD == 0


def _rounded(value: Any) -> Any:
    """Return a number, or the numbers of a table, with four digits."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value

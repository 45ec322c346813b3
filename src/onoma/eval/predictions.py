"""A file of predictions as a system.

JSON lines ``{"id": ..., "prediction": ...}`` for any task; for tasks on documents also any
annotated format. What is scored is exactly what the file says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from onoma.errors import DataMissing, InputError, OnomaError
from onoma.eval.gold_documents import GoldDocument, GoldMention, Triple, gold_of
from onoma.eval.parts import Data, Item, System, Task, View
from onoma.eval.records import read_records
from onoma.eval.tasks.linking import Ranked
from onoma.eval.tasks.relations import ordered
from onoma.formats import read_annotated

FIELD = "prediction"


def read_predictions(path: Path, task: Task, data: Data) -> System:
    """Return a system that answers with what a file says.

    Raises: DataMissing: no such file; InputError: an item has no prediction.
    """
    if not path.exists():
        raise DataMissing(f"no predictions at {path}", hint="give a file that is there")
    by_id = _by_id(path, task)
    if by_id is not None:
        guesses = [_guess(item, by_id, path) for item in data.items]
        return System(lambda given: guesses, {"predictions": path.name})
    make = _FROM_DOCUMENTS.get(task.name)
    if make is None:
        raise InputError(
            f"{path.name} is no file of predictions for the task {task.name!r}",
            hint=f'write JSON lines with "id" and "{FIELD}"',
        )
    words = frozenset(triple.predicate for triples in _triples(task, data) for triple in triples)
    found = (gold_of(one, words=words) for one in read_annotated([path]))
    documents = {one.document.id: one for one in found}
    answers = make(data, documents)
    lost = {item.id.partition("#")[0] for item in data.items} - documents.keys()
    about = {"predictions": path.name}
    if lost:
        about["documents without any"] = str(len(lost))
    return System(lambda given: answers, about)


def _triples(task: Task, data: Data) -> list[frozenset[Triple]]:
    """Return the statements that are right, where the task is about statements."""
    return [item.gold for item in data.items] if task.name == "relation" else []


def _by_id(path: Path, task: Task) -> dict[str, Any] | None:
    """Return the guesses of a JSON lines file by id, None if it is of another form."""
    if path.is_dir():
        return None
    try:
        found = {}
        for row in read_records(path):
            if FIELD not in row.values:
                return None
            found[row.id] = row.get(FIELD, task.read_guess)
        return found
    except OnomaError:
        if task.name in _FROM_DOCUMENTS:
            return None
        raise


def _guess(item: Item[Any, Any], by_id: dict[str, Any], path: Path) -> Any:
    if item.id not in by_id:
        raise InputError(
            f"{path.name} has no prediction for {item.id!r}",
            hint="an empty prediction is written as [], so that nothing is left out by mistake",
        )
    return by_id[item.id]


def _mentions(data: Data, documents: dict[str, GoldDocument]) -> list[tuple[GoldMention, ...]]:
    """Return the predicted mentions of each document, their types as the views name them."""
    name_of = _names(data.views)
    out = []
    for item in data.items:
        one = documents.get(item.id)
        found = one.mentions if one is not None else ()
        out.append(
            tuple(
                GoldMention(m.start, m.end, m.text, name_of[m.type], m.concepts)
                for m in found
                if m.type in name_of
            )
        )
    return out


def _names(views: Sequence[View]) -> dict[str, str]:
    """Return the view that each type word stands for: a corpus's own, Onoma's, the view's name."""
    return {word: view.name for view in views for word in (*view.types, *view.words, view.name)}


def _links(data: Data, documents: dict[str, GoldDocument]) -> list[Ranked]:
    """Return the concepts predicted at the spans of the gold mentions."""
    at: dict[tuple[str, int, int], tuple[str, ...]] = {}
    for identifier, one in documents.items():
        for m in one.mentions:
            at[identifier, m.start, m.end] = m.concepts
    out = []
    for item in data.items:
        start = item.given.offset + item.given.start
        found = at.get((item.given.document, start, start + len(item.given.text)), ())
        out.append(Ranked(found))
    return out


def _relations(data: Data, documents: dict[str, GoldDocument]) -> list[frozenset[Any]]:
    found = {name: frozenset(map(ordered, one.relations)) for name, one in documents.items()}
    return [found.get(item.id, frozenset()) for item in data.items]


_FROM_DOCUMENTS: dict[str, Callable[[Data, dict[str, GoldDocument]], list[Any]]] = {
    "ner": _mentions,
    "concepts": _mentions,
    "link": _links,
    "relation": _relations,
}

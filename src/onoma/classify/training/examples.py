"""Labelled texts out of files: JSON lines, tables, or a folder a label.

A line is ``{"text": ..., "labels": [...], "document": ...}``; a table has ``text`` and ``labels``
(parted by ``;`` or ``|``) in its first line, and may have ``document``; a folder has a folder of
text files for each label. A text without labels is an example of none. ``document`` says which
texts belong together: they are never parted between what is learnt from and what is held out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from onoma.errors import BadLine, InputError
from onoma.formats import read_documents
from onoma.formats.delimited import iter_rows, row_of
from onoma.types import FailedDocument

_PARTED = re.compile(r"\s*[;|]\s*")
_HINT = 'write {"text": "...", "labels": ["..."]}'


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled texts; ``gold`` is (texts, labels), ``document`` the number of each one's document.

    ``labels`` are sorted.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    gold: npt.NDArray[np.bool_]
    document: npt.NDArray[np.int64]


def read_examples(path: Path) -> Examples:
    """Return the labelled texts of a file or folder.

    Raises: InputError: no text or no label; BadLine: a line is not as it should be; what reading
    documents raises.
    """
    if path.is_dir():
        return make_examples(_folder(path))
    lines = _json_lines(path) if path.suffix in (".jsonl", ".json", ".ndjson") else _table(path)
    return make_examples(lines)


def make_examples(rows: Iterator[tuple[str, list[str], str]]) -> Examples:
    """Return examples of (text, labels, document); an empty document is one of its own.

    Raises: InputError: no text, or none with a label.
    """
    texts: list[str] = []
    sets: list[frozenset[str]] = []
    names: list[str] = []
    for text, labels, document in rows:
        texts.append(text)
        sets.append(frozenset(labels))
        names.append(document or f"\x00{len(names)}")
    known = tuple(sorted(frozenset().union(*sets)))
    if not known:
        raise InputError("no text has a label", hint=_HINT)
    gold = np.array([[label in own for label in known] for own in sets], np.bool_)
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return Examples(tuple(texts), known, gold, np.array([number[n] for n in names], np.int64))


def _json_lines(path: Path) -> Iterator[tuple[str, list[str], str]]:
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            if not raw.strip():
                continue
            shown = raw.decode("utf-8", "replace").rstrip()
            try:
                row: Any = orjson.loads(raw)
            except ValueError as error:
                raise BadLine(str(path), number, shown, str(error), hint=_HINT) from error
            labels = row.get("labels") if isinstance(row, dict) else None
            is_list = isinstance(labels, list) and all(isinstance(one, str) for one in labels)
            if not is_list or not isinstance(row.get("text"), str):
                problem = "a text and a list of labels are needed"
                raise BadLine(str(path), number, shown, problem, hint=_HINT)
            yield row["text"], list(labels or ()), str(row.get("document") or "")


def _table(path: Path) -> Iterator[tuple[str, list[str], str]]:
    names: list[str] = []
    with path.open("rb") as stream:
        for found in iter_rows(stream, str(path)):
            if isinstance(found, FailedDocument):
                raise InputError(f"{found.id}: {found.message}", hint=found.hint)
            number, cells = found
            if not names:
                names = cells
                if not {"text", "labels"} <= set(names):
                    problem = "the first line names the columns text and labels"
                    raise BadLine(str(path), number, ",".join(cells), problem)
                continue
            row = row_of(cells, names, number=number, source=str(path))
            labels = [one for one in _PARTED.split(row["labels"].strip()) if one]
            yield row["text"], labels, row.get("document", "")


def _folder(path: Path) -> Iterator[tuple[str, list[str], str]]:
    """Yield the documents of each folder; a text that lies in several has all their labels."""
    found: dict[str, list[str]] = {}
    for folder in sorted(one for one in path.iterdir() if one.is_dir()):
        for document in read_documents([str(folder)]):
            if isinstance(document, FailedDocument):
                raise InputError(f"{document.id}: {document.message}", hint=document.hint)
            found.setdefault(document.text, []).append(folder.name)
    for text, labels in found.items():
        yield text, labels, ""

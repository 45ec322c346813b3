"""``simplify``: a text in plainer words.

Given: a text. Gold: its references, one or several. Guess: a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from onoma.eval.faults import Faults, whole
from onoma.eval.gold_documents import Options
from onoma.eval.gold_tables import aligned_lines
from onoma.eval.parts import Data, Item, Measure, Scored, Source, Task
from onoma.eval.reading import read_items
from onoma.eval.records import as_list, read_records
from onoma.metrics.resampling import mean_of
from onoma.metrics.simplification import sari

SHOWN = 50


def read_aligned(path: Path, options: Options) -> Iterator[Item[str, tuple[str, ...]]]:
    """Yield the sentences of a file of complex ones, with their simple ones beside it."""
    if "complex" not in path.name:
        return  # the partner is read with the first file
    references: dict[str, list[str]] = {}
    for given, simple in aligned_lines(path):
        references.setdefault(given, []).append(simple)
    for number, (given, simples) in enumerate(references.items(), 1):
        yield Item(f"{path.name.split('.')[0]}-{number}", given, tuple(simples), given)


def read_plain(path: Path, options: Options) -> Iterator[Item[str, tuple[str, ...]]]:
    """Yield the rows of a user's file: text and references."""
    for row in read_records(path):
        text = row.get("text", str)
        yield Item(row.id, text, tuple(row.get("references", as_list)), text)


def score_texts(data: Data, guesses: Sequence[str]) -> Scored:
    """Return the mean SARI over texts, and how long and how changed the guesses are."""
    values = np.array(
        [sari(i.given, guess, i.gold) for i, guess in zip(data.items, guesses, strict=True)]
    )
    lengths = [
        len(guess.split()) / max(1, len(i.given.split()))
        for i, guess in zip(data.items, guesses, strict=True)
    ]
    same = [float(i.given == guess) for i, guess in zip(data.items, guesses, strict=True)]
    measures = (
        Measure("SARI", mean_of(values)),
        Measure("length, of the source's", mean_of(lengths)),
        Measure("left unchanged", mean_of(same)),
    )
    faults = Faults()
    for place in np.argsort(values, kind="stable")[:SHOWN]:
        item = data.items[place]
        example = whole(item.id, item.given)
        faults.add("lowest SARI", "", item.gold[0][:160], guesses[place][:160], example)
    return Scored(len(values), measures, values, faults=faults.sorted(), notes=data.notes)


def _read(source: Source) -> Data:
    return read_items(source, {"aligned-lines": read_aligned}, read_plain)


SIMPLIFY = Task(
    "simplify", "texts in plainer words", "id, text, references", "identity", _read, score_texts,
    str,
)  # fmt: skip

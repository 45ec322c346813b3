"""Learns the words beside a relation reader's network anew, for some of its tasks.

    python tools/relation_words.py --root ../shared/data --task dimb --out build/reader

The network stays as it is. The words and trees of each ``--task`` are learnt as
``onoma train relations`` learns them (with BioRED those of novel findings); the scale and the
border of a task are fitted on the documents that were held back from the network. What reads pairs
one by one stays too, and says as much beside the rest as before. Dev parts are not read.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.relate.gold import RelationCorpus
from onoma.relate.reader.folder import (
    NOVEL,
    SAY,
    UPPER,
    WORDING,
    Card,
    Scale,
    read_card,
    shipped_reader,
)
from onoma.relate.reader.hierarchy import Hierarchy
from onoma.relate.reader.trunk import Trunk, load_trunk
from onoma.relate.reader.upper import Upper
from onoma.relate.reader.wording import read_wordings, write_wordings
from onoma.relate.tasks import relation_task
from onoma.relate.training.finishing import Taught, held_back, learn_wordings
from onoma.relate.training.lessons import make_lessons
from onoma.relate.training.results import scale_rows, write_card
from onoma.relate.training.scales import fit_scale
from onoma.relate.training.session import SHIPPED, parted


def taught(corpus: RelationCorpus, trunk: Trunk, card: Card) -> Taught:
    """Return the lessons of a corpus; those held back are the ones that the network did not see."""
    parts = [
        list(make_lessons(part, corpus.task, trunk, card.heads))
        for part in parted(corpus.train, str(card.whole.get("held", "")))
    ]
    return Taught(parts[0], parts[1], {one.text.id: one.text for one in corpus.train})


def pooled_anew(pooled: Scale, before: Scale, now: Scale) -> Scale:
    """Return a pooled scale (``Scale.pooled``) whose first part was ``before`` and is ``now``."""
    own, theirs = SAY
    shifts = [
        (one - own * two) / theirs for one, two in zip(pooled.shifts, before.shifts, strict=True)
    ]
    marked = (pooled.marked - own * before.marked) / theirs
    return now.pooled(replace(pooled, network=0.0, words=0.0, shifts=tuple(shifts), marked=marked))


def beside_pairs(card: Card, found: Mapping[str, Scale]) -> tuple[dict[str, Scale], dict[str, Any]]:
    """Return a card's scales with those found anew in them, and the rest of the card."""
    scales, rows = {**card.scales, **found}, []
    for row, part in zip(card.whole.get("marked", []), card.marked, strict=True):
        first = {task: found.get(task, scale) for task, scale in part.first.items()}
        rows.append({**row, "first": scale_rows(first)})
        for task in found.keys() & part.first.keys():
            scales[task] = pooled_anew(card.scales[task], part.first[task], found[task])
    return scales, {**card.whole, "marked": rows}


def main() -> None:
    """Learn, and write the reader's folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--task", action="append", default=[])
    parser.add_argument("--words", type=int, default=4000)
    parser.add_argument("--reader", type=Path, default=shipped_reader())
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    card, above = read_card(asked.reader), Hierarchy()
    trunk = load_trunk(card.tensor, expect=card.tagger)
    upper, wordings = Upper(asked.reader / UPPER), read_wordings(asked.reader / WORDING)
    found: dict[str, Scale] = {}
    for corpus in read_relation_corpora(asked.root, SHIPPED):
        task = corpus.task.name
        if task in asked.task:
            own = taught(corpus, trunk, card)
            wordings |= learn_wordings({task: own}, [task], above, most=asked.words)
            kept = {name: one for name, one in wordings.items() if name in (task, NOVEL)}
            held = held_back(upper, card.heads, (own.held, own.texts), kept, above)
            found[task] = fit_scale(held, relation_task(task))
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.out.resolve() != asked.reader.resolve():
        shutil.copytree(asked.reader, asked.out, dirs_exist_ok=True)
    write_wordings(asked.out / WORDING, wordings)
    scales, whole = beside_pairs(card, found)
    write_card(asked.out, card.heads, scales, whole)


if __name__ == "__main__":
    main()

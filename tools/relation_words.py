"""Learns the words beside a relation reader's network anew, for some of its tasks.

    python tools/relation_words.py --root ../shared/data --task dimb --out build/reader

The network stays as it is. The words and trees of each ``--task`` are learnt as
``onoma train relations`` learns them (with BioRED those of novel findings); the scale and the
border of a task are fitted on the documents that were held back from the network. Dev parts are not
read.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.relate.gold import RelationCorpus
from onoma.relate.reader.folder import NOVEL, UPPER, WORDING, Card, read_card, shipped_reader
from onoma.relate.reader.hierarchy import Hierarchy
from onoma.relate.reader.trunk import Trunk, load_trunk
from onoma.relate.reader.upper import Upper
from onoma.relate.reader.wording import read_wordings, write_wordings
from onoma.relate.tasks import relation_task
from onoma.relate.training.finishing import Taught, held_back, learn_wordings
from onoma.relate.training.lessons import make_lessons
from onoma.relate.training.results import write_card
from onoma.relate.training.scales import fit_scale
from onoma.relate.training.session import SHIPPED, parted


def taught(corpus: RelationCorpus, trunk: Trunk, card: Card) -> Taught:
    """Return the lessons of a corpus; those held back are the ones that the network did not see."""
    parts = [
        list(make_lessons(part, corpus.task, trunk, card.heads))
        for part in parted(corpus.train, str(card.whole.get("held", "")))
    ]
    return Taught(parts[0], parts[1], {one.text.id: one.text for one in corpus.train})


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
    scales = dict(card.scales)
    for corpus in read_relation_corpora(asked.root, SHIPPED):
        task = corpus.task.name
        if task in asked.task:
            own = taught(corpus, trunk, card)
            wordings |= learn_wordings({task: own}, [task], above, most=asked.words)
            kept = {name: one for name, one in wordings.items() if name in (task, NOVEL)}
            held = held_back(upper, card.heads, (own.held, own.texts), kept, above)
            scales[task] = fit_scale(held, relation_task(task))
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.out.resolve() != asked.reader.resolve():
        shutil.copytree(asked.reader, asked.out, dirs_exist_ok=True)
    write_wordings(asked.out / WORDING, wordings)
    write_card(asked.out, card.heads, scales, card.whole)


if __name__ == "__main__":
    main()

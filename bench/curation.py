"""How soon a curator meets what is wrong: the queue by doubt beside text order and score alone.

Development documents of BC5CDR and NCBI Disease are annotated anew. A mention is wrong where its
borders or its concept are not the annotators'. A reader who knows the gold goes through the queue,
fifty mentions at a time; the queue learns from what they say. Given are the shares of all wrong
mentions met by the first tenth, fifth and third of the mentions, and the chance that a wrong
mention is more doubtful than a right one (AUC). Intervals over documents for the AUC.

    python bench/curation.py --data ../shared/data --out bench/results/curation.md
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

import onoma
from onoma.curate import Curation, Seat, Start, Verdict, start_curation
from onoma.formats import read_annotated
from onoma.metrics.resampling import bootstrap, drawn
from onoma.types import AnnotatedDocument
from report import Table, figure, load_note

SHARES = (0.1, 0.2, 1 / 3)
TURN = 50  # mentions between two looks at the queue
MOST = 200  # documents of a corpus
CORPORA = {
    "NCBI Disease": ("ncbi-disease/NCBI{}_corpus.txt.gz", ("developset", "trainset"), ("disease",),
                     ("MESH", "OMIM")),
    "BC5CDR": ("bc5cdr/CDR_{}.PubTator.txt.gz", ("DevelopmentSet", "TrainingSet"),
               ("disease", "chemical"), ("MESH",)),
}  # fmt: skip
REJECT, ACCEPT = Verdict("reject"), Verdict("accept")


def marks(document: AnnotatedDocument) -> dict[tuple[int, int], set[str]]:
    """Return the gold concepts of each span."""
    out: dict[tuple[int, int], set[str]] = {}
    for one in document.mentions:
        ids = (one.curie or "-").replace("+", "|").split("|")
        out.setdefault((one.start, one.end), set()).update(i.rpartition(":")[2] for i in ids)
    return out


def wrong_items(curation: Curation, gold: dict[str, AnnotatedDocument]) -> dict[str, bool]:
    """Return of each item whether it is wrong."""
    known = {id_: marks(one) for id_, one in gold.items()}
    out = {}
    for key, item in curation.items.items():
        ids = known[curation.documents[item.document].id].get((item.part.start, item.part.end))
        own = (item.part.curie or "-").rpartition(":")[2]
        out[key] = ids is None or own not in ids
    return out


def read_through(curation: Curation, wrong: dict[str, bool]) -> list[bool]:
    """Return whether each mention was wrong, in the order in which a reader meets them."""
    seat = Seat(curation, "reader")
    met: list[bool] = []
    while turns := seat.queue(TURN):
        for turn in turns:
            is_wrong = wrong[turn.item.key]
            met.append(is_wrong)
            seat.decide(turn.item.key, REJECT if is_wrong else ACCEPT)
    return met


def area(values: Sequence[float], wrong: Sequence[bool]) -> float:
    """Return the chance that a wrong one has the higher value (Mann and Whitney)."""
    order = np.argsort(values, kind="stable")
    ranked = np.asarray(values)[order]
    ranks = np.empty(len(order))
    first = np.searchsorted(ranked, ranked, "left")
    last = np.searchsorted(ranked, ranked, "right")
    ranks[order] = (first + last + 1) / 2
    of = np.asarray(wrong, bool)
    bad, good = int(of.sum()), int((~of).sum())
    return float((ranks[of].sum() - bad * (bad + 1) / 2) / (bad * good)) if bad and good else 0.5


def early(met: Sequence[bool]) -> list[str]:
    """Return the share of all wrong mentions met by each of the shares of the queue."""
    total = sum(met)
    return [figure(sum(met[: round(len(met) * share)]) / total) for share in SHARES]


def measure(table: Table, name: str, path: Path, mode: str, *, types: Sequence[str],
            ids: Sequence[str]) -> None:  # fmt: skip
    """Add the rows of a corpus and a mode."""
    gold = {one.id: one for one in islice(read_annotated([path]), MOST)}
    nlp = onoma.load(types=types, ids=ids, mode=mode)
    done = list(nlp.pipe(one.document for one in gold.values()))
    with tempfile.TemporaryDirectory() as made:
        curation = start_curation(Path(made) / "it", done, Start())
        wrong = wrong_items(curation, gold)
        items = list(curation.items.values())
        of = np.array([one.document for one in items])
        flags = [wrong[one.key] for one in items]
        doubt = [one.doubt.value for one in items]
        score = [1 - one.mention.score if one.mention else 1.0 for one in items]
        label = (
            f"{name}, {mode}: {len(items):,} mentions, {figure(sum(flags) / len(flags))} % wrong"
        )
        members = [np.flatnonzero(of == place) for place in range(len(curation.documents))]

        def cells(values: list[float]) -> list[str]:
            def value(units: np.ndarray) -> float:
                places = np.concatenate([members[one] for one in units])
                return area([values[p] for p in places], [flags[p] for p in places])

            found = bootstrap({"auc": drawn(value)}, len(members), rng=np.random.default_rng(1),
                              samples=200)["auc"]  # fmt: skip
            order = sorted(range(len(items)), key=lambda place: -values[place])
            shown = f"{figure(found.value)} ({figure(found.low)} to {figure(found.high)})"
            return [*early([flags[place] for place in order]), shown]

        table.add([label, "text order", *early(flags), "50.0"], show=True)
        table.add(["", "score alone", *cells(score)], show=True)
        table.add(["", "doubt", *cells(doubt)], show=True)
        table.add(["", "doubt, learning", *early(read_through(curation, wrong)), ""], show=True)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--train", action="store_true", help="training parts, to choose weights on")
    parser.add_argument("--modes", default="dictionary,hybrid")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    columns = ["corpus, mode", "queue", "by 10 %", "by 20 %", "by 33 %", "AUC"]
    table = Table("Wrong mentions met early in a queue of curation", columns, left=2)
    for name, (form, parts, types, ids) in CORPORA.items():
        for mode in asked.modes.split(","):
            measure(table, name, asked.data / form.format(parts[asked.train]), mode, types=types,
                    ids=ids)  # fmt: skip
    table.note(
        f"The first {MOST} documents of each. Weights of the doubt were chosen on the training "
        "parts in mode dictionary; in mode hybrid the shipped judge has seen these development "
        f"parts. {load_note()}."
    )
    table.finish(asked.out, sys.argv)


if __name__ == "__main__":
    main()

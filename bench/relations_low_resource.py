"""Relations from few examples, or none: kinds read by their words against a plain classifier.

    python bench/relations_low_resource.py [--seeds N] [--documents N] [--cache FOLDER]
                                           [--out bench/results/relations_low_resource.md]
    python bench/relations_low_resource.py --train src/onoma/data/relate/inference/scorers.npz

Both see the same features of a pair (words around it, hashed; the encoder's vector of the sentence)
and are fitted alike to 1 or 10 % of the training documents of ChemProt or DDI, drawn anew by seed.
The inference-style one starts from a scorer of hypotheses that other tasks have taught, none of the
measured corpus. Their borders are those of best F1 over folds of the few documents. ``--train``
teaches and writes what ships: a scorer of all tasks, and one without each.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.eval.relation_corpora import read_relation_corpora
from onoma.metrics.curves import aurc
from onoma.metrics.resampling import compare, f1_of
from onoma.relate.candidates import candidate_pairs
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.inference.entailment import Vectors, entailment_rows, masked
from onoma.relate.inference.hypotheses import hypotheses_of
from onoma.relate.inference.learning import Examples, Fitted, crossed_fit, teach_scorer
from onoma.relate.inference.scorer import ALL, chances_of, shipped_scorer, write_scorers
from onoma.relate.instances import Tie
from onoma.relate.saying.causality import features
from onoma.relate.saying.words import Window, window_of
from onoma.relate.systems.inference import ZERO_SHOT
from report import Table, figure, write_tables

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
MEASURED = ("chemprot", "ddi")
SHARES = (0.01, 0.1)
MOST = 5000  # pairs of one task that teach the scorer
NONE_PER_TIE = 2  # pairs without a relation that teach, for each with one
SEED = 1


@dataclass(frozen=True)
class Pairs:
    """The candidate pairs of texts: words around, number of the kind, number of the text."""

    windows: list[Window]
    right: Ints
    document: Ints


@dataclass(frozen=True)
class Seen:
    """What readers see of pairs: the scorer's margins, sentence vectors, hashed features."""

    pairs: Pairs
    base: Floats
    vectors: Floats
    words: list[list[str]]


def pairs_of(corpus: RelationCorpus, texts: Sequence[GoldText], *, every: bool) -> Pairs:
    """Return the pairs that a task asks about; ``every``: of its kinds, those not evaluated too."""
    task = corpus.task
    place = {one.kind: n for n, one in enumerate(hypotheses_of(task, every=every))}
    windows, right, owner = [], [], []
    for number, one in enumerate(texts):
        kinds: dict[tuple[int, int], int] = {}
        for tie in one.ties:
            if tie.kind in place:
                kinds.setdefault((tie.first, tie.second), place[tie.kind])
                if not task.is_directed:
                    kinds.setdefault((tie.second, tie.first), place[tie.kind])
        for pair in candidate_pairs(one.text, task):
            windows.append(window_of(one.text, Tie(*pair, "")))
            right.append(kinds.get(pair, len(place)))
            owner.append(number)
    return Pairs(windows, np.array(right), np.array(owner))


def taught_by(corpus: RelationCorpus, vectors: Vectors) -> Examples:
    """Return what a task teaches: its ties and some pairs without one."""
    asked = hypotheses_of(corpus.task, every=True)
    pairs = pairs_of(corpus, corpus.train, every=True)
    rng = np.random.default_rng(0)
    tied = np.flatnonzero(pairs.right < len(asked))
    none = rng.permutation(np.flatnonzero(pairs.right == len(asked)))[: NONE_PER_TIE * len(tied)]
    kept = np.sort(rng.permutation(np.concatenate([tied, none]))[:MOST])
    rows = entailment_rows([pairs.windows[n] for n in kept], asked, vectors)
    return Examples(rows, pairs.right[kept])


def train(place: Path) -> None:
    """Teach the scorers and write them."""
    vectors = Vectors()
    taught = {}
    for corpus in read_relation_corpora(SHARED / "data"):  # all: their dev texts teach nobody
        if corpus.task.ships == "no":
            continue
        begin = time.process_time()
        taught[corpus.task.name] = taught_by(corpus, vectors)
        seconds = time.process_time() - begin
        print(corpus.task.name, len(taught[corpus.task.name].right), f"{seconds:.0f} s", flush=True)
    scorers = {ALL: teach_scorer(list(taught.values()), seed=SEED)}
    for left in taught:
        kept = [one for name, one in taught.items() if name != left]
        scorers[left] = teach_scorer(kept, seed=SEED)
    content = write_scorers(scorers)
    place.write_bytes(content)
    print(f"{place}: {len(content)} bytes, {len(scorers)} scorers")


def seen(corpus: RelationCorpus, texts: Sequence[GoldText], vectors: Vectors) -> Seen:
    """Return what is seen of the pairs of texts."""
    pairs = pairs_of(corpus, texts, every=False)
    scorer = shipped_scorer(corpus.task.name)
    asked = hypotheses_of(corpus.task)
    parts = [
        scorer.margins(entailment_rows(pairs.windows[at : at + 512], asked, vectors))
        for at in range(0, len(pairs.windows), 512)
    ]
    return Seen(
        pairs,
        np.concatenate(parts),
        vectors.sentences([masked(one) for one in pairs.windows]),
        [features(one) for one in pairs.windows],
    )


def counts_by_document(chances: Floats, border: float, pairs: Pairs) -> Ints:
    """Return the count rows of documents for kinds said from a border on."""
    none = chances.shape[1] - 1
    said = np.where(chances[:, :none].max(axis=1) >= border, chances[:, :none].argmax(axis=1), none)
    hit = (said == pairs.right) & (said < none)
    columns = np.stack([hit, said < none, hit, pairs.right < none], axis=1).astype(np.int64)
    out = np.zeros((int(pairs.document.max()) + 1, 4), np.int64)
    np.add.at(out, pairs.document, columns)
    return out


def f1_of_all(counts: Ints) -> float:
    """Return micro F1."""
    return float(f1_of(counts)(np.ones((1, len(counts))))[0])


def fitted(taught: Seen, at: Ints, base: Floats, seed: int) -> tuple[Fitted, float]:
    """Return a model fitted to some pairs, and its border."""
    owner = np.unique(taught.pairs.document[at], return_inverse=True)[1]
    words = [taught.words[n] for n in at.tolist()]
    right = taught.pairs.right[at]
    return crossed_fit(base[at], words, taught.vectors[at], right, owner, seed=seed)


def kept(place: Path | None, make: Callable[[], Seen]) -> Seen:
    """Return what is seen, kept in a file if one is given."""
    if place is None:
        return make()
    if not place.exists():
        place.write_bytes(pickle.dumps(make()))
    found = pickle.loads(place.read_bytes())  # noqa: S301  written by us
    assert isinstance(found, Seen)
    return found


def measure(
    corpus: RelationCorpus, seeds: int, documents: int, table: Table, cache: Path | None
) -> None:
    """Add the rows of one corpus."""
    name = corpus.task.name
    vectors = Vectors()
    drawn = {
        (share, seed): draw(len(corpus.train), share, seed)
        for share in SHARES
        for seed in range(seeds)
    }
    needed = np.unique(np.concatenate(list(drawn.values())))
    texts = [corpus.train[n] for n in needed.tolist()]
    taught = kept(
        cache and cache / f"{name}-{len(texts)}.pickle", lambda: seen(corpus, texts, vectors)
    )
    dev = kept(
        cache and cache / f"{name}-dev-{documents}.pickle",
        lambda: seen(corpus, corpus.dev[:documents], vectors),
    )
    bare = chances_of(dev.base)
    right = dev.pairs.right
    gold = right < bare.shape[1] - 1
    kind = float((bare[gold, :-1].argmax(axis=1) == right[gold]).mean())
    zero = f1_of_all(counts_by_document(bare, ZERO_SHOT, dev.pairs))
    area = f"{covered(bare, dev.pairs):.3f}"
    table.add([name, "0 %", "0", "-", figure(zero), "-", "-", area], show=True)
    table.note(
        f"{name}: {len(right)} pairs of dev; without an example the right kind is the first of "
        f"{bare.shape[1] - 1} for {figure(kind)} % of the pairs that have one"
    )
    for share in SHARES:
        draws = [np.searchsorted(needed, drawn[share, seed]) for seed in range(seeds)]
        measure_share(f"{name}|{100 * share:g} %", draws, taught, dev, table)


def draw(count: int, share: float, seed: int) -> Ints:
    """Return the numbers of the training documents of one draw, larger shares holding smaller."""
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[: max(1, round(share * count))])


def covered(chances: Floats, pairs: Pairs) -> float:
    """Return the area under risk and coverage: all pairs, "none" is an answer."""
    right = (chances.argmax(axis=1) == pairs.right).astype(np.float64)
    return aurc(right, chances.max(axis=1))


def measure_share(name: str, draws: Sequence[Ints], taught: Seen, dev: Seen, table: Table) -> None:
    """Add the row of one share of the training documents, in several draws."""
    counts: dict[str, list[Ints]] = {"plain": [], "inference": []}
    areas: dict[str, list[float]] = {"plain": [], "inference": []}
    sizes = []
    for seed, documents in enumerate(draws):
        at = np.flatnonzero(np.isin(taught.pairs.document, documents))
        sizes.append(len(at))
        for system in counts:
            scale = np.float32(system == "inference")
            model, border = fitted(taught, at, scale * taught.base, seed)
            chances = model.chances(scale * dev.base, dev.words, dev.vectors)
            counts[system].append(counts_by_document(chances, border, dev.pairs))
            areas[system].append(covered(chances, dev.pairs))
    scores = {system: [f1_of_all(one) for one in found] for system, found in counts.items()}
    gap = compare(
        f1_of(np.sum(counts["inference"], axis=0)),
        f1_of(np.sum(counts["plain"], axis=0)),
        len(counts["plain"][0]),
        decisions=np.zeros((2, 0)),
        rng=np.random.default_rng(SEED),
    ).difference
    table.add(
        [
            *name.split("|"),
            f"{np.mean(sizes):.0f}",
            *(f"{figure(float(np.mean(s)))} ± {figure(float(np.std(s)))}" for s in scores.values()),
            f"{figure(gap.value)} [{figure(gap.low)}, {figure(gap.high)}]",
            *(f"{np.mean(one):.3f}" for one in areas.values()),
        ],
        show=True,
    )


def main() -> None:
    """Run the benchmark, or teach what ships."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="a folder that keeps what is seen of pairs")
    parser.add_argument("--train", type=Path)
    asked = parser.parse_args()
    if asked.train is not None:
        train(asked.train)
        return
    table = Table(
        "Relations from few examples: micro F1 on dev",
        [
            "corpus", "taught", "pairs", "plain", "inference", "inference less plain",
            "plain, risk", "inference, risk",
        ],
        left=2,
    )  # fmt: skip
    for corpus in read_relation_corpora(SHARED / "data", MEASURED):
        measure(corpus, asked.seeds, asked.documents, table, asked.cache)
    table.note(f"mean ± spread over {asked.seeds} draws; intervals of 95 % by dev document")
    table.note("risk: area under risk and coverage over all pairs, less is better")
    if asked.out is not None:
        command = [sys.argv[0], "--seeds", str(asked.seeds), "--documents", str(asked.documents)]
        write_tables([table], asked.out, [*command, "--out", str(asked.out)])


if __name__ == "__main__":
    main()

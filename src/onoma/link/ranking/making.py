"""A whole training: annotations, names and translations in, the folder of a ranker out.

Nothing is judged by what it was trained on. The annotated documents are cut in folds, and a fold's
texts are looked up in a table that lacks their own fold's mentions, so that none meets itself. The
two models are trained on all folds but one, and the judges fitted to that one; without models, to
all. The table that is kept has all mentions. What is trained stays in a work folder until the end,
so that a stopped run goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode import load_encoder
from onoma.encode.training.unpacking import unpacked_folder
from onoma.errors import InputError
from onoma.link.ranking.folder import Parts, write_ranker
from onoma.link.ranking.judge import Judge
from onoma.link.ranking.learner import Watch
from onoma.link.ranking.names import LEARNED, NAMED, REWRITTEN, TRANSLATED, Named, NameTable
from onoma.link.ranking.nearness import plain
from onoma.link.ranking.pool import Gatherer, Pool
from onoma.link.ranking.ranker import READ_BEST, best_of, first_right, read_beside
from onoma.link.ranking.reading import Choice, PairReader, Reading, train_reader
from onoma.link.ranking.tuning import Groups, Tuning, tune
from onoma.link.ranking.vectors import NameVectors
from onoma.link.ranking.wordtable import WordTable

Bools = npt.NDArray[np.bool_]
Judged = tuple[Pool, Bools]
"""A pool, and which of its rows are right."""

FOLDS = 4
JUDGED = 0  # the fold that the models never see, if there are any
WRONG = 20  # names of a list that wrong ones are drawn from
PRETENDED = 3000  # translations that are looked up as if they were mentions
LEAST = 10  # mentions: fewer are not worth a training


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention: its forms, as written first; its concept; the fold of its document."""

    forms: tuple[str, ...]
    curie: str
    fold: int


@dataclass(frozen=True)
class Material:
    """What a ranker is made of.

    ``names`` are the vocabulary's and their translations; ``pairs`` a vocabulary's name and its
    translation, also of concepts that are not ranked; ``shorts`` the short forms that the documents
    define.
    """

    seen: Sequence[Seen]
    names: Sequence[Named] = ()
    pairs: Sequence[tuple[str, str]] = ()
    shorts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """How a ranker is made; without ``start`` (the folder of a small BERT) it has no models."""

    start: Path | None = None
    tuning: Tuning = field(default_factory=Tuning)
    reading: Reading = field(default_factory=Reading)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """Of mentions in documents held out: the share whose first concept is right, by each step.

    By spelling, by a judge fitted to other documents, and by one that a cross-encoder helps.
    """

    mentions: int
    names: int
    spelled: float
    judged: float
    read: float | None = None


def make_ranker(
    material: Material, out: Path, plan: Plan | None = None, *, watch: Watch | None = None
) -> Report:
    """Train a ranker and write its folder.

    Raises: InputError: too few mentions or documents; ExtraMissing: a start is given and torch is
    not there; Inconsistent: the work folder is of another run.
    """
    plan = plan or Plan()
    if len(material.seen) < LEAST:
        raise InputError(
            f"{len(material.seen)} mentions with a concept", hint=f"annotate {LEAST} at least"
        )
    if len({one.fold == JUDGED for one in material.seen}) < 2:
        raise InputError(
            "the mentions stand in too few documents for some to be held out",
            hint="annotate more documents",
        )
    making = _Making(material, plan, out.with_name(out.name + ".work"), watch)
    report = making.run(out)
    shutil.rmtree(making.work, ignore_errors=True)
    return report


class _Making:
    """The steps of one training."""

    def __init__(self, material: Material, plan: Plan, work: Path, watch: Watch | None) -> None:
        self.material, self.plan, self.work, self.watch = material, plan, work, watch
        self.given = [*material.names, *rewritten(material.names, material.pairs)]
        self.forms = [[one.forms for one in material.seen if one.fold == f] for f in range(FOLDS)]
        self.gold = [[one.curie for one in material.seen if one.fold == f] for f in range(FOLDS)]
        self.tables = [self.table([f for f in range(FOLDS) if f != fold]) for fold in range(FOLDS)]
        self.whole = self.table(range(FOLDS))

    def table(self, folds: Sequence[int]) -> NameTable:
        """Return the table with the mentions of some folds."""
        learned = [
            Named(one.curie, one.forms[0], LEARNED)
            for one in self.material.seen
            if one.fold in folds
        ]
        return NameTable.of([*learned, *self.given])

    def run(self, out: Path) -> Report:
        """Make the parts and write them."""
        plan = self.plan
        parts, models = Parts(self.whole, self.material.shorts, Judge.plain()), {}
        if plan.start is None:
            pools = [self.gathered(fold, None) for fold in range(FOLDS)]
            pool = Pool.join([one for one, _ in pools], [len(own) for own in self.gold])
            right = np.concatenate([one for _, one in pools])
            first, judged = self.judged(pool, right)
            size, read = len(self.material.seen), None
        else:
            start = unpacked_folder(plan.start, self.work / "start")
            models["encoder"] = self.encoder(start)
            vectors = NameVectors.make(self.whole, load_encoder(models["encoder"]))
            pools = [self.gathered(fold, vectors) for fold in range(FOLDS)]
            pool, right = pools[JUDGED]
            first, judged = self.judged(pool, right)
            models["reader"] = self.reader(start, pools, first)
            reader = PairReader(models["reader"])
            last, read = self.read(pool, first, reader)
            size = len(self.gold[JUDGED])
            parts = replace(parts, vectors=vectors, reader=reader, last=last)
        spelled = first_right(Judge.plain(), pool, right)
        report = Report(
            len(self.material.seen), len(self.whole), spelled / size, judged / size,
            None if read is None else read / size,
        )  # fmt: skip
        said: dict[str, object] = {"held out": asdict(report), "seed": plan.seed}
        if plan.start is not None:
            said |= {"tuning": asdict(plan.tuning), "reading": asdict(plan.reading)}
        write_ranker(out, replace(parts, first=first), models=models, said=said)
        return report

    def encoder(self, start: Path) -> Path:
        """Return the folder of the bi-encoder, trained if need be on all folds but one."""
        groups = Groups.of(self.tables[JUDGED], self.material.pairs)
        folder = self.work / "encoder"
        return tune(start, groups, self.plan.tuning, folder=folder, watch=self.watch)

    def gathered(self, fold: int, vectors: NameVectors | None) -> Judged:
        """Return what a fold's texts may mean by a table without them, and what is right."""
        table = self.tables[fold]
        meanings = None if vectors is None else vectors.of(table, self.whole)
        pool = Gatherer(table, meanings).gather(self.forms[fold])
        return pool, right_of(pool, table, self.gold[fold])

    def judged(self, pool: Pool, right: Bools) -> tuple[Judge, int]:
        """Return the judge of a pool, and how many texts one of the other half gets right."""
        late = pool.text > pool.text.max(initial=0) // 2
        count = 0
        for half in (late, ~late):
            judge = Judge.fit(pool.of(~half), right[~half], seed=self.plan.seed)
            count += first_right(judge, pool.of(half), right[half])
        return Judge.fit(pool, right, seed=self.plan.seed), count

    def reader(self, start: Path, pools: Sequence[Judged], first: Judge) -> Path:
        """Return the folder of the cross-encoder, trained if need be on all folds but one."""
        choices = self.pretended()
        for fold, (pool, _) in enumerate(pools):
            if fold != JUDGED:
                own, table = best_of(pool, first.chances(pool), READ_BEST), self.tables[fold]
                right, gold = right_of(own, table, self.gold[fold]), self.gold[fold]
                choices += choices_of(own, right, table, self.forms[fold], gold=gold)
        folder = self.work / "reader"
        return train_reader(start, choices, self.plan.reading, folder=folder, watch=self.watch)

    def read(self, pool: Pool, first: Judge, reader: PairReader) -> tuple[Judge, int]:
        """Return what ``judged`` does, of the best concepts with their names read."""
        best = best_of(pool, first.chances(pool), READ_BEST)
        table = self.tables[JUDGED]
        read_beside(best, self.forms[JUDGED], table, reader)
        return self.judged(best, right_of(best, table, self.gold[JUDGED]))

    def pretended(self) -> list[Choice]:
        """Return choices for translations, looked up in a table that lacks them."""
        rng = np.random.default_rng(self.plan.seed)
        rows = [row for row in self.given if row.origin == TRANSLATED]
        asked = [row for row in rows if rng.random() < 0.5][:PRETENDED]
        if not asked:
            return []
        lacking = {(row.curie, row.text) for row in asked}
        table = NameTable.of(row for row in self.given if (row.curie, row.text) not in lacking)
        forms, gold = [(row.text,) for row in asked], [row.curie for row in asked]
        pool = Gatherer(table).gather(forms)
        pool = best_of(pool, Judge.plain().chances(pool), READ_BEST)
        return choices_of(pool, right_of(pool, table, gold), table, forms, gold=gold)


def rewritten(names: Sequence[Named], pairs: Sequence[tuple[str, str]]) -> list[Named]:
    """Return names written in the annotations' language, word by word as translations teach."""
    words = WordTable.learn(pairs)
    written = [(row, words.write_in(row.text)) for row in names if row.origin == NAMED]
    return [Named(row.curie, text, REWRITTEN) for row, text in written if text != plain(row.text)]


def right_of(pool: Pool, table: NameTable, gold: Sequence[str]) -> Bools:
    """Return which rows have the concept of their text."""
    place = {curie: number for number, curie in enumerate(table.curies)}
    wanted = np.array([place.get(curie, -1) for curie in gold], np.int64)
    return np.asarray(pool.concept == wanted[pool.text])


def choices_of(
    pool: Pool,
    right: Bools,
    table: NameTable,
    forms: Sequence[Sequence[str]],
    *,
    gold: Sequence[str],
) -> list[Choice]:
    """Return for each text its right names and wrong ones, best first; ``pool`` is so sorted.

    Where retrieval missed the concept, its names in the table are the right ones.
    """
    held: dict[str, list[str]] = {curie: [] for curie in gold}
    for row in table.rows:
        if row.curie in held and len(held[row.curie]) < WRONG:
            held[row.curie].append(row.text)
    bounds = np.searchsorted(pool.text, np.arange(len(forms) + 1)).tolist()
    out = []
    for text, (own, curie) in enumerate(zip(forms, gold, strict=True)):
        rows = np.arange(bounds[text], bounds[text + 1])
        names = [table.rows[name].text for name in pool.name[rows].tolist()]
        good = [name for name, is_right in zip(names, right[rows], strict=True) if is_right]
        bad = [name for name, is_right in zip(names, right[rows], strict=True) if not is_right]
        good = good or held[curie]
        if good and bad:
            out.append(Choice(own[-1], tuple(good), tuple(bad[:WRONG])))
    return out

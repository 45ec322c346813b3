"""A whole training: annotations, names and translations in, the folder of a ranker out.

Nothing is judged by what it was trained on. The annotated documents are cut in folds; a fold's
texts are looked up in a table that lacks their own fold's mentions, by models that were trained on
the other half of the folds. The judges are fitted to that; then models and table are made of all.
Every model trained is kept in a work folder until the end, so that a stopped run goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode import load_encoder
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
PARTS = ("even", "odd", "all")  # of the folds
ALL = PARTS.index("all")
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
    """How a ranker is made; without ``start`` (float weights of a BERT) it has no models."""

    start: Path | None = None
    tuning: Tuning = field(default_factory=Tuning)
    reading: Reading = field(default_factory=Reading)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """Of mentions in documents held out: the share that was right at first, after each step."""

    mentions: int
    names: int
    spelled: float
    judged: float
    read: float | None = None


def make_ranker(
    material: Material, out: Path, plan: Plan | None = None, *, watch: Watch | None = None
) -> Report:
    """Train a ranker and write its folder.

    Raises: InputError: too few mentions; ExtraMissing: a start is given and torch is not there;
    Inconsistent: the work folder is of another run.
    """
    plan = plan or Plan()
    if len(material.seen) < LEAST:
        raise InputError(
            f"{len(material.seen)} mentions with a concept", hint=f"annotate {LEAST} at least"
        )
    making = _Making(material, plan, out.with_name(out.name + ".work"), watch)
    report = making.run(out)
    shutil.rmtree(making.work, ignore_errors=True)
    return report


class _Making:
    """The steps of one training; models are of the even folds, of the odd ones, and of all."""

    def __init__(self, material: Material, plan: Plan, work: Path, watch: Watch | None) -> None:
        self.material, self.plan, self.work, self.watch = material, plan, work, watch
        self.given = [*material.names, *rewritten(material.names, material.pairs)]
        self.forms = [[one.forms for one in material.seen if one.fold == f] for f in range(FOLDS)]
        self.gold = [[one.curie for one in material.seen if one.fold == f] for f in range(FOLDS)]
        self.models: dict[str, Path] = {}

    def table(self, counts: Callable[[int], bool]) -> NameTable:
        """Return the table with the mentions of some folds."""
        learned = [
            Named(one.curie, one.forms[0], LEARNED)
            for one in self.material.seen
            if counts(one.fold)
        ]
        return NameTable.of([*learned, *self.given])

    def run(self, out: Path) -> Report:
        """Make the parts and write them."""
        plan, size = self.plan, len(self.material.seen)
        tables = [self.table(lambda one, fold=fold: one != fold) for fold in range(FOLDS)]  # type: ignore[misc]
        whole = self.table(lambda _: True)
        vectors: list[NameVectors] | None = None
        if plan.start is not None:
            vectors = [self.meant(whole, one) for one in range(len(PARTS))]
        pools = [self.gathered(tables[fold], fold, vectors, whole) for fold in range(FOLDS)]
        spelled = sum(first_right(Judge.plain(), pool, right) for pool, right in pools)
        firsts, judged = self.judges(pools)
        parts = Parts(whole, self.material.shorts, firsts[-1])
        read = None
        if vectors is not None:
            lasts, read = self.read(tables, pools, firsts)
            reader = PairReader(self.models["reader"])
            parts = Parts(whole, self.material.shorts, firsts[-1], vectors[-1], reader, lasts[-1])
        report = Report(size, len(whole), spelled / size, judged / size, read and read / size)
        said: dict[str, object] = {"held out": asdict(report), "seed": plan.seed}
        if plan.start is not None:
            said |= {"tuning": asdict(plan.tuning), "reading": asdict(plan.reading)}
        write_ranker(out, parts, models=self.models, said=said)
        return report

    def meant(self, whole: NameTable, part: int) -> NameVectors:
        """Return the vectors of all names by the encoder of a part, trained first if need be."""
        start = self.plan.start
        assert start is not None  # noqa: S101 - asked for with a start only
        own = self.table(lambda fold: part == ALL or fold % 2 == part)
        groups = Groups.of(own, self.material.pairs)
        folder = self.work / f"encoder-{PARTS[part]}"
        model = tune(start, groups, self.plan.tuning, folder=folder, watch=self.watch)
        if part == ALL:
            self.models["encoder"] = model
        return NameVectors.make(whole, load_encoder(model))

    def gathered(
        self,
        table: NameTable,
        fold: int,
        vectors: Sequence[NameVectors] | None,
        whole: NameTable,
    ) -> Judged:
        """Return what a fold's texts may mean by a table without them, and what is right."""
        meanings = None if vectors is None else vectors[1 - fold % 2].of(table, whole)
        pool = Gatherer(table, meanings).gather(self.forms[fold])
        return pool, right_of(pool, table, self.gold[fold])

    def judges(self, pools: Sequence[Judged]) -> tuple[list[Judge], int]:
        """Return the judges of each part, and how many texts the other half's judge got right."""
        made = []
        for part in range(len(PARTS)):
            folds = [fold for fold in range(FOLDS) if part == ALL or fold % 2 == part]
            pool = Pool.join([pools[f][0] for f in folds], [len(self.gold[f]) for f in folds])
            right = np.concatenate([pools[f][1] for f in folds])
            made.append(Judge.fit(pool, right, seed=self.plan.seed))
        return made, sum(first_right(made[1 - f % 2], *pools[f]) for f in range(FOLDS))

    def read(
        self, tables: Sequence[NameTable], pools: Sequence[Judged], firsts: Sequence[Judge]
    ) -> tuple[list[Judge], int]:
        """Train the readers, and return what ``judges`` does, of what they read."""
        best, choices = [], []
        for fold, (pool, _) in enumerate(pools):
            judge = firsts[1 - fold % 2]
            own = best_of(pool, judge.chances(pool), READ_BEST)
            right = right_of(own, tables[fold], self.gold[fold])
            best.append((own, right))
            found = choices_of(own, right, tables[fold], self.forms[fold], gold=self.gold[fold])
            choices.append(found)
        others = self.pretended()
        readers = []
        for part in range(len(PARTS)):
            own_choices = [
                one for f in range(FOLDS) if part == ALL or f % 2 == part for one in choices[f]
            ]
            readers.append(self.reader(own_choices + others, part))
        for fold, (pool, _) in enumerate(best):
            reader = PairReader(readers[1 - fold % 2])
            read_beside(pool, self.forms[fold], tables[fold], reader)
        return self.judges(best)

    def reader(self, choices: Sequence[Choice], part: int) -> Path:
        """Return the folder of a part's reader, trained if need be."""
        start = self.plan.start
        assert start is not None  # noqa: S101 - asked for with a start only
        folder = self.work / f"reader-{PARTS[part]}"
        model = train_reader(start, choices, self.plan.reading, folder=folder, watch=self.watch)
        if part == ALL:
            self.models["reader"] = model
        return model

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

"""How a disturbance is tried: the same system on the tidy and on the disturbed text.

``disturbed_texts`` tries edits of documents. ``probes`` are tests of other kinds: documents put
together to long ones, names that an older vocabulary would not have, subgroups of documents, and
whether a mention that is negated is told to be absent.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from onoma.assertion import assert_spans
from onoma.errors import InputError, UnknownName
from onoma.eval.disturbances import Disturbance, DocumentItem, Options
from onoma.eval.edits import apply_edits
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Data, Item, Scored, Setting, System, Task
from onoma.eval.running import Request
from onoma.eval.systems import find_maker
from onoma.metrics import Estimate, compare
from onoma.metrics.resampling import Statistic
from onoma.types import Document

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What a disturbance made of a document, for a reader to judge."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The measure on ``n`` documents before and after; NaN where nothing was disturbed."""

    n: int
    before: float
    after: float
    drop: Estimate
    changes: tuple[Change, ...] = ()


NOTHING = Outcome(0, math.nan, math.nan, Estimate(math.nan, math.nan, math.nan))


class Bench:
    """A system on a task's gold; the tidy texts are answered once."""

    def __init__(self, task: Task, data: Data, system: str, measure: str, request: Request) -> None:
        """Take the task with its gold, the system's name and the measure that must not fall."""
        self.task = task
        self.data = data
        self.measure = measure
        self.request = request
        self._name = system

    @cached_property
    def system(self) -> System:
        """The system."""
        return self.make("")

    @property
    def about(self) -> Mapping[str, str]:
        """What the system's answers depend on."""
        return self.system.about

    @cached_property
    def guesses(self) -> Sequence[Any]:
        """The answers to the tidy texts."""
        return self.system.predict([item.given for item in self.data.items])

    def make(self, project: str) -> System:
        """Return the system with a project's lists (a folder; "" for none)."""
        setting = Setting(
            self.task.name, self.data.views, self.data.train, self.data.shared,
            self.request.vocabulary, seed=self.request.seed, project=project,
        )  # fmt: skip
        return find_maker(self.task.name, self._name)(setting)

    def statistic(self, items: Sequence[DocumentItem], guesses: Sequence[Any]) -> Statistic:
        """Return the measure of guesses as a statistic over documents.

        Raises: UnknownName: the task has no such measure.
        """
        data = Data(items, None, self.data.views, equivalents=self.data.equivalents)
        scored: Scored = self.task.score(data, guesses)
        known = {one.name: one.statistic for one in scored.measures}
        if self.measure not in known:
            raise UnknownName(f"measure of {self.task.name!r}", self.measure, known)
        return known[self.measure]

    def compared(
        self, before: Statistic, after: Statistic, n: int, changes: tuple[Change, ...] = ()
    ) -> Outcome:
        """Return the outcome of two statistics over the same n documents."""
        found = compare(
            before, after, n, decisions=np.zeros((2, 0)), samples=self.request.samples,
            rng=np.random.default_rng(self.request.seed),
        )  # fmt: skip
        whole = np.ones((1, n))
        first, second = (float(one(whole)[0]) for one in (before, after))
        return Outcome(n, first, second, found.difference, changes)


def disturbed_texts(
    bench: Bench, rng: np.random.Generator, options: Options, edit: Disturbance
) -> Outcome:
    """Return what becomes of the documents that an edit changes."""
    pairs = [
        (place, item, new)
        for place, item in enumerate(bench.data.items)
        for new in [apply_edits(item, edit(item, rng, options))]
        if new is not item
    ]
    if not pairs:
        return NOTHING
    tidy = [item for _, item, _ in pairs]
    disturbed = [new for _, _, new in pairs]
    guesses = bench.system.predict([item.given for item in disturbed])
    before = bench.statistic(tidy, [bench.guesses[place] for place, _, _ in pairs])
    after = bench.statistic(disturbed, guesses)
    changes = tuple(_change(a, b) for a, b in zip(tidy[:SHOWN], disturbed, strict=False))
    return bench.compared(before, after, len(pairs), changes)


def _change(old: DocumentItem, new: DocumentItem) -> Change:
    """Return the first place at which two texts differ, with some context."""
    a, b = old.given.text, new.given.text
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    first = max(0, at - 40)
    return Change(old.id, a[first : at + 80], b[first : at + 80])


def long_context(bench: Bench, rng: np.random.Generator, options: Options) -> Outcome:
    """Return what becomes of documents put together (``documents`` at a time) to long ones."""
    size = int(options.get("documents", 20))
    total = len(bench.data.items)
    groups = [range(first, min(first + size, total)) for first in range(0, total, size)]
    items = bench.data.items
    joined = [_joined([items[i] for i in group], number) for number, group in enumerate(groups)]
    guesses = bench.system.predict([item.given for item in joined])
    after = bench.statistic(joined, guesses)
    single = bench.statistic(items, bench.guesses)
    owner = np.zeros((len(groups), len(items)))
    for number, group in enumerate(groups):
        owner[number, list(group)] = 1.0

    def before(weights: Any) -> Any:
        return single(weights @ owner)  # a long text drawn is each of its documents drawn

    return bench.compared(before, after, len(groups))


def _joined(items: Sequence[DocumentItem], number: int) -> DocumentItem:
    """Return documents as one, with blank lines between and all their mentions."""
    parts: list[str] = []
    mentions: list[GoldMention] = []
    place = 0
    for item in items:
        for m in item.gold:
            mentions.append(GoldMention(m.start + place, m.end + place, m.text, m.type, m.concepts))
        parts.append(item.given.text)
        place += len(item.given.text) + 2
    text = "\n\n".join(parts)
    return Item(f"long-{number}", Document(f"long-{number}", text), tuple(mentions), text)


def older_vocabulary(bench: Bench, rng: np.random.Generator, options: Options) -> Outcome:
    """Return what is lost where the vocabulary lacks a ``share`` of the names in the texts.

    Onoma alone can be asked so: the names are blocked as a project's list blocks them.
    """
    share = float(options.get("share", 0.1))
    names = sorted({m.text.lower() for item in bench.data.items for m in item.gold})
    lost = [name for name in names if rng.random() < share and "\t" not in name]
    if not lost:
        return NOTHING
    with tempfile.TemporaryDirectory() as folder:
        clean = [" ".join(name.split()) for name in lost]
        (Path(folder) / "block.tsv").write_text("".join(f"{n}\n" for n in clean), encoding="utf-8")
        guesses = bench.make(folder).predict([item.given for item in bench.data.items])
    items = bench.data.items
    before, after = bench.statistic(items, bench.guesses), bench.statistic(items, guesses)
    return bench.compared(before, after, len(items))


def subgroup(bench: Bench, rng: np.random.Generator, options: Options) -> Outcome:
    """Return the measure of all documents and of the worst subgroup.

    ``groups`` has a regular expression by name; a document belongs to those it matches. A group of
    fewer than ``least`` documents is not judged.
    """
    least = int(options.get("least", 10))
    groups = dict(options.get("groups", {}))
    statistic = bench.statistic(bench.data.items, bench.guesses)
    n = len(bench.data.items)
    whole = float(statistic(np.ones((1, n)))[0])
    worst: tuple[float, int, str] | None = None
    for name, pattern in groups.items():
        try:
            wanted = re.compile(str(pattern), re.IGNORECASE)
        except re.error as error:
            raise InputError(f"the group {name!r} is no regular expression: {error}") from error
        weights = np.array([[bool(wanted.search(i.given.text)) for i in bench.data.items]], float)
        size = int(weights.sum())
        value = float(statistic(weights)[0])
        if size >= least and not math.isnan(value) and (worst is None or value < worst[0]):
            worst = (value, size, str(name))
    if worst is None:
        return NOTHING
    value, size, name = worst
    drop = Estimate(whole - value, math.nan, math.nan)
    return Outcome(size, whole, value, drop, (Change(name, "all documents", f"worst: {name}"),))


_AFFIRMED = ("The patient has {}.", "There was evidence of {}.", "We found {} in this case.")
_NEGATED = ("The patient has no {}.", "There was no evidence of {}.", "There was no {}.")


def negation(bench: Bench, rng: np.random.Generator, options: Options) -> Outcome:
    """Return the share of names told present in an affirming sentence, and absent in its negation.

    Before: present in the affirming sentence. After: also absent in the negated one. The spans are
    given, so that assertion alone is judged.
    """
    names = sorted({m.text for item in bench.data.items for m in item.gold if "\n" not in m.text})
    most = int(options.get("names", 300))
    if not names:
        return NOTHING
    picked = [names[i] for i in rng.permutation(len(names))[:most]]
    plain = np.array([_is_said(_AFFIRMED, name, i, "present") for i, name in enumerate(picked)])
    both = plain & np.array(
        [_is_said(_NEGATED, name, i, "absent") for i, name in enumerate(picked)]
    )
    sides = [_mean(values) for values in (plain, both)]
    changes = tuple(_pair(name, i) for i, name in enumerate(picked[:SHOWN]))
    return bench.compared(sides[0], sides[1], len(picked), changes)


def _mean(values: Any) -> Statistic:
    given = values.astype(np.float64)
    return lambda weights: (weights @ given) / weights.sum(axis=1)


def _pair(name: str, number: int) -> Change:
    place = number % len(_AFFIRMED)
    return Change(name, _AFFIRMED[place].format(name), _NEGATED[place].format(name))


def _is_said(templates: Sequence[str], name: str, number: int, wanted: str) -> bool:
    template = templates[number % len(templates)]
    start = template.index("{}")
    (found,) = assert_spans(template.format(name), [(start, start + len(name))])
    return found.polarity == wanted


Probe = Callable[[Bench, np.random.Generator, Options], Outcome]

probes: dict[str, Probe] = {
    "long-context": long_context,
    "negation": negation,
    "old-vocabulary": older_vocabulary,
    "subgroup": subgroup,
}
"""Tests that are more than edits of texts."""

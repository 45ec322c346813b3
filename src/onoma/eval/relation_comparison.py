"""Systems of relation reading side by side: the same texts, at parts of the training documents.

Documents, not pairs, are left out at 1 and 10 %: what an annotator would have saved. The parts are
nested, and the same for every system. Time is that of the processor; memory is the most that the
process held above what it held before (where the system says so: Linux).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.errors import ExtraMissing, InputError, ModelMissing
from onoma.eval.relation_measures import RelationCounts, count_relations
from onoma.metrics.resampling import Estimate
from onoma.ontology.loading import open_vocabulary
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.instances import RelationText
from onoma.relate.pair_numbers import Ancestors
from onoma.relate.systems import Lesson, relaters

SHARES = (1.0, 0.1, 0.01)
BALANCES = ("all", "even")
UNTAUGHT = frozenset({"reader", "triggers"})
"""Systems that learn nothing here: one run stands for all parts of the training documents."""
COUNTING = UNTAUGHT | {"cooccurrence", "inference"}
"""Systems to which the balance of the pairs is nothing."""
STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Run:
    """A system on a task after learning from a part of the training documents.

    ``balance`` is ``all`` (every pair without a relation) or ``even`` (as many as with one).
    ``megabytes`` is None where memory cannot be told. ``failed`` says why there is no result.
    """

    task: str
    system: str
    share: float
    balance: str
    texts: int
    estimates: dict[str, Estimate]
    learning_seconds: float
    reading_seconds: float
    megabytes: float | None
    failed: str = ""
    counts: RelationCounts | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: systems, parts of the training documents, balances."""

    systems: tuple[str, ...]
    shares: tuple[float, ...] = SHARES
    balances: tuple[str, ...] = BALANCES
    seed: int = 0
    samples: int = 200


def compare_relaters(
    corpus: RelationCorpus,
    asked: Comparison,
    *,
    above: Ancestors | None = None,
    watch: Callable[[Run], None] = lambda run: None,
) -> list[Run]:
    """Return the runs asked for; ``watch`` is told of each as it ends.

    Raises: UnknownName: no such system.
    """
    out = []
    for system, share, balance in _settings(asked):
        texts = part_of(corpus.train, share, asked.seed)
        lesson = Lesson(corpus.task, texts, balance == "even", asked.seed, above or {})
        run = _run(corpus, lesson, system, share, asked)
        watch(run)
        out.append(run)
    return out


def _settings(asked: Comparison) -> Iterator[tuple[str, float, str]]:
    for system in asked.systems:
        relaters.get(system)  # a wrong name is told before anything is learnt
    for system in asked.systems:
        for share in asked.shares[:1] if system in UNTAUGHT else asked.shares:
            for balance in asked.balances[:1] if system in COUNTING else asked.balances:
                yield system, share, balance


def _run(
    corpus: RelationCorpus, lesson: Lesson, system: str, share: float, asked: Comparison
) -> Run:
    balance = "even" if lesson.is_even else "all"
    held = _begin_memory()
    started = time.process_time()
    try:
        relater = relaters.get(system)(lesson)
        learnt = time.process_time()
        given: list[RelationText] = [one.text for one in corpus.dev]
        found = relater.relate(given)
    except (ExtraMissing, InputError, ModelMissing) as error:
        why = f"{error.message} ({error.hint})"
        return Run(corpus.task.name, system, share, balance, len(lesson.texts), {}, 0, 0, None, why)
    read = time.process_time()
    counts = count_relations(corpus.task, corpus.dev, found)
    estimates = counts.estimates(samples=asked.samples, seed=asked.seed)
    megabytes = None if held is None else max(0.0, (_memory("VmHWM") or held) - held)
    return Run(
        corpus.task.name, system, share, balance, len(lesson.texts), estimates, learnt - started,
        read - learnt, megabytes, counts=counts,
    )  # fmt: skip


def ancestors_of(corpus: RelationCorpus, vocabulary: str = "core") -> dict[str, frozenset[str]]:
    """Return the concepts above each concept of a corpus that the vocabulary knows."""
    store = open_vocabulary(vocabulary)
    texts = (one.text for one in (*corpus.train, *corpus.dev))
    keys = {entity.key for text in texts for entity in text.entities if ":" in entity.key}
    found = {}
    for key in sorted(keys):
        try:
            found[key] = frozenset(store.ancestors(key))
        except InputError:  # a concept that it does not have, or an id that is none
            continue
    return found


def part_of(texts: Sequence[GoldText], share: float, seed: int) -> list[GoldText]:
    """Return the texts of a share of the documents, drawn by the seed; larger shares hold smaller.

    Sentences of one document (``ID#n``) go together. At least one document is there.
    """
    documents = sorted({one.text.id.partition("#")[0] for one in texts})
    order = np.random.default_rng(seed).permutation(len(documents))
    count = max(1, round(share * len(documents)))
    chosen = {documents[place] for place in order[:count]}
    return [one for one in texts if one.text.id.partition("#")[0] in chosen]


def _begin_memory() -> float | None:
    """Forget the most memory held so far; return what is held now, None where it is not told."""
    try:
        CLEAR.write_text("5")
    except OSError:
        return None
    return _memory("VmRSS")


def _memory(name: str) -> float | None:
    """Return a figure of the process's memory in megabytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text())
    return int(found.group(1)) / 1000 if found else None

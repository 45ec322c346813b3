"""The neural relation reader: texts with entities in, ties with calibrated scores out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from onoma.errors import UnknownName
from onoma.relate.candidates import Pair, candidate_pairs
from onoma.relate.features import pair_ends, pair_rows
from onoma.relate.instances import RelationText, Tie
from onoma.relate.reader.answers import asked
from onoma.relate.reader.effects import ARBITER, blended, effect_pairs, settled, weigh
from onoma.relate.reader.folder import (
    NOVEL,
    UPPER,
    WORDING,
    Card,
    read_card,
    shipped_reader,
)
from onoma.relate.reader.hierarchy import Above, Hierarchy, nothing_above
from onoma.relate.reader.kinds import TYPES
from onoma.relate.reader.marked import PairReader, load_vectors
from onoma.relate.reader.readings import Answer, Beside, Reading
from onoma.relate.reader.sheets import Sheet, evidence_span, make_sheets
from onoma.relate.reader.trunk import Pieces, Trunk, load_trunk
from onoma.relate.reader.upper import Upper, gathered
from onoma.relate.reader.wording import Wording, read_wordings
from onoma.relate.tasks import RelationTask, relation_task
from onoma.types import RelationEvidence

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
AT_ONCE = 16  # texts that the trunk's pieces are held of
LEAST = 0.1  # calibrated chance of a pair of mentions that is called evidence
MOST_EVIDENCE = 3


class Reader:
    """Reads relations by the shipped tagger's lower layers and upper layers of its own.

    Deterministic: a text has the same relations alone and in company. ``relate`` asks each task
    for the pairs of types that it answers for (``answers``); ``for_task`` gives the part that
    answers for one task alone, in the task's own words.
    """

    def __init__(
        self,
        trunk: Trunk,
        upper: Upper,
        card: Card,
        *,
        wordings: Mapping[str, Wording] | None = None,
        marked: Mapping[str, PairReader] | None = None,
        above: Above = nothing_above,
    ) -> None:
        """Put the parts together; ``above`` gives the keys above each of some concepts' keys.

        ``marked`` is what reads pairs one by one, by the names of the card's files.
        """
        self._trunk, self._upper, self._marked, self.card = trunk, upper, marked or {}, card
        self._wordings, self._above = wordings or {}, above
        self.name = card.name
        self.tasks = tuple(relation_task(name) for name in card.heads.tasks)
        self._least = min(scale.border for scale in card.scales.values())

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text; a kind is named with its task, ``cid/CID``."""
        found: list[tuple[Tie, ...]] = []
        for begin in range(0, len(texts), AT_ONCE):
            part = texts[begin : begin + AT_ONCE]
            for text, pieces in zip(part, self._trunk.read(part), strict=True):
                answers = blended(self._answers(text, pieces))
                odds = weigh(text, answers, self._least)
                ties: list[Tie] = []
                for task, reading, wanted in answers:
                    own = self._ties(text, task, reading, f"{task.name}/")
                    ties += [tie for tie in own if (tie.first, tie.second) in wanted]
                found.append(tuple(settled(ties, odds)))
        return found

    def with_card(self, card: Card) -> Reader:
        """Return a reader of the same weights with other scales or borders."""
        return Reader(
            self._trunk,
            self._upper,
            card,
            wordings=self._wordings,
            marked=self._marked,
            above=self._above,
        )

    def for_task(self, name: str) -> TaskReader:
        """Return the reader of one task.

        Raises: UnknownName: it did not learn such a task.
        """
        if name not in self.card.heads.tasks:
            raise UnknownName("task of this reader", name, self.card.heads.tasks)
        return TaskReader(self, relation_task(name))

    def read(self, texts: Sequence[RelationText], task: RelationTask) -> list[Reading]:
        """Return what is thought of the candidates of each text, said or not."""
        found = []
        for begin in range(0, len(texts), AT_ONCE):
            part = texts[begin : begin + AT_ONCE]
            for text, pieces in zip(part, self._trunk.read(part), strict=True):
                pairs = candidate_pairs(text, task)
                sheets = self._sheets(text, pieces, pairs, task.level)
                scores = [self._upper.run(sheet) for sheet in sheets]
                found.append(self._reading(text, task, pairs, (sheets, scores)))
        return found

    def ties(self, text: RelationText, task: RelationTask, reading: Reading) -> list[Tie]:
        """Return what is said of a reading: the likeliest kind where it is above the border."""
        return self._ties(text, task, reading, "")

    def _answers(self, text: RelationText, pieces: Pieces) -> list[Answer]:
        """Return the readings of the tasks that answer for a text's pairs; each level read once.

        The task that tells effects apart (``effects.ARBITER``) also reads pairs that it does not
        answer for.
        """
        found: list[Answer] = []
        levels: tuple[Literal["document", "sentence"], ...] = ("document", "sentence")
        for level in levels:
            own: dict[str, list[Pair]] = {}
            for task in self.tasks:
                if task.level == level:
                    wanted = asked(text, task.name)
                    pairs = [pair for pair in candidate_pairs(text, task) if pair in wanted]
                    if pairs:
                        own[task.name] = pairs
            every = sorted({pair for pairs in own.values() for pair in pairs})
            told = effect_pairs(text, every) if self._has_arbiter(level) else set()
            if told:
                own.setdefault(ARBITER, [])
            sheets = self._sheets(text, pieces, every, level)
            scores = [self._upper.run(sheet) for sheet in sheets]
            for name, pairs in own.items():
                task, kept = relation_task(name), set(pairs)
                read = kept | told if name == ARBITER else kept
                reading = self._reading(text, task, every, (sheets, scores), read)
                found.append(Answer(task, reading, kept))
        return found

    def _has_arbiter(self, level: str) -> bool:
        return any(task.name == ARBITER and task.level == level for task in self.tasks)

    def _sheets(
        self, text: RelationText, pieces: Pieces, pairs: Sequence[Pair], level: str
    ) -> list[Sheet]:
        return make_sheets(text, pieces, pairs, types=TYPES, by_sentence=level == "sentence")

    def _reading(
        self,
        text: RelationText,
        task: RelationTask,
        pairs: Sequence[Pair],
        run: tuple[Sequence[Sheet], Sequence[F32]],
        kept: Collection[Pair] | None = None,
    ) -> Reading:
        """Return what sheets and their scores say of pairs for a task, or of those ``kept``."""
        heads, scale = self.card.heads, self.card.scales[task.name]
        own, (sheets, scores) = heads.columns(task.name), run
        flat = np.concatenate([np.empty((0, heads.width), np.float32), *scores])
        owner = np.concatenate([np.empty(0, np.int64), *(sheet.owner for sheet in sheets)])
        spans = np.concatenate([np.empty((0, 4), np.int64), *(sheet.spans for sheet in sheets)])
        whole = gathered(flat, owner, len(pairs))
        if kept is not None:
            mask = np.array([pair in kept for pair in pairs], bool)
            pairs = [pair for pair in pairs if pair in kept]
            rows = mask[owner]
            flat, spans, owner = flat[rows], spans[rows], (np.cumsum(mask) - 1)[owner[rows]]
            whole = whole[mask]
        odds, novel = self._odds(text, task, pairs)
        beside = self._read_one_by_one(text, task, pairs, (whole[:, own], odds))
        chances = beside.chances(scale, whole[:, own], odds)
        chances[np.bincount(owner, minlength=len(pairs)) == 0, 1:] = 0
        return Reading(
            tuple(pairs),
            chances,
            scale.novelty(whole[:, heads.novelty], novel),
            spans,
            owner,
            beside.of(owner).chances(scale, flat[:, own], odds[owner]),
            tuple(one.chances(whole[:, own], odds, beside.scores) for one in scale.members()),
        )

    def _read_one_by_one(
        self,
        text: RelationText,
        task: RelationTask,
        pairs: Sequence[Pair],
        first: tuple[F32, F32],
    ) -> Beside:
        """Return what is read of those pairs that ``first``, scores and odds, make worth it."""
        for part in self.card.marked:
            if task.name in part.heads.tasks and part.file in self._marked:
                is_read = part.worth(task.name, *first)[0]
                worth = [pair for pair, told in zip(pairs, is_read.tolist(), strict=True) if told]
                scores = np.zeros_like(first[0])
                found, has_sentence = self._marked[part.file].read(text, worth)
                scores[is_read] = found[:, part.heads.columns(task.name)]
                is_read[is_read] = has_sentence
                return Beside(scores, is_read, part.first[task.name])
        return Beside.nothing(len(pairs))

    def _odds(
        self, text: RelationText, task: RelationTask, pairs: Sequence[Pair]
    ) -> tuple[F32, F32]:
        """Return the log odds by words of each kind, and of a novel finding; 0 without any."""
        odds = np.zeros((len(pairs), len(task.kinds)), np.float32)
        novel = np.zeros(len(pairs), np.float32)
        wording = self._wordings.get(task.name)
        if wording is None or not pairs:
            return odds, novel
        keys = [entity.key for entity in text.entities]
        rows = pair_rows(text, pairs, self._above(keys), is_listed=wording.is_listed)
        ends = pair_ends(text, pairs)
        if task.name == self.card.whole.get(NOVEL) and NOVEL in self._wordings:
            told = self._wordings[NOVEL]
            novel = told.margins(told.beside_cues(rows, text, pairs), ends)[:, 0]
        return wording.margins(wording.beside_counts(rows, text, pairs), ends), novel

    def _ties(
        self, text: RelationText, task: RelationTask, reading: Reading, before: str
    ) -> list[Tie]:
        out = []
        counted = [kind.is_evaluated for kind in task.kinds]
        kinds = reading.chances[:, 1:] * np.array(counted)
        border = self.card.scales[task.name].border
        best = kinds.argmax(1) if len(kinds) else np.empty(0, np.int64)
        for row in np.flatnonzero(kinds.max(1, initial=0) >= border):
            kind = int(best[row])
            first, second = reading.pairs[row]
            novelty = "novel" if reading.novel[row] >= 0.5 else "background"
            out.append(
                Tie(
                    first,
                    second,
                    before + task.kinds[kind].name,
                    float(kinds[row, kind]),
                    novelty=novelty,
                    evidence=_evidence(text, reading, int(row), 1 + kind),
                    agreement=reading.agreement(int(row), 1 + kind),
                )
            )
        return out


@dataclass(frozen=True, slots=True)
class TaskReader:
    """Reads the relations of one task, in its own words: a ``Relater``."""

    reader: Reader
    task: RelationTask

    @property
    def name(self) -> str:
        """The reader's name."""
        return self.reader.name

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text."""
        readings = self.reader.read(texts, self.task)
        return [
            tuple(self.reader.ties(text, self.task, reading))
            for text, reading in zip(texts, readings, strict=True)
        ]


def _evidence(
    text: RelationText, reading: Reading, row: int, column: int
) -> tuple[RelationEvidence, ...]:
    """Return where a relation was read, surest first; the nearest mentions where none is sure."""
    rows = np.flatnonzero(reading.owner == row)
    shares = reading.shares[rows, column]
    order = rows[np.argsort(-shares, kind="stable")]
    kept = [one for one in order if reading.shares[one, column] >= LEAST] or order[:1].tolist()
    found: dict[tuple[int, int], RelationEvidence] = {}
    for one in kept:
        a, b, c, d = reading.mentions[one].tolist()
        place = evidence_span(text, (a, b), (c, d))
        score = float(reading.shares[one, column])
        found.setdefault(place, RelationEvidence(*place, (a, b), (c, d), score))
    return tuple(found.values())[:MOST_EVIDENCE]


def load_reader(place: str | Path | None = None, *, tagger: str | Path | None = None) -> Reader:
    """Return the reader that ships, or the one of a folder that ``onoma train relations`` wrote.

    ``tagger`` is the folder of the tagger that it stands on, where it is not the one that ships.
    Raises: ModelMissing: there is none; BadFile, Inconsistent: it cannot be used.
    """
    folder = shipped_reader() if place is None else Path(place)
    card = read_card(folder)
    below = None if tagger is None else Path(tagger)
    trunk = load_trunk(card.tensor, folder=below, expect=card.tagger)
    wordings = read_wordings(folder / WORDING)
    marked = {
        part.file: PairReader(
            folder / part.file, load_vectors(part.encoder), is_masked=part.is_masked
        )
        for part in card.marked
    }
    upper = Upper(folder / UPPER)
    return Reader(trunk, upper, card, wordings=wordings, marked=marked, above=Hierarchy())

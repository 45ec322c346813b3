"""A recogniser of phrases worded otherwise than any name, learnt from a vocabulary's names.

In: a vocabulary, and texts that nobody labelled (or none: sentences are made of names). Out: a
folder for ``load_recognizer``. See ``rewording`` for what it learns by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode import Encoder
from onoma.errors import InputError
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.link.wordings.evidence import Known, spans_of
from onoma.link.wordings.forms import Forms, make_forms
from onoma.link.wordings.judging import SpanJudge
from onoma.link.wordings.model import Model
from onoma.link.wordings.names import NameRows, mix
from onoma.link.wordings.spans import Drawn, Read, read
from onoma.metrics.curves import auprc
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Annotator, Settings, make_annotator
from onoma.pipeline.made_texts import made_texts
from onoma.pipeline.recognizer import SAME, make_judge
from onoma.pipeline.rewording import Planted, Rewording
from onoma.types import AnnotatedDocument, Document, types_of

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_TEXTS = 1200
MADE = 600  # texts made of names, where none are given
BATCH = 100  # texts read together
PASSES = 2  # times that phrases are put into each text
MET = 6  # times that a word of texts is met for it to be told what it stands for
FOLDS = 5  # of the batches; each of the forests leaves one out
LEAST_FOUND = 20  # phrases that a concept's other names find, for there to be something to learn
SIEVE = Growth(trees=60, depth=4, rate=0.15)
JUDGE = Growth(trees=100, depth=5, rate=0.12)


@dataclass(frozen=True, slots=True)
class Report:
    """What a training saw: texts, phrases put in, and those that were drawn with their concept.

    ``precision``: the average precision on texts held out (None: too few), of spans that pass the
    sieve;
    ``by_chance``: chance, precision and recall among these.
    """

    texts: int
    planted: int
    reached: int
    precision: float | None
    by_chance: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A batch of texts read: spans with names, which are right, and which are not learnt from.

    ``fold`` is the same whenever these texts are read.
    """

    said: Read
    drawn: Drawn
    known: Known
    right: Bools
    unclear: Bools
    fold: int = 0


def train_recognizer(
    out: Path,
    settings: Settings,
    *,
    encoder: Encoder,
    texts: Iterable[str] = (),
    most: int = MOST_TEXTS,
    seed: int = 1,
) -> Report:
    """Write a recogniser of the vocabulary of ``settings`` into a folder.

    ``texts``: unlabelled, of the kind that it is for, ``most`` of them; without any, sentences are
    made from names.
    Raises: InputError: the vocabulary has no names of these types, or hardly any that are alike.
    """
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    types = types_of(settings.types)
    judge = make_judge(store, types, settings.ids, encoder=encoder, terms={})
    names = judge.names
    given = list(islice(texts, most))
    if not given:
        given = made_texts(names, settings.types, min(most, MADE), seed=seed)
    said = read(given, names)
    terms = terms_of(said, names)
    forms = forms_of(said, names, encoder)
    names.take(forms)
    judge = replace(judge, evidence=replace(judge.evidence, terms=terms[: len(names.texts)]))
    rewording = Rewording(names, forms, judge.evidence.facts, seed=seed)
    lessons = list(read_lessons(given, judge, rewording, settings))
    planted = sum(one[1] for one in lessons)
    batches = [one[0] for one in lessons]
    reached = sum(int(one.right.sum()) for one in batches)
    if reached < LEAST_FOUND:
        raise InputError(
            f"of {planted} phrases made from names {reached} are found by other names",
            hint="give more texts, or a vocabulary with more synonyms",
        )
    sieve = grown_sieve(batches, judge)
    model, report = grown_judge(batches, judge, sieve)
    card = {
        "vocabulary": store.version, "types": list(types), "ids": list(settings.ids),
        "encoder": encoder.digest, "texts": len(given), "planted": planted, "reached": reached,
        "seed": seed, "held_out": {"average_precision": report[0],
                                   "chance_precision_recall": report[1]},
    }  # fmt: skip
    padded = np.concatenate([terms, np.full(len(forms.words) - len(terms), -1, np.float32)])
    Model(forms, padded, sieve, model, card).write(out)
    return Report(len(given), planted, reached, report[0], tuple(report[1]))


def terms_of(said: Read, names: NameRows) -> F32:
    """Return for each word of the names how much rather they have it than texts, as log odds."""
    known = said.number[said.number >= 0]
    met = np.bincount(known, minlength=len(names.word)) + 0.5
    held = np.diff(names.holders.start) + 0.5
    odds = np.log(held / len(names)) - np.log(met / max(len(said.number), 1))
    return np.asarray(odds, np.float32)


def forms_of(said: Read, names: NameRows, encoder: Encoder) -> Forms:
    """Return what the words of names, and those often met in texts, may stand for."""
    strange = np.flatnonzero((said.number < 0) & ~said.grammar)
    met = Counter(said.words.folded(place) for place in strange.tolist())
    others = sorted(
        word for word, times in met.items() if times >= MET and word.isalpha() and len(word) > 3
    )
    vectors = encoder.encode([*names.texts, *others])
    return make_forms(names.texts, others, vectors, names.swaps)


def read_lessons(
    texts: Sequence[str], judge: SpanJudge, rewording: Rewording, settings: Settings
) -> Iterator[tuple[Lesson, int]]:
    """Yield batches of texts with phrases put in, and how many phrases."""
    plain = make_annotator(replace(settings, nested=False))
    nested = make_annotator(replace(settings, nested=True))
    for begin in [*range(0, len(texts), BATCH)] * PASSES:
        found = annotated(plain, texts[begin : begin + BATCH])
        made = [rewording.planted(one) for one in found]
        batch = annotated(nested, [text for text, _ in made])
        sides = [told(one, planted) for one, (_, planted) in zip(batch, made, strict=True)]
        phrases = [planted for planted, _ in sides]
        count = sum(len(one) for one in phrases)
        if count:
            said = read([text for text, _ in made], judge.names)
            known = Known.of([mentions for _, mentions in sides], said.base)
            fold = begin // BATCH % FOLDS
            yield replace(lesson_of(said, known, phrases, judge), fold=fold), count


def annotated(annotator: Annotator, texts: Sequence[str]) -> list[AnnotatedDocument]:
    """Return texts annotated."""
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    return list(annotator.annotate(documents).documents_annotated())


def told(
    document: AnnotatedDocument, planted: Sequence[Planted]
) -> tuple[list[Planted], list[tuple[int, int, str | None]]]:
    """Return the phrases that the dictionary cannot name, and its mentions as if it did not.

    ``document`` has nested mentions too: inside a phrase whose name is hidden stay those that the
    dictionary would find without it.
    """
    named = {(one.start, one.end) for one in document.mentions}
    kept = [one for one in planted if one.is_hidden or (one.start, one.end) not in named]
    spans = [(one.start, one.end) for one in kept]
    mentions = sorted(
        ((one.start, one.end, one.curie) for one in document.mentions),
        key=lambda row: (row[0], -row[1]),
    )
    out: list[tuple[int, int, str | None]] = []
    for start, end, curie in mentions:
        cuts = any(
            start < b and a < end and not (a <= start and end <= b and (start, end) != (a, b))
            for a, b in spans
        )
        if not cuts and (not out or start >= out[-1][1]):
            out.append((start, end, curie))
    return kept, out


def lesson_of(
    said: Read, known: Known, phrases: Sequence[Sequence[Planted]], judge: SpanJudge
) -> Lesson:
    """Return the spans of a batch with which of them are right."""
    names = judge.names
    rows = sorted(
        (base + one.start, base + one.end, one.curie, one.is_hidden)
        for base, some in zip(said.base.tolist(), phrases, strict=True)
        for one in some
    )
    start = np.array([row[0] for row in rows], np.int64)
    end = np.array([row[1] for row in rows], np.int64)
    drawn = judge.drawn(said, known)
    at, touches = touched(*spans_of(said, drawn), start, end)
    hidden = np.array([signature(said, names, row) for row in rows], np.uint64)
    drawn = drawn.keep(~(touches & (names.signature[drawn.row] == hidden[at])))
    drawn = judge.likeliest(drawn)
    first, last = spans_of(said, drawn)
    at, touches = touched(first, last, start, end)
    curies = [names.curies(row) for row in drawn.row.tolist()]
    meant = np.array(
        [curie == rows[place][2] for curie, place in zip(curies, at.tolist(), strict=True)], bool
    )
    right = meant & (start[at] == first) & (end[at] == last)
    return Lesson(said, drawn, known, right, meant & touches & ~right)


def touched(first: I64, last: I64, start: I64, end: I64) -> tuple[I64, Bools]:
    """Return for each span the place of the phrase that it may touch, and whether it does."""
    at = np.minimum(np.searchsorted(end, first, side="right"), len(end) - 1)
    return at, (start[at] < last) & (first < end[at])


def signature(said: Read, names: NameRows, row: tuple[int, int, str, bool]) -> np.uint64:
    """Return the number of a hidden phrase's words (``NameRows.signature``), 1 for none hidden."""
    if not row[3]:
        return np.uint64(1)
    first, last = np.searchsorted(said.words.start, [row[0], row[1]]).tolist()
    number = said.number[first:last]
    number = number[number >= 0]
    mixed = mix(names.word[number[names.weight[number] > 0]])
    return np.uint64(mixed.sum(dtype=np.uint64))


def grown_sieve(lessons: Sequence[Lesson], judge: SpanJudge) -> Forest:
    """Return trees that tell by little which spans may be right."""
    tables = [judge.evidence.cheap(one.said, one.drawn, one.known) for one in lessons]
    right = np.concatenate([one.right for one in lessons])
    weight = 1.0 - np.concatenate([one.unclear for one in lessons])
    return grow(np.concatenate(tables), right, weight=weight, growth=SIEVE)


def grown_judge(
    lessons: Sequence[Lesson], judge: SpanJudge, sieve: Forest
) -> tuple[Forest, tuple[float | None, list[tuple[float, float, float]]]]:
    """Return trees that judge what passes, and how trees do on batches that they did not see.

    They are the mean of trees that each leave a fold of the batches out.
    """
    tables, rights, weights, folds = [], [], [], []
    for one in lessons:
        kept, table = judge.tables(one.said, one.drawn, one.known, sieve)
        tables.append(table)
        rights.append(one.right[kept])
        weights.append(1.0 - (one.unclear[kept] | (table[:, SAME] > 0)))
        folds.append(np.full(len(kept), one.fold))
    table, right, weight = (np.concatenate(part) for part in (tables, rights, weights))
    fold = np.concatenate(folds)
    if len(np.unique(fold)) == 1:
        return grow(table, right, weight=weight, growth=JUDGE), (None, [])
    forests, margin = [], np.zeros(len(table), np.float32)
    for held in np.unique(fold).tolist():
        rest = fold != held
        forests.append(grow(table[rest], right[rest], weight=weight[rest], growth=JUDGE))
        margin[~rest] = forests[-1].margins(table[~rest])
    real = weight > 0
    return averaged(forests), measured(margin[real], right[real])


def averaged(forests: Sequence[Forest]) -> Forest:
    """Return a forest whose margins are the mean of others' margins."""
    size = len(forests)
    return Forest(
        np.concatenate([one.feature for one in forests]),
        np.concatenate([one.threshold for one in forests]),
        np.asarray(np.concatenate([one.values for one in forests]) / size, np.float32),
        sum(one.base for one in forests) / size,
    )


def measured(margin: F32, right: Bools) -> tuple[float, list[tuple[float, float, float]]]:
    """Return the average precision, and precision and recall at some chances."""
    chance = 1 / (1 + np.exp(-margin))
    rows = []
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        said = chance >= least
        good = int((said & right).sum())
        rows.append((least, round(good / max(int(said.sum()), 1), 4),
                     round(good / max(int(right.sum()), 1), 4)))  # fmt: skip
    return round(float(auprc(right, chance)), 4), rows

"""Described types sharpened by a few labelled documents: read, multiplied by swaps, tuned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.recognize.tagger.described import Describer, TypedHeads
from onoma.recognize.tagger.examples import (
    Example,
    ReadExamples,
    Tuning,
    read_examples,
    tuned,
    tuned_rows,
)
from onoma.recognize.tagger.head_space import HeadSpace
from onoma.recognize.tagger.swapping import Swapper, Writer, written
from onoma.recognize.tagger.tagger import Tagger
from onoma.recognize.tagger.training.descriptions import read_meanings
from onoma.types import AnnotatedDocument

F32 = npt.NDArray[np.float32]
FOLDS = 5
FAR_LESS = 0.5
SEED = 1


def read_with_copies(
    tagger: Tagger,
    examples: Sequence[Example],
    swapper: Swapper,
    tuning: Tuning,
    *,
    rng: np.random.Generator,
    more: Sequence[Example] = (),
) -> tuple[ReadExamples, ReadExamples]:
    """Return the words of examples alone, and with those of texts made from them.

    ``more`` weigh what copies do.
    """
    plain = read_examples(tagger, examples)
    made = swapper.copies(examples, tuning.copies, rng)
    weight = tuning.swapped / max(tuning.copies, 1)
    parts = [plain]
    own = [*(one for some in made for one in some), *more]
    if own:
        parts.append(read_examples(tagger, own, weight=weight))
    return plain, ReadExamples.join(parts)


def examples_of(documents: Iterable[AnnotatedDocument]) -> dict[str, list[Example]]:
    """Return the examples of each type that is marked in some documents.

    In a document with a type marked every mention of it is taken to be; a document in which
    nothing is marked is an example without a mention for all types.

    Raises: InputError: a document could not be read, or none has a mention.
    """
    texts: list[AnnotatedDocument] = []
    for document in documents:
        if document.error is not None:
            error = document.error
            raise InputError(f"{error.id}: {error.code}: {error.message}", hint=error.hint)
        texts.append(document)
    types = dict.fromkeys(mention.type for one in texts for mention in one.mentions)
    if not types:
        raise InputError("no example has a mention", hint="mark the mentions of each type")
    found: dict[str, list[Example]] = {name: [] for name in types}
    for one in texts:
        for name, own in found.items():
            spans = tuple((m.start, m.end) for m in one.mentions if m.type == name)
            if spans or not one.mentions:
                own.append(Example(one.text, spans))
    return found


def sharpened(
    describer: Describer,
    heads: TypedHeads,
    examples: dict[str, list[Example]],
    *,
    swapper: Swapper | None,
    tuning: Tuning | None = None,
    writer: Writer | None = None,
    phrases: Sequence[str] = (),
) -> TypedHeads:
    """Return heads tuned to examples, those of types without any as they were.

    Without a ``swapper`` the examples alone count. ``phrases`` are descriptions that the network
    knows: where examples are few, heads move along the directions in which these differ. With a
    ``writer`` a model service is asked for as many further texts as there are examples.

    Raises: InputError: examples of a type that is not described.
    """
    settings = tuning or Tuning()
    read: dict[str, ReadExamples] = {}
    for name, own in examples.items():
        if swapper is None or len(own) < settings.least:
            read[name] = read_examples(describer.tagger, own)
            continue
        more = [] if writer is None else written(writer, name, own, count=len(own))
        rng = np.random.default_rng(SEED)
        read[name] = read_with_copies(describer.tagger, own, swapper, settings, rng=rng, more=more)[
            1
        ]
    space = HeadSpace.of(describer.net, describer.vectors(phrases)) if phrases else None

    def move(name: str, rows: F32, own: ReadExamples) -> F32:
        given = examples[name]
        if space is None or len(given) >= settings.least:
            return tuned_rows(rows, own, settings.pull)
        folds = [given[k::FOLDS] for k in range(min(FOLDS, len(given)))]
        parts = [read_examples(describer.tagger, fold) for fold in folds]
        if not is_new(space, rows, parts, settings):
            return space.tuned(rows, own, settings.along)
        return tuned_rows(rows, own, settings.pull)

    return tuned(describer, heads, read, move)


def is_new(space: HeadSpace, rows: F32, parts: Sequence[ReadExamples], tuning: Tuning) -> bool:
    """Return whether a type lies in no direction that descriptions know.

    So it is if heads that move freely are far less surprised by examples left out in turn.
    """
    along = free = 0.0
    for place, left_out in enumerate(parts):
        given = [one for k, one in enumerate(parts) if k != place]
        if given:
            own = ReadExamples.join(given)
            along += space.surprise(space.tuned(rows, own, tuning.along), left_out)
            free += space.surprise(tuned_rows(rows, own, tuning.pull), left_out)
    return free < FAR_LESS * along


def known_phrases(file: Path) -> tuple[str, ...]:
    """Return the phrases of a file of descriptions.

    Raises: BadFile: it is no such file.
    """
    meanings = read_meanings(file).descriptions.values()
    return tuple(dict.fromkeys(phrase for one in meanings for phrase in one.phrases))

"""A run that teaches a tagger types in plain words: with its trunk, or over a tagger as it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode.bert import need_torch
from onoma.encode.encoder import Encoder
from onoma.encode.folder import read_folder
from onoma.encode.wordpiece import read_wordpiece
from onoma.metrics.counts import score
from onoma.recognize.tagger.described import NET, Describer, write_net
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES, Gazetteer
from onoma.recognize.tagger.tagger import Tagger, load_tagger
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.describe_measures import (
    ON_THE_WAY,
    count_described,
    described_heads,
    some_of,
)
from onoma.recognize.tagger.training.descriptions import (
    Meanings,
    Questions,
    column_names,
    without_kinds,
)
from onoma.recognize.tagger.training.earlier import weights_of_run
from onoma.recognize.tagger.training.hyper import (
    AskedLesson,
    DescribedModel,
    FrozenModel,
    net_arrays,
    net_of,
)
from onoma.recognize.tagger.training.model import I64, Lesson, TorchTrunk
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.reading import ReadTexts
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.results import write_tagger
from onoma.recognize.tagger.training.shelf import fill_shelf
from onoma.recognize.tagger.training.silver import Silver
from onoma.recognize.tagger.training.trainer import (
    Trainer,
    Watch,
    plain_lessons,
)

TO_READ = 150_000  # characters of each corpus that a frozen trunk reads


@dataclass(frozen=True, slots=True)
class Course:
    """What is learnt from: corpora whose labels lead to descriptions, and texts for silver marks.

    ``measured`` are corpora of which nothing is learnt, text or label; of the kinds ``without``
    no label is learnt. ``passes`` is how often the silver texts are seen in a run of length 1.
    """

    corpora: Sequence[Corpus]
    meanings: Meanings
    texts: Sequence[MarkedText] = ()
    measured: Sequence[Corpus] = ()
    without: tuple[str, ...] = ()
    passes: float = 1.0


def prepared(
    course: Course, gazetteer: Gazetteer | None, seed: int
) -> tuple[list[Corpus], Meanings, dict[str, int]]:
    """Return the corpora of a course, silver ones last, their descriptions, and what was removed.

    No training text stands in a dev part or in a corpus that is measured.
    """
    held = [replace(one, train=(), dev=(*one.train, *one.dev)) for one in course.measured]
    plain = [Corpus("silver", {"": ""}, tuple(course.texts))] if course.texts else []
    left, removed = without_dev([*course.corpora, *plain, *held])
    corpora = without_kinds(left[: len(course.corpora)], course.meanings, course.without)
    meanings = course.meanings
    if plain and gazetteer is not None:
        texts = left[len(course.corpora)].train
        silver = Silver(texts, gazetteer, meanings, seed=seed)
        corpora += silver.corpora(without=course.without, passes=course.passes)
        meanings = silver.meanings()
    return corpora, meanings, {name: n for name, n in removed.items() if n}


def shortened(corpus: Corpus, most: int) -> Corpus:
    """Return a corpus of about so many characters at most, from all over it, each text seen once.

    What a frozen trunk says of a text is kept in memory, and a head needs less than a trunk.
    """
    size = sum(len(text.text) for text in corpus.train)
    step = max(size / most, 1.0)
    kept = [corpus.train[int(at * step)] for at in range(int(len(corpus.train) / step))]
    return replace(corpus, train=tuple(kept), passes=1.0)


class DescribeSession:
    """A run in a folder: with ``tagger`` over its frozen trunk, else from starting weights.

    ``removed`` says how many training texts each corpus lost.
    """

    def __init__(
        self,
        course: Course,
        place: Path,
        out: Path,
        recipe: Recipe,
        *,
        encoder: Encoder,
        gazetteer: Gazetteer | None = None,
        is_frozen: bool = False,
        weights: Path | None = None,
    ) -> None:
        """Open a new run, or the one that the folder ``out`` holds.

        ``place`` holds a tagger (``is_frozen``) or the weights to start from; a new run begins
        with the weights of the run in the folder ``weights``, if one is given.

        Raises: as ``Session``; UnknownName: a label leads to no description.
        """
        torch = need_torch("onoma train describe")
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        self.course, self.out, self.place, self.recipe = course, out, place, recipe
        corpora, meanings, self.removed = prepared(course, gazetteer, recipe.seed)
        if is_frozen:
            corpora = [shortened(one, TO_READ) for one in corpora]
        self.corpora, self._encoder, self._frozen = corpora, encoder, is_frozen
        self.questions = Questions(corpora, meanings, encoder)
        names = column_names(corpora)
        pieces = read_wordpiece(place)
        self.model: DescribedModel | FrozenModel
        open_ = self._over_tagger if is_frozen else self._from_start
        self.model, self.reading = open_(names, gazetteer)
        shelf = fill_shelf(corpora, names, self.reading)
        if is_frozen:
            read = ReadTexts(shelf, self.reading, recipe)
            lessons: Callable[[I64, int], Any] = lambda w, step: read.lesson(  # noqa: E731
                w, self.questions, np.random.default_rng([recipe.seed, step])
            )
        else:
            plain = plain_lessons(shelf, recipe, pieces)
            lessons = lambda w, step: self._asked(plain(w, step), step)  # noqa: E731
        if weights is not None:
            self.model.take(weights_of_run(weights))
        self.trainer = Trainer(self.model, shelf, pieces, folder=out, lessons=lessons)
        recipe.save(out / "recipe.json")

    def _over_tagger(
        self, names: tuple[str, ...], gazetteer: Gazetteer | None
    ) -> tuple[FrozenModel, Tagger]:
        reading = load_tagger(self.place, gazetteer=gazetteer)
        width = reading.heads.first.shape[1]
        model = FrozenModel(width, names, self.recipe, centre=self.questions.centre)
        return model, reading

    def _from_start(
        self, names: tuple[str, ...], gazetteer: Gazetteer | None
    ) -> tuple[DescribedModel, Tagger]:
        start = read_folder(self.place, wants="safetensors")
        model = DescribedModel(start, names, self.recipe, centre=self.questions.centre)
        reading = Tagger(
            TorchTrunk(model), no_heads(model.shape.width), read_wordpiece(self.place),
            gazetteer=gazetteer, longest=self.recipe.longest,
        )  # fmt: skip
        return model, reading

    def _asked(self, lesson: Lesson, step: int) -> AskedLesson:
        rng = np.random.default_rng([self.recipe.seed, step])
        labels, asked = self.questions.ask(lesson.labels, rng)
        return AskedLesson(
            lesson.ids, lesson.mask, lesson.bits, lesson.first, lesson.last, lesson.word_bits,
            labels, asked,
        )  # fmt: skip

    def train(self, watch: Watch | None = None, *, until: int | None = None) -> None:
        """Run to the end, or to step ``until``, with measures on the way."""
        has_dev = any(one.dev for one in self.course.measured)
        self.trainer.run(watch=watch, until=until, measure=self._measured if has_dev else None)

    def describer(self) -> Describer:
        """Return what finds described types with the weights as they are now."""
        net = net_of(self.model.arrays(), self.questions.centre)
        return Describer(self.reading, net, self._encoder)

    def _measured(self) -> dict[str, float]:
        describer = self.describer()
        found: dict[str, float] = {}
        for corpus in self.course.measured:
            heads = described_heads(describer, corpus, self.course.meanings)
            counts = count_described(describer, some_of(corpus.dev, ON_THE_WAY), heads)
            found[corpus.name] = score(np.sum(list(counts.values()), axis=0)).f1
        return {"mean": sum(found.values()) / max(len(found), 1), **found}

    def finish(self, *, name: str, said: dict[str, Any], is_small: bool = True) -> Path:
        """Write the network beside its tagger, or with its own trunk; return the folder."""
        arrays = self.trainer.chosen()
        folder = self.place if self._frozen else self.out / "tagger"
        if not self._frozen:
            assert isinstance(self.model, DescribedModel)  # noqa: S101 - as it was opened
            start = read_folder(self.place, wants="safetensors")
            card = self._card(name) | said
            bare = no_heads(self.model.shape.width)
            whole = arrays | {part: getattr(bare, part) for part in ("first", "last", "direct")}
            whole |= {"bias": bare.bias}
            write_tagger(folder, whole, self.model.shape, start=start, card=card, small=is_small)
        write_net(folder / NET, net_arrays(arrays, self.questions.centre))
        return folder

    def _card(self, name: str) -> dict[str, Any]:
        gold = [one for one in self.corpora if not one.name.startswith("silver-")]
        return {
            "name": name,
            "heads": list(no_heads(1).names),
            "longest": self.recipe.longest,
            "steps": self.trainer.step,
            "recipe": asdict(self.recipe),
            "corpora": {
                c.name: {"labels": dict(c.labels), "texts": len(c.train), "passes": c.passes}
                for c in gold
            },
            "silver texts": sum(len(c.train) for c in self.corpora)
            - sum(len(c.train) for c in gold),
            "removed": self.removed,
            "measured": [one.name for one in self.course.measured],
            "without": list(self.course.without),
        }


def no_heads(width: int) -> Heads:
    """Return a head that finds nothing: what a tagger of descriptions alone has."""
    zeros = np.zeros((3, width), np.float32)
    bias = np.array([9.0, 0.0, 0.0], np.float32)
    return Heads(("nothing",), zeros, zeros, np.zeros((3, len(FEATURES)), np.float32), bias)

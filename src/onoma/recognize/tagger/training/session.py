"""A whole training run: corpora and starting weights in, a tagger's folder and its scores out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from onoma.encode.bert import need_torch
from onoma.encode.folder import ModelFolder, read_folder
from onoma.encode.wordpiece import read_wordpiece
from onoma.errors import InputError
from onoma.recognize.tagger.gazetteer import Gazetteer
from onoma.recognize.tagger.tagger import Tagger, load_tagger
from onoma.recognize.tagger.training.corpora import Corpus, head_names
from onoma.recognize.tagger.training.earlier import earlier_weights
from onoma.recognize.tagger.training.measures import LabelScore, mean_of, measure_corpus
from onoma.recognize.tagger.training.model import Model, TorchTrunk
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.results import rows_of, write_card, write_tagger
from onoma.recognize.tagger.training.shelf import fill_shelf
from onoma.recognize.tagger.training.swapped import with_swapped
from onoma.recognize.tagger.training.trainer import Trainer, Watch

ON_THE_WAY = 60_000  # characters of each dev part that are measured while a run goes on


class Session:
    """A run in a folder: its corpora without what stands in a dev part, its model and trainer.

    ``removed`` says how many training texts each corpus lost.
    """

    def __init__(
        self,
        corpora: Sequence[Corpus],
        start: Path,
        out: Path,
        recipe: Recipe,
        *,
        gazetteer: Gazetteer | None = None,
        weights: Path | None = None,
    ) -> None:
        """Open a new run, or the one that the folder ``out`` holds.

        A new run begins with the weights of the run or the tagger in the folder ``weights``, if
        one is given; ``start`` then says the shape and how words are cut.

        Raises: ExtraMissing: torch is not installed; ModelMissing, BadFile: the starting weights
        cannot be used; InputError: nothing to learn from; Inconsistent: ``out`` has another run.
        """
        torch = need_torch("onoma train ner")
        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
        self.corpora, self.removed = without_dev(corpora)
        self.start: ModelFolder = read_folder(start, wants="safetensors")
        self.out = out
        pieces = read_wordpiece(start)
        names = head_names(self.corpora)
        if self.start.longest < recipe.longest:
            raise InputError(
                f"{start} reads {self.start.longest} pieces, the recipe wants {recipe.longest}",
                hint="set longest in the recipe",
            )
        self.model = Model(self.start, names, recipe)
        if weights is not None:
            heads, arrays = earlier_weights(weights, self.model.shape)
            self.model.go_on_from(arrays, heads)
        reading = Tagger(
            TorchTrunk(self.model), self.model.heads(), pieces,
            gazetteer=gazetteer, longest=recipe.longest,
        )  # fmt: skip
        self._reading = reading
        learnt: Sequence[Corpus] = self.corpora
        if recipe.swapped:
            store = None if gazetteer is None else gazetteer.recognizer.store
            learnt = with_swapped(learnt, recipe.swapped, store=store, seed=recipe.seed)
        shelf = fill_shelf(learnt, names, reading)
        self.trainer = Trainer(self.model, shelf, pieces, folder=out)
        recipe.save(out / "recipe.json")

    def train(self, watch: Watch | None = None, *, until: int | None = None) -> None:
        """Run to the end, or to step ``until``, with measures on dev parts on the way."""
        has_dev = any(corpus.dev for corpus in self.corpora)
        self.trainer.run(watch=watch, until=until, measure=self._measured if has_dev else None)

    def reading(self) -> Tagger:
        """Return a tagger of the model's weights as they are now."""
        self._reading.heads = self.model.heads()
        return self._reading

    def _measured(self) -> dict[str, float]:
        scores = self._scores(self.reading(), most=ON_THE_WAY)
        found = {f"{one.corpus} {one.head}": one.strict.f1 for one in scores}
        return {"mean": mean_of(scores), **found}

    def _scores(self, tagger: Tagger, most: int | None = None) -> list[LabelScore]:
        with_dev = [corpus for corpus in self.corpora if corpus.dev]
        return [one for corpus in with_dev for one in measure_corpus(tagger, corpus, most=most)]

    def finish(
        self, *, name: str, said: dict[str, Any], is_small: bool = True, is_scored: bool = True
    ) -> dict[str, Any]:
        """Write the tagger with the best weights, score it as it is written, return its card."""
        recipe, model = self.trainer.recipe, self.model
        card: dict[str, Any] = {
            "name": name,
            "heads": list(model.names),
            "longest": recipe.longest,
            "steps": self.trainer.step,
            "minutes": round(self.trainer.seconds / 60),
            "recipe": asdict(recipe),
            "corpora": {
                c.name: {
                    "labels": dict(c.labels), "texts": len(c.train), "passes": c.passes,
                    "removed": self.removed[c.name],
                }
                for c in self.corpora
            },
            **said,
        }  # fmt: skip
        arrays = self.trainer.chosen()
        folder = self.out / "tagger"
        write_tagger(folder, arrays, model.shape, start=self.start, card=card, small=is_small)
        if is_scored:
            scores = self._scores(load_tagger(folder, gazetteer=self._reading.gazetteer))
            card |= {"mean": mean_of(scores), "dev": rows_of(scores)}
            write_card(folder, card)
        return card


def with_changes(
    recipe: Recipe, *, seed: int | None, passes: float | None, minutes: float | None
) -> Recipe:
    """Return a recipe with another seed and length, where these are given."""
    changes: dict[str, Any] = {"seed": seed, "passes": passes, "minutes": minutes}
    return replace(recipe, **{key: value for key, value in changes.items() if value is not None})

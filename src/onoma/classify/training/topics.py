"""Training of topics: linear models of words and meaning, an adapter if asked for, their joining.

All is fitted in folds first, whole documents held out in turn; from what is said of texts held out
come the joining into chances, the thresholds and the figures of the card. Then the parts are fitted
to everything. The figures of a fold use the joining, the thresholds and the rule for thresholds of
the other folds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.classify.adapter import AdaptedEncoder, Adapter
from onoma.classify.logistic import fit_columns, fit_rows
from onoma.classify.meaning import MeaningPart, fit_meaning, vectors_of
from onoma.classify.ngrams import count_features, rarity_of, weighed
from onoma.classify.topics import (
    UNLIKELY,
    Joining,
    TopicModel,
    WordPart,
    concepts_of,
    of_sentences,
    with_others,
)
from onoma.classify.training.adapting import AdapterTrainer, Adapting
from onoma.classify.training.examples import Examples
from onoma.errors import InputError
from onoma.metrics.counts import f1
from onoma.pipeline import load
from onoma.types import Document

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Say = Callable[[str], None]

WORDS = (1.0, 0.7)
WITH_CONCEPTS = (*WORDS, 0.7)
"""How much words with pairs, sequences of characters, and concepts weigh."""
ADAPTING = Adapting(first=4, passes=2, empty=0.5, longest=64)
"""How topics change the encoder: two layers, and half as many texts without a label as with one."""
FLOOR_LOSS = 0.01  # of a label's texts may lie below the floor


@dataclass(frozen=True, slots=True)
class TopicRecipe:
    """How topics are trained.

    ``shares`` weigh words with pairs, sequences of characters, and concepts (left out: not looked
    at); ``whole`` does so for whole documents where sentences are labelled (empty: none of these).
    ``pull`` is the words' penalty. ``meaning``: read the encoder's vectors as well (of sentences
    alone where they are labelled). Without ``adapting`` there is no adapter.
    """

    unit: str = "document"
    shares: tuple[float, ...] = WORDS
    whole: tuple[float, ...] = WORDS
    pull: float = 0.5
    meaning: bool = True
    folds: int = 5
    seed: int = 1
    adapting: Adapting | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What is said of held-out texts: log odds (texts, labels, parts), and each text's fold."""

    margins: F32
    fold: I64


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and what was measured on held-out texts; ``predicted`` are the labels taken there.

    ``documents`` are those of whole documents, (documents, labels), where sentences were labelled.
    """

    model: TopicModel
    held: Held
    predicted: Bools
    documents: Bools | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def train_topics(examples: Examples, recipe: TopicRecipe, say: Say = lambda _: None) -> Trained:
    """Return a model of topics.

    Raises: InputError: fewer documents than folds; ExtraMissing: an adapter needs torch.
    """
    parts = Parts(examples, recipe)
    held, floor = floored(held_out(parts, say), examples.gold)
    rule = better_border(held.margins, examples.gold, held.fold)
    predicted = in_folds(held.margins, examples.gold, held.fold)
    joining = join(held.margins, examples.gold, rule)
    whole = _whole(examples, recipe, held, say) if recipe.unit == "sentence" else None
    say("fitting to everything")
    every = np.arange(len(examples.texts))
    figures = {"micro F1": micro(predicted, examples.gold)}
    if whole is not None:
        figures["micro F1 of documents"] = micro(whole.predicted, of_documents(examples))
    model = TopicModel(
        examples.labels, recipe.unit, parts.words(every), joining, parts.meaning(every),
        parts.adapter(every), whole.joining if whole else None, whole.words if whole else None,
        floor, _card(examples, recipe, predicted, figures),
    )  # fmt: skip
    return Trained(model, held, predicted, whole.predicted if whole else None, figures)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is learnt of whole documents, and the labels of those that were held out."""

    words: WordPart | None
    joining: Joining
    predicted: Bools


def _whole(examples: Examples, recipe: TopicRecipe, held: Held, say: Say) -> _Whole:
    """Learn of documents whose sentences are labelled."""
    documents = documents_of(examples)
    parts = document_parts(documents, recipe) if recipe.whole else None
    margins = document_margins(held, examples, held_out(parts, say) if parts else None)
    fold = folds_of(documents, recipe.folds, recipe.seed)
    rule = better_border(margins, documents.gold, fold)
    words = parts.words(np.arange(len(documents.texts))) if parts else None
    predicted = in_folds(margins, documents.gold, fold)
    return _Whole(words, join(margins, documents.gold, rule), predicted)


def documents_of(examples: Examples) -> Examples:
    """Return whole documents, each of its texts in order, with all their labels."""
    gold = of_documents(examples)
    texts = [
        " ".join(examples.texts[row] for row in np.flatnonzero(examples.document == n).tolist())
        for n in range(len(gold))
    ]
    return Examples(tuple(texts), examples.labels, gold, np.arange(len(gold)))


def document_parts(documents: Examples, recipe: TopicRecipe) -> Parts:
    """Return what fits the linear model of whole documents; it has the folds of their sentences."""
    whole = replace(recipe, unit="document", shares=recipe.whole, meaning=False, adapting=None)
    return Parts(documents, whole)


def _card(
    examples: Examples, recipe: TopicRecipe, predicted: Bools, figures: dict[str, float]
) -> dict[str, Any]:
    """Return what is known about a model."""
    rows = {
        label: {
            "texts": int(examples.gold[:, place].sum()),
            "F1": round(micro(predicted[:, place], examples.gold[:, place]), 4),
        }
        for place, label in enumerate(examples.labels)
    }
    held_out = {name: round(value, 4) for name, value in figures.items()}
    return {"texts": len(examples.texts), "recipe": asdict(recipe), "held out": held_out,
            "labels": rows}  # fmt: skip


Border = Callable[[F32, Bools], float]
"""From chances and what is gold to the chance from which on a label is taken."""


class Parts:
    """Fits the parts to some of the examples, whose features are counted once."""

    def __init__(self, examples: Examples, recipe: TopicRecipe) -> None:
        """Count the features; read the texts, for an adapter up to where it begins."""
        self.examples, self.recipe = examples, recipe
        concepts = concepts_in(examples.texts) if len(recipe.shares) > 2 else []
        self._kinds = count_features(examples.texts, concepts)
        self._vectors = vectors_of(examples.texts) if recipe.meaning else None
        self._trainer = (
            None if recipe.adapting is None else AdapterTrainer(examples.texts, recipe.adapting)
        )

    def words(self, rows: I64) -> WordPart:
        """Return the linear model of some texts."""
        own = [kind.keep(rows) for kind in self._kinds]
        rarity = rarity_of(own)
        features = weighed(own, rarity, self.recipe.shares)
        weights, bias = fit_rows(features, self.examples.gold[rows], pull=self.recipe.pull)
        return WordPart(rarity, weights, bias, self.recipe.shares)

    def meaning(self, rows: I64) -> MeaningPart | None:
        """Return the model of some texts' vectors, if the recipe has one."""
        if self._vectors is None:
            return None
        return fit_meaning(self._vectors[rows], self.examples.gold[rows])

    def adapter(self, rows: I64) -> Adapter | None:
        """Return the adapter of some texts, if the recipe has one."""
        return None if self._trainer is None else self._trainer.train(rows, self.examples.gold)

    def margins(self, learnt: I64, asked: I64) -> F32:
        """Return the log odds of some texts by parts fitted to others."""
        words = self.words(learnt)
        own = weighed([k.keep(asked) for k in self._kinds], words.rarity, words.shares)
        out = [own.times(words.weights) + words.bias]
        meaning = self.meaning(learnt)
        if meaning is not None and self._vectors is not None:
            out.append(meaning.of_vectors(self._vectors[asked]))
        adapter = self.adapter(learnt)
        if adapter is not None and self._trainer is not None:
            read = [self._trainer.read[row] for row in asked.tolist()]
            out.append(AdaptedEncoder(adapter).margins_of(read))
        return np.stack(out, axis=-1)


def concepts_in(texts: Sequence[str]) -> list[list[str]]:
    """Return the CURIEs of each text, with their ancestors, as the dictionary finds them."""
    pipeline = load(mode="dictionary")
    documents = (Document(str(number), text) for number, text in enumerate(texts))
    return [concepts_of(one, pipeline) for one in pipeline.pipe(documents)]


def held_out(parts: Parts, say: Say) -> Held:
    """Return what parts fitted to the other folds say of each fold's texts."""
    examples, recipe = parts.examples, parts.recipe
    fold = folds_of(examples, recipe.folds, recipe.seed)
    found: list[tuple[I64, F32]] = []
    for number in range(recipe.folds):
        say(f"fold {number + 1} of {recipe.folds}")
        asked = np.flatnonzero(fold == number)
        found.append((asked, parts.margins(np.flatnonzero(fold != number), asked)))
    margins = np.zeros((len(fold), *found[0][1].shape[1:]), np.float32)
    for asked, said in found:
        margins[asked] = said
    return Held(margins, fold)


def folds_of(examples: Examples, folds: int, seed: int) -> I64:
    """Return the fold of each text; those of one document are in one.

    Raises: InputError: fewer documents than folds.
    """
    count = int(examples.document.max()) + 1
    if count < folds:
        raise InputError(f"{count} documents are too few for {folds} folds", hint="give more")
    order = np.random.default_rng(seed).permutation(count)
    return np.asarray((np.argsort(order) % folds)[examples.document])


def join(margins: F32, gold: Bools, border_of: Border | None = None) -> Joining:
    """Return the joining of the margins of held-out texts, with thresholds for the best F1."""
    weights, bias = np.zeros(margins.shape[1:], np.float32), np.zeros(gold.shape[1], np.float32)
    for label in range(gold.shape[1]):
        own, weights_bias = fit_columns(margins[:, label].astype(np.float64), gold[:, label])
        weights[label], bias[label] = own, weights_bias
    plain = Joining(weights, bias, np.zeros_like(bias))
    chances = plain.chances(margins)
    rule = border_of or best_border
    border = [rule(chances[:, n], gold[:, n]) for n in range(gold.shape[1])]
    return Joining(weights, bias, np.array(border, np.float32))


def in_folds(margins: F32, gold: Bools, fold: I64, border_of: Border | None = None) -> Bools:
    """Return the labels taken in each fold by the joining and thresholds of the others.

    The rule for thresholds is the better one of the other folds if none is given.
    """
    out = np.zeros(gold.shape, np.bool_)
    for number in np.unique(fold).tolist():
        own, rest = fold == number, fold != number
        rule = border_of or better_border(margins[rest], gold[rest], fold[rest])
        joining = join(margins[rest], gold[rest], rule)
        out[own] = joining.chances(margins[own]) >= joining.border
    return out


def better_border(margins: F32, gold: Bools, fold: I64) -> Border:
    """Return the rule for thresholds that does better on folds whose thresholds are the others'."""
    if len(np.unique(fold)) < 2:
        return best_border
    return max(
        (best_border, half_border),
        key=lambda rule: micro(in_folds(margins, gold, fold, rule), gold),
    )


def best_border(chances: F32, gold: Bools) -> float:
    """Return the chance from which on the F1 is best; 0.5 where nothing is gold.

    It stands half-way to the next chance below; of F1s within a thousandth the middle one counts.
    """
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum(gold[order])
    if not len(order) or not right[-1]:
        return 0.5
    values = 2 * right / (np.arange(1, len(order) + 1) + right[-1])
    near = np.flatnonzero(values >= values.max() - 1e-3)
    place = int(near[len(near) // 2])
    sorted_ = chances[order]
    below = sorted_[place + 1] if place + 1 < len(sorted_) else 0.0
    return float((sorted_[place] + below) / 2)


def half_border(chances: F32, gold: Bools) -> float:
    """Return half of the best F1: the chance from which on a label is worth taking.

    It holds for chances that are right, and swings less than the place of the best F1 does where
    few texts have the label. Source: Lipton, Elkan and Naryanaswamy 2014, Optimal thresholding of
    classifiers to maximize F1 measure.
    """
    return micro(chances >= best_border(chances, gold), gold) / 2 if gold.any() else 0.5


def floor_of(words: F32, gold: Bools) -> float:
    """Return the word margin that all but a few of the labelled texts are above."""
    best = words.max(1)[gold.any(1)]
    return float(np.quantile(best, FLOOR_LOSS)) if len(best) else -np.inf


def floored(held: Held, gold: Bools) -> tuple[Held, float]:
    """Return what is said where the encoder is asked about texts above a floor, and that floor.

    A reader does likewise.
    """
    words = held.margins[:, :, 0]
    floor = floor_of(words, gold)
    margins = held.margins.copy()
    margins[(words <= floor).all(1), :, 1:] = UNLIKELY
    return Held(margins, held.fold), floor


def of_documents(examples: Examples) -> Bools:
    """Return which labels some text of each document has."""
    out = np.zeros((int(examples.document.max()) + 1, len(examples.labels)), np.bool_)
    np.logical_or.at(out, examples.document, examples.gold)
    return out


def document_margins(held: Held, examples: Examples, whole: Held | None = None) -> F32:
    """Return what sentences say of their documents, and whole documents' words, as log odds.

    Shape: see ``with_others``. Sentences' chances are those of the other folds' joining.
    """
    chances = np.zeros(examples.gold.shape, np.float32)
    for number in np.unique(held.fold).tolist():
        own, rest = held.fold == number, held.fold != number
        chances[own] = join(held.margins[rest], examples.gold[rest]).chances(held.margins[own])
    numbers = range(int(examples.document.max()) + 1)
    said = np.stack([of_sentences(chances[examples.document == number]) for number in numbers])
    return with_others(said if whole is None else np.concatenate([said, whole.margins], axis=-1))


def micro(predicted: Bools, gold: Bools) -> float:
    """Return the micro F1 of labels taken."""
    right = int((predicted & gold).sum())
    return float(f1(np.array([[right, predicted.sum(), right, gold.sum()]]))[0])

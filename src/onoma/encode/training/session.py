"""A whole training run: vocabulary and starting weights in, a model folder and a report out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from onoma.encode.bert import need_torch, read_weights
from onoma.encode.folder import read_folder
from onoma.encode.training.corpus import corpus_pairs
from onoma.encode.training.knowledge import Knowledge, gather, translated
from onoma.encode.training.measures import (
    Encode,
    choices,
    cosines_of,
    distances,
    order_kept,
    share_right,
)
from onoma.encode.training.recipe import Recipe
from onoma.encode.training.sentences import read_sentence_pairs, sentence_pairs, without_names
from onoma.encode.training.student import Student
from onoma.encode.training.trainer import Trainer, Watch
from onoma.encode.training.translations import read_translations
from onoma.errors import InputError
from onoma.formats.inputs import read_documents
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import Vocabulary, read_vocabulary

PREFIXES = ("HP:", "MONDO:")
MEASURED = 400  # tasks of each kind while a run goes on
TIMES = 8  # measures in a run


def open_trainer(
    vocabularies: Sequence[Path],
    start: Path,
    out: Path,
    recipe: Recipe,
    *,
    translations: Sequence[Path] = (),
    sentences: Sequence[Path] = (),
    corpus: Sequence[Path] = (),
    begin: Path | None = None,
) -> Trainer:
    """Return the trainer of a new run, or of the one that the folder ``out`` holds.

    ``start`` is a folder with weights; with ``begin``, another one of the same shape, learning goes
    on from there, and ``start`` stays what the neighbours are held near to. ``sentences`` are
    tables of pairs, ``corpus`` documents of any format that pairs are made of.

    Raises: ExtraMissing: torch is not installed; ModelMissing, BadFile: the starting weights
    cannot be used; InputError: too few names; Inconsistent: ``out`` holds another run.
    """
    torch = need_torch("onoma train encoder")
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(recipe.seed)
    student = Student(read_folder(start, wants="safetensors"))
    knowledge = gather(_joined(vocabularies), held_out=recipe.held_out, seed=recipe.seed)
    names = (pair for path in translations for pair in read_translations(path))
    knowledge = translated(knowledge, names)
    if not knowledge.weights.any():
        raise InputError("every concept is held out", hint="hold out fewer")
    given = [*_taught(sentences, knowledge), *corpus_pairs(read_documents(corpus))]
    pairs = sentence_pairs(given) if sentences or corpus else None
    weights = read_weights(read_folder(begin, wants="safetensors"))[0] if begin else None
    out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(student, knowledge, recipe, folder=out, sentences=pairs, begin=weights)
    recipe.save(out / "recipe.json")
    return trainer


def _taught(paths: Sequence[Path], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield the pairs that say no name of a concept that is held out."""
    held = np.flatnonzero(knowledge.held_out).tolist()
    secret = (name for place in held for name in knowledge.names[place])
    return without_names(read_sentence_pairs(paths), secret)


def _joined(folders: Sequence[Path]) -> Vocabulary:
    parts = [read_vocabulary(folder) for folder in folders]
    return parts[0] if len(parts) == 1 else merge(parts)


def train(trainer: Trainer, watch: Watch | None = None) -> None:
    """Run a training to its end, with measures on held-out concepts on the way."""
    measured = measures_of(trainer.knowledge, seed=trainer.recipe.seed, most=MEASURED)
    every = max(trainer.recipe.steps // TIMES, 1)
    if not trainer.history:
        trainer.history.append({"step": 0, **measured(trainer.student.encode)})
    trainer.run(watch=watch, measure=lambda s: measured(s.encode), measure_every=every)


def measures_of(
    knowledge: Knowledge, *, seed: int, most: int
) -> Callable[[Encode], dict[str, float]]:
    """Return what measures an encoder on held-out concepts of each prefix that there is."""
    tasks, pairs = {}, {}
    for prefix in PREFIXES:
        if not any(c.startswith(prefix) for own in knowledge.curies for c in own):
            continue
        rng = np.random.default_rng(seed)
        tasks[prefix] = choices(knowledge, prefix, rng, most=most)
        pairs[prefix] = distances(knowledge, prefix, rng, each=most)

    def measure(encode: Encode) -> dict[str, float]:
        score = cosines_of(encode)
        found = {f"synonym {p[:-1]}": share_right(t, score) for p, t in tasks.items() if t}
        found |= {f"order {p[:-1]}": order_kept(d, score) for p, d in pairs.items()}
        return found

    return measure

"""What is done with the dictionary's mentions afterwards, by mode.

``dictionary``: nothing. ``hybrid``: signs take in the words before them where the linker is sure
(``hybrid``), then the dictionary's mentions and the tagger's are joined (``joining``); where
phenotypes alone are asked, phrases in other forms than names are found (``turning``). ``neural``:
the tagger finds and the linker names; the dictionary is only what the tagger reads beside the text.
``vote`` and ``stack``: several recognisers together (``ensembles``). The name of a registered
recogniser: what it finds, with codes where its folder has a ranker (``coded``). Relations are read
last, where they are asked for (``relate``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from onoma.encode.differences import model_path
from onoma.errors import Missing
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.pipeline.chosen_concepts import read_chosen
from onoma.pipeline.coded import make_coded
from onoma.pipeline.describing import make_describing
from onoma.pipeline.ensembles import make_ensemble
from onoma.pipeline.hybrid import OPEN_TYPES, Completer
from onoma.pipeline.joining import Joiner, groups_of
from onoma.pipeline.mark_lexicon import read_marks
from onoma.pipeline.span_judge import Judge, read_judge, types_for
from onoma.pipeline.turning import PHENOTYPE, Turner
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.recognizers import recognizers
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.recognize.tagger.folder import TRUNK, shipped_tagger
from onoma.relate.annotating import Relating
from onoma.relate.relaters import FLOORS, make_relater
from onoma.types import AnnotatedDocument

CORE = "core"
MODES = ("dictionary", "hybrid", "neural", "vote", "stack")


def known_modes() -> tuple[str, ...]:
    """Return every mode, the names of registered recognisers last."""
    return (*MODES, *recognizers.names())


def usual_mode(vocabulary: Sequence[str]) -> str:
    """Return the mode where none is asked for: ``hybrid`` over the core.

    A vocabulary of the user's own says itself what is to be found.
    """
    ships = model_path(shipped_tagger() / TRUNK) is not None
    return "hybrid" if ships and CORE in vocabulary else "dictionary"


class Completing(Protocol):
    """Completes annotated documents."""

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with their mentions completed, in order."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One after the other."""

    steps: tuple[Completing, ...]

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents as the last step leaves them."""
        done = list(documents)
        for step in self.steps:
            done = step.complete(done)
        return done


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done with documents: their mentions completed, then their relations read."""

    mentions: Completing | None
    relations: Completing | None

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return documents with the dictionary's mentions as the last step leaves them."""
        done = list(documents)
        return self.relate(done if self.mentions is None else self.mentions.complete(done))

    def relate(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return documents whose mentions stay as they are with their relations."""
        done = list(documents)
        return done if self.relations is None else self.relations.complete(done)


@dataclass(frozen=True, slots=True)
class Alone:
    """Passes documents on without the dictionary's mentions."""

    step: Completing

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with what the step finds."""
        return self.step.complete([replace(document, mentions=()) for document in documents])


def make_steps(settings: Settings) -> Steps | None:
    """Return what is done with documents in all: by the mode, described types, relations.

    Raises: ModelMissing, BadFile, Inconsistent, InputError: as ``make_completer``,
    ``describing.make_describing`` and ``relaters.make_relater``.
    """
    steps = [make_completer(settings)]
    if settings.described:
        steps.append(make_describing(settings, settings.described, settings.examples))
    made = tuple(step for step in steps if step is not None)
    mentions = Chain(made) if len(made) > 1 else next(iter(made), None)
    relations = None
    if settings.relations:
        floors = FLOORS.get(settings.relations, {})
        reader = make_relater(settings.relations, settings.task)
        relations = Relating(reader, least=settings.least, floors=floors)
    return None if mentions is None and relations is None else Steps(mentions, relations)


def make_completer(settings: Settings) -> Completing | None:
    """Return what completes the documents of a mode, None where the dictionary's word is all.

    Raises: ModelMissing, BadFile, Inconsistent: the tagger cannot be used.
    """
    if settings.mode == "dictionary":
        return None
    if settings.mode in ("vote", "stack"):
        return make_ensemble(settings, make_completer)
    if settings.mode not in MODES:
        return make_coded(recognizers.get(settings.mode)(settings.tagger), settings.tagger)
    joiner = _make_joiner(settings)
    if settings.mode == "neural":
        if joiner is None:
            raise Missing(
                "the tagger knows none of these types", hint="use --mode dictionary or hybrid"
            )
        return Alone(joiner)
    judged = {type_ for group in joiner.groups for type_ in types_for(group)} if joiner else set()
    open_ = [type_ for type_ in OPEN_TYPES if type_ == "phenotype" or type_ not in judged]
    steps: list[Completing] = [Completer(settings, open_)]
    if joiner is not None:
        steps.append(joiner)
    if settings.types == PHENOTYPE:
        steps.append(Turner(settings))
    return Chain(tuple(steps)) if len(steps) > 1 else steps[0]


def _make_joiner(settings: Settings) -> Joiner | None:
    """Return what joins a tagger's mentions, None where it has nothing to say."""
    folder = Path(settings.tagger) if settings.tagger else shipped_tagger()
    tagger = load_tagger(settings.tagger or None)
    judge = Judge() if settings.mode == "neural" else read_judge(folder) or Judge()
    groups = groups_of(settings, tagger, read_judge(folder) or Judge())
    if not groups:
        return None
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    gazetteer = Gazetteer(DictionaryRecognizer(store, kernel=settings.kernel))
    if settings.mode == "neural":
        return Joiner(settings, tagger, gazetteer, judge, groups=groups)
    return Joiner(
        settings, tagger, gazetteer, judge, groups=groups,
        marks=read_marks(folder), chosen=read_chosen(folder),
    )  # fmt: skip

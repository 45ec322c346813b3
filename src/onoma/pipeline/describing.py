"""Types in plain words (``annotate --describe``): their spans beside what else was found.

A mention's type is the description, it has no concept (NIL), and it may overlap mentions of other
types. A few annotated documents sharpen what the words mean (``--examples``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from onoma.assertion import Assertor
from onoma.encode.encoder import load_encoder
from onoma.errors import InputError
from onoma.formats import read_annotated
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.pipeline.joining import runs_of
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Tagged, load_tagger
from onoma.recognize.tagger.described import (
    LIFT,
    Describer,
    TypedHeads,
    parse_descriptions,
    read_net,
)
from onoma.recognize.tagger.few_shot import examples_of, known_phrases, sharpened
from onoma.recognize.tagger.folder import shipped_tagger
from onoma.recognize.tagger.swapping import Swapper
from onoma.text.tokens import TextBatch
from onoma.types import AnnotatedDocument, Assertion, Mention

DESCRIBED = "described"
DESCRIPTIONS = "descriptions.toml"  # the ones that ship
LIFTS = {"precision": 0.0, "balanced": LIFT, "recall": 2 * LIFT}
"""How far described types are lifted (``described.LIFT``), by ``Settings.leaning``."""
CORE = ("core",)  # a tagger reads the names of the vocabulary that it was trained with


class Describing:
    """Adds the mentions of described types to annotated documents."""

    def __init__(self, describer: Describer, heads: TypedHeads) -> None:
        """Take who finds them, and the heads of the types."""
        self.describer, self.heads = describer, heads
        self._assertor = Assertor()

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions of described types among the others."""
        return [done for some in runs_of(documents) for done in self._added(some)]

    def _added(self, documents: Sequence[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
        found = self.describer.tag([one.document for one in documents], self.heads)
        said = self._assertions(documents, found)
        fresh: list[list[Mention]] = [[] for _ in documents]
        rows = zip(
            found.document.tolist(), found.start.tolist(), found.end.tolist(), found.types(),
            found.score.tolist(), said, strict=True,
        )  # fmt: skip
        for number, start, end, name, score, axes in rows:
            text = documents[number].text[start:end]
            fresh[number].append(
                Mention(
                    start=start, end=end, text=text, type=name, curie=None, label=None,
                    score=min(score, 1.0), found_by=DESCRIBED, spans=((start, end),),
                    assertion_axes=axes,
                )
            )  # fmt: skip
        for document, some in zip(documents, fresh, strict=True):
            both = sorted((*document.mentions, *some), key=lambda one: (one.start, one.end))
            models = (*document.models, (DESCRIBED, self.describer.tagger.name))
            yield replace(document, mentions=tuple(both), models=models)

    def _assertions(self, documents: Sequence[AnnotatedDocument], found: Tagged) -> list[Assertion]:
        """Return what the texts say of each span."""
        batch = TextBatch.of([one.text for one in documents])
        spans = zip(found.start.tolist(), found.end.tolist(), strict=True)
        return self._assertor.rows(batch, list(zip(found.document.tolist(), spans, strict=True)))


def make_describing(
    settings: Settings, described: str, examples: Sequence[str | Path] = ()
) -> Describing:
    """Return what finds the types of a line such as ``adverse event; surgical procedure``.

    ``examples`` are files of annotated documents, whose types are called as the described ones.

    Raises: InputError: nothing is described, or examples are of other types; ModelMissing: the
    tagger takes no descriptions.
    """
    types = parse_descriptions(described)
    folder = Path(settings.tagger) if settings.tagger else shipped_tagger()
    store = open_vocabulary(CORE)
    gazetteer = Gazetteer(DictionaryRecognizer(store, kernel=settings.kernel))
    tagger = load_tagger(settings.tagger or None, gazetteer=gazetteer)
    lift = LIFTS[settings.leaning]
    describer = Describer(tagger, read_net(folder), load_encoder(), lift=lift)
    heads = describer.typed(types)
    if examples:
        given = examples_of(read_annotated([str(path) for path in examples]))
        unknown = given.keys() - set(heads.names)
        if unknown:
            raise InputError(
                f"the examples have a type {sorted(unknown)[0]!r} that is not described",
                hint=f"described: {'; '.join(heads.names)}",
            )
        known = known_phrases(shipped_tagger() / DESCRIPTIONS)
        heads = sharpened(describer, heads, given, swapper=Swapper(store), phrases=known)
    return Describing(describer, heads)

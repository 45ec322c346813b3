"""Finds phrases that are worded otherwise than any name, by a model learnt from the names alone.

What the dictionary found stays. A phrase is added where it names a concept in other words; it takes
the place of a mention inside it that says no more than its name. After PhenoTagger (Luo et al.
2021), whose classifier reads every n-gram of a text: here the words of names tell which spans are
looked at, and trees judge each beside the name that it may stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.assertion import assert_spans
from onoma.encode import Encoder, load_encoder
from onoma.errors import InputError
from onoma.link.candidates.features import WordFacts
from onoma.link.candidates.index import open_index
from onoma.link.candidates.linker import Remembered, TextEncoder
from onoma.link.candidates.meanings import find_meanings
from onoma.link.namespaces import namespaces
from onoma.link.wordings.evidence import CHEAP, COSTLY, Evidence, Known
from onoma.link.wordings.judging import SpanJudge
from onoma.link.wordings.model import Model
from onoma.link.wordings.names import NameRows
from onoma.link.wordings.spans import Drawn, Read, read
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Settings
from onoma.pipeline.joining import runs_of
from onoma.types import SCOPES, AnnotatedDocument, Candidate, Mention, type_mask, types_of

F32 = npt.NDArray[np.float32]

FOUND_BY = "recognizer"
LEAST = 0.7  # chance from which on a phrase counts
BLOCK = 1 << 16  # characters looked at together
CONTENT = CHEAP.index("content")
SAME, VERBATIM = (len(CHEAP) + COSTLY.index(name) for name in ("same_concept", "verbatim"))


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase as a mention, and the spans of mentions inside it whose place it takes."""

    mention: Mention
    replaces: frozenset[tuple[int, int]] = frozenset()


class Recognizer:
    """Completes annotated documents by phrases that a trained model takes for names."""

    def __init__(self, judge: SpanJudge, model: Model, *, least: float = LEAST) -> None:
        """Take what draws and judges spans, a model, and the chance from which on one counts."""
        self.judge = judge
        self.model = model
        self.least = least
        self.types = type_mask(model.said.get("types", ()))
        judge.names.take(model.forms)

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the phrases that were found among their mentions."""
        out: list[AnnotatedDocument] = []
        for block in runs_of(documents, BLOCK):
            found = self.found(block)
            out += [
                replace(one, mentions=joined(one, some)) if some else one
                for one, some in zip(block, found, strict=True)
            ]
        return out

    def found(self, documents: Sequence[AnnotatedDocument]) -> list[list[Found]]:
        """Return the phrases of each document that count, the surest first."""
        out: list[list[Found]] = [[] for _ in documents]
        said = read([one.text for one in documents], self.judge.names)
        mentions = [[(m.start, m.end, m.curie) for m in one.mentions] for one in documents]
        known = Known.of(mentions, said.base)
        drawn = self.judge.likeliest(self.judge.drawn(said, known))
        if not len(drawn.first):
            return out
        kept, table = self.judge.tables(said, drawn, known, self.model.sieve)
        drawn = drawn.keep(kept)
        chance = np.asarray(1 / (1 + np.exp(-self.model.judge.margins(table))), np.float32)
        good = np.flatnonzero(self._counts(chance, table))
        taken: list[list[tuple[int, int]]] = [[] for _ in documents]
        for place in good[np.argsort(-chance[good], kind="stable")].tolist():
            owner, span = span_of(said, drawn, place)
            if any(a < span[1] and span[0] < b for a, b in taken[owner]):
                continue
            taken[owner].append(span)
            document, row = documents[owner], int(drawn.row[place])
            mention = self._mention(document.text, span, row, float(chance[place]))
            replaced = frozenset(
                (one.start, one.end)
                for one in document.mentions
                if span[0] <= one.start
                and one.end <= span[1]
                and self._gives_way(said, int(said.base[owner]), one, row)
            )
            out[owner].append(Found(mention, replaced))
        return [asserted(one.text, some) for one, some in zip(documents, out, strict=True)]

    def _counts(self, chance: F32, table: F32) -> npt.NDArray[np.bool_]:
        """Return which spans count.

        A single word, or a name's words in their order, was the dictionary's to find or turn away.
        """
        own = (table[:, SAME] == 0) & (table[:, VERBATIM] == 0) & (table[:, CONTENT] > 1)
        return np.asarray(own & (chance >= self.least))

    def _gives_way(self, said: Read, base: int, mention: Mention, row: int) -> bool:
        """Return whether a mention inside a phrase says no more than the phrase's name.

        So it is if its concept is broader, or all its words stand for words of that name.
        """
        names, store = self.judge.names, self.judge.names.store
        if mention.curie is None:
            return True
        if store.row_of(mention.curie) in names.ancestors(int(names.concept[row])):
            return True
        bounds = [base + mention.start, base + mention.end]
        places = np.arange(*np.searchsorted(said.words.start, bounds).tolist())
        return names.covers(row, said.words, places[~said.grammar[places]])

    def _mention(self, text: str, span: tuple[int, int], row: int, score: float) -> Mention:
        """Return a span as a mention of what a row of names answers."""
        names = self.judge.names
        store, concept, name = names.store, int(names.concept[row]), int(names.name[row])
        types = int(store.array("concept_types")[concept])
        curie = names.curies(row)
        at = store.row_of(curie)
        candidate = Candidate(
            curie=curie,
            label=store.labels[at if at >= 0 else concept],
            type=types_of(types & self.types or types)[0],
            score=score,
            name=store.names[name],
            scope=SCOPES[store.array("name_scope")[name]],
            via=None if at == concept else store.curies[concept],
        )
        return Mention(
            start=span[0],
            end=span[1],
            text=text[span[0] : span[1]],
            type=candidate.type,
            curie=curie,
            label=candidate.label,
            score=score,
            found_by=FOUND_BY,
            spans=(span,),
            name=candidate.name,
            scope=candidate.scope,
            candidates=(candidate,),
        )


def load_recognizer(
    folder: str | Path, settings: Settings, *, encoder: Encoder | None = None, least: float = LEAST
) -> Recognizer:
    """Return the recogniser of a folder, over the vocabulary of some settings.

    It answers with the types and namespaces that it was trained for. ``encoder``: in place of the
    one that ships; it must be the one that the recogniser was trained with.
    Raises: ModelMissing, BadFile: the folder has none, or a damaged one; InputError: another
    encoder; UnknownName: no such vocabulary.
    """
    model = Model.read(Path(folder))
    said = model.said
    chosen = encoder or load_encoder()
    if said.get("encoder") != chosen.digest:
        raise InputError(
            f"{folder} was trained with another encoder", hint="train the recogniser anew"
        )
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    terms = dict(zip(model.forms.words, model.terms.tolist(), strict=True))
    judge = make_judge(store, said["types"], said["ids"], encoder=chosen, terms=terms)
    return Recognizer(judge, model, least=least)


def make_judge(
    store: ConceptStore,
    types: Sequence[str],
    ids: Sequence[str],
    *,
    encoder: Encoder,
    terms: dict[str, float],
) -> SpanJudge:
    """Return what judges spans by a store's names; ``terms``: how much rather names have a word."""
    mask = type_mask(types)
    names = NameRows.of(store, types=mask, ids=namespaces(store, ids) if ids else None)
    held: TextEncoder = Remembered(encoder)
    facts = WordFacts.of(open_index(store), mask)
    known = np.array([terms.get(text, 0.0) for text in names.texts], np.float32)
    return SpanJudge(names, Evidence(names, facts, known), held, find_meanings(store, encoder))


def span_of(said: Read, drawn: Drawn, place: int) -> tuple[int, tuple[int, int]]:
    """Return the number of a span's document, and its offsets there."""
    words = said.words
    owner = int(words.owner[drawn.first[place]])
    base = int(said.base[owner])
    return owner, (
        int(words.start[drawn.first[place]]) - base,
        int(words.end[drawn.last[place]]) - base,
    )


def asserted(text: str, found: list[Found]) -> list[Found]:
    """Return phrases with what the text says of them."""
    if not found:
        return found
    said = assert_spans(text, [(one.mention.start, one.mention.end) for one in found])
    return [
        replace(one, mention=replace(one.mention, assertion_axes=axes))
        for one, axes in zip(found, said, strict=True)
    ]


def joined(document: AnnotatedDocument, found: Sequence[Found]) -> tuple[Mention, ...]:
    """Return a document's mentions with those found, less those that gave way to them."""
    gone = {span for one in found for span in one.replaces}
    kept = [one for one in document.mentions if (one.start, one.end) not in gone]
    every = [*kept, *(one.mention for one in found)]
    return tuple(sorted(every, key=lambda one: (one.start, one.end)))

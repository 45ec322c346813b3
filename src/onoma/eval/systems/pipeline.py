"""Onoma itself, as each task asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import onoma
from onoma.assertion import assert_spans
from onoma.encode import Encoder
from onoma.errors import Missing, OnomaError
from onoma.eval.gold_documents import GoldMention
from onoma.eval.gold_tables import tidy
from onoma.eval.parts import Setting, System, View
from onoma.eval.tasks.labels import SpansInText, axes_of
from onoma.eval.tasks.linking import Ranked, TermInContext
from onoma.eval.tasks.mentions import Mentions
from onoma.eval.tasks.phrases import Pair
from onoma.pipeline.grounding import GroundOptions, make_grounder
from onoma.text.abbreviations import find_abbreviations
from onoma.types import AnnotatedDocument, Document

K = 25


def make_mentions(setting: Setting) -> System:
    """Return Onoma's mentions as they are found without a word on the mode."""
    return _mentions(setting, "")


def make_dictionary_mentions(setting: Setting) -> System:
    """Return what the dictionary alone finds."""
    return _mentions(setting, "dictionary")


def make_tagger_mentions(setting: Setting) -> System:
    """Return what the tagger alone finds, linked."""
    return _mentions(setting, "neural")


def _mentions(setting: Setting, mode: str) -> System:
    """Return a finder of mentions, one run a view: its types and namespaces alone are asked for."""
    about = {"vocabulary": onoma.load(setting.vocabulary, mode="dictionary").store.version}
    models: dict[str, str] = {}

    def predict(documents: Sequence[Document]) -> list[Mentions]:
        found: list[list[GoldMention]] = [[] for _ in documents]
        for view in (v for v in setting.views if v.types):
            nlp = onoma.load(
                setting.vocabulary, types=view.types, ids=view.ids or None,
                project=setting.project or None, mode=mode,
            )  # fmt: skip
            try:
                annotated = list(nlp.pipe(documents))
            except Missing:  # the tagger has no head for these types
                if mode != "neural":
                    raise
                continue
            for out, done in zip(found, annotated, strict=True):
                out += _of_view(done, view)
                models.update(done.models)
        about.update(models)
        return [tuple(one) for one in found]

    return System(predict, about | ({"mode": mode} if mode else {}))


def _of_view(done: AnnotatedDocument, view: View) -> list[GoldMention]:
    """Return the mentions of a view's types, sorted, each once.

    Raises: OnomaError: the document failed.
    """
    if done.error is not None:
        raise OnomaError(f"{done.id}: {done.error.message}", hint=done.error.hint)
    marks = {
        GoldMention(m.start, m.end, m.text, view.name, (m.curie,) if m.curie else ())
        for m in done.mentions
        if m.type in view.types
    }
    return sorted(marks, key=lambda m: (m.start, m.end, m.concepts))


def make_linker(setting: Setting) -> System:
    """Return Onoma's answers to terms in their context: the dictionary, then near names."""
    return _linker(setting, "full")


def make_dictionary_linker(setting: Setting) -> System:
    """Return what the dictionary alone answers."""
    return _linker(setting, "dictionary")


def _linker(setting: Setting, mode: str) -> System:
    """Return a linker that asks each type in its own namespaces; ``fill``: k answers, not one."""
    grounders = {
        view.name: make_grounder(
            GroundOptions(types=view.types, ids=view.ids, mode=mode, fill=True),
            vocabulary=setting.vocabulary,
            project=setting.project or None,
        )
        for view in setting.views
        if view.types
    }

    def predict(terms: Sequence[TermInContext]) -> list[Ranked]:
        out = [Ranked()] * len(terms)
        for name, grounder in grounders.items():
            places = [i for i, term in enumerate(terms) if term.type == name]
            pairs = [(terms[i].text, terms[i].context) for i in places]
            for place, found in zip(places, grounder.ground(pairs, k=K), strict=True):
                curies = tuple(one.curie for one in found)
                out[place] = Ranked(curies, found[0].score if found else None)
        return out

    about = {"vocabulary": onoma.load(setting.vocabulary).store.version, "mode": mode}
    encoder = next((one.helpers.encoder for one in grounders.values()), None)
    if isinstance(encoder, Encoder):
        about |= {"encoder": encoder.name, "weights": encoder.digest}
    return System(predict, about)


def make_abbreviations(setting: Setting) -> System:
    """Return Onoma's short and long forms."""

    def predict(texts: Sequence[str]) -> list[frozenset[Pair]]:
        return [
            frozenset((tidy(a.short), tidy(a.long)) for a in find_abbreviations(text))
            for text in texts
        ]

    return System(predict)


def make_assertion(setting: Setting) -> System:
    """Return the axes on which Onoma's assertion of any of the spans departs."""

    def predict(given: Sequence[SpansInText]) -> list[frozenset[str]]:
        return [axes_of(assert_spans(one.text, list(one.spans))) for one in given]

    return System(predict)


def make_keyphrases(setting: Setting) -> System:
    """Return the labels of MeSH concepts found, those found most often first."""
    nlp = onoma.load(setting.vocabulary, ids=("MESH",))

    def predict(texts: Sequence[str]) -> list[tuple[str, ...]]:
        documents = [Document(str(i), text) for i, text in enumerate(texts)]
        out = []
        for done in nlp.pipe(documents):
            labels = Counter(m.label for m in done.mentions if m.curie and m.label)
            out.append(tuple(label for label, _ in labels.most_common(K) if label))
        return out

    return System(predict, {"vocabulary": nlp.store.version})

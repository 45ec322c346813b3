"""Onoma itself, as each task asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import onoma
from onoma.assertion import assert_spans
from onoma.errors import OnomaError
from onoma.eval.gold_documents import GoldMention
from onoma.eval.gold_tables import tidy
from onoma.eval.parts import Setting, System, View
from onoma.eval.tasks.labels import SpansInText, axes_of
from onoma.eval.tasks.linking import TermInContext
from onoma.eval.tasks.mentions import Mentions
from onoma.eval.tasks.phrases import Pair
from onoma.ontology.naming import spellings
from onoma.ontology.phrasing import rephrasings
from onoma.text.abbreviations import find_abbreviations
from onoma.types import AnnotatedDocument, Document, Mention

K = 25
PART_SHARE = 0.5  # as in ``ground``: a name inside the term covers this share of it at least


def make_mentions(setting: Setting) -> System:
    """Return Onoma's mentions, one run a view: its types and namespaces alone are asked for."""
    store = onoma.load(setting.vocabulary).store.version

    def predict(documents: Sequence[Document]) -> list[Mentions]:
        found: list[list[GoldMention]] = [[] for _ in documents]
        for view in (v for v in setting.views if v.types):
            nlp = onoma.load(
                setting.vocabulary, types=view.types, ids=view.ids or None,
                project=setting.project or None,
            )  # fmt: skip
            for out, done in zip(found, nlp.pipe(documents), strict=True):
                out += _of_view(done, view)
        return [tuple(one) for one in found]

    return System(predict, {"vocabulary": store})


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
    """Return Onoma's answers to terms given in their sentence, best first."""
    store = onoma.load(setting.vocabulary).store.version

    def predict(terms: Sequence[TermInContext]) -> list[tuple[str, ...]]:
        out: list[tuple[str, ...]] = [()] * len(terms)
        for view in (v for v in setting.views if v.types):
            places = [i for i, term in enumerate(terms) if term.type == view.name]
            answers = _grounded([terms[i] for i in places], view, setting.vocabulary)
            for place, answer in zip(places, answers, strict=True):
                out[place] = answer
        return out

    return System(predict, {"vocabulary": store})


def _grounded(terms: Sequence[TermInContext], view: View, vocabulary: str) -> list[tuple[str, ...]]:
    """Return what each term and its other phrasings mean, as ``onoma.ground`` does, in one run."""
    nlp = onoma.load(vocabulary, types=view.types, ids=view.ids or None, nested=True)
    texts, owner = [], []
    for number, term in enumerate(terms):
        read = dict.fromkeys([term.text, *spellings(term.text), *rephrasings(term.text)])
        for text in read:
            texts.append(text)
            owner.append(number)
    best: list[dict[str, float]] = [{} for _ in terms]
    documents = [
        Document("", f"{text}\n\n{terms[i].context}") for text, i in zip(texts, owner, strict=True)
    ]
    for text, number, done in zip(texts, owner, nlp.pipe(documents), strict=True):
        share = 1.0 if text == terms[number].text else 0.9
        for mention in done.mentions:
            _take(best[number], mention, len(text), share)
    return [tuple(sorted(one, key=lambda c: -one[c])[:K]) for one in best]


def _take(best: dict[str, float], mention: Mention, size: int, share: float) -> None:
    """Keep the better score of each of a mention's concepts, if it covers enough of the term."""
    covered = (mention.end - mention.start) / size if size else 0.0
    if mention.end > size or covered < PART_SHARE:
        return
    for candidate in mention.candidates:
        score = candidate.score * share * covered
        if score > best.get(candidate.curie, 0.0):
            best[candidate.curie] = score


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

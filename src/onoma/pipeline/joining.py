"""The dictionary and the tagger as one (mode ``hybrid``): what each finds is weighed, then linked.

For each group of types that both know, every span that either proposes gets a chance of being a
mention (``span_judge``), and the best set of spans that do not overlap is taken. A span of the
dictionary keeps its concept; another one is grounded by its words, written out where the document
defines a short form, and stays without a concept (NIL) where none is near enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from onoma.assertion import Assertor
from onoma.ontology.clade import Clade
from onoma.ontology.project import read_project
from onoma.pipeline.annotator import Settings
from onoma.pipeline.chosen_concepts import ChosenConcepts
from onoma.pipeline.grounder import Grounder
from onoma.pipeline.grounding import GroundOptions, make_grounder
from onoma.pipeline.induced import Chemicals, Induced
from onoma.pipeline.mark_lexicon import MarkLexicon
from onoma.pipeline.span_choice import (
    LITTLE,
    ORGANISM,
    SIGN,
    UNBROKEN,
    YOUNG,
    Believed,
    Taken,
    answer_within,
    believed_groups,
    beside_classes,
    beside_people,
    beside_persons,
    beside_shorthand,
    best_of,
    best_of_group,
    gain_of,
    is_genus,
    known_otherwise,
    with_conditions,
    without_values,
)
from onoma.pipeline.span_evidence import Places, Proposals, Thought, log_odds, overlap, propose
from onoma.pipeline.span_judge import ON_DEMAND, Judge, types_for
from onoma.pipeline.whole_names import is_of_substance, is_shouted, untangled
from onoma.recognize.own_names import OwnNames
from onoma.recognize.short_meanings import usual_readings
from onoma.recognize.shorthand import is_something_else
from onoma.recognize.tagger import Gazetteer, Tagger
from onoma.recognize.tagger.gazetteer import Marks
from onoma.recognize.tagger.tagger import HYPHENS, Look
from onoma.recognize.taxa import VIRUSES, tells_of_microbes
from onoma.text.tokens import TextBatch
from onoma.text.variants import canonical_form
from onoma.types import (
    TYPE_BIT,
    AnnotatedDocument,
    Assertion,
    Candidate,
    Mention,
    Span,
    type_mask,
    types_of,
)

TAGGER = "tagger"
BOTH = "+tagger"  # behind who else found the mention
UNJUDGED = 0.5  # what a mention of the dictionary gains where nobody judges its type
AT_ONCE = 1 << 17  # characters that are tagged together
MOST_KEPT = 1 << 17  # texts whose concepts are remembered
LINKED = 0.45  # the least score of a concept for a span that the dictionary does not have
NEAR = ("disease", "chemical")
"""Groups whose names may be spelled alike; of the others the dictionary is asked alone."""
CANDIDATES = 5
Thoughts = dict[str, Thought]
AGAINST = ("anti-", "inflammatory")
GENE, VARIANT = "gene", "variant"
_SHORT = re.compile(r"[A-Z]{2,4}s?")
_CLASS = re.compile(r"(?<=\w)[ -](?:genes?|proteins?|mRNAs?)$")  # "MET gene" is MET
_WORD = re.compile(r"[^\W_]+")
_MASK = re.compile(r"X{3}|x{4}|\*{3}|_{3}")  # what stands for a name or a date that was taken out
_READ = re.compile(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]")  # Latin and Greek
_BREAK = re.compile(r"\n\s*(?:\n|[-*\u2022]|\d+[.)])|:\s*\n")  # no name goes on behind it


class Joiner:
    """Joins the mentions of annotated documents with those of a tagger."""

    def __init__(
        self,
        settings: Settings,
        tagger: Tagger,
        gazetteer: Gazetteer,
        judge: Judge,
        *,
        groups: Sequence[str],
        marks: MarkLexicon | None = None,
        chosen: ChosenConcepts | None = None,
    ) -> None:
        """Take the settings of the annotator whose documents come, and who is asked besides.

        ``groups`` are heads of the tagger; see ``groups_of``. ``marks``: what annotators marked,
        ``chosen``: the concepts that they chose.
        """
        self._settings, self._tagger, self.judge = settings, tagger, judge
        self._gazetteer, self.groups = gazetteer, tuple(groups)
        self._marks, self.chosen = marks or {}, chosen
        self._store = gazetteer.recognizer.store
        self._usual = usual_readings(self._store)
        self._own = OwnNames(self._store)
        self._viruses = Clade(self._store, VIRUSES)
        self._assertor = Assertor()
        self._induced = Induced(settings)
        self._blocked = blocked_names(settings.project)
        self._grounders: dict[str, Grounder] = {}
        self._known: dict[tuple[str, str], tuple[Candidate, ...]] = {}

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the mentions that both agree on best."""
        if not self.groups:
            return list(documents)
        return [done for some in runs_of(documents) for done in self._joined(some)]

    def _joined(self, documents: Sequence[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
        batch = TextBatch.of([document.text for document in documents])
        marks = self._gazetteer.marks(batch)
        thoughts = self.thoughts(batch, marks)
        chemicals = chemicals_of(batch, marks)
        taken = [
            self._taken(document, own) for document, own in zip(documents, thoughts, strict=True)
        ]
        fresh = [[one for one in some if one.named is None] for some in taken]
        said = self._assertions(batch, [[one.span for one in some] for some in fresh])
        self._ground(documents, fresh)
        for document, some, axes, own in zip(documents, taken, said, chemicals, strict=True):
            mentions = [self._mention(document, one, axes) for one in some]
            mentions = known_otherwise(document.mentions, mentions)
            mentions += _scattered(document.mentions, mentions)
            if self.chosen is not None:
                mentions = self.chosen.settle(
                    document, mentions, self._store,
                    ids=self._settings.ids, types=self._settings.types,
                )  # fmt: skip
            mentions = self._induced.settle(document, mentions, own)
            mentions.sort(key=lambda one: (one.start, one.end))
            models = (*document.models, (TAGGER, self._tagger.name))
            yield replace(document, mentions=tuple(mentions), models=models)

    def thoughts(self, batch: TextBatch, marks: Marks | None = None) -> list[Thoughts]:
        """Return what the tagger thinks of each document of a batch, by group.

        ``marks``: the names in the batch, where they have been looked up.
        """
        look = self._tagger.look(batch, marks or self._gazetteer.marks(batch), self.groups)
        return list(thoughts_of(look))

    def proposals(self, document: AnnotatedDocument, thoughts: Thoughts) -> dict[str, Proposals]:
        """Return the spans that are proposed in a document, by group."""
        return {
            group: propose(
                document,
                [one for one in document.mentions if one.type in types_for(group)],
                thoughts[group],
                is_bound=bool(self._settings.ids),
                marks=self._marks.get(group),
            )
            for group in self.groups
        }

    def _taken(self, document: AnnotatedDocument, thoughts: Thoughts) -> list[Taken]:
        """Return the spans that become mentions, those of several stretches not among them.

        Each group has its own best set. Where those of several groups overlap, a word in a longer
        name counts as much as a word in a shorter one, so that a cell type is not taken apart into
        an organ and a process.
        """
        judged = {type_ for group in self.groups for type_ in types_for(group)}
        whole = [one for one in document.mentions if len(one.spans) == 1]
        pool = [
            Taken((one.start, one.end), "", UNJUDGED, one)
            for one in whole
            if one.type not in judged
        ]
        known: list[Taken] = []
        others: list[Taken] = []  # what would have been second
        believed = believed_groups(document.text)
        for group, proposals in self.proposals(document, thoughts).items():
            least = self._least(document, group, believed)
            own = self._weighed(document, group, proposals, thoughts[group].tags, least=least)
            best = best_of_group(own, group)
            if group in UNBROKEN:
                known += [one for one in own if one.named and is_of_substance(one.named.text)]
            pool += [own[place] for place in sorted(best)]
            others += [one for place, one in enumerate(own) if place not in best and one.gain > 0]
        pool, others = beside_persons(document.text, pool, others)
        if self._settings.nested:
            return [*pool, *(one for one in others if one.named)]
        pool = beside_shorthand(with_conditions(beside_classes(pool), known), whole)
        taken = best_of(beside_people(pool, document.text), document.text)
        around = Places(one.span for one in taken)
        left = [one for one in beside_shorthand(others, whole) if not around.touching(one.span)]
        return sorted([*taken, *best_of(left, document.text)], key=lambda one: one.span)

    def _weighed(
        self, document: AnnotatedDocument, group: str, proposals: Proposals, tags: Container[Span],
        *, least: Callable[[Mention | None], float],
    ) -> list[Taken]:  # fmt: skip
        """Return what is proposed for a group, with what each span gains, in text order."""
        own = types_for(group)
        names = {
            (one.start, one.end): one
            for one in document.mentions
            if len(one.spans) == 1 and one.type in own
        }
        chances = self.judge.chances(group, proposals.table).tolist()
        border = self.judge.border(group, self._settings.leaning)
        microbes = group == ORGANISM and tells_of_microbes(document.text)
        likely = untangled(dict(zip(proposals.spans, chances, strict=True)), document, names)
        likely = without_values(likely, document.text, names)
        return [
            Taken(span, group,
                  max(gain_of(chance, border, named, told=self._is_told(named, microbes)),
                      least(named)),
                  named, span in tags, chance)
            for span, chance in likely.items()
            if (named := names.get(span)) or self._may_be_a_name(document.text, span)
        ]  # fmt: skip

    def _is_told(self, named: Mention | None, microbes: bool) -> bool:
        """Return whether a name counts whatever annotators mark: one's own, a genus."""
        return named is not None and ((microbes and is_genus(named)) or named.text in self._own)

    def _least(
        self, document: AnnotatedDocument, group: str, believed: Believed
    ) -> Callable[[Mention | None], float]:
        """Return what a span of a group gains at the least, where nothing longer is a mention.

        What the dictionary takes for a virus is marked in 290 of 304 places (S800, train part). A
        gene right before a variant is the one that varies. ``believed``: which names count
        whatever the judge holds of them, by group (``believed_groups``).
        """
        variants = {one.start for one in document.mentions if one.type == VARIANT}

        def least(named: Mention | None) -> float:
            if named is None or named.curie is None:
                return -1.0
            told = group in believed and believed[group](named)
            told |= named.text.lower() in YOUNG
            told |= group == GENE and named.end + 1 in variants
            if group == ORGANISM:
                row = self._store.row_of(named.curie)
                told |= row >= 0 and self._viruses.has(row)
            return LITTLE if told else -1.0

        return least

    def _may_be_a_name(self, text: str, span: Span) -> bool:
        """Return whether what only the tagger sees can be a name.

        It lies in one block, has letters that the tagger reads, and nobody masked or blocked it.
        What is anti-inflammatory is no inflammatory disease, the RA behind "88 %" no arthritis.
        """
        if (
            text[span[0] : span[1]] == AGAINST[1]
            and text[max(0, span[0] - 5) : span[0]].lower() == AGAINST[0]
        ):
            return False
        if _BREAK.search(text, *span) or _MASK.search(text, *span) or not _READ.search(text, *span):
            return False
        if is_something_else(text, *span):
            return False
        return not self._blocked or plain(text[slice(*span)]) not in self._blocked

    def _mention(
        self, document: AnnotatedDocument, one: Taken, axes: Mapping[Span, Assertion]
    ) -> Mention:
        """Return a taken span as a mention."""
        if one.named is not None:
            how = one.named.found_by + BOTH if one.tagged else one.named.found_by
            return replace(one.named, found_by=how)
        start, end = one.span
        written = self._written(document, one)
        found = self._known[one.group, written]
        if one.group == "chemical" and _SHORT.fullmatch(written):  # so few letters are alike soon
            found = tuple(each for each in found if "gram" not in each.why)
        first = self._first(found, written) or answer_within(document, one)
        own = self._types(one.group)
        return Mention(
            start=start,
            end=end,
            text=document.text[start:end],
            type=first.type if first is not None and first.type in own else own[0],
            curie=first.curie if first is not None else None,
            label=first.label if first is not None else None,
            score=first.score if first is not None else one.chance,
            found_by=TAGGER,
            spans=(one.span,),
            name=first.name if first is not None else "",
            scope=first.scope if first is not None else "",
            candidates=found,
            assertion_axes=axes[one.span],
        )

    def _written(self, document: AnnotatedDocument, one: Taken) -> str:
        """Return the text of a span, a short form written out as the document does, or as usual."""
        text = document.text[one.span[0] : one.span[1]].translate(HYPHENS)
        long = next((pair.long for pair in document.abbreviations if pair.short == text), "")
        usual, key = self._usual.get(text, ("", -1))
        if one.group == GENE and not long:
            text = _CLASS.sub("", text)
        if long or not usual:
            return long or text
        types = int(self._gazetteer.recognizer.key_types[key])
        return usual if types & type_mask(types_for(one.group)) else text

    def _first(self, found: Sequence[Candidate], written: str) -> Candidate | None:
        """Return the best concept of a type that is asked for, None where none is sure enough."""
        asked = self._settings.types
        for one in found:
            if one.score < LINKED:
                return None
            if is_shouted(one.name, written):
                continue
            row = self._store.row_of(one.curie)
            if not asked or row < 0 or int(self._store.array("concept_types")[row]) & asked:
                return one
        return None

    def _ground(
        self, documents: Sequence[AnnotatedDocument], fresh: Sequence[Sequence[Taken]]
    ) -> None:
        """Look up the concepts of spans that the dictionary does not have."""
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        asked: dict[str, dict[str, None]] = {}
        for document, some in zip(documents, fresh, strict=True):
            for one in some:
                written = self._written(document, one)
                if (one.group, written) not in self._known:
                    asked.setdefault(one.group, {})[written] = None
        for group, texts in asked.items():
            if not TYPE_BIT.keys() & set(self._types(group)):  # types of the user's own
                self._known |= {(group, text): () for text in texts}
                continue
            found = self._grounder(group).ground([(text, "") for text in texts], k=CANDIDATES)
            for text, some_ in zip(texts, found, strict=True):
                self._known[group, text] = tuple(some_)

    def _grounder(self, group: str) -> Grounder:
        """Return what grounds the mentions of a group; opened when it is first needed."""
        if group not in self._grounders:
            settings = self._settings
            self._grounders[group] = make_grounder(
                GroundOptions(
                    types=self._grounded_types(group),
                    ids=settings.ids,
                    mode="full" if group in NEAR else "dictionary",
                    encoder="none",  # it rounds by what is asked together
                ),
                vocabulary=settings.vocabulary,
                project=settings.project or None,
            )
        return self._grounders[group]

    def _types(self, group: str) -> tuple[str, ...]:
        """Return the types of a group that are asked for, all where none is."""
        own = types_for(group)
        asked = types_of(self._settings.types)
        return tuple(one for one in own if one in asked) or own

    def _grounded_types(self, group: str) -> tuple[str, ...]:
        """Return the types whose names are looked through for a group.

        Other namespaces have many signs as diseases: where some are asked, signs' names count.
        """
        return types_for(group) if self._settings.ids else self._types(group)

    def _assertions(
        self, batch: TextBatch, spans: Sequence[Sequence[Span]]
    ) -> list[dict[Span, Assertion]]:
        """Return what is said of some spans of each document."""
        rows = [(number, span) for number, some in enumerate(spans) for span in some]
        out: list[dict[Span, Assertion]] = [{} for _ in spans]
        for (number, span), said in zip(rows, self._assertor.rows(batch, rows), strict=True):
            out[number][span] = said
        return out


def groups_of(settings: Settings, tagger: Tagger, judge: Judge) -> tuple[str, ...]:
    """Return the heads of a tagger that answer for the types that are asked for.

    Of the tagger that ships, those that are judged; types of ``ON_DEMAND`` where they are named. Of
    another one all heads, unless types are named.
    """
    asked = set(types_of(settings.types))
    heads = tagger.heads.shared
    if not settings.tagger:
        usual = [head for head in heads if head in judge.forests and head not in ON_DEMAND]
        heads = (*usual, *(head for head in ON_DEMAND if head in heads and head in asked))
    return tuple(head for head in heads if not asked or asked.intersection(_own_types(head)))


def _own_types(head: str) -> set[str]:
    """Return the types that call for a head: signs alone do not call for diseases."""
    return {one for one in types_for(head) if one == head or one != SIGN}


def blocked_names(project: str) -> frozenset[str]:
    """Return the names that a project's lists block, as ``plain`` has them."""
    if not project:
        return frozenset()
    return frozenset(plain(name) for name in read_project(Path(project)).blocked_names)


def plain(text: str) -> str:
    """Return a name in lower case, its words in the singular.

    >>> plain("Febrile  Seizures")
    'febrile seizure'
    """
    return " ".join(canonical_form(word, ()) for word in _WORD.findall(text.lower()))


def runs_of(
    documents: Sequence[AnnotatedDocument], most: int = AT_ONCE
) -> Iterator[list[AnnotatedDocument]]:
    """Yield runs of documents of about ``most`` characters."""
    run: list[AnnotatedDocument] = []
    size = 0
    for document in documents:
        run.append(document)
        size += len(document.text)
        if size >= most:
            yield run
            run, size = [], 0
    if run:
        yield run


def thoughts_of(look: Look) -> Iterator[Thoughts]:
    """Yield for each document of a batch what was thought of it, by head."""
    words, spans = look.words, look.spans
    owner = np.searchsorted(words.bounds, spans.first, side="right") - 1
    start, end = words.start[spans.first].tolist(), words.end[spans.behind - 1].tolist()
    tags: dict[tuple[int, int], dict[Span, float]] = {}
    whose, scores = zip(owner.tolist(), spans.head.tolist(), strict=True), spans.score.tolist()
    for (document, head), first, last, score in zip(whose, start, end, scores, strict=True):
        tags.setdefault((document, head), {})[first, last] = score
    for number, (low, high) in enumerate(
        zip(words.bounds[:-1].tolist(), words.bounds[1:].tolist(), strict=True)
    ):
        yield {
            name: Thought(
                words.start[low:high],
                words.end[low:high],
                log_odds(look.chances[low:high, head]),
                tags.get((number, head), {}),
            )
            for head, name in enumerate(look.heads)
        }


def chemicals_of(batch: TextBatch, marks: Marks) -> Iterator[Chemicals]:
    """Yield the chemicals of each document of a batch."""
    own = np.flatnonzero(marks.types & np.uint32(type_mask(("chemical", "drug"))))
    own = own[np.argsort(marks.start[own], kind="stable")]
    start, end = marks.start[own], marks.end[own]
    bounds = np.searchsorted(start, batch.doc_start).tolist()
    shifts = batch.doc_start[:-1].tolist()
    stops = (batch.doc_start[1:] - 1).tolist()
    for low, high, shift, stop in zip(bounds[:-1], bounds[1:], shifts, stops, strict=True):
        spans = zip(
            (start[low:high] - shift).tolist(), (end[low:high] - shift).tolist(), strict=True
        )
        yield Chemicals.of(batch.text[shift:stop], list(spans))


def _scattered(before: Sequence[Mention], after: Sequence[Mention]) -> list[Mention]:
    """Return the mentions of several stretches of which another mention was kept.

    "Breast and ovarian cancer" names breast cancer as long as something there is a mention.
    """
    spans = [(one.start, one.end) for one in after]
    return [
        one
        for one in before
        if len(one.spans) > 1 and any(overlap((one.start, one.end), span) for span in spans)
    ]

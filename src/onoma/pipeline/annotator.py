"""One batch of documents through every stage, on columns."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.assertion import Assertor
from onoma.link.genes import GeneContext
from onoma.link.lexical import LexicalLinker, Links, telling
from onoma.link.literals import join_literals
from onoma.link.namespaces import Namespaces, namespaces
from onoma.ontology.clade import Clade
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.project import ProjectLists, read_project
from onoma.ontology.store import ConceptStore
from onoma.pipeline.answering import Entries, admit_answers, keys_answering
from onoma.pipeline.columns import AnnotatedBatch
from onoma.recognize import DictionaryRecognizer, Spans, Work, celllines, species
from onoma.recognize.columns import PATTERN
from onoma.recognize.coordination import Coordination
from onoma.recognize.patterns import find_variants
from onoma.recognize.short_meanings import UsualNames
from onoma.recognize.shortforms import ShortForms, spread
from onoma.recognize.shorthand import Shorthand
from onoma.text.abbreviations import abbreviation_columns
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from onoma.types import TYPE_BIT, Candidate, Document


@dataclass(frozen=True, slots=True)
class Settings:
    """What an annotator is made by, small enough to send to a worker process."""

    types: int = 0  # bits; 0 for all
    ids: tuple[str, ...] = ()
    nested: bool = False
    kernel: str = "auto"
    vocabulary: tuple[str, ...] = ("core",)
    project: str = ""  # the folder of the lists laid over the vocabulary
    mode: str = "dictionary"  # one of completing.MODES
    tagger: str = ""  # a tagger's folder; empty: the one that ships
    leaning: str = "balanced"  # one of span_judge.LEANINGS
    described: str = ""  # types in plain words, found besides (see describing)
    examples: tuple[str, ...] = ()  # files of annotated documents that sharpen them
    relations: str = ""  # who reads relations (relate.relaters); empty: nobody
    least: float = 0.0  # confidence of the relations that are kept
    task: str = ""  # the only task whose relations are read; empty: all that answer


PROTEINS = "MESH:D011506"
PROTEIN = TYPE_BIT["protein"]
GENE = PROTEIN | TYPE_BIT["gene"]
CHEMICAL = TYPE_BIT["chemical"] | TYPE_BIT["drug"]
STAGES = (
    "tokens", "match", "abbreviations", "context", "resolve", "coordination", "link", "sentences",
    "assertion",
)  # fmt: skip


class Annotator:
    """Runs the stages over batches and keeps the CPU seconds of each in ``seconds``."""

    def __init__(
        self,
        store: ConceptStore,
        *,
        types: int = 0,
        ids: Namespaces | None = None,
        nested: bool = False,
        kernel: str = "auto",
        blocked: Collection[str] = (),
    ) -> None:
        """Take a store, the types (bits) and namespaces asked for, and the matcher's kernel.

        ``blocked``: clinical shorthand that is not read (the store knows what else is blocked).
        """
        self.store = store
        self.types = types
        self.ids = ids
        self.nested = nested
        self.recognizer = DictionaryRecognizer(store, types=types, kernel=kernel)
        self.shorthand = Shorthand(self.recognizer, blocked)
        self.coordination = Coordination(self.recognizer)
        usual = None if nested else UsualNames(store)  # who wants all readings gets all
        self.linker = LexicalLinker(store, self.recognizer, ids=ids, usual=usual)
        self.genes = GeneContext(store)
        self.answering = None
        if ids is not None:
            entries = Entries.of(store)
            self.answering = keys_answering(store, ids, entries)
            admit_answers(store, ids, entries, self.recognizer)
        self.readings: dict[tuple[int, int], tuple[Candidate, ...]] = {}
        self._proteins = Clade(store, (PROTEINS,))
        self.seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._clock = 0.0

    @cached_property
    def assertor(self) -> Assertor:
        """The finder of assertions (its lexicon is compiled when it is first needed)."""
        return Assertor()

    def warm(self) -> None:
        """Make now what is otherwise made at the first document."""
        self.annotate([Document("", "Gout (G) is absent.")])

    def annotate(self, documents: Sequence[Document]) -> AnnotatedBatch:
        """Return a batch annotated."""
        self._clock = time.process_time()
        batch = TextBatch.of([document.text for document in documents])
        work = self.recognizer.read(batch)
        self._tick("tokens")
        spans = self.recognizer.find(work)
        self._tick("match")
        pairs = short_forms(batch)
        self._tick("abbreviations")
        spans = spread(work, spans, pairs, recognizer=self.recognizer)
        spans = self.shorthand.extend(work, spans, pairs)
        spans = species.extend(work, spans, self.recognizer)
        spans = celllines.extend(
            work, spans, mask=int(self.recognizer.mask), key_types=self.recognizer.key_types
        )
        variants, curies = self._variants(work)
        self._tick("context")
        spans = beside(spans, variants)
        if not self.nested:
            spans = self._resolve(spans)
        self._tick("resolve")
        if not self.nested:
            spans = self.coordination.extend(work, spans)
        self._tick("coordination")
        spans, links = self.linker.link(work, spans)
        spans, links = self.genes.settle(work, spans, links)
        spans, links = join_literals(spans, links, variants, curies, store=self.store, ids=self.ids)
        self._tick("link")
        starts, ends = sentence_spans(batch.codes, batch.doc_start)
        self._tick("sentences")
        assertions = self.assertor.columns(
            work.tokens,
            batch.codes,
            sentence_starts=starts,
            sentence_ends=ends,
            span_start=spans.start.astype(np.int32),
            span_end=spans.end.astype(np.int32),
        )
        self._tick("assertion")
        return AnnotatedBatch(
            documents=documents,
            batch=batch,
            spans=spans,
            links=links,
            type=leading_types(links, self._proteins.has),
            assertions=assertions,
            short_forms=pairs,
            sentence_start=starts,
            sentence_end=ends,
            bounds=np.searchsorted(spans.start, batch.doc_start),
            store=self.store,
            ids=self.ids,
            literals=curies,
            kept=self.readings,
        )

    def _variants(self, work: Work) -> tuple[Spans, list[str]]:
        """Return the variants of a batch, where they are asked for, and their CURIEs."""
        if self.types and not self.types & TYPE_BIT["variant"]:
            none = np.empty(0, np.int64)
            return Spans.of(none, none, none, found_by=PATTERN), []
        return find_variants(work)

    def _resolve(self, spans: Spans) -> Spans:
        """Return spans that do not overlap, leftmost-longest; those with an answer go first."""
        longest = self.recognizer.kernel.leftmost_longest
        answered = (
            np.ones(len(spans), bool)
            if self.answering is None
            else (spans.key < 0) | self.answering[spans.key]
        )
        first = spans.keep(answered)
        first = first.keep(longest(first.start, first.end))
        if answered.all():
            return first
        rest = spans.keep(~answered)
        before = np.searchsorted(first.end, rest.start, side="right")
        clear = np.append(first.start, np.iinfo(np.int64).max)[before] >= rest.end
        rest = rest.keep(clear)
        return Spans.merge(first, rest.keep(longest(rest.start, rest.end)))

    def _tick(self, stage: str) -> None:
        now = time.process_time()
        self.seconds[stage] += now - self._clock
        self._clock = now


def leading_types(
    links: Links, is_protein: Callable[[int], bool] = lambda _: True
) -> npt.NDArray[np.uint8]:
    """Return the number of each span's leading type (a NIL span takes its first believed one).

    MeSH has a heading in several trees: types that say less of it are left aside (``telling``). It
    has drugs such as lisinopril among the peptides. What is a protein and a chemical there, no
    protein by its place in the tree (``is_protein`` of a concept's row), and to another vocabulary
    a chemical alone, to none a gene or protein alone, is a chemical.
    """
    rows = np.where(links.chosen >= 0, links.chosen, links.rows.first)
    nil = np.flatnonzero(links.chosen < 0)
    if len(nil):
        good = np.flatnonzero(links.believed & (links.types != 0))
        first = good[np.flatnonzero(np.diff(links.rows.owner[good], prepend=-1))]
        rows[links.rows.owner[first]] = np.where(
            links.chosen[links.rows.owner[first]] >= 0, rows[links.rows.owner[first]], first
        )
    types = telling(links.types[rows].astype(np.int64))
    unclear = np.flatnonzero((types & PROTEIN != 0) & (types & CHEMICAL != 0))
    if len(unclear):
        candidates = links.types.astype(np.int64)
        is_gene, is_chemical = (candidates & bits != 0 for bits in (GENE, CHEMICAL))
        said = np.zeros((2, len(types)), bool)
        for number, only in enumerate((is_chemical & ~is_gene, is_gene & ~is_chemical)):
            said[number, links.rows.owner[links.believed & only]] = True
        for place in unclear[said[0, unclear] & ~said[1, unclear]].tolist():
            if not is_protein(int(links.concept[rows[place]])):
                types[place] &= ~GENE
    return np.asarray(np.log2(np.maximum(types & -types, 1)).astype(np.uint8))


def make_annotator(settings: Settings) -> Annotator:
    """Return an annotator over the vocabulary's store (compiled first if need be).

    Raises: BadCurie: an unknown prefix among ``ids``; UnknownName: no such vocabulary.
    """
    store = open_vocabulary(settings.vocabulary, project=settings.project)
    ids = namespaces(store, settings.ids) if settings.ids else None
    lists = read_project(Path(settings.project)) if settings.project else ProjectLists()
    return Annotator(
        store, types=settings.types, ids=ids, nested=settings.nested, kernel=settings.kernel,
        blocked=lists.blocked_names,
    )  # fmt: skip


def beside(spans: Spans, own: Spans) -> Spans:
    """Return the spans that do not touch any of ``own``, which are sure of themselves."""
    if not len(own):
        return spans
    before = np.searchsorted(own.end, spans.start, side="right")
    clear = np.append(own.start, np.iinfo(np.int64).max)[before] >= spans.end
    return spans.keep(clear)


def short_forms(batch: TextBatch) -> ShortForms:
    """Return the abbreviations that a batch's documents define."""
    columns = abbreviation_columns(batch.codes, batch.doc_start, batch.text)
    return ShortForms(*columns, batch.document_of(columns[0]))

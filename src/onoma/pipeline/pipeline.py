"""``load`` and the pipeline that it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from onoma.errors import InputError
from onoma.formats.jsonl import encode_record
from onoma.ontology.loading import Names, vocabulary_names
from onoma.ontology.project import project_folder
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Annotator, Settings, make_annotator
from onoma.pipeline.completing import MODES, Steps, known_modes, make_steps, usual_mode
from onoma.pipeline.parallel import run_batches
from onoma.pipeline.records import RecordWriter, failed_line
from onoma.pipeline.span_judge import LEANINGS
from onoma.recognize.tagger.described import parse_descriptions
from onoma.relate.relaters import NOBODY, checked_name, usual_reader
from onoma.relate.tasks import relation_task
from onoma.types import (
    AnnotatedDocument,
    Document,
    FailedDocument,
    type_mask,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from onoma.pipeline.found import Found

ARROW, COLUMNS = "onoma.pipeline.tables", "onoma.pipeline.found"  # PyArrow is an extra
BATCH_CHARACTERS = 1 << 20  # half of it is 6 % slower and 15 MiB smaller
BATCH_OF_MODELS = 1 << 17  # some seconds' work where models have a say
Input = str | Document | FailedDocument | AnnotatedDocument
Given = TypeVar("Given", bound=Input)


class Pipeline:
    """Annotates documents with the concepts of a store."""

    def __init__(self, annotator: Annotator, settings: Settings) -> None:
        """Take an annotator and the settings it was made by (workers make their own from them)."""
        self._annotator = annotator
        self._settings = settings
        self._writer = RecordWriter()
        is_plain = settings.mode == "dictionary" and not settings.relations
        self._most = BATCH_CHARACTERS if is_plain else BATCH_OF_MODELS
        self.store: ConceptStore = annotator.store

    @cached_property
    def _completer(self) -> Steps | None:
        """What completes documents, by mode; made when it is first needed."""
        return make_steps(self._settings)

    def describing(self, types: str, *, examples: Sequence[str | Path] = ()) -> Pipeline:
        """Return a pipeline that also finds types named in words, as ``annotate --describe`` does.

        ``types``: ``"adverse event; body part = organ, limb"``. ``examples``: files of annotated
        documents that show what is meant.

        Raises: InputError: nothing is described.
        """
        parse_descriptions(types)
        given = tuple(str(path) for path in examples)
        return Pipeline(self._annotator, replace(self._settings, described=types, examples=given))

    def relating(self, by: str = "", *, min_confidence: float = 0.0, task: str = "") -> Pipeline:
        """Return a pipeline that also reads relations, as ``annotate --relations`` does.

        ``by``: ``reader`` (usual; ``reader:DIR`` with one of yours), ``rules`` (quick), ``none``.
        ``min_confidence``: relations less sure than this are left out. ``task``: only those of one
        task (``cid``, ``biored``, ``chemprot`` ...), asked of all the pairs that it knows.

        Raises: UnknownName: no such reader or task. InputError: a confidence is in 0 to 1.
        """
        wanted = checked_name(by) if by not in ("", NOBODY) else by
        reader = {"": usual_reader(), NOBODY: ""}.get(wanted, wanted)
        if not 0.0 <= min_confidence <= 1.0:
            raise InputError(f"a confidence is in 0 to 1, not {min_confidence}")
        if task:
            relation_task(task)
        changed = replace(self._settings, relations=reader, least=min_confidence, task=task)
        return Pipeline(self._annotator, changed)

    @cached_property
    def _related(self) -> Pipeline:
        return self if self._settings.relations else self.relating()

    @property
    def settings(self) -> Settings:
        """What the pipeline was made by; another one made by the same finds the same."""
        return self._settings

    @property
    def batch_characters(self) -> int:
        """About how many characters are best annotated at a time."""
        return self._most

    @property
    def profile(self) -> dict[str, float]:
        """CPU seconds that this process has spent in each stage so far."""
        return dict(self._annotator.seconds)

    def annotate(
        self, document: str | Document | AnnotatedDocument, *, relations: bool = False
    ) -> AnnotatedDocument:
        """Return a text or document annotated; with ``relations``, also what ties its concepts.

        A document with mentions (``read_annotated``) keeps them, as with ``annotate --gold``.
        """
        if relations and not self._settings.relations:
            return self._related.annotate(document)
        return annotate_batch(self._annotator, [document], self._completer)[0]

    def pipe(
        self, documents: Iterable[Input], *, processes: int = 1
    ) -> Iterator[AnnotatedDocument]:
        """Yield each document annotated, in order, lazily; a failed one keeps its place.

        Documents with mentions (``read_annotated``) keep them, as with ``annotate --gold``.
        """
        batches = in_batches(documents, self._most)
        if processes > 1:
            task = partial(_annotating, self._settings)
            results = run_batches(self._settings, task, batches, processes=processes)
            return chain.from_iterable(results)
        return chain.from_iterable(
            annotate_batch(self._annotator, batch, self._completer) for batch in batches
        )

    def to_jsonl(self, documents: Iterable[Input], *, processes: int = 1) -> Iterator[bytes]:
        """Yield one JSON line a document, in order, as ``AnnotatedDocument.to_dict`` has it."""
        batches = in_batches(documents, self._most)
        if processes > 1:
            task = partial(_writing, self._settings)
            results = run_batches(self._settings, task, batches, processes=processes)
            return chain.from_iterable(results)
        return chain.from_iterable(
            write_batch(self._annotator, self._writer, batch, self._completer) for batch in batches
        )

    def annotate_table(self, table: pa.Table) -> pa.Table:
        """Return the mentions of a table of documents (columns ``text`` and, if there, ``id``).

        One row a mention, columns as in ``formats.mention_rows.SCHEMA``; for relations, see
        ``relate_table``.
        Raises: InputError: no column ``text``, or a row that is no text. ExtraMissing: no PyArrow.
        """
        arrow: Any = import_module(ARROW)
        documents = arrow.documents_of(table)
        if self._completer is not None:
            return arrow.table_of(self.pipe(documents))
        return arrow.mentions_in(map(self._annotator.annotate, in_batches(documents)))

    def relate_table(self, table: pa.Table) -> pa.Table:
        """Return the relations of a table of documents, columns as ``formats.relation_schema``.

        Raises: InputError: no column ``text``, or a row that is no text. ExtraMissing: no PyArrow.
        """
        arrow: Any = import_module(ARROW)
        return arrow.relation_table(self._related.pipe(arrow.documents_of(table)))

    def find(self, batches: Iterable[Sequence[Document]], *, processes: int = 1) -> Iterator[Found]:
        """Yield what is found in each batch of documents, as columns (see ``found``), in order."""
        columns: Any = import_module(COLUMNS)
        if processes > 1:
            task = partial(columns.finding, self._settings)
            return run_batches(self._settings, task, batches, processes=processes)
        found: Iterator[Found] = columns.found_each(self._annotator, iter(batches), self._completer)
        return found


def annotate_batch(
    annotator: Annotator, batch: Sequence[Input], completer: Steps | None = None
) -> list[AnnotatedDocument]:
    """Return the documents of a batch annotated; what is ``kept`` keeps its place."""
    ready = [kept(one) for one in batch]
    whole = [as_document(one) for one, own in zip(batch, ready, strict=True) if own is None]
    done = list(annotator.annotate(whole).documents_annotated())
    given = [one for one in ready if one is not None]
    if completer is not None:
        done, given = completer.complete(done), completer.relate(given)
    found, brought = iter(done), iter(given)
    return [next(found if one is None else brought) for one in ready]


def kept(given: Input) -> AnnotatedDocument | None:
    """Return what is not annotated: a document that failed, one with mentions of its own."""
    if isinstance(given, FailedDocument):
        return AnnotatedDocument(document=Document(given.id, ""), error=given)
    is_kept = isinstance(given, AnnotatedDocument) and (given.error or given.mentions)
    return given if is_kept and isinstance(given, AnnotatedDocument) else None


def _annotating(
    settings: Settings, annotator: Annotator
) -> Callable[[Sequence[Input]], list[AnnotatedDocument]]:
    """Return what a worker does for ``pipe``."""
    return partial(annotate_batch, annotator, completer=make_steps(settings))


def _writing(settings: Settings, annotator: Annotator) -> Callable[[Sequence[Input]], list[bytes]]:
    """Return what a worker does for ``to_jsonl``: with one writer for all its batches."""
    return partial(write_batch, annotator, RecordWriter(), completer=make_steps(settings))


def write_batch(
    annotator: Annotator,
    writer: RecordWriter,
    batch: Sequence[Input],
    completer: Steps | None = None,
) -> list[bytes]:
    """Return the JSON line of each document of a batch."""
    if completer is not None or any(isinstance(one, AnnotatedDocument) for one in batch):
        return [encode_record(one.to_dict()) for one in annotate_batch(annotator, batch, completer)]
    whole = [as_document(one) for one in batch if not isinstance(one, FailedDocument)]
    lines = writer.lines(annotator.annotate(whole))
    return [failed_line(one) if isinstance(one, FailedDocument) else next(lines) for one in batch]


def as_document(given: Input) -> Document:
    """Return a text as a document.

    Raises: InputError: neither.
    """
    if isinstance(given, str):
        return Document(id="", text=given)
    if isinstance(given, Document):
        return given
    if isinstance(given, AnnotatedDocument):
        return given.document
    kind = type(given).__name__
    raise InputError(f"a document is a str or a Document, not {kind}", hint="decode or wrap it")


def in_batches(documents: Iterable[Given], most: int = BATCH_CHARACTERS) -> Iterator[list[Given]]:
    """Yield runs of documents of about ``most`` characters each."""
    batch: list[Given] = []
    size = 0
    for document in documents:
        batch.append(document)
        text = document if isinstance(document, str) else getattr(document, "text", "")
        size += len(text) + 1
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def load(
    vocabulary: Names = "core",
    *,
    types: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    nested: bool = False,
    kernel: str = "auto",
    project: str | Path | None = None,
    mode: str = "",
    leaning: str = "balanced",
) -> Pipeline:
    """Return a pipeline over a vocabulary.

    ``vocabulary``: ``core``, the id of one of yours (``onoma vocab add``), a path to a vocabulary
    file, or several (``"core,mine"`` or a sequence) as one. ``types``: semantic types to find (all
    unless given). ``ids``: prefixes of the namespaces to answer in. ``nested``: keep mentions
    inside longer ones. ``kernel``: ``numpy``, ``numba`` (the extra ``fast``) or ``auto``; both find
    the same. ``project``: a folder with ``block.tsv``, ``allow.tsv``, ``synonyms.tsv``, or one that
    has them in ``.onoma``. ``mode``: ``dictionary``; ``hybrid``, the dictionary and the tagger
    weighed against each other (usual where the core is asked; slower); ``neural``, the tagger
    alone; ``hybrid:DIR`` and ``neural:DIR`` with a tagger of yours (``onoma train ner``).
    ``leaning``: ``balanced``, ``precision`` or ``recall``, for the modes that weigh.
    Raises: InputError: an unknown mode or leaning; UnknownName: a type or vocabulary that is none;
    BadCurie: an unknown prefix; ExtraMissing: ``kernel="numba"`` without the extra.
    """
    names = vocabulary_names(vocabulary)
    wanted, _, tagger = (mode or usual_mode(names)).partition(":")
    if wanted not in MODES and wanted not in known_modes():
        raise InputError(f"no mode {wanted!r}", hint=f"known: {', '.join(known_modes())}")
    if leaning not in LEANINGS:
        raise InputError(f"no leaning {leaning!r}", hint=f"known: {', '.join(LEANINGS)}")
    settings = Settings(
        types=type_mask(types or ()),
        ids=tuple(ids or ()),
        nested=nested,
        kernel=kernel,
        vocabulary=names,
        project="" if project is None else str(project_folder(Path(project))),
        mode=wanted,
        tagger=tagger,
        leaning=leaning,
    )
    return Pipeline(make_annotator(settings), settings)

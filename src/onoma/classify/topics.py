"""Topics of documents and sentences, by a model that was trained on examples.

Log odds of each label come from hashed words, character sequences and concepts (a linear model),
from the encoder's vector of the text and, if the model has one, from an adapter of the encoder; a
logistic function per label joins them into a chance. Where sentences were labelled, a document's
chance comes from theirs (that some of them says so, and the likeliest one's) and from a linear
model of whole documents. A label is taken above a threshold of its own, set on texts held out in
training.

Papers: Baker et al. 2016 (hallmarks of cancer, the shown task), Chen et al. 2022 (LitCovid topics),
Platt 1999 (chances from margins).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from onoma.classify.adapter import AdaptedEncoder, Adapter
from onoma.classify.meaning import MeaningPart
from onoma.classify.ngrams import SIZE, count_features, weighed
from onoma.errors import BadFile, ModelMissing
from onoma.formats import open_output
from onoma.pipeline import Pipeline, load
from onoma.pipeline.pipeline import in_batches
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from onoma.types import AnnotatedDocument, Document, FailedDocument

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FORMAT = 1
FILE = "topics.npz"
UNITS = ("document", "sentence")
UNLIKELY = -4.0  # what the encoder's parts say of a text that they are not asked about
OTHERS = np.float32(0.2)  # how much other labels' margins are made smaller
BATCH = 1 << 17  # characters
_HINT = "train it again: onoma train topics"


@dataclass(frozen=True, slots=True)
class WordPart:
    """A linear model over hashed features; ``shares`` weigh words, sequences and concepts.

    ``rarity`` is (SIZE,), ``weights`` (SIZE, labels), ``bias`` (labels,).
    """

    rarity: F32
    weights: F32
    bias: F32
    shares: tuple[float, ...]

    def margins(self, texts: Sequence[str], concepts: Sequence[Sequence[str]] = ()) -> F32:
        """Return the log odds of each label for each text."""
        kinds = count_features(texts, concepts)
        return weighed(kinds, self.rarity, self.shares).times(self.weights) + self.bias

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return what a file keeps: the rows of features that were seen, in half precision."""
        seen = np.flatnonzero(self.rarity)
        return {
            "seen": seen.astype(np.uint16),
            "rarity": self.rarity[seen].astype(np.float16),
            "weights": self.weights[seen].astype(np.float16),
            "bias": self.bias,
        }

    @classmethod
    def of_arrays(cls, kept: Mapping[str, npt.NDArray[Any]], shares: Sequence[float]) -> WordPart:
        """Return the model of what a file keeps."""
        seen, bias = kept["seen"].astype(np.int64), kept["bias"]
        rarity, weights = np.zeros(SIZE, np.float32), np.zeros((SIZE, len(bias)), np.float32)
        rarity[seen], weights[seen] = kept["rarity"], kept["weights"]
        return cls(rarity, weights, bias, tuple(shares))


@dataclass(frozen=True, slots=True)
class Joining:
    """How margins become chances: ``weights`` (labels, parts); ``bias``, ``border`` (labels,)."""

    weights: F32
    bias: F32
    border: F32

    def chances(self, margins: F32) -> F32:
        """Return the chances, (texts, labels), of margins, (texts, labels, parts)."""
        joined = (margins * self.weights).sum(-1) + self.bias
        return np.asarray(1 / (1 + np.exp(-joined)), np.float32)


@dataclass(frozen=True, slots=True)
class TopicModel:
    """What a training wrote.

    Where sentences were labelled, ``documents`` joins what they say of their document
    (``of_sentences``) with the log odds of ``whole``, the linear model of whole documents, and with
    all these of the other labels (``with_others``).
    What needs the encoder, ``meaning`` and ``adapter``, is asked about texts in which some label's
    word margin is above ``floor``.
    """

    labels: tuple[str, ...]
    unit: str
    words: WordPart
    joining: Joining
    meaning: MeaningPart | None = None
    adapter: Adapter | None = None
    documents: Joining | None = None
    whole: WordPart | None = None
    floor: float = -np.inf
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of_documents(self) -> WordPart | None:
        """The linear model of whole documents."""
        return self.words if self.unit == "document" else self.whole

    @property
    def has_concepts(self) -> bool:
        """Whether the model looks at the concepts of a document."""
        return self.of_documents is not None and len(self.of_documents.shares) > 2

    def write(self, folder: Path) -> None:
        """Write the model into a folder, with what is known about it as a card."""
        said = {
            "format": FORMAT, "labels": self.labels, "unit": self.unit, "floor": self.floor,
            "shares": self.words.shares, "about": dict(self.about),
            "first": self.adapter.first if self.adapter else 0,
            "longest": self.adapter.longest if self.adapter else 0,
            "whole": self.whole.shares if self.whole else None,
        }  # fmt: skip
        arrays: dict[str, npt.NDArray[Any]] = {
            "said": np.frombuffer(json.dumps(said).encode(), np.uint8),
            **self.words.arrays(),
        }
        if self.whole is not None:
            arrays |= {f"whole.{name}": one for name, one in self.whole.arrays().items()}
        for name, joining in (("joining", self.joining), ("documents", self.documents)):
            if joining is not None:
                arrays |= {f"{name}.{part}": getattr(joining, part) for part in _PARTS}
        if self.meaning is not None:
            arrays |= {f"meaning.{name}": one for name, one in self.meaning.arrays().items()}
        if self.adapter is not None:
            arrays |= {"adapter.head": self.adapter.head, "adapter.bias": self.adapter.bias}
            changes = self.adapter.changes
            arrays |= {f"change.{name}": changes[name].astype(np.float16) for name in changes}
        folder.mkdir(parents=True, exist_ok=True)
        with open_output(folder / FILE) as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # names are its keywords
        with open_output(folder / "card.json") as file:
            file.write((json.dumps(dict(self.about), indent=1) + "\n").encode())


_PARTS = ("weights", "bias", "border")


def read_topic_model(folder: Path) -> TopicModel:
    """Return the model of a folder.

    Raises: ModelMissing: there is none; BadFile: it is damaged or of another version.
    """
    path = folder / FILE
    if not path.is_file():
        raise ModelMissing(f"{folder} holds no {FILE}", hint="make one: onoma train topics")
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        said = json.loads(arrays["said"].tobytes())
        if said["format"] != FORMAT:
            raise BadFile(f"{path}: of another version", hint=_HINT)
        return _model(said, arrays)
    except (OSError, ValueError, KeyError, TypeError, IndexError, BadZipFile) as error:
        raise BadFile(f"{path}: damaged", hint=_HINT) from error


def _model(said: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> TopicModel:
    """Return the model that arrays hold."""
    words, whole = WordPart.of_arrays(arrays, said["shares"]), None
    if said.get("whole"):
        whole = WordPart.of_arrays(_below("whole", arrays), said["whole"])
    joinings = {
        name: Joining(*(arrays[f"{name}.{part}"] for part in _PARTS))
        for name in ("joining", "documents")
        if f"{name}.bias" in arrays
    }
    meaning = adapter = None
    if "meaning.bias" in arrays:
        meaning = MeaningPart.of_arrays(_below("meaning", arrays))
    if said["first"]:
        changes = {name: one.astype(np.float32) for name, one in _below("change", arrays).items()}
        head, bias = arrays["adapter.head"], arrays["adapter.bias"]
        adapter = Adapter(int(said["first"]), changes, head, bias, int(said["longest"]))
    return TopicModel(
        tuple(said["labels"]), str(said["unit"]), words, joinings["joining"], meaning,
        adapter, joinings.get("documents"), whole, float(said["floor"]), said["about"],
    )  # fmt: skip


def _below(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a part by their names in it."""
    start = f"{part}."
    return {n.removeprefix(start): one for n, one in arrays.items() if n.startswith(start)}


@dataclass(frozen=True, slots=True)
class Topic:
    """A label with its chance, 0 to 1; ``is_taken`` if that is above the label's threshold."""

    label: str
    score: float
    is_taken: bool


@dataclass(frozen=True, slots=True)
class SentenceTopics:
    """A sentence's place in its document, with its labels, likeliest first."""

    start: int
    end: int
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class DocumentTopics:
    """A document's labels, likeliest first, and its sentences' where the model reads sentences.

    ``error`` is set instead when it failed.
    """

    document: Document
    topics: tuple[Topic, ...] = ()
    sentences: tuple[SentenceTopics, ...] = ()
    error: FailedDocument | None = None


class TopicReader:
    """Reads topics by a model; safe to use again and again.

    A document alone and in company has the same labels.
    """

    def __init__(self, model: TopicModel, pipeline: Pipeline | None = None) -> None:
        """Take a model, and a pipeline for its concepts if not the usual one."""
        self.model, self._pipeline = model, pipeline

    @cached_property
    def _adapted(self) -> AdaptedEncoder | None:
        return None if self.model.adapter is None else AdaptedEncoder(self.model.adapter)

    def read(self, documents: Iterable[Document | FailedDocument]) -> Iterator[DocumentTopics]:
        """Yield the topics of each document, in order."""
        for batch in in_batches(documents, BATCH):
            good = [one for one in batch if isinstance(one, Document)]
            made = iter(self._read(good))
            for one in batch:
                if isinstance(one, FailedDocument):
                    yield DocumentTopics(Document(one.id, ""), error=one)
                else:
                    yield next(made)

    def chances(self, texts: Sequence[str], concepts: Sequence[Sequence[str]] = ()) -> F32:
        """Return the chance of each label for each text (of the model's unit)."""
        if not texts:
            return np.zeros((0, len(self.model.labels)), np.float32)
        return self.model.joining.chances(self.margins(texts, concepts))

    def margins(self, texts: Sequence[str], concepts: Sequence[Sequence[str]] = ()) -> F32:
        """Return what each part says: log odds, (texts, labels, parts)."""
        words = self.model.words.margins(texts, concepts)
        asked = np.flatnonzero((words > self.model.floor).any(1))
        said = [words]
        for part in (self.model.meaning, self._adapted):
            if part is not None:
                found = np.full(words.shape, UNLIKELY, np.float32)
                if len(asked):
                    found[asked] = part.margins([texts[row] for row in asked.tolist()])
                said.append(found)
        return np.stack(said, axis=-1)

    def _read(self, documents: Sequence[Document]) -> list[DocumentTopics]:
        if self.model.unit == "document":
            chances = self.chances([one.text for one in documents], self._concepts(documents))
            taken = chances >= self.model.joining.border
            return [DocumentTopics(one, self._topics(c, t))
                    for one, c, t in zip(documents, chances, taken, strict=True)]  # fmt: skip
        return self._read_sentences(documents)

    def _read_sentences(self, documents: Sequence[Document]) -> list[DocumentTopics]:
        batch = TextBatch.of([one.text for one in documents])
        starts, ends = sentence_spans(batch.codes, batch.doc_start)
        owner = batch.document_of(starts)
        texts = [batch.text[s:e] for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]
        chances = self.chances(texts)
        taken = chances >= self.model.joining.border
        bounds = np.searchsorted(owner, np.arange(len(documents) + 1))
        words = self._document_margins(documents)
        out = []
        for number, (low, high) in enumerate(pairwise(bounds.tolist())):
            shift = int(batch.doc_start[number])
            sentences = tuple(
                SentenceTopics(int(starts[row]) - shift, int(ends[row]) - shift,
                               self._topics(chances[row], taken[row]))
                for row in range(low, high)
            )  # fmt: skip
            whole, is_in = self._whole(chances[low:high], taken[low:high], words[number])
            out.append(DocumentTopics(documents[number], self._topics(whole, is_in), sentences))
        return out

    def _document_margins(self, documents: Sequence[Document]) -> F32:
        """Return what whole documents' words say: log odds, (documents, labels, 1 or 0)."""
        if self.model.whole is None or not documents:
            return np.zeros((len(documents), len(self.model.labels), 0), np.float32)
        texts = [one.text for one in documents]
        return self.model.whole.margins(texts, self._concepts(documents))[:, :, None]

    def _whole(self, chances: F32, taken: Bools, words: F32) -> tuple[F32, Bools]:
        """Return a document's chances, and which labels it has.

        They come from its sentences' and from what its words say.
        """
        joining = self.model.documents
        if joining is None:
            none = np.zeros((1, len(self.model.labels)), np.float32)
            return np.concatenate([none, chances]).max(0), np.asarray(taken.any(0))
        own = np.concatenate([of_sentences(chances), words], axis=1)
        whole = joining.chances(with_others(own[None])[:, :, : joining.weights.shape[1]])[0]
        return whole, np.asarray(whole >= joining.border)

    def _topics(self, chances: F32, taken: Bools) -> tuple[Topic, ...]:
        order = np.argsort(-chances, kind="stable").tolist()
        return tuple(Topic(self.model.labels[n], float(chances[n]), bool(taken[n])) for n in order)

    def _concepts(self, documents: Sequence[Document]) -> list[list[str]]:
        if not self.model.has_concepts:
            return []
        if self._pipeline is None:
            self._pipeline = load(mode="dictionary")
        return [concepts_of(one, self._pipeline) for one in self._pipeline.pipe(documents)]


def of_sentences(chances: F32) -> F32:
    """Return what the chances of sentences, (sentences, labels), say of their document.

    Shape: (labels, 2): the log odds that at least one has the label, as if they were independent of
    each other, and those of the likeliest one.
    """
    given = chances.astype(np.float64)
    nowhere = np.prod(1 - given, axis=0).clip(1e-6, 1 - 1e-6)
    most = given.max(0, initial=0.0).clip(1e-5, 1 - 1e-5)
    odds = np.stack([(1 - nowhere) / nowhere, most / (1 - most)], axis=-1)
    return np.asarray(np.log(odds), np.float32)


def with_others(margins: F32) -> F32:
    """Return margins with those of all labels behind each label's own.

    Shape: (texts, labels, parts) to (texts, labels, parts + labels * parts). What is behind is made
    smaller, so that a penalty on its weights keeps labels from leaning on each other for nothing.
    Source: Read et al. 2011, Classifier chains (stacking of labels; here from held-out margins).
    """
    count, labels, parts = margins.shape
    every = (OTHERS * margins).reshape(count, 1, labels * parts)
    behind = np.broadcast_to(every, (count, labels, labels * parts))
    return np.concatenate([margins, behind], axis=2)


def concepts_of(found: AnnotatedDocument, pipeline: Pipeline) -> list[str]:
    """Return the CURIEs that a document names, each as often as it does, with their ancestors."""
    store = pipeline.store
    out: list[str] = []
    for mention in found.mentions:
        if mention.curie is not None:
            out.append(mention.curie)
            if store.row_of(mention.curie) >= 0:
                out += store.ancestors(mention.curie)
    return out

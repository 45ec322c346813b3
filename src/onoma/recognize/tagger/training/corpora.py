"""What a tagger learns from: corpora, each with the labels that its annotators looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onoma.errors import BadSpan, InputError
from onoma.recognize.tagger.folder import OWN
from onoma.types import SEMANTIC_TYPES, Span


@dataclass(frozen=True, slots=True)
class Marked:
    """A span that an annotator marked, under the corpus's own label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with all that was marked in it.

    Of ``unsure`` places nothing is said, nor of labels other than the ``asked`` ones, where given.
    """

    id: str
    text: str
    marks: tuple[Marked, ...] = ()
    unsure: tuple[Span, ...] = ()
    asked: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Check that the marks lie in the text.

        Raises: BadSpan: one does not.
        """
        for mark in self.marks:
            if not 0 <= mark.start < mark.end <= len(self.text):
                raise BadSpan(
                    f"{self.id}: {mark.label} at {mark.start} {mark.end} does not fit a text of "
                    f"{len(self.text)} characters",
                    hint="offsets count code points from 0, the end is exclusive",
                )


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus: ``labels`` says which types it marks, and which semantic type each one is.

    What is marked under no label of ``labels`` is passed over; a type that is not among them is
    never taught as absent. A label whose semantic type is empty gets a head of its own alone.
    ``passes`` is how often the training part is seen in a run (0.5: half of it once).
    """

    name: str
    labels: Mapping[str, str]
    train: Sequence[MarkedText] = ()
    dev: Sequence[MarkedText] = ()
    passes: float = 1.0

    def __post_init__(self) -> None:
        """Check names.

        Raises: InputError: a name cannot be used.
        """
        if OWN in self.name or not self.name:
            raise InputError(f"a corpus cannot be called {self.name!r}", hint="leave out '/'")
        if not self.labels:
            raise InputError(f"{self.name} marks nothing", hint="are there annotations in it?")
        if self.passes < 0:
            raise InputError(f"{self.name}: passes is {self.passes}", hint="it is 0 or more")


def head_names(corpora: Iterable[Corpus]) -> tuple[str, ...]:
    """Return the heads: each semantic type, then a corpus's own idea where several share a type.

    Annotators draw the borders of one type differently; a head of its own keeps each corpus's way.
    """
    labels = [(c.name, label, type_) for c in corpora for label, type_ in c.labels.items()]
    teachers = Counter(type_ for _, _, type_ in labels)
    known = [t for t in SEMANTIC_TYPES if teachers[t]]
    others = [t for t in teachers if t and t not in known]
    own = [
        f"{name}{OWN}{label}" for name, label, type_ in labels if not type_ or teachers[type_] > 1
    ]
    return (*known, *others, *own)


def label_heads(corpus: Corpus, heads: Sequence[str]) -> dict[str, list[int]]:
    """Return the numbers of the heads that each label of a corpus teaches."""
    place = {name: number for number, name in enumerate(heads)}
    found = {}
    for label, type_ in corpus.labels.items():
        names = (type_, f"{corpus.name}{OWN}{label}")
        found[label] = [place[name] for name in names if name in place]
    return found

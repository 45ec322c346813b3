"""Silver corpora: texts in which a concept store's names are marked by the classes they fall under.

A vocabulary of a million names comes with thousands of types that have a name themselves: whatever
has concepts below it ("bacterial infection", "kinase inhibitor", "bone"). The names found in some
texts, marked by classes at every height, teach what descriptions mean far beyond the labels of
annotated corpora. What a dictionary does not know is not absent: of words that are neither everyday
English nor part of a name nothing is said.

Source: distant supervision, Mintz et al. 2009; types of many grains from a hierarchy, Ling and Weld
2012 (FIGER).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.tagger.gazetteer import Gazetteer
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.recognize.tagger.training.descriptions import Description, Meanings
from onoma.text.characters import common_words
from onoma.text.tokens import TextBatch
from onoma.types import TYPE_BIT, Span, types_of

I64 = npt.NDArray[np.int64]
TEXTS = 64  # that share their classes
CLASSES, TYPES, ABSENT = 48, 8, 8  # asked of them: found there, semantic types, found elsewhere
OTHERS = 0.7  # labels without a mark that are asked of a text, for each one with a mark
LEAST_SEEN = 3  # different names of a class or type, in all texts, for it to be asked
MOST_WORDS, MOST_PHRASES = 5, 4  # of a phrase; phrases of a class
CANDIDATES = 2  # concepts of an ambiguous name that are believed
NAME_SCOPES = ("label", "exact", "layperson")
_WORD = re.compile(r"[^\W\d_]+")
_PHRASE = re.compile(r"[^\W\d_][\w' -]*")


@dataclass(frozen=True, slots=True)
class Found:
    """The names found in some texts: places in their own text, and the keys that name them."""

    texts: tuple[MarkedText, ...]
    text: I64
    start: I64
    end: I64
    key: I64


@dataclass(slots=True)
class Classes:
    """What a name of the store falls under."""

    store: ConceptStore
    _of_key: dict[int, frozenset[int]] = field(default_factory=dict)
    _of_row: dict[int, frozenset[int]] = field(default_factory=dict)

    def of(self, key: int) -> frozenset[int]:
        """Return the concepts at or above those of a key that have some below them."""
        found = self._of_key.get(key)
        if found is None:
            first, stop = self.store.entries_of(key)
            packed = self.store.array("entry_name")[first:stop].astype(np.int64)
            rows = self.store.array("name_concept")[packed & (MADE - 1)].tolist()
            own = list(dict.fromkeys(rows))[:CANDIDATES]
            found = self._of_key[key] = frozenset[int]().union(*map(self.above, own))
        return found

    def above(self, row: int) -> frozenset[int]:
        """Return a concept, if it has children, with all above it."""
        found = self._of_row.get(row)
        if found is None:
            self._of_row[row] = frozenset()  # a vocabulary may hold a ring
            parents = self.store.parents.of(row).tolist()
            own = frozenset([row]) if len(self.store.children.of(row)) else frozenset[int]()
            found = self._of_row[row] = own.union(*map(self.above, parents))
        return found

    def described(self, row: int, kinds: Mapping[str, str]) -> Description:
        """Return a class in the words of its own names; without any if none is plain enough."""
        concept = self.store.concept(self.store.curies[row])
        names = [concept.label, *(n.text for n in concept.names if n.scope in NAME_SCOPES)]
        plain = [name for name in dict.fromkeys(names) if is_phrase(name)]
        type_ = next(iter(types_of(int(self.store.array("concept_types")[row]))), "")
        return Description(tuple(plain[:MOST_PHRASES]), kinds.get(type_, ""))


def is_phrase(name: str) -> bool:
    """Say whether a name could be how a person describes a type."""
    return len(name.split()) <= MOST_WORDS and len(name) > 2 and bool(_PHRASE.fullmatch(name))


class Silver:
    """Silver corpora over texts, and the descriptions of their labels."""

    def __init__(
        self, texts: Sequence[MarkedText], gazetteer: Gazetteer, meanings: Meanings, *, seed: int
    ) -> None:
        """Find the names of a store in texts; ``meanings`` describes the semantic types."""
        self._rng = np.random.default_rng(seed)
        self._meanings = meanings
        self._types = gazetteer.recognizer.key_types
        self._classes = Classes(gazetteer.recognizer.store)
        self._found = [
            find_names(texts[start : start + TEXTS], gazetteer)
            for start in range(0, len(texts), TEXTS)
        ]
        self._kinds = {name: one.kind for name, one in meanings.descriptions.items()}
        self._said: dict[int, Description] = {}

    @cached_property
    def _common(self) -> dict[int, int]:
        """How many names of each class are found, of those that are found often enough."""
        keys = {key for found in self._found for key in found.key.tolist()}
        counts = Counter(row for key in keys for row in self._classes.of(key))
        return {row: n for row, n in sorted(counts.items()) if n >= LEAST_SEEN}

    @cached_property
    def _met(self) -> list[str]:
        """The semantic types that the vocabulary has names of in these texts."""
        keys = np.unique(np.concatenate([found.key for found in self._found]))
        types = np.asarray(self._types[keys], np.int64)
        return [n for n, bit in TYPE_BIT.items() if np.count_nonzero(types & bit) >= LEAST_SEEN]

    def _describe(self, row: int) -> Description:
        if row not in self._said:
            self._said[row] = self._classes.described(row, self._kinds)
        return self._said[row]

    def corpora(self, *, without: Sequence[str] = (), passes: float = 1.0) -> list[Corpus]:
        """Return a corpus for each few dozen texts; of the kinds ``without`` nothing is asked."""
        made = []
        for number, found in enumerate(self._found):
            columns = self._columns(found, without)
            marks: list[list[Marked]] = [[] for _ in found.texts]
            for label, rows in columns.items():
                for row in rows.tolist():
                    mark = Marked(int(found.start[row]), int(found.end[row]), label)
                    marks[int(found.text[row])].append(mark)
            texts = tuple(
                MarkedText(
                    text.id, text.text, tuple(own), unsure_words(text.text, spans),
                    self._asked(own, list(columns)),
                )
                for text, own, spans in zip(found.texts, marks, _spans(found), strict=True)
            )  # fmt: skip
            if columns:
                labels = {label: label for label in columns}
                made.append(Corpus(f"silver-{number}", labels, texts, passes=passes))
        return made

    def _asked(self, marks: Sequence[Marked], labels: Sequence[str]) -> frozenset[str]:
        """Return the labels that a text is asked for: those marked in it, and some others.

        Who asks for a type expects some: were all asked everywhere, a network would learn that
        what is rarely asked for is rarely there.
        """
        own = {mark.label for mark in marks}
        others = [label for label in labels if label not in own]
        count = 1 + int(OTHERS * len(own))
        return frozenset(own.union(self._rng.permutation(others)[:count].tolist()))

    def meanings(self) -> Meanings:
        """Return the descriptions of all labels asked so far, those given before included."""
        own = {_label(row): said for row, said in self._said.items() if said.phrases}
        return Meanings({**self._meanings.descriptions, **own}, self._meanings.apart)

    def _columns(self, found: Found, without: Sequence[str]) -> dict[str, I64]:
        """Return what is asked of some texts: labels, and the rows of names that are so."""
        keys = found.key.tolist()
        types = np.asarray(self._types[found.key], np.int64)
        columns: dict[str, I64] = {}
        known = [name for name in self._met if self._kinds.get(name, "") not in ("", *without)]
        for name in self._rng.permutation(known)[:TYPES].tolist():
            columns[name] = np.flatnonzero(types & TYPE_BIT[name])
        groups = [np.flatnonzero(types & TYPE_BIT[name]) for name in known]
        groups = [group for group in groups if len(group)]
        for _ in range(3 * CLASSES if groups else 0):
            if len(columns) >= TYPES + CLASSES:
                break
            group = groups[int(self._rng.integers(len(groups)))]
            above = sorted(self._classes.of(keys[int(self._rng.choice(group))]))
            above = [row for row in above if row in self._common]
            if above:
                self._add(columns, above[int(self._rng.integers(len(above)))], keys, without)
        others = list(self._common)
        for row in self._rng.permutation(others)[:ABSENT].tolist() if others else ():
            self._add(columns, row, keys, without)
        return columns

    def _add(
        self, columns: dict[str, I64], row: int, keys: Sequence[int], without: Sequence[str]
    ) -> None:
        said = self._describe(row)
        if said.phrases and said.kind not in ("", *without):
            is_so = [row in self._classes.of(key) for key in keys]
            columns[_label(row)] = np.flatnonzero(is_so)


def _label(row: int) -> str:
    return f"concept {row}"


def find_names(texts: Sequence[MarkedText], gazetteer: Gazetteer) -> Found:
    """Return the names of a store in some texts."""
    batch = TextBatch.of([one.text for one in texts])
    spans = gazetteer.named(batch, gazetteer.recognizer.read(batch))
    spans = spans.keep((spans.key >= 0) & (spans.gap_start < 0))
    text = np.asarray(batch.document_of(spans.start.astype(np.int32)), np.int64)
    shift = np.asarray(batch.doc_start, np.int64)[text]
    return Found(tuple(texts), text, spans.start - shift, spans.end - shift, spans.key)


def _spans(found: Found) -> list[list[Span]]:
    spans: list[list[Span]] = [[] for _ in found.texts]
    rows = zip(found.text.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    for text, start, end in rows:
        spans[text].append((start, end))
    return spans


def unsure_words(text: str, names: Iterable[Span]) -> tuple[Span, ...]:
    """Return the words that are neither everyday English nor part of a known name.

    >>> unsure_words("a case of cystic fibrosin", [(10, 16)])
    ((17, 25),)
    """
    covered = np.zeros(len(text) + 1, bool)
    for start, end in names:
        covered[start:end] = True
    common = common_words()
    return tuple(
        one.span()
        for one in _WORD.finditer(text)
        if one.group().lower() not in common and not covered[one.start()]
    )

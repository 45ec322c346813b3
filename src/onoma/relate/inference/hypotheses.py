"""Relations in words: the sentences that a text may or may not imply.

A hypothesis is a kind of relation as verb phrases that may stand between subject and object. Those
of the known tasks are in ``data/relate/inference/hypotheses.tsv``; any other is read from a plain
description such as ``drug worsens disease``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from onoma.errors import InputError
from onoma.relate.saying.senses import meaning_of, senses_of
from onoma.relate.tasks import RelationTask
from onoma.text.stemming import stem
from onoma.types import SEMANTIC_TYPES

_LIGHT = """a an the is are be was were has have had of to in on at by with for from and or as it
its that this these than may can could should not no does do did been being which who were given
used"""
LIGHT = frozenset(_LIGHT.split())
"""Words that carry no relation by themselves."""
_WORDS = re.compile(r"[a-z]+")
_ANY = "anything"


@dataclass(frozen=True)
class Phrase:
    """A verb phrase; ``is_turned``: it is said of the object."""

    words: str
    is_turned: bool = False

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the words that carry it."""
        return frozenset(stem(word) for word in _WORDS.findall(self.words) if word not in LIGHT)

    @cached_property
    def senses(self) -> frozenset[str]:
        """The first senses of its words."""
        return frozenset(sense for one in self.stems for sense in senses_of(one)[:1])

    @cached_property
    def core(self) -> str:
        """The phrase without light words at its ends, for comparison with single words."""
        kept = [word for word in _WORDS.findall(self.words) if word not in LIGHT]
        return " ".join(kept) or self.words


@dataclass(frozen=True)
class Hypothesis:
    """A kind of relation in words. ``subject`` and ``object`` are semantic types, empty for any."""

    kind: str
    phrases: tuple[Phrase, ...]
    subject: str = ""
    object: str = ""

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all phrases."""
        return frozenset().union(*(one.stems for one in self.phrases))

    @cached_property
    def senses(self) -> frozenset[str]:
        """The senses of all phrases."""
        return frozenset().union(*(one.senses for one in self.phrases))

    @cached_property
    def sense(self) -> str:
        """The sense of the kind as a whole."""
        return meaning_of(self.phrases[0].words).sense

    def sentence(self, subject: str, other: str) -> str:
        """Return the hypothesis as a sentence about two types."""
        first = next((one for one in self.phrases if not one.is_turned), self.phrases[0])
        return f"{subject or 'it'} {first.words} {other or 'it'}"


@cache
def _table() -> dict[str, tuple[Phrase, ...]]:
    place = resources.files("onoma") / "data" / "relate" / "inference" / "hypotheses.tsv"
    rows = [line.split("\t") for line in place.read_text(encoding="utf-8").splitlines()]
    return {row[0]: _phrases(row[1]) for row in rows[1:] if len(row) == 2 and row[0][0] != "#"}


def _phrases(text: str) -> tuple[Phrase, ...]:
    parts = [part.strip() for part in text.split("|")]
    return tuple(Phrase(part.lstrip("< "), part.startswith("<")) for part in parts)


def hypotheses_of(task: RelationTask, *, every: bool = False) -> tuple[Hypothesis, ...]:
    """Return the hypotheses of a task's evaluated kinds (or ``every`` kind), in order.

    A kind that the table does not have is put in the words of its own name.
    """
    table = _table()
    names = [kind.name for kind in task.kinds if every or kind.is_evaluated]
    return tuple(
        Hypothesis(name, table.get(f"{task.name}/{name}") or (Phrase(_plain(name)),))
        for name in names
    )


def _plain(kind: str) -> str:
    return re.sub(r"[^a-z]+", " ", kind.lower()).strip() or "is related to"


def described(description: str) -> Hypothesis:
    """Return the hypothesis of a description: type, verb phrase, type.

    The first and the last word are semantic types (``SEMANTIC_TYPES``) or ``anything``; phrases of
    one meaning may be given with ``|`` between them. The kind is the description itself.

    >>> one = described("drug worsens|aggravates disease")
    >>> one.subject, [phrase.words for phrase in one.phrases], one.object
    ('drug', ['worsens', 'aggravates'], 'disease')

    Raises: InputError: it is not of this form.
    """
    words = description.split()
    ends = [words[0].lower(), words[-1].lower()] if len(words) > 2 else ["", ""]
    if any(one != _ANY and one not in SEMANTIC_TYPES for one in ends):
        raise InputError(
            f"no description of a relation: {description!r}",
            hint="write type, verb, type, as in 'drug worsens disease'; types are "
            f"{', '.join(SEMANTIC_TYPES)}, or {_ANY}",
        )
    subject, other = ("" if one == _ANY else one for one in ends)
    phrases = _phrases(" ".join(words[1:-1]).lower())
    if not all(one.words for one in phrases):
        raise InputError(
            f"an empty phrase in {description!r}", hint="put words on both sides of each |"
        )
    return Hypothesis(" ".join(words), phrases, subject, other)

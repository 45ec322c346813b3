"""What a reader of a vocabulary file is: a path in, concepts out, and a ledger of what did not fit.

A reader yields ``Concept`` objects one after the other and never holds a whole vocabulary unless
its format forces it to. Every name, parent and equivalent is in Onoma's spelling of CURIEs where
the prefix is known, else as the file has it. What cannot be used (a line out of form, a mapping
with an unknown prefix, a parent that is no CURIE) goes to the ledger: counted by kind, with its
place and words, so that it can be shown and written to a side file; it is never dropped silently.
Only a file that is not of the format at all raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onoma.types import Concept

MOST_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was set aside: its kind, where it stands and what it says."""

    kind: str  # "bad-line", "unknown-prefix", "bad-curie", "bad-scope" ...
    place: str  # "hp.obo, line 17, column 5"
    words: str  # what was found and what was expected
    text: str = ""  # the line or value itself


@dataclass(slots=True)
class Ledger:
    """What a reader says besides its concepts: the file's own header, and what it set aside.

    ``name``, ``version``, ``licence`` and ``language`` are set by the reader when the file states
    them; before, ``language`` is the one asked for (``all``: every one), for readers of files in
    several. ``counts`` has every kind's full number; ``aside`` keeps the first ``MOST_KEPT``
    records.
    """

    name: str = ""
    version: str = ""
    licence: str = ""
    language: str = "en"
    counts: Counter[str] = field(default_factory=Counter)
    aside: list[Aside] = field(default_factory=list)

    def set_aside(self, kind: str, place: str, words: str, text: str = "") -> None:
        """Note something that could not be used."""
        self.counts[kind] += 1
        if len(self.aside) < MOST_KEPT:
            self.aside.append(Aside(kind, place, words, text[:400]))


ALL = "all"  # every language that a file has


def languages_of(ledger: Ledger) -> tuple[str, ...]:
    """Return the languages that are asked for; none means all."""
    return () if ledger.language == ALL else (ledger.language,)


VocabularyReader = Callable[[Path, Ledger], Iterator[Concept]]
"""Takes a file (or a folder, where a vocabulary is several files) and the ledger to write to.

``Concept.types`` may be left empty where the file does not say: whoever adds the vocabulary gives
them, or they follow from the prefix. A concept may come several times (rows of names, say): all
that is said of one CURIE is joined. Raises: BadFile: not of this format, or unreadable.
"""

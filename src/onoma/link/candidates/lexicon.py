"""What annotators called things: mention texts with the concepts that they were given.

A lexicon is a table, one row a text and concept, with how often: ``text``, ``curie``, ``count``. A
text seen before gets its commonest concept; texts that are like one seen before get its concept as
a candidate beside the vocabulary's. It is made of a user's own annotations (``onoma train linker``)
and holds no document.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from onoma.errors import BadLine, ModelMissing
from onoma.ontology.curies import split_curie
from onoma.ontology.store import ConceptStore
from onoma.text.characters import fold
from onoma.types import Candidate, types_of

_PLURAL = re.compile(r"^\w{3,}[^sui]s$")
HEAD = "text\tcurie\tcount"
SURE = 0.95  # the score of a text that always had one concept
DOUBT = 0.2  # uses that tell against every text


@dataclass(frozen=True, slots=True)
class Entry:
    """A text with a concept that it was given, and how often."""

    text: str
    curie: str
    count: int


@dataclass(frozen=True)
class Lexicon:
    """Entries, the most used first."""

    entries: tuple[Entry, ...]
    _kept: dict[str, Counter[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, seen: Iterable[tuple[str, str]]) -> Lexicon:
        """Return the lexicon of pairs of a text and a CURIE."""
        counts = Counter((text.strip(), curie) for text, curie in seen if text.strip())
        rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return cls(tuple(Entry(text, curie, count) for (text, curie), count in rows))

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """Read a table.

        Raises: ModelMissing: no such file; BadLine: a row of another form.
        """
        if not path.is_file():
            raise ModelMissing(f"no lexicon {path}", hint="make one: onoma train linker")
        rows = []
        lines = path.read_text(encoding="utf-8").split("\n")
        if lines[0] != HEAD:
            raise BadLine(str(path), 1, lines[0], "not the head of a lexicon", hint=HEAD)
        for number, line in enumerate(lines[1:], start=2):
            if not line:
                continue
            cells = line.split("\t")
            if len(cells) != 3 or not cells[2].isdigit() or split_curie(cells[1]) is None:
                raise BadLine(str(path), number, line, "not text, CURIE and count")
            rows.append(Entry(cells[0], cells[1], int(cells[2])))
        return cls(tuple(rows))

    def write(self, path: Path) -> None:
        """Write the table."""
        rows = [f"{_plain(e.text)}\t{e.curie}\t{e.count}" for e in self.entries]
        path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")

    @cached_property
    def _uses(self) -> dict[str, Counter[str]]:
        uses: dict[str, Counter[str]] = defaultdict(Counter)
        for entry in self.entries:
            uses[key_of(entry.text)][entry.curie] += entry.count
        return dict(uses)

    def exact(self, texts: Sequence[str], store: ConceptStore) -> list[Candidate]:
        """Return the concepts of the first of these texts that was seen, the commonest first."""
        for text in texts:
            uses = self._uses.get(key_of(text))
            if uses:
                sure = SURE / (uses.total() + DOUBT)
                return [
                    learned(curie, text, store, score=sure * count, count=count)
                    for curie, count in uses.most_common()
                ]
        return []


def key_of(text: str) -> str:
    """Return what texts that count as one have in common: folded, single blanks, no plural s."""
    words = fold(text).replace("-", " ").split()
    return " ".join(word[:-1] if _PLURAL.search(word) else word for word in words)


def learned(curie: str, text: str, store: ConceptStore, *, score: float, count: int) -> Candidate:
    """Return the candidate of a text seen before."""
    row = store.row_of(curie)
    types = types_of(int(store.array("concept_types")[row])) if row >= 0 else ()
    return Candidate(
        curie=curie,
        label=store.labels[row] if row >= 0 else curie,
        type=types[0] if types else "",
        score=score,
        name=text,
        scope="exact",
        why={"learned": float(count)},
    )


def _plain(text: str) -> str:
    return " ".join(text.split())

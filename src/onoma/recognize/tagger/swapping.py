"""More labelled texts out of a few: their mentions change place with their like.

A mention that the concept store knows is swapped for another name of its concept, or for a name of
a concept under the same parent; one that it does not know for a relative of another mention of the
type. Offsets follow. A model service may be asked for further texts, if one is given.

Source: Ge et al. 2024 (HILGEN: hierarchy-informed data generation for few-shot NER). Departures: no
text leaves the machine unless a ``Writer`` is given; the swapped texts weigh less than real ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.tagger.examples import Example
from onoma.types import SCOPES, Span

SIBLINGS = 2000  # a parent of more children groups nothing
CANDIDATES = 2  # concepts of an ambiguous name that are believed
MOST_WORDS = 6
SCOPES_USED = ("label", "exact", "layperson", "abbreviation")
SYNONYM = 0.35  # of the swaps take another name of the same concept
SWAP = 0.8  # of the mentions of a text are swapped
_PLAIN = re.compile(r"[^\W_][\w' ,/+()-]*[\w)+]")
_CAPITALISED = re.compile(r"\b[A-Z](?=[a-z]+\b)")
_MARKED = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


class Writer(Protocol):
    """A model service that writes texts when asked in words."""

    def write(self, request: str) -> str:
        """Return what the service answers."""


@dataclass(slots=True)
class Swapper:
    """Makes texts out of labelled ones, with the names of a store."""

    store: ConceptStore
    _rows: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def concepts(self, name: str) -> tuple[int, ...]:
        """Return the concepts that a mention may be of, the likeliest first."""
        if name not in self._rows:
            key = self.store.key_of(name)
            rows: list[int] = []
            if key >= 0:
                first, stop = self.store.entries_of(key)
                packed = self.store.array("entry_name")[first:stop].astype(np.int64)
                rows = self.store.array("name_concept")[packed & (MADE - 1)].tolist()
            self._rows[name] = tuple(dict.fromkeys(rows))[:CANDIDATES]
        return self._rows[name]

    def like(self, row: int, rng: np.random.Generator) -> str | None:
        """Return a name of a concept or of a sibling, None where there is no fitting one."""
        if rng.random() >= SYNONYM:
            types = int(self.store.array("concept_types")[row])
            parents = self.store.parents.of(row).tolist()
            near: list[int] = []
            if parents:
                children = self.store.children.of(parents[int(rng.integers(len(parents)))])
                near = children.tolist() if len(children) <= SIBLINGS else []
            kinds = self.store.array("concept_types")
            near = [one for one in near if one != row and int(kinds[one]) & types]
            if not near:
                return None
            row = near[int(rng.integers(len(near)))]
        first, stop = self.store.array("concept_name_start")[row : row + 2].tolist()
        scopes = self.store.array("name_scope")[first:stop].tolist()
        used = [first + n for n, scope in enumerate(scopes) if SCOPES[scope] in SCOPES_USED]
        names = [name for name in self.store.names.take(used) if _is_plain(name)]
        return names[int(rng.integers(len(names)))] if names else None

    def swap(
        self, example: Example, others: Sequence[int], rng: np.random.Generator
    ) -> Example | None:
        """Return a text with some mentions swapped, None where none could be.

        ``others`` are concepts of which relatives stand in for mentions that no concept answers.
        """
        chosen: list[tuple[int, int, str]] = []
        for start, end in outermost(example.spans):
            name = example.text[start:end]
            rows = self.concepts(name) or others
            if not rows or rng.random() >= SWAP:
                continue
            found = self.like(rows[int(rng.integers(len(rows)))], rng)
            if found is not None and found.lower() != name.lower():
                chosen.append((start, end, as_written(found, name)))
        return replaced(example, chosen) if chosen else None

    def copies(
        self, examples: Sequence[Example], count: int, rng: np.random.Generator
    ) -> list[list[Example]]:
        """Return up to ``count`` different texts made of each example."""
        names = {one.text[start:end] for one in examples for start, end in one.spans}
        others = [row for name in sorted(names) for row in self.concepts(name)[:1]]
        made: list[list[Example]] = []
        for example in examples:
            own: dict[str, Example] = {}
            for _ in range(2 * count):
                one = self.swap(example, others, rng)
                if one is not None and len(own) < count:
                    own.setdefault(one.text, one)
            made.append(list(own.values()))
        return made


def _is_plain(name: str) -> bool:
    """Say whether a name could stand in running text: no inverted or systematic one."""
    return len(name.split()) <= MOST_WORDS and "," not in name and bool(_PLAIN.fullmatch(name))


def as_written(name: str, before: str) -> str:
    """Return a name in the letter case that the text had.

    >>> as_written("Renal Insufficiency", "kidney stones"), as_written("gout", "Asthma")
    ('renal insufficiency', 'Gout')
    """
    if before[:1].islower():
        return _CAPITALISED.sub(lambda found: found.group().lower(), name)
    is_word = before[:1].isupper() and before[1:2].islower()
    return name[:1].upper() + name[1:] if is_word else name


def outermost(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that lie in no other, in order; of two that cross the first stays."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def replaced(example: Example, swaps: Sequence[tuple[int, int, str]]) -> Example:
    """Return a text with spans replaced, and where its marks lie then (see ``with_swaps``)."""
    text, spans = with_swaps(example.text, example.spans, swaps)
    return Example(text, tuple(span for span in spans if span is not None))


def with_swaps(
    text: str, spans: Sequence[Span], swaps: Sequence[tuple[int, int, str]]
) -> tuple[str, list[Span | None]]:
    """Return a text with parts replaced, and where each span lies then.

    A span that reaches into a replaced part without holding it lies nowhere; ``swaps`` are in
    order and do not overlap.

    >>> with_swaps("gout and asthma", [(0, 4), (9, 15), (2, 9)], [(0, 4, "fever")])
    ('fever and asthma', [(0, 5), (10, 16), None])
    """
    parts: list[str] = []
    moves: list[tuple[int, int]] = [(0, 0)]  # from this offset on, so many characters further
    done = shift = 0
    for start, end, name in swaps:
        parts += [text[done:start], name]
        shift += len(name) - (end - start)
        moves.append((end, shift))
        done = end
    parts.append(text[done:])

    def moved(offset: int) -> int:
        return offset + next(by for at, by in reversed(moves) if at <= offset)

    return "".join(parts), [
        None
        if any(low < end and start < high and not (start <= low and high <= end)
               for low, high, _ in swaps)
        else (moved(start), moved(end))
        for start, end in spans
    ]  # fmt: skip


def written(
    writer: Writer, described: str, examples: Sequence[Example], *, count: int
) -> list[Example]:
    """Return texts that a model service wrote, with the mentions that it marked.

    A line is taken only if it holds a mark and every bracket of it closes.
    """
    shown = "\n".join(f"- {marked(one)}" for one in examples[:5])
    answer = writer.write(
        f"Write {count} sentences as they stand in biomedical articles, one a line. Put every "
        f"mention of a type, {described}, in double square brackets, and nothing else.\n"
        f"Examples:\n{shown}"
    )
    lines = (line.strip().lstrip("-*0123456789. ") for line in answer.splitlines())
    found = [unmarked(line) for line in lines if line]
    return [one for one in found if one is not None and one.spans][:count]


def marked(example: Example) -> str:
    """Return a text with its spans in double brackets."""
    swaps = [(a, b, f"[[{example.text[a:b]}]]") for a, b in outermost(example.spans)]
    return replaced(Example(example.text), swaps).text


def unmarked(line: str) -> Example | None:
    """Return a text without its double brackets, and what stood in them; None if they are odd.

    >>> unmarked("Patients with [[gout]] were seen.")
    Example(text='Patients with gout were seen.', spans=((14, 18),))
    """
    text, spans, done = "", [], 0
    for found in _MARKED.finditer(line):
        text += line[done : found.start()]
        spans.append((len(text), len(text) + len(found[1])))
        text += found[1]
        done = found.end()
    text += line[done:]
    return None if "[[" in text or "]]" in text else Example(text, tuple(spans))

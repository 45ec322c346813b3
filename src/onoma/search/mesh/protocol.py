"""A title or protocol read: which concepts are asked for, in which part of the question.

A protocol has labelled lines (``Population: ...``, ``Intervention: ...``); a title alone is told
apart by what kinds of things it names: conditions are the population, drugs, procedures, tests and
foods the intervention.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from onoma.pipeline import Pipeline
from onoma.search.mesh.suggest import Suggestion
from onoma.types import Mention

Guess = Callable[[str], Suggestion | None]
"""Words that the dictionary does not name, to the heading that they ask for."""

KINDS = ("population", "intervention", "comparator", "outcome")
"""Parts of a question (PICO)."""

_LABELS = {
    "population": "population|participants?|patients?|problem|conditions?|target condition|who",
    "intervention": "interventions?|exposures?|index tests?|treatments?|phenomenon",
    "comparator": "comparators?|comparisons?|controls?|reference standards?",
    "outcome": "outcomes?|primary outcomes?|secondary outcomes?|end ?points?",
    "title": "title|question|review question|objectives?|aims?",
    "": "study designs?|designs?|stud(?:y|ies)|setting|dates?|languages?|exclusion.*|notes?",
}
_LABEL = re.compile(
    r"^\s*(?:[-*#\d.]+\s*)?(?:types? of\s+)?(?:"
    + "|".join(f"(?P<k{place}>{words})" for place, words in enumerate(_LABELS.values()))
    + r")\s*(?:\([^)]*\))?\s*[:–-]\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_CONDITION = frozenset({"disease", "phenotype", "population", "organism", "anatomy"})
_ACTION = frozenset({
    "chemical", "drug", "procedure", "device", "food", "microbe", "method", "test", "intervention",
    "gene", "protein",
})  # fmt: skip
_JOINED = re.compile(r"[\s,;()]*(?:\b(?:and|or|including|such as|e\.g\.|like)\b[\s,;()]*)*", re.I)
_SMALL = (
    "a|an|and|any|are|as|at|between|by|compared|during|effects?|efficacy|effectiveness|for|from|"
    "impact|in|including|is|of|on|or|people|patients?|adults?|role|safety|systematic|review|than|"
    "that|the|their|to|use|used|using|versus|vs|who|whose|with|without|treatment|treatments|"
    "management|outcomes?|comparison|benefits?|harms?|risks?|update|trials?|studies|study"
)
_STRETCH = re.compile(
    rf"\b(?!(?:{_SMALL})\b)[\w'-]{{3,}}(?:[^\S\n]+(?!(?:{_SMALL})\b)[\w'-]{{2,}}){{0,4}}",
    re.IGNORECASE,
)
"""A run of words none of which is small."""
TOO_GENERAL = frozenset({
    "humans", "male", "female", "adult", "middle aged", "aged", "patients", "therapeutics",
    "disease", "syndrome", "pharmaceutical preparations", "risk", "safety", "treatment outcome",
    "persons", "men", "women", "population", "hospitals", "research", "review", "meta-analysis",
    "clinical trial", "placebos", "life", "agents", "body weight", "mortality", "quality of life",
    "control groups",
})  # fmt: skip
"""Labels of concepts that would let nearly everything through as a block."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Things of one kind that are joined by ``and``, ``or`` or a comma: one block of a query."""

    kind: str
    mentions: tuple[Mention, ...]


def read_protocol(text: str, pipeline: Pipeline, guess: Guess) -> list[Asked]:
    """Return what a title or protocol asks for, by its labels or else by kinds of things.

    Where labelled lines name the population or the intervention, the title is not read.
    """
    parts = list(_parts(text))
    asked = [
        one for kind, part in parts if kind in KINDS for one in _asked(part, kind, pipeline, guess)
    ]
    if any(one.kind in ("population", "intervention") for one in asked):
        return asked
    titles = [part for kind, part in parts if kind == "title"] or [text.strip().split("\n")[0]]
    return asked + [one for part in titles for one in _asked(part, "", pipeline, guess)]


def left_out(text: str, taken: Iterable[str]) -> list[str]:
    """Return the stretches of words of what was read that no block has taken up."""
    parts = list(_parts(text))
    own = [part for kind, part in parts if kind in ("population", "intervention")]
    titles = [part for kind, part in parts if kind == "title"]
    known = {word for one in taken for word in one.casefold().split()}
    stretches = [match[0] for part in own or titles for match in _STRETCH.finditer(part)]
    return [one for one in dict.fromkeys(stretches) if not known & set(one.casefold().split())]


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the labelled parts of a text; a line without a label goes on with the one before."""
    kind, lines = "title", list[str]()
    for line in text.splitlines():
        match = _LABEL.match(line)
        if match is None:
            lines.append(line)
            continue
        if any(lines):
            yield kind, "\n".join(lines).strip()
        kind = next(name for place, name in enumerate(_LABELS) if match[f"k{place}"] is not None)
        lines = [match["rest"]]
    if any(lines):
        yield kind, "\n".join(lines).strip()


def _asked(text: str, kind: str, pipeline: Pipeline, guess: Guess) -> Iterator[Asked]:
    """Yield the blocks of a part; without a kind of its own, by the types of what it names."""
    run: list[Mention] = []
    before = ""
    for mention in _mentions(text, pipeline, guess):
        own = kind or _kind_of(mention)
        if not own or (mention.label or mention.text).casefold() in TOO_GENERAL:
            continue
        is_joined = bool(run) and bool(_JOINED.fullmatch(text[run[-1].end : mention.start]))
        if run and not (own == before and (is_joined or kind)):
            yield Asked(before, tuple(run))
            run = []
        run.append(mention)
        before = own
    if run:
        yield Asked(before, tuple(run))


def _mentions(text: str, pipeline: Pipeline, guess: Guess) -> list[Mention]:
    """Return what a text names, and the stretches that plainly ask for a heading as a whole."""
    named = list(pipeline.annotate(text).mentions)
    for match in _STRETCH.finditer(text):
        start, stop = match.span()
        if any(one.start <= start and stop <= one.end for one in named):
            continue
        found = guess(match[0])
        inside = [one for one in named if one.start < stop and start < one.end]
        if found is not None and found.curie not in {one.curie for one in inside}:
            whole = Mention(
                start, stop, match[0], inside[0].type if inside else "intervention", found.curie,
                found.label, found.score, "linker", ((start, stop),),
            )  # fmt: skip
            named = [one for one in named if one not in inside] + [whole]
    return sorted(named, key=lambda one: one.start)


def _kind_of(mention: Mention) -> str:
    if mention.type in _CONDITION:
        return "population"
    return "intervention" if mention.type in _ACTION else ""

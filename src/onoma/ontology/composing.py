"""Names put together from those of broader concepts, when a vocabulary is compiled.

"Bilateral vestibular schwannoma" contains the name of its parent; the parent is also an "acoustic
neurinoma", so the child is a "bilateral acoustic neurinoma". Curators write such names for some
children and not for others. A place that tells nothing may go: if no other concept is a
"keratocyst", then "odontogenic keratocysts of the jaw" are "odontogenic keratocysts". Only exact
names take part, in both places; a made name that another concept has as its own goes to that
concept first (a key's order sees to it).

Compare the compositional synonyms of Ogren et al. 2004 (Gene Ontology) and of Golbreich et al.
2007, Obol.
"""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from onoma.ontology.sources import rule_name
from onoma.ontology.tables import Table, joined_tables
from onoma.ontology.vocabulary import Vocabulary
from onoma.text.variants import canonical_form
from onoma.types import SCOPES

EXACT = frozenset(SCOPES.index(scope) for scope in ("label", "exact", "abbreviation"))
LENT = frozenset(SCOPES.index(scope) for scope in ("label", "exact", "layperson", "abbreviation"))
LENT_SHORT = SCOPES.index("abbreviation")
PATTERN = SCOPES.index("pattern")
SOURCES = frozenset({"hpo"})
MADE_BY = "onoma"
LEVELS = 3  # generations above a concept whose names may stand in its own
MOST = 40  # names made for one concept
SHORTEST = 5  # letters of a name that is looked for inside another
TELLING = 8  # letters of a noun that may tell a concept alone
LONGEST = 60  # letters of a name that takes its place

_WORD = re.compile(r"[a-z]+")
_ACTION = re.compile(r"(?:[ts]ion|ing|ment|ity|[ae]nce|ness|ature|ate|ism)$")
_PLACED = re.compile(r"^((?:[\w-]+ )*)([a-z]+) (?:of|in) (?:the )?[\w -]+$")


def with_composed_names(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with composed names of its findings at the end of ``names``."""
    names = _names_by_concept(vocabulary)
    if not names:
        return vocabulary
    parents: dict[int, list[int]] = defaultdict(list)
    for child, parent in vocabulary.parents.rows("child", "parent"):
        if child in names and parent in names:
            parents[child].append(parent)
    strict = np.isin(vocabulary.names.numbers("scope"), sorted(LENT))
    own = vocabulary.names.only("text").where(strict).texts("text")
    rows = [
        (concept, text)
        for concept in names
        for text in _composed(names, concept, list(_above(concept, parents)))
    ] + list(_placeless(names, frozenset(map(str.lower, own))))
    more = Table(
        {
            "concept": np.array([row for row, _ in rows], np.uint32),
            "text": [text for _, text in rows],
            "scope": np.full(len(rows), PATTERN, np.uint8),
            "source": [MADE_BY] * len(rows),
        }
    )
    return dataclasses.replace(vocabulary, names=joined_tables([vocabulary.names, more]))


def _names_by_concept(vocabulary: Vocabulary) -> dict[int, list[tuple[str, int]]]:
    """Return the (text, scope) of the exact names of each concept that takes part."""
    table = vocabulary.names
    ruled = {one for one in set(table.texts("source")) if rule_name(one) in SOURCES}
    table = table.where(np.array([one in ruled for one in table.texts("source")], bool))
    out: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row, text, scope in table.rows("concept", "text", "scope"):
        if scope in LENT:
            out[row].append((text, scope))
    return out


def _placeless(
    names: dict[int, list[tuple[str, int]]], taken: frozenset[str]
) -> Iterator[tuple[int, str]]:
    """Yield the concept and the name less its place, where its noun names that concept alone.

    ``taken`` are all names but loose ones, in small letters: what is called so keeps its name.
    """
    users: dict[str, set[int]] = defaultdict(set)
    for concept, entries in names.items():
        for text, _ in entries:
            for word in _WORD.findall(text.lower()):
                users[canonical_form(word, ())].add(concept)
    for concept, entries in names.items():
        for text, scope in entries:
            match = _PLACED.match(text.lower())
            if match and scope in EXACT:
                noun, made = canonical_form(match[2], ()), f"{match[1]}{match[2]}"
                if made in taken or noun in taken:
                    continue
                if len(noun) >= TELLING and len(users[noun]) == 1 and not _ACTION.search(noun):
                    yield concept, made


def _above(concept: int, parents: dict[int, list[int]]) -> Iterator[int]:
    """Yield the concepts up to ``LEVELS`` generations above, nearest first."""
    layer, seen = [concept], {concept}
    for _ in range(LEVELS):
        layer = [up for one in layer for up in parents[one] if up not in seen]
        seen.update(layer)
        yield from dict.fromkeys(layer)


def _composed(
    names: dict[int, list[tuple[str, int]]], concept: int, above: list[int]
) -> Iterator[str]:
    """Yield the names made for a concept, each once."""
    own = [text.lower() for text, scope in names[concept] if scope in EXACT]
    seen = set(own)
    for ancestor in above:
        lent = [
            text if scope == LENT_SHORT else text.lower()
            for text, scope in names[ancestor]
            if len(text) <= LONGEST and "," not in text
        ]
        inside = {text.lower() for text, scope in names[ancestor] if scope in EXACT}
        for made in _exchanged(own, sorted(inside), lent):
            if made not in seen:
                seen.add(made)
                yield made
            if len(seen) > MOST:
                return


def _exchanged(own: list[str], inside: list[str], lent: list[str]) -> Iterator[str]:
    """Yield the own names in which one of the names ``inside`` gives way to one that is lent."""
    for part in inside:
        if len(part) < SHORTEST:
            continue
        whole = re.compile(rf"(?<![\w-]){re.escape(part)}(?![\w-])")
        for name in own:
            found = whole.search(name)
            if found is None or name == part:
                continue
            for other in lent:
                if other.lower() != part:
                    yield f"{name[: found.start()]}{other}{name[found.end() :]}"

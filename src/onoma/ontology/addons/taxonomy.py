"""NCBI Taxonomy: all scientific names (pyobo's copy), animals' common names and parents.

The guide's file of animals is one JSON object of 800 MB, nearly all of it ancestors, so it is
scanned in pieces. Parents of other organisms are in neither package: for these use the NCBI's own
dump (``onoma vocab add taxdump/``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from onoma.ontology.addons.cellxgene import FOLDER, PACKAGE
from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

NAMES = ("pyobo", "pyobo/resources/ncbitaxon.tsv.gz")
ANIMALS = f"{FOLDER}/NCBITaxon-ontology-v2026-05-13.json.zst"
PIECE = 1 << 24
OVERLAP = 1 << 18  # longer than any term of that file
_TERM = re.compile(
    rb'"NCBITaxon:(\d+)":\{"ancestors":\{([^}]*)\},"label":"((?:[^"\\]|\\.)*)"'
    rb'(?:,"description":"(?:[^"\\]|\\.)*")?(?:,"synonyms":(\[(?:"(?:[^"\\]|\\.)*",?)*\]))?'
    rb',"deprecated":false'
)
_PARENT = re.compile(rb'"NCBITaxon:(\d+)":1(?!\d)')
_TAG = re.compile(r" <[^>]*>$")  # "Bacillus <bacteria>": the taxonomy's own, no part of the name


def read_taxonomy(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield every taxon by its scientific name, then the animals with what else is known of them.

    An animal comes twice: all that is said of one CURIE is joined.
    """
    named: set[str] = set()
    yield from _scientific_names(wheels, ledger, named)
    yield from _animals(wheels, named)


def _scientific_names(wheels: Wheels, ledger: Ledger, named: set[str]) -> Iterator[Concept]:
    for number, line in enumerate(wheels.lines(*NAMES), 1):
        taxon, _, text = line.partition("\t")
        if not taxon.isdigit() or not text:
            place = f"{NAMES[1]}, line {number}"
            ledger.set_aside("bad-line", place, "a taxon's number and its name", line)
            continue
        named.add(taxon)
        label = _TAG.sub("", text)
        name = Name(label, "label", "ncbitaxon")
        yield Concept(f"NCBITaxon:{taxon}", label, names=(name,), source="ncbitaxon")


def _animals(wheels: Wheels, named: set[str]) -> Iterator[Concept]:
    tail = b""
    with wheels.stream(PACKAGE, ANIMALS) as stream:
        while piece := stream.read(PIECE):
            piece, end = tail + piece, 0
            for match in _TERM.finditer(piece, 0, max(len(piece) - OVERLAP, 0)):
                end = match.end()
                yield _animal(match, named)
            tail = piece[max(end, len(piece) - 2 * OVERLAP) :]
    for match in _TERM.finditer(tail):
        yield _animal(match, named)


def _animal(match: re.Match[bytes], named: set[str]) -> Concept:
    taxon, above, written, synonyms = match.groups()
    local = taxon.decode()
    label = "" if local in named else orjson.loads(b'"' + written + b'"')
    names = [Name(text, "exact", "ncbitaxon") for text in orjson.loads(synonyms or b"[]")]
    if label:  # newer than the list of scientific names
        names.insert(0, Name(label, "label", "ncbitaxon"))
    return Concept(
        f"NCBITaxon:{local}",
        label,
        names=tuple(names),
        parents=tuple(f"NCBITaxon:{up.decode()}" for up in _PARENT.findall(above)),
        source="ncbitaxon",
    )

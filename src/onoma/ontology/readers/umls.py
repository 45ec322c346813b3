"""UMLS Metathesaurus: a META folder, an archive of one, or MRCONSO.RRF alone.

Names are MRCONSO's, types MRSTY's, parents MRREL's, definitions MRDEF's, retired concepts MRCUI's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from onoma.ontology.readers import rrf
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger, languages_of
from onoma.types import Concept

_KEY = re.compile(r"C[0-9]{7}|CL[0-9]{6,9}")
_VERSION = re.compile(r"umls\.release\.name\s*=\s*(\S+)")


def read_umls(
    path: Path,
    ledger: Ledger,
    *,
    languages: Sequence[str] | None = None,
    sources: Sequence[str] = (),
) -> Iterator[Concept]:
    """Yield the concepts of a release in the order of MRCONSO, the retired ones last.

    Args:
        path: A folder, a zip or tar archive, or MRCONSO.RRF.
        ledger: Where suppressible atoms, those of other languages and sources, and rows out of
            form are counted.
        languages: Which languages are read, the first one gives labels; an empty sequence means
            all. Without it: the ledger's.
        sources: Source vocabularies (SAB: MSH, SNOMEDCT_US ...); none means all.

    Raises: BadFile: no MRCONSO.RRF there, or not in the form of one.
    """
    release = Release(path)
    names = (
        ["MRCONSO.RRF"] if release.is_file else release.need("MRCONSO[.]RRF", what="MRCONSO.RRF")
    )
    rules = rrf.Rules(
        prefix="UMLS",
        source="umls",
        key=_KEY,
        letters=1,
        languages=languages_of(ledger) if languages is None else tuple(languages),
        sources=frozenset(sources),
    )
    ledger.name = ledger.name or "umls"
    ledger.licence = ledger.licence or "UMLS Metathesaurus License"
    ledger.version = ledger.version or _version(release, ledger)
    tables = rrf.Tables()
    if not release.is_file:
        for name in release.find("MRSTY[.]RRF")[:1]:
            tables.types = rrf.read_types(release, name, ledger, rules=rules)
        for name in release.find("MRREL[.]RRF")[:1]:
            tables.parents = rrf.read_parents(release, name, ledger, rules=rules)
        for name in release.find("MRDEF[.]RRF")[:1]:
            rrf.read_definitions(release, name, ledger, rules=rules, found=tables.definitions)
    yield from rrf.read_names(
        release,
        path.name if release.is_file else names[0],
        ledger,
        rules=rules,
        tables=tables,
    )
    if not release.is_file:
        for name in release.find("MRCUI[.]RRF")[:1]:
            yield from _retired(release, name, ledger, rules=rules)


def _version(release: Release, ledger: Ledger) -> str:
    """Return the release's name (2024AB) as release.dat says it, if it is there."""
    for name in release.find("release[.]dat"):
        with release.open(name) as stream:
            found = _VERSION.search(stream.read(1 << 16).decode("utf-8", "replace"))
        if found:
            return found[1]
    return ""


def _retired(release: Release, name: str, ledger: Ledger, *, rules: rrf.Rules) -> Iterator[Concept]:
    """Yield the concepts of MRCUI: SY names what took their place, RB, RN and RO what may have."""
    replaced: dict[str, str] = {}
    consider: dict[str, list[str]] = {}
    for line, row in release.rows(name, ledger, columns=8, separator="|"):
        old, relation, new = rules.number(row[0]), row[2], rules.number(row[5])
        if old is None or (row[5] and new is None):
            column = 1 if old is None else 6
            place = f"{name}, line {line}, column {column}"
            ledger.set_aside("bad-curie", place, "expected a CUI", row[column - 1])
            continue
        maybe = consider.setdefault(rules.curie(old), [])
        if new is None:
            continue  # deleted (DEL) or of a subset: no successor
        if relation == "SY":
            replaced.setdefault(rules.curie(old), rules.curie(new))
        else:
            maybe.append(rules.curie(new))
    for curie, maybe in consider.items():
        yield Concept(
            curie,
            "",
            source=rules.source,
            version=ledger.version,
            replaced_by=replaced.get(curie),
            is_obsolete=True,
            consider=tuple(dict.fromkeys(maybe)),
        )

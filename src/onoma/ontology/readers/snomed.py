"""SNOMED CT in Release Format 2: the folder or zip of a release, snapshot or full.

Files are found by their names (``sct2_Concept_Snapshot...``); several editions in one folder are
read as one. Of rows with the same id the newest (``effectiveTime``) counts, so that a full release
gives what its snapshot would. A file has a header, tabs between columns, and no quoting.

Source: SNOMED International, SNOMED CT Release File Specifications, chapters 4 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onoma.errors import BadFile
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger, languages_of
from onoma.types import Concept, Name

IS_A = "116680003"
FSN, SYNONYM, DEFINITION = "900000000000003001", "900000000000013009", "900000000000550004"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
SAME_AS, REPLACED_BY = "900000000000527005", "900000000000526001"
CONSIDERED = {
    "900000000000523009": "POSSIBLY EQUIVALENT TO",
    "900000000000524003": "MOVED TO",
    "900000000000528000": "WAS A",
    "900000000000530003": "ALTERNATIVE",
    "1186921001": "POSSIBLY REPLACED BY",
    "1186924009": "PARTIALLY EQUIVALENT TO",
}
"""Association reference sets whose target may stand for an inactive concept."""

TAG_TYPES: dict[str, tuple[str, ...]] = {
    "administration method": ("method",),
    "assessment scale": ("test",),
    "body structure": ("anatomy",),
    "cell": ("cell_type",),
    "cell structure": ("component",),
    "clinical drug": ("drug",),
    "disorder": ("disease",),
    "dose form": (),
    "environment": (),
    "ethnic group": ("population",),
    "event": (),
    "finding": ("phenotype",),
    "life style": ("population",),
    "medicinal product": ("drug",),
    "medicinal product form": ("drug",),
    "morphologic abnormality": ("phenotype", "disease"),
    "observable entity": ("test",),
    "occupation": ("population",),
    "organism": ("organism",),
    "person": ("population",),
    "physical force": (),
    "physical object": ("device",),
    "procedure": ("procedure",),
    "product": ("drug",),
    "qualifier value": ("clinical_modifier",),
    "racial group": ("population",),
    "real clinical drug": ("drug",),
    "regime/therapy": ("procedure",),
    "religion/philosophy": (),
    "situation": ("phenotype",),
    "social concept": ("population",),
    "specimen": (),
    "staging scale": ("test",),
    "substance": ("chemical",),
    "supplier": (),
    "tumor staging": ("clinical_modifier",),
}
"""The tag that ends a fully specified name -> semantic types; other tags have none."""

_TAG = re.compile(r"\s*\(([^()]+)\)$")
_ID = re.compile(r"[0-9]{6,18}")
_NEWER = "effectivetime"


@dataclass(slots=True)
class _Newest:
    """Which rows of a file still count: the newest of each id."""

    times: dict[str, str] = field(default_factory=dict)

    def is_newer(self, row: dict[str, str]) -> bool:
        """Note a row; say whether none of its id so far is newer."""
        key, time = row["id"], row[_NEWER]
        known = self.times.get(key)
        if known is not None and known > time:
            return False
        self.times[key] = time
        return True


@dataclass(slots=True)
class _Tables:
    """What the files say, by SNOMED CT's identifiers."""

    active: dict[int, bool] = field(default_factory=dict)
    # concept -> description ids; description id -> (type, language, term)
    by_concept: dict[int, list[int]] = field(default_factory=dict)
    terms: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    definitions: dict[int, str] = field(default_factory=dict)
    preferred: set[int] = field(default_factory=set)
    acceptable: set[int] = field(default_factory=set)
    parents: dict[int, list[int]] = field(default_factory=dict)
    same: dict[int, list[int]] = field(default_factory=dict)
    consider: dict[int, list[int]] = field(default_factory=dict)


def read_snomed(
    path: Path,
    ledger: Ledger,
    *,
    languages: Sequence[str] | None = None,
    refsets: Sequence[str] = (),
) -> Iterator[Concept]:
    """Yield the concepts of a release; inactive ones are obsolete, with what replaces them.

    Args:
        path: The folder or zip of a release, or of several (international and an extension).
        ledger: Where rows out of form, and descriptions that are not read, are counted.
        languages: Languages of the descriptions, the first one gives labels; an empty sequence
            means all. Without it: the ledger's.
        refsets: Language reference sets that decide what is preferred (US English is
            900000000000509007); none means all there are.

    Raises: BadFile: no concepts or descriptions of a release there.
    """
    languages = languages_of(ledger) if languages is None else languages
    release = Release(path)
    kind = "Snapshot" if release.find(r"x?sct2_Concept_[^/]*Snapshot[^/]*[.]txt") else "Full"
    ledger.name = ledger.name or "snomedct"
    ledger.licence = ledger.licence or "SNOMED CT Affiliate License"
    found = _Reading(release, ledger, kind)
    tables = found.tables
    found.read_concepts()
    found.read_descriptions(frozenset(languages))
    found.read_definitions(frozenset(languages))
    found.read_languages(frozenset(refsets))
    found.read_relationships()
    found.read_associations()
    for concept in tables.active:
        yield _concept(concept, tables, ledger=ledger, languages=languages)


class _Reading:
    """Fills the tables from the files of a release."""

    def __init__(self, release: Release, ledger: Ledger, kind: str) -> None:
        self.tables = _Tables()
        self._release = release
        self._ledger = ledger
        self._kind = kind

    def _files(self, content: str) -> list[str]:
        return self._release.find(rf"x?(?:sct2|der2)_{content}[^/]*{self._kind}[^/]*[.]txt")

    def _rows(
        self, content: str, *, need: Sequence[str]
    ) -> Iterator[tuple[str, int, dict[str, str]]]:
        """Yield rows that are in form, each newer than those of its id before it."""
        newest = _Newest()
        wanted = ("id", _NEWER, "active", *need)
        ids = [column for column in wanted if column.endswith("id") and column != "id"]
        for name in self._files(content):
            for line, row in self._release.table(name, self._ledger, need=wanted):
                wrong = next((c for c in ids if _ID.fullmatch(row[c]) is None), None)
                if wrong is None and row["active"] not in ("0", "1"):
                    wrong = "active"
                if wrong is not None:
                    self._misfit(name, line, row, column=wrong)
                elif newest.is_newer(row):
                    yield name, line, row

    def _misfit(self, name: str, line: int, row: dict[str, str], *, column: str) -> None:
        number = list(row).index(column) + 1
        expected = "0 or 1" if column == "active" else "a SNOMED CT identifier"
        place = f"{name}, line {line}, column {number} ({column})"
        self._ledger.set_aside("bad-line", place, f"expected {expected}", row[column])

    def read_concepts(self) -> None:
        """Read which concepts there are. Raises: BadFile: none."""
        version = ""
        for name, line, row in self._rows("Concept_", need=()):
            if _ID.fullmatch(row["id"]) is None:
                self._misfit(name, line, row, column="id")
                continue
            self.tables.active[int(row["id"])] = row["active"] == "1"
            version = max(version, row[_NEWER])
        if not self.tables.active:
            raise BadFile(
                f"{self._release.path}: no sct2_Concept file with rows",
                hint="give the folder or zip of an RF2 release (Snapshot or Full in its names)",
            )
        self._ledger.version = self._ledger.version or version

    def read_descriptions(self, languages: frozenset[str]) -> None:
        """Read names. Raises: BadFile: the release has none of these languages."""
        need = ("conceptid", "languagecode", "typeid", "term")
        words: dict[str, str] = {}
        others: set[str] = set()
        terms = self.tables.terms
        for name, line, row in self._rows("Description_", need=need):
            if _ID.fullmatch(row["id"]) is None:
                self._misfit(name, line, row, column="id")
                continue
            key = int(row["id"])
            terms.pop(key, None)
            language = row["languagecode"]
            if row["active"] == "0":
                self._ledger.counts["inactive-description"] += 1
            elif languages and language[:2] not in languages:
                self._ledger.counts["other-language"] += 1
                others.add(language)
            elif row["term"].strip():
                kind = words.setdefault(row["typeid"], row["typeid"])
                terms[key] = kind, words.setdefault(language, language), row["term"]
                known = self.tables.by_concept.setdefault(int(row["conceptid"]), [])
                if key not in known:
                    known.append(key)
        if not terms:
            there = ", ".join(sorted(others)) or "none"
            raise BadFile(
                f"{self._release.path}: no active description in {', '.join(languages)}",
                hint=f"languages of the release: {there}",
            )

    def read_definitions(self, languages: frozenset[str]) -> None:
        """Read text definitions."""
        need = ("conceptid", "languagecode", "term")
        for _, _, row in self._rows("TextDefinition_", need=need):
            if row["active"] == "1" and (not languages or row["languagecode"][:2] in languages):
                self.tables.definitions.setdefault(int(row["conceptid"]), row["term"])

    def read_languages(self, refsets: frozenset[str]) -> None:
        """Read which descriptions are preferred and which acceptable."""
        need = ("refsetid", "referencedcomponentid", "acceptabilityid")
        tables = self.tables
        state: dict[str, tuple[int, str]] = {}
        for _, _, row in self._rows("cRefset_(?:[^/]*Language)", need=need):
            if refsets and row["refsetid"] not in refsets:
                continue
            component = int(row["referencedcomponentid"])
            if component in tables.terms:  # of inactive or foreign descriptions nothing is kept
                kind = row["acceptabilityid"] if row["active"] == "1" else ""
                state[row["id"]] = component, PREFERRED if kind == PREFERRED else kind
        for component, kind in state.values():
            if kind == PREFERRED:
                tables.preferred.add(component)
            elif kind == ACCEPTABLE:
                tables.acceptable.add(component)

    def read_relationships(self) -> None:
        """Read the hierarchy: active is-a relationships as inferred."""
        state: dict[str, tuple[int, int]] = {}
        for _, _, row in self._rows("Relationship_", need=("sourceid", "destinationid", "typeid")):
            if row["typeid"] != IS_A:
                self._ledger.counts["other-relation"] += 1
            elif row["active"] == "1":
                state[row["id"]] = int(row["sourceid"]), int(row["destinationid"])
            else:
                state.pop(row["id"], None)
        for child, parent in state.values():
            self.tables.parents.setdefault(child, []).append(parent)

    def read_associations(self) -> None:
        """Read what stands for inactive concepts."""
        need = ("refsetid", "referencedcomponentid", "targetcomponentid")
        state: dict[str, tuple[str, int, int]] = {}
        for _, _, row in self._rows("cRefset_(?:[^/]*Association)", need=need):
            if row["active"] == "1":
                source, target = int(row["referencedcomponentid"]), int(row["targetcomponentid"])
                state[row["id"]] = row["refsetid"], source, target
            else:
                state.pop(row["id"], None)
        for refset, source, target in state.values():
            if source not in self.tables.active:
                continue  # an association of descriptions, or of another edition
            if refset in (SAME_AS, REPLACED_BY):
                self.tables.same.setdefault(source, []).append(target)
            elif refset in CONSIDERED:
                self.tables.consider.setdefault(source, []).append(target)
            else:
                self._ledger.counts["other-association"] += 1


def _concept(concept: int, tables: _Tables, *, ledger: Ledger, languages: Sequence[str]) -> Concept:
    """Return a concept with its names, or what became of it."""
    full, names = _names(concept, tables, languages)
    tag = _TAG.search(full)
    types = TAG_TYPES.get(tag[1], ()) if tag else ()
    plain = full[: tag.start()] if tag else full
    label = names[0].text if names else plain
    curie = f"SNOMEDCT:{concept}"
    if not tables.active[concept]:
        same = sorted(set(tables.same.get(concept, ())))
        maybe = sorted({*(same if len(same) > 1 else ()), *tables.consider.get(concept, ())})
        return Concept(
            curie,
            label,
            types,
            source="snomedct",
            version=ledger.version,
            replaced_by=f"SNOMEDCT:{same[0]}" if len(same) == 1 else None,
            is_obsolete=True,
            consider=tuple(f"SNOMEDCT:{target}" for target in maybe),
        )
    if plain and all(name.text != plain for name in names):
        # the words of the fully specified name, its tag aside, are seldom more than a synonym
        names.append(Name(plain, "exact" if names else "label", "snomedct", (*languages, "en")[0]))
    if not names:
        ledger.set_aside("no-name", curie, "an active concept without a name that is read")
    return Concept(
        curie,
        label,
        types,
        tuple(names),
        tuple(f"SNOMEDCT:{parent}" for parent in sorted(set(tables.parents.get(concept, ())))),
        source="snomedct",
        version=ledger.version,
        definition=tables.definitions.get(concept),
    )


def _names(concept: int, tables: _Tables, languages: Sequence[str]) -> tuple[str, list[Name]]:
    """Return the fully specified name and the synonyms, the preferred one of the first language."""
    full = ""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    has_refset = bool(tables.preferred or tables.acceptable)
    for key in tables.by_concept.get(concept, ()):
        term = tables.terms.get(key)
        if term is None:
            continue  # taken back by a newer row
        kind, language, text = term
        if kind == FSN:
            full = full or text
        elif kind == SYNONYM:
            rank = 0 if key in tables.preferred else 1 if key in tables.acceptable else 2
            spot = text, language[:2]
            found[spot] = min(found.get(spot, (3, "")), (rank, language))
    order = {language: place for place, language in enumerate(languages)}
    ranked = sorted(found.items(), key=lambda item: (order.get(item[0][1], 99), item[1][0]))
    names = []
    for place, ((text, language), (rank, _)) in enumerate(ranked):
        scope = "label" if place == 0 else "exact"
        if rank == 2 and has_refset and place:
            scope = "related"  # no dialect of the release accepts it
        names.append(Name(text, scope, "snomedct", language))
    return full, names

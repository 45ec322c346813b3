"""ICD as XML: ClaML (WHO's ICD-10 and its national versions) and the tabular list of ICD-10-CM.

Inclusion terms are narrow names: some are synonyms, others conditions that are classified there.
Codes that are made of a class and a modifier (fourth digits, seventh characters) are not spelt out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onoma.errors import BadFile
from onoma.ontology.readers.elements import iter_elements, reject_entities, text_of
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Name

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,14}")
_PREFIXES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"ICD-?10-?CM", re.I), "ICD10CM"),
    (re.compile(r"ICD-?11", re.I), "ICD11"),
    (re.compile(r"(?:ICD|CIM|CIE)-?10", re.I), "ICD10"),
    (re.compile(r"(?:ICD|CIM|CIE)-?9", re.I), "ICD9"),
)
_RUBRICS = {"preferred": "label", "preferredLong": "exact", "inclusion": "narrow", "index": "exact"}
_CLAML = ("Title", "Class", "ModifierClass")
_TABULAR = ("version", "diag", "section", "chapter")


def icd_types(code: str) -> tuple[str, ...]:
    """Return the semantic types of an ICD-10 code by its chapter's letter."""
    if re.match(r"[A-Z][0-9]", code) is None:
        return ()  # a chapter
    if code[0] == "R":
        return ("phenotype", "disease")  # symptoms, signs and abnormal findings
    return () if code[0] in "VWXYZ" else ("disease",)  # external causes, contact with services


def read_claml(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the classes of a ClaML file: categories, blocks and chapters.

    Raises: BadFile: no class in it, or no well-formed XML.
    """
    prefix, count = "", 0
    release, name = _one_file(path, r"[^/]*[.](?:xml|claml)")
    ledger.licence = ledger.licence or "as the publisher of the file states"
    with release.open(name) as stream:
        for element in iter_elements(stream, name, _CLAML):
            reject_entities(element, name)
            if element.tag == "Title":
                prefix = _prefix(element, ledger, name)
            elif element.tag == "ModifierClass":
                ledger.counts["modifier-class"] += 1
            else:
                count += 1
                concept = _claml_class(element, prefix or "ICD10", ledger, name)
                if concept is not None:
                    yield concept
    if not count:
        raise BadFile(f"{name}: no Class element in it", hint="is this ClaML?")


def _one_file(path: Path, pattern: str) -> tuple[Release, str]:
    """Return a release and the one XML file to read of it."""
    release = Release(path)
    if release.is_file:
        return release, path.name
    found = release.need(pattern, what="XML file")
    if len(found) > 1:
        raise BadFile(f"{path}: several XML files: {', '.join(found[:5])}", hint="give one of them")
    return release, found[0]


def _prefix(title: Any, ledger: Ledger, name: str) -> str:
    """Return the prefix of a classification's codes by its title."""
    words = title.get("name") or text_of(title)
    ledger.name = ledger.name or words
    ledger.version = ledger.version or title.get("version", "")
    for form, prefix in _PREFIXES:
        if form.search(words):
            return prefix
    made = re.sub(r"[^A-Za-z0-9]+", "", words) or "CLASS"
    ledger.set_aside("unknown-prefix", name, f"the title has no prefix here; {made} is used", words)
    return made


def _claml_class(element: Any, prefix: str, ledger: Ledger, name: str) -> Concept | None:
    """Return the concept of a class."""
    code = (element.get("code") or "").strip()
    place = f"{name}, line {element.sourceline}, Class"
    if _CODE.fullmatch(code) is None:
        ledger.set_aside("bad-curie", place, "expected a code such as E11.9", code)
        return None
    said = _Rubrics(prefix.lower(), ledger)
    for rubric in element.iterfind("Rubric"):
        for node in rubric.iterfind("Label"):
            said.add(rubric.get("kind", ""), node)
    if not said.label:
        ledger.set_aside("no-name", place, "a class without a preferred rubric", code)
    upper = (node.get("code", "").strip() for node in element.iterfind("SuperClass"))
    return Concept(
        f"{prefix}:{code}",
        said.label,
        icd_types(code) if prefix.startswith("ICD10") else (),
        tuple(sorted(said.names.values(), key=lambda item: item.scope != "label")),
        tuple(f"{prefix}:{parent}" for parent in upper if _CODE.fullmatch(parent)),
        source=prefix.lower(),
        version=ledger.version,
        definition=said.definition,
    )


@dataclass(slots=True)
class _Rubrics:
    """What the rubrics of a class say: its label, names and definition."""

    source: str
    ledger: Ledger
    label: str = ""
    definition: str | None = None
    names: dict[str, Name] = field(default_factory=dict)

    def add(self, kind: str, node: Any) -> None:
        """Take a label of a rubric; kinds that have no place here are counted."""
        text = text_of(node, without="Reference")
        if kind == "definition":
            self.definition = self.definition or text or None
        elif kind not in _RUBRICS:
            self.ledger.counts[f"rubric {kind}"[:80]] += 1
        elif text:
            scope = _RUBRICS[kind]
            if scope == "label":
                scope, self.label = ("exact", self.label) if self.label else ("label", text)
            language = (node.get(_LANGUAGE) or self.ledger.language)[:2].lower()
            self.names.setdefault(text, Name(text, scope, self.source, language))


@dataclass(slots=True)
class _Inclusions:
    """Names of an entry of the tabular list."""

    names: dict[str, Name] = field(default_factory=dict)

    def add(self, text: str, scope: str) -> None:
        """Add a name unless it is empty or known."""
        if text:
            self.names.setdefault(text, Name(text, scope, "icd10cm"))


def read_icd10cm(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the codes of the tabular list and its sections, inner before outer.

    Chapters have no code of their own and are counted only.
    Raises: BadFile: no diag element in it, or no well-formed XML.
    """
    release, name = _one_file(path, r"icd10cm[-_]tabular[^/]*[.]xml")
    ledger.name = ledger.name or "icd10cm"
    ledger.licence = ledger.licence or "public domain (NCHS)"
    count = 0
    with release.open(name) as stream:
        for element in iter_elements(stream, name, _TABULAR):
            reject_entities(element, name)
            if element.tag == "version":
                ledger.version = ledger.version or text_of(element)
            elif element.tag == "chapter":
                ledger.counts["chapter"] += 1
            else:
                count += element.tag == "diag"
                concept = _tabular_entry(element, ledger, name)
                if concept is not None:
                    yield concept
    if not count:
        raise BadFile(f"{name}: no diag element in it", hint="is this the ICD-10-CM tabular list?")


def _entry_code(element: Any) -> str:
    """Return the code of a diag or section element, empty for another one."""
    if element is None or element.tag not in ("diag", "section"):
        return ""
    code = element.get("id") if element.tag == "section" else element.findtext("name")
    return (code or "").strip()


def _tabular_entry(element: Any, ledger: Ledger, name: str) -> Concept | None:
    """Return the concept of a diag or section."""
    code, label = _entry_code(element), text_of(element.find("desc"))
    if _CODE.fullmatch(code) is None or not label:
        place = f"{name}, line {element.sourceline}, {element.tag}"
        ledger.set_aside("bad-curie", place, "expected a code such as E11.9 and a desc", code)
        return None
    found = _Inclusions()
    if element.tag == "section":
        label = label.removesuffix(f"({code})").strip() or label
    found.add(label, "label")
    for kind in ("inclusionTerm", "includes"):
        for note in element.iterfind(f"{kind}/note"):
            found.add(text_of(note), "narrow")
    if element.find("sevenChrDef") is not None:
        ledger.counts["seventh-characters"] += 1
    parent = _entry_code(element.getparent())
    return Concept(
        f"ICD10CM:{code}",
        label,
        icd_types(code),
        tuple(found.names.values()),
        (f"ICD10CM:{parent}",) if _CODE.fullmatch(parent) else (),
        source="icd10cm",
        version=ledger.version,
    )

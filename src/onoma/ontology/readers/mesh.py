"""MeSH in XML: descriptors (desc2026.xml), supplementary records (supp2026.xml), or both.

Descriptors are kept until the file ends, since a parent is known by its tree number alone;
supplementary records are streamed. Qualifiers are no concepts of their own and are not read.

Source: NLM, MeSH XML data elements (DescriptorRecord, SupplementalRecord, Concept, Term).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onoma.errors import BadFile
from onoma.ontology.readers.elements import iter_elements, reject_entities
from onoma.ontology.readers.mesh_types import CLASS_TYPES, supplementary_types, tree_types
from onoma.ontology.readers.releases import Release
from onoma.ontology.reading import Ledger
from onoma.types import SEMANTIC_TYPES, Concept, Equivalent, Name

_UI = re.compile(r"[DCQ][0-9]{6,9}")
_TREE = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{3})*")
_TAGS = ("DescriptorRecord", "SupplementalRecord")
_ABBREVIATIONS = frozenset({"ABB", "ABX", "ACR", "ACX"})
_RELATIONS = {"NRW": "narrow", "BRD": "broad", "REL": "related"}
_MATCHES = {
    "narrow": "skos:narrowMatch",
    "broad": "skos:broadMatch",
    "related": "skos:relatedMatch",
}
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("CAS", re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")),
    ("UNII", re.compile(r"(?=[A-Z0-9]*[A-Z])[A-Z0-9]{10}")),
    ("NCBITaxon", re.compile(r"txid([0-9]+)")),
)
_ORDER = {name: place for place, name in enumerate(SEMANTIC_TYPES)}


@dataclass(slots=True)
class _Record:
    """What a record says, before its parents are known."""

    local: str
    label: str
    names: dict[str, Name] = field(default_factory=dict)
    links: dict[str, Equivalent] = field(default_factory=dict)
    definition: str | None = None


@dataclass(slots=True)
class _Trees:
    """Tree number -> descriptor, and back."""

    owner: dict[str, str] = field(default_factory=dict)
    trees: dict[str, list[str]] = field(default_factory=dict)


def read_mesh(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the descriptors and then the supplementary records.

    Terms of the preferred concept are exact, those of narrower, broader and related concepts have
    that scope; permuted terms ("Diseases, Heart") are counted only.
    Raises: BadFile: no such records, or no well-formed XML.
    """
    release = Release(path)
    ledger.name = ledger.name or "mesh"
    ledger.licence = ledger.licence or "NLM, free with attribution"
    files = [path.name]
    if not release.is_file:
        files = [*release.find("desc[^/]*[.]xml"), *release.find("supp[^/]*[.]xml")]
        if not files:
            raise BadFile(f"{path}: no desc*.xml or supp*.xml in it")
    trees = _Trees()
    count = 0
    for name in files:
        waiting: list[_Record] = []
        with release.open(name) as stream:
            for element in iter_elements(stream, name, _TAGS):
                reject_entities(element, name)
                count += 1
                record = _record(element, ledger, name)
                if record is None:
                    continue
                if element.tag == "DescriptorRecord":
                    _note_trees(element, record, trees, ledger, name)
                    waiting.append(record)
                else:
                    yield _supplementary(element, record, trees, ledger, name)
        for record in waiting:
            yield _descriptor(record, trees, ledger)
    if not count:
        raise BadFile(
            f"{files[0]}: no DescriptorRecord or SupplementalRecord in it",
            hint="is this MeSH in XML (descYEAR.xml, suppYEAR.xml)?",
        )


def _text(element: Any, path: str) -> str:
    """Return the text of an element below, without white space around."""
    return (element.findtext(path) or "").strip()


def _aside(ledger: Ledger, kind: str, element: Any, name: str, words: str, text: str) -> None:
    """Set something aside with the line of its record."""
    ledger.set_aside(kind, f"{name}, line {element.sourceline}, {element.tag}", words, text)


def _record(element: Any, ledger: Ledger, name: str) -> _Record | None:
    """Return what a record says of its names, or None if it has no id or name."""
    kind = "Descriptor" if element.tag == "DescriptorRecord" else "SupplementalRecord"
    local, label = _text(element, f"{kind}UI"), _text(element, f"{kind}Name/String")
    if _UI.fullmatch(local) is None or not label:
        words = f"expected a {kind}UI such as D003920 and a {kind}Name"
        _aside(ledger, "bad-curie", element, name, words, f"{local} {label}")
        return None
    source = "mesh" if kind == "Descriptor" else "mesh-scr"
    record = _Record(local, label)
    record.names[label] = Name(label, "label", source)
    scopes = _scopes(element)
    # the preferred concept first: of words that come twice its scope counts
    concepts = element.findall("ConceptList/Concept")
    concepts.sort(key=lambda concept: concept.get("PreferredConceptYN") != "Y")
    for concept in concepts:
        is_preferred = concept.get("PreferredConceptYN") == "Y"
        scope = "exact" if is_preferred else scopes.get(_text(concept, "ConceptUI"), "related")
        _add_terms(concept, record, scope=scope, source=source, ledger=ledger)
        _add_numbers(concept, record, scope=scope, source=source, ledger=ledger)
        if is_preferred:
            record.definition = _text(concept, "ScopeNote") or None
    if kind == "SupplementalRecord" and not record.definition:
        record.definition = _text(element, "Note") or None
    return record


def _scopes(element: Any) -> dict[str, str]:
    """Return concept -> scope of its terms, by its relation to the preferred concept."""
    found = {}
    for relation in element.iterfind("ConceptList/Concept/ConceptRelationList/ConceptRelation"):
        scope = _RELATIONS.get(relation.get("RelationName", ""))
        if scope:  # the first is the preferred concept, the second what is narrower than it ...
            found[_text(relation, "Concept2UI")] = scope
    return found


def _add_terms(concept: Any, record: _Record, *, scope: str, source: str, ledger: Ledger) -> None:
    """Add the terms of a concept."""
    for term in concept.iterfind("TermList/Term"):
        if term.get("IsPermutedTermYN") == "Y":
            ledger.counts["permuted-term"] += 1
            continue
        text = _text(term, "String")
        if not text:
            ledger.counts["bad-name"] += 1
            continue
        tag = term.get("LexicalTag")
        own = "abbreviation" if tag in _ABBREVIATIONS and scope == "exact" else scope
        record.names.setdefault(text, Name(text, own, source))


def _add_numbers(concept: Any, record: _Record, *, scope: str, source: str, ledger: Ledger) -> None:
    """Add registry numbers: CAS, UNII and taxa; those of enzymes (EC) have no prefix here."""
    numbers = [_text(concept, "RegistryNumber")]
    numbers += [
        (node.text or "").strip()
        for path in ("RegistryNumberList/RegistryNumber", "RelatedRegistryNumberList/*")
        for node in concept.iterfind(path)
    ]
    for place, number in enumerate(numbers):
        number = number.partition(" ")[0] if not number.startswith("EC") else number
        for prefix, form in _NUMBERS:
            match = form.fullmatch(number)
            if match is None:
                continue
            predicate = _MATCHES.get(scope, "skos:exactMatch")
            if place and predicate == "skos:exactMatch" and prefix != "UNII":
                predicate = "skos:closeMatch"  # a salt's or an isomer's number, as often as not
            curie = f"{prefix}:{match[1] if match.lastindex else number}"
            record.links.setdefault(curie, Equivalent(curie, predicate, source))
            break
        else:
            if number not in ("", "0"):
                ledger.counts["unknown-registry-number"] += 1


def _note_trees(element: Any, record: _Record, trees: _Trees, ledger: Ledger, name: str) -> None:
    """Note a descriptor's tree numbers."""
    numbers = trees.trees.setdefault(record.local, [])
    for node in element.iterfind("TreeNumberList/TreeNumber"):
        tree = (node.text or "").strip()
        if _TREE.fullmatch(tree) is None:
            _aside(ledger, "bad-tree", element, name, "expected a number such as C18.452.394", tree)
            continue
        numbers.append(tree)
        trees.owner[tree] = record.local


def _descriptor(record: _Record, trees: _Trees, ledger: Ledger) -> Concept:
    """Return a descriptor with its parents and types, both by its tree numbers."""
    numbers = trees.trees[record.local]
    upper = (trees.owner.get(tree.rpartition(".")[0]) for tree in numbers)
    parents = dict.fromkeys(f"MESH:{local}" for local in upper if local and local != record.local)
    types = {kind for tree in numbers for kind in tree_types(tree)}
    if record.label in ("Female", "Male"):
        types = {"population"}
    return _concept(record, types, list(parents), ledger, source="mesh")


def _supplementary(
    element: Any, record: _Record, trees: _Trees, ledger: Ledger, name: str
) -> Concept:
    """Return a supplementary record, below the headings that it is mapped to."""
    parents: dict[str, None] = {}
    numbers: list[str] = []
    for node in element.iterfind("HeadingMappedToList/HeadingMappedTo//DescriptorUI"):
        heading = (node.text or "").strip().lstrip("*")
        if _UI.fullmatch(heading) is None:
            _aside(ledger, "bad-curie", element, name, "expected a descriptor's id", heading)
            continue
        parents[f"MESH:{heading}"] = None
        numbers += trees.trees.get(heading, ())
    kind = CLASS_TYPES.get(element.get("SCRClass", ""), ())
    if "organism" in kind:
        is_microbe = any("microbe" in tree_types(tree) for tree in numbers)
        types = {"organism", "microbe"} if is_microbe else {"organism"}
    elif numbers:
        types = supplementary_types(record.label, numbers)
    else:
        types = set(kind)
    for curie in parents:
        record.links.setdefault(curie, Equivalent(curie, "skos:broadMatch", "mesh-scr"))
    return _concept(record, types, list(parents), ledger, source="mesh-scr")


def _concept(
    record: _Record, types: set[str], parents: list[str], ledger: Ledger, *, source: str
) -> Concept:
    return Concept(
        f"MESH:{record.local}",
        record.label,
        tuple(sorted(types, key=_ORDER.__getitem__)),
        tuple(record.names.values()),
        tuple(parents),
        tuple(record.links.values()),
        source=source,
        version=ledger.version,
        definition=record.definition,
    )

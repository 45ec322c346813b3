"""A vocabulary as a file for other tools: OBO Graph JSON, TSV, JSON lines, SSSOM of equivalents.

Each writer goes through the listing concept by concept (twice for OBO Graphs, whose edges stand
apart) and returns what its format could not hold, counted by kind. What is written can be read
back by the reader of the same name.

Sources: https://github.com/geneontology/obographs (schema); Matentzoglu et al. 2022, SSSOM.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import orjson

from onoma.errors import UnknownName
from onoma.ontology.diffing import Change
from onoma.ontology.listing import Listing
from onoma.ontology.readers.sssom import Mapping, write_sssom
from onoma.types import Concept, Name

LOSSES: dict[str, str] = {
    "consider": "suggestions in place of obsolete concepts left out",
    "definitions": "definitions left out",
    "equivalents": "equivalents left out",
    "former": "retired identifiers left out",
    "names": "names left out",
    "obsolete": "obsolete concepts left out",
    "parents": "parents left out",
    "patterns": "names made by a rule, written as related ones",
    "sources": "sources of names and equivalents left out",
    "types": "semantic types left out",
}
"""What a format may have no place for, with the words of the report."""

Exporter = Callable[[Listing, BinaryIO], Counter[str]]

OBO = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
LICENCE = "http://purl.org/dc/terms/license"
REPLACED_BY = f"{OBO}IAO_0100001"
XREF = "oboInOwl:hasDbXref"
SYNONYMS: dict[str, tuple[str, str]] = {
    "exact": ("hasExactSynonym", ""),
    "layperson": ("hasExactSynonym", f"{OBO}OMO_0003003"),
    "abbreviation": ("hasExactSynonym", f"{OBO}OMO_0003000"),
    "narrow": ("hasNarrowSynonym", ""),
    "broad": ("hasBroadSynonym", ""),
    "related": ("hasRelatedSynonym", ""),
    "pattern": ("hasRelatedSynonym", ""),
}
"""Property and synonym type of each scope."""

UNSPECIFIED = "semapv:UnspecifiedMatching"  # the sources do not say how they came to it
TSV_COLUMNS = (
    "curie", "name", "scope", "type", "language", "parents", "definition", "xref", "obsolete",
    "replaced_by", "former",
)  # fmt: skip
PLACES: dict[str, str] = {
    "IAO": OBO + "IAO_",
    "oboInOwl": OIO,
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": SKOS,
}
"""Where the prefixes of predicates and justifications lead."""

QUOTE = '"'
_CELL = str.maketrans("\t\r\n", "   ")


def export(listing: Listing, stream: BinaryIO, *, to: str) -> Counter[str]:
    """Write a vocabulary in this format and return what could not be held, by kind of ``LOSSES``.

    Raises: UnknownName: there is no such format.
    """
    if to not in EXPORTERS:
        raise UnknownName("export format", to, EXPORTERS)
    return EXPORTERS[to](listing, stream)


def write_obographs(listing: Listing, stream: BinaryIO) -> Counter[str]:
    """Write one graph with CURIEs as ids; types and sources are not held."""
    losses: Counter[str] = Counter()
    head: dict[str, Any] = {"id": listing.name or listing.version, "meta": {}}
    if listing.version:
        head["meta"]["version"] = listing.version
    if listing.licence:
        head["meta"]["basicPropertyValues"] = [{"pred": LICENCE, "val": listing.licence}]
    stream.write(b'{"graphs":[' + orjson.dumps(head)[:-1] + b',"nodes":[\n')
    _write_list(stream, (_node(concept, losses) for concept in listing.concepts))
    stream.write(b'],"edges":[\n')
    _write_list(stream, _edges(listing.concepts))
    stream.write(b"]}]}\n")
    return +losses


def _write_list(stream: BinaryIO, records: Iterable[dict[str, Any]]) -> None:
    lead = b""
    for record in records:
        stream.write(lead + orjson.dumps(record))
        lead = b",\n"
    stream.write(b"\n")


def _edges(concepts: Iterable[Concept]) -> Iterator[dict[str, str]]:
    for concept in concepts:
        for parent in concept.parents:
            yield {"sub": concept.curie, "pred": "is_a", "obj": parent}


def _node(concept: Concept, losses: Counter[str]) -> dict[str, Any]:
    """Return a concept as a node."""
    losses["types"] += bool(concept.types)
    losses["sources"] += sum(map(bool, (one.source for one in concept.equivalents)))
    meta: dict[str, Any] = {}
    if concept.definition:
        meta["definition"] = {"val": concept.definition}
    synonyms = [_synonym(name, losses) for name in concept.names if name.scope != "label"]
    if synonyms:
        meta["synonyms"] = synonyms
    xrefs = [{"val": one.curie} for one in concept.equivalents if one.predicate == XREF]
    if xrefs:
        meta["xrefs"] = xrefs
    values = list(_values(concept))
    if values:
        meta["basicPropertyValues"] = values
    if concept.is_obsolete:
        meta["deprecated"] = True
    node: dict[str, Any] = {"id": concept.curie, "type": "CLASS"}
    if concept.label:
        node["lbl"] = concept.label
        own = [n.language for n in concept.names if (n.text, n.scope) == (concept.label, "label")]
        node |= {"lang": own[0]} if own and own[0] != "en" else {}
    return node | ({"meta": meta} if meta else {})


def _synonym(name: Name, losses: Counter[str]) -> dict[str, str]:
    losses["sources"] += bool(name.source)
    losses["patterns"] += name.scope == "pattern"
    predicate, kind = SYNONYMS.get(name.scope, SYNONYMS["exact"])
    synonym = {"pred": predicate, "val": name.text}
    synonym |= {"synonymType": kind} if kind else {}
    return synonym | ({"lang": name.language} if name.language != "en" else {})


def _values(concept: Concept) -> Iterator[dict[str, str]]:
    """Yield what has no field of its own in the format, as property and value."""
    for name in concept.names:
        if name.scope == "label" and name.text != concept.label:
            yield {"pred": LABEL, "val": name.text, "lang": name.language}
    for one in concept.equivalents:
        if one.predicate != XREF:
            yield {"pred": one.predicate.replace("skos:", SKOS, 1), "val": one.curie}
    for old in concept.former:
        yield {"pred": f"{OIO}hasAlternativeId", "val": old}
    if concept.replaced_by:
        yield {"pred": REPLACED_BY, "val": concept.replaced_by}
    for other in concept.consider:
        yield {"pred": f"{OIO}consider", "val": other}


def write_names(listing: Listing, stream: BinaryIO) -> Counter[str]:
    """Write a row per name (``TSV_COLUMNS``), the label first.

    What is said of the concept stands in its first row, several values joined by ``|``.
    """
    losses: Counter[str] = Counter()
    stream.write(tsv_row(*TSV_COLUMNS))
    for concept in listing.concepts:
        xrefs = [one.curie for one in concept.equivalents if one.predicate == XREF]
        losses["equivalents"] += len(concept.equivalents) - len(xrefs)
        losses["consider"] += bool(concept.consider)
        own = [n for n in concept.names if (n.text, n.scope) == (concept.label, "label")]
        names = own or [Name(concept.label, "label")]
        names += (name for name in concept.names if name not in names)
        rest: tuple[str, ...] = (
            "|".join(concept.parents),
            concept.definition or "",
            "|".join(xrefs),
            "true" if concept.is_obsolete else "",
            concept.replaced_by or "",
            "|".join(concept.former),
        )
        for name in names:
            losses["sources"] += bool(name.source)
            kinds = "|".join(concept.types)
            stream.write(tsv_row(concept.curie, name.text, name.scope, kinds, name.language, *rest))
            rest = ("",) * len(rest)
    return +losses


def write_jsonl(listing: Listing, stream: BinaryIO) -> Counter[str]:
    """Write a concept a line with all its fields."""
    losses: Counter[str] = Counter()
    for concept in listing.concepts:
        losses["sources"] += sum(bool(name.source) for name in concept.names)
        record = {
            "curie": concept.curie,
            "label": concept.label,
            "types": concept.types,
            "names": [
                {"text": name.text, "scope": name.scope, "language": name.language}
                for name in concept.names
            ],
            "parents": concept.parents,
            "equivalents": [
                {"curie": one.curie, "predicate": one.predicate, "source": one.source}
                for one in concept.equivalents
            ],
            "definition": concept.definition,
            "is_obsolete": concept.is_obsolete,
            "replaced_by": concept.replaced_by,
            "consider": concept.consider,
            "former": concept.former,
        }
        told = {key: value for key, value in record.items() if value}
        stream.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
    return +losses


def write_mappings(listing: Listing, stream: BinaryIO) -> Counter[str]:
    """Write a row of SSSOM for each equivalent, as stated from the concept's side."""
    losses: Counter[str] = Counter()
    rows: list[Mapping] = []
    for concept in listing.concepts:
        losses["names"] += len(concept.names)
        losses["parents"] += len(concept.parents)
        losses["definitions"] += concept.definition is not None
        losses["types"] += bool(concept.types)
        losses["former"] += len(concept.former)
        losses["obsolete"] += concept.is_obsolete
        rows += (
            Mapping(
                concept.curie,
                one.predicate,
                one.curie,
                subject_label=concept.label,
                justification=UNSPECIFIED,
                source=one.source,
            )
            for one in concept.equivalents
        )
    head = {"mapping_set_title": listing.name or listing.version}
    head |= {"mapping_set_version": listing.version} if listing.version else {}
    head |= {"license": listing.licence} if listing.licence else {}
    _write_sssom(rows, stream, head)
    return +losses


def write_changes(
    changes: Iterable[Change], stream: BinaryIO, *, old: str, new: str
) -> Counter[str]:
    """Write as SSSOM where ids have gone from version ``old`` to ``new``.

    A concept merged into another is an exact match of it; one replaced by a new concept is said to
    be so (``IAO:0100001``); one without replacement points to what may be considered. Returns how
    many changes of each kind are no mapping, and so not in the file.
    """
    left: Counter[str] = Counter()
    rows: list[Mapping] = []
    for change in changes:
        predicate = CHANGE_PREDICATES.get(change.kind, "")
        targets = change.new.split("|") if predicate and change.new else []
        left[change.kind] += not targets
        said = (("comment", change.kind), ("subject_source_version", old))
        rows += (
            Mapping(
                change.curie,
                predicate,
                target,
                subject_label=change.label,
                justification=UNSPECIFIED,
                fields=(*said, ("object_source_version", new)),
            )
            for target in targets
        )
    head = {"mapping_set_title": f"changes from {old} to {new}", "mapping_set_version": new}
    _write_sssom(rows, stream, head)
    return +left


CHANGE_PREDICATES = {
    "merged": "skos:exactMatch",
    "replaced": "IAO:0100001",
    "obsolete": "oboInOwl:consider",
}


def _write_sssom(rows: list[Mapping], stream: BinaryIO, head: dict[str, str]) -> None:
    """Write mappings with the places to which their prefixes lead."""
    used = {curie.partition(":")[0] for row in rows for curie in (row.subject, row.object)}
    places = {prefix: f"https://bioregistry.io/{prefix.lower()}:" for prefix in sorted(used)}
    prefixes = tuple((PLACES | places).items())
    write_sssom(rows, stream, metadata=tuple(head.items()), prefixes=prefixes)


def tsv_row(*cells: str) -> bytes:
    """Return a line of tab-separated cells; a tab or line end inside one becomes a space.

    A cell that begins with a quote is quoted, so that readers of tables give it back.
    """
    shown = (cell.translate(_CELL) for cell in cells)
    quoted = (f'"{c.replace(QUOTE, QUOTE * 2)}"' if c.startswith(QUOTE) else c for c in shown)
    return ("\t".join(quoted) + "\n").encode()


EXPORTERS: dict[str, Exporter] = {
    "jsonl": write_jsonl,
    "obographs": write_obographs,
    "sssom": write_mappings,
    "tsv": write_names,
}
"""The formats in which a vocabulary can be written."""

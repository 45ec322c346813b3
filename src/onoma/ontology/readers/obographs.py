"""OBO Graph JSON, the form in which the OBO Foundry publishes ontologies for programs.

The format can only be parsed whole (orjson); concepts are then made one by one. Of the edges only
``is_a`` is read; logical definitions and properties are passed over.

Source: https://github.com/geneontology/obographs (schema); node ids are IRIs or CURIEs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.ontology.readers.drafts import (
    OIO,
    RDFS,
    Draft,
    Spelling,
    shown,
    stem_of,
    version_of,
)
from onoma.ontology.readers.lines import read_whole
from onoma.ontology.readers.statements import LICENCES, VERSIONS, Statement, Taker
from onoma.ontology.reading import Ledger
from onoma.types import Concept

_LARGEST = 4 << 30
_IS_A = frozenset({"is_a", f"{RDFS}subClassOf", "rdfs:subClassOf"})
_DEFINITION = "http://purl.obolibrary.org/obo/IAO_0000115"
_PREFIXES = {"oboInOwl:": OIO, "oio:": OIO, "skos:": "http://www.w3.org/2004/02/skos/core#"}


def read_obographs(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the classes of an OBO Graph document, in its order.

    Raises: BadFile: not JSON, or JSON without ``graphs``.
    """
    data = read_whole(path, most=_LARGEST, hint="convert it to OBO, which is read as a stream")
    try:
        record = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadFile(f"{path.name}: not JSON: {error}", hint="is the file whole?") from error
    del data
    graphs = record.get("graphs") if isinstance(record, dict) else None
    if not isinstance(graphs, list):
        raise BadFile(f"{path.name}: no 'graphs' in it", hint="is this OBO Graph JSON?")
    for place, graph in enumerate(graphs):
        where = f"{path.name}, graph {place}"
        if isinstance(graph, dict):
            yield from _Graph(where, ledger).read(graph, stem_of(path.name))
        else:
            ledger.set_aside("bad-line", where, "a graph is an object")


class _Graph:
    """The reading of one graph."""

    def __init__(self, where: str, ledger: Ledger) -> None:
        self._where = where
        self._ledger = ledger
        self._spelling = Spelling(fallback="")
        self._taker = Taker(ledger, self._spelling)

    def read(self, graph: dict[str, Any], stem: str) -> Iterator[Concept]:
        self._header(graph, stem)
        self._spelling = Spelling(fallback=stem)
        self._taker = Taker(self._ledger, self._spelling)
        parents = self._parents(graph)
        for number, node in enumerate(self._objects(graph, "nodes", self._where)):
            place = f"{self._where}, node {number}"
            if node.get("type", "CLASS") != "CLASS":
                continue
            name = node.get("id")
            curie = self._spelling.own(name) if isinstance(name, str) else None
            if curie is None:
                words = "a node's id is an IRI or CURIE; it is not read"
                self._ledger.set_aside("bad-curie", place, words, shown(name))
                continue
            yield self._concept(
                Draft(curie, f"{place} ({curie})"), node, parents.get(str(name), [])
            )
        for base in sorted(self._spelling.made):
            words = f"ids below this IRI have no prefix in a table; {stem!r} is used"
            self._ledger.set_aside("made-prefix", self._where, words, base)

    def _concept(self, draft: Draft, node: dict[str, Any], parents: list[str]) -> Concept:
        for parent in parents:
            self._say(draft, f"{RDFS}subClassOf", parent)
        if node.get("lbl") is not None:
            self._say(draft, f"{RDFS}label", node["lbl"], language=node.get("lang"))
        meta = node.get("meta")
        if isinstance(meta, dict):
            self._meta(draft, meta)
        elif meta is not None:
            self._ledger.set_aside("bad-line", draft.place, "meta is an object", shown(meta))
        draft.settle(self._ledger.language)
        if not draft.label and not draft.is_obsolete:
            self._ledger.set_aside("no-label", draft.place, "a node without lbl", draft.curie)
        return draft.concept(self._ledger)

    def _meta(self, draft: Draft, meta: dict[str, Any]) -> None:
        definition = meta.get("definition")
        if isinstance(definition, dict):
            self._say(draft, _DEFINITION, definition.get("val"))
        for synonym in self._objects(meta, "synonyms", draft.place):
            name, kind = synonym.get("pred"), synonym.get("synonymType")
            full = name if isinstance(name, str) and "://" in name else f"{OIO}{name}"
            self._say(draft, full, synonym.get("val"), kind=kind, language=synonym.get("lang"))
        for xref in self._objects(meta, "xrefs", draft.place):
            self._say(draft, f"{OIO}hasDbXref", xref.get("val"))
        for value in self._objects(meta, "basicPropertyValues", draft.place):
            self._say(draft, _full(value.get("pred")), value.get("val"), language=value.get("lang"))
        if meta.get("deprecated") is True:
            draft.is_obsolete = True

    def _say(
        self, draft: Draft, name: str, value: object, *, kind: object = "", language: object = ""
    ) -> None:
        """Add one statement."""
        if not isinstance(value, str):
            words = f"a string is expected as value of {name}"
            self._ledger.set_aside("bad-line", draft.place, words, shown(value))
            return
        kind = kind if isinstance(kind, str) else ""
        language = language if isinstance(language, str) else ""
        is_taken = self._taker.take(draft, Statement(name, value, language, kind), draft.place)
        if not is_taken and name.endswith("Synonym"):
            self._ledger.set_aside("bad-scope", draft.place, f"an unknown scope {name}", value)

    def _parents(self, graph: dict[str, Any]) -> dict[str, list[str]]:
        """Return the objects of the ``is_a`` edges by their subject."""
        parents: dict[str, list[str]] = {}
        for number, edge in enumerate(self._objects(graph, "edges", self._where)):
            if str(edge.get("pred")) not in _IS_A:
                continue
            sub, obj = edge.get("sub"), edge.get("obj")
            if isinstance(sub, str) and isinstance(obj, str):
                parents.setdefault(sub, []).append(obj)
            else:
                place = f"{self._where}, edge {number}"
                self._ledger.set_aside("bad-line", place, "sub and obj are strings", shown(edge))
        return parents

    def _objects(self, record: dict[str, Any], key: str, place: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list; what is none goes to the ledger."""
        values = record.get(key)
        if values is None:
            return
        if not isinstance(values, list):
            self._ledger.set_aside("bad-line", place, f"{key} is a list", shown(values))
            return
        for value in values:
            if isinstance(value, dict):
                yield value
            else:
                self._ledger.set_aside("bad-line", place, f"{key} holds objects", shown(value))

    def _header(self, graph: dict[str, Any], stem: str) -> None:
        """Take name, version and licence of the graph."""
        name, meta = graph.get("id"), graph.get("meta")
        self._ledger.name = (stem_of(name) if isinstance(name, str) else "") or stem
        if not isinstance(meta, dict):
            return
        version = meta.get("version")
        if isinstance(version, str):
            self._ledger.version = version_of(version)
        for value in self._objects(meta, "basicPropertyValues", self._where):
            text = value.get("val")
            if not isinstance(text, str):
                continue
            if value.get("pred") in LICENCES:
                self._ledger.licence = text
            elif value.get("pred") in VERSIONS and not self._ledger.version:
                self._ledger.version = version_of(text)


def _full(name: object) -> str:
    """Return the IRI of a property that may be written with a prefix."""
    text = name if isinstance(name, str) else ""
    for prefix, base in _PREFIXES.items():
        if text.startswith(prefix):
            return base + text[len(prefix) :]
    return text

"""OWL: RDF/XML by a streaming reader of our own, the other syntaxes through py-horned-owl.

RDF/XML as OWL tools write it has one element per class below the root, followed by the axioms that
annotate its statements (the type of a synonym); one class is held at a time. Functional syntax,
OWL/XML and Manchester syntax are parsed whole by py-horned-owl (extra ``owl``). Only named classes
and ``subClassOf`` between them are read; expressions and imports are named in the ledger.
Turtle and N-Triples are the business of the reader ``skos``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from onoma.errors import BadFile
from onoma.ontology.readers.drafts import (
    HAS_XREF,
    NAME_PROPERTIES,
    OIO,
    OWL,
    RDF,
    RDFS,
    Draft,
    Spelling,
    stem_of,
    typed_scope,
)
from onoma.ontology.readers.horned import read_horned
from onoma.ontology.readers.lines import BLOCK, open_vocabulary
from onoma.ontology.readers.statements import Statement, Taker, finish, take_header
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

_ABOUT, _ID, _RESOURCE, _NODE = (f"{{{RDF}}}{n}" for n in ("about", "ID", "resource", "nodeID"))
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CLASSES = frozenset({f"{{{OWL}}}Class", f"{{{RDFS}}}Class"})
_DESCRIPTION = f"{{{RDF}}}Description"
_TYPE = f"{{{RDF}}}type"
_TYPES = frozenset({f"{OWL}Class", f"{RDFS}Class"})
_AXIOM = f"{{{OWL}}}Axiom"
_EXPRESSIVE = frozenset({f"{RDFS}subClassOf", f"{OWL}equivalentClass"})
_EQUIVALENT_MARK = "MONDO:equivalentTo"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(RDF|Ontology)[\s>/]")
_HEAD = 1 << 16


def read_owl(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the named classes of an OWL ontology.

    Raises: BadFile: not OWL in a syntax that is read, or broken XML (what stood before was
    yielded). ExtraMissing: functional syntax, OWL/XML and Manchester syntax need ``onoma[owl]``.
    """
    with open_vocabulary(path) as stream:
        head = stream.peek(_HEAD) if hasattr(stream, "peek") else b""
        root = _ROOT.search(head)
        is_xml = root is not None and root[1] == b"RDF"
        if is_xml or (root is None and head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n").startswith(b"<")):
            yield from _RdfXml(path.name, ledger).read(stream)
            return
    yield from read_horned(path, ledger)


def make_parser() -> etree.XMLPullParser:
    """Return the parser: no entities, network, DTD or huge texts (see ``formats.medline``)."""
    return etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _events(stream: Any) -> Iterator[tuple[str, Any]]:
    """Yield the starts and ends of a stream's elements."""
    parser = make_parser()
    while data := stream.read(BLOCK):
        parser.feed(data)
        yield from parser.read_events()
    parser.close()


class _RdfXml:
    """The reading of one RDF/XML file."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._spelling = Spelling()
        self._taker = Taker(ledger, self._spelling)
        self._base = ""
        self._draft: Draft | None = None
        self._iri = ""  # of the class at hand
        self._count = 0

    def read(self, stream: Any) -> Iterator[Concept]:
        """Yield the classes of a byte stream."""
        depth = 0
        try:
            for event, node in _events(stream):
                depth += 1 if event == "start" else -1
                if depth != 1:
                    continue
                if event == "start":
                    self._begin(node)
                else:
                    yield from self._node(node)
                    _free(node)
        except etree.XMLSyntaxError as error:
            # the class at hand may be incomplete: it is not given out
            raise BadFile(
                f"{self._name}: the XML is broken: {error.msg}",
                hint="is the file whole, and OWL in RDF/XML? rapper or ROBOT can repair it",
            ) from error
        yield from self._finish()
        for base in sorted(self._spelling.made):
            words = f"ids below this IRI have no prefix in a table; {stem_of(self._name)!r} is used"
            self._ledger.set_aside("made-prefix", self._name, words, base)
        if not self._count:
            raise BadFile(f"{self._name}: no owl:Class in it", hint="is it SKOS? Use --from skos")

    def _begin(self, root: Any) -> None:
        if root.tag != f"{{{RDF}}}RDF":
            raise BadFile(f"{self._name}: the root is not rdf:RDF", hint="is it OWL in RDF/XML?")
        self._base = root.get(_BASE, "")
        prefixes = {prefix: base for prefix, base in root.nsmap.items() if prefix}
        self._spelling = Spelling(prefixes, fallback=stem_of(self._name))
        self._taker = Taker(self._ledger, self._spelling)
        self._ledger.name = stem_of(self._name)

    def _node(self, node: Any) -> Iterator[Concept]:
        """Take a node below the root."""
        tag = node.tag
        if tag in _CLASSES:
            yield from self._class(node)
        elif tag == _AXIOM:
            self._axiom(node)
        elif tag == f"{{{OWL}}}Ontology":
            self._ontology(node)
        elif tag == _DESCRIPTION:
            types = {self._resource(child) for child in node.iterchildren(_TYPE)}
            if types & _TYPES:
                yield from self._class(node)
            elif f"{OWL}Axiom" in types:
                self._axiom(node)
            elif not types:
                words = "an rdf:Description without rdf:type is not read"
                self._ledger.set_aside("untyped", self._place(node), words, self._about(node))

    def _place(self, node: Any) -> str:
        return f"{self._name}, line {node.sourceline}"

    def _about(self, node: Any) -> str:
        """Return the IRI of a node; empty for an anonymous one."""
        about = node.get(_ABOUT)
        if about is None:
            name = node.get(_ID)
            about = None if name is None else f"#{name}"
        if about is None:
            return ""
        return about if "://" in about else self._absolute(about)

    def _resource(self, node: Any) -> str:
        """Return the IRI that a property points to, empty if to nothing with a name."""
        resource = node.get(_RESOURCE)
        if resource is None:
            inner = next(iter(node), None)
            is_class = inner is not None and inner.tag in _CLASSES
            return self._about(inner) if is_class else ""
        return resource if "://" in resource else self._absolute(resource)

    def _absolute(self, text: str) -> str:
        try:
            return urljoin(self._base, text) if self._base else text
        except ValueError:
            return text

    def _class(self, node: Any) -> Iterator[Concept]:
        yield from self._finish()
        place, iri = self._place(node), self._about(node)
        if not iri:
            self._ledger.set_aside("anonymous", place, "a class expression at the top has no id")
            return
        curie = self._spelling.own(iri)
        if curie is None:
            if iri != f"{OWL}Thing":
                words = "the IRI of a class gives no CURIE; it is not read"
                self._ledger.set_aside("bad-curie", place, words, iri)
            return
        self._count += 1
        self._iri, self._draft = iri, Draft(curie, place)
        for child in node:
            if not isinstance(child.tag, str):
                words = f"the entity {child.text} is not expanded"
                self._ledger.set_aside("bad-line", self._place(child), words)
                continue
            said = self._statement(child)
            if said is None:
                continue
            self._taker.take(self._draft, said, self._place(child))

    def _statement(self, child: Any) -> Statement | None:
        """Return what a property element says; None for an anonymous value."""
        name = _iri(child.tag)
        value = self._resource(child)
        if not value and len(child):
            inner = child[0]
            if not isinstance(inner.tag, str):
                words = f"the entity {inner.text} is not expanded"
                self._ledger.set_aside("bad-line", self._place(child), words, name)
                return None
            if name in _EXPRESSIVE:
                words = f"a class expression has no id ({name.rpartition('#')[2]})"
                self._ledger.set_aside("anonymous", self._place(child), words, _iri(inner.tag))
            return None
        if not value and child.get(_NODE) is not None:
            return None
        return Statement(name, value or child.text or "", child.get(_LANG) or "")

    def _axiom(self, node: Any) -> None:
        """Apply the annotations of an axiom to the class at hand: synonym types, sources."""
        parts: dict[str, list[str]] = {}
        for child in node:
            if isinstance(child.tag, str):
                value = self._resource(child) or child.text or ""
                parts.setdefault(_iri(child.tag), []).append(value)
        kinds = parts.get(f"{OIO}hasSynonymType", [])
        is_equal = _EQUIVALENT_MARK in parts.get(f"{OIO}source", [])
        if not kinds and not is_equal:
            return
        source, name, target = (
            (parts.get(f"{OWL}annotated{part}") or [""])[0]
            for part in ("Source", "Property", "Target")
        )
        draft = self._draft
        if draft is None or source != self._iri:
            words = "an axiom that does not follow its class is not read"
            self._ledger.set_aside("stray-axiom", self._place(node), words, source)
        elif name in NAME_PROPERTIES and kinds:
            retype(draft, (target, NAME_PROPERTIES[name]), kinds[0], self._ledger)
        elif name == f"{OIO}hasDbXref" and is_equal:
            make_exact(draft, self._spelling.known(target))

    def _ontology(self, node: Any) -> None:
        if about := self._about(node):
            self._ledger.name = stem_of(about) or self._ledger.name
        for child in node:
            if not isinstance(child.tag, str):
                continue
            take_header(self._ledger, self._place(child), (
                _iri(child.tag), self._resource(child) or child.text or ""
            ))  # fmt: skip

    def _finish(self) -> Iterator[Concept]:
        draft, self._draft = self._draft, None
        if draft is not None:
            yield finish(draft, self._ledger)


def retype(draft: Draft, key: tuple[str, str], kind: str, ledger: Ledger) -> None:
    """Give a synonym (its text and scope) the scope that its type means."""
    text, scope = " ".join(key[0].split()), key[1]
    changed = typed_scope(scope, kind)
    if changed == scope:
        return
    names = []
    for name in draft.names:
        if name.text != text or name.scope != scope:
            names.append(name)
        elif changed:
            names.append(Name(name.text, changed, name.source, name.language))
        else:
            ledger.set_aside("obsolete-name", draft.place, "the source takes it back", text)
    draft.names = names


def make_exact(draft: Draft, curie: str | None) -> None:
    """Let a cross-reference to this CURIE mean the same concept."""
    draft.equivalents = [
        Equivalent(one.curie, "skos:exactMatch", one.source)
        if one.curie == curie and one.predicate == HAS_XREF
        else one
        for one in draft.equivalents
    ]


def _iri(tag: str) -> str:
    """Return the IRI of a tag in Clark's notation."""
    return tag[1:].replace("}", "", 1) if tag.startswith("{") else tag


def _free(node: Any) -> None:
    """Free a node below the root and those before it."""
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]

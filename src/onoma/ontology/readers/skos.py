"""SKOS thesauri and other vocabularies in RDF: Turtle, N-Triples, RDF/XML, JSON-LD.

Parsed as a stream by pyoxigraph (extra ``rdf``). Statements on one subject may stand anywhere in a
file, so that concepts are given out at its end. A subject is a concept if it is typed as one
(``skos:Concept``, ``owl:Class``), has a preferred label or is in a scheme. A broken line of
N-Triples goes to the ledger; the other syntaxes cannot be read on behind an error.

Source: SKOS Reference, https://www.w3.org/TR/skos-reference/ (labels, XL labels, mappings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, ExtraMissing
from onoma.ontology.readers.drafts import OWL, RDF, RDFS, SKOS, Draft, Spelling, stem_of, version_of
from onoma.ontology.readers.lines import iter_lines, open_vocabulary
from onoma.ontology.readers.statements import LICENCES, VERSIONS, Statement, Taker
from onoma.ontology.reading import Ledger
from onoma.types import Concept

XL = "http://www.w3.org/2008/05/skos-xl#"
_TYPE = f"{RDF}type"
_CONCEPTS = frozenset({f"{SKOS}Concept", f"{OWL}Class", f"{RDFS}Class"})
_SCHEMES = frozenset({f"{SKOS}ConceptScheme", f"{OWL}Ontology"})
_CONCEPT_PROPERTIES = frozenset(
    {f"{SKOS}prefLabel", f"{XL}prefLabel", f"{SKOS}inScheme", f"{SKOS}topConceptOf"}
)
_XL_LABELS = {f"{XL}{kind}": f"{SKOS}{kind}" for kind in ("prefLabel", "altLabel", "hiddenLabel")}
_DOWN = frozenset({f"{SKOS}narrower", f"{SKOS}narrowerGeneric"})
_EXPRESSIVE = frozenset({f"{RDFS}subClassOf", f"{OWL}equivalentClass", f"{SKOS}broader"})
_BY_SUFFIX = {
    "ttl": "TURTLE", "nt": "N_TRIPLES", "nq": "N_QUADS", "trig": "TRIG", "rdf": "RDF_XML",
    "xml": "RDF_XML", "owl": "RDF_XML", "jsonld": "JSON_LD", "json": "JSON_LD", "n3": "N3",
}  # fmt: skip
_TRIPLE = re.compile(rb"\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+\S")
_AT_ONCE = 2000  # lines of N-Triples


def read_skos(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the concepts of an RDF vocabulary in the order of their first statement.

    Raises: BadFile: not RDF, broken, or without a concept. ExtraMissing: ``onoma[rdf]`` is needed.
    """
    try:
        import pyoxigraph
    except ImportError as error:
        raise ExtraMissing("rdf", f"{path.name}: RDF") from error
    with open_vocabulary(path) as stream:
        head = stream.peek(4096) if hasattr(stream, "peek") else b""
        syntax = rdf_syntax(path, head)
        if syntax == "N_TRIPLES":
            quads = _lines(path, ledger, pyoxigraph)
            yield from _Reading(path.name, ledger).read(quads, {})
            return
        parser = pyoxigraph.parse(
            input=stream,
            format=getattr(pyoxigraph.RdfFormat, syntax),
            base_iri=f"https://example.org/{stem_of(path.name) or 'base'}",
        )
        yield from _Reading(path.name, ledger).read(_guarded(parser, path.name), parser)


def rdf_syntax(path: Path, head: bytes) -> str:
    """Return pyoxigraph's name for the syntax of a file, by its first bytes, else its suffix."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"<?xml", b"<rdf:", b"<!")):
        return "RDF_XML"
    if start.startswith((b"{", b"[")) and not start.startswith(b"[]"):
        return "JSON_LD"
    suffixes = [part for part in path.name.lower().split(".")[1:] if part in _BY_SUFFIX]
    stated = _BY_SUFFIX[suffixes[-1]] if suffixes else ""
    if stated in ("TURTLE", "TRIG", "N_TRIPLES", "N_QUADS", "N3"):
        return stated
    lines = [line for line in start.splitlines()[:5] if line and not line.startswith(b"#")]
    is_triples = bool(lines) and all(_TRIPLE.match(line) for line in lines[:-1] or lines)
    return "N_TRIPLES" if is_triples and b"@prefix" not in start else "TURTLE"


def _guarded(parser: Any, name: str) -> Iterator[Any]:
    """Yield quads; an error of the parser becomes ours."""
    try:
        yield from parser
    except (SyntaxError, ValueError, OSError) as error:
        line = getattr(error, "lineno", None)
        column = getattr(error, "offset", None)
        where = f", line {line}, column {column}" if line else ""
        raise BadFile(
            f"{name}{where}: {getattr(error, 'msg', None) or error}",
            hint="the file is not the RDF that it seems to be, or is cut short",
        ) from error


def _lines(path: Path, ledger: Ledger, pyoxigraph: Any) -> Iterator[Any]:
    """Yield the triples of N-Triples; a line that is none goes to the ledger."""
    form = pyoxigraph.RdfFormat.N_TRIPLES
    lines = iter_lines(path, ledger)
    while block := list(islice(lines, _AT_ONCE)):
        try:
            yield from list(pyoxigraph.parse(input="\n".join(t for _, t in block), format=form))
            continue
        except (SyntaxError, ValueError):
            pass
        for number, text in block:
            try:
                yield from list(pyoxigraph.parse(input=text, format=form))
            except (SyntaxError, ValueError) as error:
                column = getattr(error, "offset", None) or 1
                place = f"{path.name}, line {number}, column {column}"
                words = f"SUBJECT PREDICATE OBJECT . is expected: {error}"
                ledger.set_aside("bad-line", place, words, text)


class _Reading:
    """The statements of one file, brought together by subject."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._name = name
        self._ledger = ledger
        self._said: dict[str, list[Statement]] = {}
        self._kinds: dict[str, bool] = {}  # whether a typed subject is a concept
        self._about: dict[str, list[tuple[str, str]]] = {}  # what schemes say
        self._xl: list[tuple[str, str, str]] = []  # subject, property, node of a label
        self._literals: dict[str, tuple[str, str]] = {}  # of XL labels

    def read(self, quads: Iterator[Any], parser: Any) -> Iterator[Concept]:
        """Yield the concepts of these quads; ``parser`` knows the prefixes of the file."""
        for quad in quads:
            subject, value = quad.subject, quad.object
            if hasattr(subject, "value"):
                self._take(_key(subject), quad.predicate.value, value)
        prefixes = dict(getattr(parser, "prefixes", None) or {})
        spelling = Spelling(prefixes, fallback=stem_of(self._name))
        for subject, name, node in self._xl:
            if node in self._literals:
                text, language = self._literals[node]
                self._say(subject, Statement(_XL_LABELS[name], text, language))
            else:
                words = "an XL label without literalForm"
                self._ledger.set_aside("bad-line", f"{self._name}, {subject}", words, node)
        self._header()
        yield from self._concepts(spelling)

    def _say(self, subject: str, statement: Statement) -> None:
        self._said.setdefault(subject, []).append(statement)

    def _take(self, subject: str, name: str, value: Any) -> None:
        """Sort one triple."""
        text = value.value if hasattr(value, "value") else ""
        language = getattr(value, "language", None) or ""
        if name == _TYPE:
            self._take_type(subject, text)
            return
        if name in _CONCEPT_PROPERTIES:
            self._kinds.setdefault(subject, True)
        if name in _XL_LABELS:
            self._xl.append((subject, name, _key(value)))
        elif name == f"{XL}literalForm":
            self._literals[subject] = (text, language)
        elif name == f"{OWL}imports":
            words = "an import is not read: give it by itself"
            self._ledger.set_aside("import", self._name, words, text)
        elif name in VERSIONS or name in LICENCES:
            self._about.setdefault(subject, []).append((name, text))
        elif name in _DOWN and text:
            self._say(_key(value), Statement(f"{SKOS}broader", subject))
        elif type(value).__name__ != "BlankNode":
            self._say(subject, Statement(name, text, language))
        elif name in _EXPRESSIVE:
            words = f"an expression has no id ({name})"
            self._ledger.set_aside("anonymous", f"{self._name}, {subject}", words)

    def _take_type(self, subject: str, kind: str) -> None:
        """Note whether a subject is a concept, or a scheme."""
        if kind in _SCHEMES:
            self._about.setdefault(subject, [])
            self._kinds[subject] = False
        else:
            self._kinds[subject] = self._kinds.get(subject, False) or kind in _CONCEPTS

    def _header(self) -> None:
        """Take name, version and licence of the scheme; of several, what the first one says."""
        schemes = [subject for subject in self._about if self._kinds.get(subject) is False]
        self._ledger.name = stem_of(self._name)
        for subject in schemes:
            for name, text in self._about[subject]:
                if name in LICENCES:
                    self._ledger.licence = self._ledger.licence or text
                else:
                    self._ledger.version = self._ledger.version or version_of(text)

    def _concepts(self, spelling: Spelling) -> Iterator[Concept]:
        taker = Taker(self._ledger, spelling)
        count = 0
        for subject in list(self._said):
            statements = self._said.pop(subject)
            if not self._kinds.get(subject):
                continue
            place = f"{self._name}, {subject}"
            if subject.startswith("_:"):
                self._ledger.set_aside("anonymous", place, "a concept without IRI is not read")
                continue
            curie = spelling.own(subject)
            if curie is None:
                words = "the IRI of a concept gives no CURIE; it is not read"
                self._ledger.set_aside("bad-curie", place, words, subject)
                continue
            draft = Draft(curie, place)
            for statement in statements:
                taker.take(draft, statement, place)
            draft.settle(self._ledger.language)
            if not draft.label and not draft.is_obsolete:
                self._ledger.set_aside("no-label", place, "a concept without label", curie)
            count += 1
            yield draft.concept(self._ledger)
        for base in sorted(spelling.made):
            words = f"ids below this IRI have no prefix in a table; {stem_of(self._name)!r} is used"
            self._ledger.set_aside("made-prefix", self._name, words, base)
        if not count:
            raise BadFile(
                f"{self._name}: no skos:Concept or class in it", hint="is it a thesaurus?"
            )


def _key(node: Any) -> str:
    """Return an IRI, or a name for a blank node."""
    return f"_:{node.value}" if type(node).__name__ == "BlankNode" else str(node.value)

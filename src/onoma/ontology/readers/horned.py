"""OWL in functional, XML and Manchester syntax, parsed whole by py-horned-owl (extra ``owl``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, ExtraMissing
from onoma.ontology.readers.drafts import OIO, OWL, RDFS, Draft, Spelling, stem_of
from onoma.ontology.readers.lines import read_whole
from onoma.ontology.readers.statements import Statement, Taker, finish, take_header
from onoma.ontology.reading import Ledger
from onoma.types import Concept

_LARGEST = 1 << 30
_DEEPEST = 400  # nested brackets; the parser is recursive
_FUNCTIONAL = re.compile(r"^\s*(?:Prefix|Ontology)\s*\(", re.MULTILINE)
_MANCHESTER = re.compile(r"^\s*(?:Prefix|Ontology):", re.MULTILINE)
_PREFIX = re.compile(r"^\s*Prefix\s*(?:\(|:)\s*([\w.-]+):\s*=?\s*<([^>]*)>", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def read_horned(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the named classes, sorted by IRI (the parser does not keep the file's order).

    Raises: BadFile: not OWL in one of these syntaxes. ExtraMissing: py-horned-owl is not there.
    """
    data = read_whole(path, most=_LARGEST, hint="convert it to RDF/XML, which is read as a stream")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name}: byte {error.start} is not UTF-8", hint="is it OWL?") from error
    syntax = _syntax(text[: 1 << 16], path.name)
    if _depth(text) > _DEEPEST:
        raise BadFile(f"{path.name}: expressions nest deeper than {_DEEPEST}", hint="is it whole?")
    ontology = _parse(text, syntax, path.name)
    prefixes = dict(_PREFIX.findall(text[: 1 << 16]))
    reading = _Reading(path.name, ledger, Spelling(prefixes, fallback=stem_of(path.name)))
    for component in ontology.get_components():
        reading.take(component.component, component.ann)
    yield from reading.concepts()


def _syntax(head: str, name: str) -> str:
    """Return py-horned-owl's word for the syntax of a file."""
    if head.lstrip().startswith("<"):
        return "owx"
    if _FUNCTIONAL.search(head):
        return "ofn"
    if _MANCHESTER.search(head):
        return "omn"
    raise BadFile(
        f"{name}: neither RDF/XML nor functional, XML or Manchester syntax of OWL",
        hint="Turtle and N-Triples are read with --from skos",
    )


def _depth(text: str) -> int:
    """Return how deep brackets nest outside of strings."""
    depth = deepest = 0
    for bracket in re.findall(r"[()<>]", _STRING.sub("", text)):
        if bracket == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket == ")":
            depth -= 1
    return deepest


def _parse(text: str, syntax: Any, name: str) -> Any:
    try:
        import pyhornedowl
    except ImportError as error:
        raise ExtraMissing("owl", f"{name}: OWL in a syntax other than RDF/XML") from error
    try:
        return pyhornedowl.open_ontology_from_string(text, syntax)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in Rust comes as a BaseException of its own
        place = re.search(r"line_col: Pos\(\((\d+), (\d+)\)\)", str(error))
        where = f", line {place[1]}, column {place[2]}" if place else ""
        raise BadFile(
            f"{name}{where}: OWL syntax ({syntax}) is expected", hint="ROBOT can convert it"
        ) from error


class _Reading:
    """The components of one ontology, brought together by class."""

    def __init__(self, name: str, ledger: Ledger, spelling: Spelling) -> None:
        self._name = name
        self._ledger = ledger
        self._spelling = spelling
        self._classes: set[str] = set()
        self._said: dict[str, list[Statement]] = {}
        ledger.name = stem_of(name)

    def take(self, component: Any, annotations: Any) -> None:
        """Note what a component says."""
        kind = type(component).__name__
        if kind == "DeclareClass":
            self._classes.add(str(component.first.first))
        elif kind == "AnnotationAssertion":
            self._annotation(component, annotations)
        elif kind == "SubClassOf":
            self._subclass(component.sub, component.sup)
        elif kind == "EquivalentClasses":
            self._equal(component.first)
        elif kind == "OntologyID":
            self._ledger.name = stem_of(str(component.iri or "")) or self._ledger.name
            take_header(self._ledger, self._name, (f"{OWL}versionIRI", str(component.viri or "")))
        elif kind == "Import":
            take_header(self._ledger, self._name, (f"{OWL}imports", str(component.first)))
        elif kind == "OntologyAnnotation":
            value, _ = _value(component.first.av)
            take_header(self._ledger, self._name, (str(component.first.ap.first), value))

    def concepts(self) -> Iterator[Concept]:
        """Yield the classes; raises BadFile if there is none."""
        taker = Taker(self._ledger, self._spelling)
        count = 0
        for iri in sorted(self._classes):
            place = f"{self._name}, class {iri}"
            curie = self._spelling.own(iri)
            if curie is None:
                if iri != f"{OWL}Thing":
                    words = "the IRI of a class gives no CURIE; it is not read"
                    self._ledger.set_aside("bad-curie", place, words, iri)
                continue
            draft = Draft(curie, place)
            said = self._said.get(iri, [])
            for statement in sorted(said, key=lambda s: (s.property, s.language, s.value, s.kind)):
                taker.take(draft, statement, place)
            count += 1
            yield finish(draft, self._ledger)
        for base in sorted(self._spelling.made):
            words = f"ids below this IRI have no prefix in a table; {stem_of(self._name)!r} is used"
            self._ledger.set_aside("made-prefix", self._name, words, base)
        if not count:
            raise BadFile(f"{self._name}: no named class in it", hint="is it the right file?")

    def _say(self, subject: str, statement: Statement) -> None:
        self._said.setdefault(subject, []).append(statement)

    def _annotation(self, component: Any, annotations: Any) -> None:
        value, language = _value(component.ann.av)
        kind = next(
            (_value(a.av)[0] for a in annotations if str(a.ap.first) == f"{OIO}hasSynonymType"), ""
        )
        name = str(component.ann.ap.first)
        self._say(str(component.subject), Statement(name, value, language, kind))

    def _subclass(self, sub: Any, sup: Any) -> None:
        names = _name(sub), _name(sup)
        if names[0] and names[1]:
            self._classes.update(n for n in names[:1] if n)
            if names[1] != f"{OWL}Thing":
                self._say(names[0], Statement(f"{RDFS}subClassOf", names[1]))
        else:
            self._anonymous("subClassOf", sup if names[0] else sub)

    def _equal(self, classes: Any) -> None:
        names = [_name(part) for part in classes]
        if not all(names):
            self._anonymous("equivalentClass", classes)
        for first in names:
            for other in names:
                if first and other and first != other:
                    self._say(first, Statement(f"{OWL}equivalentClass", other))

    def _anonymous(self, what: str, expression: Any) -> None:
        words = f"a class expression has no id ({what})"
        self._ledger.set_aside("anonymous", self._name, words, str(expression)[:400])


def _name(expression: Any) -> str:
    """Return the IRI of a named class, empty for an expression."""
    return str(expression.first) if type(expression).__name__ == "Class" else ""


def _value(value: Any) -> tuple[str, str]:
    """Return the text and language of an annotation's value."""
    literal = getattr(value, "literal", None)
    if literal is None:
        return str(value), ""
    return str(literal), str(getattr(value, "lang", None) or "")

"""OBO: a tolerant reader of versions 1.0 to 1.4, a line at a time.

Strict parsers stop at real releases (``xref: EC 2.7.1.190`` in a Gene Ontology of 2021); here such
a line goes to the ledger and the rest is read. Typedefs and instances are passed over, as are the
tags that a ``Concept`` has no place for (relationship, intersection_of, comment, subset ...).

Source: OBO Flat File Format 1.4, https://owlcollab.github.io/oboformat/doc/obo-syntax.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from onoma.errors import BadFile
from onoma.ontology.readers.drafts import (
    CONSIDER,
    DEPRECATED,
    HAS_XREF,
    MATCHES,
    NAMESPACE_TYPES,
    REPLACED_BY,
    Draft,
    Spelling,
    stem_of,
    typed_scope,
    version_of,
)
from onoma.ontology.readers.lines import iter_lines
from onoma.ontology.reading import Ledger
from onoma.types import Concept, Equivalent, Name

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_SYNONYM = re.compile(
    r'"(?P<text>(?:[^"\\]++|\\.)*+)"(?:@(?P<language>[\w-]++))?'
    r"(?:[ \t]*+(?P<scope>EXACT|BROAD|NARROW|RELATED)\b)?+(?:[ \t]++(?P<kind>[^\s\[{!]++))?+"
    r"[ \t]*+(?:\[|\{|!|$)"
)
_LANGUAGE = re.compile(r'[{, ](?:xml:)?lang(?:uage)?="([A-Za-z]{2,3}(?:-\w+)?)"')
_MODIFIERS = re.compile(r'\s\{[\w:.#/-]+="[^{}]*"\}$')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": " ", "t": " ", "W": " "}
_EQUIVALENT_MARK = 'source="MONDO:equivalentTo"'
_DATE = re.compile(r"(\d\d):(\d\d):(\d{4})")
_COMMENT = re.compile(r"(?:^|(?<=\s))!.*")

_UNUSED = frozenset(
    {
        "builtin", "comment", "created_by", "creation_date", "disjoint_from", "domain",
        "equivalent_to", "expand_assertion_to", "expand_expression_to", "instance_of",
        "intersection_of", "inverse_of", "is_anonymous", "is_transitive", "range", "relationship",
        "subset", "union_of", "xref_unk",
    }
)  # fmt: skip
_OLD_SCOPES = {
    "exact_synonym": "exact",
    "narrow_synonym": "narrow",
    "broad_synonym": "broad",
    "related_synonym": "related",
}


def read_obo(path: Path, ledger: Ledger) -> Iterator[Concept]:
    """Yield the terms of an OBO file, in its order.

    Raises: BadFile: the file cannot be read, or has no [Term] in it.
    """
    return _Obo(path.name, ledger).read(iter_lines(path, ledger))


class _Lines:
    """The line at hand of a file, and the ledger of what is wrong in it."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.name, self.ledger = name, ledger
        self.number, self.line = 0, ""

    def iterate(self, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
        """Yield the lines that are not blank, each while it is the one at hand."""
        for self.number, self.line in lines:
            if self.line and not self.line.isspace():
                yield self.line

    @property
    def place(self) -> str:
        """Where the line at hand stands."""
        return f"{self.name}, line {self.number}"

    def aside(self, kind: str, words: str, value: str = "", column: int = 1) -> None:
        """Set the line aside; a ``value`` of it says in which column the fault is."""
        column = (self.line.find(value) + 1 or 1) if value else column
        self.ledger.set_aside(kind, f"{self.place}, column {column}", words, self.line)


class _Header:
    """What the lines before the first stanza say of the file."""

    def __init__(self, lines: _Lines) -> None:
        self._lines, self._ledger = lines, lines.ledger
        self.namespace = ""
        self.type_scopes: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}

    def take(self, line: str) -> None:
        """Take a line."""
        tag, colon, value = line.partition(":")
        handle = _HEADER_TAGS.get(tag)
        if handle is not None:
            handle(self, value.strip())
        elif not colon and line[0] != "!":
            self._lines.aside("bad-line", "a header line is TAG: VALUE")

    def close(self) -> Spelling:
        """Fix what the header leaves open, and return how ids are spelt."""
        ledger = self._ledger
        ledger.name = ledger.name or self.namespace or stem_of(self._lines.name)
        return Spelling(self._prefixes)

    def _version(self, value: str) -> None:
        self._ledger.version = version_of(value)

    def _date(self, value: str) -> None:
        if not self._ledger.version:
            date = _DATE.match(value)  # of OBO 1.2: 31:12:2016 16:40
            self._ledger.version = f"{date[3]}-{date[2]}-{date[1]}" if date else value

    def _ontology(self, value: str) -> None:
        self._ledger.name = stem_of(value)

    def _default_namespace(self, value: str) -> None:
        self.namespace = value

    def _idspace(self, value: str) -> None:
        prefix, _, base = value.partition(" ")
        self._prefixes[prefix] = base.strip().partition(" ")[0]

    def _synonym_type(self, value: str) -> None:
        words = _QUOTED.sub(" ", value).split()
        if len(words) > 1 and words[1].lower() in ("exact", "broad", "narrow", "related"):
            self.type_scopes[words[0]] = words[1].lower()

    def _import(self, value: str) -> None:
        self._lines.aside("import", "an imported file is not read: give it by itself")

    def _property(self, value: str) -> None:
        if "license" in value:
            stated = _QUOTED.sub(r"\1", value).split(" ", 1)[-1]
            self._ledger.licence = stated.removesuffix(" xsd:string")


_HEADER_TAGS: dict[str, Callable[[_Header, str], None]] = {
    "data-version": _Header._version,
    "date": _Header._date,
    "ontology": _Header._ontology,
    "default-namespace": _Header._default_namespace,
    "idspace": _Header._idspace,
    "synonymtypedef": _Header._synonym_type,
    "import": _Header._import,
    "property_value": _Header._property,
}


class _Obo:
    """The state of one reading."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lines = _Lines(name, ledger)
        self._header = _Header(self._lines)
        self._spelling = Spelling()
        self._draft: Draft | None = None
        self._is_nameless = True  # no id so far in this stanza

    def read(self, lines: Iterator[tuple[int, str]]) -> Iterator[Concept]:
        """Yield the concepts of these lines."""
        stanza, count = "", 0
        tags = _TAGS
        for line in self._lines.iterate(lines):
            if line[0] == "[" and line.rstrip().partition("]")[1]:
                yield from self._finish()
                if not stanza:
                    self._spelling = self._header.close()
                stanza = line[1:].partition("]")[0]
                count += stanza == "Term"
                self._is_nameless = True
                continue
            if not stanza:
                self._header.take(line)
            elif stanza == "Term":
                tag, _, value = line.partition(":")
                handle = tags.get(tag)
                if handle is not None:
                    handle(self, value.strip())
                elif line[0] != "!":
                    self._other(tag.strip(), value.strip())
        yield from self._finish()
        if not count:
            raise BadFile(
                f"{self._lines.name}: no [Term] in it",
                hint="is this OBO? Name the format with --from",
            )

    def _finish(self) -> Iterator[Concept]:
        """Yield the term at hand, if it has an id."""
        draft, self._draft = self._draft, None
        if draft is None:
            return
        if not draft.label and not draft.is_obsolete:
            self._ledger.set_aside("no-label", draft.place, "a [Term] without name:", draft.curie)
        yield draft.concept(self._ledger)

    def _id(self, value: str) -> None:
        token = _token(value)
        curie = self._spelling.own(token)
        if curie is None:
            self._lines.aside(
                "bad-curie", "an id is PREFIX:LOCAL; its [Term] is not read", column=5
            )
        elif self._draft is not None:
            self._lines.aside("bad-line", "a second id in one [Term]")
        elif self._is_nameless:
            types = NAMESPACE_TYPES.get(self._header.namespace, ())
            self._draft = Draft(curie, self._lines.place, types=types)
        self._is_nameless = False

    def _term(self) -> Draft | None:
        """Return the term at hand; a statement before its id, or below a bad one, is set aside."""
        if self._draft is None:
            self._lines.aside("bad-line", "no usable id: before it in this [Term]")
        return self._draft

    def _take_name(self, value: str) -> None:
        if (term := self._term()) is None:
            return
        if _has_more(value):
            found = _LANGUAGE.search(value)
            term.language = found[1] if found else term.language
            value = _plain(value)
        text = " ".join(value.split())
        if not text:
            self._lines.aside("bad-line", "a name is expected", column=6)
        elif term.label:
            self._lines.aside("bad-line", "a second name in one [Term]; it is kept as a synonym")
            term.names.append(Name(text, "exact", self._ledger.name))
        else:
            term.label = text

    def _take_definition(self, value: str) -> None:
        if (term := self._term()) is None:
            return
        quoted = _QUOTED.match(value)
        if quoted is None:
            self._lines.aside(
                "bad-line", 'a definition needs a quoted text: def: "..." []', column=6
            )
        elif term.definition is None:
            term.definition = " ".join(_unescape(quoted[1]).split()) or None

    def _take_synonym(self, value: str, scope: str = "") -> None:
        if (term := self._term()) is None:
            return
        form = _SYNONYM.match(value)
        if form is None:
            words = 'a synonym is "TEXT" SCOPE TYPE [SOURCES]'
            self._lines.aside("bad-line", words, value)
            return
        text, language, stated, kind = form.groups()
        scope = stated.lower() if stated else scope or self._header.type_scopes.get(kind, "related")
        if kind:
            scope = typed_scope(scope, kind)
        if not scope:
            self._lines.aside("obsolete-name", f"the file takes this synonym back ({kind})")
            return
        text = " ".join(_unescape(text).split())
        if not text:
            self._lines.aside("bad-line", "an empty synonym", value)
            return
        if (
            language is None
            and "lang" in value
            and (found := _LANGUAGE.search(value, form.end() - 1))
        ):
            language = found[1]
        term.names.append(Name(text, scope, self._ledger.name, language or "en"))

    def _own_id(self, value: str) -> str | None:
        """Return the CURIE of this vocabulary that a value names, or set it aside."""
        token = _token(value).split(" ")[0]
        curie = self._spelling.own(token)
        if curie is None:
            self._lines.aside("bad-curie", "PREFIX:LOCAL is expected", value)
        return curie

    def _take_parent(self, value: str) -> None:
        if (term := self._term()) is not None and (curie := self._own_id(value)):
            term.parents.append(curie)

    def _take_former(self, value: str) -> None:
        if (term := self._term()) is not None and (curie := self._own_id(value)):
            term.former.append(curie)

    def _take_replaced(self, value: str) -> None:
        if (term := self._term()) is None or not (curie := self._own_id(value)):
            return
        if term.replaced_by is None:
            term.replaced_by = curie
        elif term.replaced_by != curie:  # split into several: none is the one that replaces it
            term.consider.append(curie)

    def _take_consider(self, value: str) -> None:
        if (term := self._term()) is not None and (curie := self._own_id(value)):
            term.consider.append(curie)

    def _take_xref(self, value: str) -> None:
        if (term := self._term()) is not None:
            predicate = "skos:exactMatch" if _EQUIVALENT_MARK in value else HAS_XREF
            self._equivalent(term, _token(value), predicate)

    def _equivalent(self, term: Draft, text: str, predicate: str) -> None:
        curie = self._spelling.known(text)
        if curie is not None:
            term.equivalents.append(Equivalent(curie, predicate, self._ledger.name))
        elif self._spelling.is_curie(text):
            words = f"the prefix of this {predicate} is in no table"
            self._lines.aside("unknown-prefix", words, text)
        else:
            self._lines.aside("bad-curie", "PREFIX:LOCAL is expected", text)

    def _take_namespace(self, value: str) -> None:
        if (term := self._term()) is not None:
            term.types = NAMESPACE_TYPES.get(_token(value), ())

    def _take_obsolete(self, value: str) -> None:
        if (term := self._term()) is not None:
            term.is_obsolete = value.lower().startswith("true")

    def _take_property(self, value: str) -> None:
        """Take the mappings and the fate of a term out of its property values."""
        if (term := self._term()) is None:
            return
        name, _, rest = value.partition(" ")
        rest = _plain(rest)
        target = rest[1:].partition('"')[0] if rest.startswith('"') else rest.partition(" ")[0]
        if name in MATCHES:
            self._equivalent(term, target, MATCHES[name])
        elif name in REPLACED_BY:
            self._take_replaced(target)
        elif name in CONSIDER:
            self._take_consider(target)
        elif name in DEPRECATED:
            term.is_obsolete = target == "true"

    def _other(self, tag: str, value: str) -> None:
        """Take a tag of old versions, or set aside one that no version has."""
        if tag in _OLD_SCOPES:
            self._take_synonym(value, _OLD_SCOPES[tag])
        elif tag in _TAGS:  # written with a space before its colon
            _TAGS[tag](self, value)
        elif tag not in _UNUSED:
            self._lines.aside("unknown-tag", "TAG: VALUE with a tag of OBO is expected")


_TAGS: dict[str, Callable[[_Obo, str], None]] = {
    "id": _Obo._id,
    "name": _Obo._take_name,
    "def": _Obo._take_definition,
    "synonym": _Obo._take_synonym,
    "is_a": _Obo._take_parent,
    "alt_id": _Obo._take_former,
    "xref": _Obo._take_xref,
    "xref_analog": _Obo._take_xref,
    "property_value": _Obo._take_property,
    "namespace": _Obo._take_namespace,
    "is_obsolete": _Obo._take_obsolete,
    "replaced_by": _Obo._take_replaced,
    "use_term": _Obo._take_consider,
    "consider": _Obo._take_consider,
}


def _has_more(value: str) -> bool:
    """Whether there may be an escape, a comment or modifiers in a value."""
    return "\\" in value or "!" in value or value.endswith("}")


def _plain(value: str) -> str:
    """Return a value without its trailing comment and modifiers, with escapes resolved."""
    value = _COMMENT.sub("", value).rstrip() if "!" in value else value
    if value.endswith("}"):
        value = _MODIFIERS.sub("", value)
    return _unescape(value)


def _token(value: str) -> str:
    """Return an identifier without what may follow it."""
    if " " not in value and "\\" not in value:
        return value
    value = _plain(value)
    if value.endswith('"'):  # xref: UMLS:C0000001 "description"
        value = value.partition(' "')[0]
    return value.strip()


def _unescape(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), value)

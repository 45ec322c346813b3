"""How each dialect writes the leaves of a tree."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from onoma.errors import UnknownName
from onoma.search.query.onoma import MOST_DISTANCE, PATTERNS
from onoma.search.query.ovid import MOST_DISTANCE as MOST_ADJACENCY
from onoma.search.query.ovid import PATTERNS as OVID_PATTERNS
from onoma.search.query.printer import Printer, signed, well_formed
from onoma.search.query.pubmed import PATTERNS as PUBMED_PATTERNS
from onoma.search.query.subheadings import LETTERS, subheading
from onoma.search.query.tree import (
    FIELDS,
    All,
    And,
    ConceptTerm,
    DateRange,
    FieldExists,
    Heading,
    Line,
    LineRef,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    RelationTerm,
    Term,
    TypeTerm,
    Wildcard,
    Word,
)
from onoma.types import SEMANTIC_TYPES

_PLAIN = re.compile(PATTERNS["WORD"])
_PUBMED_PLAIN = re.compile(PUBMED_PATTERNS["WORD"])
_OVID_PLAIN = re.compile(OVID_PATTERNS["WORD"])
_RESERVED = re.compile(
    r"(?:and|or|not|near|next|adj[0-9]*|limit|exp|(?:near|next)/.*|[0-9]+[.:)=]?)", re.IGNORECASE
)
_CURIE = re.compile(r'[A-Za-z][\w.-]*:[^\s()"@/]+')
_PREDICATE = re.compile("[A-Za-z][A-Za-z_]*")
_PRESENT = "3000"
_LONG_AGO = "0001"


def _is_plain(text: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a word needs no quotes."""
    return (
        bool(pattern.fullmatch(text))
        and not _RESERVED.fullmatch(text)
        and (text[0].isalnum() or text[0] == "_")
    )


def _whole(*words: Word) -> bool:
    return all(well_formed(word) for word in words)


def _check_subheadings(printer: Printer, node: Heading) -> None:
    for name in node.subheadings:
        try:
            is_known = subheading(name) == name
        except UnknownName:
            is_known = False
        if not is_known:
            raise printer.refuse(node, f"the subheading {name!r}")


def _check_heading(printer: Printer, node: Heading) -> None:
    """Refuse a heading that no dialect can write."""
    _check_subheadings(printer, node)
    name = node.name
    if '"' in name or name != " ".join(name.split()):
        raise printer.refuse(node, f"the heading {name!r}")
    if not name and not node.subheadings:
        raise printer.refuse(node, "a heading without a name")


class OnomaPrinter(Printer):
    """Onoma's own syntax, which holds every tree that a parser makes."""

    dialect = "onoma"
    signs = {And: " AND ", Or: " OR ", Not: " NOT "}  # noqa: RUF012

    def words(self, node: Word | Phrase) -> str:
        """Return a word or phrase with its fields."""
        return self._field(node, node.fields) + self._bare(node)

    def _bare(self, node: Word | Phrase) -> str:
        if not well_formed(node):
            raise self.refuse(node, "words that are none")
        if isinstance(node, Phrase):
            return '"' + " ".join(signed(part) for part in node.parts) + '"'
        text = signed(node)
        return text if _is_plain(text, _PLAIN) else f'"{text}"'

    def _field(self, node: Node, fields: tuple[str, ...]) -> str:
        if not fields:
            return ""
        if len(set(fields)) < len(fields) or any(name not in FIELDS for name in fields):
            raise self.refuse(node, f"the fields {', '.join(fields)}")
        return ",".join(fields) + ":"

    def near(self, node: Near) -> str:
        """Return a proximity search."""
        if len(node.parts) < 2 or not 0 <= node.gap < MOST_DISTANCE:
            raise self.refuse(node, f"a gap of {node.gap} words")
        sign = f"{'NEXT' if node.ordered else 'NEAR'}/{node.gap + 1}"
        parts = [self._part(part) for part in node.parts]
        text = f" {sign} ".join(parts) if len(parts) == 2 else f"{sign}({' '.join(parts)})"
        field = self._field(node, node.fields)
        return f"{field}({text})" if field else text

    def inner(self, node: Node) -> str:
        """Return an operand, in brackets if operators join its parts."""
        return super().inner(node)

    def _part(self, node: Node) -> str:
        """Return a part of a proximity search."""
        if isinstance(node, Or) and len(node.parts) > 1:
            return f"({' OR '.join(self._part(part) for part in node.parts)})"
        if isinstance(node, Near) and not node.fields:
            return f"({self.near(node)})"
        if isinstance(node, Term | Prefix | Wildcard | Phrase) and not node.fields:
            return self._bare(node)
        raise self.refuse(node, "this in a proximity search")

    def heading(self, node: Heading) -> str:
        """Return a heading."""
        _check_heading(self, node)
        text = f'mesh:"{node.name}"' if node.name else "mesh:*"
        text += "/exp" if node.explode else ""
        text += "/major" if node.major else ""
        return text + ("/" + ",".join(f'"{one}"' for one in node.subheadings)).rstrip("/")

    def dates(self, node: DateRange) -> str:
        """Return a range of dates."""
        if len(node.first) in (0, 4) and len(node.last) in (0, 4):
            mark = "-" if node.first != node.last else ""
            return f"year:{node.first}{mark}{node.last if mark else ''}"
        mark = ".." if node.first != node.last else ""
        return f"date:{node.first}{mark}{node.last if mark else ''}"

    def meaning(self, node: ConceptTerm | TypeTerm | RelationTerm) -> str:
        """Return a concept, type or relation."""
        if isinstance(node, TypeTerm):
            return f"type:{node.type}"
        if isinstance(node, ConceptTerm):
            return self._concept(node)
        if node.predicate != "?" and (
            not _PREDICATE.fullmatch(node.predicate) or node.predicate in ("AND", "OR", "NOT")
        ):
            raise self.refuse(node, f"the predicate {node.predicate!r}")
        ends = [self._end(end) for end in (node.subject, node.object)]
        if ends == ["?", "?"] and node.predicate == "?":
            raise self.refuse(node, "a relation of anything to anything")
        return f"{ends[0]} {node.predicate} {ends[1]}"

    def _end(self, end: ConceptTerm | TypeTerm | None) -> str:
        if end is None:
            return "?"
        return f"@{end.type}" if isinstance(end, TypeTerm) else self._concept(end)

    def _concept(self, node: ConceptTerm) -> str:
        name = node.name
        if not name or '"' in name or name != " ".join(name.split()):
            raise self.refuse(node, f"the concept {name!r}")
        is_bare = _CURIE.fullmatch(name) is not None and name not in SEMANTIC_TYPES
        return ("@" + (name if is_bare else f'"{name}"')) + ("" if node.expanded else "/only")

    def exists(self, node: FieldExists) -> str:
        """Return the search for a filled field."""
        if node.name not in FIELDS and node.name != "date":
            raise self.refuse(node, f"the field {node.name!r}")
        return f"has:{node.name}"

    def everything(self, node: All) -> str:
        """Return the search for every record."""
        return "*"


_PUBMED_TAGS: dict[tuple[str, ...], str] = {
    (): "tw", ("title", "abstract"): "tiab", ("title",): "ti", ("abstract",): "ab",
    ("keyword",): "ot", ("author",): "au", ("affiliation",): "ad", ("journal",): "ta",
    ("language",): "la", ("publication",): "pt", ("id",): "pmid",
}  # fmt: skip


class PubmedPrinter(Printer):
    """PubMed's syntax."""

    dialect = "pubmed"
    signs = {And: " AND ", Or: " OR ", Not: " NOT "}  # noqa: RUF012

    def words(self, node: Word | Phrase) -> str:
        """Return a word or phrase with its tag."""
        if not well_formed(node):
            raise self.refuse(node, "words that are none")
        if node.fields not in _PUBMED_TAGS and len(node.fields) > 1:
            self.lose(node, "several fields at once", is_exact=True)
            return self.either([self.words(replace(node, fields=(one,))) for one in node.fields])
        parts = node.parts if isinstance(node, Phrase) else (node,)
        shown = [self._word(part, node, is_last=part is parts[-1]) for part in parts]
        text = " ".join(shown)
        is_plain = len(shown) == 1 and _is_plain(text, _PUBMED_PLAIN)
        return (text if is_plain else f'"{text}"') + f"[{self._tag(node, node.fields)}]"

    def _tag(self, node: Node, fields: tuple[str, ...]) -> str:
        if fields not in _PUBMED_TAGS:
            raise self.refuse(node, f"the field {', '.join(fields)}")
        return _PUBMED_TAGS[fields]

    def _word(self, part: Word, whole: Word | Phrase, *, is_last: bool) -> str:
        """Return a word as PubMed takes it."""
        if isinstance(part, Wildcard):
            raise self.refuse(whole, f"the wildcards of {part.text}", "write the words out with OR")
        if isinstance(part, Term):
            return part.text
        if not is_last:
            raise self.refuse(whole, "truncation before the last word")
        if len(part.text) < 4 and whole.fields != ("author",):
            raise self.refuse(whole, f"{part.text}*, of fewer than four letters")
        if part.most is not None:
            self.lose(whole, f"at most {part.most} characters after {part.text}: finds more")
        return part.text + "*"

    def near(self, node: Near) -> str:
        """Return a proximity search."""
        fields = node.fields
        if fields not in (("title", "abstract"), ("title",), ("abstract",)):
            if fields:
                raise self.refuse(node, f"proximity in the field {', '.join(fields)}")
            self.lose(node, "proximity outside title and abstract: finds fewer")
            fields = ("title", "abstract")
        rows = [self._choices(part, node) for part in node.parts]
        if any(len(row) > 1 for row in rows):
            self.lose(node, "words to choose from near each other", is_exact=True)
        if node.ordered:
            if node.gap == 0:
                self.lose(node, "words next to each other but as a phrase", is_exact=True)
            else:
                self.lose(node, "an order of words near each other: finds more")
        tag = self._tag(node, fields)
        end = f"[{tag}]" if node.ordered and node.gap == 0 else f"[{tag}:~{node.gap}]"
        return self.either([f'"{" ".join(row)}"{end}' for row in itertools.product(*rows)])

    def _choices(self, part: Node, near: Near) -> list[str]:
        """Return the words that a part of a proximity search may be."""
        if isinstance(part, Or):
            return [word for one in part.parts for word in self._choices(one, near)]
        if isinstance(part, Term) and _whole(part):
            return [part.text]
        raise self.refuse(near, "phrases or truncation near other words")

    def heading(self, node: Heading) -> str:
        """Return a heading."""
        _check_heading(self, node)
        if any(sign in node.name for sign in "/*"):
            raise self.refuse(node, f"the heading {node.name!r}")
        if len(node.subheadings) > 1:
            self.lose(node, "several subheadings at once", is_exact=True)
            alone = [replace(node, subheadings=(one,)) for one in node.subheadings]
            return self.either([self.heading(one) for one in alone])
        if not node.name:
            if node.explode or node.major:
                raise self.refuse(node, "a subheading that explodes or is a main topic")
            return f'"{node.subheadings[0]}"[sh]'
        said = "/".join((node.name, *node.subheadings))
        return f'"{said}"[{"majr" if node.major else "mh"}{"" if node.explode else ":noexp"}]'

    def dates(self, node: DateRange) -> str:
        """Return a range of dates."""
        first, last = (one.replace("-", "/") for one in (node.first, node.last))
        if first == last:
            return f"{first}[dp]"
        return f"{first or _LONG_AGO}:{last or _PRESENT}[dp]"

    def exists(self, node: FieldExists) -> str:
        """Return the search for a filled field."""
        return "hasabstract" if node.name == "abstract" else super().exists(node)

    def everything(self, node: All) -> str:
        """Return the search for every record."""
        return "all[sb]"


_OVID_CODES = {
    "title": "ti", "abstract": "ab", "keyword": "kf", "heading": "hw", "author": "au",
    "affiliation": "in", "journal": "jn", "language": "la", "publication": "pt", "id": "ui",
}  # fmt: skip
_OVID_NAME = re.compile(
    r"(?!exp\b)[A-Za-z0-9][\w'+-]*(?:,? [A-Za-z0-9][\w'+-]*){0,11}", re.IGNORECASE
)
_OVID_OPERATOR = re.compile(r"\b(?:and|or|not|adj[0-9]*)\b", re.IGNORECASE)


class OvidPrinter(Printer):
    """Ovid's syntax."""

    dialect = "ovid"
    signs = {And: " and ", Or: " or ", Not: " not "}  # noqa: RUF012

    def line(self, line: Line) -> str:
        """Return a numbered line."""
        return f"{line.number}. {self.node(line.tree)}"

    def reference(self, node: LineRef) -> str:
        """Return a reference to a line."""
        return str(node.number)

    def words(self, node: Word | Phrase) -> str:
        """Return a word or phrase with its fields."""
        return self._bare(node) + self._codes(node, node.fields)

    def _codes(self, node: Node, fields: tuple[str, ...]) -> str:
        if any(name not in _OVID_CODES for name in fields) or len(set(fields)) < len(fields):
            raise self.refuse(node, f"the field {', '.join(fields)}")
        return f".{','.join(_OVID_CODES[name] for name in fields) or 'mp'}."

    def _bare(self, node: Word | Phrase) -> str:
        if not well_formed(node):
            raise self.refuse(node, "words that are none")
        parts = node.parts if isinstance(node, Phrase) else (node,)
        for part in parts:
            if isinstance(part, Prefix) and len(part.text) < 2:
                raise self.refuse(node, f"{part.text}$, of fewer than two letters")
            if "$" in part.text:
                raise self.refuse(node, "a dollar sign that cuts nothing off")
        text = " ".join(signed(part, star="$") for part in parts)
        is_plain = len(parts) == 1 and _is_plain(text, _OVID_PLAIN)
        return text if is_plain else f'"{text}"'

    def near(self, node: Near) -> str:
        """Return a proximity search."""
        return f"({self._adjacent(node)}){self._codes(node, node.fields)}"

    def _adjacent(self, node: Near) -> str:
        if len(node.parts) != 2:
            raise self.refuse(
                node, f"{len(node.parts)} parts near each other", "write them in twos"
            )
        if not 0 <= node.gap < MOST_ADJACENCY:
            raise self.refuse(node, f"a gap of {node.gap} words")
        sign = f"adj{node.gap + 1}"
        if node.ordered and node.gap == 0:
            sign = "adj"
        elif node.ordered:
            self.lose(node, "an order of words near each other: finds more")
        return f" {sign} ".join(self._part(part) for part in node.parts)

    def _part(self, node: Node) -> str:
        if isinstance(node, Or) and len(node.parts) > 1:
            return f"({' or '.join(self._part(part) for part in node.parts)})"
        if isinstance(node, Near) and not node.fields:
            return f"({self._adjacent(node)})"
        if isinstance(node, Term | Prefix | Wildcard | Phrase) and not node.fields:
            return self._bare(node)
        raise self.refuse(node, "this in a proximity search")

    def heading(self, node: Heading) -> str:
        """Return a heading."""
        _check_heading(self, node)
        if not node.name:
            if node.explode or node.major:
                raise self.refuse(node, "a subheading that explodes or is a main topic")
            if len(node.subheadings) > 1:
                self.lose(node, "several subheadings at once", is_exact=True)
            return self.either([f'"{one}".fs.' for one in node.subheadings])
        if "[" in node.name or "*" in node.name or node.name.endswith(","):
            raise self.refuse(node, f"the heading {node.name!r}")
        is_plain = _OVID_NAME.fullmatch(node.name) and not _OVID_OPERATOR.search(node.name)
        name = node.name if is_plain else f'"{node.name}"'
        codes = ",".join(LETTERS[one] for one in node.subheadings)
        return f"{'exp ' if node.explode else ''}{'*' if node.major else ''}{name}/{codes}"

    def dates(self, node: DateRange) -> str:
        """Return a range of years."""
        first, last = node.first[:4], node.last[:4]
        if (first, last) != (node.first, node.last):
            self.lose(node, "months and days: finds more")
        return f"{first}.yr." if first == last else f"{first}-{last}.yr."

"""Onoma's own syntax: every operator written out, every bracket given, nothing guessed.

``AND``, ``OR`` and ``NOT`` in capitals; brackets wherever two of them meet (but for ``a AND b NOT
c``, which has one meaning); ``"a phrase"``; ``prefix*``, ``prefix*3`` (three characters more at
most), ``?`` one character or none, ``#`` exactly one, ``*`` any number; ``title:word``,
``title,abstract:(a OR b)``, ``role:result(...)``, ``says:challenge`` (any such sentence);
``a NEAR/5 b`` (at most four words between, in either order), ``a NEXT/5 b`` (in this order),
``NEAR/5(a b c)``; ``mesh:"Asthma"/exp/major/"drug therapy"``; ``@HP:0001250``,
``@"parkinson disease"``, ``/only`` for nothing below it; ``@chemical``; ``@A treats @B`` with ``?``
for anything; ``year:2015-2020``, ``date:2015-03..2016``; ``type:gene``; ``has:abstract``; ``#1``
for a line of the strategy; ``*`` for every record. Words with nothing between them, and nothing
else beside them, must all be there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from onoma.errors import UnknownName
from onoma.search.query.building import (
    OPERATORS,
    ChainBuilder,
    Items,
    misplaced_operator,
    near_of,
    with_fields,
    word_of,
    words_of,
)
from onoma.search.query.dates import range_of
from onoma.search.query.scanning import SMART, Lexeme, Scanner, Source, make_grammar, run_grammar
from onoma.search.query.subheadings import subheading
from onoma.search.query.tree import (
    FIELDS,
    All,
    And,
    ConceptTerm,
    DateRange,
    FieldExists,
    Heading,
    Near,
    Node,
    RelationTerm,
    TypeTerm,
)
from onoma.types import SEMANTIC_TYPES, Span

if TYPE_CHECKING:
    from lark import Lark

_NAME = "[A-Za-z][A-Za-z_]*"
_ROLE = f"(?:role|says):{_NAME}"
_FIELD = f"(?:{_ROLE}|{_NAME})"
_VALUE = '(?:"[^"]*"|[^\\s()"/,]+)'
_STOP = r"(?=[\s()]|$)"

PATTERNS = {
    "NEARALL": r"(?:NEAR|NEXT)/[0-9]+\(",
    "OPEN": r"\(",
    "CLOSE": r"\)",
    "NEAR": rf"(?:NEAR|NEXT)/[0-9]+{_STOP}",
    "AND": rf"AND{_STOP}",
    "OR": rf"OR{_STOP}",
    "NOT": rf"NOT{_STOP}",
    "LINE": rf"\#[0-9]+{_STOP}",
    "EVERY": rf"\*{_STOP}",
    "ANYTHING": rf"\?{_STOP}",
    "HEADING": rf"mesh:{_VALUE}(?:/{_VALUE}(?:,{_VALUE})*)*",
    "DATES": r'(?:year|date):[^\s()"]+',
    "KIND": rf"type:{_VALUE}",
    "HAS": rf"has:{_VALUE}|{_ROLE}(?=[\s)]|$)",
    "CONCEPT": r'@"[^"]*"(?:/only)?|@[^\s()"@]+',
    "FIELD": rf'{_ROLE}(?:,{_ROLE})*(?=[("])|{_FIELD}(?:,{_FIELD})*:',
    "STRING": '"[^"]*"',
    "WORD": rf'[^\s()":@{SMART}\[\]][^\s()":{SMART}\[\]]*',
}
_SCANNER = Scanner(PATTERNS)
_ENDS = frozenset({"CONCEPT", "TYPE", "ANYTHING"})
_PREDICATE = re.compile("[A-Za-z][A-Za-z_]*")
LOWER = frozenset({"and", "or", "not"})


def lexemes_of(source: Source) -> list[Lexeme]:
    """Return the lexemes of a query; what stands between two ends of a relation is its predicate.

    Raises: UnparsableQuery: characters that begin nothing.
    """
    found = _SCANNER(source)
    for lexeme in found:
        if lexeme.type == "CONCEPT" and lexeme.text[1:] in SEMANTIC_TYPES:
            lexeme.type = "TYPE"
    for left, lexeme, right in zip(found, found[1:], found[2:], strict=False):
        between = left.type in _ENDS and right.type in _ENDS and lexeme.type == "WORD"
        if between and _PREDICATE.fullmatch(lexeme.text):
            lexeme.type = "PREDICATE"
    for lexeme in found:
        if lexeme.type == "FIELD":
            _check_field(source, lexeme)
    return found


def _check_field(source: Source, lexeme: Lexeme) -> None:
    """Raise if a field is unknown, or a blank stands after it."""
    for name in re.finditer("[^,]+", lexeme.text.removesuffix(":")):
        if name[0] not in FIELDS:
            span = (lexeme.start + name.start(), lexeme.start + name.end())
            raise source.error(span, f"there is no field {name[0]!r}", _field_hint(name[0]))
    after = source.text[lexeme.end : lexeme.end + 1]
    if lexeme.end >= source.end or after.isspace():
        raise source.error(
            lexeme.span, "a field without a word after it", f"write {lexeme.text}word, no blank"
        )


def _field_hint(name: str) -> str:
    if name.isupper() or name in ("Orphanet", "NCBIGene", "NCBITaxon", "UniProtKB"):
        return f"a concept is written with @: @{name}:..."
    known = [*FIELDS, "mesh", "year", "date", "type", "has"]
    near = difflib.get_close_matches(name.lower(), known, n=1)
    return f"did you mean {near[0]}:?" if near else f"known: {', '.join(known)}"


class Builder(ChainBuilder):
    """Makes trees; a method for each rule of the grammar."""

    def run(self, items: Items) -> Node:
        """Join words that stand side by side."""
        left, right = items
        return And((left, right), span=(left.span[0], right.span[1]))

    def longer(self, items: Items) -> Node:
        """Add a word to those before it."""
        left, right = items
        parts = left.parts if isinstance(left, And) else (left,)
        return And((*parts, right), span=(left.span[0], right.span[1]))

    def word(self, items: Items) -> Node:
        """Read a word."""
        text = items[0].text
        if text in LOWER:
            raise self.source.error(
                items[0].span,
                f"the word {text!r} in small letters",
                f'write {text.upper()} for the operator, "{text}" for the word',
            )
        if text.partition("/")[0] in ("NEAR", "NEXT"):
            raise self.source.error(
                items[0].span, f"{text!r} says no distance", "write NEAR/5 for at most five words"
            )
        return word_of(self.source, text, items[0].span)

    def string(self, items: Items) -> Node:
        """Read a phrase."""
        start, end = items[0].span
        return words_of(self.source, items[0].text[1:-1], (start + 1, end - 1))

    def in_field(self, items: Items) -> Node:
        """Give a field to a word or group."""
        field, node = items
        names = tuple(dict.fromkeys(field.text.removesuffix(":").split(",")))
        return with_fields(self.source, node, names)

    def close_to(self, items: Items) -> Near:
        """Read ``a NEAR/5 b``."""
        left, sign, right = items
        span = (left.span[0], right.span[1])
        return self._near(sign, (left, right), span)

    def all_near(self, items: Items) -> Near:
        """Read ``NEAR/5(a b c)``."""
        sign, close = items[0], items[-1]
        parts = tuple(one for one in items if not isinstance(one, Lexeme))
        span = (sign.start, close.end)
        if len(parts) < 2:
            raise self.source.error(span, "one word is near nothing", "write two or more")
        return self._near(sign, parts, span)

    def _near(self, sign: Lexeme, parts: Sequence[Node], span: Span) -> Near:
        word, _, number = sign.text.rstrip("(").partition("/")
        distance = int(number)
        if not 1 <= distance <= MOST_DISTANCE:
            raise self.source.error(
                sign.span, f"a distance of {number} words", f"write one of 1 to {MOST_DISTANCE}"
            )
        return near_of(self.source, parts, distance - 1, ordered=word == "NEXT", span=span)

    def heading(self, items: Items) -> Heading:
        """Read ``mesh:"Asthma"/exp/major/"drug therapy"``."""
        text, span = items[0].text.removeprefix("mesh:"), items[0].span
        pieces = re.findall(r'(?:^|/|,)("[^"]*"|[^"/,]+)', text)
        name = " ".join(pieces[0].strip('"').split())
        flags = [piece for piece in pieces[1:] if piece.lower() in ("exp", "major")]
        others = [piece.strip('"') for piece in pieces[1:] if piece not in flags]
        name = "" if pieces[0] == "*" else name
        if not name and not (others and pieces[0] == "*"):
            raise self.source.error(span, "a heading without a name", 'write mesh:"Asthma"')
        try:
            subheadings = tuple(dict.fromkeys(map(subheading, others)))
        except UnknownName as error:
            raise self.source.error(
                span, f"MeSH has no subheading {error.name!r}", error.hint
            ) from None
        lower = [flag.lower() for flag in flags]
        return Heading(name, "exp" in lower, subheadings, "major" in lower, span)

    def concept(self, items: Items) -> ConceptTerm:
        """Read ``@HP:0001250`` or ``@"a name"/only``."""
        text, span = items[0].text[1:], items[0].span
        name = text.removesuffix("/only")
        expanded = name == text
        name = " ".join(name.strip('"').split())
        if not name:
            raise self.source.error(span, "a concept without a name", "write @HP:0001250")
        return ConceptTerm(name, expanded, span)

    def any_of_type(self, items: Items) -> TypeTerm:
        """Read ``@chemical``."""
        return TypeTerm(items[0].text[1:], items[0].span)

    def kind(self, items: Items) -> TypeTerm:
        """Read ``type:chemical``."""
        name = items[0].text.removeprefix("type:").strip('"')
        if name not in SEMANTIC_TYPES:
            near = difflib.get_close_matches(name, SEMANTIC_TYPES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(SEMANTIC_TYPES)}"
            raise self.source.error(items[0].span, f"there is no semantic type {name!r}", hint)
        return TypeTerm(name, items[0].span)

    def dates(self, items: Items) -> DateRange:
        """Read ``year:2015-2020`` or ``date:2015-03..2016``."""
        name, _, text = items[0].text.partition(":")
        first, mark, last = text.partition("..")
        if not mark and name == "year":
            first, mark, last = text.partition("-")
        return range_of(self.source, first, last if mark else first, items[0].span)

    def has(self, items: Items) -> FieldExists:
        """Read ``has:abstract`` or ``says:challenge``."""
        name = items[0].text.removeprefix("has:").strip('"')
        if name not in FIELDS and name != "date":
            raise self.source.error(items[0].span, f"there is no field {name!r}", _field_hint(name))
        return FieldExists(name, items[0].span)

    def everything(self, items: Items) -> All:
        """Read ``*``."""
        return All(items[0].span)

    def relation(self, items: Items) -> RelationTerm:
        """Read ``@A treats @B``."""
        left, verb, right = items
        ends = [None if isinstance(end, Lexeme | str) else end for end in (left, right)]
        if ends == [None, None] and verb == "?":
            raise self.source.error(
                (_start(left), _end(right)), "a relation of anything to anything", "name a part"
            )
        return RelationTerm(ends[0], verb, ends[1], (_start(left), _end(right)))

    def anything(self, items: Items) -> Lexeme:
        """Read ``?`` as an end."""
        lexeme: Lexeme = items[0]
        return lexeme

    def verb(self, items: Items) -> str:
        """Read a predicate."""
        text: str = items[0].text
        return text


MOST_DISTANCE = 50


def _start(end: ConceptTerm | TypeTerm | Lexeme | str) -> int:
    return 0 if isinstance(end, str) else end.span[0]


def _end(end: ConceptTerm | TypeTerm | Lexeme | str) -> int:
    return 0 if isinstance(end, str) else end.span[1]


@cache
def _parser() -> tuple[Lark, Builder]:
    builder = Builder()
    return make_grammar("onoma", builder), builder


def _explain(at: Lexeme | None, before: Lexeme | None, expected: frozenset[str]) -> tuple[str, str]:
    """Put in words why a lexeme cannot stand where it does."""
    lacking = misplaced_operator(at, before)
    if lacking is not None or at is None:
        return lacking or ("the query ends too early", "add what is missing")
    if at.type in OPERATORS:
        return (
            f"words stand side by side before {at.text}",
            'put a phrase in quotes ("heart attack"), or write AND between its words',
        )
    if at.type == "ANYTHING":
        return "a question mark alone", "it stands for any end of a relation: ? treats @MONDO:..."
    return (
        f"nothing joins {at.text!r} to what stands before it",
        "write AND, OR, NOT or NEAR/5 between, or put a phrase in quotes",
    )


def parse_onoma(source: Source) -> Node:
    """Return the tree of a query in Onoma's own syntax.

    Raises: UnparsableQuery: it does not follow it.
    """
    grammar, builder = _parser()
    builder.source = source
    tree: Node = run_grammar(grammar, source, lexemes_of(source), _explain)
    return tree

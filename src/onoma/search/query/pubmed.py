"""PubMed's syntax, strictly: what PubMed would guess or drop in silence is an error here.

Operators go from left to right. A tag belongs to the words right before it; several words with one
tag are a phrase. Words without a tag must all be there, anywhere in the record: nothing is mapped
to headings behind the asker's back. ``*`` ends a word of four letters or more, the last one of a
phrase. ``"a b"[tiab:~3]``: at most three words between. An unquoted author's initials stand for
all that begin so.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from onoma.errors import UnknownName
from onoma.search.query.building import (
    ChainBuilder,
    Items,
    misplaced_operator,
    with_fields,
    words_of,
)
from onoma.search.query.dates import range_of
from onoma.search.query.scanning import SMART, Lexeme, Scanner, Source, make_grammar, run_grammar
from onoma.search.query.subheadings import subheading
from onoma.search.query.tree import (
    All,
    And,
    DateRange,
    FieldExists,
    Heading,
    Near,
    Node,
    Phrase,
    Prefix,
    Term,
)
from onoma.types import Span

if TYPE_CHECKING:
    from lark import Lark

_STOP = r"(?=[\s()]|$)"
PATTERNS = {
    "OPEN": r"\(",
    "CLOSE": r"\)",
    "AND": rf"AND{_STOP}",
    "OR": rf"OR{_STOP}",
    "NOT": rf"NOT{_STOP}",
    "LINE": rf"\#[0-9]+{_STOP}",
    "TAG": r"\[[^\[\]]*\]",
    "COLON": ":",
    "STRING": '"[^"]*"',
    "WORD": rf'[^\s()"\[\]:{SMART}]+',
}
_SCANNER = Scanner(PATTERNS)

TAGS: dict[str, tuple[str, ...]] = {
    "tiab": ("title", "abstract"), "title/abstract": ("title", "abstract"),
    "ti": ("title",), "title": ("title",), "ab": ("abstract",), "abstract": ("abstract",),
    "tw": (), "text word": (), "text words": (), "all": (), "all fields": (),
    "ot": ("keyword",), "other term": ("keyword",),
    "au": ("author",), "author": ("author",), "auth": ("author",),
    "ad": ("affiliation",), "affiliation": ("affiliation",),
    "ta": ("journal",), "journal": ("journal",), "jour": ("journal",),
    "la": ("language",), "lang": ("language",), "language": ("language",),
    "pt": ("publication",), "publication type": ("publication",), "ptyp": ("publication",),
    "pmid": ("id",), "uid": ("id",),
}  # fmt: skip
"""The fields that a tag stands for."""

HEADINGS: dict[str, tuple[bool, bool]] = {
    name: (explode, major)
    for names, explode, major in (
        (("mh", "mesh", "mesh terms", "mesh term", "mesh heading"), True, False),
        (("majr", "mesh major topic", "mesh majr"), True, True),
    )
    for name in names
}
"""Whether a tag of headings explodes, and whether it means main topics."""

_SUBHEADING = frozenset({"sh", "mesh subheading", "subheading"})
DATES = frozenset({"dp", "pdat", "date - publication", "publication date"})
_FILTER = frozenset({"filter", "sb", "subset"})
_ELSEWHERE = {
    "edat": "no entry dates are kept: use [dp]", "crdt": "no creation dates are kept: use [dp]",
    "mhda": "no indexing dates are kept: use [dp]", "lr": "no revision dates are kept: use [dp]",
    "nm": "no substance lists are kept: use [tw]", "pa": "use the heading: [mh]",
    "rn": "no registry numbers are kept: use [tw]", "1au": "use [au]", "lastau": "use [au]",
    "fau": "use [au]", "gr": "no grants are kept", "pl": "no places are kept",
    "aid": "use [pmid]", "tt": "use [ti]", "date - entry": "use [dp]",
    "date - create": "use [dp]", "supplementary concept": "use [tw]",
    "pharmacological action": "use the heading: [mh]",
}  # fmt: skip

_SMALL = re.compile(r"(?<!\S)(?:and|or|not)(?!\S)")
_OPEN_END = frozenset({"3000", "3000/12/31", "3000/12"})


class Builder(ChainBuilder):
    """Makes trees; a method for each rule of the grammar."""

    from_left_to_right = True

    def piece(self, items: Items) -> Lexeme:
        """Hand on a word or phrase."""
        lexeme: Lexeme = items[0]
        return lexeme

    def pieces(self, items: Items) -> list[Lexeme]:
        """Hand on what stands side by side."""
        return list(items)

    def untagged(self, items: Items) -> Node:
        """Read words without a tag."""
        pieces: list[Lexeme] = items[0]
        if len(pieces) == 1 and pieces[0].text.lower() == "hasabstract":
            return FieldExists("abstract", pieces[0].span)
        for piece in pieces:
            if piece.type == "WORD":
                self._refuse_small(piece.text, piece.start)
        parts = tuple(self._words([piece], ()) for piece in pieces)
        if len(parts) == 1:
            return parts[0]
        return And(parts, (pieces[0].start, pieces[-1].end))

    def tagged(self, items: Items) -> Node:
        """Read words with a tag."""
        pieces, tag = items
        name, extra = self._tag(tag)
        span = (pieces[0].start, tag.end)
        if name in HEADINGS:
            return self._heading(pieces, name, extra, span)
        if name in _SUBHEADING:
            return Heading("", False, (self._subheading(_said(pieces), span),), False, span)
        if name in DATES:
            return self._range(_said(pieces), _said(pieces), span)
        if name in _FILTER:
            return self._filter(_said(pieces).lower(), span)
        if name not in TAGS:
            raise self.source.error(tag.span, f"there is no tag {tag.text}", _tag_hint(name))
        if extra:
            return self._near(pieces, TAGS[name], extra, tag, span)
        node = self._words(pieces, TAGS[name])
        return replace(node, span=span) if isinstance(node, Term | Prefix | Phrase) else node

    def dates(self, items: Items) -> DateRange:
        """Read ``2015:2020[dp]``."""
        first, _, last, tag = items
        return self._dates(first, last, tag, tag)

    def tagged_dates(self, items: Items) -> DateRange:
        """Read ``"2015/01/01"[dp] : "2016"[dp]``."""
        first, tag, _, last, second = items
        return self._dates(first, last, tag, second)

    def _dates(
        self, first: list[Lexeme], last: list[Lexeme], tag: Lexeme, second: Lexeme
    ) -> DateRange:
        span = (first[0].start, second.end)
        for one in (tag, second):
            name = self._tag(one)[0]
            if name not in DATES:
                hint = _ELSEWHERE.get(name, "ranges are of dates: 2015:2020[dp]")
                raise self.source.error(one.span, f"no range of {one.text}", hint)
        return self._range(_said(first), _said(last), span)

    def _range(self, first: str, last: str, span: Span) -> DateRange:
        if first.lower().startswith("last "):
            raise self.source.error(
                span, f"{first!r} means another range each day", "write it out: 2020:2025[dp]"
            )
        first = "" if first == "0001" else first
        return range_of(self.source, first, "" if last in _OPEN_END else last, span)

    def _tag(self, tag: Lexeme) -> tuple[str, str]:
        """Return the name of a tag and what stands behind its colon."""
        name, _, extra = tag.text[1:-1].lower().partition(":")
        return " ".join(name.split()), extra.strip()

    def _refuse_small(self, text: str, start: int) -> None:
        """Raise if an operator is written in small letters."""
        small = _SMALL.search(text)
        if small is not None:
            raise self.source.error(
                (start + small.start(), start + small.end()),
                f"the operator {small[0]!r} in small letters",
                f"write {small[0].upper()}; in a phrase, put quotes around it",
            )

    def _words(self, pieces: list[Lexeme], fields: tuple[str, ...]) -> Node:
        """Return a word, or a phrase of several."""
        start, end = pieces[0].start, pieces[-1].end
        if len(pieces) > 1 and any(piece.type == "STRING" for piece in pieces):
            raise self.source.error(
                (start, end), "words and a quoted phrase share one tag", "write AND, and a tag each"
            )
        quoted = pieces[0].type == "STRING"
        start, end = (start + 1, end - 1) if quoted else (start, end)
        text = self.source.text[start:end]
        if not quoted:
            self._refuse_small(text, start)
        self._check_truncation(text, start, fields)
        node = words_of(self.source, text, (start, end))
        if fields == ("author",) and not quoted and isinstance(node, Phrase):
            node = _with_open_initials(node)
        return with_fields(self.source, node, fields) if fields else node

    def _check_truncation(self, text: str, start: int, fields: tuple[str, ...]) -> None:
        for sign in re.finditer("[?#]", text):
            sign_at = start + sign.start()
            raise self.source.error(
                (sign_at, sign_at + 1),
                f"PubMed has no sign {sign[0]}",
                "only * at the end of a word",
            )
        star = text.find("*")
        if star < 0:
            return
        place = (start + star, start + star + 1)
        if text[star + 1 :].strip():
            raise self.source.error(
                place, "truncation before the end", "PubMed has * at the end of the last word alone"
            )
        stem = text[:star].split()[-1:] or [""]
        if len(stem[0]) < 4 and fields != ("author",):
            raise self.source.error(
                place, f"{stem[0]}* has fewer than four letters", "PubMed would not truncate it"
            )

    def _near(
        self, pieces: list[Lexeme], fields: tuple[str, ...], extra: str, tag: Lexeme, span: Span
    ) -> Near:
        if not re.fullmatch("~[0-9]{1,4}", extra):
            raise self.source.error(tag.span, f"{tag.text} is no tag", "did you mean [tiab:~3]?")
        if fields not in (("title", "abstract"), ("title",), ("abstract",)):
            raise self.source.error(tag.span, "no proximity in this field", "use [ti] or [tiab]")
        words = self._words(pieces, ())
        if not isinstance(words, Phrase) or pieces[0].type != "STRING":
            raise self.source.error(
                (pieces[0].start, pieces[-1].end),
                "proximity wants two words or more in quotes",
                'write "hip pain"[tiab:~3]',
            )
        if any(not isinstance(part, Term) for part in words.parts):
            raise self.source.error(words.span, "truncation with proximity", "write the word out")
        return Near(words.parts, int(extra[1:]), False, fields, span)

    def _heading(self, pieces: list[Lexeme], name: str, extra: str, span: Span) -> Heading:
        if extra not in ("", "noexp"):
            raise self.source.error(span, f"[{name}:{extra}] is no tag", "did you mean :noexp?")
        said = _said(pieces)
        if "*" in said:
            raise self.source.error(span, "truncation of a heading", "write the heading's name out")
        heading, slash, below = said.partition("/")
        explode, major = HEADINGS[name]
        found = (self._subheading(below, span),) if slash else ()
        if not heading.strip():
            raise self.source.error(span, "a heading without a name", "write asthma[mh]")
        return Heading(heading.strip(), explode and not extra, found, major, span)

    def _subheading(self, text: str, span: Span) -> str:
        try:
            return subheading(text)
        except UnknownName as error:
            raise self.source.error(span, f"MeSH has no subheading {text!r}", error.hint) from None

    def _filter(self, name: str, span: Span) -> Node:
        if name == "all":
            return All(span)
        if name in ("hasabstract", "has abstract"):
            return FieldExists("abstract", span)
        if name == "humans":
            return Heading("Humans", False, (), False, span)
        if name in _LANGUAGES:
            return Term(name, ("language",), span)
        raise self.source.error(
            span, f"the filter {name!r} is not known here", "write out what it stands for"
        )


_LANGUAGES = frozenset({
    "english", "french", "german", "spanish", "italian", "chinese", "japanese", "russian",
    "portuguese", "polish", "dutch", "korean", "turkish", "swedish", "danish", "norwegian",
})  # fmt: skip


def _said(pieces: list[Lexeme]) -> str:
    """Return the words of pieces without quotes, with single blanks."""
    return " ".join(" ".join(piece.text.strip('"') for piece in pieces).split())


def _with_open_initials(phrase: Phrase) -> Phrase:
    """Return an author whose last word, if it is initials, stands for all that begin so."""
    last = phrase.parts[-1]
    if isinstance(last, Term) and len(last.text) <= 2 and last.text.isalpha():
        opened = Prefix(last.text, span=last.span)
        return replace(phrase, parts=(*phrase.parts[:-1], opened))
    return phrase


def _tag_hint(name: str) -> str:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    known = [*TAGS, *HEADINGS, *_SUBHEADING, *DATES]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean [{near[0]}]?" if near else "known: [ti], [tiab], [tw], [mh], [majr] ..."


def _explain(at: Lexeme | None, before: Lexeme | None, expected: frozenset[str]) -> tuple[str, str]:
    """Put in words why a lexeme cannot stand where it does."""
    lacking = misplaced_operator(at, before)
    if lacking is not None or at is None:
        return lacking or ("the query ends too early", "add what is missing")
    if at.type == "TAG":
        if before is not None and before.type == "CLOSE":
            return "a tag after a bracket", f"give each term its own tag: a{at.text} OR b{at.text}"
        return f"the tag {at.text} belongs to no words", "write the words before it"
    if at.type == "COLON":
        return "a colon where no range of dates is", 'write 2015:2020[dp], or quotes: "1:1"[tw]'
    return f"nothing joins {at.text!r} to what stands before it", "write AND, OR or NOT between"


@cache
def _parser() -> tuple[Lark, Builder]:
    builder = Builder()
    return make_grammar("pubmed", builder), builder


def parse_pubmed(source: Source) -> Node:
    """Return the tree of a query in PubMed's syntax.

    Raises: UnparsableQuery: it does not follow it.
    """
    grammar, builder = _parser()
    builder.source = source
    tree: Node = run_grammar(grammar, source, _SCANNER(source), _explain)
    return tree

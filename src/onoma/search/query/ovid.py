"""Ovid's syntax (MEDLINE), strictly: headings, fields behind words, adjacency, line numbers.

``exp Asthma/``, ``*Asthma/``, ``Asthma/dt,pc``; ``asthma.ti,ab.`` and ``(a or b).tw.``; ``a adj3
b`` (at most two words between, in either order), ``a adj b`` (next to each other, in this order);
``child$``, ``child$3``, ``wom#n``, ``colo?r``; several words are a phrase; a number alone is a
line, ``or/1-3`` are several; ``limit 4 to (english language and yr="2000-2010")``. Words without a
field are looked for everywhere, as in ``.mp.``. Where ``and``, ``or`` and ``not`` meet, brackets
are asked for (but for ``a and b not c``, which has one meaning).
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
    near_of,
    with_fields,
    words_of,
)
from onoma.search.query.dates import range_of
from onoma.search.query.scanning import SMART, Lexeme, Scanner, Source, make_grammar, run_grammar
from onoma.search.query.subheadings import subheading
from onoma.search.query.tree import (
    And,
    FieldExists,
    Heading,
    LineRef,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
)
from onoma.types import Span

if TYPE_CHECKING:
    from lark import Lark

_STOP = r"(?=[\s()]|$)"
_NAME = r"(?:(?!(?:and|or|not|adj[0-9]*)\b)[a-z0-9][\w'’&+-]*+[ ,]*+){1,12}+"
_NOTE = r"(?:[ ]?\[[^\]\r\n]*\])?"
_CODES = r"[a-z][a-z](?:\s*,\s*[a-z][a-z])*\b"
_NUMBERS = r"[0-9]{1,4}(?:-[0-9]{1,4})?"
PATTERNS = {
    "OPEN": r"\(",
    "CLOSE": r"\)",
    "LINES": rf"(?:or|and)/{_NUMBERS}(?:\s*,\s*{_NUMBERS})*{_STOP}",
    "LIMIT": r"limit\s+[0-9]{1,4}\s+to\s+[^\r\n]+",
    "HEADING": rf'(?:exp[ ]+)?\*?(?:"[^"]+"|{_NAME})/(?:{_CODES}{_NOTE})?',
    "AND": rf"and{_STOP}",
    "OR": rf"or{_STOP}",
    "NOT": rf"not{_STOP}",
    "ADJ": rf"adj[0-9]*{_STOP}",
    "FIELDS": rf"\.[a-z0-9]+(?:,[a-z0-9]+)*(?:\.|{_STOP}){_NOTE}",
    "STRING": '"[^"]*"',
    "WORD": rf'(?:[^\s()"./\[\],;:{SMART}]|\.(?=[0-9]))+',
}
_SCANNER = Scanner(PATTERNS, flags=re.IGNORECASE)

FIELDS: dict[str, tuple[str, ...]] = {
    "ti": ("title",), "ab": ("abstract",), "tw": ("title", "abstract"),
    "kw": ("keyword",), "kf": ("keyword",), "hw": ("heading",), "au": ("author",),
    "in": ("affiliation",), "jn": ("journal",), "ja": ("journal",), "la": ("language",),
    "lg": ("language",), "pt": ("publication",), "ui": ("id",), "mp": (), "af": (),
}  # fmt: skip
"""The fields that two letters stand for."""

_ELSEWHERE = {
    "nm": "no substance lists are kept: use .mp.", "rn": "no registry numbers are kept: use .mp.",
    "px": "no such field here: use .hw.", "dt": "no entry dates are kept: use .yr.",
    "ed": "no entry dates are kept: use .yr.", "ot": "use .ti.", "oa": "use .ab.",
    "sb": "no subsets are kept", "gw": "use .mp.", "rx": "use .sh.", "rs": "use .mp.",
}  # fmt: skip
_LIMITS = {
    "randomized controlled trial", "controlled clinical trial", "clinical trial", "meta analysis",
    "review", "case reports", "systematic review", "observational study", "comparative study",
    "multicenter study", "letter", "editorial", "practice guideline", "guideline",
}  # fmt: skip
MOST_DISTANCE = 99


class Builder(ChainBuilder):
    """Makes trees; a method for each rule of the grammar."""

    def piece(self, items: Items) -> Lexeme:
        """Hand on a word or phrase."""
        lexeme: Lexeme = items[0]
        return lexeme

    def pieces(self, items: Items) -> list[Lexeme]:
        """Hand on what stands side by side."""
        return list(items)

    def bare(self, items: Items) -> Node:
        """Read words without a field; a number alone is a line."""
        pieces: list[Lexeme] = items[0]
        if len(pieces) == 1 and re.fullmatch("[0-9]{1,4}", pieces[0].text):
            return LineRef(int(pieces[0].text), pieces[0].span)
        return self._words(pieces)

    def fielded(self, items: Items) -> Node:
        """Read words with fields."""
        pieces, fields = items
        codes = self._codes(fields)
        span = (pieces[0].start, fields.end)
        if codes == ["yr"]:
            first, mark, last = _said(pieces).replace(" ", "").partition("-")
            return range_of(self.source, first, last if mark else first, span)
        return self._in(self._words(pieces), codes, fields)

    def group_fielded(self, items: Items) -> Node:
        """Read brackets with fields."""
        node = self.group(items)
        return self._in(node, self._codes(items[3]), items[3])

    def close_to(self, items: Items) -> Near:
        """Read ``a adj3 b``."""
        left, sign, right = items
        number = sign.text[3:]
        distance = int(number) if number else 1
        if not 1 <= distance <= MOST_DISTANCE:
            raise self.source.error(
                sign.span, f"a distance of {number} words", f"write adj1 to adj{MOST_DISTANCE}"
            )
        span = (left.span[0], right.span[1])
        return near_of(self.source, (left, right), distance - 1, ordered=not number, span=span)

    def heading(self, items: Items) -> Heading:
        """Read ``exp *Asthma/dt``."""
        text, span = items[0].text, items[0].span
        name, _, rest = text.rpartition("/") if "[" not in text else text.partition("/")
        explode = re.match(r"exp\s+", name, re.IGNORECASE)
        name = name[explode.end() :] if explode else name
        major = name.startswith("*")
        name = " ".join(name.removeprefix("*").strip('"').split()).rstrip(",")
        codes = re.findall("[a-z][a-z]", rest.partition("[")[0].lower())
        found = tuple(dict.fromkeys(self._subheading(code, span) for code in codes))
        if not name.strip():
            raise self.source.error(span, "a heading without a name", "write exp Asthma/")
        return Heading(name, explode is not None, found, major, span)

    def lines(self, items: Items) -> Node:
        """Read ``or/1-3``."""
        word, _, numbers = items[0].text.partition("/")
        found: list[int] = []
        for part in numbers.split(","):
            first, mark, last = part.strip().partition("-")
            stop = int(last) if mark else int(first)
            if stop < int(first):
                raise self.source.error(items[0].span, f"{part} runs backwards", "swap the two")
            found.extend(range(int(first), stop + 1))
        parts = tuple(LineRef(number, items[0].span) for number in found)
        if len(parts) == 1:
            return parts[0]
        kind = Or if word.lower() == "or" else And
        return kind(parts, items[0].span)

    def limited(self, items: Items) -> Node:
        """Read ``limit 4 to (english language and humans)``."""
        lexeme = items[0]
        found = re.fullmatch(r"limit\s+([0-9]+)\s+to\s+(.+)", lexeme.text, re.IGNORECASE)
        number, body = (found[1], found[2].strip()) if found else ("0", "")
        if body.startswith("(") and body.endswith(")"):
            body = body[1:-1]
        start = lexeme.start + lexeme.text.index(body)
        parts: list[Node] = [LineRef(int(number), lexeme.span)]
        for one in re.finditer(r"(?:\"[^\"]*\"|(?!\s+and\s)[^\"])+", body, re.IGNORECASE):
            text = re.sub(r"^\s*and\s+", "", one[0], flags=re.IGNORECASE).strip()
            span = (start + one.start(), start + one.end())
            if text:
                parts.append(self._limit(text, span))
        if len(parts) == 1:
            raise self.source.error(lexeme.span, "a limit to nothing", 'write yr="2000-2010"')
        return And(tuple(parts), lexeme.span)

    def _limit(self, text: str, span: Span) -> Node:
        small = " ".join(text.lower().replace("-", " ").split())
        years = re.fullmatch(r'yr\s*=\s*"?\s*([0-9]{4})?\s*(-?)\s*(\w+)?\s*"?', text.lower())
        if years is not None:
            first, mark, last = (group or "" for group in years.groups())
            end = "" if last == "current" else last
            return range_of(self.source, first, end if mark else first, span)
        if small.endswith(" language"):
            return Term(small.removesuffix(" language"), ("language",), span)
        if small in ("human", "humans"):
            return Heading("Humans", False, (), False, span)
        if small in ("abstracts", "has abstract"):
            return FieldExists("abstract", span)
        for name in (small, small.removesuffix("s")):
            if name in _LIMITS:
                return replace(
                    words_of(self.source, name.replace("meta ", "meta-"), span),
                    fields=("publication",),
                    span=span,
                )
        raise self.source.error(
            span,
            f"the limit {text!r} is not known here",
            'known: yr="2000-2010", english language, humans, abstracts, randomized controlled '
            "trial and other publication types",
        )

    def _codes(self, fields: Lexeme) -> list[str]:
        """Return the two-letter codes of ``.ti,ab.``, each of which is known."""
        codes = fields.text.partition("[")[0].strip().strip(".").lower().split(",")
        for code in codes:
            if code not in FIELDS and code not in ("sh", "fs", "yr"):
                near = difflib.get_close_matches(code, [*FIELDS, "sh", "fs"], n=1)
                hint = _ELSEWHERE.get(code) or (
                    f"did you mean .{near[0]}.?" if near else f"known: {', '.join(FIELDS)}, sh, fs"
                )
                raise self.source.error(fields.span, f"there is no field .{code}.", hint)
        if len(codes) > 1 and not FIELDS.keys() >= set(codes):
            raise self.source.error(
                fields.span, f"{fields.text} mixes words and headings", "write two searches with or"
            )
        return codes

    def _in(self, node: Node, codes: list[str], fields: Lexeme) -> Node:
        """Return a tree in the fields of some codes."""
        if codes[0] in ("sh", "fs"):
            return self._headings(node, codes[0])
        if codes[0] == "yr":
            raise self.source.error(fields.span, "years of brackets", "write 2000-2010.yr.")
        names = [name for code in codes for name in FIELDS[code]]
        if any(not FIELDS[code] for code in codes):
            names = []
        return with_fields(self.source, node, tuple(dict.fromkeys(names)))

    def _headings(self, node: Node, code: str) -> Node:
        """Return words as headings or subheadings."""
        if isinstance(node, Or):
            parts = tuple(self._headings(part, code) for part in node.parts)
            return replace(node, parts=parts)
        if isinstance(node, Term) and not node.fields:
            name = node.text
        elif isinstance(node, Phrase) and not node.fields:
            name = " ".join(part.text for part in node.parts if isinstance(part, Term))
            if len(name.split()) != len(node.parts):
                raise self.source.error(node.span, "truncation of a heading", "write its name out")
        else:
            raise self.source.error(node.span, f"no .{code}. of this", "write the heading's name")
        if code == "fs":
            return Heading("", False, (self._subheading(name, node.span),), False, node.span)
        return Heading(name, False, (), False, node.span)

    def _subheading(self, text: str, span: Span) -> str:
        try:
            return subheading(text)
        except UnknownName as error:
            raise self.source.error(span, f"MeSH has no subheading {text!r}", error.hint) from None

    def _words(self, pieces: list[Lexeme]) -> Node:
        """Return a word, or a phrase of several."""
        start, end = pieces[0].start, pieces[-1].end
        if len(pieces) > 1 and any(piece.type == "STRING" for piece in pieces):
            raise self.source.error(
                (start, end), "words and a quoted phrase side by side", "join them: and, or, adj"
            )
        if pieces[0].type == "STRING":
            start, end = start + 1, end - 1
        text = self.source.text[start:end].replace("$", "*")
        node = words_of(self.source, text, (start, end))
        parts = node.parts if isinstance(node, Phrase) else (node,)
        for part in parts:
            if isinstance(part, Prefix) and len(part.text) < 2:
                raise self.source.error(
                    part.span, f"{part.text}$ has fewer than two letters", "write more of the word"
                )
        return node


def _said(pieces: list[Lexeme]) -> str:
    """Return the words of pieces without quotes."""
    return " ".join(piece.text.strip('"') for piece in pieces)


def _explain(at: Lexeme | None, before: Lexeme | None, expected: frozenset[str]) -> tuple[str, str]:
    """Put in words why a lexeme cannot stand where it does."""
    lacking = misplaced_operator(at, before)
    if lacking is not None or at is None:
        return lacking or ("the query ends too early", "add what is missing")
    if at.type == "FIELDS":
        return f"the field {at.text} belongs to no words", "write the words before it"
    if at.type == "LIMIT":
        return "a limit inside a search", "write it as a line of its own"
    return (
        f"nothing joins {at.text!r} to what stands before it",
        "write and, or, not or adj between",
    )


@cache
def _parser() -> tuple[Lark, Builder]:
    builder = Builder()
    return make_grammar("ovid", builder), builder


def parse_ovid(source: Source) -> Node:
    """Return the tree of a query in Ovid's syntax.

    Raises: UnparsableQuery: it does not follow it.
    """
    grammar, builder = _parser()
    builder.source = source
    tree: Node = run_grammar(grammar, source, _SCANNER(source), _explain)
    return tree

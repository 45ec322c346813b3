"""From characters to lexemes, and from lexemes through a lark grammar to a tree.

A dialect gives a table of patterns, an LALR grammar over the names of the lexemes and a builder
whose methods are the grammar's rules. Whatever goes wrong ends as ``UnparsableQuery`` at the
characters at fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from onoma.errors import ExtraMissing, UnparsableQuery
from onoma.types import Span

if TYPE_CHECKING:
    from lark import Lark

MOST_CHARACTERS = 200_000
MOST_BRACKETS = 100


class Lexeme:
    """A piece of a query; lark wants lines and columns as well, which are nowhere used."""

    __slots__ = ("end", "start", "text", "type")
    line = column = end_line = end_column = 0

    def __init__(self, type_: str, text: str, start: int, end: int) -> None:
        """Take the lexeme's kind, its characters and its place in the whole query."""
        self.type = type_
        self.text = text
        self.start = start
        self.end = end

    @property
    def start_pos(self) -> int:
        """The place, by the name that lark gives it."""
        return self.start

    @property
    def end_pos(self) -> int:
        """The end, by the name that lark gives it."""
        return self.end

    @property
    def span(self) -> Span:
        """The place in the whole query."""
        return self.start, self.end


@dataclass(frozen=True, slots=True)
class Source:
    """A query with the part of it that is read now; spans are those of the whole."""

    text: str
    start: int
    end: int

    def error(self, span: Span, problem: str, hint: str = "") -> UnparsableQuery:
        """Return the error to raise."""
        return UnparsableQuery(self.text, span, problem, hint=hint)


SMART = "“”„‟«»″"
_SMART_HINT = 'write straight quotes: "'


class Scanner:
    """Cuts a query into lexemes by the first pattern that fits; blanks part them."""

    def __init__(self, patterns: Mapping[str, str], *, flags: re.RegexFlag = re.NOFLAG) -> None:
        """Take patterns by the lexemes' names, in the order in which they are tried."""
        named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items())
        self._pattern = re.compile(named, flags)

    def __call__(self, source: Source) -> list[Lexeme]:
        """Return the lexemes of a part of a query.

        Raises: UnparsableQuery: a character that begins nothing, brackets that do not pair.
        """
        text, place, out = source.text, source.start, []
        opened: list[Lexeme] = []
        match = self._pattern.match
        while True:
            while place < source.end and text[place].isspace():
                place += 1
            if place >= source.end:
                break
            found = match(text, place, source.end)
            if found is None or found.lastgroup is None or found.end() == place:
                raise _stray(source, place)
            lexeme = Lexeme(found.lastgroup, found[0], place, found.end())
            place = lexeme.end
            _pair(source, lexeme, opened)
            out.append(lexeme)
        if opened:
            raise source.error(opened[-1].span, "a bracket is opened and never closed", "add: )")
        return out


def _pair(source: Source, lexeme: Lexeme, opened: list[Lexeme]) -> None:
    if lexeme.text.endswith("("):
        opened.append(lexeme)
        if len(opened) > MOST_BRACKETS:
            raise source.error(
                lexeme.span,
                f"brackets are nested more than {MOST_BRACKETS} deep",
                "write parts of the query as numbered lines",
            )
    elif lexeme.type == "CLOSE":
        if not opened:
            raise source.error(
                lexeme.span, "a bracket is closed that was never opened", "remove it, or add: ("
            )
        last = opened.pop()
        between = source.text[last.end : lexeme.start]
        if not between.strip():
            raise source.error((last.start, lexeme.end), "there is nothing between the brackets")


def _stray(source: Source, place: int) -> UnparsableQuery:
    """Return the error of a character at which no lexeme begins."""
    char = source.text[place]
    span = (place, place + 1)
    if char in SMART:
        return source.error(span, f"a typographic quotation mark {char}", _SMART_HINT)
    if char == '"':
        return source.error(span, "a quotation mark is opened and never closed", 'add: "')
    return source.error(span, f"nothing can begin with {char!r} here", "put it in quotes")


class _Given:
    """A lexer for lark that hands on what was cut already."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, data: Sequence[Lexeme]) -> Iterator[Lexeme]:
        return iter(data)


def make_grammar(name: str, builder: object) -> Lark:
    """Return the LALR parser of ``grammars/NAME.lark`` that calls the builder's methods.

    Raises: ExtraMissing: lark is not installed.
    """
    try:
        import lark
    except ImportError as error:
        raise ExtraMissing("library", "a query that is read") from error
    text = (resources.files("onoma.search.query") / "grammars" / f"{name}.lark").read_text("utf-8")
    lexer: Any = type("Given", (_Given, lark.lexer.Lexer), {})
    transformer: Any = builder
    return lark.Lark(text, parser="lalr", lexer=lexer, transformer=transformer)


Explain = Callable[[Lexeme | None, Lexeme | None, frozenset[str]], tuple[str, str]]
"""(lexeme at fault or None for the end, the one before, what could stand there) -> problem, hint"""


def run_grammar(grammar: Lark, source: Source, lexemes: Sequence[Lexeme], explain: Explain) -> Any:
    """Return what the builder makes of lexemes.

    Raises: UnparsableQuery: they do not follow the grammar; ``explain`` puts it in words.
    """
    import lark

    if not lexemes:
        raise source.error((source.start, source.start), "the query is empty")
    given: Any = lexemes
    try:
        return grammar.parse(given)
    except lark.exceptions.UnexpectedInput as error:
        wrong = getattr(error, "token", None)
        at = wrong if isinstance(wrong, Lexeme) else None
        place = next((i for i, one in enumerate(lexemes) if one is at), len(lexemes))
        before = lexemes[place - 1] if place else None
        expected = frozenset(getattr(error, "expected", ()) or ())
        problem, hint = explain(at, before, expected)
        last = lexemes[-1].end
        span = at.span if at is not None else (before.span if before else (last, last))
        raise source.error(span, problem, hint) from None

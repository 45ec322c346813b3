"""What the builders of all dialects share: chains of operators, words with signs, fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from onoma.errors import UnparsableQuery
from onoma.search.query.scanning import Lexeme, Source
from onoma.search.query.tree import (
    And,
    LineRef,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Wildcard,
    Word,
    branches,
)
from onoma.types import Span

MOST_DEEP = 200
MOST_LEAVES = 20_000

_ENDING = re.compile(r"([^*?#]+)\*([0-9]{0,4})")
_SIGN = re.compile("[*?#]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators and not yet closed by a bracket; ``span`` is the last sign."""

    operator: type[And] | type[Or] | type[Not]
    parts: tuple[Node, ...]
    sign: Span


def joined(
    left: Node | Chain,
    operator: type[And] | type[Or] | type[Not],
    right: Node | Chain,
    sign: Span,
) -> Chain:
    """Return a chain with one operand more; operators are taken from left to right."""
    second = closed(right)
    if isinstance(left, Chain) and left.operator is operator and operator is not Not:
        return Chain(operator, (*left.parts, second), sign)
    first = closed(left)
    if operator is Not:
        whole: Node = Not(first, second, span=(first.span[0], second.span[1]))
        return Chain(Not, (whole,), sign)
    return Chain(operator, (first, second), sign)


def mixed(
    source: Source, left: Node | Chain, operator: type[And] | type[Or] | type[Not], sign: Span
) -> UnparsableQuery | None:
    """Return the error of operators whose order brackets have to say; None if there is but one.

    ``a AND b NOT c`` is the same in whichever order; so is ``a NOT b NOT c`` as it is meant.
    """
    if not isinstance(left, Chain) or left.operator is operator:
        return None
    if left.operator is And and operator is Not:
        return None
    words = {And: "AND", Or: "OR", Not: "NOT"}
    return source.error(
        sign,
        f"{words[left.operator]} and {words[operator]} stand side by side without brackets",
        f"say what belongs together: (a {words[left.operator]} b) {words[operator]} c, or "
        f"a {words[left.operator]} (b {words[operator]} c)",
    )


def closed(node: Node | Chain) -> Node:
    """Return the tree of a chain that ends here."""
    if not isinstance(node, Chain):
        return node
    if node.operator is Not:
        return node.parts[0]
    span = (node.parts[0].span[0], node.parts[-1].span[1])
    return And(node.parts, span=span) if node.operator is And else Or(node.parts, span=span)


Items = Sequence[Any]
"""What lark hands to a rule's method: lexemes, and what other methods made."""

_JOINING: dict[str, type[And] | type[Or] | type[Not]] = {"AND": And, "OR": Or, "NOT": Not}


class ChainBuilder:
    """The rules that the grammars of all dialects have."""

    from_left_to_right = False
    """Whether operators may stand side by side without brackets."""

    def __init__(self) -> None:
        """Wait for a source."""
        self.source = Source("", 0, 0)

    def start(self, items: Items) -> Node:
        """Close the query."""
        return checked(self.source, closed(items[0]))

    def both(self, items: Items) -> Chain:
        """Join two operands, or one to a chain."""
        left, sign, right = items
        operator = _JOINING[sign.type]
        if not self.from_left_to_right:
            trouble = mixed(self.source, left, operator, sign.span)
            if trouble is not None:
                raise trouble
        return joined(left, operator, right, sign.span)

    either = without = both

    def group(self, items: Items) -> Node:
        """Close a bracket."""
        return closed(items[1])

    def line(self, items: Items) -> LineRef:
        """Read ``#1``."""
        return LineRef(int(items[0].text[1:]), items[0].span)


OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR", "ADJ"})


def misplaced_operator(at: Lexeme | None, before: Lexeme | None) -> tuple[str, str] | None:
    """Return what is wrong with an operator that lacks an operand, None if none does."""
    joiner = before is not None and before.type in OPERATORS
    if at is None or at.type == "CLOSE":
        if joiner and before is not None:
            return f"{before.text} joins nothing on its right", "add what it joins"
        return "the query ends too early", "add what is missing"
    if at.type not in OPERATORS:
        return None
    if joiner and before is not None:
        return f"two operators side by side: {before.text} {at.text}", "remove one"
    if before is None or before.text.endswith("("):
        return f"{at.text} joins nothing on its left", "add what it joins"
    return None


def word_of(source: Source, text: str, span: Span) -> Word:
    """Return a word with ``*``, ``?`` and ``#`` in their meaning as a term, prefix or wildcard.

    Raises: UnparsableQuery: signs and no letter.
    """
    if not _LETTER.search(text):
        raise source.error(span, f"{text!r} has no letter or digit to look for", "remove it")
    if not _SIGN.search(text):
        return Term(text, span=span)
    ending = _ENDING.fullmatch(text)
    if ending is None:
        return Wildcard(text, span=span)
    if not _LETTER.search(ending[1]):
        raise source.error(span, f"{text!r} has no letter before the star", "write some")
    return Prefix(ending[1], most=int(ending[2]) if ending[2] else None, span=span)


def words_of(source: Source, text: str, span: Span) -> Word | Phrase:
    """Return a text of one or more words, each as ``word_of`` has it."""
    found = list(re.finditer(r"\S+", text))
    if not any(_LETTER.search(piece[0]) for piece in found):
        raise source.error(span, "there is no word to look for", "write one, or remove it")
    parts: list[Word] = []
    for piece in found:
        place = (span[0] + piece.start(), span[0] + piece.end())
        is_sign = not _LETTER.search(piece[0]) and not _SIGN.search(piece[0])
        parts.append(Term(piece[0], span=place) if is_sign else word_of(source, piece[0], place))
    return replace(parts[0], span=span) if len(parts) == 1 else Phrase(tuple(parts), span=span)


def with_fields(source: Source, node: Node, fields: tuple[str, ...]) -> Node:
    """Return a tree whose words are looked for in these fields.

    Raises: UnparsableQuery: something in it has a field already, or is no word.
    """
    if isinstance(node, And | Or):
        parts = tuple(with_fields(source, part, fields) for part in node.parts)
        return replace(node, parts=parts)
    if isinstance(node, Not):
        kept, dropped = (with_fields(source, part, fields) for part in branches(node))
        return replace(node, kept=kept, dropped=dropped)
    if not isinstance(node, Term | Prefix | Wildcard | Phrase | Near):
        raise source.error(
            node.span, "a field can only be given to words", "take this out of the brackets"
        )
    if node.fields:
        raise source.error(
            node.span,
            f"a field inside a field: {', '.join(node.fields)} in {', '.join(fields)}",
            "give the field once",
        )
    return replace(node, fields=fields)


def near_of(source: Source, parts: Sequence[Node], gap: int, *, ordered: bool, span: Span) -> Near:
    """Return parts near each other; a field that all of them have becomes that of the whole.

    Raises: UnparsableQuery: a part that is no word, parts of several fields.
    """
    fields: set[tuple[str, ...]] = set()
    bare = tuple(_bare(source, part, fields) for part in parts)
    if len(fields) > 1:
        raise source.error(
            span,
            "words of several fields cannot be near each other",
            "give one field to all of them",
        )
    return Near(bare, gap, ordered, fields.pop() if fields else (), span)


def _bare(source: Source, node: Node, fields: set[tuple[str, ...]]) -> Node:
    """Return a part of a ``Near`` without its field, which is noted."""
    if isinstance(node, Or):
        return replace(node, parts=tuple(_bare(source, part, fields) for part in node.parts))
    if isinstance(node, Term | Prefix | Wildcard | Phrase | Near):
        fields.add(node.fields)
        return replace(node, fields=())
    kinds = {And: "AND", Not: "NOT", LineRef: "a line"}
    what = kinds.get(type(node), "this")
    raise source.error(
        node.span,
        f"{what} cannot stand in a proximity search",
        "join words, phrases and (a OR b) only",
    )


def checked(source: Source, node: Node) -> Node:
    """Return a tree that is neither too deep nor too wide to be worked on.

    Raises: UnparsableQuery: it is.
    """
    stack = [(node, 1)]
    seen = 0
    while stack:
        here, depth = stack.pop()
        seen += 1
        if depth > MOST_DEEP or seen > 2 * MOST_LEAVES:
            what = f"{MOST_DEEP} levels" if depth > MOST_DEEP else f"{2 * MOST_LEAVES} parts"
            raise source.error(
                here.span, f"the query has more than {what}", "write parts of it as numbered lines"
            )
        below = here.parts if isinstance(here, Near) else branches(here)
        stack.extend((part, depth + 1) for part in below)
    return node

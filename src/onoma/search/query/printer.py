"""What writers of all dialects share: operators, brackets, lines, and notes of what is lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from onoma.errors import InputError
from onoma.search.query.tree import (
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
    Strategy,
    Term,
    Tree,
    TypeTerm,
    Wildcard,
    Word,
)
from onoma.types import Span


@dataclass(frozen=True, slots=True)
class Loss:
    """What a dialect says otherwise; ``is_exact``: it finds the same records all the same."""

    span: Span
    problem: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Translation:
    """A tree in the words of a dialect, with what could not be said as it was."""

    text: str
    losses: tuple[Loss, ...] = ()


class Unwritable(InputError):
    """A dialect has no words for a part of a query; ``span`` is that of the part."""

    code = "unwritable-query"

    def __init__(self, span: Span, dialect: str, problem: str, *, hint: str = "") -> None:
        """Say which dialect and what it has no words for."""
        super().__init__(f"{dialect} has no words for {problem}", hint=hint, offset=span[0])
        self.span = span


class Printer(ABC):
    """Writes trees; a dialect says how its leaves look."""

    dialect = ""
    signs: dict[type[And] | type[Or] | type[Not], str]

    def __init__(self) -> None:
        """Start with nothing lost."""
        self.losses: list[Loss] = []

    def tree(self, tree: Tree) -> str:
        """Return a tree's text.

        Raises: Unwritable: the dialect has no words for a part of it.
        """
        if not isinstance(tree, Strategy):
            return self.node(tree)
        for before, after in zip(tree.lines, tree.lines[1:], strict=False):
            if after.number <= before.number:
                raise self.refuse(after.tree, "lines whose numbers do not rise")
        return "\n".join(self.line(line) for line in tree.lines)

    def line(self, line: Line) -> str:
        """Return a numbered line."""
        return f"#{line.number} {self.node(line.tree)}"

    def node(self, node: Node) -> str:
        """Return a node's text, brackets inside where they are needed."""
        if isinstance(node, And | Or):
            if len(node.parts) < 2:
                raise self.refuse(node, "an operator with fewer than two operands")
            return self.signs[type(node)].join(self.inner(part) for part in node.parts)
        if isinstance(node, Not):
            return self.inner(node.kept) + self.signs[Not] + self.inner(node.dropped)
        return self.leaf(node)

    def inner(self, node: Node) -> str:
        """Return an operand, in brackets if operators join its parts."""
        text = self.node(node)
        return f"({text})" if isinstance(node, And | Or | Not) else text

    def leaf(self, node: Node) -> str:
        """Return a leaf's text."""
        if isinstance(node, Term | Prefix | Wildcard | Phrase):
            return self.words(node)
        if isinstance(node, Near):
            return self.near(node)
        if isinstance(node, Heading):
            return self.heading(node)
        if isinstance(node, DateRange):
            return self.dates(node)
        if isinstance(node, LineRef):
            return self.reference(node)
        if isinstance(node, ConceptTerm | TypeTerm | RelationTerm):
            return self.meaning(node)
        if isinstance(node, FieldExists):
            return self.exists(node)
        assert isinstance(node, All)  # noqa: S101
        return self.everything(node)

    @abstractmethod
    def words(self, node: Word | Phrase) -> str:
        """Return a word or phrase with its fields."""

    @abstractmethod
    def near(self, node: Near) -> str:
        """Return a proximity search."""

    @abstractmethod
    def heading(self, node: Heading) -> str:
        """Return a heading."""

    @abstractmethod
    def dates(self, node: DateRange) -> str:
        """Return a range of dates."""

    def reference(self, node: LineRef) -> str:
        """Return a reference to a line."""
        return f"#{node.number}"

    def meaning(self, node: ConceptTerm | TypeTerm | RelationTerm) -> str:
        """Return a concept, type or relation."""
        what = {ConceptTerm: "a concept", TypeTerm: "a semantic type", RelationTerm: "a relation"}
        raise self.refuse(node, what[type(node)], "give its words or its MeSH heading instead")

    def exists(self, node: FieldExists) -> str:
        """Return the search for a filled field."""
        raise self.refuse(node, f"records that have the field {node.name}")

    def everything(self, node: All) -> str:
        """Return the search for every record."""
        raise self.refuse(node, "every record")

    def refuse(self, node: Node, problem: str, hint: str = "") -> Unwritable:
        """Return the error to raise about a node."""
        return Unwritable(node.span, self.dialect, problem, hint=hint)

    def lose(self, node: Node, problem: str, *, is_exact: bool = False) -> None:
        """Note what is said otherwise."""
        self.losses.append(Loss(node.span, problem, is_exact))

    def either(self, texts: Sequence[str]) -> str:
        """Return several searches as one."""
        return texts[0] if len(texts) == 1 else f"({self.signs[Or].join(texts)})"


def well_formed(node: Word | Phrase) -> bool:
    """Return whether every word of a leaf is one that the parsers make."""
    if isinstance(node, Phrase):
        return len(node.parts) > 1 and all(
            not part.fields and (_is_sign(part) or well_formed(part)) for part in node.parts
        )
    if any(char.isspace() or char == '"' for char in node.text):
        return False
    if not any(char.isalnum() or char == "_" for char in node.text):
        return False
    has_sign = any(char in "*?#" for char in node.text)
    if isinstance(node, Wildcard):
        return has_sign and not _reads_as_prefix(node.text)
    is_short = isinstance(node, Term) or node.most is None or 0 <= node.most <= 9999
    return not has_sign and is_short


def _reads_as_prefix(text: str) -> bool:
    """Return whether a word with signs would be read as a truncated one: ``card*``, ``card*2``."""
    head, star, tail = text.partition("*")
    if not head or not star or any(char in "?#" for char in head):
        return False
    return not tail or (len(tail) <= 4 and tail.isascii() and tail.isdecimal())


def _is_sign(part: Word) -> bool:
    """Return whether a part of a phrase is a mark between words, such as a dash."""
    return (
        isinstance(part, Term)
        and bool(part.text)
        and not any(char.isalnum() or char.isspace() or char in '_*?#"' for char in part.text)
    )


def signed(part: Word, *, star: str = "*") -> str:
    """Return a word with its sign of truncation."""
    if isinstance(part, Prefix):
        return f"{part.text}{star}{'' if part.most is None else part.most}"
    return part.text.replace("*", star) if isinstance(part, Wildcard) else part.text

"""What a query says, in no dialect's words: a tree of frozen dataclasses.

Every node knows the ``span`` of characters that it was read from, for errors, warnings and counts;
two trees are equal whatever their spans, so that ``parse(to_text(tree)) == tree`` can be asked.

Fields are the names of ``FIELDS``; no field at all means the words of the whole record: title,
abstract, full text, headings and keywords. A leaf with several fields asks for any of them, a
phrase or ``Near`` for all its words in the same one. No text holds ``*``, ``?`` or ``#`` but that
of a ``Wildcard``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from onoma.search.fields import ROLES, STATEMENTS
from onoma.types import Span

NOWHERE: Span = (0, 0)

FIELDS: dict[str, str] = {
    "title": "words of the title",
    "abstract": "words of the abstract",
    "heading": "words of the assigned MeSH headings",
    "keyword": "words of the authors' keywords",
    "author": "authors' names",
    "affiliation": "where the authors work",
    "journal": "the journal's name",
    "language": "the language of the article",
    "source": "the file or database that the record came from",
    "id": "the record's identifier, such as a PMID",
    "publication": "the publication type, such as randomized controlled trial",
    "study": "the kind of study, as the source or else the text says it",
}
FIELDS |= {f"role:{role}": f"words of sentences that give the {role}" for role in ROLES}
FIELDS |= {f"says:{one}": f"words of sentences that speak of a {one}" for one in STATEMENTS}
"""The fields that words are looked for in."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word; in a field of names (author, journal, language ...) one value."""

    text: str
    fields: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so, with at most ``most`` characters more (None: any number)."""

    text: str
    fields: tuple[str, ...] = ()
    most: int | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Words of a pattern: ``?`` is one character or none, ``#`` exactly one, ``*`` any number."""

    text: str
    fields: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


Word: TypeAlias = Term | Prefix | Wildcard


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other; the parts have no fields of their own."""

    parts: tuple[Word, ...]
    fields: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Parts close to each other in one field.

    ``gap``: how many other words may stand in the shortest stretch of text that holds one of each
    part, no two parts sharing a word. ``ordered``: in the order given. Parts are words, phrases or
    an ``Or`` of such, without fields of their own.
    """

    parts: tuple[Node, ...]
    gap: int
    ordered: bool = False
    fields: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading, by name or CURIE.

    ``explode``: those below it as well. ``subheadings``: with one of these (full names). ``major``:
    only where it is a main topic. Without a name: any heading with one of the subheadings.
    """

    name: str
    explode: bool = True
    subheadings: tuple[str, ...] = ()
    major: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ConceptTerm:
    """A concept found in the text, by CURIE or name; ``expanded``: those below it as well."""

    name: str
    expanded: bool = True
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TypeTerm:
    """Any concept of a semantic type (``onoma.types.SEMANTIC_TYPES``)."""

    type: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RelationTerm:
    """A statement found in the text; an end that is None and the predicate ``?`` may be anything.

    Predicates are the names of ``Relation.predicate``.
    """

    subject: ConceptTerm | TypeTerm | None
    predicate: str
    object: ConceptTerm | TypeTerm | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Published from ``first`` to ``last``, both included; ``2015``, ``2015-03``, ``2015-03-31``.

    An empty end is open. A day or month missing means the whole year or month.
    """

    first: str
    last: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FieldExists:
    """Records that have anything in a field: a name of ``FIELDS``, or ``date``."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every record."""

    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of these, two or more."""

    parts: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these, two or more."""

    parts: tuple[Node, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Those of ``kept`` that are not among ``dropped``."""

    kept: Node
    dropped: Node
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LineRef:
    """What another line of the strategy found."""

    number: int
    span: Span = field(default=NOWHERE, compare=False)


Leaf: TypeAlias = (
    Term
    | Prefix
    | Wildcard
    | Phrase
    | Near
    | Heading
    | ConceptTerm
    | TypeTerm
    | RelationTerm
    | DateRange
    | FieldExists
    | All
    | LineRef
)
Node: TypeAlias = Leaf | And | Or | Not


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line of a strategy."""

    number: int
    tree: Node
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Strategy:
    """Numbered lines, each of which may refer to earlier ones; the last one is the result."""

    lines: tuple[Line, ...]
    span: Span = field(default=NOWHERE, compare=False)

    def resolved(self) -> Node:
        """Return the last line with every reference replaced by what it stands for."""
        known: dict[int, Node] = {}
        for line in self.lines:
            known[line.number] = _resolve(line.tree, known)
        return known[self.lines[-1].number]


Tree: TypeAlias = Node | Strategy

WORDED = (Term, Prefix, Wildcard, Phrase, Near)
"""The leaves that have fields."""
Worded = TypeVar("Worded", Term, Prefix, Wildcard, Phrase, Near)


def branches(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below one; a leaf has none (``Near`` and ``Phrase`` are leaves)."""
    if isinstance(node, And | Or):
        return node.parts
    return (node.kept, node.dropped) if isinstance(node, Not) else ()


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield the leaves of a tree from left to right."""
    stack: list[Node] = (
        [line.tree for line in reversed(tree.lines)] if isinstance(tree, Strategy) else [tree]
    )
    while stack:
        node = stack.pop()
        if isinstance(node, And | Or | Not):
            stack.extend(reversed(branches(node)))
        else:
            yield node


def resolved(tree: Tree) -> Node:
    """Return one tree without references to lines."""
    return tree.resolved() if isinstance(tree, Strategy) else tree


def _resolve(node: Node, known: dict[int, Node]) -> Node:
    if isinstance(node, LineRef):
        return known[node.number]
    if isinstance(node, And | Or):
        return replace(node, parts=tuple(_resolve(part, known) for part in node.parts))
    if isinstance(node, Not):
        return replace(node, kept=_resolve(node.kept, known), dropped=_resolve(node.dropped, known))
    return node

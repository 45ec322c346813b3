"""A query taken apart: its clauses (what AND joins), and the terms of each (what OR joins).

What AND joins inside a clause is one term of several words: ``endoscop* AND (ultrasound OR EUS)``
gives "endoscop* ultrasound" and "endoscop* EUS".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from onoma.search.mesh.headings import Headings
from onoma.search.mesh.name_table import SMALL, plain_words
from onoma.search.query.parse import parse
from onoma.search.query.tree import (
    And,
    Heading,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Strategy,
    Term,
    Tree,
    Wildcard,
    branches,
    leaves,
    resolved,
)
from onoma.text.variants import american, singular

MOST_TERMS = 80  # of a clause
MOST_JOINED = 40  # terms that one AND inside a clause is written out to
_PLAIN = re.compile(r'[^()"@#\[\]:/]+')
_OPERATOR = re.compile(r"\b(?:AND|OR|NOT|NEAR|NEXT)\b")
_SEPARATORS = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a term: as written, folded, and whether it is the beginning of words."""

    text: str
    folded: str
    is_prefix: bool = False


QueryTerm = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What OR joins: the terms, as they were written, and the headings that are there already."""

    text: str
    terms: tuple[QueryTerm, ...]
    headings: tuple[str, ...] = ()


def read_clauses(query: str, headings: Headings, *, dialect: str = "onoma") -> list[Clause]:
    """Return the clauses of a query; plain words are terms, separated by commas or lines.

    Raises: UnparsableQuery: see ``onoma.search.query.parse``.
    """
    if _PLAIN.fullmatch(query) and not _OPERATOR.search(query):
        texts = [text.strip() for text in _SEPARATORS.split(query) if text.strip()]
        terms = tuple(term for text in texts if (term := term_of(text, headings)))
        return [Clause("; ".join(texts), terms)] if terms else []
    return clauses_of(parse(query, dialect), headings, text=query)


def one_clause(tree: Tree, headings: Headings, *, text: str = "") -> Clause:
    """Return a tree as one clause: what AND joins makes terms of several words."""
    node = resolved(tree)
    named = tuple(leaf.name for leaf in leaves(node) if isinstance(leaf, Heading) and leaf.name)
    return Clause(text, tuple(dict.fromkeys(_terms(node, headings)))[:MOST_TERMS], named)


def clauses_of(tree: Tree, headings: Headings, *, text: str = "") -> list[Clause]:
    """Return the clauses of a tree; ``text`` is what the tree was read from, to be quoted."""
    out = []
    for node in _clause_nodes(tree):
        own = tuple(dict.fromkeys(_terms(node, headings)))[:MOST_TERMS]
        named = tuple(leaf.name for leaf in leaves(node) if isinstance(leaf, Heading) and leaf.name)
        if own or named:
            out.append(Clause(_quoted(text, *node.span), own, named))
    return out


def _quoted(text: str, first: int, stop: int) -> str:
    """Return a part of a query with the brackets closed that it opens."""
    while text.count("(", first, stop) > text.count(")", first, stop) and stop < len(text):
        stop += 1
    while text.count(")", first, stop) > text.count("(", first, stop) and first > 0:
        first -= 1
    return text[first:stop]


def term_of(text: str, headings: Headings) -> QueryTerm:
    """Return the term of a text; a ``*`` behind a word makes it a beginning."""
    out: list[Word] = []
    for piece in text.split():
        is_cut = piece.endswith("*")
        plain = plain_words(piece.rstrip("*"))
        for place, word in enumerate(plain):
            out += _word(word, headings, is_prefix=is_cut and place == len(plain) - 1)
    return tuple(out)


def _word(word: str, headings: Headings, *, is_prefix: bool) -> list[Word]:
    folded = american(word) if is_prefix else american(singular(word, headings.table.known))
    return [Word(word, folded, is_prefix)] if is_prefix or folded not in SMALL else []


def _clause_nodes(tree: Tree) -> Iterator[Node]:
    if isinstance(tree, Strategy):
        for line in tree.lines:
            yield from _clause_nodes(line.tree)
    elif isinstance(tree, And | Not):
        for part in branches(tree):
            yield from _clause_nodes(part)
    else:
        yield tree


def _terms(node: Node, headings: Headings) -> list[QueryTerm]:
    """Return the terms of a node, each with all its words."""
    if isinstance(node, Or):
        return [term for part in node.parts for term in _terms(part, headings)]
    if isinstance(node, Not):
        return _terms(node.kept, headings)
    if isinstance(node, And | Near | Phrase):
        sides = [found for part in node.parts if (found := _terms(part, headings))]
        joined = islice(product(*sides), MOST_JOINED) if sides else ()
        return [tuple(word for term in terms for word in term) for terms in joined]
    if isinstance(node, Term):
        return [term] if (term := term_of(node.text, headings)) else []
    if isinstance(node, Prefix):
        return [term_of(f"{node.text}*", headings)]
    if isinstance(node, Wildcard):
        return [term_of(re.split(r"[?#*]", node.text)[0] + "*", headings)]
    return []

"""How a query was understood: a line for each part, with what it finds, and what to beware of.

The lines stand in the order of the query, each indented below what joins it. Cautions are about
characters of the query: nothing found, a word that the index does not have, a name taken for
another, words so common that they say nothing, truncation that takes in too much, a line that
nothing refers to.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onoma.ontology.curies import split_curie
from onoma.search.fields import FIELD, folded
from onoma.search.query.compile import Compiler
from onoma.search.query.meanings import Meanings
from onoma.search.query.printing import to_text
from onoma.search.query.tree import (
    And,
    ConceptTerm,
    Heading,
    LineRef,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    RelationTerm,
    Strategy,
    Term,
    Tree,
    Wildcard,
    leaves,
)
from onoma.search.query.words import all_of, any_of, asked, index_fields, pieces_of
from onoma.types import Span

if TYPE_CHECKING:
    import tantivy

WIDE = 100  # words that a truncation may stand for without a caution
COMMON = 0.5  # share of records from which on a word says nothing
FEW_RECORDS = 20  # up to this many records no word is called common
NEAR_WORDS = 2_000  # words with the same beginning that are looked through for a near one


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of a query: how it was taken and how many records it finds.

    ``depth``: how deep it stands below the whole. ``line``: the line of the strategy that it is,
    if it is one. ``taken``: the part in Onoma's own syntax, or the word that joins what follows.
    """

    span: Span
    depth: int
    taken: str
    count: int
    line: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to beware of, at some characters of the query."""

    span: Span
    problem: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A query compiled, with how it was understood."""

    query: tantivy.Query
    count: int
    lines: tuple[Understood, ...]
    cautions: tuple[Caution, ...]


def explain(
    tree: Tree,
    searcher: tantivy.Searcher,
    meanings: Meanings,
    *,
    text: str = "",
    dialect: str = "onoma",
) -> Explanation:
    """Return a tree's query with a line for each part of it.

    Raises: UnparsableQuery: as ``compile_query`` does.
    """
    return _Explainer(Compiler(searcher, meanings, text), dialect).run(tree)


@dataclass(slots=True)
class _Explainer:
    """Compiles and counts a tree from its leaves up."""

    compiler: Compiler
    dialect: str
    lines: list[Understood] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)

    def run(self, tree: Tree) -> Explanation:
        """Explain a whole query."""
        if not isinstance(tree, Strategy):
            query, count = self._node(tree, 0, None)
            return self._result(query, count)
        query, count = asked().empty_query(), 0
        for line in tree.lines:
            query, count = self._node(line.tree, 0, line.number)
            self.compiler.known[line.number] = query
        used = {leaf.number for leaf in leaves(tree) if isinstance(leaf, LineRef)}
        for line in tree.lines[:-1]:
            if line.number not in used:
                self._warn(line.tree, f"no later line refers to line {line.number}")
        return self._result(query, count)

    def _result(self, query: tantivy.Query, count: int) -> Explanation:
        ordered = sorted(dict.fromkeys(self.cautions), key=lambda one: one.span)
        return Explanation(query, count, tuple(self.lines), tuple(ordered))

    def _warn(self, node: Node, problem: str, hint: str = "") -> None:
        self.cautions.append(Caution(node.span, problem, hint))

    def _count(self, query: tantivy.Query) -> int:
        return int(getattr(self.compiler.searcher.search(query, limit=1), "count", 0) or 0)

    def _node(self, node: Node, depth: int, line: int | None) -> tuple[tantivy.Query, int]:
        """Explain a node and what is below it; return its query and count."""
        place = len(self.lines)
        note = ""
        if isinstance(node, And | Or):
            below = [self._node(part, depth + 1, None) for part in node.parts]
            queries = [query for query, _ in below]
            query = all_of(queries) if isinstance(node, And) else any_of(queries)
        elif isinstance(node, Not):
            kept, before = self._node(node.kept, depth + 1, None)
            dropped, _ = self._node(node.dropped, depth + 1, None)
            query = all_of([kept], but=[dropped])
            note = f"of {before} records"
        else:
            query = self.compiler.node(node)
        count = self._count(query)
        if not isinstance(node, And | Or | Not):
            note = self._leaf(node, count)
        elif not count and all(one.count for one in self.lines[place:]):
            self._warn(node, "nothing is left of what each part finds by itself")
        taken = _JOINS.get(type(node)) or to_text(node)
        self.lines.insert(place, Understood(node.span, depth, taken, count, line, note))
        return query, count

    def _leaf(self, node: Node, count: int) -> str:
        """Return the note on a leaf, and say what to beware of."""
        if isinstance(node, Heading):
            note = self._heading(node)
        elif isinstance(node, ConceptTerm):
            note = self._concept(node)
        elif isinstance(node, RelationTerm):
            note = self._relation(node)
        elif isinstance(node, Prefix | Wildcard):
            note = self._truncated(node, node.fields)
        elif isinstance(node, Term | Phrase):
            note = self._words(node)
        else:
            note = ""
        if not count and not any(one.span == node.span for one in self.cautions):
            self._warn(node, f"{to_text(node)} finds nothing")
        return note

    def _words(self, node: Term | Phrase) -> str:
        """Note how words are cut, warn of those that the index lacks."""
        parts = node.parts if isinstance(node, Phrase) else (node,)
        plain = [name for name in index_fields(node.fields) if FIELD[name].kind != "raw"]
        if not plain:
            return ""
        for part in parts:
            if isinstance(part, Term):
                self._term(part, plain, is_alone=part is node)
            else:
                self._truncated(part, node.fields)
        if self.dialect == "pubmed" and not node.fields and not self._has_tag(node):
            self._warn(
                node,
                "no tag: looked for as it stands, anywhere in the record",
                "PubMed would map it to headings as well: write them, with [mh]",
            )
        words = [piece.word or "..." for part in parts for piece in pieces_of(part)]
        is_cut = isinstance(node, Term) and len(words) > 1
        return f'as the phrase "{" ".join(words)}"' if is_cut else ""

    def _has_tag(self, node: Node) -> bool:
        return self.compiler.text[: node.span[1]].endswith("]")

    def _term(self, term: Term, fields: list[str], *, is_alone: bool) -> None:
        """Warn of a word that is nowhere, or nearly everywhere."""
        searcher = self.compiler.searcher
        words = [piece.word for piece in pieces_of(term) if piece.word is not None]
        for word in words:
            most = max(searcher.doc_freq(name, word) for name in fields)
            if not most:
                near = self._near_words(word, fields)
                hint = f"near it: {', '.join(near)}" if near else ""
                self._warn(term, f"the index has no word {word!r} here", hint)
            elif is_alone and most > max(COMMON * searcher.num_docs, FEW_RECORDS):
                self._warn(term, f"the word {word!r} stands in {most} records, most of all")
        if not words and is_alone:
            self._warn(term, f"{term.text!r} has no word that an index could hold")

    def _near_words(self, word: str, fields: list[str]) -> list[str]:
        known = {
            term
            for name in fields
            for term, _ in self.compiler.searcher.terms_with_prefix(
                name, word[:2], limit=NEAR_WORDS
            )
        }
        return difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.8)

    def _truncated(self, node: Prefix | Wildcard, fields: tuple[str, ...]) -> str:
        """Note the words that a truncation stands for, warn if they are many."""
        counts: dict[str, int] = {}
        pieces = pieces_of(node)
        if not isinstance(node, Prefix) or len(pieces) != 1:
            return ""
        start = folded(node.text).lower()
        for name in index_fields(fields):
            if FIELD[name].kind == "raw":
                return ""
            for term, found in self.compiler.searcher.terms_with_prefix(name, start):
                if node.most is None or len(term) <= len(start) + node.most:
                    counts[term] = counts.get(term, 0) + found
        best = sorted(counts, key=lambda term: (-counts[term], term))[:5]
        if len(counts) > WIDE:
            self._warn(
                node, f"{node.text}* stands for {len(counts)} words", "write more of the word"
            )
        if not counts:
            self._warn(node, f"no word of the index begins with {start!r}")
            return ""
        return f"{len(counts)} words: {', '.join(best)}{' ...' if len(counts) > 5 else ''}"

    def _concept(self, node: ConceptTerm) -> str:
        """Note which concept a name was taken for."""
        meaning = self.compiler.meaning_of(node)
        if meaning.others and split_curie(node.name) is None:
            named = [f"{one} {self.compiler.meanings.label(one)}" for one in meaning.others[:3]]
            self._warn(
                node,
                f"{node.name!r} is taken for {meaning.shown}",
                f"others are called so too: {'; '.join(named)}",
            )
        end = ", and all below it" if node.expanded else ", and nothing below it"
        same = ", ".join(meaning.same[1:4])
        return meaning.shown + (f" (the same: {same})" if same else "") + end

    def _relation(self, node: RelationTerm) -> str:
        """Note what the ends were taken for, warn of a predicate that no record has."""
        if node.predicate != "?":
            found = self.compiler.searcher.terms_with_prefix(
                "relation", f"{node.predicate}|", limit=1
            )
            if not found:
                self._warn(
                    node,
                    f"no record has a relation {node.predicate!r}",
                    "? stands for any relation",
                )
        ends = [end for end in (node.subject, node.object) if isinstance(end, ConceptTerm)]
        return "; ".join(self.compiler.meaning_of(end).shown for end in ends)

    def _heading(self, node: Heading) -> str:
        """Note by what records a heading is found: assigned to them, or found in their text."""
        assigned = self._count(self.compiler.assigned(node))
        if not node.name:
            return f"assigned in {assigned} records"
        found = self.compiler.heading_of(node)
        if found.meaning is None:
            near = "look for it: onoma mesh suggest"
            self._warn(node, f"the vocabulary has no MeSH heading {node.name!r}", near)
            return f"assigned in {assigned} records"
        if found.is_entry_term:
            self._warn(node, f"{node.name!r} is taken for the heading {found.meaning.shown}")
        instead = self.compiler.found_instead(node)
        others = 0 if instead is None else self._count(instead)
        if others and (node.subheadings or node.major):
            what = "subheadings" if node.subheadings else "main topics"
            self._warn(
                node,
                f"{others} records without any headings are found by their text: "
                f"{what} cannot be asked of them",
            )
        below = f" and {found.count - 1} below it" if found.count > 1 else ""
        return (
            f"{found.meaning.shown}{below}: assigned in {assigned} records, "
            f"found in the text of {others} without headings"
        )


_JOINS: dict[type[Node], str] = {And: "AND", Or: "OR", Not: "NOT"}


def shown(explanation: Explanation) -> str:
    """Return the lines of an explanation as plain text, counts first."""
    width = max((len(f"{one.count:,}") for one in explanation.lines), default=1)
    rows = []
    for one in explanation.lines:
        head = f"#{one.line} " if one.line is not None else ""
        note = f"    {one.note}" if one.note else ""
        rows.append(f"{one.count:>{width},}  {'  ' * one.depth}{head}{one.taken}{note}")
    return "\n".join(rows)

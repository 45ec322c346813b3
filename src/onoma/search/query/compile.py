"""From a query's tree to the engine's query over the fields of the index.

Words are those of ``plain`` fields: as they stand but for case, accents and Greek letters, no
endings cut. A MeSH heading finds records to which it is assigned, and among records without any
heading those in whose text its concept is found. A concept finds records whose text names it, or
anything below it. Every record is either found or not; ranks are the engine's BM25.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onoma.errors import UnparsableQuery
from onoma.ontology.curies import split_curie
from onoma.search.engine import need_tantivy
from onoma.search.fields import ANY, concept_token, raw_token, relation_token, schema
from onoma.search.query.meanings import HeadingMeaning, Meaning, Meanings
from onoma.search.query.tree import (
    All,
    And,
    ConceptTerm,
    DateRange,
    FieldExists,
    Heading,
    LineRef,
    Node,
    Not,
    Or,
    RelationTerm,
    Strategy,
    Tree,
    TypeTerm,
)
from onoma.search.query.words import all_of, any_of, asked, index_fields, worded_query

if TYPE_CHECKING:
    import tantivy

OF_TYPE: dict[str, tuple[str, ...]] = {"chemical": ("chemical", "drug")}
"""Types that count as another: a drug is a chemical."""


@dataclass(slots=True)
class Compiler:
    """Compiles the trees of one query: it knows the index's words and the corpus's vocabulary."""

    searcher: tantivy.Searcher
    meanings: Meanings
    text: str = ""
    known: dict[int, tantivy.Query] = field(default_factory=dict)

    def tree(self, tree: Tree) -> tantivy.Query:
        """Return the query of a tree; of a strategy, that of its last line.

        Raises: UnparsableQuery: a concept that the vocabulary does not have, a proximity with too
        many arrangements.
        """
        if not isinstance(tree, Strategy):
            return self.node(tree)
        for line in tree.lines:
            self.known[line.number] = self.node(line.tree)
        return self.known[tree.lines[-1].number]

    def problem(self, node: Node, problem: str, hint: str) -> UnparsableQuery:
        """Return the error to raise about a node."""
        return UnparsableQuery(self.text, node.span, problem, hint=hint)

    def node(self, node: Node) -> tantivy.Query:
        """Return the query of a node."""
        if isinstance(node, And):
            return all_of([self.node(part) for part in node.parts])
        if isinstance(node, Or):
            return any_of([self.node(part) for part in node.parts])
        if isinstance(node, Not):
            return all_of([self.node(node.kept)], but=[self.node(node.dropped)])
        if isinstance(node, LineRef):
            return self.known[node.number]
        return self._leaf(node)

    def _leaf(self, node: Node) -> tantivy.Query:
        query = asked()
        if isinstance(node, Heading):
            return self._heading(node)
        if isinstance(node, ConceptTerm):
            return self._concept(node)
        if isinstance(node, TypeTerm):
            return query.term_set_query(
                schema(), "type", list(OF_TYPE.get(node.type, (node.type,)))
            )
        if isinstance(node, RelationTerm):
            return self._relation(node)
        if isinstance(node, DateRange):
            return self._dates(node)
        if isinstance(node, FieldExists):
            return query.term_set_query(schema(), "has", _filled(node.name))
        if isinstance(node, All):
            return query.all_query()
        assert not isinstance(node, And | Or | Not | LineRef)  # noqa: S101
        return worded_query(node, self.problem)

    def meaning_of(self, node: ConceptTerm) -> Meaning:
        """Return the concept that a term names.

        Raises: UnparsableQuery: the vocabulary has none.
        """
        found = self.meanings.concept(node.name)
        if found is not None:
            return found
        if split_curie(node.name) is not None:
            hint = "look it up: onoma concept CURIE; the corpus's vocabulary: onoma corpus info"
            raise self.problem(node, f"the vocabulary has no concept {node.name}", hint)
        raise self.problem(
            node,
            f"no concept is called {node.name!r}",
            f'look for it: onoma ground "{node.name}"',
        )

    def _concept(self, node: ConceptTerm) -> tantivy.Query:
        meaning = self.meaning_of(node)
        return _found(meaning, expanded=node.expanded)

    def heading_of(self, node: Heading) -> HeadingMeaning:
        """Return the heading that a node names, with those below it if it explodes."""
        return self.meanings.heading(node.name, explode=node.explode)

    def assigned(self, node: Heading) -> tantivy.Query:
        """Return the query of the records to which a heading is assigned."""
        tokens = self.heading_of(node).tokens or (node.name,)
        if not node.name:
            tokens = ("",)
        names = [one if split_curie(one) is not None else raw_token(one) for one in tokens]
        if node.subheadings:
            names = [f"{name}/{raw_token(one)}" for name in names for one in node.subheadings]
        index = "mesh_major" if node.major else "mesh"
        return asked().term_set_query(schema(), index, names)

    def found_instead(self, node: Heading) -> tantivy.Query | None:
        """Return the query of records without headings in whose text the concept is found.

        None: the heading has no concept. Subheadings and main topics cannot be asked of them.
        """
        meaning = self.heading_of(node).meaning if node.name else None
        if meaning is None:
            return None
        indexed = asked().term_query(schema(), "has", "mesh")
        return all_of([_found(meaning, expanded=node.explode)], but=[indexed])

    def _heading(self, node: Heading) -> tantivy.Query:
        instead = self.found_instead(node)
        assigned = self.assigned(node)
        return assigned if instead is None else any_of([assigned, instead])

    def _relation(self, node: RelationTerm) -> tantivy.Query:
        """Return the query of a relation: of its tokens, those that are in the index."""
        predicate = ANY if node.predicate == "?" else node.predicate
        subjects, objects = self.end(node.subject), self.end(node.object)
        if len(subjects) * len(objects) <= 4_096:
            tokens = [
                relation_token(left, predicate, right) for left in subjects for right in objects
            ]
        else:
            start = relation_token("", predicate, "").rpartition("|")[0]
            every = self.searcher.terms_with_prefix("relation", start)
            left_of, right_of = frozenset(subjects), frozenset(objects)
            tokens = [token for token, _ in every if _fits(token, left_of, right_of)]
        return asked().term_set_query(schema(), "relation", tokens)

    def end(self, end: ConceptTerm | TypeTerm | None) -> list[str]:
        """Return what may stand at an end of a relation's token."""
        if end is None:
            return [ANY]
        if isinstance(end, TypeTerm):
            return list(OF_TYPE.get(end.type, (end.type,)))
        meaning = self.meaning_of(end)
        return sorted(self.meanings.below(meaning.curie)) if end.expanded else list(meaning.same)

    def _dates(self, node: DateRange) -> tantivy.Query:
        return asked().range_query(
            schema(),
            "date",
            need_tantivy().FieldType.Unsigned,
            lower_bound=_number(node.first, "00") if node.first else 1,
            upper_bound=_number(node.last, "99") if node.last else None,
        )


def _found(meaning: Meaning, *, expanded: bool) -> tantivy.Query:
    """Return the query of texts that name a concept, or anything below it."""
    tokens = [concept_token(one) for one in meaning.same]
    index = "concept" if expanded else "concept_own"
    return any_of([asked().term_query(schema(), index, one) for one in tokens])


def _fits(token: str, subjects: frozenset[str], objects: frozenset[str]) -> bool:
    _, _, ends = token.partition("|")
    left, _, right = ends.partition("|")
    return left in subjects and right in objects


def _filled(name: str) -> list[str]:
    """Return the names in ``has`` that say that a field is filled."""
    fields = {"heading": ["mesh"], "keyword": ["keyword"]}
    if name.startswith("role:"):
        return [name.replace(":", "_")]
    return fields.get(name) or index_fields((name,))


def _number(date: str, missing: str) -> int:
    """Return a date as the index has it, with parts that are missing as given."""
    year, month, day = (*date.split("-"), missing, missing)[:3]
    return int(year + month + day)


def compile_query(
    tree: Tree, searcher: tantivy.Searcher, meanings: Meanings, *, text: str = ""
) -> tantivy.Query:
    """Return the engine's query of a tree; ``text`` is what it was parsed from, for errors.

    Raises: UnparsableQuery: it names a concept that the vocabulary does not have, or a proximity
    with too many arrangements.
    """
    return Compiler(searcher, meanings, text).tree(tree)

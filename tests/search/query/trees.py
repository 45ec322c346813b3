"""Random trees, and texts that look like queries without being any."""

from __future__ import annotations

from hypothesis import strategies as st

from onoma.search.query.subheadings import LETTERS
from onoma.search.query.tree import (
    FIELDS,
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
)
from onoma.types import SEMANTIC_TYPES

LETTER = "abcdexyzAEZ0129-'.:/[]&,_éß本α"
texts = st.one_of(
    st.sampled_from(["asthma", "and", "OR", "NEAR", "NEAR/3", "adj3", "limit", "exp", "12", "3."]),
    st.text(LETTER, min_size=1, max_size=8).filter(lambda t: any(c.isalnum() for c in t)),
)
terms = st.builds(Term, texts)
prefixes = st.builds(Prefix, texts, most=st.none() | st.integers(0, 12))


def _is_wild(text: str) -> bool:
    has_letter = any(c.isalnum() for c in text)
    head, star, tail = text.partition("*")
    is_prefix = star and head and "?" not in head and "#" not in head
    return (
        has_letter
        and any(c in "*?#" for c in text)
        and not (is_prefix and (not tail or tail.isdecimal()))
    )


wildcards = st.builds(Wildcard, st.text("abz1*?#-", min_size=2, max_size=8).filter(_is_wild))
words = st.one_of(terms, terms, prefixes, wildcards)
phrases = st.builds(Phrase, st.lists(words, min_size=2, max_size=4).map(tuple))
fields = st.one_of(
    st.just(()),
    st.just(("title", "abstract")),
    st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True).map(tuple),
)
headings = st.builds(
    Heading,
    st.sampled_from(
        ["Asthma", "Wounds and Injuries", "Diabetes Mellitus, Type 2", "asthma/x", "exp", ""]
    ),
    st.booleans(),
    st.lists(st.sampled_from(sorted(LETTERS)), max_size=2, unique=True).map(tuple),
    st.booleans(),
).filter(lambda heading: bool(heading.name or heading.subheadings))
concepts = st.builds(
    ConceptTerm,
    st.sampled_from(["HP:0001250", "MESH:D001249", "parkinson disease", "drug", "a/only", "x y/z"]),
    st.booleans(),
)
types = st.builds(TypeTerm, st.sampled_from(SEMANTIC_TYPES))
ends = st.none() | concepts | types
relations = st.builds(
    RelationTerm, ends, st.sampled_from(["treats", "causes", "?", "not_with"]), ends
).filter(lambda one: one.subject is not None or one.object is not None or one.predicate != "?")
dates = st.sampled_from(["", "1999", "2004", "2004-03", "2004-11", "2004-11-30", "2020"])


@st.composite
def ranges(draw: st.DrawFn) -> DateRange:
    """Draw a range of dates that is not empty."""
    first, last = draw(dates), draw(dates)
    if not first and not last:
        first = "2001"
    if first and last and (first + "-00-00")[:10] > (last + "-99-99")[:10]:
        first, last = last, first
    return DateRange(first, last)


@st.composite
def nears(draw: st.DrawFn) -> Near:
    """Draw a proximity search, of words, phrases, choices and other proximity searches."""
    inner = st.one_of(words, words, phrases)
    choices = st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    nested = st.builds(Near, st.tuples(inner, inner), st.integers(0, 5), ordered=st.booleans())
    part = st.one_of(inner, inner, choices, nested)
    parts = tuple(draw(st.lists(part, min_size=2, max_size=3)))
    return Near(parts, draw(st.integers(0, 20)), draw(st.booleans()), draw(fields))


def with_drawn_fields(leaf: Term | Prefix | Wildcard | Phrase) -> st.SearchStrategy[Node]:
    """Return a leaf in some fields."""
    if isinstance(leaf, Prefix):
        return fields.map(lambda names: Prefix(leaf.text, names, leaf.most))
    if isinstance(leaf, Phrase):
        return fields.map(lambda names: Phrase(leaf.parts, names))
    if isinstance(leaf, Wildcard):
        return fields.map(lambda names: Wildcard(leaf.text, names))
    return fields.map(lambda names: Term(leaf.text, names))


leaves = st.one_of(
    st.one_of(words, phrases).flatmap(with_drawn_fields),
    st.one_of(words, phrases).flatmap(with_drawn_fields),
    nears(),
    headings,
    concepts,
    types,
    relations,
    ranges(),
    st.builds(FieldExists, st.sampled_from([*sorted(FIELDS), "date"])),
    st.just(All()),
)


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, inner, inner))


nodes: st.SearchStrategy[Node] = st.recursive(leaves, _joined, max_leaves=8)


@st.composite
def strategies(draw: st.DrawFn) -> Strategy:
    """Draw numbered lines, the later of which refer to earlier ones."""
    lines: list[Line] = []
    number = 0
    for _ in range(draw(st.integers(1, 4))):
        number += draw(st.integers(1, 3))
        earlier = [LineRef(line.number) for line in lines]
        inner = st.one_of(leaves, st.sampled_from(earlier)) if earlier else leaves
        lines.append(Line(number, draw(st.recursive(inner, _joined, max_leaves=4))))
    return Strategy(tuple(lines))


trees: st.SearchStrategy[Tree] = st.one_of(nodes, strategies())

SCRAPS = [
    "(", ")", '"', "AND", "OR", "NOT", "and", "or", "not", "#1", "1", "2.", "asthma", "child*",
    "wom?n", "$", "adj3", "adj", ".ti,ab.", ".mp.", ".zz.", "[tiab]", "[mh]", "[tiab:~3]", "[dp]",
    "[mh:noexp]", ":", "2015", "2015/03/01", "exp Asthma/", "*Asthma/dt", "/", "or/1-3",
    "limit 1 to",
    'yr="2000-2010"', "title:", "mesh:", 'mesh:"Asthma"/exp', "@HP:0001250", '@"x y"', "@drug", "?",
    "treats", "NEAR/5", "NEXT/2(", "year:2015-", "role:result(", "*", "“", "\n", "\n#2 ", "\n3. ",
    "type:gene", "has:abstract", " ", "  ", "\t", "é", "本", "\x00", "\ud800", "''", "--",
    "a-b", "/only",
]  # fmt: skip
scraps = st.lists(st.sampled_from(SCRAPS), max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda gap: gap.join(parts))
)

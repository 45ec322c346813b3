"""From a title or protocol to a draft strategy: a line for each block, then what joins them.

Blocks are what the question asks for (``protocol``): OR joins a concept's headings, exploded, and
its names in titles and abstracts; AND joins population and intervention. Comparators and outcomes
get lines of their own that are not joined: searching for them loses studies whose abstract does not
name them (Cochrane Handbook, chapter 4, on which concepts to search for).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.search.mesh.clauses import Clause, one_clause, term_of
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.methods import Means
from onoma.search.mesh.protocol import KINDS, Asked, read_protocol
from onoma.search.mesh.suggest import Suggestion, suggest_for
from onoma.search.mesh.wording import worded
from onoma.search.query.tree import And, Heading, Line, LineRef, Node, Or, Strategy
from onoma.types import Mention

JOINED = ("population", "intervention")


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a draft: the headings that its words name, those suggested besides, the words."""

    kind: str
    about: str
    named: tuple[Suggestion, ...]
    suggested: tuple[Suggestion, ...]
    words: tuple[Node, ...]

    @property
    def headings(self) -> tuple[Suggestion, ...]:
        """All headings of the line."""
        return (*self.named, *self.suggested)

    def node(self) -> Node:
        """Return the line."""
        parts: list[Node] = [Heading(one.label) for one in self.headings]
        parts += self.words
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def clause(self, headings: Headings) -> Clause:
        """Return the line's words as a clause."""
        words = self.words
        return one_clause(Or(words) if len(words) > 1 else words[0], headings, text=self.about)


@dataclass(frozen=True, slots=True)
class Draft:
    """The blocks of a draft and which kinds of them are joined."""

    blocks: tuple[Block, ...]
    joined: tuple[str, ...] = JOINED

    @property
    def needed(self) -> tuple[Block, ...]:
        """The blocks that AND joins: all, where none is of a kind that is joined."""
        return tuple(one for one in self.blocks if one.kind in self.joined) or self.blocks

    def strategy(self) -> Strategy:
        """Return the draft as numbered lines, the last of which is the result."""
        needed = self.needed
        rest = [one for one in self.blocks if one not in needed]
        # What is not joined stands before, so that the last line is the result.
        lines = [Line(n, one.node()) for n, one in enumerate((*needed, *rest), 1)]
        if len(lines) == 1:
            return Strategy((*lines,))
        refs = tuple(LineRef(n) for n in range(1, len(needed) + 1))
        end = len(lines) + 1
        last = And(refs) if len(refs) > 1 else refs[0]
        return Strategy((*lines, Line(end, last)))

    def query(self) -> Node:
        """Return the draft as one tree, without the lines that are not joined."""
        nodes = tuple(one.node() for one in self.needed)
        return And(nodes) if len(nodes) > 1 else nodes[0]


def draft(
    text: str,
    pipeline: Pipeline,
    means: Means,
    *,
    least: float | None = None,
    with_suggestions: bool = True,
    joined: Sequence[str] = JOINED,
) -> Draft:
    """Return a draft for a review's title or protocol.

    ``pipeline`` should answer in MeSH (``onoma.load(ids=["MESH"])``). ``least``: the score below
    which no heading is suggested (None: the method's own); ``joined``: the kinds that AND joins.

    Raises: InputError: nothing in the text is known.
    """
    for kind in joined:
        if kind not in KINDS:
            raise InputError(f"no part of a question: {kind!r}", hint=f"known: {', '.join(KINDS)}")
    asked = read_protocol(text, pipeline, lambda words: _meant(words, means))
    if not asked:
        raise InputError(
            "the text names nothing that a query could ask for",
            hint="write lines such as 'Population: adults with asthma', 'Intervention: yoga'",
        )
    store = pipeline.store
    blocks = [_block(one, store, means) for one in _distinct(asked)]
    if with_suggestions:
        blocks = [with_suggested(one, means, least=least) for one in blocks]
    return Draft(tuple(blocks), tuple(joined))


def _meant(words: str, means: Means) -> Suggestion | None:
    """Return the heading that a stretch of words plainly asks for, None where none does."""
    term = term_of(words, means.headings)
    found = suggest_for(Clause(words, (term,)), means, k=1).suggestions if term else ()
    return found[0] if found and found[0].score >= means.suggester.cut else None


def _distinct(asked: Sequence[Asked]) -> list[Asked]:
    """Return the blocks that name something that none before them has named."""
    seen: set[str] = set()
    out = []
    for one in asked:
        named = {mention.curie or mention.text.casefold() for mention in one.mentions}
        if not named <= seen:
            out.append(one)
        seen |= named
    return out


def _block(asked: Asked, store: ConceptStore, means: Means) -> Block:
    headings = means.headings
    named: dict[int, Mention] = {}
    names: list[str] = []
    for mention in asked.mentions:
        number = headings.number(mention.curie) if mention.curie else -1
        if number >= 0:
            named.setdefault(number, mention)
            names += [text for text, _ in headings.texts(number)]
        elif mention.curie:
            names += [name.text for name in store.concept(mention.curie).names]
    own = list(dict.fromkeys(mention.text for mention in asked.mentions))
    found = tuple(
        Suggestion(headings.curie(number), headings.labels[number], 1.0, (mention.text,))
        for number, mention in named.items()
    )
    words = worded(names, headings, own=own)
    return Block(asked.kind, ", ".join(own), found, (), words)


def with_suggested(block: Block, means: Means, *, least: float | None = None) -> Block:
    """Return a block with the headings that are suggested for its words.

    A heading below one that is there adds nothing: those that are there are exploded.
    """
    headings = means.headings
    there = {headings.number(one.curie) for one in block.named}
    found = []
    for one in suggest_for(block.clause(headings), means, least=least).suggestions:
        number = headings.number(one.curie)
        if number not in there and not there & set(headings.ancestors(number)):
            found.append(one)
            there.add(number)
    return replace(block, suggested=tuple(found))

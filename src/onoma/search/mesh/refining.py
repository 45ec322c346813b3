"""What each suggested heading finds and costs, and what a cut at each score gives.

Scores are chances (``fused``), so that a cut means something: at 0.3, headings are taken that three
searchers in ten would take. Recall and precision are of the records judged; without judgements only
the number of records is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onoma.search.mesh.checking import blocks_of
from onoma.search.mesh.clauses import one_clause
from onoma.search.mesh.methods import Means
from onoma.search.mesh.searched import Searched
from onoma.search.mesh.suggest import Suggestion, suggest_for
from onoma.search.query.tree import And, Heading, Node, Not, Or, Tree, resolved

CUTS = (0.9, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05)
LEAST = 0.05
MOST = 15  # suggestions looked at for a block


@dataclass(frozen=True, slots=True)
class Effect:
    """What a query finds: records, and of those judged relevant how many.

    ``recall`` and ``precision`` are None where nothing was judged, or nothing found.
    """

    records: int
    relevant: int
    wanted: int

    @property
    def recall(self) -> float | None:
        """Relevant records found of all relevant ones."""
        return self.relevant / self.wanted if self.wanted else None

    @property
    def precision(self) -> float | None:
        """Relevant records of all found."""
        return self.relevant / self.records if self.wanted and self.records else None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A suggestion for a block, and what the query would find besides with it alone."""

    line: int
    suggestion: Suggestion
    more: Effect


@dataclass(frozen=True, slots=True)
class AtCut:
    """The query with all suggestions of at least this score (None: with none), and its effect."""

    cut: float | None
    headings: int
    effect: Effect
    query: Node


@dataclass(frozen=True, slots=True)
class Refined:
    """The suggestions weighed one by one, the cuts, and the cut to take."""

    weighed: tuple[Weighed, ...]
    cuts: tuple[AtCut, ...]
    best: AtCut


def refine(
    tree: Tree, searched: Searched, means: Means, *, relevant: Iterable[str] = ()
) -> Refined:
    """Return what suggestions do to a query over a corpus, and where to cut them.

    The cut to take is the one that finds most of the relevant records, and of those the fewest
    records; without judgements it is the suggester's own.
    """
    node = resolved(tree)
    blocks = blocks_of(node)
    wanted = frozenset(searched.known(relevant).values())
    suggested = [_suggested(block, means) for block in blocks]
    before = searched.keys(node)

    def effect(found: frozenset[int]) -> Effect:
        return Effect(len(found), len(found & wanted), len(wanted))

    weighed = tuple(
        Weighed(number, one, effect(searched.keys(_with(node, {number: [one]})) - before))
        for number, ones in enumerate(suggested, 1)
        for one in ones
    )
    cuts = [AtCut(None, 0, effect(before), node)]
    for cut in sorted({*CUTS, means.suggester.cut}, reverse=True):
        added = {n: [s for s in ones if s.score >= cut] for n, ones in enumerate(suggested, 1)}
        query = _with(node, added)
        many = sum(map(len, added.values()))
        if many != cuts[-1].headings:
            cuts.append(AtCut(cut, many, effect(searched.keys(query)), query))
    return Refined(weighed, tuple(cuts), _best(cuts, means.suggester.cut))


def _best(cuts: Sequence[AtCut], usual: float) -> AtCut:
    if cuts[0].effect.wanted:
        return max(cuts, key=lambda one: (one.effect.relevant, -one.effect.records, -one.headings))
    return [one for one in cuts if one.cut is None or one.cut >= usual][-1]


def _suggested(block: Node, means: Means) -> list[Suggestion]:
    clause = one_clause(block, means.headings)
    found = suggest_for(clause, means, least=LEAST, k=MOST).suggestions if clause.terms else ()
    return [one for one in found if not one.is_there]


def _with(node: Node, added: dict[int, list[Suggestion]]) -> Node:
    """Return a query with headings added to its blocks, by number."""
    if isinstance(node, Not):
        return replace(node, kept=_with(node.kept, added))
    blocks = []
    for number, block in enumerate(blocks_of(node), 1):
        parts = block.parts if isinstance(block, Or) else (block,)
        more = tuple(Heading(one.label) for one in added.get(number, ()))
        blocks.append(Or((*parts, *more)) if more else block)
    return And(tuple(blocks)) if len(blocks) > 1 else blocks[0]

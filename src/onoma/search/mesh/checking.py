"""Seeds put to a query: which line loses which, and the smallest change that keeps it.

A seed is a record that must be found. A block is what AND joins. For each block that loses a seed,
the headings assigned to the seed and what its text names are tried as one more part of the block;
the smallest change is the one that lets the fewest other records in, near headings first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from onoma.errors import InputError
from onoma.search.mesh.clauses import one_clause, term_of
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.methods import Means
from onoma.search.mesh.searched import Searched, Seen
from onoma.search.mesh.suggest import ranked
from onoma.search.mesh.wording import worded
from onoma.search.query.tree import And, Heading, Node, Not, Or, Tree, leaves, resolved
from onoma.text.characters import common_words

MOST_TRIED = 25  # changes tried for a block and seed
NEAREST = 60  # headings of a block's ranked list that count as related to it
GENERAL = frozenset({
    "humans", "male", "female", "adult", "aged", "middle aged", "adolescent", "animals",
    "aged, 80 and over", "young adult", "child", "child, preschool", "infant", "pregnancy",
    "treatment outcome", "time factors", "risk factors", "retrospective studies",
    "prospective studies", "follow-up studies", "double-blind method", "cross-over studies",
    "randomized controlled trials as topic", "clinical trials as topic",
})  # fmt: skip
"""Headings that nearly every record has: no change for a block."""
EVERYDAY = frozenset({
    "before", "during", "within", "without", "against", "between", "among", "after", "effect",
    "effects", "patients", "treatment", "compared", "comparison", "versus", "randomized",
    "randomised", "controlled", "double-blind", "placebo-controlled", "efficacy", "safety",
    "clinical", "analysis", "results", "review", "studies", "evaluation", "therapy", "response",
})  # fmt: skip
"""Words of titles that tell nothing of what a study is about."""


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A part that AND joins: how many records it finds, which seeds it has and loses."""

    number: int
    node: Node
    found: int
    kept: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One more part for a block: the seeds of those lost that it keeps, what else comes in.

    ``more``: records that the whole query then finds besides; ``is_related``: whether the part is
    near to what the block asks for already.
    """

    line: int
    part: Node
    keeps: tuple[str, ...]
    more: int
    is_related: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A query with its seeds: lines, seeds that are not in the corpus, lost seeds, changes."""

    found: int
    lines: tuple[LineCheck, ...]
    absent: tuple[str, ...]
    lost: tuple[str, ...]
    changes: tuple[Change, ...]


def blocks_of(tree: Tree) -> tuple[Node, ...]:
    """Return what AND joins at the top of a query."""
    node = resolved(tree)
    if isinstance(node, Not):
        return blocks_of(node.kept)
    return (
        tuple(b for part in node.parts for b in blocks_of(part))
        if isinstance(node, And)
        else (node,)
    )


def check(tree: Tree, seeds: Iterable[str], searched: Searched, means: Means) -> Check:
    """Return what a query does to the seeds.

    Raises: InputError: no seed is in the corpus.
    """
    wanted = list(dict.fromkeys(seeds))
    known = searched.known(wanted)
    if not known:
        raise InputError(
            "none of the seeds is in the corpus", hint="give ids as the corpus has them"
        )
    blocks = blocks_of(tree)
    sets = [searched.keys(block) for block in blocks]
    whole = searched.keys(tree)
    lines = tuple(
        LineCheck(
            number, block, len(found),
            tuple(one for one, key in known.items() if key in found),
            tuple(one for one, key in known.items() if key not in found),
        )
        for number, (block, found) in enumerate(zip(blocks, sets, strict=True), 1)
    )  # fmt: skip
    lost = tuple(one for one, key in known.items() if key not in whole)
    repair = _Repair(blocks, sets, known, searched, means)
    changes = tuple(repair.changes(lines))
    absent = tuple(one for one in wanted if one not in known)
    return Check(len(whole), lines, absent, lost, changes)


def changed(tree: Tree, changes: Sequence[Change]) -> Node:
    """Return a query with the parts of these changes in their blocks.

    Raises: InputError: the query drops records (NOT) at its top, where blocks cannot be told.
    """
    node = resolved(tree)
    if isinstance(node, Not):
        return replace(node, kept=changed(node.kept, changes))
    blocks = list(blocks_of(node))
    for one in changes:
        old = blocks[one.line - 1]
        parts = old.parts if isinstance(old, Or) else (old,)
        if one.part not in parts:
            blocks[one.line - 1] = Or((*parts, one.part))
    return And(tuple(blocks)) if len(blocks) > 1 else blocks[0]


@dataclass(frozen=True, slots=True)
class _Repair:
    blocks: tuple[Node, ...]
    sets: list[frozenset[int]]
    known: dict[str, int]
    searched: Searched
    means: Means

    def changes(self, lines: Sequence[LineCheck]) -> Iterator[Change]:
        """Yield for each line that loses seeds the smallest changes that keep them all."""
        for line in lines:
            left = set(line.lost)
            while left:
                best = self._best(line, left)
                if best is None:
                    break
                yield best
                left -= set(best.keeps)

    def _best(self, line: LineCheck, left: set[str]) -> Change | None:
        """Return the change for the first seed left that costs least."""
        seed = next(one for one in line.lost if one in left)
        place = line.number - 1
        others = self._others(place)
        near = self._near(self.blocks[place])
        tried: list[tuple[tuple[bool, bool, int], Change]] = []
        for part, is_related in self._parts(self.searched.seen(seed), near):
            found = self.searched.keys(part)
            keeps = tuple(one for one in line.lost if one in left and self.known[one] in found)
            if seed in keeps:
                new = found - self.sets[place]
                new = (new & others if others is not None else new) - frozenset(self.known.values())
                change = Change(line.number, part, keeps, len(new), is_related)
                elsewhere = self._is_asked_elsewhere(part, place)
                cost = (elsewhere, not is_related, change.more)
                tried.append((cost, change))
        return min(tried, key=lambda one: one[0])[1] if tried else None

    def _is_asked_elsewhere(self, part: Node, place: int) -> bool:
        """Return whether another block has a word of this: it says nothing of this one."""
        own = _folded(part, self.means.headings)
        others = [block for number, block in enumerate(self.blocks) if number != place]
        return any(own & _folded(block, self.means.headings) for block in others)

    def _others(self, place: int) -> frozenset[int] | None:
        """Return what all other blocks find together, None where there are none."""
        rest = [found for number, found in enumerate(self.sets) if number != place]
        return frozenset.intersection(*rest) if rest else None

    def _near(self, block: Node) -> set[int]:
        """Return the headings that are near to what a block asks for."""
        headings = self.means.headings
        named = {number for leaf in leaves(block) if isinstance(leaf, Heading)
                 for number in _numbers(leaf.name, headings)}  # fmt: skip
        around = {
            other
            for one in named
            for other in (*headings.parents(one), *headings.children(one), *headings.ancestors(one))
        }
        clause = one_clause(block, headings)
        found = ranked(clause, self.means, method="fused")[:NEAREST] if clause.terms else ()
        return named | around | {one.heading for one in found}

    def _parts(self, seen: Seen, near: set[int]) -> Iterator[tuple[Node, bool]]:
        """Yield what could be added for a seed, related things first, each once."""
        headings = self.means.headings
        parts: list[tuple[Node, bool]] = []
        for name in seen.headings:
            numbers = _numbers(name, headings)
            if name.casefold() not in GENERAL:
                parts.append((Heading(name), bool(near.intersection(numbers))))
        parts += [(leaf, False) for leaf in worded((), headings, own=_title_words(seen.title))]
        for text in seen.named:
            is_near = bool(near.intersection(_numbers(text, headings)))
            parts += [(leaf, is_near) for leaf in worded((), headings, own=[text])]
        distinct = dict.fromkeys(sorted(parts, key=lambda one: not one[1]))
        yield from list(distinct)[:MOST_TRIED]


def _folded(node: Node, headings: Headings) -> set[str]:
    """Return the folded words of a part of a query, those of headings' names included."""
    named = [leaf.name for leaf in leaves(node) if isinstance(leaf, Heading)]
    terms = [*one_clause(node, headings).terms, *(term_of(name, headings) for name in named)]
    return {word.folded for term in terms for word in term}


def _numbers(name: str, headings: Headings) -> list[int]:
    """Return the headings of a name or CURIE."""
    store = headings.store
    curies = [name] if name.startswith("MESH:") else store.concepts_named(name)
    return [number for curie in curies if (number := headings.number(curie)) >= 0]


def _title_words(title: str) -> list[str]:
    """Return the words of a title that say something: rare ones before those of every day."""
    words = (word.strip(".,;:()[]?!\"'") for word in title.split())
    telling = [word for word in words if len(word) > 5 and word.casefold() not in EVERYDAY]
    return sorted(telling, key=lambda word: word.casefold() in common_words())

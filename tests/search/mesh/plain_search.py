"""A handful of records that trees are put to by looking at each record: slow, and plainly right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from onoma.search.mesh.headings import Headings
from onoma.search.mesh.searched import Seen
from onoma.search.query.tree import (
    And,
    Heading,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Tree,
    resolved,
)


@dataclass(frozen=True)
class Record:
    text: str
    headings: tuple[str, ...] = ()


RECORDS = {
    "1": Record("Carvedilol in heart failure", ("Heart Failure", "Humans")),
    "2": Record("Beta blockers after myocardial infarction", ("Myocardial Infarction",)),
    "3": Record("Metoprolol for cardiac insufficiency", ("Heart Failure", "Metoprolol")),
    "4": Record("Heart failure and beta blockers", ()),
    "5": Record("Statins in the elderly", ("Heart Diseases",)),
    "6": Record("Beta blocker for cardiomyopathy", ("Heart Diseases", "Humans")),
}


class PlainSearch:
    """Records as ``Searched``."""

    def __init__(self, headings: Headings, records: dict[str, Record] | None = None) -> None:
        self.headings = headings
        self.records = RECORDS if records is None else records

    def keys(self, tree: Tree) -> frozenset[int]:
        node = resolved(tree)
        return frozenset(int(k) for k, one in self.records.items() if self._fits(node, one))

    def known(self, ids: Iterable[str]) -> dict[str, int]:
        return {one: int(one) for one in ids if one in self.records}

    def seen(self, id_: str) -> Seen:
        one = self.records[id_]
        return Seen(id_, one.text, one.headings)

    def described(self) -> str:
        return "six records"

    def _fits(self, node: Node, record: Record) -> bool:
        if isinstance(node, And):
            return all(self._fits(part, record) for part in node.parts)
        if isinstance(node, Or):
            return any(self._fits(part, record) for part in node.parts)
        if isinstance(node, Not):
            return self._fits(node.kept, record) and not self._fits(node.dropped, record)
        if isinstance(node, Heading):
            return any(self._is_below(one, node.name) for one in record.headings)
        assert isinstance(node, Term | Prefix | Phrase)
        return bool(re.search(_pattern(node), record.text, re.IGNORECASE))

    def _is_below(self, name: str, above: str) -> bool:
        store = self.headings.store
        numbers = [self.headings.number(c) for c in store.concepts_named(name)]
        labels = [self.headings.labels[n] for n in numbers if n >= 0]
        over = [self.headings.labels[a] for n in numbers if n >= 0
                for a in self.headings.ancestors(n)]  # fmt: skip
        return above in (*labels, *over)


def _pattern(node: Term | Prefix | Phrase) -> str:
    parts = node.parts if isinstance(node, Phrase) else (node,)
    return " ".join(rf"\b{re.escape(p.text)}" + (r"\w*" if isinstance(p, Prefix) else r"\b")
                    for p in parts if isinstance(p, Term | Prefix))  # fmt: skip

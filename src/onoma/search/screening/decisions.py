"""A review under way: its references, doubles put together, and the decisions in a file."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onoma.errors import BadLine
from onoma.search.screening.doubles import group_doubles
from onoma.search.screening.features import record_rows
from onoma.search.screening.screener import INCLUDED, Screener
from onoma.search.screening.stopping import Outlook, outlook
from onoma.types import Document

_YES = frozenset({"yes", "y", "1", "true", "include", "included"})
_NO = frozenset({"no", "n", "0", "false", "exclude", "excluded"})
_HEADS = frozenset({"id", "record", "record_id", "pmid", "doi"})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the record of an id is to be included."""

    id: str
    is_included: bool


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions of a file in their order: an id, a comma or tab, yes or no, a line each.

    Empty lines, a head and what stands behind a second comma are passed over.
    Raises: BadLine: a line that decides nothing.
    """
    out = []
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    reader = csv.reader(lines, delimiter="\t" if "\t" in text else ",")
    for row in reader:
        cells = [cell.strip() for cell in row]
        word = cells[1].casefold() if len(cells) > 1 else ""
        if not any(cells) and "," not in lines[reader.line_num - 1]:
            continue
        if reader.line_num == 1 and cells[0].casefold() in _HEADS:
            continue
        if not cells[0] or word not in _YES | _NO:
            raise BadLine(
                str(path), reader.line_num, lines[reader.line_num - 1], "no decision",
                hint="write an id, a comma and yes or no: 12345678,yes",
            )  # fmt: skip
        out.append(Decision(cells[0], word in _YES))
    return out


def append_decision(path: Path, decision: Decision) -> None:
    """Write a decision behind those of a file, on the disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="") as stream:
        row = [decision.id, "yes" if decision.is_included else "no"]
        csv.writer(stream, lineterminator="\n").writerow(row)
        stream.flush()
        os.fsync(stream.fileno())


class Review:
    """References to be screened; a decision on one holds for its doubles."""

    def __init__(
        self,
        documents: Sequence[Document],
        *,
        protocol: str | None = None,
        concepts: Sequence[Sequence[str]] | None = None,
    ) -> None:
        """Read the references; ``concepts`` has the CURIEs found in each."""
        self.documents = list(documents)
        leader = group_doubles(self.documents)
        self._leaders = np.unique(leader)  # places in documents
        self._place = {int(number): place for place, number in enumerate(self._leaders)}
        self._members: dict[int, list[int]] = defaultdict(list)
        self._leader_of: dict[str, int] = {}
        for number, first in enumerate(leader.tolist()):
            self._members[first].append(number)
            self._leader_of.setdefault(self.documents[number].id, first)
        chosen = [self.documents[number] for number in self._leaders]
        found = None if concepts is None else [concepts[number] for number in self._leaders]
        if protocol is not None:
            chosen = [*chosen, Document("", protocol)]
            found = None if found is None else [*found, ()]
        rows = record_rows(chosen, found)
        count = len(self._leaders)
        own = rows.keep(np.arange(count))
        last = rows.keep(np.array([count])) if protocol is not None else None
        self._screener = Screener(own, last)

    def decide(self, decisions: Sequence[Decision]) -> list[str]:
        """Take in decisions; return the ids that no record has."""
        known = [one for one in decisions if one.id in self._leader_of]
        places = [self._place[self._leader_of[one.id]] for one in known]
        self._screener.decide(places, [one.is_included for one in known])
        return [one.id for one in decisions if one.id not in self._leader_of]

    def next(self, count: int, *, strategy: str = "likely") -> list[tuple[int, float]]:
        """Return the undecided references to read next, the first one first: number and score.

        ``Screener.scores`` says what the scores are.
        """
        places = self._screener.next(count, strategy=strategy)
        scores = self._screener.scores()[places]
        return list(zip(self._leaders[places].tolist(), scores.tolist(), strict=True))

    def members(self, number: int) -> list[int]:
        """Return the numbers of the records that are the reference of this number, it included."""
        return list(self._members[number])

    def outlook(self, recall: float = 0.95) -> Outlook:
        """Return what the decisions so far say of how much has been found."""
        order = self._screener.order
        return outlook(
            self._screener.decisions[order] == INCLUDED, len(self._leaders), recall=recall
        )

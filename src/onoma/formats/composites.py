"""Names that share words in a text, as PubTator has them: one stretch with all their concepts.

"Breast and ovarian cancer" is read as two cancers, of which the first has a gap. NCBI Disease and
BC5CDR mark the stretch once and join the concepts by ``|`` (a composite mention). Corpora of signs,
anatomy and cells mark the names one by one, and so they stay.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from onoma.types import Mention

COORDINATION = "coordination"  # who finds the members of a list that share words
JOINED = "|"
TYPES = ("disease",)


def composites(mentions: Sequence[Mention]) -> list[tuple[Mention, ...]]:
    """Return the mentions in rows: diseases that a coordination ties share one, others are alone.

    A row stands where its first mention stood, its mentions in the order of the text. What was not
    found as a coordination, as gold that came with gaps, is never tied.
    """
    order = sorted(range(len(mentions)), key=lambda number: mentions[number].start)
    starts = [mentions[number].start for number in order]
    longest = max((one.end - one.start for one in mentions), default=0)
    tied: dict[int, set[int]] = {}
    for number, one in enumerate(mentions):
        is_of_a_list = len(one.spans) > 1 and one.found_by.startswith(COORDINATION)
        if not is_of_a_list or one.type not in TYPES:
            continue
        low, high = bisect_left(starts, one.start - longest), bisect_left(starts, one.end)
        members = {number}
        for other in order[low:high]:
            if _share_words(one, mentions[other]):
                members |= tied.get(other, {other})
        tied |= dict.fromkeys(members, members)
    rows = [sorted(tied.get(number, {number})) for number in range(len(mentions))]
    return [
        tuple(sorted((mentions[number] for number in row), key=lambda one: one.spans))
        for place, row in enumerate(rows)
        if row[0] == place
    ]


def composite(row: Sequence[Mention], text: str) -> Mention:
    """Return a row of ``composites`` as one mention of ``text``, its CURIEs joined."""
    if len(row) == 1:
        return row[0]
    start, end = min(one.start for one in row), max(one.end for one in row)
    curies = dict.fromkeys(one.curie for one in row if one.curie)
    return replace(
        row[0], start=start, end=end, text=text[start:end], spans=((start, end),),
        curie=JOINED.join(curies) or None,
    )  # fmt: skip


def _share_words(one: Mention, other: Mention) -> bool:
    """Return whether two mentions of a type have characters in common."""
    return one.type == other.type and any(
        left[0] < right[1] and right[0] < left[1] for left in one.spans for right in other.spans
    )

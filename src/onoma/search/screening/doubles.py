"""Records that are the same reference: by DOI, PMID or PMCID, or by a long title and the year.

A search in several databases brings many records twice. Unlike ``corpus.twins``, which compares
texts, this looks at what a reference manager would: exports differ in their abstracts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from onoma.types import Document

I64 = npt.NDArray[np.int64]

IDENTIFIERS = {
    "doi": "doi", "DO": "doi", "LID": "doi", "AID": "doi", "pmid": "pmid", "PMID": "pmid",
    "pmcid": "pmcid", "PMC": "pmcid", "C2": "pmcid",
}  # fmt: skip
"""What identifies a reference, by the names that the formats give it."""

LONG = 30  # letters of a title that is no mere "Editorial" or "Reply"
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\[\]]+")
_PMID = re.compile(r"[1-9][0-9]{5,7}")
_PMCID = re.compile(r"pmc([0-9]{1,9})")
_DIGITS = re.compile(r"[0-9]{1,8}")
_OTHER = re.compile(r"[^a-z0-9]+")


def group_doubles(documents: Sequence[Document]) -> I64:
    """Return for each record the place of the first one that is the same reference.

    What is the same as a third one is the same: groups are whole.
    """
    leader = list(range(len(documents)))
    first: dict[str, int] = {}
    for place, document in enumerate(documents):
        for mark in marks_of(document):
            other = _find(leader, first.setdefault(mark, place))
            own = _find(leader, place)
            leader[max(own, other)] = min(own, other)
    return np.array([_find(leader, place) for place in range(len(leader))], np.int64)


def _find(leader: list[int], place: int) -> int:
    """Return the first record of a group, and shorten the way to it."""
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def marks_of(document: Document) -> Iterator[str]:
    """Yield what another record of the same reference would have, too."""
    for name, value in (*document.metadata, *_of_id(document)):
        kind = IDENTIFIERS.get(name)
        if kind == "doi" and (found := _DOI.search(value)):
            yield f"doi:{found[0].casefold().rstrip('.')}"
        elif kind == "pmid" and (found := _DIGITS.fullmatch(value.strip())):
            yield f"pmid:{found[0]}"
        elif kind == "pmcid" and (found := _PMCID.fullmatch(value.strip().casefold())):
            yield f"pmcid:{found[1]}"
    title = title_of(document)
    letters = _OTHER.sub("", title.casefold())
    if len(letters) >= LONG:
        yield f"title:{letters}:{(document.date or '')[:4]}"


def _of_id(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the record's id where its form says of which kind it is; short numbers may be any."""
    if _DOI.fullmatch(document.id):
        yield "doi", document.id
    elif _PMID.fullmatch(document.id):
        yield "pmid", document.id


def title_of(document: Document) -> str:
    """Return the title, or the first line where no passage is one."""
    for passage in document.passages:
        if passage.kind == "title":
            return document.text[passage.start : passage.end]
    return document.text.split("\n", 1)[0]

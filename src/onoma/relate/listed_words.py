"""Words about a pair of entities in sentences whose lists are read as one (``listings``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from onoma.relate.listings import Joined, Listings
from onoma.relate.page import Meeting, Page, Place
from onoma.relate.pair_numbers import TRIGGERS
from onoma.relate.pair_words import AROUND, LONGEST, NEAREST, stem

FAR = 12  # words on each side in which telling ones are looked for
HEADING = 12  # words before a colon that may be a heading
_TELLING = re.compile(
    "(?:" + "|".join(one.pattern for one in TRIGGERS.values())
    + "|concentr|level|clear|auc|plasma|absor|half|bioavail|should|caution|monitor|avoid"
    "|recommend|dos|adjust|contraind|coadmin|concomit|concurr|combin|additive|synerg|effect"
    "|respons|agon|uptak|transport|phosphor|releas|synthes|secret|convert|oxidi|cataly|hydrol)"
)  # fmt: skip
_DENYING = frozenset({"no", "not", "without", "neither", "nor", "unlike", "fail", "failed", "lack"})


def listed_words(
    page: Page, listings: Listings, pair: tuple[int, int], meetings: Sequence[Meeting]
) -> set[str]:
    """Return the names of the word features that a pair has."""
    one, two = (page.text.entities[place] for place in pair)
    types = f"{one.word or one.type}~{two.word or two.type}"
    out: set[str] = set()
    for meeting in meetings[:NEAREST]:
        if not meeting.sentences:
            joined = listings.joined(meeting.first, meeting.second)
            out.update(_names(page, meeting))
            out.update(_words(joined, types) if joined is not None else ["L:none"])
    return out


def _words(joined: Joined, types: str) -> Iterator[str]:
    """Yield the features of a joined sentence."""
    order = "<" if joined.second < joined.first else ">"
    left, right = sorted((joined.first, joined.second))
    stems = [stem(word) for word in joined.words]
    if left == right:
        yield f"L:{types}"
        order = "="
    else:
        yield from _between(stems[left + 1 : right], order)
    for side, near in (("q", stems[:left][::-1]), ("r", stems[right + 1 :])):
        near = near[:AROUND]
        yield from (f"{side}{i}:{order}{word}" for i, word in enumerate(near))
        yield from (f"{side}:{order}{word}" for word in near)
        yield from (f"{side}{n}:{order}{' '.join(near[:n])}" for n in (2, 3) if len(near) >= n)
    yield from _telling(joined.words, (left, right), order, types)


def _between(stems: Sequence[str], order: str) -> Iterator[str]:
    """Yield the words between two lists: single ones, runs, and pairs with others between."""
    yield f"Ld:{order}{min(len(stems), 20) // 2}"
    yield f"Lg:{order}{sum(word[0] == '@' for word in stems)}"
    if len(stems) <= 6:
        yield f"C:{order}{' '.join(stems)}"
    near = stems if len(stems) <= LONGEST else [*stems[:12], *stems[-12:]]
    yield from (f"c:{order}{word}" for word in near)
    yield from (f"c2:{order}{a} {b}" for a, b in pairwise(near))
    yield from (f"c3:{order}{a} {b} {c}" for a, b, c in zip(near, near[1:], near[2:], strict=False))
    long = [word for word in near if len(word) > 2 or word[0] == "@"]
    yield from (f"ck:{order}{a} {b}" for i, a in enumerate(long) for b in long[i + 2 : i + 5])


def _telling(words: Sequence[str], ends: tuple[int, int], order: str, types: str) -> Iterator[str]:
    """Yield what the words say that state relations: the nearest before, between and after.

    Two of them together tell "A prevents what B induces" from "A induces B".
    """
    left, right = ends
    before = _stems(words[max(0, left - FAR) : left][::-1])
    between = _stems(words[left + 1 : right])
    after = _stems(words[right + 1 : right + 1 + FAR])
    first, last = (between[0], between[-1]) if between else ("-", "-")
    b, a = (one[0] if one else "-" for one in (before, after))
    yield from (f"kb:{order}{b}", f"ka:{order}{a}", f"kn:{order}{len(between)}")
    yield from (f"kbm:{order}{b} {first}", f"kma:{order}{last} {a}", f"kmm:{order}{first} {last}")
    yield from (f"k:{order}{b} {first} {last} {a}", f"kM:{order}{' '.join(between[:5])}")
    yield f"kt:{types}{order}{first}"
    near = words[max(0, left - 8) : right + 8]
    denied = [i for i, word in enumerate(near) if word in _DENYING]
    if denied:
        yield from (f"neg:{order}{first}", f"neg:{len(denied)}")
        yield from (f"nm:{order}{near[i]} {stem(near[i + 1])}" for i in denied if i + 1 < len(near))


def _stems(words: Sequence[str]) -> list[str]:
    return [stem(word) for word in words if _TELLING.match(word)]


def _names(page: Page, meeting: Meeting) -> Iterator[str]:
    """Yield whether both ends have one name, one stands nearer elsewhere, or in a heading."""
    one, two = meeting.first, meeting.second
    names = [_name(page, place) for place in (one, two)]
    if names[0] == names[1]:
        yield "same name"
    others = [
        place
        for entity in dict.fromkeys(page.by_sentence[one.sentence])
        for place in page.places[entity]
        if place.sentence == one.sentence and place not in (one, two)
    ]
    for side, own, other, name in (("1", one, two, names[0]), ("2", two, one, names[1])):
        far = abs(own.first - other.first)
        if any(abs(x.first - other.first) < far and _name(page, x) == name for x in others):
            yield f"nearer own {side}"
    inside = page.sentence_words(one.sentence)
    opening = page.words[inside.start : inside.start + HEADING]
    if ":" in opening:
        colon = inside.start + opening.index(":")
        yield from (f"head {side}" for side, x in (("1", one), ("2", two)) if x.last <= colon)


def _name(page: Page, place: Place) -> list[str]:
    return page.words[place.first : place.last]

"""The words about a pair of entities, as named features: n-grams between, before and after."""

from __future__ import annotations

from itertools import pairwise

from onoma.relate.page import Meeting, Page, Place

NEAREST = 5  # meetings within sentences that are read
LONGEST = 25  # words between that are read
AROUND = 3
STEM = 5


def pair_words(page: Page, first: int, second: int, meetings: list[Meeting]) -> set[str]:
    """Return the names of the word features that a pair has."""
    entities = page.text.entities
    one, two = entities[first], entities[second]
    types = f"{one.word or one.type}~{two.word or two.type}"
    out = {f"T:{types}", f"t1:{one.word or one.type}", f"t2:{two.word or two.type}"}
    near = [meeting for meeting in meetings[:NEAREST] if not meeting.sentences]
    for meeting in near:
        out |= _meeting_words(page, meeting, types)
    if not near:
        out.add(f"apart:{min(meetings[0].sentences, 3)}:{types}")
        for place in (*page.places[first][:3], *page.places[second][:3]):
            out |= _window(page, place, f"w{1 + (place.entity == second)}")
    for side, entity in (("1", first), ("2", second)):
        own = page.places[entity][0]
        name = page.words[own.first : own.last]
        out |= {f"n{side}:{word}" for word in name}
        out.add(f"h{side}:{stem(name[-1]) if name else ''}")
    if len(page.first_words) > 1:
        out |= {f"title:{stem(page.masked[at])}" for at in page.sentence_words(0)}
    return out


def _meeting_words(page: Page, meeting: Meeting, types: str) -> set[str]:
    """Return the features of two mentions in one sentence."""
    words, order = page.masked, "<" if meeting.is_turned else ">"
    left, right = meeting.first, meeting.second
    if meeting.is_turned:
        left, right = right, left
    between = [words[at] for at in page.between(meeting)]
    near = between if len(between) <= LONGEST else between[:12] + between[-12:]
    stems = [stem(word) for word in near]
    out = {f"d:{order}{min(len(between), 20) // 2}", f"d:{types}{order}{min(len(between), 9)}"}
    out |= {f"b:{word}" for word in near}
    out |= {f"bs:{order}{stem}" for stem in stems}
    out |= {f"bt:{types}:{order}{stem}" for stem in stems}
    out |= {f"b2:{order}{a} {b}" for a, b in pairwise(stems)}
    out |= {f"b3:{order}{a} {b} {c}" for a, b, c in zip(stems, stems[1:], stems[2:], strict=False)}
    if len(between) <= 4:
        out.add(f"B:{order}{' '.join(between)}")
    if near:
        out |= {f"bf:{order}{stems[0]}", f"bl:{order}{stems[-1]}"}
    inside = page.sentence_words(meeting.first.sentence)
    before = words[max(inside.start, left.first - AROUND) : left.first]
    after = words[right.last : min(inside.stop, right.last + AROUND)]
    for side, around in (("p", before[::-1]), ("f", after)):
        found = [stem(word) for word in around]
        out |= {f"{side}{i}:{order}{stem}" for i, stem in enumerate(found)}
        out |= {f"{side}:{order}{stem}" for stem in found}
        if len(found) > 1:
            out.add(f"{side}2:{order}{found[0]} {found[1]}")
    own = {*range(left.first, left.last), *range(right.first, right.last)}
    out |= {f"s:{stem(words[at])}" for at in inside if at not in own}
    out |= {
        f"pre:{order}{stem(words[at])}"
        for at in range(max(inside.start, left.first - 12), left.first)
    }
    out |= {
        f"fol:{order}{stem(words[at])}"
        for at in range(right.last, min(inside.stop, right.last + 12))
    }
    return out


def _window(page: Page, place: Place, name: str) -> set[str]:
    around = page.masked[max(0, place.first - 4) : place.first]
    around += page.masked[place.last : place.last + 4]
    return {f"{name}:{stem(word)}" for word in around}


def stem(word: str) -> str:
    """Return the beginning of a long word, so that forms of one verb are one feature."""
    return word if len(word) <= STEM + 1 or word[0] == "@" else word[:STEM]

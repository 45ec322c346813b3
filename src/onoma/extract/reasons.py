"""What a medicine is for: the problem that the text names with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onoma.extract.context import Below
from onoma.extract.dosing import Part
from onoma.extract.drugs import Drug
from onoma.extract.ordered import Ordered
from onoma.extract.phrases import Tokens
from onoma.extract.rows import Cell
from onoma.types import AnnotatedDocument, Mention, Sentence, Span

_LISTING = frozenset({",", "and", "or", "plus", "&", "/", "+", "with", "both", "then"})
_FOR = re.compile(
    r"(?:,?\s*(?:which|that|who)?\s*(?:she|he|they|the patient|patient)?\s*(?:is|was|has been|"
    r"takes|took|are|were)?\s*(?:used|given|prescribed|started|indicated|taken|taking|administered|added|"
    r"as\s+prophylaxis|as\s+treatment|in\s+the\s+treatment|for\s+the\s+treatment|for\s+treatment|"
    r"for\s+prophylaxis|for\s+management|for\s+relief|as\s+needed|when\s+needed|prn)?\s*)"
    r"(?:for|to\s+treat|to\s+control|to\s+prevent|to\s+manage|of|against|due\s+to|because\s+of|"
    r"secondary\s+to|indication\s*:|in\s+case\s+of|if)\s+"
    r"(?:(?:his|her|their|your|the|a|an|any|some|presumed|possible|suspected|acute|chronic|severe|"
    r"mild|moderate|known|history\s+of|treatment\s+of|management\s+of|control\s+of|breakthrough|"
    r"prevention\s+of|underlying|newly\s+diagnosed|persistent|recurrent)\s+){0,3}\Z",
    re.I,
)
_TREATED = re.compile(
    r"\s*,?\s*(?:which|that)?\s*(?:(?:is|was|were|are|has been|have been|being)\s+)?(?:well\s+|"
    r"currently\s+|initially\s+|successfully\s+)?(?:treated|managed|controlled|maintained|treatment|therapy)\s+"
    r"(?:with|by|on|using)\s+\Z|\s*[,(]?\s*(?:currently\s+)?(?:on|taking|takes|for\s+which\s+\w+\s+"
    r"(?:takes|took|is\s+taking|was\s+given|received|is\s+on))\s+\Z|\s*:\s*\Z",
    re.I,
)
_OPENING = re.compile(
    r"(?:^|[.;\n])\s*(?:•\s*)?for\s+(?:(?:his|her|the|your|any|a)\s+){0,2}\Z", re.I
)
_WORDS_AFTER = re.compile(
    r"\s*(?:for\s+|of\s+)?"
    r"(?P<what>[a-z][a-z/-]+(?:\s(?!and\b|or\b|with\b|then\b)[a-z][a-z/-]+){0,3})"
    r"(?=\s*(?:[.,;:)\n]|\Z))",
    re.I,
)
_FARTHEST = 300  # characters between two names of one list
_FAR = 60  # characters between a medicine, or its last part, and the word "for"


@dataclass(frozen=True, slots=True)
class Page:
    """A text with what was found in it."""

    text: str
    tokens: Tokens
    sentences: Ordered[Sentence]
    problems: Ordered[Mention]
    drugs: Sequence[Drug]
    names: Ordered[Drug]
    parts: Ordered[Part]

    @classmethod
    def of(
        cls,
        found: AnnotatedDocument,
        tokens: Tokens,
        problems: Iterable[Mention],
        *,
        drugs: Sequence[Drug],
        parts: Iterable[Part],
    ) -> Page:
        """Put together what was found in a document."""
        return cls(
            found.text, tokens, Ordered(found.sentences), Ordered(problems), drugs,
            Ordered(drugs), Ordered(parts),
        )  # fmt: skip

    def are_joined(self, one: int, other: int) -> bool:
        """Whether "and" or its like stands between two medicines."""
        start, end = self.drugs[one].span[1], self.drugs[other].start
        words = self.tokens.between(start, min(end, start + _FARTHEST))
        return bool(_LISTING.intersection(words) - {",", "then"})

    def are_listed(self, one: int, other: int) -> bool:
        """Whether nothing but signs of a list, and parts, stands between two medicines."""
        start, end = self.drugs[one].span[1], self.drugs[other].start
        if end - start > _FARTHEST:
            return False
        inside = [p for p in self.parts.within(start, end) if p.end <= end]
        words = self.tokens.between(start, end)
        covered = [w for p in inside for w in self.tokens.between(p.start, p.end)]
        for word in covered:
            words.remove(word)
        return "\n" not in self.text[start:end] and bool(words) and _LISTING.issuperset(words)


def find_reasons(
    page: Page,
    own: Mapping[int, Sequence[Part]],
    headings: Sequence[Below],
) -> dict[int, Cell]:
    """Return the reason of each medicine of ``own`` that has one, by number.

    The problem named behind the medicine and its parts with "for" goes first, then one named before
    ("hypertension treated with"), then the heading that is a problem.
    """
    found: dict[int, Cell] = {}
    for number, parts in own.items():
        cell = _behind(page, number, parts) or _before(page, number)
        if cell is not None:
            found[number] = cell
    numbers = sorted(own)
    for here, following in zip(numbers[-2::-1], numbers[:0:-1], strict=True):
        is_behind = following in found and found[following].start > page.drugs[following].start
        is_one = not own[here] or page.are_joined(here, following)
        if here not in found and is_behind and is_one and page.are_listed(here, following):
            found[here] = found[following]
    stretches = Ordered(headings)
    for number in numbers:
        place = page.drugs[number].start
        below = stretches.before(place + 1)
        if number not in found and below is not None and place < below.end:
            found[number] = _cell(page.text, below.problem)
    return found


def _behind(page: Page, number: int, parts: Sequence[Part]) -> Cell | None:
    """Return what is named with "for" behind a medicine, before the next one."""
    end = max([page.drugs[number].span[1], *(p.end for p in parts)])
    high = _sentence_end(page, end)
    following = page.names.after(end)
    high = min(high, following.start) if following else high
    for one in page.problems.within(end, high)[:1]:
        low = max(end, one.start - _FAR)
        if re.search(rf"(?:^|\s){_FOR.pattern}", page.text[low : one.start], re.I):
            return _cell(page.text, (one.start, one.end))
    needed = [p for p in parts if p.kind == "frequency" and "as needed" in p.value]
    if needed:
        match = _WORDS_AFTER.match(page.text, needed[-1].end, high)
        if match is not None and match["what"].lower() not in ("and", "or", "the", "only"):
            return _cell(page.text, match.span("what"))
    return None


def _before(page: Page, number: int) -> Cell | None:
    """Return what is named before a medicine as what it treats."""
    start = page.drugs[number].start
    while (part := page.parts.before(start)) is not None and 0 <= start - part.end <= 2:
        start = part.start  # "for pain, 400 mg of ibuprofen": the part belongs to the name
    low = _sentence_start(page, start)
    last = page.problems.before(start)
    if last is None or last.start < low or last.end > start:
        return None
    between = page.text[last.end : start]
    if _TREATED.fullmatch(between) and "\n" not in between:
        return _cell(page.text, (last.start, last.end))
    if _OPENING.search(page.text[max(0, low - 2) : last.start]) and len(between) < _FAR:
        return _cell(page.text, (last.start, last.end))
    return None


def _sentence_end(page: Page, place: int) -> int:
    last = page.sentences.before(place)
    if last is not None and place <= last.end:
        return last.end
    following = page.sentences.after(place)
    return following.end if following is not None else len(page.text)


def _sentence_start(page: Page, place: int) -> int:
    last = page.sentences.before(place + 1)
    return last.start if last is not None else 0


def _cell(text: str, span: Span) -> Cell:
    words = text[slice(*span)]
    return Cell(*span, words, words)

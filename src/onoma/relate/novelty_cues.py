"""Cues of novelty: where in a text a pair stands, and who its sentences say has found it.

A text tells what was known, then what it asks, then what it found: so the sentence in which the
authors first speak of their own work parts background from findings, with headings, the title, the
last sentences, and words of either (after argumentative zoning: Teufel & Moens 2002).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from onoma.relate.features import F32
from onoma.relate.instances import RelationText
from onoma.relate.page import Meeting, Page

_WORDS = {
    "authors": "we|our|us|ours",
    "study": "here|herein|hereby|present|current|aim|aimed|aims|objective|purpose|hypothesi[sz]ed"
    "|investigated?|examined|sought|evaluated|assessed",
    "finding": "found|find|findings?|show|shows|showed|shown|demonstrate[ds]?|identif(?:y|ied)"
    "|observed|reveal(?:s|ed)?|report|detected|confirmed|novel|new|first|suggest(?:s|ed|ing)?"
    "|indicat(?:e|es|ed|ing)|conclude|conclusions?|results|data",
    "known": "previous|previously|known|recent|recently|reported|established|well|recogni[sz]ed"
    "|commonly|common|usually|often|widely|has|have|been|several|many|literature|although|however"
    "|unclear|unknown|remains|controversial|studies",
    "now": "is|are|can|may",
    "then": "was|were|had|did|could",
    "figures": r"\d+|p|ci|versus|vs|significant|significantly|respectively|compared",
    "case": "patient|family|case|proband|year|old|boy|girl|woman|man|siblings?|cohort|controls",
}
_GROUPS = [re.compile(f"(?:{words})$") for words in _WORDS.values()]
_HEADINGS = (
    ("aim", re.compile("objectives?$|aims?$|purpose$")),
    ("background", re.compile("background$|introduction$|context$|importance$")),
    ("methods", re.compile("methods?$|design$|setting$|patients$|participants$|materials$")),
    ("results", re.compile("results?$|findings$|observations?$")),
    ("conclusion", re.compile("conclusions?$|discussion$|interpretation$|significance$")),
)
_OPENING = 6  # words of a sentence among which its heading ends
_AIM = re.compile(
    r"\b(?:we|our|herein|here|(?:this|present|current) (?:study|paper|report|work|case|article"
    r"|investigation)|(?:aim|purpose|objective)s?|to (?:investigate|determine|evaluate|examine"
    r"|assess|identify|explore|study|test)|in this|was (?:investigated|examined|studied))\b",
    re.IGNORECASE,
)
CUES = (
    "sentences_shared", "in_title", "opens", "closes", "aim", "before_aim", "after_aim",
    "in_last", "in_last_but_one", "opens_at", "closes_at", "first_before_aim", "second_before_aim",
    "sentences", *(f"{name}_near" for name in _WORDS), *(f"{name}_in_all" for name in _WORDS),
    *(f"under_{name}" for name, _ in _HEADINGS), "under_none",
)  # fmt: skip
"""The columns, in order."""


def novelty_cues(text: RelationText, pairs: Sequence[tuple[int, int]]) -> F32:
    """Return the cues of a text's pairs, (pairs, len(CUES))."""
    page = Page(text)
    story = _Story(page)
    rows = [story.cues(pair, page.meetings(*pair)) for pair in pairs]
    return np.array(rows, np.float32).reshape(-1, len(CUES))


class _Story:
    """The sentences of a page: their words by group, their headings, and where the aim is told."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.total = len(page.first_words)
        words = [[page.masked[at] for at in page.sentence_words(n)] for n in range(self.total)]
        self._counts = [
            [sum(group.match(word) is not None for word in own) for group in _GROUPS]
            for own in words
        ]
        self._headings = _headings(words)
        self.aim = next(
            (n for n, span in enumerate(page.text.sentences)
             if n and _AIM.search(page.text.text[slice(*span)])),
            self.total,
        )  # fmt: skip

    def cues(self, pair: tuple[int, int], meetings: Sequence[Meeting]) -> list[float]:
        """Return the cues of a pair: of the sentences it shares, else of its nearest mentions."""
        near = meetings[0]
        shared = {one.first.sentence for one in meetings if not one.sentences}
        own = sorted(shared or {near.first.sentence, near.second.sentence})
        total, aim = self.total, self.aim
        early = [sum(0 < one.sentence < aim for one in self._page.places[place]) for place in pair]
        under = [self._headings[n] for n in own]
        return [
            len(shared), 0 in own, own[0], own[-1], aim, sum(0 < n < aim for n in own),
            sum(n >= aim for n in own), total - 1 in own, total - 2 in own, own[0] / total,
            own[-1] / total, *early, total,
            *self._counts[near.first.sentence],
            *(sum(self._counts[n][group] for n in own) for group in range(len(_GROUPS))),
            *(under.count(name) for name, _ in _HEADINGS), under.count(""),
        ]  # fmt: skip


def _headings(sentences: Sequence[Sequence[str]]) -> list[str]:
    """Return the heading under which each sentence stands, nothing before the first one."""
    out, now = [], ""
    for words in sentences:
        opening = list(words[:_OPENING])
        before = opening[: opening.index(":")] if ":" in opening else []
        for name, pattern in _HEADINGS:
            if any(pattern.match(word) for word in before):
                now = name
        out.append(now)
    return out

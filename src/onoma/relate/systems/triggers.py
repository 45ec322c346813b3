"""Trigger rules: words that state a relation, where they stand to its ends, and what denies them.

No parser and no training: a lexicon (``data/relate/triggers.toml``) with verbs, nouns and nouns of
the doer; the order of words, "by", "of" and hyphens say which end acts. In the line of the pattern
systems of the shared tasks (Fundel et al. 2007, RelEx, used dependency paths for the same; here the
words between stand in for them).
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal, NamedTuple

from onoma.relate.candidates import Pair, candidate_pairs
from onoma.relate.instances import RelationText, Tie
from onoma.relate.page import Meeting, Page
from onoma.relate.systems import Lesson
from onoma.relate.tasks import RelationTask, relation_task
from onoma.types import RelationEvidence, Span

Form = Literal["verb", "noun", "doer"]
Acting = Literal["left", "right", "both"]

DIETARY = frozenset({"food", "microbe", "intervention"})
FARTHEST = 15  # words between two ends that may be tied by a word between them
BEFORE = 4  # words before the left end in which a noun may stand
BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
BY = frozenset({"by", "from"})
DENYING = frozenset(
    {"not", "no", "without", "neither", "nor", "lack", "lacked", "failed", "unaffected"}
)
PARTING = frozenset(
    {",", ";", ":", "but", "although", "though", "whereas", "while", "which", "who"}
)
LISTING = frozenset({",", "and", "or", "/", "-", "(", ")"})
SURE = {"hyphen": 0.9, "between": 0.7, "before": 0.6}
"""How sure a rule is at the least distance: set by hand, not measured."""


class Entry(NamedTuple):
    """A word of the lexicon: what it states, in which form, and whether it holds both ways."""

    state: str
    form: Form
    is_even: bool


class Said(NamedTuple):
    """What a rule found: the entry, who acts, the place of the word, how sure, whether denied."""

    entry: Entry
    acting: Acting
    word: int
    score: float
    is_denied: bool = False

    @property
    def rank(self) -> tuple[bool, float]:
        """What is the greater, the more it counts: what is affirmed before what is denied."""
        return not self.is_denied, self.score


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Beginnings of words and whole words with what they state; the states' names in tasks."""

    beginnings: dict[str, Entry]
    wholes: dict[str, Entry]
    kinds: dict[str, dict[str, str]]

    def find(self, word: str) -> Entry | None:
        """Return the entry of a word: the whole of it, else its longest beginning."""
        if word in self.wholes:
            return self.wholes[word]
        lengths = range(len(word), 2, -1)
        return next(
            (self.beginnings[word[:n]] for n in lengths if word[:n] in self.beginnings), None
        )


@functools.cache
def read_lexicon() -> Lexicon:
    """Return the lexicon that ships."""
    place = files("onoma") / "data" / "relate" / "triggers.toml"
    table = tomllib.loads(place.read_text(encoding="utf-8"))
    beginnings: dict[str, Entry] = {}
    wholes: dict[str, Entry] = {}
    forms: tuple[tuple[str, Form], ...] = (("verbs", "verb"), ("nouns", "noun"), ("doers", "doer"))
    for state, row in table["state"].items():
        for field, form in forms:
            for word in row[field]:
                into = wholes if word.endswith("$") else beginnings
                into[word.rstrip("$")] = Entry(state, form, row.get("is_even", False))
    return Lexicon(beginnings, wholes, table["kinds"])


@dataclass(eq=False)
class LookedUp:
    """A text's words with their entries in the lexicon, looked up once for all tasks."""

    text: RelationText
    lexicon: Lexicon

    @functools.cached_property
    def page(self) -> Page:
        """The text as words."""
        return Page(self.text)

    @functools.cached_property
    def entries(self) -> list[Entry | None]:
        """The entry of each word."""
        return [self.lexicon.find(word) for word in self.page.masked]


class Triggers:
    """Ties pairs that a word of the lexicon ties in a sentence."""

    name = "triggers"

    def __init__(self, task: RelationTask, lexicon: Lexicon, *, has_denied: bool = False) -> None:
        """Take a task and the words; ``has_denied``: also tell, as negated, what is denied."""
        self.task, self.lexicon, self.has_denied = task, lexicon, has_denied
        self.kinds = lexicon.kinds.get(task.name, {})

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text."""
        return [tuple(self.ties(LookedUp(text, self.lexicon))) for text in texts]

    def ties(self, looked: LookedUp) -> list[Tie]:
        """Return the relations of a text whose words are looked up when a pair asks for them."""
        pairs = candidate_pairs(looked.text, self.task)
        if not pairs:
            return []
        found = (self._tie(looked.page, looked.entries, pair) for pair in pairs)
        return [tie for tie in found if tie is not None]

    def _tie(self, page: Page, entries: list[Entry | None], pair: Pair) -> Tie | None:
        """Return the surest tie of a pair, with the sentence and the word that state it."""
        best: tuple[Said, Meeting] | None = None
        for meeting in page.meetings(*pair):
            if meeting.sentences:
                break
            said = self._said(page, entries, meeting)
            if said is not None and (best is None or said.rank > best[0].rank):
                best = said, meeting
        if best is None:
            return None
        said, meeting = best
        start, end = page.text.sentences[meeting.first.sentence]
        first, second = ((one.start, one.end) for one in (meeting.first, meeting.second))
        evidence = RelationEvidence(start, end, first, second, said.score)
        kind = self.kinds[said.entry.state]
        return Tie(
            *pair, kind, said.score, factuality="negated" if said.is_denied else "",
            trigger=_span(page, said.word), evidence=(evidence,),
        )  # fmt: skip

    def _said(self, page: Page, entries: list[Entry | None], meeting: Meeting) -> Said | None:
        """Return what the words about two mentions state, if it has a name.

        What is denied is told if that is asked for and no comma or conjunction parts the denial
        from the word that states it.
        """
        found = [
            said
            for said in (*_between(page, entries, meeting), *_before(page, entries, meeting))
            if said.entry.state in self.kinds and self._fits(said, meeting)
        ]
        if not found:
            return None
        best = max(found, key=lambda said: said.score)
        denials = _denials(page, meeting)
        if not denials:
            return best
        is_clear = self.has_denied and any(_reaches(page, at, best.word) for at in denials)
        return best._replace(is_denied=True) if is_clear else None

    def _fits(self, said: Said, meeting: Meeting) -> bool:
        """Say whether the end that acts is the one that the task puts first."""
        if not self.task.is_directed or said.entry.is_even or said.acting == "both":
            return True
        return (said.acting == "right") == meeting.is_turned


def _between(page: Page, entries: list[Entry | None], meeting: Meeting) -> list[Said]:
    """Return what words between two mentions state."""
    between = page.between(meeting)
    if len(between) > FARTHEST:
        return []
    words = page.masked
    out = []
    for at in between:
        entry = entries[at]
        if entry is None:
            continue
        is_hyphened = at == between.start + 1 and words[at - 1] == "-"
        if is_hyphened and any(word[0] == "@" for word in words[at : between.stop]):
            continue  # it speaks of the mention that follows
        sure = SURE["hyphen"] if is_hyphened else SURE["between"] - 0.02 * len(between)
        out.append(Said(entry, _acting(words, between, at, entry, is_hyphened), at, sure))
    return out


def _acting(words: list[str], between: range, at: int, entry: Entry, is_hyphened: bool) -> Acting:
    """Return which end acts, for a word that stands between both."""
    if is_hyphened:
        return "left"
    after = words[at + 1 : at + 3]
    if entry.form == "verb":
        is_passive = words[at].endswith(("ed", "en", "ht", "und")) and (
            bool(BY & set(after)) or (words[at - 1] in BE and at > between.start)
        )
        return "right" if is_passive else "left"
    if entry.form == "doer":
        rest = words[at + 1 : between.stop]
        return "right" if not set(rest) & {"of", "for", "to"} else "left"
    return "right" if "by" in after else "left"


def _before(page: Page, entries: list[Entry | None], meeting: Meeting) -> list[Said]:
    """Return what a noun before both states: ``inhibition of A by B``, ``effect of A on B``."""
    left = meeting.second if meeting.is_turned else meeting.first
    between = page.between(meeting)
    if len(between) > FARTHEST:
        return []
    begin = max(page.sentence_words(left.sentence).start, left.first - BEFORE)
    joined = {page.masked[at] for at in between}
    out = []
    for at in range(begin, left.first):
        entry = entries[at]
        if entry is None or entry.form != "noun":
            continue
        if (
            "of" not in page.masked[at + 1 : left.first]
            and "between" not in page.masked[at : left.first]
        ):
            continue
        acting: Acting = "right" if "by" in joined else "left" if "on" in joined else "both"
        if acting == "both" and not joined & {"with", "and", "in", "to"}:
            continue
        out.append(Said(entry, acting, at, SURE["before"] - 0.02 * len(between)))
    return out


def _denials(page: Page, meeting: Meeting) -> list[int]:
    """Return the words that deny, between two mentions or just before both."""
    between = page.between(meeting)
    opening = min(
        page.first_words[place.sentence] for place in (meeting.first, meeting.second)
    )  # what the sentence before denies is another matter
    words = range(max(opening, between.start - 6), between.stop)
    return [at for at in words if page.masked[at] in DENYING]


def _reaches(page: Page, denial: int, word: int) -> bool:
    """Say whether a word that denies stands in the clause of one behind it, and before it."""
    return denial < word and not PARTING.intersection(page.masked[denial + 1 : word])


def _span(page: Page, word: int) -> Span:
    return page.starts[word], page.starts[word] + len(page.words[word])


class TriggerRules:
    """The rules of several tasks at once; kinds are named in full (``cid/CID``).

    For texts of which no task is said: each pair of types is asked what some task asks of it.
    """

    name = "rules"

    def __init__(self, *, has_denied: bool = False) -> None:
        """Read the lexicon; ``has_denied``: see ``Triggers``."""
        lexicon = read_lexicon()
        tasks = [relation_task(name) for name in ("cid", "biored", "chemprot")]
        eaten = relation_task("dimb")
        pairs = tuple(pair for pair in eaten.pairs if DIETARY.intersection(pair))
        tasks.append(replace(eaten, pairs=pairs, word_pairs=()))
        self._parts = [Triggers(task, lexicon, has_denied=has_denied) for task in tasks]

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the relations of each text, task by task."""
        return [tuple(self._ties(LookedUp(text, self._parts[0].lexicon))) for text in texts]

    def _ties(self, looked: LookedUp) -> Iterator[Tie]:
        for part in self._parts:
            for tie in part.ties(looked):
                yield replace(tie, kind=f"{part.task.name}/{tie.kind}")


def trigger_rules(*, has_denied: bool = False) -> TriggerRules:
    """Return the rules of all tasks that need no training; ``has_denied``: see ``Triggers``."""
    return TriggerRules(has_denied=has_denied)


def make(lesson: Lesson) -> Triggers:
    """Return the system; of the lesson it takes the task alone."""
    return Triggers(lesson.task, read_lexicon())

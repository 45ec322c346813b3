"""Who guards from a harm and who does it: what the words between a given thing and a harm say.

Learnt readers tie "amifostine" to the nephrotoxicity that cisplatin did, as both stand beside it;
a graph then holds that it causes what it prevents. Here words and their order decide: a verb
between the two with the given thing before it ("prevents", "attenuated"), "by" or "with" after it
("was reversed by"), nouns ("prevention of ... by", "protective effect of ... against"). What guards
while being withdrawn does the harm. After the patterns of SemRep for PREVENTS and CAUSES (Kilicoglu
et al. 2011), on words alone.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from onoma.relate.instances import RelationText, Tie
from onoma.relate.page import Meeting, Page, Place
from onoma.relate.stating import predicate_of
from onoma.relate.tasks import WIDER
from onoma.types import Assertion

Stance = Literal["prevents", "hinders", "harms", ""]
GIVEN = frozenset({"chemical", "drug", "food", "intervention", "procedure"})
HARM = frozenset({"disease", "phenotype"})
FARTHEST = 18  # words between the two
GOVERNED = 9  # words from what is done to the harm
NOUN = 6  # words from a noun ("prevention of") to its harm
BY = frozenset({"by", "with", "using", "through", "via"})
AGAINST = frozenset({"against", "from", "on", "for", "in"})
BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
BESIDE = frozenset(
    (
        "after",
        "against",
        "before",
        "during",
        "following",
        "from",
        "in",
        "on",
        "plus",
        "than",
        "without",
    )
)
"""What stands before a name that does not act."""
JOINING = frozenset({",", "and", "or", "plus", "with", "of", "to", "/", *BESIDE})
BEARERS = frozenset(
    (
        "patients",
        "subjects",
        "women",
        "men",
        "children",
        "people",
        "individuals",
        "those",
        "rats",
        "mice",
    )
)
DOERS = ("er", "ers", "ist", "ists", "or", "ors")
HAVING = frozenset({"having", "suffering", "undergoing", "who", "with"})
TASK = "saying"
"""The task of relations that words say anew: ``saying/prevents``."""
CAUSES = frozenset({"causes", "exacerbates", "has_adverse_event", "predisposes_to_condition"})
CURES = frozenset({"ameliorates_condition", "preventative_for_condition", "treats"})


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated of a pair, and whether it is denied."""

    stance: Stance
    is_denied: bool = False


NOTHING = Stated("")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the table, by what they say."""

    beginnings: tuple[tuple[str, Stance], ...]
    withdrawn: tuple[str, ...]
    denies: frozenset[str]
    spoilt: tuple[str, ...]

    def stance(self, word: str) -> Stance:
        """Return what a word says; one who does it ("inhibitor") says nothing."""
        if word.endswith(DOERS) and all(f"{word}$" != start for start, _ in self.beginnings):
            return ""
        return next((name for start, name in self.beginnings if _begins(word, start)), "")


@functools.cache
def read_words() -> Words:
    """Return the words that ship."""
    place = files("onoma") / "data" / "relate" / "guarding.toml"
    table = tomllib.loads(place.read_text(encoding="utf-8"))
    stances: tuple[Stance, ...] = ("prevents", "hinders", "harms")
    return Words(
        tuple((word, name) for name in stances for word in table[name]),
        tuple(table["withdrawn"]),
        frozenset(table["denies"]),
        tuple(table["spoilt"]),
    )


def _begins(word: str, start: str) -> bool:
    return word == start[:-1] if start.endswith("$") else word.startswith(start)


def restated(text: RelationText, ties: Sequence[Tie]) -> list[Tie]:
    """Return ties with those that the words of the text contradict said anew.

    A cause that guards from the harm becomes ``saying/prevents`` or ``saying/hinders``, a cure that
    does it ``saying/causes``; the rest stays.
    """
    says = [_says(text, tie) for tie in ties]
    if not any(says):
        return list(ties)
    page, words = Page(text), read_words()
    return [
        _restated(page, words, tie, said) if said else tie
        for tie, said in zip(ties, says, strict=True)
    ]


def tells_prevention(text: str, said: Assertion) -> bool:
    """Say whether a mention is in doubt only as something that was prevented (not: is to be)."""
    if said.cue is None or said.temporality != "hypothetical" or said.polarity != "present":
        return False
    start, end = said.cue
    is_aim = text[:start].rstrip().lower().endswith(" to")
    return not is_aim and read_words().stance(text[start:end].lower().split()[0]) == "prevents"


def _says(text: RelationText, tie: Tie) -> str:
    """Return whether a tie says ``cause`` or ``cure`` of a given thing and a harm, else nothing."""
    types = text.entities[tie.first].type, text.entities[tie.second].type
    first, second = (WIDER.get(one, one) for one in types)
    if first not in GIVEN or second not in HARM:
        return ""
    predicate = predicate_of(tie.kind, types)
    return "cause" if predicate in CAUSES else "cure" if predicate in CURES else ""


def _restated(page: Page, words: Words, tie: Tie, said: str) -> Tie:
    stated = stated_of(page, words, tie.first, tie.second)
    if said == "cause" and stated.stance in ("prevents", "hinders"):
        denied = "negated" if stated.is_denied else tie.factuality
        return replace(tie, kind=f"{TASK}/{stated.stance}", factuality=denied)
    if said == "cure" and stated.stance == "harms":
        return replace(tie, kind=f"{TASK}/causes")
    return tie


def stated_of(page: Page, words: Words, given: int, harm: int) -> Stated:
    """Return what the sentences that hold both entities state; nothing where they disagree."""
    found = [
        stated
        for meeting in page.meetings(given, harm)
        if not meeting.sentences and (stated := _stated(page, words, meeting)).stance
    ]
    if not found or len({one.stance == "harms" for one in found}) > 1:
        return NOTHING
    return found[0]


def _stated(page: Page, words: Words, meeting: Meeting) -> Stated:
    """Return what a sentence states of two mentions."""
    between = page.between(meeting)
    if len(between) > FARTHEST:
        return NOTHING
    verb = _last_verb(page, words, between, meeting.first)
    if meeting.is_turned:
        found = _by(page, words, meeting, verb)
    else:
        found = _acting(page, words, meeting, verb)
    if found.stance in ("prevents", "hinders") and _is_withdrawn(page, words, meeting.first):
        return NOTHING if found.is_denied else Stated("harms")
    return found


def _last_verb(page: Page, words: Words, between: range, given: Place) -> int:
    """Return the place of the last word between two mentions that says something, -1 for none.

    What is joined to another name ("cisplatin-induced") speaks of that name.
    """
    for at in reversed(between):
        is_joined = at >= 2 and page.masked[at - 1] == "-" and page.masked[at - 2][0] == "@"
        if is_joined and at - 2 >= given.last:
            continue
        if words.stance(page.masked[at]):
            return at
    return -1


def _acting(page: Page, words: Words, meeting: Meeting, verb: int) -> Stated:
    """Return what is stated where the given thing stands before the harm."""
    given, harm, masked = meeting.first, meeting.second, page.masked
    if verb < 0:
        return _noun(page, words, range(max(0, given.first - NOUN), given.first), meeting)
    stance = words.stance(masked[verb])
    is_joined = verb == given.last + 1 and masked[given.last] == "-"
    is_near = harm.first - verb <= GOVERNED
    if is_joined:
        return Stated(stance) if stance == "harms" and is_near else NOTHING
    behind = masked[verb + 1 : harm.first]
    is_done = masked[verb - 1] in BE and not (
        stance == "prevents" and {"from", "against"} & {*behind}
    )
    if not is_near or is_done or not _acts(page, given, verb) or _is_aside(page, words, verb, harm):
        return NOTHING
    return Stated(stance, _is_denied(page, words, verb))


def _by(page: Page, words: Words, meeting: Meeting, verb: int) -> Stated:
    """Return what is stated where the harm stands before the given thing: ``reversed by``."""
    given, harm, masked = meeting.first, meeting.second, page.masked
    close = masked[max(harm.last, given.first - 4) : given.first]
    ways = [at for at, word in enumerate(close) if word in BY]
    is_group = "in" in close and masked[given.last : given.last + 1] in (["-"], ["group"], ["arm"])
    is_named = any(word[0] == "@" for word in close[ways[-1] + 1 :]) if ways else False
    if verb < 0:
        nouns = range(max(0, harm.first - NOUN), harm.first)
        return _noun(page, words, nouns, meeting) if ways and not is_named else NOTHING
    stance = words.stance(masked[verb])
    if stance == "harms":
        is_stated = bool(set(close) & (BY | {"to", "from", "after", "following"})) and not is_named
        return Stated(stance, _is_denied(page, words, verb)) if is_stated else NOTHING
    if "than" in close or ((not ways or is_named) and not is_group):
        return NOTHING
    return Stated(stance, _is_denied(page, words, verb))


def _noun(page: Page, words: Words, nouns: range, meeting: Meeting) -> Stated:
    """Return what a noun before both states: ``prevention of``, ``protective effect of``."""
    masked = page.masked
    last = min(meeting.first.first, meeting.second.first)
    if not meeting.is_turned and not AGAINST & {*(masked[at] for at in page.between(meeting))}:
        return NOTHING
    for at in reversed(nouns):
        stance = words.stance(masked[at])
        if stance and stance != "harms" and "of" in masked[at + 1 : last]:
            return Stated(stance, _is_denied(page, words, at))
    return NOTHING


def _acts(page: Page, given: Place, verb: int) -> bool:
    """Say whether a mention is what acts in a verb: no other one stands nearer, or before it."""
    masked = page.masked
    others = [at for at in range(given.last, verb) if _is_given(masked[at])]
    if any(masked[at - 1] not in JOINING and masked[at - 1 : at] != ["-"] for at in others):
        return False
    before = masked[given.first - 1] if given.first else ""
    opening = page.first_words[given.sentence]
    has_other = any(_is_given(word) for word in masked[opening : given.first])
    return before not in BESIDE and not (has_other and before in ("with", "of", "by", "to"))


def _is_given(word: str) -> bool:
    return word[0] == "@" and WIDER.get(word[1:], word[1:]) in GIVEN


def _is_aside(page: Page, words: Words, verb: int, harm: Place) -> bool:
    """Say whether the harm is not what is acted on: an efficacy in it, those who have it."""
    behind = page.masked[verb + 1 : harm.first]
    after = page.masked[harm.last : harm.last + 2]
    is_spoilt = any(_begins(word, one) for word in (*behind, *after) for one in words.spoilt)
    has_it = any(one in BEARERS and other in HAVING for one, other in pairwise(behind))
    return is_spoilt or has_it


def _is_denied(page: Page, words: Words, verb: int) -> bool:
    return bool(words.denies.intersection(page.masked[max(0, verb - 4) : verb]))


def _is_withdrawn(page: Page, words: Words, given: Place) -> bool:
    """Say whether the given thing is no longer given, or less of it."""
    near = (
        *page.masked[max(page.first_words[given.sentence], given.first - 5) : given.first],
        *page.masked[given.last : given.last + 4],
    )
    return any(_begins(word, one) for word in near for one in words.withdrawn)

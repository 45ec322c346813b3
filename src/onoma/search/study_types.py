"""What kind of study a record reports: as its source says, or else as its own text does.

PubMed's publication types and headings for designs (``Cohort Studies``) are believed. A record that
has neither is read by cues, in the title first: authors mostly say what they did, and where they
speak of the studies of others they use the plural ("randomized trials were searched").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StudyType:
    """A kind of study.

    ``given``: publication types and headings that say so. ``title`` and ``text``: cues by which it
    is known; those of the title come first. ``parts``: a text without any of these strings has no
    cue (looking for them is ten times faster).
    """

    name: str
    given: tuple[str, ...]
    parts: tuple[str, ...]
    title: str
    text: str


STUDY_TYPES: tuple[StudyType, ...] = (
    StudyType(
        "meta-analysis",
        ("meta-analysis", "network meta-analysis"),
        ("meta",),
        r"\bmeta-?\s?analys[ei]s\b",
        r"\b(?:a|this|our|network|random-effects?|pooled) meta-?\s?analysis\b"
        r"|\bmeta-?\s?analys[ei]s (?:was|were) (?:performed|conducted|done)\b",
    ),
    StudyType(
        "systematic review",
        ("systematic review",),
        ("systematic", "medline", "pubmed", "embase"),
        r"\bsystematic(?:ally)? (?:\w+ )?review",
        r"\b(?:a|this|our) systematic (?:\w+ )?review\b|\bsystematically (?:review|search)"
        r"|\b(?:medline|pubmed|embase)\b[^.]{0,120}\b(?:search|were used|was used)",
    ),
    StudyType(
        "guideline",
        ("guideline", "practice guideline", "consensus development conference"),
        ("guideline",),
        r"\bguidelines?\b(?: for| on|$)|\bconsensus (?:statement|report)"
        r"|\brecommendations (?:of|from) the\b",
        r"\bthese guidelines\b|\bthis guideline\b",
    ),
    StudyType(
        "case report",
        ("case reports",),
        ("we present", "we describe", "we report", "-old", " old", "case report"),
        r"\bcase reports?\b|\b(?:a|two|three) cases? of\b",
        r"\bwe (?:present|describe|report)\b[^.]{0,40}"
        r"\b(?:a|the|two|three) (?:\w+ ){0,3}(?:case|patient)"
        r"|\ba (?:\d+|\w+)[- ](?:year|month|day)[- ]old\b|\bcase report\b",
    ),
    StudyType(
        "randomized controlled trial",
        (
            "randomized controlled trial", "pragmatic clinical trial", "equivalence trial",
            "randomized controlled trial, veterinary", "adaptive clinical trial",
        ),
        ("randomi", "randomly", "blind"),
        r"\brandomi[sz]ed\b(?![^.:?]*\btrials\b)|\brandomly\b|\bdouble-?\s?blind",
        r"\brandomly (?:\w+ )?(?:assigned|allocated|divided|assign|allocate|received)"
        r"|\b(?:were|was) (?:\w+ )?randomi[sz]ed\b|\bwe randomi[sz]ed\b"
        r"|\brandomi[sz]ed\b[^.]{0,60}\b(?:trial|study)\b|\bdouble-?\s?blind\b[^.]{0,60}\b(?:trial|study)\b"
        r"|\brandomi[sz]ed (?:to|into)\b",
    ),
    StudyType(
        "clinical trial",
        (
            "clinical trial", "clinical trial, phase i", "clinical trial, phase ii",
            "clinical trial, phase iii", "clinical trial, phase iv", "controlled clinical trial",
        ),
        ("phase", "label", "arm", "trial"),
        r"\bphase (?:[1-4]|i{1,3}v?|iv)\b|\bopen-?\s?label\b|\bclinical trial\b|\bpilot trial\b",
        r"\bphase (?:[1-4]|i{1,3}|iv)[ab]? (?:\w+ ){0,2}(?:trial|study)\b|\bopen-?\s?label\b"
        r"|\bsingle-?\s?arm\b|\bthis (?:\w+ ){0,2}trial\b",
    ),
    StudyType(
        "case-control study",
        ("case-control studies",),
        ("case", "matched controls"),
        r"\bcase-?\s?control",
        r"\bcase-?\s?control (?:study|design|analysis)\b|\bmatched controls\b",
    ),
    StudyType(
        "cross-sectional study",
        ("cross-sectional studies",),
        ("sectional", "questionnaire", "survey"),
        r"\bcross-?\s?sectional\b|\bsurvey\b",
        r"\bcross-?\s?sectional\b"
        r"|\bquestionnaires? (?:was|were) (?:sent|mailed|distributed|completed)"
        r"|\bsurvey was (?:conducted|carried out|performed|sent)",
    ),
    StudyType(
        "cohort study",
        (
            "cohort studies", "prospective studies", "longitudinal studies", "follow-up studies",
            "retrospective studies", "observational study",
        ),
        ("cohort", "prospective", "retrospective", "longitudinal", "followed", "follow-up of"),
        r"\bcohort\b|\bprospective\b|\blongitudinal\b|\bretrospective\b|\bfollow-?\s?up\b",
        r"\bcohort\b|\bprospectively\b|\bprospective (?:\w+ ){0,3}study\b|\bretrospective(?:ly)?\b"
        r"|\blongitudinal (?:\w+ )?study\b|\b(?:were|was) followed\b|\bfollow-up of \d",
    ),
    StudyType(
        "review",
        ("review",),
        ("review", "overview", "this article"),
        r"\breview\b|\boverview\b|\bperspectives?\b|\bcurrent concepts\b|\bwhat is new\b",
        r"\b(?:this|the present|our|a) (?:\w+ )?(?:review|overview)\b|\bwe review\b|\bis reviewed\b"
        r"|\bare reviewed\b|\bthis article (?:reviews|discusses|summari[sz]es)\b",
    ),
)  # fmt: skip
"""Kinds of studies, those first that say the most of a record."""

_GIVEN = {said: one.name for one in STUDY_TYPES for said in one.given}
_ORDER = {one.name: place for place, one in enumerate(STUDY_TYPES)}
_BY_TITLE = tuple((one.name, re.compile(one.title, re.IGNORECASE)) for one in STUDY_TYPES)
_BY_TEXT = tuple((one.name, one.parts, re.compile(one.text)) for one in STUDY_TYPES)
READ = 6000  # characters: what a record does is said where it begins


def given_types(said: Iterable[str]) -> list[str]:
    """Return the kinds of study that publication types and headings (in small letters) name."""
    found = {_GIVEN[one] for one in said if one in _GIVEN}
    return sorted(found, key=_ORDER.__getitem__)


def told_type(title: str, abstract: str) -> str | None:
    """Return the kind of study that a record tells of in its own words; None where it does not.

    >>> told_type("Tea for sleep", "Ninety adults were randomly assigned to tea or water.")
    'randomized controlled trial'
    """
    for name, cue in _BY_TITLE:
        if cue.search(title):
            return name
    small = abstract[:READ].lower()
    for name, parts, cue in _BY_TEXT:
        if any(part in small for part in parts) and cue.search(small):
            return name
    return None

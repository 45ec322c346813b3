"""Who took part in a trial: how many, how old, of which sex; found by rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onoma.extract.numbers import NUMBER, whole
from onoma.extract.rows import Cell
from onoma.types import Span

_PEOPLE = (
    r"(?:patients?|participants?|subjects?|women|men|children|adults?|individuals?|volunteers?|"
    r"infants?|newborns?|neonates?|people|persons?|adolescents?|girls|boys|outpatients?|inpatients?|"
    r"students?|veterans?|smokers?|mothers?|females?|males?|survivors?|residents?|athletes?|nurses?|"
    r"caregivers?|couples?|families|households|eyes|teeth|knees|pregnancies|practices|clinics|"
    r"workers?|players?|runners?|cyclists?|pupils|parents|users|teenagers|youths?|seniors|elders)"
)
_COUNT = re.compile(
    rf"(?<![\w.,/-])(?P<n>{NUMBER})(?:\s(?!patients\b|of\b|%|{NUMBER}\b)[\w'’/-]+,?){{0,6}}?\s{_PEOPLE}(?!\w)",
    re.I,
)
_EQUALS = re.compile(rf"\b[nN]\s?[=:]\s?(?P<n>{NUMBER})(?![\w.%])")
_OF = re.compile(rf"\btotal\s(?:sample\s)?of\s(?P<n>{NUMBER})\b", re.I)
_JOINED = re.compile(
    r"\b(?:randomi[sz]ed|randomly|enrol(?:l?ed|ment)|recruited|included|allocated|assigned|"
    r"participated|comprised|total|eligible|entered|consisted|studied|underwent)\b",
    re.I,
)
_YEARS = r"(?:[-\s]?(?:years?|yrs?\.?|y/?o|y|months?|weeks?)(?:[-\s](?:old|of\sage))?)"
_N = r"\d{1,3}(?:\.\d+)?"
_SPREAD = rf"(?:\s?(?:±|\+/-|\(|SD)\s?{_N}\)?)?"
_AGES = (
    rf"\b(?:mean|median|average)\sage[^.;\d]{{0,25}}{_N}{_SPREAD}{_YEARS}?",
    rf"\bage[ds]?:?\s(?:of\s|from\s|between\s|range\s|group\s|[≥>≤<]=?\s?)*{_N}{_SPREAD}{_YEARS}?"
    rf"(?:\s?(?:-|–|to|and|through)\s?{_N})?{_YEARS}?(?:\s(?:or|and)\s(?:older|above|over|more|younger))?",
    rf"\b{_N}\s?(?:-|–|to)[-\s]?{_N}{_YEARS}",
    rf"(?:[≥>≤<]=?\s?|\b(?:over|under|above|below|older\sthan|younger\sthan|at\sleast)\s){_N}{_YEARS}",
    rf"\b{_N}[-\s]?(?:year|month|week|day)s?[-\s]olds?\b",
    rf"\b{_N}{_YEARS}\s(?:or|and)\s(?:older|above|over|younger)",
)
_AGE = re.compile("|".join(_AGES), re.I)
_TOLD_AGE = re.compile("|".join(_AGES[:2]), re.I)  # those that name the word
_FEMALE = re.compile(
    r"\b(?:wom[ae]n|females?|girls|mothers?|pregnan\w*|post-?menopausal|lactating)\b", re.I
)
_MALE = re.compile(r"\b(?:m[ae]n|males?|boys|fathers?)\b", re.I)


def find_size(text: str, spans: Sequence[Span], sentences: Sequence[Span]) -> Cell | None:
    """Return how many took part: the greatest number of people that the text says took part.

    Counts are read in sentences that tell of taking part ("were randomised") and in spans of the
    population.
    """
    told = [(s, e) for s, e in sentences if _JOINED.search(text, s, e)]
    counts = [cell for s, e in sentences for cell in _counts(text, s, e)]
    among = [*told, *spans]
    near = [c for c in counts if any(s <= c.start and c.end <= e for s, e in among)]
    return max(near, key=lambda c: (int(c.value), -c.start), default=None)


def _counts(text: str, start: int, end: int) -> Iterator[Cell]:
    for pattern in (_COUNT, _EQUALS, _OF):
        for match in pattern.finditer(text, start, end):
            number = whole(match["n"])
            is_year = pattern is _COUNT and 1900 <= number <= 2099 and match["n"].isdigit()
            if number > 3 and not is_year:
                yield Cell(*match.span(), match[0], str(number))


def find_age(text: str, spans: Sequence[Span]) -> Cell | None:
    """Return the first words on age in the spans, or in the text where these have none."""
    for pattern, (start, end) in (*((_AGE, s) for s in spans), (_TOLD_AGE, (0, len(text)))):
        match = pattern.search(text, start, end)
        if match is not None:
            words = match[0].strip()
            return Cell(match.start(), match.start() + len(words), words, " ".join(words.split()))
    return None


def find_sex(text: str, spans: Sequence[Span]) -> Cell | None:
    """Return the first word on sex in the spans; its value is female, male or both."""
    found = [m for s, e in spans for p in (_FEMALE, _MALE) for m in p.finditer(text, s, e)]
    if not found:
        return None
    kinds = {m.re for m in found}
    value = "both" if len(kinds) == 2 else "female" if _FEMALE in kinds else "male"
    first = min(found, key=lambda m: m.start())
    return Cell(*first.span(), first[0], value)

"""Texts that tell of one patient: case reports, visits, discharge letters.

Annotators of abstracts leave parts of bodies and passing complaints unmarked that a note is about;
what was learnt from them is too strict there.
"""

from __future__ import annotations

import re

_WORDS = (
    r"chief complaint|history of present illness|reason for (?:visit|referral|consult\w*)|"
    r"review of systems|physical exam(?:ination)?|past (?:medical|surgical) history|"
    r"social history|assessment(?: and |/)plan|hospital course|discharge (?:summary|diagnos[ei]s)|"
    r"current medications"
)
HEADINGS = re.compile(
    rf"(?:\A|\n)[^\w\n]{{0,8}}(?i:{_WORDS})[^\w\n]{{0,3}}(?:\n|\Z)|\b(?i:{_WORDS})[ \t]{{0,3}}:|"
    r"(?:\A|\n)[ \t]{0,8}(?i:impression|(?:clinical )?indication|comparison)[ \t]{0,3}:|"
    r"\b(?:HPI|PMH|ROS|HEENT)[ \t]{0,3}:"
)
"""Headings on a line of their own, or with a colon behind them; ROS is oxygen elsewhere."""
CUES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b\d{1,3}[- ](?:year|month|week|day)s?[- ]old\b|\b\d{1,3} ?y/?o\b",
        r"\b(?:[Hh]e|[Ss]he)\b",
        r"\b(?:[Hh]is|[Hh]er)\b",
        r"\b[Tt]h(?:e|is) (?:patient|man|woman|boy|girl|child|infant)\b(?! population)",
        r"\b(?:denie[sd]|complain(?:s|ed|ing) of|presented (?:to|with)|was (?:admitted|discharged)|"
        r"on (?:examination|admission))\b|\b(?:h/o|s/p|c/o|Mrs?\.)",
    )
)
ENOUGH = 3  # kinds of cues of a text without headings


def is_a_note(text: str) -> bool:
    """Return whether a text has the headings of a visit or a stay."""
    return HEADINGS.search(text) is not None


def tells_of_a_patient(text: str) -> bool:
    """Return whether a text tells of one patient.

    >>> tells_of_a_patient("A 54-year-old man presented with gout. He took colchicine.")
    True
    >>> tells_of_a_patient("Of 54 patients with gout, 20 took colchicine.")
    False
    """
    return is_a_note(text) or sum(cue.search(text) is not None for cue in CUES) >= ENOUGH

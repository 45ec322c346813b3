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
        r"\b[Tt]h(?:e|is) (?:patient|man|woman|boy|girl|child|infant)\b(?! population)|"
        r"\b(?:Patient|Pt) (?:is|was|has|had|presents|presented|reports|states|prefers)\b",
        r"\b(?:denie[sd]|complain(?:s|ed|ing) of|present(?:s|ed) (?:to|with)|"
        r"was (?:admitted|discharged)|on (?:examination|admission))\b|\b(?:h/o|s/p|c/o|Mrs?\.)",
        r"\b(?:BID|TID|QID|[bt]id|qhs|q\d{1,2}h|prn|PRN|NPO|NKDA|gtt)\b",
        r"\b(?:Plan|Impression|Exam|Labs|Meds|Allergies|Dx|Rx|Hx|A/P)[ \t]?:|"
        r"(?:[.;]|\A)\s{0,3}Assessment[ \t]?:",
    )
)
ENOUGH = 3  # kinds of cues of a text without headings
BRIEF = 700  # characters of a text in which one cue is enough, if no word is of a study
FINDINGS = re.compile(
    r"\b(?:physical exam(?:ination)?|under(?:went|going)|was (?:extubated|intubated|transferred)|"
    r"unremarkable|within normal limits|mm ?Hg|bpm|follow-up visit)\b"
)
STUDIES = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Pp]atients|[Ss]tud(?:y|ies)|[Cc]ohorts?|[Pp]articipants|[Ss]ubjects|"
    r"[Cc]ontrols|[Gg]roups?|[Tt]rials?|versus|vs|[Mm]ice|[Rr]ats|cells|expression)\b|"
    r"\b[Pp] ?[<=>]"
)


def is_a_note(text: str) -> bool:
    """Return whether a text has the headings of a visit or a stay."""
    return HEADINGS.search(text) is not None


def tells_of_a_patient(text: str) -> bool:
    """Return whether a text tells of one patient.

    >>> tells_of_a_patient("A 54-year-old man presented with gout. He took colchicine.")
    True
    >>> tells_of_a_patient("Of 54 patients with gout, 20 took colchicine.")
    False
    >>> tells_of_a_patient("The patient underwent colonoscopy.")  # few words, none of a study
    True
    """
    if is_a_note(text):
        return True
    cues = sum(cue.search(text) is not None for cue in CUES)
    if cues >= ENOUGH:
        return True
    is_brief = len(text) <= BRIEF and STUDIES.search(text) is None
    return is_brief and (cues > 0 or FINDINGS.search(text) is not None)

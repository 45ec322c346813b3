"""Screening for a review: which records to read next, and when it is safe to stop.

In: references (RIS, NBIB ...), a protocol or decisions made so far. Out: the undecided records,
those that are likely to be included first; records that are the same, together; how sure it is that
enough has been found. One learner: logistic regression over words, concepts and keywords, taught
anew after each few decisions, the likeliest records read first.

Papers: Cohen et al. 2006 (screening by machine, WSS), van de Schoot et al. 2021 (ASReview),
Callaghan and Müller-Hansen 2020 (when to stop).
"""

from onoma.search.screening.decisions import Decision, Review
from onoma.search.screening.doubles import group_doubles
from onoma.search.screening.features import record_rows
from onoma.search.screening.screener import STRATEGIES, Screener
from onoma.search.screening.stopping import Outlook, outlook

__all__ = [
    "STRATEGIES",
    "Decision",
    "Outlook",
    "Review",
    "Screener",
    "group_doubles",
    "outlook",
    "record_rows",
]

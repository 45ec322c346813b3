"""Annotations looked through by people: a queue by doubt, decisions, agreement, curated documents.

In: annotated documents (of a corpus, a file). Out: the same documents as people decided, in any
format, to be trained on. A curation is a folder: ``curation.json``, ``documents.jsonl`` (as they
were found; never changed), ``decisions.jsonl`` (appended to, never changed; to undo is one more
line). One or two readers decide on every mention; neither sees the other's decisions; where they
differ, an adjudicator decides.

Papers: Cohen 1960 (kappa), Hripcsak and Rothschild 2005 (F1 where nobody can count what is not
there), Settles 2009 (doubt first).
"""

from onoma.curate.agreement import Agreement, agreement
from onoma.curate.curation import Curation, Progress
from onoma.curate.decisions import Decision
from onoma.curate.doubt import Doubt, doubts
from onoma.curate.places import curations_folder, find_curation, list_curations, new_curation
from onoma.curate.seats import Seat
from onoma.curate.starting import Start, start_curation
from onoma.curate.verdicts import Part, Verdict

__all__ = [
    "Agreement",
    "Curation",
    "Decision",
    "Doubt",
    "Part",
    "Progress",
    "Seat",
    "Start",
    "Verdict",
    "agreement",
    "curations_folder",
    "doubts",
    "find_curation",
    "list_curations",
    "new_curation",
    "start_curation",
]

"""Measures a system against gold: data sets, tasks, systems, reports; nothing inside imports it.

In: a task's name, a path with gold, systems by name or a file of predictions. Out: a ``Result``
with measures and bootstrap intervals, scores by type, counted errors with their context, overlap
with the training part, and a paired comparison of systems; as a table, a JSON record or an HTML
page. ``tasks`` and ``systems`` are registries; the table of data sets is data. ``robustness``
disturbs gold texts and says whether a system stands it.

Papers: Ribeiro et al. 2020 (CheckList), Moradi and Samwald 2021 (robustness of clinical NLP).
"""

from onoma.eval.datasets import data_sets
from onoma.eval.results import Result, record_of
from onoma.eval.running import Request, evaluate
from onoma.eval.systems import systems
from onoma.eval.tasks import tasks

__all__ = [
    "Request",
    "Result",
    "data_sets",
    "evaluate",
    "record_of",
    "systems",
    "tasks",
]

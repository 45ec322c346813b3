"""The tasks by name: how each reads its gold and scores guesses.

``tasks`` is the registry; entry points ``onoma.eval_tasks`` add to it. One file holds tasks that
share what is given and wanted: mentions in documents, relations, labels of texts, ranked answers,
pairs and clusters of terms, what a text says in other forms, series.
"""

from onoma.eval.parts import Task
from onoma.registry import Registry

tasks: Registry[Task] = Registry(
    "task",
    group="onoma.eval_tasks",
    builtin={
        "abbreviation": "onoma.eval.tasks.phrases:ABBREVIATION",
        "assertion": "onoma.eval.tasks.labels:ASSERTION",
        "classify": "onoma.eval.tasks.labels:CLASSIFY",
        "cluster": "onoma.eval.tasks.terms:CLUSTER",
        "concepts": "onoma.eval.tasks.mentions:CONCEPTS",
        "forecast": "onoma.eval.tasks.series:FORECAST",
        "keyphrase": "onoma.eval.tasks.phrases:KEYPHRASE",
        "kgc": "onoma.eval.tasks.triples:KGC",
        "link": "onoma.eval.tasks.linking:LINK",
        "ner": "onoma.eval.tasks.mentions:NER",
        "ranking": "onoma.eval.tasks.answers:RANKING",
        "relation": "onoma.eval.tasks.relations:RELATION",
        "retrieval": "onoma.eval.tasks.answers:RETRIEVAL",
        "sequence": "onoma.eval.tasks.labels:SEQUENCE",
        "similarity": "onoma.eval.tasks.terms:SIMILARITY",
        "simplify": "onoma.eval.tasks.rewriting:SIMPLIFY",
    },
)

__all__ = ["tasks"]

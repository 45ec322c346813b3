"""The systems by task and name: Onoma itself, honest baselines, files of predictions.

``systems`` has ``TASK.NAME``; entry points ``onoma.eval_systems`` add to it under such names. A
maker takes a ``Setting`` (views, training items, vocabulary) and returns a ``System``, which never
sees the gold of what it answers.
"""

from onoma.errors import UnknownName
from onoma.eval.parts import SystemMaker
from onoma.registry import Registry

systems: Registry[SystemMaker] = Registry(
    "system",
    group="onoma.eval_systems",
    builtin={
        "abbreviation.onoma": "onoma.eval.systems.pipeline:make_abbreviations",
        "assertion.majority": "onoma.eval.systems.baselines:make_majority_axes",
        "assertion.onoma": "onoma.eval.systems.pipeline:make_assertion",
        "classify.majority": "onoma.eval.systems.baselines:make_majority_labels",
        "classify.tfidf": "onoma.eval.systems.textual:make_centroids",
        "cluster.identity": "onoma.eval.systems.baselines:make_singletons",
        "cluster.normal": "onoma.eval.systems.baselines:make_normal_forms",
        "concepts.dictionary": "onoma.eval.systems.pipeline:make_dictionary_mentions",
        "concepts.lexicon": "onoma.eval.systems.lexicon:make_matcher",
        "concepts.onoma": "onoma.eval.systems.pipeline:make_mentions",
        "concepts.tagger": "onoma.eval.systems.pipeline:make_tagger_mentions",
        "forecast.drift": "onoma.eval.systems.baselines:make_drift",
        "forecast.mean": "onoma.eval.systems.baselines:make_mean",
        "forecast.naive": "onoma.eval.systems.baselines:make_naive",
        "keyphrase.onoma": "onoma.eval.systems.pipeline:make_keyphrases",
        "keyphrase.tfidf": "onoma.eval.systems.textual:make_keyphrases",
        "kgc.frequency": "onoma.eval.systems.baselines:make_tail_frequency",
        "link.dictionary": "onoma.eval.systems.pipeline:make_dictionary_linker",
        "link.lexicon": "onoma.eval.systems.lexicon:make_linker",
        "link.onoma": "onoma.eval.systems.pipeline:make_linker",
        "ner.dictionary": "onoma.eval.systems.pipeline:make_dictionary_mentions",
        "ner.lexicon": "onoma.eval.systems.lexicon:make_matcher",
        "ner.onoma": "onoma.eval.systems.pipeline:make_mentions",
        "ner.tagger": "onoma.eval.systems.pipeline:make_tagger_mentions",
        "ranking.identity": "onoma.eval.systems.baselines:make_given_order",
        "ranking.tfidf": "onoma.eval.systems.textual:make_ranking",
        "relation.cooccurrence": "onoma.eval.systems.baselines:make_cooccurrence",
        "retrieval.bm25": "onoma.eval.systems.textual:make_retrieval",
        "sequence.majority": "onoma.eval.systems.baselines:make_majority_sequence",
        "sequence.tfidf": "onoma.eval.systems.textual:make_sequence_centroids",
        "similarity.encoder": "onoma.eval.systems.encoding:make_similarity",
        "similarity.tfidf": "onoma.eval.systems.textual:make_similarity",
        "simplify.identity": "onoma.eval.systems.baselines:make_identity",
    },
)


def names_for(task: str) -> tuple[str, ...]:
    """Return the names of the systems that answer a task."""
    prefix = f"{task}."
    return tuple(n.removeprefix(prefix) for n in systems.names() if n.startswith(prefix))


def find_maker(task: str, name: str) -> SystemMaker:
    """Return the maker of a task's system.

    Raises: UnknownName: no system of this name answers the task.
    """
    if name not in names_for(task):
        raise UnknownName(f"system for the task {task!r}", name, [*names_for(task), "predictions"])
    return systems.get(f"{task}.{name}")


__all__ = ["find_maker", "names_for", "systems"]

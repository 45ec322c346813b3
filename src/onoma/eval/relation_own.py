"""A user's own annotated documents as a task's texts, to train a relation reader on."""

from __future__ import annotations

from collections.abc import Iterable

from onoma.errors import InputError
from onoma.eval.gold_documents import gold_of
from onoma.eval.relation_texts import concept_text, gold_text
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.tasks import RelationTask
from onoma.types import AnnotatedDocument


def own_corpus(documents: Iterable[AnnotatedDocument], task: RelationTask) -> RelationCorpus:
    """Return documents whose relations are named by a task's kinds; nothing is kept for a dev part.

    Raises: InputError: a relation of another kind, or none at all.
    """
    known = {kind.name for kind in task.kinds}
    texts: list[GoldText] = []
    for document in documents:
        gold = gold_of(document)
        rows = [(one.subject, one.predicate, one.object) for one in gold.relations]
        strange = sorted({kind for _, kind, _ in rows} - known)
        if strange:
            raise InputError(
                f"{gold.document.id}: {task.name} has no relation {strange[0]!r}",
                hint=f"its kinds: {', '.join(sorted(known))}",
            )
        texts.append(gold_text(concept_text(gold), rows))
    if not any(text.ties for text in texts):
        raise InputError("no document has a relation", hint="give BioC, brat or PubTator with them")
    return RelationCorpus(task, tuple(texts), ())

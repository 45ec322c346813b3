"""A corpus: its log, and all that is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from onoma.corpus.adding import Added, Plan, add_documents
from onoma.corpus.log import Log
from onoma.corpus.rows import Item, Removal
from onoma.pipeline import Pipeline


class Corpus(Log):
    """Documents with what was found in them, in a folder of their own."""

    def add(
        self,
        items: Iterable[Item | str],
        *,
        pipeline: Pipeline | None = None,
        plan: Plan | None = None,
        watch: Callable[[Added], None] | None = None,
    ) -> Added:
        """Add documents, annotated; return what became of them (see ``adding.add_documents``)."""
        return add_documents(self, items, pipeline=pipeline, plan=plan, watch=watch)

    def remove(self, ids: Iterable[str], *, plan: Plan | None = None) -> Added:
        """Remove documents: they count no more; return how many there were."""
        return add_documents(self, (Removal(id) for id in ids), plan=plan)

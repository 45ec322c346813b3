"""A corpus: its log, and all that is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from onoma.corpus.adding import Added, Plan, add_documents, remove_documents
from onoma.corpus.checking import Verdict, verify
from onoma.corpus.info import Info, corpus_info
from onoma.corpus.log import Log
from onoma.corpus.purging import purge
from onoma.corpus.reannotating import reannotate
from onoma.corpus.repairing import Repaired, repair
from onoma.corpus.rows import Item
from onoma.corpus.tables import Tables
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
        return remove_documents(self, ids, plan=plan)

    def purge(self, *, plan: Plan | None = None) -> int:
        """Take the texts of removed and replaced documents off the disk (see ``purging``)."""
        return purge(self, plan=plan)

    def reannotate(self, pipeline: Pipeline | None = None, *, plan: Plan | None = None) -> int:
        """Find the mentions anew where they were found otherwise (see ``reannotating``)."""
        return reannotate(self, pipeline, plan=plan)

    def verify(self) -> Verdict:
        """Compare all files with their checksums and with each other."""
        return verify(self.folder)

    def repair(self, pipeline: Pipeline | None = None) -> Repaired:
        """Put right what is damaged; return what was done and what is lost."""
        done = repair(self.folder, pipeline)
        self.refresh()
        return done

    def info(self) -> Info:
        """Return what the corpus holds, in numbers."""
        return corpus_info(self)

    def tables(self, *, threads: int = 1) -> Tables:
        """Return the documents that count, with their mentions, as tables of DuckDB."""
        return Tables(self, threads=threads)

    def sql(self, query: str, values: list[Any] | None = None) -> pa.Table:
        """Return what a query over ``tables`` gives."""
        with self.tables() as tables:
            return tables.sql(query, values)

"""A corpus: documents with what was found in them, kept as an append-only log.

In: documents (or documents that bring their own annotations) and a pipeline. Out: batches of rows
in the order of the log, documents by id, the keys that count; and whatever is derived from them
(``derived``), which can always be built anew.

A corpus is a folder: ``segments/`` of Parquet files with their checksums in ``manifest.json``,
which is replaced atomically, and ``indexes/``. A document is never changed in place: a newer one of
its id hides it, a tombstone removes it. One process writes, any number reads.

Papers: Broder 1997 (MinHash), Li and König 2010 (b-bit minwise hashing), O'Neil et al. 1996
(log-structured storage).
"""

from onoma.errors import ExtraMissing

try:
    import pyarrow  # noqa: F401 - said here, once for all modules
except ImportError as error:
    raise ExtraMissing("library", "a corpus") from error

from onoma.corpus.adding import Added, Plan
from onoma.corpus.checking import Problem, Verdict, verify
from onoma.corpus.corpus import Corpus
from onoma.corpus.derived import DerivedIndex, IndexState, derived_indexes
from onoma.corpus.durable import DiskFull
from onoma.corpus.info import IndexInfo, Info
from onoma.corpus.locking import Busy
from onoma.corpus.places import corpora_folder, find_corpus, list_corpora, new_corpus
from onoma.corpus.reading import Reading, read_items
from onoma.corpus.repairing import Repaired, repair
from onoma.corpus.rows import Item, Removal
from onoma.corpus.segments import Batch
from onoma.corpus.tables import COUNTED, Tables, count_by

__all__ = [
    "COUNTED",
    "Added",
    "Batch",
    "Busy",
    "Corpus",
    "DerivedIndex",
    "DiskFull",
    "IndexInfo",
    "IndexState",
    "Info",
    "Item",
    "Plan",
    "Problem",
    "Reading",
    "Removal",
    "Repaired",
    "Tables",
    "Verdict",
    "corpora_folder",
    "count_by",
    "derived_indexes",
    "find_corpus",
    "list_corpora",
    "new_corpus",
    "read_items",
    "repair",
    "verify",
]

"""Documents in and out.

In: paths (files, folders, ``-``), packed with gz, bz2, xz or zst or not. Out: a lazy stream of
``Document``, with a ``FailedDocument`` in the place of each one that cannot be read: what is
wrong, where, and what to do. A text is never altered; offsets count its code points.

Readers: ``text`` (a file is a document), ``pubtator``, ``jsonl``, ``medline`` (MEDLINE/PubMed XML,
streamed). Writers, from ``AnnotatedDocument``: ``jsonl``, ``pubtator``, ``tsv``, ``html`` (one page
that works from the file system), ``terminal``. Both kinds are found by name in ``readers`` and
``writers``; entry points ``onoma.readers`` and ``onoma.writers`` add to them.
"""

from onoma.formats.inputs import Input, find_inputs, read_documents
from onoma.formats.opening import Limits, Meter, decode_text, open_stream
from onoma.formats.output import open_output
from onoma.formats.pubtator import read_pubtator, read_pubtator_gold
from onoma.formats.resume import RESUMABLE, Output, plain_output, resumable_output
from onoma.formats.tables import Reader, Writer, make_writer, readers, writers

__all__ = [
    "RESUMABLE",
    "Input",
    "Limits",
    "Meter",
    "Output",
    "Reader",
    "Writer",
    "decode_text",
    "find_inputs",
    "make_writer",
    "open_output",
    "open_stream",
    "plain_output",
    "read_documents",
    "read_pubtator",
    "read_pubtator_gold",
    "readers",
    "resumable_output",
    "writers",
]

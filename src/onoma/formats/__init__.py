"""Documents in and out.

In: paths (files, folders, ``-``), packed with gz, bz2, xz or zst or not. Out: a lazy stream of
``Document``, with a ``FailedDocument`` in the place of each one that cannot be read: what is
wrong, where, and what to do. A text is never altered; offsets count its code points.

Readers and writers are found by name in ``readers``, ``annotated_readers`` (with what a file
itself annotates) and ``writers`` (see ``tables``); entry points ``onoma.readers``,
``onoma.annotated_readers`` and ``onoma.writers`` add to them. ``signs`` says by what a format is
recognised, ``capacity`` what each one holds; writers count what they leave out (``losses``).
``convert_documents`` goes from one format to another.

Papers: Comeau et al. 2013 (BioC), Wei et al. 2013 (PubTator), Stenetorp et al. 2012 (brat), Tjong
Kim Sang and De Meulder 2003 (CoNLL), Sanderson et al. 2017 (Web Annotation).
"""

from onoma.formats.converting import Conversion, Lossy, convert_documents
from onoma.formats.inputs import Input, find_inputs, read_annotated, read_documents
from onoma.formats.opening import Limits, Meter, decode_text, open_stream
from onoma.formats.output import open_output
from onoma.formats.pubtator import read_pubtator, read_pubtator_gold
from onoma.formats.resume import RESUMABLE, Output, plain_output, resumable_output
from onoma.formats.tables import Reader, Writer, annotated_readers, make_writer, readers, writers

__all__ = [
    "RESUMABLE",
    "Conversion",
    "Input",
    "Limits",
    "Lossy",
    "Meter",
    "Output",
    "Reader",
    "Writer",
    "annotated_readers",
    "convert_documents",
    "decode_text",
    "find_inputs",
    "make_writer",
    "open_output",
    "open_stream",
    "plain_output",
    "read_annotated",
    "read_documents",
    "read_pubtator",
    "read_pubtator_gold",
    "readers",
    "resumable_output",
    "writers",
]

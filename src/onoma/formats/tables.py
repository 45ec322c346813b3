"""Which formats there are: the shape of a reader and a writer, and the tables of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from onoma.formats.losses import Losses
from onoma.registry import Registry
from onoma.types import AnnotatedDocument, Document, FailedDocument

Reader = Callable[[BinaryIO, str], Iterator[Document | FailedDocument]]
"""Takes an unpacked byte stream and the name of its file (for ids and messages).

A reader is lazy. What is wrong with one document becomes a ``FailedDocument`` in its place; an
error after which nothing more can be read is raised (``OnomaError``) and ends the file.
"""


AnnotatedReader = Callable[[BinaryIO, str], Iterator[AnnotatedDocument]]
"""As ``Reader``, with what the file itself annotates: mentions (``found_by`` is ``gold``, ``id`` as
in the file), relations, passages. A document that failed has ``error`` set; it keeps its text if
its annotations alone cannot be read."""

PathReader = Callable[[Path, str], Iterator[Document | FailedDocument | AnnotatedDocument]]
"""Reads a file that needs more than its bytes, such as a partner beside it; takes its path and its
name. The format has a line in ``readers`` too, for streams (standard input) without a path."""


def plain_item(
    found: Document | FailedDocument | AnnotatedDocument,
) -> Document | FailedDocument:
    """Return what a reader gives without annotations; broken ones do not fail a text."""
    if not isinstance(found, AnnotatedDocument):
        return found
    return found.error if found.error is not None and not found.text else found.document


def documents_only(read: AnnotatedReader) -> Reader:
    """Return a reader of the documents alone, made of one that gives their annotations too."""

    def read_documents(stream: BinaryIO, name: str) -> Iterator[Document | FailedDocument]:
        yield from map(plain_item, read(stream, name))

    return read_documents


class Writer(Protocol):
    """Writes annotated documents, one after the other, to the byte stream it was made with.

    ``losses`` counts, by kind (see ``formats.losses``), what the format could not hold.
    """

    losses: Losses

    def begin(self) -> None:
        """Write what stands before the first document."""

    def write(self, document: AnnotatedDocument) -> None:
        """Write one document (or what is known of one that failed)."""

    def end(self) -> None:
        """Write what stands after the last document; the stream stays open."""


WriterFactory = Callable[[BinaryIO, bool], Writer]
"""Takes the byte stream and whether candidates are to be explained (``--explain``)."""

readers: Registry[Reader] = Registry(
    "input format",
    group="onoma.readers",
    builtin={
        "biocjson": "onoma.formats.biocjson:read_biocjson",
        "biocxml": "onoma.formats.biocxml:read_biocxml",
        "brat": "onoma.formats.brat:read_brat",
        "conll": "onoma.formats.conll:read_conll",
        "cord19": "onoma.formats.cord19:read_cord19",
        "csv": "onoma.formats.delimited:read_delimited",
        "fhir": "onoma.formats.fhir:read_fhir",
        "html": "onoma.formats.html_text:read_html",
        "jats": "onoma.formats.jats:read_jats",
        "jsonl": "onoma.formats.jsonl:read_jsonl",
        "jsonl-text": "onoma.formats.jsonl:read_jsonl",
        "markdown": "onoma.formats.markdown:read_markdown",
        "medline": "onoma.formats.medline:read_medline",
        "nbib": "onoma.formats.ris:read_ris",
        "omop": "onoma.formats.omop:read_omop",
        "parquet": "onoma.formats.parquet:read_parquet",
        "pdf": "onoma.formats.pdf:read_pdf",
        "pubtator": "onoma.formats.pubtator:read_pubtator",
        "ris": "onoma.formats.ris:read_ris",
        "text": "onoma.formats.text:read_text",
        "webanno": "onoma.formats.webanno:read_webanno",
    },
)

annotated_readers: Registry[AnnotatedReader] = Registry(
    "annotated input format",
    group="onoma.annotated_readers",
    builtin={
        "biocjson": "onoma.formats.biocjson:read_biocjson_gold",
        "biocxml": "onoma.formats.biocxml:read_biocxml_gold",
        "brat": "onoma.formats.brat:read_brat_gold",
        "conll": "onoma.formats.conll:read_conll_gold",
        "jsonl": "onoma.formats.jsonl_full:read_jsonl_gold",
        "jsonl-text": "onoma.formats.jsonl_full:read_jsonl_gold",
        "pubtator": "onoma.formats.pubtator:read_pubtator_gold",
        "webanno": "onoma.formats.webanno:read_webanno_gold",
    },
)

path_readers: Registry[PathReader] = Registry(
    "input format of paths",
    group="onoma.path_readers",
    builtin={
        "brat": "onoma.formats.brat:read_brat_path",
        "cord19": "onoma.formats.cord19:read_cord19_path",
    },
)

writers: Registry[WriterFactory] = Registry(
    "output format",
    group="onoma.writers",
    builtin={
        "biocjson": "onoma.formats.biocjson:BiocJsonWriter",
        "biocxml": "onoma.formats.biocxml:BiocXmlWriter",
        "brat": "onoma.formats.brat_writer:BratWriter",
        "conll": "onoma.formats.conll_writer:ConllWriter",
        "conll-bioes": "onoma.formats.conll_writer:BioesWriter",
        "fhir": "onoma.formats.fhir_resources:FhirWriter",
        "html": "onoma.formats.html:HtmlWriter",
        "jsonl": "onoma.formats.jsonl:JsonlWriter",
        "jsonl-text": "onoma.formats.jsonl_full:JsonlFullWriter",
        "nbib": "onoma.formats.ris:NbibWriter",
        "omop": "onoma.formats.omop:OmopWriter",
        "parquet": "onoma.formats.parquet:ParquetWriter",
        "pubtator": "onoma.formats.pubtator:PubtatorWriter",
        "relations-parquet": "onoma.formats.relation_parquet:RelationParquetWriter",
        "relations-tsv": "onoma.formats.relation_writers:RelationTsvWriter",
        "ris": "onoma.formats.ris:RisWriter",
        "terminal": "onoma.formats.terminal:TerminalWriter",
        "tsv": "onoma.formats.tsv:TsvWriter",
        "webanno": "onoma.formats.webanno_writer:WebAnnotationWriter",
    },
)


def make_writer(name: str, stream: BinaryIO, *, explain: bool = False) -> Writer:
    """Return a writer of this format that writes to the stream.

    Raises: UnknownName: there is no such format.
    """
    return writers.get(name)(stream, explain)

"""Formats that are written: their media types, for Accept and Content-Type, and their writers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from onoma.formats import make_writer
from onoma.formats.tables import Writer
from onoma.server.endpoint import chosen

JSON = "application/json"
NDJSON = "application/x-ndjson"

MEDIA: dict[str, str] = {
    "json": JSON,
    "jsonl": NDJSON,
    "jsonl-text": "application/x-ndjson; variant=text",
    "pubtator": "text/x-pubtator; charset=utf-8",
    "biocxml": "application/xml",
    "biocjson": "application/vnd.bioc+json",
    "brat": "application/zip",
    "conll": "text/x-conll; charset=utf-8",
    "conll-bioes": "text/x-conll; variant=bioes; charset=utf-8",
    "webanno": "application/ld+json",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "fhir": "application/fhir+json",
    "ris": "application/x-research-info-systems",
    "nbib": "application/nbib",
    "omop": "text/csv; charset=utf-8",
    "relations-tsv": "text/tab-separated-values; variant=relations; charset=utf-8",
    "relations-parquet": "application/vnd.apache.parquet; variant=relations",
}
"""The media type of each format; ``json`` is one object with all records."""

FORMATS = tuple(dict.fromkeys(one.partition(";")[0] for one in MEDIA.values()))
_FORMAT = {media.partition(";")[0]: name for name, media in reversed(MEDIA.items())}


def format_of(accept: str) -> str:
    """Return the format that an Accept header asks for.

    Raises: NotAcceptable: none of ours.
    """
    return _FORMAT[chosen(accept, FORMATS)]


@contextmanager
def writing(target: str, out: io.BytesIO, *, explain: bool = False) -> Iterator[Writer]:
    """Give a writer that is begun, and ended after an error too: an archive must be closed."""
    writer = make_writer(target, out, explain=explain)
    writer.begin()
    try:
        yield writer
    except BaseException:
        with suppress(Exception):
            writer.end()
        raise
    writer.end()

"""By what a file's format is recognised: its name's extensions, its first bytes. Tables only.

To add a format, add a line to ``SIGNS`` (input) and to ``OUTPUT_EXTENSIONS`` (output).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD = 1 << 14  # bytes looked at to recognise a format
PACKED = (".gz", ".bz2", ".xz", ".zst")
"""Extensions that say how a file is packed, not what it holds; the one before them counts."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a format.

    ``extensions`` decide alone (the longest one that fits). ``head`` is searched in the first
    bytes (as UTF-8, without a byte-order mark) of files whose extension says nothing, and of those
    whose extension is in ``shared``: extensions that several formats use.
    """

    extensions: tuple[str, ...] = ()
    head: re.Pattern[bytes] | None = None
    shared: tuple[str, ...] = ()


def _pattern(words: bytes) -> re.Pattern[bytes]:
    return re.compile(words)


_TAGGED_LINE = rb"[^\s#]\S*[ \t]+(?:\S+[ \t]+){0,8}?(?:O|[BIESUL]-\S+)\r?\n"

SIGNS: dict[str, Signs] = {
    "pubtator": Signs(
        (".pubtator",), _pattern(rb"\A\s*[^|\s][^|\t\r\n]*\|[ta]\|"), (".txt", ".text", ".tsv")
    ),
    "brat": Signs((".ann", ".brat.zip"), _pattern(rb"\APK\x03\x04"), (".zip",)),
    "conll": Signs(
        (".conll", ".iob", ".iob2", ".bio", ".bioes"),
        _pattern(
            rb"\A(?:#[^\n]*\n|-DOCSTART-[^\n]*\n|[ \t\r]*\n)*+"
            + _TAGGED_LINE
            + rb"(?:"
            + _TAGGED_LINE
            + rb"|\r?\n){2}"
        ),
        (".txt", ".text", ".tsv"),
    ),
    "medline": Signs(
        (),
        _pattern(
            rb"<(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet|PubmedArticle"
            rb"|MedlineCitation|PubmedBookArticle)[\s>/]"
        ),
        (".xml",),
    ),
    "biocxml": Signs((".bioc.xml", ".bioc"), _pattern(rb"<collection[\s>]"), (".xml",)),
    "cord19": Signs(
        (),
        _pattern(
            rb'\A\s*\{\s*"paper_id"\s*:\s*"[^"]*"\s*,\s*"(?:metadata|abstract|body_text)"'
            rb'|\A"?cord_uid"?,'
        ),
        (".json", ".csv"),
    ),
    "biocjson": Signs(
        (".bioc.json",),
        _pattern(
            rb'"documents"\s*:\s*\[\s*(?:\{|\Z)|"PubTator3"\s*:\s*\['
            rb'|"passages"\s*:\s*\[\s*\{\s*"(?:infons|offset|text|sentences|annotations|relations)"'
        ),
        (".json",),
    ),
    "webanno": Signs(
        (".jsonld", ".webanno.json"), _pattern(rb'"https?://www\.w3\.org/ns/anno'), (".json",)
    ),
    "parquet": Signs((".parquet", ".pq"), _pattern(rb"\APAR1")),
    "pdf": Signs((".pdf",), _pattern(rb"\A%PDF-")),
    "html": Signs((".html", ".htm", ".xhtml"), _pattern(rb"(?i)\A\s*<(?:!doctype html|html)[\s>]")),
    "jats": Signs(
        (".nxml", ".jats.xml"),
        _pattern(rb"<(?:[A-Za-z][\w.-]{0,20}:)?(?:article|pmc-articleset)[\s>]"),
        (".xml",),
    ),
    "fhir": Signs(
        (".fhir.json", ".fhir.ndjson"),
        _pattern(rb'"resourceType"\s*:\s*"(?:Bundle|DocumentReference|DiagnosticReport)"'),
        (".json",),
    ),
    "omop": Signs((".omop.csv",), _pattern(rb"(?i)\A[^\r\n]*\bnote_text\b"), (".csv",)),
    "csv": Signs(),
    "markdown": Signs((".md", ".markdown")),
    "nbib": Signs((".nbib",), _pattern(rb"\A\s*PMID *- "), (".txt", ".text")),
    "ris": Signs(
        (".ris", ".ciw"),
        _pattern(rb"(?m)^TY  ?- |\A\s*(?:FN|PT) [A-Z][^\r\n]*\r?\n(?:VR|PT|AU|CA) "),
        (".txt", ".text"),
    ),
    "jsonl": Signs(
        (".jsonl", ".ndjson"),
        _pattern(rb'\A\s*\{ *"[^"\r\n]{1,80}" *:(?:[^\r\n]*\} *(?:\r?\n|\Z)|[^\r\n]*\Z)'),
    ),
    "text": Signs(),
}
"""Each input format with its signs; heads are tried in this order."""

FALLBACKS: dict[str, str] = {
    ".csv": "csv",
    ".text": "text",
    ".tsv": "csv",
    ".txt": "text",
}
"""What a file of a shared extension is taken for when no head fits; one without a line here is
refused, and one with an unknown extension is text."""

OUTPUT_EXTENSIONS: dict[str, tuple[str, ...]] = {
    "biocjson": (".bioc.json", ".json"),
    "biocxml": (".bioc.xml", ".bioc", ".xml"),
    "brat": (".brat.zip", ".zip"),
    "conll": (".conll", ".iob", ".iob2", ".bio"),
    "conll-bioes": (".bioes",),
    "fhir": (".fhir.ndjson",),
    "html": (".html", ".htm"),
    "jsonl": (".jsonl", ".ndjson"),
    "nbib": (".nbib",),
    "omop": (".omop.csv", ".csv"),
    "parquet": (".parquet", ".pq"),
    "pubtator": (".pubtator",),
    "relations-parquet": (".relations.parquet", ".relations.pq"),
    "relations-tsv": (".relations.tsv",),
    "ris": (".ris",),
    "tsv": (".tsv",),
    "webanno": (".jsonld", ".webanno.json"),
}
"""Each output format with the extensions of files that are written in it."""

PARTNERS: dict[str, tuple[str, str]] = {"brat": (".ann", ".txt")}
"""Formats of two files: the extension of the one that stands for both, and of its partner. In a
folder the partner is passed over; a partner that is given by itself is read as the pair."""


INDEXES: dict[str, tuple[str, str]] = {"cord19": ("metadata.csv", ".json")}
"""Formats of a folder with an index: its name, and the extension of the files below that it stands
for, where it has the format's signs."""


def bare_name(name: str) -> str:
    """Return a file's name without what says how it is packed.

    >>> bare_name("a/b.xml.gz")
    'a/b.xml'
    """
    for packed in PACKED:
        if name.lower().endswith(packed):
            return name[: -len(packed)]
    return name


def output_format(name: str) -> str | None:
    """Return the format in which a file of this name is written, None if its name says nothing.

    >>> output_format("found.bioc.json")
    'biocjson'
    """
    return longest_fit(name, OUTPUT_EXTENSIONS)


def longest_fit(name: str, table: dict[str, tuple[str, ...]]) -> str | None:
    """Return the entry with the longest extension that ends the name."""
    fits = [
        (len(extension), entry)
        for entry, extensions in table.items()
        for extension in extensions
        if name.lower().endswith(extension)
    ]
    return max(fits)[1] if fits else None

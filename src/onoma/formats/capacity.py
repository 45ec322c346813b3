"""What each format can hold of an annotated document, in one table, and the count of the rest.

A kind of ``losses.KINDS`` stands in a format's line when the format holds all of it. Losses that
depend on a value (a character XML has not, mentions that cross) are counted by the writer besides.
"""

from __future__ import annotations

from dataclasses import replace

from onoma.formats.losses import KINDS, Losses
from onoma.formats.relation_fields import has_details
from onoma.types import AnnotatedDocument, Assertion

_EVERYTHING = frozenset(KINDS)
_DOCUMENTS = _EVERYTHING - {
    "abbreviations", "alternatives", "candidates", "coverage", "failed", "sentences",
}  # fmt: skip
_SHOWN = frozenset(
    {
        "assertion",
        "concepts",
        "failed",
        "mentions",
        "overlap",
        "relations",
        "spans",
        "text",
        "types",
    }
)

HOLDS: dict[str, frozenset[str]] = {
    "biocjson": _DOCUMENTS,
    "biocxml": _DOCUMENTS,
    "brat": frozenset(
        {"assertion", "attributes", "concepts", "events", "ids", "labels", "mentions", "overlap"}
        | {"details", "relations", "spans", "text", "types"}
    ),
    "conll": frozenset({"mentions", "text", "types"}),
    "conll-bioes": frozenset({"mentions", "text", "types"}),
    "fhir": frozenset(
        {"assertion", "concepts", "labels", "mentions", "overlap", "scores", "spans"}
    ),
    "html": _SHOWN,
    "jsonl": frozenset(
        {
            "alternatives",
            "concepts",
            "coverage",
            "details",
            "events",
            "failed",
            "labels",
            "mentions",
            "overlap",
        }
        | {"relations", "scores", "spans", "store", "types"}
    ),
    "jsonl-text": _EVERYTHING,
    "nbib": frozenset({"date", "metadata", "passages", "text"}),
    "omop": frozenset(
        {"assertion", "attributes", "concepts", "ids", "mentions", "overlap", "scores", "spans"}
        | {"types"}
    ),
    "parquet": frozenset(
        {"alternatives", "concepts", "labels", "mentions", "overlap", "scores", "spans", "types"}
    ),
    "pubtator": frozenset(  # within bounds: its writer counts what lies outside
        {"attributes", "concepts", "mentions", "overlap", "passages", "relations", "text", "types"}
    ),
    "relations-parquet": frozenset({"details", "relations"}),
    "relations-tsv": frozenset({"relations"}),
    "ris": frozenset({"date", "metadata", "passages", "text"}),
    "terminal": _SHOWN,
    "tsv": frozenset(
        {"alternatives", "concepts", "labels", "mentions", "overlap", "scores", "types"}
    ),
    "webanno": _DOCUMENTS,
}
"""Each output format with the kinds it holds."""


def unheld(document: AnnotatedDocument, format: str) -> Losses:
    """Return how much of a document's kinds this format leaves out, whatever their values.

    >>> from onoma.types import AnnotatedDocument, Document
    >>> dict(unheld(AnnotatedDocument(Document("1", "x", date="2020")), "brat"))
    {'date': 1}
    """
    if document.error is not None:
        return Losses() if "failed" in HOLDS[format] else Losses(failed=1)
    counts = _counts(document)
    if "mentions" not in HOLDS[format]:  # what they say goes with them
        counts = _counts(replace(document, mentions=())) | {"mentions": len(document.mentions)}
    return Losses({kind: int(n) for kind, n in counts.items() if n and kind not in HOLDS[format]})


def _counts(document: AnnotatedDocument) -> dict[str, int]:
    """Return how much of each kind there is in a document."""
    head, mentions = document.document, document.mentions
    candidates = sum(len(m.candidates) for m in mentions)
    alternatives = sum(len(m.alternatives) for m in mentions)
    return {
        "abbreviations": len(document.abbreviations),
        "alternatives": alternatives,
        "assertion": sum(m.assertion_axes != Assertion() for m in mentions),
        "attributes": sum(len(m.metadata) for m in mentions)
        + sum(len(r.metadata) for r in document.relations),
        "candidates": candidates,
        "concepts": sum(m.curie is not None for m in mentions),
        "coverage": len(document.coverage),
        "date": head.date is not None,
        "details": sum(map(has_details, document.relations)),
        "events": sum(r.trigger is not None for r in document.relations),
        "ids": sum(bool(m.id) for m in mentions) + sum(bool(r.id) for r in document.relations),
        "labels": sum(m.label is not None for m in mentions),
        "language": head.language != "en",
        "mentions": len(mentions),
        "metadata": len(head.metadata) + sum(len(p.metadata) for p in head.passages),
        "names": sum(bool(m.name or m.scope) for m in mentions),
        "passages": len(head.passages),
        "relations": len(document.relations),
        "scores": sum(m.score != 1.0 or m.found_by != "gold" for m in mentions),
        "sentences": len(document.sentences),
        "spans": sum(len(m.spans) > 1 for m in mentions),
        "store": bool(document.store),
        "text": bool(head.text),
    }

"""Concept fields of annotated files as CURIEs: a bare id gets the prefix that it means.

``D006527`` is ``MESH:D006527``; a gene's ``672`` is ``NCBIGene:672``; several ids are joined by
``|``, ``,``, ``;`` or ``+``. A variant in tmVar's notation (``p|SUB|V|600|E``) is one id.
"""

from __future__ import annotations

import re

NO_ID = frozenset({"", "-", "-1", "None", "CUI-less", "NIL", "null"})
_BARE = (
    (re.compile(r"[CD]\d{6,9}"), "MESH:"),
    (re.compile(r"rs\d+"), "DBSNP:"),
)
_DIGITS = {
    "gene": "NCBIGene:", "geneorgeneproduct": "NCBIGene:", "familyname": "NCBIGene:",
    "species": "NCBITaxon:", "organism": "NCBITaxon:", "organismtaxon": "NCBITaxon:",
}  # fmt: skip
_TAXON = re.compile(r"\(Tax:\d+\)$")
_JOINED = re.compile(r"[|,;+]")
_VARIANT = re.compile(r"[cgmnpr]\|[A-Za-z]+\|")


def canonical_id(concept: str, kind: str) -> str:
    """Return a corpus's id with its prefix; ``kind`` is what its digits alone mean.

    >>> [canonical_id(one, "Gene") for one in ("D006527", "672(Tax:9606)", "rs12")]
    ['MESH:D006527', 'NCBIGene:672', 'DBSNP:rs12']
    """
    concept = _TAXON.sub("", concept)
    if concept.startswith("CVCL_"):
        return f"CVCL:{concept[5:]}"
    if ":" in concept:
        return concept
    if concept.isdigit():
        return _DIGITS.get(kind.lower(), "OMIM:") + concept
    return next((p + concept for bare, p in _BARE if bare.fullmatch(concept)), concept)


def split_ids(field: str | None, kind: str) -> tuple[str, ...]:
    """Return the ids of a concept field in order, each once; none for ``-``, ``-1``, nothing."""
    field = field or ""
    cut = field.split(",") if _VARIANT.match(field) else _JOINED.split(field)
    parts = (part.strip() for part in cut)
    return tuple(dict.fromkeys(canonical_id(p, kind) for p in parts if p not in NO_ID))

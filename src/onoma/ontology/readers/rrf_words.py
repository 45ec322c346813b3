"""What the words of UMLS files mean here: languages, source vocabularies, term types.

Source: UMLS Reference Manual, NLM, appendix B (term types TTY, languages LAT) and the source
vocabulary list (SAB).
"""

from __future__ import annotations

import re

LANGUAGES: dict[str, str] = {
    "ARA": "ar", "BAQ": "eu", "BUL": "bg", "CHI": "zh", "CZE": "cs", "DAN": "da", "DUT": "nl",
    "ENG": "en", "EST": "et", "FIN": "fi", "FRE": "fr", "GER": "de", "GRE": "el", "HEB": "he",
    "HUN": "hu", "ITA": "it", "JPN": "ja", "KOR": "ko", "LAV": "lv", "LIT": "lt", "NOR": "no",
    "POL": "pl", "POR": "pt", "RUM": "ro", "RUS": "ru", "SCR": "hr", "SLO": "sk", "SLV": "sl",
    "SPA": "es", "SWE": "sv", "TUR": "tr", "UKR": "uk",
}  # fmt: skip

_NUMBER = r"\d+"
SOURCES: dict[str, tuple[str, re.Pattern[str]]] = {
    sab: (prefix, re.compile(form))
    for sab, prefix, form in (
        ("ATC", "ATC", r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?"),
        ("DRUGBANK", "DRUGBANK", r"DB\d{5}"),
        ("FMA", "FMA", _NUMBER),
        ("GO", "GO", r"GO:\d{7}"),
        ("HGNC", "HGNC", r"HGNC:\d+"),
        ("HPO", "HP", r"HP:\d{7}"),
        ("ICD10", "ICD10", r"[A-Z]\d\d(?:[.]\d+)?"),
        ("ICD10CM", "ICD10CM", r"[A-Z]\d[0-9A-Z](?:[.][0-9A-Z]{1,4})?"),
        ("ICD9CM", "ICD9", r"[EV]?\d{2,3}(?:[.]\d{1,2})?"),
        ("LNC", "LOINC", r"\d+-\d|LP\d+-\d|LA\d+-\d"),
        ("MDR", "MEDDRA", r"\d{8}"),
        ("MSH", "MESH", r"[DC]\d{6,9}"),
        ("NCBI", "NCBITaxon", _NUMBER),
        ("NCI", "NCIT", r"C\d+"),
        ("OMIM", "OMIM", r"\d{6}"),
        ("ORPHANET", "Orphanet", _NUMBER),
        ("RXNORM", "RXNORM", _NUMBER),
        ("SNOMEDCT_US", "SNOMEDCT", r"\d{6,18}"),
        ("UWDA", "FMA", _NUMBER),
    )
}
"""Source vocabulary -> our prefix and the form of its codes; NLM's own codes (MTHU...) are none."""

_SCOPES: dict[str, str] = {
    "label": "PT PN PTN MH HT NM TQ LPN LN LC DN SCN OS HG MTH_PT MTH_HT MTH_HG MTH_OS IN PIN MIN "
    "SCD SBD SCDC SBDC SCDF SBDF SCDG SBDG SCDGP SCDFP SBDFP GPCK BPCK DF DFG",
    "abbreviation": "AB ACR AA OSN QAB SS MTH_ACR",
    "related": "RT MTH_RT",
}
TERM_TYPES: dict[str, str] = {tty: scope for scope, ttys in _SCOPES.items() for tty in ttys.split()}
"""Term type -> scope; every other one (SY, ET, FN, BN, PEP, LLT ...) is an exact synonym."""

LAY_SOURCES = frozenset({"CHV", "MEDLINEPLUS"})  # consumer health vocabularies

FORMS_OF_TTY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("IN", "PIN", "MIN"), ("drug", "chemical")),
    **dict.fromkeys(("DF", "DFG"), ()),
}
"""RxNorm's term types that say what a concept is; every other one is a drug."""

FULLY_SPECIFIED = re.compile(r" \((?:[a-z][a-z /-]{2,60}|RxNorm|SNOMED RT\+CTV3)\)$")
"""The tag that ends a fully specified name of SNOMED CT."""

"""MeSH's subheadings (qualifiers): their names with the two letters that stand for each."""

from __future__ import annotations

from onoma.errors import UnknownName

SUBHEADINGS: dict[str, str] = {
    "ab": "abnormalities", "ad": "administration & dosage", "ae": "adverse effects",
    "ag": "agonists", "aa": "analogs & derivatives", "an": "analysis",
    "ah": "anatomy & histology", "ai": "antagonists & inhibitors", "bi": "biosynthesis",
    "bl": "blood", "bs": "blood supply", "cf": "cerebrospinal fluid", "cs": "chemical synthesis",
    "ci": "chemically induced", "ch": "chemistry", "cl": "classification", "co": "complications",
    "cn": "congenital", "ct": "contraindications", "cy": "cytology", "df": "deficiency",
    "di": "diagnosis", "dg": "diagnostic imaging", "dh": "diet therapy", "de": "drug effects",
    "dt": "drug therapy", "ec": "economics", "ed": "education", "em": "embryology",
    "en": "enzymology", "ep": "epidemiology", "es": "ethics", "eh": "ethnology", "et": "etiology",
    "ge": "genetics", "gd": "growth & development", "hi": "history", "im": "immunology",
    "in": "injuries", "ir": "innervation", "is": "instrumentation",
    "ip": "isolation & purification", "lj": "legislation & jurisprudence", "ma": "manpower",
    "me": "metabolism", "mt": "methods", "mi": "microbiology", "mo": "mortality",
    "nu": "nursing", "og": "organization & administration", "ps": "parasitology",
    "py": "pathogenicity", "pa": "pathology", "pk": "pharmacokinetics", "pd": "pharmacology",
    "ph": "physiology", "pp": "physiopathology", "po": "poisoning",
    "pc": "prevention & control", "px": "psychology", "re": "radiation effects",
    "ra": "radiography", "ri": "radionuclide imaging", "rt": "radiotherapy",
    "rh": "rehabilitation", "sc": "secondary", "se": "secretion", "st": "standards",
    "sn": "statistics & numerical data", "sd": "supply & distribution", "su": "surgery",
    "tu": "therapeutic use", "th": "therapy", "to": "toxicity", "tm": "transmission",
    "tr": "transplantation", "td": "trends", "us": "ultrasonography", "ul": "ultrastructure",
    "ur": "urine", "ut": "utilization", "ve": "veterinary", "vi": "virology",
}  # fmt: skip
"""Name by its two letters; those that NLM has retired are kept, as old records have them."""

LETTERS = {name: letters for letters, name in SUBHEADINGS.items()}
"""Letters by name."""


def subheading(text: str) -> str:
    """Return a subheading's name, given by name or letters; ``and`` may stand for ``&``.

    Raises: UnknownName: MeSH has no such subheading.
    """
    small = " ".join(text.lower().split())
    if small in SUBHEADINGS:
        return SUBHEADINGS[small]
    name = small.replace(" and ", " & ")
    if name not in LETTERS:
        raise UnknownName("subheading", text, LETTERS)
    return name

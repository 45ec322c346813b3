"""Which short forms are symbols of a gene or protein, told from their long form.

A long form that the vocabulary does not hold usually overrules what its short form means elsewhere
("PD (pulse duration)"). Not so where the short form is a symbol: authors spell gene names freely
("pleomorphic adenoma gene like-2 (PLAGL2)"), the symbol is what they agree on.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"^(?=.*[A-Z])(?=(?:.*[A-Za-z]){2})[\w-]*\d[\w-]*$")
_PRODUCT = re.compile(
    r"(?:\b(?:gene|protein|receptor|factor|ligand|chemokine|cytokine|interleukin|interferon|"
    r"polypeptide|subunit|antigen|homolog(?:ue)?|molecule|channel|transporter|inhibitor)s?"
    r"|[a-z]{3}(?:kinase|ase|ferase|globulin|cadherin|integrin))\b",
    re.IGNORECASE,
)


def is_symbol(short: str, long: str) -> bool:
    """Return whether a short form with this long form is the symbol of a gene or protein."""
    return bool(_NUMBERED.match(short) or _PRODUCT.search(long))

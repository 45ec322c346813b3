"""Which names are kept. The rules of de-duplication, in one place.

1. A pair (concept, text) stands once; the first source that gives it owns it, so sources are read
   best first. Within a concept a text that differs only by case from an earlier one is dropped,
   except a text in capitals (an acronym is matched by its case).
2. A name must hold a letter or digit, be 1 to 200 characters long, and not be a placeholder
   ("obsolete ...", "not specified").
3. A systematic chemical name over 150 characters is never written in prose: dropped.
4. MeSH's permuted entry terms ("Neoplasms, Breast") are kept as the source has them; the store's
   compiler un-inverts them.
5. A drug row of the DrugNER dictionary without a DrugBank id is a copy of MeSH: dropped. Of the
   others, names that MeSH already gives to the same substance (its ``mesh_id``) are dropped, and
   so are generated misspellings (the dictionary has its own mark for brands, none for those;
   see ``drugs.py`` for how they are told).
6. Names of a MeSH organism that has a taxon go to the taxon; the MeSH record keeps none.
7. HPO's rows are kept verbatim: no rule touches them.
"""

from __future__ import annotations

MAX_NAME = 200
MAX_SYSTEMATIC = 150
_PLACEHOLDERS = frozenset({"not specified", "unspecified", "unknown", "none", "other", "n/a", "na"})


def keep_name(text: str, *, chemical: bool = False) -> bool:
    """Say whether a text may stand as a name of a concept.

    Args:
        text: The name as the source has it, without outer spaces.
        chemical: Whether the concept is a chemical (rule 3 applies).
    """
    if not text or len(text) > (MAX_SYSTEMATIC if chemical else MAX_NAME):
        return False
    if not any(ch.isalnum() for ch in text):
        return False
    lowered = text.lower()
    return lowered not in _PLACEHOLDERS and not lowered.startswith(("obsolete ", "obsolete_"))


def fold(text: str) -> str:
    """Return the key under which two names of one concept count as the same (rule 1)."""
    return text if text.isupper() else text.lower()

"""PubTator 3's relation types and the Biolink predicates that say the same, both ways."""

from __future__ import annotations

from onoma.errors import UnknownName

PREDICATES: dict[str, tuple[str, ...]] = {
    "treat": ("treats", "ameliorates_condition", "applied_to_treat"),
    "cause": ("causes", "predisposes_to_condition", "contributes_to", "exacerbates",
              "has_adverse_event", "has_side_effect"),
    "cotreat": ("cotreated_with",),
    "convert": ("converts_to",),
    "compare": ("compared_with",),
    "interact": ("interacts_with", "physically_interacts_with", "binds",
                 "directly_physically_interacts_with"),
    "associate": ("associated_with", "related_to", "gene_associated_with_condition", "affects",
                  "genetically_associated_with", "regulates"),
    "positive_correlate": ("positively_correlated_with", "increases", "upregulates"),
    "negative_correlate": ("negatively_correlated_with", "decreases", "downregulates"),
    "prevent": ("preventative_for_condition", "prevents"),
    "inhibit": ("inhibits",),
    "stimulate": ("activates", "stimulates"),
    "drug_interact": ("drug_interacts_with",),
}  # fmt: skip
_WORD = {predicate: word for word, all_ in PREDICATES.items() for predicate in all_}


def related(word: str) -> tuple[str, ...]:
    """Return the predicates of a relation type; ``?`` for ANY.

    Raises: UnknownName: there is no such type.
    """
    if word.upper() == "ANY":
        return ("?",)
    if word.lower() not in PREDICATES:
        raise UnknownName("relation type", word, ("ANY", *PREDICATES))
    return PREDICATES[word.lower()]


def pubtator_word(predicate: str) -> str:
    """Return PubTator's word for a predicate; ``associate`` where it has none."""
    return _WORD.get(predicate, "associate")

"""MeSH trees as semantic types; the same table as the build of the core has.

The longest matching tree prefix decides for each tree number; a concept has the types of all.
"""

from __future__ import annotations

import re

TREE_TYPES: dict[str, tuple[str, ...]] = {
    "A": ("anatomy",),
    "A11": ("cell_type",),
    "A11.251": ("cell_line",),
    "A11.284": ("component",),
    "B": ("organism",),
    "B01.300": ("organism", "microbe"),
    "B02": ("organism", "microbe"),
    "B03": ("organism", "microbe"),
    "B04": ("organism", "microbe"),
    "C": ("disease",),
    "C23": ("disease", "phenotype"),
    # Who asks for chemicals does not want enzymes and receptors; peptides are sold as drugs.
    "D": ("chemical",),
    "D05.500": ("protein",),
    "D08": ("protein",),
    "D08.211": ("chemical",),
    "D12.776": ("protein",),
    "D12.644": ("protein", "chemical"),
    "D12.644.276": ("protein",),
    "D12.644.360": ("protein",),
    "D23.050": ("protein",),
    "D23.101": (),
    "D23.529": ("protein", "chemical"),
    "D26": (),  # dosage forms and the like
    "D27": (),  # actions and uses: "inhibitors", "anesthetics" say what a substance does
    "E": ("procedure",),
    "E01": ("procedure", "test"),
    "E05": ("method", "procedure"),
    "E07": ("device",),
    "F03": ("disease",),
    "F04": ("procedure",),
    "G": ("process",),
    "G05.360.340.024.340": ("gene",),
    "J02": ("food",),
    "M": ("population",),
    "N05.715.360": ("method",),
}
_NOT_DISEASE = re.compile(r"\b(vaccine|protein|antigen|antibody|peptide|toxin)\b", re.IGNORECASE)
CLASS_TYPES: dict[str, tuple[str, ...]] = {
    "1": ("chemical",),
    "2": ("procedure",),  # protocols of chemotherapy
    "3": ("disease",),
    "4": ("organism",),
    "5": ("population",),
    "6": ("anatomy",),
}
"""SCRClass of a supplementary record -> types, where its headings are not known."""


def tree_types(tree: str) -> tuple[str, ...]:
    """Return the semantic types of a tree number (the longest known prefix decides)."""
    parts = tree.split(".")
    for size in range(len(parts), 0, -1):
        found = TREE_TYPES.get(".".join(parts[:size]))
        if found is not None:
            return found
    return TREE_TYPES.get(tree[:1], ())


def supplementary_types(label: str, trees: list[str]) -> set[str]:
    """Return the types of a supplementary record by the trees of the headings it is mapped to."""
    letters = {tree[0] for tree in trees}
    upper = {kind for tree in trees for kind in tree_types(tree)}
    mental = "F" in letters and not letters & {"D", "E"}
    if ("C" in letters or mental) and not _NOT_DISEASE.search(label):
        return {"disease"}
    if "D" in letters or _NOT_DISEASE.search(label):
        if "protein" not in upper and not re.search(r"\bproteins?\b", label):
            return {"chemical"}
        return {"chemical", "protein"} if "chemical" in upper else {"protein"}
    if letters & {"J", "I"} and not letters & set("ABCEGM"):
        return {"chemical"}
    return upper

"""DrugBank-open drugs, from the dictionary of drug-named-entity-recognition.

Of the dictionary's names for a drug these are kept: the canonical name, the drug's own synonyms,
and its variants that are not copies of MeSH. A variant is dropped as a generated misspelling when
it is one word within one edit of another kept name of the same drug and is neither its inflection
nor in the drug's own synonym list.
"""

from __future__ import annotations

import bz2
from collections import defaultdict
from typing import Any

from core.pickles import load_containers
from core.table import Table
from core.wheels import Wheels

DRUGS = (
    "drug-named-entity-recognition",
    "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2",
)


def one_edit(left: str, right: str) -> bool:
    """Say whether two different words are one insertion, deletion or substitution apart."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    at = next((i for i, ch in enumerate(left) if ch != right[i]), len(left))
    return left[at + (len(left) == len(right)) :] == right[at + 1 :]


def is_misspelling(variant: str, kept: list[str]) -> bool:
    """Say whether a one-word variant is one edit from a kept name (plurals in -s are fine)."""
    if " " in variant or len(variant) < 6:
        return False
    return any(
        one_edit(variant, name) and variant != name + "s" and name != variant + "s" for name in kept
    )


def read_drugs(table: Table, wheels: Wheels) -> dict[str, str]:
    """Add the drugs and return DrugBank CURIE -> MeSH CURIE as the dictionary gives it.

    Its ``mesh_id`` is taken only where that MeSH concept bears the drug's name, since the
    dictionary numbers MeSH otherwise (metformin has another record's number there).
    """
    data = load_containers(bz2.decompress(wheels.archive(DRUGS[0]).read(DRUGS[1])))
    variants: dict[str, list[str]] = defaultdict(list)
    for variant, canonicals in data["drug_variant_to_canonical"].items():
        for canonical in canonicals:
            variants[canonical].append(variant)
    mesh_names: dict[str, set[int]] = defaultdict(set)
    mesh_texts: dict[int, set[str]] = defaultdict(set)
    for place, text, _, source in table.names:
        if source in ("mesh", "mesh-scr"):
            mesh_names[text.lower()].add(place)
            mesh_texts[place].add(text.lower())
    links: dict[str, str] = {}
    for canonical, drug in sorted(data["drug_canonical_to_data"].items()):
        if not drug.get("drugbank_id"):
            continue
        copied: set[str] = set()
        for place in mesh_names.get(canonical, ()):
            copied |= mesh_texts[place]
            links.setdefault(f"DRUGBANK:{drug['drugbank_id']}", table.curies[place])
        own = [text for text in drug.get("synonyms", ()) if text.lower() not in copied]
        _add_drug(table, drug, own=own, other=set(variants[canonical]) - copied)
    return links


def _add_drug(table: Table, drug: dict[str, Any], *, own: list[str], other: set[str]) -> None:
    label = drug.get("name") or drug["drugbank_id"]
    place = table.concept(
        f"DRUGBANK:{drug['drugbank_id']}", label, types=("drug", "chemical"), source="drugbank"
    )
    table.name(place, label, scope="label", source="drugbank")
    kept = [label.lower(), *(text.lower() for text in own)]
    for text in sorted(own):
        table.name(place, text, scope="exact", source="drugbank")
    for text in sorted(other, key=lambda name: (len(name), name)):
        # An inverted name ("hydrochloride, metformin") is a copy of a MeSH permutation.
        if ", " in text or is_misspelling(text, kept):
            continue
        kept.append(text)
        table.name(place, text, scope="exact", source="drugbank")

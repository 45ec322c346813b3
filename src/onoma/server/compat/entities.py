"""PubTator 3's entity ids (``@DISEASE_Diabetes_Mellitus``) and our CURIEs, both ways."""

from __future__ import annotations

from onoma.errors import BadCurie, UnknownName
from onoma.ontology.store import ConceptStore
from onoma.types import type_mask, types_of

WORDS: dict[str, tuple[str, ...]] = {
    "gene": ("gene", "protein"),
    "disease": ("disease", "phenotype"),
    "chemical": ("chemical", "drug"),
    "species": ("organism", "microbe"),
    "variant": ("variant",),
    "cellline": ("cell_line",),
}
"""PubTator's kinds of concepts and our types."""
SPELLED = {"cell_line": "cellline", "mutation": "variant", "phenotype": "disease"}


def types_of_concept(word: str) -> tuple[str, ...]:
    """Return our types of one of PubTator's kinds.

    Raises: UnknownName: it is none.
    """
    plain = word.lower()
    plain = SPELLED.get(plain, plain)
    if plain not in WORDS:
        raise UnknownName("bioconcept", word, WORDS)
    return WORDS[plain]


def kind_of(types: tuple[str, ...]) -> str:
    """Return PubTator's kind of a concept of these types, in lower case."""
    for name in types:
        for kind, ours in WORDS.items():
            if name in ours:
                return kind
    return types[0] if types else "concept"


def entity_id(store: ConceptStore, curie: str) -> str:
    """Return the id of a concept: by its label if that leads back to it, else by its CURIE."""
    row = store.row_of(curie)
    if row < 0:
        return f"@CONCEPT_{curie}"
    types = types_of(int(store.array("concept_types")[row]))
    kind = kind_of(types)
    named = f"@{kind.upper()}_{store.labels[row].replace(' ', '_')}"
    return named if curie_of(store, named) == curie else f"@{kind.upper()}_{curie}"


def curie_of(store: ConceptStore, entity: str) -> str | None:
    """Return the concept that an id means, None where it means none of ours.

    ``@DISEASE_MESH:D003924`` by its CURIE; ``@DISEASE_Diabetes_Mellitus`` by its name.
    """
    kind, _, name = entity.removeprefix("@").partition("_")
    if ":" in name:
        try:
            row = store.row_of(store.canonical(name))
        except BadCurie:
            row = -1
        if row >= 0:
            return store.curies[row]
    wanted = WORDS.get(SPELLED.get(kind.lower(), kind.lower()))
    mask = type_mask(wanted) if wanted else -1
    types = store.array("concept_types")
    for curie in store.concepts_named(name.replace("_", " ")):
        if int(types[store.row_of(curie)]) & mask:
            return curie
    return None

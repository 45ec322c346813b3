"""Vocabularies to a concept store that is mapped into memory.

In: tables of concepts, names, parents and equivalents (the core's files). Out: a store:
look-ups by CURIE, name and equivalent, ancestors and descendants, and the arrays of the matcher (a
hash table of words, a path-compressed hashed trie over sequences of words). What a name may look
like in a text (plurals, inversions, phrasings) is settled here, when a store is compiled.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onoma.ontology.cache import cache_folder, open_core, store_folder
    from onoma.ontology.compile import compile_store
    from onoma.ontology.curies import canonical_curie
    from onoma.ontology.sources import Source, core_folder
    from onoma.ontology.store import ConceptStore
    from onoma.ontology.vocabulary import Vocabulary, read_vocabulary

__all__ = [
    "ConceptStore",
    "Source",
    "Vocabulary",
    "cache_folder",
    "canonical_curie",
    "compile_store",
    "core_folder",
    "open_core",
    "read_vocabulary",
    "store_folder",
]

_HOME = {
    "ConceptStore": "store",
    "Source": "sources",
    "Vocabulary": "vocabulary",
    "cache_folder": "cache",
    "canonical_curie": "curies",
    "compile_store": "compile",
    "core_folder": "sources",
    "open_core": "cache",
    "read_vocabulary": "vocabulary",
    "store_folder": "cache",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: opening a store needs nothing of what compiles one."""
    if name not in _HOME:
        raise AttributeError(f"module 'onoma.ontology' has no attribute {name!r}")
    return getattr(import_module(f"onoma.ontology.{_HOME[name]}"), name)

"""Vocabularies to a concept store that is mapped into memory.

In: tables of concepts, names, parents and equivalents (the core's Parquet files). Out: a store:
look-ups by CURIE, name and equivalent, ancestors and descendants, and the arrays of the matcher (a
hash table of words, a path-compressed hashed trie over sequences of words). What a name may look
like in a text (plurals, inversions, phrasings) is settled here, when a store is compiled.
"""

from onoma.ontology.cache import cache_folder, open_core, store_folder
from onoma.ontology.compile import compile_store
from onoma.ontology.curies import canonical_curie
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import Source, Vocabulary, core_folder, read_vocabulary

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

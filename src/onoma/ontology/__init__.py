"""Vocabularies as stores: from tables of names and links to mapped arrays that answer look-ups.

In: a ``Vocabulary``, the tables of the Parquet files that ship with the package. Out: a
``ConceptStore``, compiled once into the user's cache, opened read-only and memory-mapped.

``vocabulary`` reads the tables, ``compile`` writes the store, ``store`` opens it, ``cache`` knows
where it lives. What a name looks like in a text is settled at compile time: ``naming``,
``phrasing`` and ``gene_names`` write other spellings, ``keys`` and ``wordtable`` fold them,
``trie`` and ``hashing`` are the matcher's tables. ``curies`` fixes one spelling for every CURIE.

Nothing is imported here: a CURIE can be read without loading Arrow.
"""

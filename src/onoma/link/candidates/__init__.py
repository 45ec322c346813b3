"""Names that are spelled like a term: candidates where no name is the same.

In: a concept store and terms. Out: per term the nearest names by TF-IDF over character n-grams,
with their cosine. The index is inverted, in shards by semantic type, made once when it is first
needed and mapped into memory from then on; a term's cost hangs on what it holds, not on the size of
the vocabulary. It needs no training and knows no language.

Source: the features are those of scispaCy's linker (Neumann et al. 2019): character 3-grams inside
words, idf, cosine. Departures: the search is an inverted index in place of an approximate graph;
words are the vocabulary's canonical ones, so that plurals and spellings of one word are one.
"""

from onoma.link.candidates.index import NameIndex, Near, open_index

__all__ = ["NameIndex", "Near", "open_index"]

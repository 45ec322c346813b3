"""Finding documents of a corpus: by words, concepts, relations and meaning.

In: a corpus (the record log) and a query. Out: ranked hits with what they were found by, counts and
facets. Every index is derived from the log and can be built anew from it: an index commits first,
the watermark (the last record it holds) moves last. ``fields`` says what the index holds, ``query``
reads and compiles queries in three dialects, ``library`` puts all together.

Papers: Robertson and Zaragoza 2009 (BM25), Cormack et al. 2009 (reciprocal rank fusion), Wei et al.
2024 (PubTator 3.0).
"""

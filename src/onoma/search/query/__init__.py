"""Queries: from the words of a search box or a review's strategy to a tree, and back.

In: a query in Onoma's own syntax, PubMed's or Ovid's. Out: a ``tree`` that no dialect owns, its
text in any of the three, the tantivy query that finds its documents, and the lines that say how it
was understood. Nothing is guessed in silence: what cannot be read is an error at its character,
what a dialect cannot say is said, what finds nothing is warned of.
"""

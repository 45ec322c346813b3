"""Texts to spans that name something.

In: a batch of documents as columns. Out: ``Spans`` (batch positions, key, how found). The
dictionary recogniser walks a hashed trie over all names of the store; guards hold back short and
ambiguous names; the document's own abbreviations, patterns (variants) and coordination add spans.
"""

from onoma.recognize.columns import FOUND_BY, Spans, Work
from onoma.recognize.dictionary import DictionaryRecognizer

__all__ = ["FOUND_BY", "DictionaryRecognizer", "Spans", "Work"]

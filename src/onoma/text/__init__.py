"""Texts to tokens, sentences and abbreviations, as columns of a batch.

In: texts, joined into one array of code points. Out: tokens (start, end, kind, hash, glued),
sentence spans, pairs of short and long forms. One table folds names and text alike (case,
compatibility forms, accents); which written forms are the same word (plurals, British spelling,
Roman numerals) is settled when a vocabulary is compiled. Papers: Schwartz & Hearst 2003, Sohn et
al. 2008 (abbreviations).
"""

from onoma.text.abbreviations import abbreviation_columns, find_abbreviations
from onoma.text.sentences import sentence_spans, sentences
from onoma.text.tokens import TextBatch, Tokens, tokenise

__all__ = [
    "TextBatch",
    "Tokens",
    "abbreviation_columns",
    "find_abbreviations",
    "sentence_spans",
    "sentences",
    "tokenise",
]

"""Texts to the codes of a list that has labels, definitions and a few examples a code.

In: a ``CodeList`` (read from a table, or from a compiled vocabulary) and texts of any length. Out:
per text the codes that fit, best first, each with a score, what the score is made of, and the spans
of the text that speak for it; none fits: NIL. Two methods, as registered parts (``methods``):
``classification`` learns weights of a list's own rows, ``candidates`` retrieves the rows that are
nearest to a passage and chooses among their codes. Both read the shipped encoder's vectors beside
words and character n-grams, need no training data beyond the list, and run on NumPy.

Source: Newman-Griffis and Fosler-Lussier 2021, "Automated Coding of Under-Studied Medical Concept
Domains: Linking Physical Activity Reports to the International Classification of Functioning,
Disability, and Health", who compare the same two views of the task. Departures: kernel ridge and
averaged neighbours in place of their SVM and neural models, an encoder of concept names in place of
word embeddings, evidence spans, and lists without any example.
"""

from onoma.link.coding.codes import Code, Coded, CodeList, CodeMatch, Evidence
from onoma.link.coding.methods import methods
from onoma.link.coding.reading import read_codes, read_examples

__all__ = [
    "Code",
    "CodeList",
    "CodeMatch",
    "Coded",
    "Evidence",
    "methods",
    "read_codes",
    "read_examples",
]

"""Texts to typed spans by a small model: finds names that no dictionary has.

In: documents (or a batch whose known names are marked). Out: ``Tagged``, columns of document,
start, end, head and score. A trunk (a small BERT) reads word pieces with bits that say how a word
is written and which types the dictionary knows it as; every semantic type has its own head with
labels begin, inside, outside, so spans of different types may overlap. ``training`` makes such
folders.

Papers: Devlin et al. 2019 (BERT), Ratinov and Roth 2009 (gazetteers), Weber et al. 2021 (HunFlair:
several corpora for one tagger).
"""

from onoma.recognize.tagger.gazetteer import Gazetteer, Marks
from onoma.recognize.tagger.tagger import Tagged, Tagger, load_tagger

__all__ = ["Gazetteer", "Marks", "Tagged", "Tagger", "load_tagger"]

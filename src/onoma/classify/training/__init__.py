"""Trains models of sentences in their sequence (``onoma train roles``); needs the extra train.

In: documents with headings inside (which teach, and are cut off), files of labelled sentences. Out:
a folder with ``model.npz`` (see ``sequence_model``) and ``card.json`` with the measured score.
"""

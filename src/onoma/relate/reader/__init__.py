"""The neural relation reader.

In: texts with sentences and typed entities. Out: ties with kind, calibrated score, novelty and
evidence. Lower layers are the shipped tagger's (``trunk``), upper layers its own (``upper``); each
pair of mentions has two markers (``sheets``). Sources: Zhong & Chen 2021 (PURE) and Ye et al. 2022
(PL-Marker) for the markers, Verga et al. 2018 (BRAN) for the sum over mentions.
"""

from onoma.relate.reader.folder import shipped_reader
from onoma.relate.reader.reader import Reader, TaskReader, load_reader
from onoma.relate.reader.readings import Reading

__all__ = ["Reader", "Reading", "TaskReader", "load_reader", "shipped_reader"]

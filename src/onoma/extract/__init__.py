"""Texts to tables: medicines with their doses, and other things made of several findings.

In: texts or documents. Out: rows with a cell a part, each with its offsets in the text. An
extractor puts the pipeline's mentions together with what rules find beside them (doses, routes,
times); a tagger's spans join where a tagger is given. Lists of phrases are data
(``data/extract``).

Papers: Uzuner et al. 2010 (i2b2 medication challenge: what belongs to a medication), Xu et al. 2010
(MedEx: drugs and signatures by lexicon and grammar), Henry et al. 2020 (n2c2 2018: strength, dose
and form told apart), Nye et al. 2018 (EBM-NLP: the parts of a trial).
"""

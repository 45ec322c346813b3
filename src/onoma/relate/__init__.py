"""Relations between the concepts of a text: what ties them, and what the text says of the tie.

In: texts with sentences and entities (concepts with their mentions). Out: ties with a kind, a
calibrated confidence, novelty, factuality, causality, trigger and the sentences they were read in.
"""

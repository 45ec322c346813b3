"""Training of the encoder: a vocabulary and starting weights in, a model folder and report out.

``knowledge`` gathers concepts into clusters and holds some out; ``parts`` are the lessons (synonym,
definition, relation, modifier, swap, spelling), ``losses`` what they are scored by (InfoNCE,
multi-similarity, hierarchy margins, self-distillation), each registered by name; ``bank`` mines
hard negatives as it goes; ``trainer`` is the loop, ``session`` and ``results`` its two ends.
"""

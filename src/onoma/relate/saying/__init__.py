"""A relation and its text to what the text says of it: by which words, how surely, what causes.

In: a ``RelationText`` and a ``Tie`` (two entities, a kind, the evidence if known). Out: ``Said``:
the trigger's span, factuality, causal class with the end that is the cause, explicit or implicit.
Also drugs that are given together (``find_combinations``). Four linear models over hashed features
(``data/relate/saying/sayings.npz``), NumPy alone; a fraction of a millisecond a relation.

Papers: Hong et al. 2024 (DiMB-RE: triggers, factuality), Khetan et al. 2022 (MIMICause: causal
classes), Tiktinsky et al. 2022 (drug combinations).
"""

from onoma.relate.saying.combinations import Combination, find_combinations
from onoma.relate.saying.say import Said, Sayer, say

__all__ = ["Combination", "Said", "Sayer", "find_combinations", "say"]

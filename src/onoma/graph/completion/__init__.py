"""Links that a graph lacks, and why they may hold.

In: a graph's triples. Out: ranked answers to ``(head, relation, ?)`` and ``(?, relation, tail)``
with a score, a calibrated chance, and the rules and paths that lead to them. Scorers, each alone
and joined by a learnt ranker: popularity, overlap of neighbours, path counts; embeddings (TransE,
DistMult, ComplEx, RotatE); mined rules; propagation guided by factors; likeness of names.
Prediction is NumPy alone; ``training`` needs torch (extra ``train``).

Papers: Bordes et al. 2013, Yang et al. 2015, Trouillon et al. 2016, Sun et al. 2019 (embeddings),
Meilicke et al. 2019 (AnyBURL), Galárraga et al. 2013 (AMIE), Ott et al. 2021 (SAFRAN), Himmelstein
and Baranzini 2015 (path counts), Lin et al. 2025 (BioGraphFusion).
"""

from onoma.graph.completion.factors import Factors
from onoma.graph.completion.model import Completion, load_completion, save_completion
from onoma.graph.completion.predicting import Completer, Prediction, Reason, triples_of
from onoma.graph.completion.ranking import Figures, Scorer, measured
from onoma.graph.completion.rules import Rule, mine_rules
from onoma.graph.completion.triples import Links, Terms, read_triples

__all__ = [
    "Completer",
    "Completion",
    "Factors",
    "Figures",
    "Links",
    "Prediction",
    "Reason",
    "Rule",
    "Scorer",
    "Terms",
    "load_completion",
    "measured",
    "mine_rules",
    "read_triples",
    "save_completion",
    "triples_of",
]

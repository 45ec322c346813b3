"""Pure measures: arrays and plain values in, numbers out; NumPy alone.

In: counts, sets, ranked lists, scores, labels, clusters. Out: precision, recall and F1 (``counts``,
``spans``, ``concepts``, ``classification``), measures of ranking (``ranking``), rank correlation
with p (``correlation``), of scores (``curves``), of clusters, simplification and forecasts, and the
intervals and comparisons of any of them (``resampling``). Training in a room stops early on these;
``eval`` reports them.

Papers: Bagga and Baldwin 1998 (B-cubed), Järvelin and Kekäläinen 2002 (nDCG), Xu et al. 2016
(SARI), Geifman et al. 2019 (AURC), Guo et al. 2017 (calibration), Koehn 2004 (paired bootstrap).
"""

from onoma.metrics.correlation import Correlation, kendall, pearson, spearman
from onoma.metrics.counts import Score, macro_f1, micro
from onoma.metrics.resampling import Comparison, Estimate, bootstrap, compare
from onoma.metrics.spans import TypedSpan

__all__ = [
    "Comparison",
    "Correlation",
    "Estimate",
    "Score",
    "TypedSpan",
    "bootstrap",
    "compare",
    "kendall",
    "macro_f1",
    "micro",
    "pearson",
    "spearman",
]

"""A suite of small tasks for text embeddings: frozen vectors to scores; nothing is tuned.

In: the folder of the shared data sets, read where they lie, and systems that make a vector of each
text (character n-grams, the encoder that ships, any model folder). Out: one table of tasks in four
kinds (classification, clustering, pairs, retrieval), with bootstrap intervals, the mean of each
kind, and the differences between systems. ``suite_tasks`` is the registry; entry points
``onoma.suite_tasks`` add to it. A task is a row: a name, where its data come from, under which
licence, a reader that bounds its size, and the measure.

After the four kinds of MedTEB (Khodadad et al. 2025) and of MTEB (Muennighoff et al. 2023).
"""

from onoma.eval.suite.embedding import CharacterGrams, EncoderSystem
from onoma.eval.suite.parts import SuiteTask
from onoma.eval.suite.results import SuiteResult, suite_record
from onoma.eval.suite.running import run_suite, suite_tasks

__all__ = [
    "CharacterGrams",
    "EncoderSystem",
    "SuiteResult",
    "SuiteTask",
    "run_suite",
    "suite_record",
    "suite_tasks",
]

"""Mentions to what the text says of them: present, absent, possible; when; whose; on a condition.

In: tokens, sentences and mention spans of a batch, as columns. Out: one value an axis and mention,
with the cue and scope that say so. One implementation: cues of a readable lexicon
(``data/assertion/cues_en.tsv``), found by their token hashes, each with a reach that sentence ends,
stops and headings close; the nearest cue wins. Linear time.

Papers: Chapman et al. 2001 (NegEx), Harkema et al. 2009 (ConText), Mehrabi et al. 2015 (DEEPEN).
"""

from onoma.assertion.assertor import AssertionColumns, Assertor, assert_spans

__all__ = ["AssertionColumns", "Assertor", "assert_spans"]

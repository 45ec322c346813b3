"""NO that is nitric oxide, and no denial: "NO production", "NO2 and ozone".

Capitals alone do not tell, for notes shout ("NO fever"). It is the gas where a number is joined to
it, where no noun could follow ("NO and ET-1"), where what follows is said of the gas, and wherever
the document speaks of nitric oxide or its synthases; in a line of capitals it is a denial.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.assertion.lexicon import Found
from onoma.text.characters import LETTER, SEPARATOR
from onoma.text.tokens import Tokens, word_hash

Bools = npt.NDArray[np.bool_]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]


def _hashes(words: str) -> U64:
    return np.array([word_hash(word) for word in words.split()], np.uint64)


NO = _hashes("no")
COMMA = np.uint64(word_hash(","))  # "ROS, NO, ATP" lists what was measured
SAID_OF_IT = _hashes(
    "production synthase synthases donor donors release level levels synthesis bioavailability "
    "availability signaling signalling pathway scavenger scavengers generation formation "
    "inhalation concentration concentrations gas radical radicals content metabolites system "
    "dependent mediated induced independent output efflux inhibitor inhibitors bioactivity"
)
NOT_DENIED = _hashes("and or is was are were in by from via but which that than to on with for")
"""Words that no denial stands before: what is denied is named at once."""
SPEAKS_OF_IT = _hashes("nitric inos enos nnos")


def is_denial(found: Found, tokens: Tokens, codes: U32) -> Bools:
    """Return which phrases are not the gas."""
    out = np.ones(len(found.first), bool)
    capitals = (codes[tokens.start[found.first]] == ord("N")) & (
        codes[np.minimum(tokens.start[found.first] + 1, len(codes) - 1)] == ord("O")
    )
    rows = np.flatnonzero(capitals & (tokens.hash[found.first] == NO[0]))
    if not len(rows):
        return out
    first = found.first[rows].astype(np.int64)
    behind = np.minimum(first + 1, len(tokens) - 1)
    word = tokens.hash[behind]
    is_word = tokens.kind[behind] == LETTER
    last = codes[tokens.end[behind] - 1]
    loud = is_word & (last >= ord("A")) & (last <= ord("Z"))
    borders = np.flatnonzero(codes == ord(SEPARATOR))
    talk = tokens.start[np.isin(tokens.hash, SPEAKS_OF_IT)]
    documents = np.unique(np.searchsorted(borders, talk))
    spoken = np.isin(np.searchsorted(borders, tokens.start[first]), documents)
    is_alone = found.first[rows] == found.last[rows]
    gas = tokens.glued[behind] | (is_word & np.isin(word, SAID_OF_IT))
    gas |= is_alone & ((is_word & np.isin(word, NOT_DENIED)) | spoken)
    gas |= (
        is_alone & (tokens.hash[behind] == COMMA) & (tokens.hash[np.maximum(first - 1, 0)] == COMMA)
    )
    out[rows] = ~gas | (loud & ~tokens.glued[behind])
    return out

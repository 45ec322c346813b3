"""Takes out of the training parts what stands in any dev part: by identifier, and by text.

Corpora share abstracts, and some are split by sentence. Texts are near-equal when at least half of
the runs of eight words of the shorter one stand in the longer one; a text of fewer words must be
equal, punctuation and letter case aside. A short sentence of a dev part inside a long article is no
reason to drop the article: methods are described in the same words everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from onoma.recognize.tagger.training.corpora import Corpus, MarkedText

RUN = 8  # words
ENOUGH = 0.5
LEAST = 16  # runs of a dev text that is part of a training text
_WORDS = re.compile(r"[^\W_]+")
_PMID = re.compile(r"(?<!\d)\d{6,8}(?!\d)")


def without_dev(corpora: Sequence[Corpus]) -> tuple[list[Corpus], dict[str, int]]:
    """Return corpora whose training parts share nothing with a dev part, and what was taken out.

    The counts are of texts, by corpus.
    """
    seen = _Seen([text for corpus in corpora for text in corpus.dev])
    left, counts = [], {}
    for corpus in corpora:
        kept = tuple(text for text in corpus.train if not seen.has(text))
        counts[corpus.name] = len(corpus.train) - len(kept)
        left.append(replace(corpus, train=kept))
    return left, counts


class _Seen:
    """The dev texts, by identifier and by runs of words."""

    def __init__(self, texts: Sequence[MarkedText]) -> None:
        self._ids = {found for text in texts if (found := _pmid(text.id))}
        self._owners: dict[int, list[int]] = {}
        self._sizes: list[int] = []
        for number, text in enumerate(texts):
            runs = _runs(text.text)
            self._sizes.append(len(runs))
            for run in runs:
                self._owners.setdefault(run, []).append(number)

    def has(self, text: MarkedText) -> bool:
        """Say whether a text stands among the dev texts, as a whole or in good part."""
        if _pmid(text.id) in self._ids:
            return True
        runs = _runs(text.text)
        shared = Counter(owner for run in runs for owner in self._owners.get(run, ()))
        return any(
            count >= ENOUGH * len(runs) or count >= ENOUGH * max(self._sizes[owner], 2 * LEAST)
            for owner, count in shared.items()
        )


def _pmid(identifier: str) -> str:
    """Return the PubMed identifier in the name of a text, nothing where there is none."""
    found = _PMID.search(identifier)
    return found.group() if found else ""


def _runs(text: str) -> set[int]:
    words = _WORDS.findall(text.lower())
    if len(words) < RUN:
        return {hash(" ".join(words))} if words else set()
    return {hash(" ".join(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}

"""What training texts mark, found again: the baseline that shows how much is memory."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Setting, System
from onoma.eval.systems.baselines import training
from onoma.eval.tasks.linking import Ranked, TermInContext
from onoma.eval.tasks.mentions import Mentions
from onoma.types import Document

_TOKEN = re.compile(r"\w+|[^\w\s]")
SHORT = 5
Answer = tuple[str, tuple[str, ...]]


def make_matcher(setting: Setting) -> System:
    """Return the names of the training mentions wherever they stand, the longest first.

    Letter case counts in short words in capitals alone (AS is not "as"); type and concepts are the
    commonest of the name.
    """
    counts: dict[tuple[str, ...], Counter[Answer]] = defaultdict(Counter)
    for item in training(setting):
        for m in item.gold:
            counts[tuple(map(_folded, _TOKEN.findall(m.text)))][m.type, m.concepts] += 1
    known = {words: found.most_common(1)[0][0] for words, found in counts.items()}
    longest = max(map(len, known), default=0)

    def predict(documents: Sequence[Document]) -> list[Mentions]:
        return [tuple(_matches(one.text, known, longest)) for one in documents]

    return System(predict, {"names": str(len(known))})


def _folded(word: str) -> str:
    return word if len(word) <= SHORT and word.isupper() else word.lower()


def _matches(text: str, known: dict[tuple[str, ...], Answer], longest: int) -> list[GoldMention]:
    tokens = list(_TOKEN.finditer(text))
    words = [_folded(token.group()) for token in tokens]
    out, place = [], 0
    while place < len(words):
        for size in range(min(longest, len(words) - place), 0, -1):
            answer = known.get(tuple(words[place : place + size]))
            if answer is not None:
                start, end = tokens[place].start(), tokens[place + size - 1].end()
                out.append(GoldMention(start, end, text[start:end], answer[0], answer[1]))
                place += size
                break
        else:
            place += 1
    return out


def make_linker(setting: Setting) -> System:
    """Return the concepts that a name had in training, the commonest first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for item in training(setting):
        counts[item.given.text.lower()].update(item.gold)

    def predict(terms: Sequence[TermInContext]) -> list[Ranked]:
        return [_ranked(counts.get(term.text.lower(), Counter())) for term in terms]

    return System(predict, {"names": str(len(counts))})


def _ranked(found: Counter[str]) -> Ranked:
    """Return concepts by how often a name meant them, as sure as the share of the first."""
    best = found.most_common()
    return Ranked(tuple(one for one, _ in best), best[0][1] / found.total() if best else None)

"""Makes the mentions of a document agree: what is a name twice is one the third time.

Source: Krishnan and Manning 2006 (non-local consistency), as a vote over the occurrences of a
string in a document, letter case kept.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from onoma.recognize.tagger.decoding import WordSpans
from onoma.recognize.tagger.words import Words
from onoma.text.tokens import TextBatch

SHARE = 0.66  # of the occurrences that must be found for the rest to follow
LEAST = 2  # occurrences that must be found
SHORTEST = 3  # characters
MOST_WORDS = 6


def agreed(spans: WordSpans, words: Words, batch: TextBatch) -> WordSpans:
    """Return the spans with those added that most occurrences of their text have.

    An occurrence that overlaps a span of its head is left as it is.
    """
    document = np.searchsorted(words.bounds, spans.first, side="right") - 1
    added: list[tuple[int, int, int, float]] = []
    for number in np.unique(document).tolist():
        rows = np.flatnonzero(document == number)
        added += _missing(spans, rows, words, number=number, batch=batch)
    if not added:
        return spans
    more = np.array(added, np.float64).T
    columns = [np.concatenate([a, b]) for a, b in zip(_columns(spans), more, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    head, first, behind = (column[order].astype(np.int64) for column in columns[:3])
    return WordSpans(head, first, behind, columns[3][order].astype(np.float32))


def _columns(spans: WordSpans) -> tuple[np.ndarray, ...]:
    return spans.head, spans.first, spans.behind, spans.score


def _missing(
    spans: WordSpans, rows: np.ndarray, words: Words, *, number: int, batch: TextBatch
) -> list[tuple[int, int, int, float]]:
    """Return head, first word, word behind the last and score of spans to add to a document."""
    low, high = int(words.bounds[number]), int(words.bounds[number + 1])
    text_start = int(batch.doc_start[number])
    text = batch.text[text_start : int(batch.doc_start[number + 1]) - 1]
    starts = {int(start): word for word, start in enumerate(words.start[low:high].tolist(), low)}
    ends = {int(end): word + 1 for word, end in enumerate(words.end[low:high].tolist(), low)}
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    taken: dict[int, set[int]] = defaultdict(set)
    for row in rows.tolist():
        head, first, behind = int(spans.head[row]), int(spans.first[row]), int(spans.behind[row])
        name = text[int(words.start[first]) : int(words.end[behind - 1])]
        taken[head].update(range(first, behind))
        if len(name) >= SHORTEST and behind - first <= MOST_WORDS:
            found[head, name].append(row)
    added = []
    for (head, name), own in found.items():
        if len(own) < LEAST:
            continue
        free, place = [], text.find(name)
        while place >= 0:
            first, behind = starts.get(place, -1), ends.get(place + len(name), -1)
            is_whole = 0 <= first < behind
            if is_whole and taken[head].isdisjoint(range(first, behind)):
                free.append((first, behind))
            place = text.find(name, place + len(name))
        if free and len(own) >= SHARE * (len(own) + len(free)):
            score = float(spans.score[own].mean())
            for first, behind in free:
                taken[head].update(range(first, behind))
                added.append((head, first, behind, score))
    return added

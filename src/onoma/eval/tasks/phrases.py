"""``abbreviation`` and ``keyphrase``: what a text defines, and what it is about.

Given: a text. ``abbreviation``: gold and guess are sets of (short, long) pairs. ``keyphrase``: gold
is a set of phrases, the guess phrases, best first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from onoma.eval.faults import Faults, in_context, whole
from onoma.eval.gold_documents import Options
from onoma.eval.gold_tables import ab3p_records, tidy
from onoma.eval.gold_texts import pubmedqa_rows
from onoma.eval.parts import Data, Item, Measure, Row, Scored, Source, Task
from onoma.eval.reading import read_items
from onoma.eval.records import as_list, read_records
from onoma.metrics.counts import I64, f1, micro, set_counts
from onoma.metrics.ranking import average_precision, gains_of
from onoma.metrics.resampling import f1_of, mean_of, precision_of, recall_of

Pair = tuple[str, str]
DEPTHS = (5, 10)


def read_ab3p(path: Path, options: Options) -> Iterator[Item[str, frozenset[Pair]]]:
    """Yield the labelled abstracts of Ab3P."""
    for one in ab3p_records(path):
        yield Item(one.id, one.text, one.pairs, one.text)


def read_plain_pairs(path: Path, options: Options) -> Iterator[Item[str, frozenset[Pair]]]:
    """Yield the rows of a user's file: text, and pairs as ``SHORT=LONG``."""
    for row in read_records(path):
        text = row.get("text", str)
        yield Item(row.id, text, read_pairs(as_list(row.values.get("pairs") or "")), text)


def read_pairs(value: Any) -> frozenset[Pair]:
    """Return the pairs of a list of ``SHORT=LONG`` or of two-item lists."""
    out = set()
    for one in value:
        short, long = one.split("=", 1) if isinstance(one, str) else one
        out.add((tidy(short), tidy(long)))
    return frozenset(out)


def score_pairs(data: Data, guesses: Sequence[frozenset[Pair]]) -> Scored:
    """Return the scores of pairs; letter case counts, white space does not."""
    gold = [item.gold for item in data.items]
    counts = np.stack([set_counts(g, p) for g, p in zip(gold, guesses, strict=True)])
    loose = np.stack(
        [set_counts(_folded(g), _folded(p)) for g, p in zip(gold, guesses, strict=True)]
    )
    faults = Faults()
    for item, guess in zip(data.items, guesses, strict=True):
        for kind, pairs in (("missed", item.gold - guess), ("spurious", guess - item.gold)):
            for short, long in sorted(pairs):
                place = max(item.given.find(f"({short}"), item.given.find(f"{short} ("), 0)
                example = in_context(item.id, item.given, place, place + len(short) + 1)
                is_missed = kind == "missed"
                gold_long, guessed = (long, "") if is_missed else ("", long)
                faults.add(kind, short, gold_long, guessed, example)
    measures = (
        Measure("F1", f1_of(counts)),
        Measure("precision", precision_of(counts)),
        Measure("recall", recall_of(counts)),
        Measure("F1, letter case aside", f1_of(loose)),
    )
    rows = (Row("pairs", micro(counts)), Row("letter case aside", micro(loose)))
    return Scored(len(gold), measures, _decisions(counts), rows, faults.sorted(), notes=data.notes)


def _folded(pairs: frozenset[Pair]) -> frozenset[Pair]:
    return frozenset((short.casefold(), long.casefold()) for short, long in pairs)


def _decisions(counts: I64) -> Any:
    """Return the F1 of each document; one without gold and prediction is right."""
    empty = (counts[:, 1] == 0) & (counts[:, 3] == 0)
    return np.where(empty, 1.0, f1(counts))


def read_pubmedqa(path: Path, options: Options) -> Iterator[Item[str, frozenset[str]]]:
    """Yield the abstracts of PubMedQA with their MeSH headings."""
    for identifier, row in pubmedqa_rows(path):
        text = " ".join([row["QUESTION"], *row["CONTEXTS"]])
        gold = frozenset(map(normal_phrase, row["MESHES"]))
        yield Item(identifier, text, gold, text)


def read_plain_phrases(path: Path, options: Options) -> Iterator[Item[str, frozenset[str]]]:
    """Yield the rows of a user's file: text and phrases."""
    for row in read_records(path):
        text = row.get("text", str)
        yield Item(row.id, text, frozenset(map(normal_phrase, row.get("phrases", as_list))), text)


def normal_phrase(phrase: str) -> str:
    """Return a phrase as it is compared: lower case, single spaces, no plural s at the end."""
    words = tidy(phrase).lower()
    return (
        words[:-1] if len(words) > 4 and words.endswith("s") and words[-2] not in "sui" else words
    )


def score_phrases(data: Data, guesses: Sequence[Sequence[str]]) -> Scored:
    """Return F1 of the first k phrases, and the average precision of all."""
    ranked = [list(dict.fromkeys(map(normal_phrase, guess))) for guess in guesses]
    counts = {
        k: np.stack(
            [set_counts(i.gold, frozenset(r[:k])) for i, r in zip(data.items, ranked, strict=True)]
        )
        for k in DEPTHS
    }
    precisions = [
        average_precision(gains_of(r, dict.fromkeys(i.gold, 1.0)), len(i.gold))
        for i, r in zip(data.items, ranked, strict=True)
    ]
    measures = [Measure(f"F1@{k}", f1_of(counts[k])) for k in reversed(DEPTHS)]
    measures += [Measure(f"recall@{DEPTHS[-1]}", recall_of(counts[DEPTHS[-1]]))]
    measures += [Measure("MAP", mean_of(precisions))]
    faults = Faults()
    for item, guess in zip(data.items, ranked, strict=True):
        first = guess[: DEPTHS[-1]]
        for phrase in sorted(item.gold - set(first)):
            faults.add("missed", phrase, phrase, "", whole(item.id, item.text))
        for phrase in first:
            if phrase not in item.gold:
                faults.add("spurious", phrase, "", phrase, whole(item.id, item.text))
    rows = tuple(Row(f"first {k}", micro(counts[k])) for k in DEPTHS)
    return Scored(
        len(data.items), tuple(measures), f1(counts[DEPTHS[-1]]), rows, faults.sorted(),
        notes=data.notes,
    )  # fmt: skip


def _read_abbreviations(source: Source) -> Data:
    return read_items(source, {"ab3p": read_ab3p}, read_plain_pairs)


def _read_keyphrases(source: Source) -> Data:
    return read_items(source, {"pubmedqa": read_pubmedqa}, read_plain_phrases)


def _read_list(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value)


ABBREVIATION = Task(
    "abbreviation", "short and long forms that a text defines", "id, text, pairs (SHORT=LONG)",
    "onoma", _read_abbreviations, score_pairs, read_pairs,
)  # fmt: skip
KEYPHRASE = Task(
    "keyphrase", "phrases that say what a text is about", "id, text, phrases", "tfidf",
    _read_keyphrases, score_phrases, _read_list,
)  # fmt: skip

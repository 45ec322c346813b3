"""What is looked at of a candidate for a keyphrase."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.extract.candidates import Phrase, key_of
from onoma.extract.phrase_tables import PhraseTables, number_of
from onoma.link.candidates.trees import F32
from onoma.ontology.store import ConceptStore
from onoma.types import AnnotatedDocument

TYPES = ("disease", "chemical", "drug", "gene", "anatomy", "process", "procedure", "population",
         "test", "organism")  # fmt: skip
FEATURES = (
    "words", "characters", "times", "share of the most frequent", "first place", "spread",
    "in the title", "times in the title", "rarity of the phrase", "rarity of its words",
    "rarity of its rarest word", "rarity of its commonest word", "times x rarity",
    "share of whole runs", "share inside a longer one", "is a concept", "times of the concept",
    "is the preferred name", "how often given", "depth", "concepts below", "ends in -ed",
    "ends in -ly", "ends in -ing", "capital", "words of the text",
    *TYPES,
)  # fmt: skip


def features(
    found: AnnotatedDocument,
    phrases: Sequence[Phrase],
    tables: PhraseTables,
    store: ConceptStore,
) -> F32:
    """Return a row a candidate, (phrases, FEATURES)."""
    title = title_end(found)
    times: dict[str, int] = {}
    for mention in found.mentions:
        if mention.curie is not None:
            times[mention.curie] = times.get(mention.curie, 0) + 1
    most = max((len(one.places) for one in phrases), default=1)
    inside = _inside(phrases)
    size = max(len(found.text), 1)
    words = len(found.text.split())
    rows = np.zeros((len(phrases), len(FEATURES)), np.float32)
    for number, one in enumerate(phrases):
        starts = [start for start, _ in one.places]
        in_title = sum(start < title for start in starts)
        rarities = [tables.rarity((word,)) for word in one.key]
        rarity = tables.rarity(one.key)
        last = one.text.split()[-1].lower()
        count = len(one.places)
        rows[number, : len(FEATURES) - len(TYPES)] = (
            len(one.key), len(one.text), count, count / most, min(starts) / size,
            (max(starts) - min(starts)) / size, in_title > 0, in_title, rarity,
            sum(rarities) / len(rarities), max(rarities), min(rarities), count * rarity,
            one.wholes / count, inside.get(one.key, 0) / count,
            *_concept(one, times, tables, store), last.endswith("ed"), last.endswith("ly"),
            last.endswith("ing"), one.text[:1].isupper(), words,
        )  # fmt: skip
        types = {m.type for m in one.mentions}
        rows[number, len(FEATURES) - len(TYPES) :] = [name in types for name in TYPES]
    return rows


def _concept(
    one: Phrase, times: dict[str, int], tables: PhraseTables, store: ConceptStore
) -> tuple[float, ...]:
    """Return the columns from "is a concept" to "concepts below"."""
    if not one.mentions:
        return (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    first = one.mentions[0]
    curie = first.curie or ""
    named = first.label is not None and key_of(plain_label(first.label)) == one.key
    depth, below = reach(curie, store)
    return (1.0, times.get(curie, 0), named, tables.usual(number_of(curie)), depth, below)


_REACH: dict[tuple[str, str], tuple[int, float]] = {}


def reach(curie: str, store: ConceptStore) -> tuple[int, float]:
    """Return how many concepts are above one, and the logarithm of how many are below."""
    key = (store.version, curie)
    if key not in _REACH:
        if len(_REACH) > 1 << 16:
            _REACH.clear()
        is_there = bool(curie) and store.row_of(curie) >= 0
        above = len(store.ancestors(curie)) if is_there else 0
        below = len(store.descendants(curie)) if is_there else 0
        _REACH[key] = (above, float(np.log1p(below)))
    return _REACH[key]


def _inside(phrases: Sequence[Phrase]) -> dict[tuple[str, ...], int]:
    """Return how often each candidate stands inside a longer one."""
    out: dict[tuple[str, ...], int] = {}
    for one in phrases:
        size = len(one.key)
        if size < 2:
            continue
        parts = {one.key[i:j] for i in range(size) for j in range(i + 1, size + 1)} - {one.key}
        for part in parts:
            out[part] = max(out.get(part, 0), len(one.places))
    return out


def title_end(found: AnnotatedDocument) -> int:
    """Return where the title ends: the passage of that kind, else the first line or sentence."""
    for passage in found.document.passages:
        if passage.kind == "title":
            return passage.end
    return found.sentences[0].end if found.sentences else 0


def plain_label(label: str) -> str:
    """Return a heading as it is said: "Analgesics, Opioid" is "Opioid Analgesics".

    >>> plain_label("Aneurysm, Dissecting"), plain_label("Set (Psychology)")
    ('Dissecting Aneurysm', 'Set')
    """
    head = label.split(" (")[0]
    first, comma, rest = head.partition(", ")
    return f"{rest} {first}" if comma and ", " not in rest else head

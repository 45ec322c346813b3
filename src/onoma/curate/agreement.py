"""How far two readers agree, before anybody adjudicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from onoma.curate.curation import Curation
from onoma.curate.decisions import READING
from onoma.curate.verdicts import Part
from onoma.errors import InputError
from onoma.metrics.agreement import kappa_of
from onoma.metrics.counts import I64
from onoma.metrics.resampling import Estimate, Statistic, bootstrap, f1_of, ratio_of

Outcomes = Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two readers made of the items that both decided on; each measure with its interval.

    ``same``: the share of equal outcomes. ``kept``: kappa of "a mention" against "none";
    ``verdicts``: kappa of the verbs; ``concepts``: kappa of the concepts of mentions that both kept
    within the same borders. ``mentions``: F1 of borders and types, ``linked``: of borders, types
    and concepts, with what they added where both are through with a document. Kappa is NaN where
    both gave one same label to all.
    """

    documents: int
    items: int
    differences: int
    adjudicated: int
    same: Estimate
    kept: Estimate
    verdicts: Estimate
    concepts: Estimate
    mentions: Estimate
    linked: Estimate


def agreement(curation: Curation, *, seed: int = 1) -> Agreement:
    """Return how the two readers of a curation agree; documents are drawn for the intervals.

    Raises: InputError: there is but one reader.
    """
    if len(curation.readers) < 2:
        raise InputError("one reader alone agrees with nobody", hint="start one with two readers")
    first, second = (curation.outcomes(one) for one in curation.readers)
    both = [key for key in curation.items if key in first and key in second]
    documents = sorted({curation.items[key].document for key in both})
    differing = curation.differences()
    settled = curation.settled()
    measures = _measures(curation, both, documents, (first, second))
    rng = np.random.default_rng(seed)
    found = bootstrap(measures, len(documents), rng=rng)
    judged = sum(key in settled for key in differing)
    return Agreement(len(documents), len(both), len(differing), judged, **found)


def _measures(
    curation: Curation, both: list[str], documents: list[int], outcomes: tuple[Outcomes, ...]
) -> dict[str, Statistic]:
    """Return each measure as a statistic over the documents."""
    rows = {place: number for number, place in enumerate(documents)}
    of = [rows[curation.items[key].document] for key in both]
    count = len(documents)
    same = [len({_keys(one[key]) for one in outcomes}) == 1 for key in both]
    verbs = [_verbs(curation, one) for one in curation.readers]
    concepts = [[_concept(curation, key, one) for key in both] for one in outcomes]
    linked = [place for place, pair in enumerate(zip(*concepts, strict=True)) if all(pair)]
    found = [_parts(curation, one, both, outcomes) for one in outcomes]

    def kappa(first: list[str], second: list[str], places: list[int]) -> Statistic:
        return kappa_of(
            [first[p] for p in places], [second[p] for p in places], [of[p] for p in places], count
        )

    every = list(range(len(both)))
    kept = [[str(bool(one[key])) for key in both] for one in outcomes]
    told = [[one[key] for key in both] for one in verbs]
    return {
        "same": ratio_of(np.bincount(of, same, count), np.bincount(of, minlength=count)),
        "kept": kappa(kept[0], kept[1], every),
        "verdicts": kappa(told[0], told[1], every),
        "concepts": kappa(concepts[0], concepts[1], linked),
        "mentions": f1_of(_counts(found, documents, is_linked=False)),
        "linked": f1_of(_counts(found, documents, is_linked=True)),
    }


def _verbs(curation: Curation, reader: str) -> dict[str, str]:
    held = curation.holding(reader, READING)
    return {key: one.verdict.verb for key, one in held.items() if one.verdict is not None}


def _keys(parts: tuple[Part, ...]) -> frozenset[object]:
    return frozenset(one.key for one in parts)


def _concept(curation: Curation, key: str, outcomes: Outcomes) -> str:
    """Return the concept of a mention that was kept within its borders, empty for others."""
    parts = outcomes[key]
    if len(parts) != 1 or parts[0].spans != curation.items[key].part.spans:
        return ""
    return parts[0].curie or "none"


def _parts(
    curation: Curation, own: Outcomes, both: list[str], outcomes: tuple[Outcomes, ...]
) -> dict[int, set[Part]]:
    """Return what a reader left standing of items that both decided on, by document."""
    out: dict[int, set[Part]] = {}
    for key in both:
        out.setdefault(curation.items[key].document, set()).update(own[key])
    ready = set.intersection(*(curation.finished(one) for one in outcomes))
    for key, item in curation.added().items():
        if key in own and item.document in ready:
            out.setdefault(item.document, set()).update(own[key])
    return out


def _counts(found: list[dict[int, set[Part]]], documents: list[int], *, is_linked: bool) -> I64:
    rows = []
    for place in documents:
        first, second = (
            {one.key if is_linked else one.key[:2] for one in side.get(place, set())}
            for side in found
        )
        right = len(first & second)
        rows.append([right, len(second), right, len(first)])
    return np.array(rows, np.int64).reshape(-1, 4)

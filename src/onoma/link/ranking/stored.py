"""The names that a store holds for the concepts of some namespaces, and their translations.

A concept of the store names every CURIE of the namespaces that it is or is said to be equivalent
to: SNOMED CT codes get the names of the MONDO, HPO or MeSH concepts that are mapped to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from onoma.link.ranking.names import NAMED, TRANSLATED, Named
from onoma.ontology.curies import canonical_prefix
from onoma.ontology.store import ConceptStore

LONGEST = 120  # characters; longer names are sentences


def curies_of(store: ConceptStore, ids: Sequence[str], *, types: int = 0) -> dict[int, list[str]]:
    """Return for each concept row its CURIEs in the namespaces, of some types (bits, 0 for all).

    Raises: BadCurie: an unknown prefix.
    """
    prefixes = {canonical_prefix(prefix, own=store.prefixes) for prefix in ids}
    numbers = [store.prefixes.index(prefix) for prefix in sorted(prefixes)]
    found: dict[int, dict[str, None]] = defaultdict(dict)
    rows = np.flatnonzero(np.isin(store.array("concept_prefix"), numbers))
    targets = store.array("equivalent_target")
    owners = store.array("inverse_of")
    of_target = np.isin(store.array("target_prefix"), numbers)[targets]
    of_owner = np.isin(store.array("concept_prefix"), numbers)[owners]
    _note(found, rows, store.curies.take(rows.tolist()))
    _note(found, _owners(store, "equivalent_start")[of_target],
          store.targets.take(targets[of_target].tolist()))  # fmt: skip
    _note(found, _owners(store, "inverse_start")[of_owner],
          store.curies.take(owners[of_owner].tolist()))  # fmt: skip
    kinds = store.array("concept_types")
    return {
        row: list(own) for row, own in sorted(found.items()) if not types or int(kinds[row]) & types
    }


def _owners(store: ConceptStore, starts: str) -> npt.NDArray[np.int64]:
    """Return the row of each entry of lists end to end."""
    start = store.array(starts).astype(np.int64)
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def _note(
    found: dict[int, dict[str, None]], rows: npt.NDArray[np.integer], curies: Sequence[str]
) -> None:
    for row, curie in zip(rows.tolist(), curies, strict=True):
        found[row][curie] = None


def stored_names(store: ConceptStore, curies: dict[int, list[str]]) -> Iterator[Named]:
    """Yield the names of these concepts under each of their CURIEs."""
    first = store.array("concept_name_start").astype(np.int64)
    names = [range(int(first[row]), int(first[row + 1])) for row in curies]
    texts = iter(store.names.take([name for own in names for name in own]))
    for own, known in zip(names, curies.values(), strict=True):
        for text in islice(texts, len(own)):
            if len(text) <= LONGEST:
                for curie in known:
                    yield Named(curie, text, NAMED)


def translated_names(
    store: ConceptStore, curies: dict[int, list[str]], translations: Iterable[tuple[str, str]]
) -> tuple[list[Named], list[tuple[str, str]]]:
    """Return the translations of these concepts' names, and all pairs of a label and its own.

    ``translations`` are pairs of a CURIE and a name; concepts that the store lacks are passed over.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for curie, text in translations:
        texts[curie].append(text)
    rows = {curie: store.row_of(curie) for curie in sorted(texts)}
    known = [(row, texts[curie]) for curie, row in rows.items() if row >= 0]
    labels = store.labels.take([row for row, _ in known])
    named = [
        Named(curie, text, TRANSLATED)
        for row, own in known
        for text in own
        for curie in curies.get(row, ())
    ]
    return named, [
        (label, text) for label, (_, own) in zip(labels, known, strict=True) for text in own
    ]

"""Names that a vocabulary holds but that are no mention: "disease" and "drug", "alone" and "Cox".

Kept by semantic type: a name may be too general as a chemical and still be wanted as something
else. Lists in ``data/recognize/general`` hold class words and words of study design, those in
``data/recognize/misleading`` names that texts mostly mean in another sense (nobody who lives alone
shows "infrequent social engagement with peers", which is called so too).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.store import ConceptStore
from onoma.ontology.wordtable import word_ids
from onoma.recognize.scan import MatcherIndex, scan
from onoma.text.tokens import TextBatch, tokenise, without_articles
from onoma.types import TYPE_BIT

COVERS = {
    "disease": ("disease", "phenotype"),
    "phenotype": ("phenotype", "clinical_modifier"),
    "chemical": ("chemical", "drug"),
    "gene": ("gene", "protein"),
    "organism": ("organism", "microbe"),
    "cell_line": ("cell_line",),
    "intervention": ("intervention",),
    "anatomy": ("anatomy",),
    "cell_type": ("cell_type",),
    "component": ("component",),
    "process": ("process",),
    "procedure": ("procedure", "method", "test", "device"),
    "population": ("population",),
}
"""Which semantic types each list holds for."""


@cache
def general_names() -> dict[str, tuple[str, ...]]:
    """Return the lists of class words by their names."""
    return _lists("general")


@cache
def misleading_names() -> dict[str, tuple[str, ...]]:
    """Return the lists of names with another sense by their names."""
    return _lists("misleading")


def _lists(folder: str) -> dict[str, tuple[str, ...]]:
    place = resources.files("onoma") / "data" / "recognize" / folder
    out = {}
    for name in COVERS:
        path = place / f"{name}.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        kept = (line.strip() for line in lines if not line.startswith("#"))
        out[name] = tuple(line for line in kept if line)
    return out


def keys_of(store: ConceptStore, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the key that each name folds to, -1 where the vocabulary has none."""
    batch = TextBatch.of(names)
    tokens = without_articles(tokenise(batch.codes))
    words = word_ids(store.array("words"), tokens.hash)
    matches = scan(MatcherIndex.of(store), words, tokens.glued)
    start, end = tokens.start[matches.start], tokens.end[matches.end - 1]
    number = batch.document_of(start)
    whole = (start == batch.doc_start[number]) & (end + 1 == batch.doc_start[number + 1])
    out = np.full(len(names), -1, np.int64)
    out[number[whole]] = matches.key[whole]
    return out


@lru_cache(maxsize=4)
def general_keys(store: ConceptStore) -> dict[str, npt.NDArray[np.int64]]:
    """Return the keys of each list of class words."""
    return _keys(store, general_names())


def _keys(
    store: ConceptStore, lists: Mapping[str, Sequence[str]]
) -> dict[str, npt.NDArray[np.int64]]:
    """Return the keys of each list's names."""
    keys = keys_of(store, [name for names in lists.values() for name in names])
    cuts = np.cumsum([len(names) for names in lists.values()])[:-1]
    parts = np.split(keys, cuts)
    return {name: part[part >= 0] for name, part in zip(lists, parts, strict=True)}


def open_types(store: ConceptStore) -> KeyKinds:
    """Return for each key the types under which it may be found: all but where a list has it.

    The store's pages are shared; only those written here are private to the process.
    """
    kinds = store.key_kinds()
    for lists in (general_keys(store), _keys(store, misleading_names())):
        for name, keys in lists.items():
            if store.lifted is not None:
                keys = np.setdiff1d(keys, store.lifted)
            bits = sum(TYPE_BIT[one] for one in COVERS[name])
            kinds.restrict(keys.tolist(), ~bits & 0xFFFFFFFF)
    return kinds

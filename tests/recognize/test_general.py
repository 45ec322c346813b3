"""Class words are no mentions, as the type for which they are class words."""

from __future__ import annotations

import numpy as np
import pytest

from onoma.ontology.store import ConceptStore
from onoma.recognize.general import (
    COVERS,
    general_names,
    keys_of,
    misleading_names,
    open_types,
)
from onoma.types import SEMANTIC_TYPES, TYPE_BIT
from tests.recognize.small_store import Entry, make_store


def test_lists_are_of_known_types_and_hold_no_comment() -> None:
    assert set(general_names()) == set(misleading_names()) == set(COVERS)
    assert {one for covered in COVERS.values() for one in covered} <= set(SEMANTIC_TYPES)
    for names in (*general_names().values(), *misleading_names().values()):
        assert all(name == name.strip() and not name.startswith("#") for name in names)
        assert len(set(names)) == len(names)


def test_every_misleading_name_is_one_of_its_type(core: ConceptStore) -> None:
    kinds = core.key_kinds()
    for kind, names in misleading_names().items():
        bits = sum(TYPE_BIT[one] for one in COVERS[kind])
        for name, key in zip(names, keys_of(core, names).tolist(), strict=True):
            assert key >= 0, (kind, name)
            assert int(kinds[key]) & bits, (kind, name)


def test_keys_of_whole_names_only(store: ConceptStore) -> None:
    names = ("breast cancers", "no such name", "a gout", "Disease", "cancer breast", "")
    found = keys_of(store, names).tolist()
    assert found == [store.key_of(name) for name in names]
    assert [key >= 0 for key in found] == [True, False, False, True, False, False]


def test_class_word_is_closed_for_its_type(store: ConceptStore) -> None:
    types = open_types(store)
    assert types[store.key_of("disease")] == 0
    assert types[store.key_of("gout")] == TYPE_BIT["disease"]


def test_class_word_stays_open_for_other_types(tmp_path_factory: pytest.TempPathFactory) -> None:
    entries = [
        Entry("CHEBI:1", "drug", "chemical", (), "chebi"),
        Entry("MONDO:1", "drug", "disease", (), "mondo"),
    ]
    small = make_store(entries, tmp_path_factory.mktemp("general"))
    assert open_types(small)[small.key_of("drug")] == TYPE_BIT["disease"]


def test_the_file_of_the_store_is_not_written(store: ConceptStore) -> None:
    before = np.load(store.path / "key_kind.npy")
    open_types(store).kind[:] = 0
    assert np.array_equal(np.load(store.path / "key_kind.npy"), before)
    assert np.array_equal(store.array("key_kind"), before)

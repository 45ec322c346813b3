"""Names that the user brought."""

from __future__ import annotations

from pathlib import Path

from onoma.ontology.store import ConceptStore
from onoma.recognize.own_names import OwnNames
from tests.recognize.small_store import Entry, make_store


def test_a_store_without_own_vocabularies_has_none(store: ConceptStore) -> None:
    assert "gout" not in OwnNames(store)
    assert OwnNames(store).among(["gout"]) == []


def test_names_of_own_vocabularies_are_told_in_any_form(tmp_path: Path) -> None:
    entries = [
        Entry("X:1", "gout", "disease", (), "mondo"),
        Entry("X:2", "red water", "anatomy", (), "uberon"),
    ]
    store = make_store(entries, tmp_path)
    store.manifest["own"] = ["uberon"]
    own = OwnNames(store)
    assert "Red Water" in own
    assert own.among(["gout", "red waters", "nothing"]) == ["red waters"]

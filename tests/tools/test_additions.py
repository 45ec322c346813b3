"""The names that were written for this project are in the core that ships, at their concepts."""

from __future__ import annotations

from pathlib import Path

from onoma.ontology.store import ConceptStore

ADDITIONS = Path(__file__).parents[2] / "tools" / "core" / "additions.tsv"


def test_every_added_name_is_one_of_its_concept(core: ConceptStore) -> None:
    lines = ADDITIONS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert len(rows) > 500
    for curie, _, _, names in rows:
        known = {one.text.lower() for one in core.concept(curie).names}
        assert set(names.lower().split("|")) <= known, curie

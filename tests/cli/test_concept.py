from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_a_concept_is_shown(run: Run) -> None:
    assert run("concept", "MONDO:0005393").stdout.splitlines() == [
        "MONDO:0005393  gout",
        "types: disease",
        "source: mondo 2026-10-06",
        "exact: podagra",
        "related: gouty",
        "parent: MONDO:1",
        "skos:exactMatch: MESH:D006073 (mondo)",
    ]


@pytest.mark.parametrize("curie", ["MONDO:9", "gout"])
def test_what_is_no_concept_is_exit_code_2(run: Run, curie: str) -> None:
    result = run("concept", curie)
    assert result.exit_code == 2
    assert result.stderr.startswith("onoma: ")


def test_a_concept_that_is_not_there_is_named_with_its_store(run: Run) -> None:
    words = run("concept", "mesh:d9").stderr
    assert words.startswith("onoma: no concept MESH:D9 in core-")
    assert "known" not in words

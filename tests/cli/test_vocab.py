from __future__ import annotations

from tests.cli.conftest import Run


def test_sources_are_listed(run: Run) -> None:
    assert run("vocab", "list").stdout.splitlines() == [
        "name\tversion\tconcepts\tnames\tlicence\tnotice",
        "hpo\t2026-02\t3\t7\town\tHPO notice",
    ]

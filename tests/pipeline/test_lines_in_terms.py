"""Terms that name cell lines: in a text they need company, in a column of terms they have none."""

from __future__ import annotations

import pytest

from onoma import ground


@pytest.mark.parametrize("term", ["CHO", "PC-3", "PC3", "Vero", "MDCK", "HEK-293"])
@pytest.mark.parametrize("types", [None, ("cell_line",)])
def test_a_cell_line_needs_no_company(term: str, types: tuple[str, ...] | None) -> None:
    found = ground(term, types=types, mode="dictionary")
    assert found
    assert found[0].type == "cell_line"


@pytest.mark.parametrize("term", ["T", "stem", "xyzzy", "", "a" * 500])
def test_what_names_no_line_is_none(term: str) -> None:
    assert ground(term, types=("cell_line",), mode="dictionary") == []

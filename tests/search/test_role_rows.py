from __future__ import annotations

from onoma.search.fields import FIELDS
from onoma.search.role_rows import role_rows


def test_each_role_is_a_field_of_the_index() -> None:
    text = "Tea\nMETHODS: Ninety adults drank tea. RESULTS: They slept."
    found = role_rows([text, ""], [[(0, 3, "title"), (4, len(text), "abstract")], []])
    assert found[1] == {}
    assert set(found[0]) == {"role_method", "role_result"}
    assert found[0].keys() <= {field.name for field in FIELDS}
    assert "slept" in found[0]["role_result"]
    assert "slept" not in found[0]["role_method"]

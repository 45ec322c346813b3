from __future__ import annotations

import pytest

from onoma.errors import InputError, UnknownName
from onoma.registry import Registry


def table() -> Registry[object]:
    return Registry("thing", group="onoma.test_none", builtin={"dumps": "json:dumps"})


def test_a_builtin_name_is_imported_on_use() -> None:
    import json

    assert table().get("dumps") is json.dumps


def test_an_unknown_name_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean 'dumps'"):
        table().get("dump")


def test_an_added_name_is_found_and_listed() -> None:
    things = table()
    things.add("mine", 3)
    assert things.get("mine") == 3
    assert things.names() == ("dumps", "mine")


@pytest.mark.parametrize("name", ["dumps", "twice"])
def test_a_taken_name_is_refused(name: str) -> None:
    things = table()
    things.add("twice", 1)
    with pytest.raises(InputError, match="exists"):
        things.add(name, 2)

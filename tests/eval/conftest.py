from __future__ import annotations

from collections.abc import Callable

import pytest

from onoma.eval import systems
from onoma.eval.parts import SystemMaker

AddSystem = Callable[[str, SystemMaker], None]


@pytest.fixture
def add_system(monkeypatch: pytest.MonkeyPatch) -> AddSystem:
    """Add a system for one test."""

    def add(name: str, maker: SystemMaker) -> None:
        monkeypatch.setitem(vars(systems)["_added"], name, maker)

    return add

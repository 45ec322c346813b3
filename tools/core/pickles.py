"""Dictionaries that packages ship as pickles, read without letting them name a class or function.

So such a file can hold nothing but Python's own containers, strings and numbers.
"""

from __future__ import annotations

import io
import pickle
from typing import Any, NoReturn


class _Containers(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> NoReturn:
        """Refuse: a pickle of plain containers names no class or function."""
        raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}; only data is read")


def load_containers(data: bytes) -> Any:
    """Return the containers in a pickle; any class or function in it is an error."""
    return _Containers(io.BytesIO(data)).load()

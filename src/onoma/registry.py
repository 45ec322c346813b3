"""Names and what they stand for: built-in implementations and those of other packages.

A room declares one :class:`Registry` per kind of exchangeable part. Its built-in names point to
``"module:attribute"`` strings, so that nothing is imported before it is asked for; other packages
add names through entry points of the registry's group (``onoma.readers``, ``onoma.writers`` ...).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from onoma.errors import InputError, UnknownName

Part = TypeVar("Part")


class Registry(Generic[Part]):
    """A table from name to implementation, each loaded when it is first asked for."""

    def __init__(self, kind: str, *, group: str, builtin: Mapping[str, str]) -> None:
        """Make the table of a ``kind`` (a word for messages) from ``module:attribute`` strings."""
        self.kind = kind
        self.group = group
        self._builtin = dict(builtin)
        self._added: dict[str, Part] = {}

    def names(self) -> tuple[str, ...]:
        """Return every name that can be asked for, sorted."""
        plugged = {point.name for point in entry_points(group=self.group)}
        return tuple(sorted(plugged | self._builtin.keys() | self._added.keys()))

    def get(self, name: str) -> Part:
        """Return the implementation of this name; a built-in one cannot be replaced.

        Raises: UnknownName: the name is in neither table; the message has the nearest known one.
        """
        if name in self._builtin:
            module, _, attribute = self._builtin[name].partition(":")
            return cast(Part, getattr(import_module(module), attribute))
        if name in self._added:
            return self._added[name]
        for point in entry_points(group=self.group, name=name):
            return cast(Part, point.load())
        raise UnknownName(self.kind, name, self.names())

    def add(self, name: str, part: Part) -> None:
        """Add an implementation for this process.

        Raises: InputError: the name is taken.
        """
        if name in self._builtin or name in self._added:
            raise InputError(f"the {self.kind} {name!r} exists", hint="choose another name")
        self._added[name] = part

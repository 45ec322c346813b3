"""Searches kept with a corpus, and what is new since each was last asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from onoma.corpus import Corpus
from onoma.corpus.durable import save_bytes, sync_folder
from onoma.corpus.sealed import read_sealed, sealed
from onoma.errors import BadFile, UnknownName

FILE = "searches.json"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under a name; ``seen``: the last record of the log that it was asked of."""

    name: str
    query: str
    dialect: str = "onoma"
    by: str = "fused"
    seen: int = 0


class SavedSearches:
    """The searches kept with a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        """Read them.

        Raises: BadFile, Checksum: their file is damaged.
        """
        self._path: Path = corpus.folder / FILE
        self._known: dict[str, SavedSearch] = {}
        if self._path.exists():
            try:
                rows = read_sealed(self._path)["searches"]
                self._known = {row["name"]: SavedSearch(**row) for row in rows}
            except (KeyError, TypeError) as error:
                raise BadFile(f"{self._path}: no saved searches", hint="remove it") from error

    def all(self) -> list[SavedSearch]:
        """Return the searches by name."""
        return [self._known[name] for name in sorted(self._known)]

    def get(self, name: str) -> SavedSearch:
        """Return the search of a name.

        Raises: UnknownName: there is none.
        """
        if name not in self._known:
            raise UnknownName("saved search", name, sorted(self._known))
        return self._known[name]

    def save(self, search: SavedSearch) -> None:
        """Keep a search; one of its name is replaced."""
        self._known[search.name] = search
        rows = [asdict(one) for one in self.all()]
        save_bytes(self._path, sealed({"searches": rows}))
        sync_folder(self._path.parent)

    def mark(self, name: str, seen: int) -> None:
        """Note that a search was asked of all records up to this one."""
        self.save(replace(self.get(name), seen=seen))

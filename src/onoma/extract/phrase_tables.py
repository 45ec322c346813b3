"""How rare phrases are, how often headings are given, and what goes with what: small tables.

They hold numbers alone, no strings: phrases are hashed, concepts are the numbers of MeSH headings.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile

I32 = npt.NDArray[np.int32]
F32 = npt.NDArray[np.float32]

FILE = "tables.npz"
SIZE = 1 << 17  # counts of hashed phrases
STEPS = 12  # of a count's logarithm to base 2, as it is stored
PREFIX = "MESH:D"
_LONG = 66_360  # from here on a heading's number is written with nine digits


@dataclass(frozen=True, slots=True)
class Links:
    """What goes with a heading: targets and shares from ``start[i]`` on for ``source[i]``.

    A share is how often the target is there where the source is, 0 to 1.
    """

    source: I32
    start: I32
    target: I32
    share: F32

    def of(self, heading: int) -> Iterator[tuple[int, float]]:
        """Yield the targets of a heading with their shares."""
        place = int(np.searchsorted(self.source, heading))
        if place < len(self.source) and self.source[place] == heading:
            own = slice(int(self.start[place]), int(self.start[place + 1]))
            yield from zip(self.target[own].tolist(), self.share[own].tolist(), strict=True)

    @classmethod
    def made(cls, rows: Mapping[int, Sequence[tuple[int, float]]]) -> Links:
        """Return links of rows: heading to (target, share)."""
        source = sorted(rows)
        sizes = [len(rows[one]) for one in source]
        flat = [pair for one in source for pair in rows[one]]
        return cls(
            np.array(source, np.int32),
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
            np.array([target for target, _ in flat], np.int32),
            np.array([share for _, share in flat], np.float32),
        )


@dataclass(frozen=True, slots=True)
class PhraseTables:
    """The tables.

    ``levels`` are logarithms of the counts of hashed phrases among ``documents`` abstracts.
    ``named`` links what abstracts name together; ``given`` what an abstract names to the headings
    that indexers gave it without its naming them. ``headings`` and ``often`` say how often each
    heading was given, as a share of abstracts.
    """

    levels: npt.NDArray[np.uint8]
    documents: int
    headings: I32
    often: F32
    named: Links
    given: Links

    def rarity(self, key: Sequence[str]) -> float:
        """Return how rare a phrase is, by its stems: log(documents / those with it)."""
        seen = 2 ** (float(self.levels[place_of(key)]) / STEPS) - 1
        return float(np.log((1 + self.documents) / (1 + seen)))

    def usual(self, heading: int) -> float:
        """Return how often a heading is given, as a share of abstracts."""
        place = int(np.searchsorted(self.headings, heading))
        is_there = place < len(self.headings) and self.headings[place] == heading
        return float(self.often[place]) if is_there else 0.0

    def write(self, folder: Path) -> None:
        """Write the tables into a folder."""
        arrays: dict[str, Any] = {
            "levels": self.levels, "documents": np.array(self.documents),
            "headings": self.headings, "often": self.often.astype(np.float16),
        }  # fmt: skip
        for name, links in (("named", self.named), ("given", self.given)):
            arrays |= {f"{name}.source": links.source, f"{name}.start": links.start,
                       f"{name}.target": links.target,
                       f"{name}.share": links.share.astype(np.float16)}  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / FILE, **arrays)


def place_of(key: Sequence[str]) -> int:
    """Return the number that a phrase is counted under."""
    return zlib.crc32(" ".join(key).encode()) % SIZE


def number_of(curie: str | None) -> int:
    """Return the number of a MeSH heading, -1 for another concept.

    >>> number_of("MESH:D009203"), number_of("HP:0001945")
    (9203, -1)
    """
    if curie is None or not curie.startswith(PREFIX):
        return -1
    return int(curie[len(PREFIX) :])


def curie_of(number: int) -> str:
    """Return the CURIE of a heading's number."""
    return f"{PREFIX}{number:06d}" if number < _LONG else f"{PREFIX}{number:09d}"


@cache
def read_tables(folder: Path | None = None) -> PhraseTables:
    """Return the tables of a folder, by default those that ship.

    Raises: BadFile: they are damaged.
    """
    place = folder or Path(str(resources.files("onoma"))) / "data" / "extract" / "keyphrases"
    try:
        raw = (place / FILE).read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        links = [
            Links(arrays[f"{name}.source"], arrays[f"{name}.start"], arrays[f"{name}.target"],
                  arrays[f"{name}.share"].astype(np.float32))
            for name in ("named", "given")
        ]  # fmt: skip
        often = arrays["often"].astype(np.float32)
        documents = int(arrays["documents"])
        return PhraseTables(arrays["levels"], documents, arrays["headings"], often, *links)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        hint = "make it anew: python bench/keyphrases.py --train"
        raise BadFile(f"{place / FILE}: damaged", hint=hint) from error

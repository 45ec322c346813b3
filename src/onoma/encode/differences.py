"""Models kept as what they differ in from the encoder that ships.

The tagger and the relation reader grew out of the weights that the encoder grew out of, so their
int8 numbers are near the encoder's: what is kept of a matrix is the difference from the encoder's,
in steps of its own scale, deflated. That takes half the room, and comes back to the last bit. (That
fine-tuned weights lie close to what they began with is also what BitDelta rests on: Liu et al.
2024.)

A file ``NAME.delta`` holds a line of JSON, then the deflated bytes of the model without these
matrices, then each matrix's deflated difference.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile, Inconsistent

SUFFIX = ".delta"
LEVEL = 9  # of deflation: written once, read often
ROWS = 1 << 12  # rows that are put together at once
I8 = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matrix of int8 numbers stands in a file, and where its float32 scales do.

    ``rows`` and ``columns`` are its measures; ``by_row``: a scale belongs to a row, else a column.
    """

    at: int
    scales: int
    rows: int
    columns: int
    by_row: bool

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.rows * self.columns

    def codes(self, model: bytes | bytearray) -> I8:
        """Return its numbers, (rows, columns)."""
        found = np.frombuffer(model, np.int8, self.size, self.at)
        return found.reshape(self.rows, self.columns)

    def spread(self, model: bytes | bytearray) -> npt.NDArray[np.float32]:
        """Return its scales as (rows, 1) or (1, columns)."""
        count = self.rows if self.by_row else self.columns
        found = np.frombuffer(model, "<f4", count, self.scales).astype(np.float32)
        return found[:, None] if self.by_row else found[None]


def expected(own: npt.NDArray[np.float32], other: Place, reference: bytes) -> I8:
    """Return the numbers that a matrix would have were it the reference's, on its own scales.

    Products and quotients of float32 alone: the same on every machine.
    """
    out = np.empty((other.rows, other.columns), np.int8)
    codes, scales = other.codes(reference), other.spread(reference)
    for low in range(0, other.rows, ROWS):
        part = slice(low, low + ROWS)
        theirs, mine = (x[part] if other.by_row else x for x in (scales, own))
        floats = codes[part].astype(np.float32) * theirs / mine
        out[part] = np.clip(np.rint(floats), -127, 127)
    return out


def pack(model: bytes, reference: bytes, pairs: Sequence[tuple[Place, Place]]) -> bytes:
    """Return a model as what it differs in from a reference.

    ``pairs`` are its matrices, in the order in which they stand, with the reference's.
    """
    streams, rest, at = [], [], 0
    for own, other in pairs:
        near = expected(own.spread(model), other, reference)
        streams.append(zlib.compress((own.codes(model) - near).tobytes(), LEVEL))
        rest.append(model[at : own.at])
        at = own.at + own.size
    kept = zlib.compress(b"".join([*rest, model[at:]]), LEVEL)
    head = {
        "sha256": hashlib.sha256(model).hexdigest(),
        "from": hashlib.sha256(reference).hexdigest(),
        "rest": len(kept),
        "matrices": [
            {"own": asdict(own), "other": asdict(other), "size": len(stream)}
            for (own, other), stream in zip(pairs, streams, strict=True)
        ],
    }
    return b"".join([json.dumps(head).encode(), b"\n", kept, *streams])


def unpack(packed: bytes, reference: bytes, name: str) -> bytes:
    """Return the model, to the last bit; ``name`` is what errors call it.

    Raises: Inconsistent: it was packed with another reference; BadFile: it is damaged.
    """
    try:
        end = packed.index(b"\n")
        head = json.loads(packed[:end])
        if hashlib.sha256(reference).hexdigest() != head["from"]:
            raise Inconsistent(
                f"{name} is kept as what it differs in from an encoder, and the encoder that "
                "ships is another",
                hint="install the package again",
            )
        at = end + 1 + head["rest"]
        model = _joined(zlib.decompress(packed[end + 1 : at]), head["matrices"])
        for row in head["matrices"]:
            own, other = Place(**row["own"]), Place(**row["other"])
            near = expected(own.spread(model), other, reference)
            less = np.frombuffer(zlib.decompress(packed[at : at + row["size"]]), np.int8)
            whole = near + less.reshape(near.shape)  # round the ends of int8, as it was packed
            model[own.at : own.at + own.size] = whole.tobytes()
            at += row["size"]
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise BadFile(f"{name} is damaged: {error!r}", hint="copy the folder again") from error
    if hashlib.sha256(model).hexdigest() != head["sha256"]:
        raise BadFile(f"{name} is damaged", hint="copy the folder again")
    return bytes(model)


def _joined(rest: bytes, matrices: Sequence[dict[str, dict[str, int]]]) -> bytearray:
    """Return a model with zeros where its matrices stand."""
    out, at = bytearray(), 0
    for row in matrices:
        own = Place(**row["own"])  # type: ignore[arg-type]
        size = own.at - len(out)
        out += rest[at : at + size]
        out += bytes(own.size)
        at += size
    return out + rest[at:]


def model_path(path: Path) -> Path | None:
    """Return where a model's file is: as it is, or packed; None where it is not at all."""
    packed = path.with_name(path.name + SUFFIX)
    return next((one for one in (path, packed) if one.is_file()), None)


def read_model(path: Path) -> bytes:
    """Return the bytes of a model's file, also of one that is kept packed beside it.

    Raises: BadFile: there is none, or it is damaged; Inconsistent: it belongs to another encoder.
    """
    found = model_path(path)
    if found is None:
        raise BadFile(f"{path} is not there", hint="copy the folder again")
    data = found.read_bytes()
    if found == path:
        return data
    return unpack(data, reference_path().read_bytes(), str(found))


def reference_path() -> Path:
    """Return the file of the encoder that ships, from which packed models differ."""
    return Path(str(resources.files("onoma"))) / "data" / "encoder" / "model.onnx"

"""Small JSON files that carry their own checksum: any byte changed or cut off is noticed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile, Checksum

_HEAD = b'{"sha256":"'
_MIDDLE = b'","record":'
_TAIL = b"}\n"
_BODY = len(_HEAD) + 64 + len(_MIDDLE)


def sealed(record: dict[str, Any]) -> bytes:
    """Return a record as the bytes of a sealed file."""
    body = orjson.dumps(record, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + _MIDDLE + body + _TAIL


def read_sealed(path: Path) -> dict[str, Any]:
    """Return the record of a sealed file.

    Raises: BadFile: it is not one. Checksum: its content is not what was written.
    """
    data = path.read_bytes()
    body = data[_BODY : -len(_TAIL)]
    if not data.startswith(_HEAD) or data[_BODY - len(_MIDDLE) : _BODY] != _MIDDLE:
        raise BadFile(f"{path}: not a manifest of ours", hint="onoma corpus repair")
    if (
        not data.endswith(_TAIL)
        or hashlib.sha256(body).hexdigest().encode() != data[len(_HEAD) : len(_HEAD) + 64]
    ):
        raise Checksum(f"{path}: damaged, its checksum differs", hint="onoma corpus repair")
    try:
        record = orjson.loads(body)
    except ValueError as error:
        raise BadFile(f"{path}: not JSON", hint="onoma corpus repair") from error
    if not isinstance(record, dict):
        raise BadFile(f"{path}: not a manifest of ours", hint="onoma corpus repair")
    return record

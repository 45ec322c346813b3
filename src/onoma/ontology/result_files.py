"""The ids in files of results, line by line: JSON lines, PubTator, the table of mentions.

An editor takes a line and returns it with its ids swapped, or None if nothing is to change; it
touches nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadLine, InputError
from onoma.formats.jsonl import encode_record
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.ontology.curies import prefix_of

Editor = Callable[[bytes, int, str], bytes | None]
Look = Callable[[str, str, bool], None]

_HEAD = re.compile(r"[^|\t]+\|[ta]\|")
_SEVERAL = re.compile(r"([|;,+])")
_NONE = frozenset({"", "-", "-1"})


class Swap:
    """What is done with each id: looked at, or replaced as a table says."""

    def __init__(
        self,
        look: Look | None,
        chosen: Mapping[str, tuple[str, str]] | None = None,
        *,
        prefix: str = "",
    ) -> None:
        """Take who looks (id, document, whether it is a mention's), and new id and label by old."""
        self._look = look
        self._chosen = {old.lower(): pair for old, pair in (chosen or {}).items()}
        self._prefix = prefix

    def of(self, text: object, document: str, *, is_mention: bool = False) -> tuple[str, str]:
        """Return new id and label; an empty id for one that stays."""
        if not isinstance(text, str) or text in _NONE:
            return "", ""
        is_bare = bool(self._prefix) and ":" not in text
        curie = f"{self._prefix}:{text}" if is_bare else text
        if self._look is not None:
            self._look(curie, document, is_mention)
        new, label = self._chosen.get(curie.lower(), ("", ""))
        if is_bare and prefix_of(new).lower() == self._prefix.lower():
            new = new.partition(":")[2]
        return new, label

    def all_of(self, text: str, document: str, *, is_mention: bool = False) -> str | None:
        """Return a cell of one or several ids with the new ones, None if it stays."""
        parts = _SEVERAL.split(text)
        for place in range(0, len(parts), 2):
            bare = parts[place].strip()
            new, _ = self.of(bare, document, is_mention=is_mention)
            parts[place] = parts[place].replace(bare, new) if new else parts[place]
        whole = "".join(parts)
        return None if whole == text else whole


def detect(path: Path) -> str:
    """Return the format of a results file by its first line.

    Raises: InputError: it is none of ``EDITORS``.
    """
    with open_stream(path.open("rb"), str(path)) as stream:
        for line in iter_lines(stream):
            text = line.data[:4000].decode("utf-8", "replace")
            if text.lstrip().startswith("{"):
                return "jsonl"
            if _HEAD.match(text):
                return "pubtator"
            if "curie" in text.rstrip("\r").split("\t"):
                return "tsv"
            if text.strip():
                break
    hint = "JSON lines, PubTator, or a table with a column 'curie'; say which with --from"
    raise InputError(f"{path}: no results of a known form", hint=hint)


def _edit_jsonl(swap: Swap) -> Editor:
    def edit(data: bytes, number: int, name: str) -> bytes | None:
        if not data.strip():
            return None
        try:
            record = orjson.loads(data)
        except orjson.JSONDecodeError:
            record = _parse_slowly(data, number, name)
        if not isinstance(record, dict):
            raise BadLine(name, number, _start(data), "not a JSON object")
        document = str(record.get("id", number))
        changes = sum(_edit_mention(one, swap, document) for one in _objects(record, "mentions"))
        for relation in _objects(record, "relations"):
            for argument in _objects(relation, "arguments"):
                if ":" in str(argument.get("target")):
                    changes += _replace(argument, "target", swap, document)
        return encode_record(record).rstrip(b"\n") if changes else None

    return edit


def _parse_slowly(data: bytes, number: int, name: str) -> Any:
    """Parse what orjson refuses: escaped lone surrogates are taken."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadLine(name, number, _start(data), f"not JSON ({error})") from error


def _start(data: bytes) -> str:
    return data[:400].decode("utf-8", "replace")


def _objects(record: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    values = record.get(key)
    yield from (one for one in values if isinstance(one, dict)) if isinstance(values, list) else ()


def _replace(
    record: dict[str, Any], key: str, swap: Swap, document: str, *, is_mention: bool = False
) -> bool:
    """Swap the id under a key, and the label beside it."""
    new, label = swap.of(record.get(key), document, is_mention=is_mention)
    if not new:
        return False
    record[key] = new
    if "label" in record and label:
        record["label"] = label
    return True


def _edit_mention(mention: dict[str, Any], swap: Swap, document: str) -> int:
    """Swap the ids of a mention; return how many."""
    changes = int(_replace(mention, "curie", swap, document, is_mention=True))
    for candidate in _objects(mention, "candidates"):
        changes += _replace(candidate, "curie", swap, document)
    others = mention.get("alternatives")
    if isinstance(others, list):
        fresh = [swap.of(one, document)[0] or one for one in others]
        changes += sum(map(str.__ne__, map(str, fresh), map(str, others)))
        if changes:  # the new id may be there already
            kept = [one for one in fresh if one != mention.get("curie")]
            mention["alternatives"] = list(dict.fromkeys(map(str, kept)))
    return changes


def _edit_pubtator(swap: Swap) -> Editor:
    def edit(data: bytes, number: int, name: str) -> bytes | None:
        text = _text(data, number, name)
        cells = text.split("\t")
        if _HEAD.match(text) or len(cells) < 4:
            return None
        is_mention = cells[1].isdigit() and cells[2].isdigit()
        places = (5,) if is_mention else (2, 3)
        changed = False
        for place in places:
            if place < len(cells):
                new = swap.all_of(cells[place], cells[0], is_mention=is_mention)
                cells[place], changed = new or cells[place], changed or new is not None
        return "\t".join(cells).encode() if changed else None

    return edit


def _edit_tsv(swap: Swap) -> Editor:
    columns: dict[str, int] = {}

    def edit(data: bytes, number: int, name: str) -> bytes | None:
        cells = _text(data, number, name).split("\t")
        if number == 1:
            columns.update((column.strip(), place) for place, column in enumerate(cells))
            if "curie" not in columns:
                raise BadLine(name, 1, _start(data), "no column 'curie'")
            return None
        if len(cells) <= columns["curie"]:
            return None
        document = cells[columns.get("id", 0)]
        new, label = swap.of(cells[columns["curie"]], document, is_mention=True)
        changed = bool(new)
        if new:
            cells[columns["curie"]] = new
            if label and columns.get("label", len(cells)) < len(cells):
                cells[columns["label"]] = label.translate(_ONE_LINE)
        place = columns.get("alternatives", len(cells))
        others = swap.all_of(cells[place], document) if place < len(cells) else None
        changed = changed or others is not None
        if changed and place < len(cells):  # the new id may be there already
            listed = (others or cells[place]).split("|")
            kept = [one for one in listed if one != cells[columns["curie"]]]
            cells[place] = "|".join(dict.fromkeys(kept)) or "-"
        return "\t".join(cells).encode() if changed else None

    return edit


_ONE_LINE = str.maketrans("\t\r\n", "   ")


def _text(data: bytes, number: int, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLine(name, number, _start(data), f"not UTF-8 ({error.reason})") from error


EDITORS: dict[str, Callable[[Swap], Editor]] = {
    "jsonl": _edit_jsonl,
    "pubtator": _edit_pubtator,
    "tsv": _edit_tsv,
}
"""The formats of results that can be migrated."""

"""Mutated files: seeds of a format changed at random, the same ones for the same seed number."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

Files = Mapping[str, bytes]

LARGEST = 8192  # bytes of an input, so that a million of them take minutes

NUMBERS = (
    b"0", b"-1", b"1", b"00", b"-0", b"999999999999", b"2147483647", b"2147483648", b"4294967296",
    b"9223372036854775807", b"9223372036854775808", b"18446744073709551616", b"1e309", b"1e-400",
    b"NaN", b"-Infinity", b"0x10", b"1_000", b"1.5", b"\xc2\xb2", b"\xd9\xa3", b"9" * 400,
    b"1" * 5000,
)  # fmt: skip

BROKEN = (
    b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80", b"\xe2\x80", b"\x80", b"\xe8", b"\xf0\x9f\x98\x80", b"\xe2\x80\xa8",
    b"\xc2\x85", b"\xe2\x80\x8b", b"\xcc\x81", b"\r", b"\r\n", b"\n", b"\x0b", b"\x0c", b"\x1a",
    b"\x1b", b"\xef\xbf\xbe", b"\xc2\xa0", b"\xef\xbf\xbd",
)  # fmt: skip

WORDS = (
    b'"', b"'", b"\\", b"\\u", b"\\ud800", b"\\udc00\\ud800", b"{", b"}", b"[", b"]", b"[[[[[[[[",
    b"]]]]", b'{"', b"null", b"true", b'""', b":", b",", b";", b"|", b"||", b"\t", b"\t\t", b"\n\n",
    b"\n\n\n", b" ", b"#", b"!", b"@", b"<", b">", b"</", b"/>", b"<a>", b"</a>", b"<a ", b"<!--",
    b"-->", b"<![CDATA[", b"]]>", b"&amp;", b"&#0;", b"&#x110000;", b"&#xD800;", b"&#13;", b"&lol;",
    b"&", b"<?xml version='1.0' encoding='utf-16'?>", b"<?x?>", b"<!DOCTYPE a [<!ENTITY l 'x'>]>",
    b"xmlns='urn:x'", b"xml:lang='fr'", b"-", b"--", b"---", b".", b"..", b"/", b"../", b"*", b"%",
    b"$", b"^", b"(", b")", b"=", b"~", b"HP:0000001", b"http://purl.obolibrary.org/obo/HP_0000001",
)  # fmt: skip

_NUMBER = re.compile(rb"[0-9]+")
_TOKEN = re.compile(rb"[A-Za-z_][\w.:-]{1,40}|[^\w\s]")


def read_seeds(tests: Path, name: str) -> list[Files]:
    """Return the seeds of a format: files, and folders whose files belong together.

    A format without any borrows those of all others, which finds little: give it some.
    """
    seeds = list(_seeds_below(tests / "seeds" / name))
    bad = list(_seeds_below(tests / "malformed" / name))
    if seeds:  # most inputs are made of sound files: their faults lie deeper
        seeds = seeds * (1 + 2 * len(bad) // len(seeds)) + bad
    else:
        for folder in sorted((tests / "seeds").iterdir()):
            seeds += _seeds_below(folder)
    return seeds


def _seeds_below(folder: Path) -> list[Files]:
    """Return each file of a folder, and each folder in it as the files it holds."""
    seeds: list[Files] = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        if entry.is_dir():
            files = sorted(path for path in entry.rglob("*") if path.is_file())
            seeds.append({str(path.relative_to(entry)): path.read_bytes() for path in files})
        elif not entry.name.startswith("."):
            seeds.append({entry.name: entry.read_bytes()})
    return [seed for seed in seeds if sum(map(len, seed.values())) <= 4 * LARGEST]


class Mutator:
    """Makes inputs without end; the same seeds and seed number make the same ones."""

    def __init__(self, seeds: Sequence[Files], *, seed: str) -> None:
        """Take the seeds and gather the words and numbers that stand in them."""
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._seeds = list(seeds)
        self._all = [data for files in seeds for data in files.values() if data] or [b"x"]
        tokens = sorted({t for data in self._all for t in _TOKEN.findall(data)})
        self._tokens = (*tokens, *WORDS, *BROKEN)
        self._changes = (
            self._flip, self._flip, self._overwrite, self._cut, self._drop, self._repeat,
            self._swap, self._insert, self._insert, self._number, self._number, self._splice,
            self._break, self._lines, self._replace_token,
        )  # fmt: skip

    def make(self) -> Files:
        """Return the next input: a seed with one to five changes in one of its files."""
        rng = self._random
        files = dict(self._seeds[rng.randrange(len(self._seeds))])
        name = rng.choice(list(files)) if len(files) > 1 else next(iter(files))
        data = bytearray(files[name])
        for _ in range(1 + int(rng.random() * rng.random() * 5)):
            data = rng.choice(self._changes)(data)
        files[name] = bytes(data[:LARGEST])
        return files

    def _place(self, data: bytearray) -> int:
        return int(self._random.random() * (len(data) + 1))

    def _piece(self, data: bytearray) -> tuple[int, int]:
        """Return a stretch, mostly a short one."""
        rng = self._random
        start = self._place(data)
        longest = (4, 32, 200, len(data))[int(rng.random() * 4)]
        return start, min(len(data), start + 1 + int(rng.random() * longest))

    def _flip(self, data: bytearray) -> bytearray:
        if data:
            data[int(self._random.random() * len(data))] ^= 1 << int(self._random.random() * 8)
        return data

    def _overwrite(self, data: bytearray) -> bytearray:
        if data:
            data[int(self._random.random() * len(data))] = int(self._random.random() * 256)
        return data

    def _cut(self, data: bytearray) -> bytearray:
        return data[: self._place(data)]

    def _drop(self, data: bytearray) -> bytearray:
        start, end = self._piece(data)
        del data[start:end]
        return data

    def _repeat(self, data: bytearray) -> bytearray:
        start, end = self._piece(data)
        times = 1 if self._random.random() < 0.8 else 40
        data[end:end] = (data[start:end] * times)[:LARGEST]
        return data

    def _swap(self, data: bytearray) -> bytearray:
        start, end = self._piece(data)
        piece = data[start:end]
        del data[start:end]
        place = self._place(data)
        data[place:place] = piece
        return data

    def _insert(self, data: bytearray) -> bytearray:
        place = self._place(data)
        data[place:place] = self._random.choice(self._tokens)
        return data

    def _replace_token(self, data: bytearray) -> bytearray:
        found = _TOKEN.search(data, self._place(data))
        if found:
            data[found.start() : found.end()] = self._random.choice(self._tokens)
        return data

    def _number(self, data: bytearray) -> bytearray:
        found = _NUMBER.search(data, self._place(data)) or _NUMBER.search(data)
        if found:
            data[found.start() : found.end()] = self._random.choice(NUMBERS)
        return data

    def _splice(self, data: bytearray) -> bytearray:
        other = self._random.choice(self._all)
        start, end = self._piece(bytearray(other))
        place = self._place(data)
        data[place:place] = other[start:end]
        return data

    def _break(self, data: bytearray) -> bytearray:
        place = self._place(data)
        data[place : place + int(self._random.random() * 2)] = self._random.choice(BROKEN)
        return data

    def _lines(self, data: bytearray) -> bytearray:
        """Drop, repeat or move a line."""
        lines = data.splitlines(keepends=True)
        if len(lines) < 2:
            return data
        rng = self._random
        line = lines.pop(int(rng.random() * len(lines)))
        for _ in range(int(rng.random() * 3)):
            lines.insert(int(rng.random() * (len(lines) + 1)), line)
        return bytearray().join(lines)

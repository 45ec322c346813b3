"""Lines of tables cut into cells: tabs, commas, semicolons or bars, quoted or not."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from onoma.ontology.reading import Ledger

DELIMITERS = ("\t", ",", ";", "|")
_MOST_JOINED = 50  # lines of one quoted cell
_LONGEST = 100_000  # characters of one; the csv module takes 131,072


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; quotes mean something only where they enclose a whole cell."""
    if '"' not in line or not is_quoted(line, delimiter):
        return line.split(delimiter)
    try:
        return next(csv.reader(line.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):  # a quote that is a character of the text: 5" nail
        return line.split(delimiter)


def is_quoted(line: str, delimiter: str) -> bool:
    """Whether some cell of a line begins with a quote."""
    return line.startswith('"') or f'{delimiter}"' in line


def join_quoted(
    lines: Iterable[tuple[int, str]], delimiter: str, *, name: str, ledger: Ledger
) -> Iterator[tuple[int, str]]:
    """Yield lines with those joined that a quoted cell spans (as spreadsheets write them).

    A quote that is not closed within some lines goes to the ledger with its line; reading goes on
    behind that line.
    """
    source = iter(lines)
    ahead: deque[tuple[int, str]] = deque()
    while (first := ahead.popleft() if ahead else next(source, None)) is not None:
        if first[1].count('"') % 2 == 0 or not is_quoted(first[1], delimiter):
            yield first
        elif count := _lines_to_close(len(first[1]), ahead, source):
            yield first[0], "\n".join([first[1], *(ahead.popleft()[1] for _ in range(count))])
        else:
            words = "a quote is opened and not closed"
            ledger.set_aside("bad-line", f"{name}, line {first[0]}", words, first[1])


def _lines_to_close(
    size: int, ahead: deque[tuple[int, str]], source: Iterator[tuple[int, str]]
) -> int:
    """Return how many of the lines that follow an open quote close it; 0 if none does."""
    for count in range(1, _MOST_JOINED + 1):
        if len(ahead) < count:
            more = next(source, None)
            if more is None:
                return 0
            ahead.append(more)
        text = ahead[count - 1][1]
        size += len(text)
        if size > _LONGEST:
            return 0
        if text.count('"') % 2 == 1:
            return count
    return 0


def sniff_delimiter(line: str) -> str:
    """Return the delimiter of a header line: a tab if there is one, else the most frequent."""
    if "\t" in line:
        return "\t"
    counts = {mark: line.count(mark) for mark in DELIMITERS[1:]}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else "\t"

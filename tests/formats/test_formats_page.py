"""The page of document formats names what is registered, and says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from onoma.formats.capacity import HOLDS
from onoma.formats.losses import KINDS
from onoma.formats.signs import OUTPUT_EXTENSIONS, SIGNS
from onoma.formats.tables import annotated_readers, readers, writers
from tests.formats.test_round_trips import FORMATS, PAIRS

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def table(head: str) -> dict[str, list[str]]:
    """Return the rows of the page's table with this head, by the name in their first cell."""
    _, _, rest = PAGE.partition(head)
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return {row[0].strip("` "): row[1:] for row in cells}


OVERVIEW = table("| format | what | reads | writes | extensions |")
MATRIX_HEAD = next(line for line in PAGE.splitlines() if line.startswith("| output |"))
MATRIX = table(MATRIX_HEAD)


def test_every_reader_and_writer_has_its_line() -> None:
    assert OVERVIEW.keys() == {*readers.names(), *writers.names()}


def test_the_page_says_which_are_read_and_which_written() -> None:
    for name, (_, reads, writes, _) in OVERVIEW.items():
        has_annotations = name in annotated_readers.names()
        is_read = name in readers.names()
        wanted = ("text and annotations" if has_annotations else "text") if is_read else "-"
        assert (reads, writes) == (wanted, "yes" if name in writers.names() else "-"), name


def test_every_extension_that_a_format_is_known_by_is_on_the_page() -> None:
    for name, signs in SIGNS.items():
        assert set(signs.extensions) <= set(re.findall(r"\.[\w.]+", OVERVIEW[name][-1])), name
    assert OUTPUT_EXTENSIONS.keys() <= OVERVIEW.keys()
    assert {e for all_ in OUTPUT_EXTENSIONS.values() for e in all_} <= set(
        re.findall(r"\.[a-z]\w*(?:\.[a-z]\w*)*", PAGE)
    )


def test_what_each_writer_holds_is_what_the_code_says() -> None:
    kinds = [cell.strip() for cell in MATRIX_HEAD.strip("|").split("|")][1:]
    assert set(kinds) <= KINDS.keys()
    assert MATRIX.keys() == set(writers.names())
    for name, cells in MATRIX.items():
        held = {kind for kind, cell in zip(kinds, cells, strict=True) if cell == "yes"}
        assert held == HOLDS[name] & set(kinds), name


def test_every_format_but_the_pictures_has_a_section() -> None:
    headings = " ".join(line for line in PAGE.splitlines() if line.startswith("##"))
    without = {"text", "tsv", "terminal"}
    assert not [name for name in OVERVIEW.keys() - without if f"`{name}`" not in headings]


def test_the_number_of_pairs_that_are_tried_is_the_pages() -> None:
    assert f"through {len(PAIRS)} ordered" in PAGE
    assert len(FORMATS) == 8

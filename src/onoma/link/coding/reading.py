"""Code lists out of tables, and out of compiled vocabularies.

A table has a head line. Its columns are known by their usual names: ``code`` and ``label`` must be
there; ``definition``, ``examples``, ``synonyms`` (several between ``|``) and ``parent`` may. A code
may have several rows; what they say is joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onoma.errors import BadFile, BadLine, InputError
from onoma.link.coding.codes import Code, CodeList
from onoma.ontology.readers.cells import join_quoted, sniff_delimiter, split_line
from onoma.ontology.readers.lines import iter_lines
from onoma.ontology.reading import Ledger
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "id", "curie", "identifier", "concept_id"),
    "label": ("label", "name", "title", "term", "preferred_label", "preferred_name"),
    "definition": ("definition", "def", "description"),
    "examples": ("examples", "example", "text", "sentence"),
    "synonyms": ("synonyms", "synonym", "alias", "aliases"),
    "parent": ("parent", "parents", "broader", "is_a"),
}
"""What a column may be called, in small letters with ``_`` for spaces and hyphens."""

LIST_SUFFIXES = frozenset({".tsv", ".csv", ".tab"})
LONGEST_LABEL = 1000  # characters; a longer one is a text in the wrong column
LONGEST_CELL = 100_000
MOST_CODES = 200_000
USED = ("label", "exact", "narrow", "layperson")  # scopes of a vocabulary's names


@dataclass(slots=True)
class _Entry:
    """What the rows of one code said so far."""

    label: str
    definitions: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    parent: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a line by column, cleaned, with their place."""

    path: str
    number: int
    line: str
    cells: dict[str, str]

    def bad(self, problem: str, hint: str) -> BadLine:
        """Return the error for this row."""
        return BadLine(self.path, self.number, self.line, problem, hint=hint)

    def several(self, column: str) -> list[str]:
        """Return the texts between bars of a cell."""
        return [part for raw in self.cells[column].split("|") if (part := " ".join(raw.split()))]


def is_code_list(place: str) -> bool:
    """Whether a vocabulary's place is that of a table of codes, packed or not, by its name."""
    return bool(LIST_SUFFIXES & {suffix.lower() for suffix in Path(place).suffixes[-2:]})


def read_codes(path: Path) -> CodeList:
    """Read a code list from a TSV or CSV file.

    Raises: BadFile: it cannot be read, is damaged, lacks a column or has no codes; BadLine: a row
    without a code or label, a code with two labels, a label that is a text.
    """
    found: dict[str, _Entry] = {}
    for row in _rows(path, ("code", "label"), tuple(COLUMNS)):
        _take(row, found)
    if not found:
        raise BadFile(f"{path.name}: there is no code in it", hint="give one a row")
    return CodeList(
        path.name,
        tuple(
            Code(
                code, one.label, " ".join(dict.fromkeys(one.definitions)),
                tuple(dict.fromkeys(one.examples)), tuple(dict.fromkeys(one.synonyms)), one.parent,
            )
            for code, one in found.items()
        ),
    )  # fmt: skip


def read_examples(path: Path) -> dict[str, tuple[str, ...]]:
    """Read examples by code from a table with the columns ``code`` and ``examples`` (or ``text``).

    Raises: as ``read_codes``.
    """
    found: dict[str, dict[str, None]] = {}
    for row in _rows(path, ("code", "examples"), ("code", "examples")):
        if not row.cells["code"]:
            raise row.bad("there is no code", "every row needs one")
        found.setdefault(row.cells["code"], {}).update(dict.fromkeys(row.several("examples")))
    return {code: tuple(texts) for code, texts in found.items()}


def codes_of(store: ConceptStore, name: str) -> CodeList:
    """Return the concepts of a vocabulary as a code list; it has no examples of its own.

    Raises: InputError: it is too large to be compared with as a whole.
    """
    if store.n_concepts > MOST_CODES:
        words = f"{name}: {store.n_concepts:,} concepts are too many for codes"
        raise InputError(words, hint=f"at most {MOST_CODES:,}; onoma annotate and ground take all")
    concepts = np.asarray(store.array("name_concept"), np.int64)
    scopes = np.array([SCOPES.index(scope) for scope in USED])
    rows = np.flatnonzero(np.isin(store.array("name_scope"), scopes))
    order = rows[np.argsort(concepts[rows], kind="stable")]
    bounds = np.searchsorted(concepts[order], np.arange(store.n_concepts + 1)).tolist()
    texts = list(store.names.take(order.tolist()))
    labels = store.labels.take(list(range(store.n_concepts)))
    curies = store.curies.take(list(range(store.n_concepts)))
    return CodeList(
        name,
        tuple(
            Code(
                curie, label or curie, store.definition(row) or "",
                synonyms=tuple(t for t in dict.fromkeys(texts[bounds[row] : bounds[row + 1]])
                               if t != label),
                parent=next(iter(store.curies.take(store.parents.of(row).tolist()[:1])), ""),
            )
            for row, (curie, label) in enumerate(zip(curies, labels, strict=True))
        ),
    )  # fmt: skip


def _take(row: _Row, found: dict[str, _Entry]) -> None:
    """Join a row to what its code's earlier rows said."""
    code, label = row.cells["code"], row.cells["label"]
    if not code:
        raise row.bad("there is no code", "every row needs one")
    if len(label) > LONGEST_LABEL:
        words = f"a label of {len(label):,} characters; at most {LONGEST_LABEL:,}"
        raise row.bad(words, "is it a definition?")
    entry = found.get(code)
    if entry is None:
        if not label:
            raise row.bad("the code has no label", "give one in its first row")
        entry = found[code] = _Entry(label)
    elif label and label != entry.label:
        words = f"the code {code} has the label {entry.label!r} further up"
        raise row.bad(words, "one code, one label; other names go to the column synonyms")
    if definition := row.cells["definition"]:
        entry.definitions.append(definition)
    entry.examples += row.several("examples")
    entry.synonyms += row.several("synonyms")
    entry.parent = entry.parent or row.cells["parent"].split("|")[0].strip()


def _rows(path: Path, needed: Sequence[str], wanted: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows of a table below its head line, empty lines left out.

    Raises: BadFile: no head line with the needed columns; a line that is not text; BadLine.
    """
    ledger = Ledger()
    lines = iter_lines(path, ledger)
    number, head = next(((n, line) for n, line in lines if line.strip()), (0, ""))
    _reject(ledger)
    if not number:
        raise BadFile(f"{path.name}: the file is empty", hint=_needs(needed))
    delimiter = sniff_delimiter(head)
    places = _places(path, split_line(head, delimiter), needed, wanted)
    for number, line in join_quoted(lines, delimiter, name=path.name, ledger=ledger):
        _reject(ledger)
        if not line.strip():
            continue
        cells = split_line(line, delimiter)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            words = f"a cell of more than {LONGEST_CELL:,} characters"
            raise BadLine(path.name, number, line, words, hint="is a quote or tab missing?")
        yield _Row(
            path.name, number, line,
            {name: " ".join(cells[at].split()) if 0 <= at < len(cells) else ""
             for name, at in places.items()},
        )  # fmt: skip
    _reject(ledger)


def _places(
    path: Path, heads: Sequence[str], needed: Sequence[str], wanted: Sequence[str]
) -> dict[str, int]:
    """Return the place of each column, -1 for one that is not there."""
    called = [head.strip().lower().replace(" ", "_").replace("-", "_") for head in heads]
    places = {
        name: next((called.index(word) for word in COLUMNS[name] if word in called), -1)
        for name in wanted
    }
    missing = [name for name in needed if places[name] < 0]
    if missing:
        shown = ", ".join(head.strip()[:40] or "(empty)" for head in heads[:12])
        words = f"{path.name}: no column {' and no column '.join(missing)}; there are: {shown}"
        raise BadFile(words, hint=_needs(needed))
    return places


def _needs(needed: Sequence[str]) -> str:
    return f"the first line names the columns; needed: {', '.join(needed)}"


def _reject(ledger: Ledger) -> None:
    """Raise what a reader set aside: half a code list would code wrongly."""
    for aside in ledger.aside:
        raise BadFile(f"{aside.place}: {aside.words}", hint="is the file damaged? copy it again")

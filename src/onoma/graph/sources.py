"""Files and annotated documents to statements: KGX, tables, HPO annotations, relations of texts.

Each reader yields what it can read and a ``Problem`` in the place of each row that it cannot: the
rest goes in.
Source: the KGX formats (Biolink, https://kgx.readthedocs.io), the HPO annotation format
(phenotype.hpoa).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile, InputError
from onoma.formats.opening import open_stream
from onoma.graph.statements import Statement
from onoma.types import AnnotatedDocument, Mention

MULTIVALUED = "|"
LEVEL_OF = {
    "knowledge_assertion": "asserted", "logical_entailment": "asserted",
    "statistical_association": "extracted", "text_co_occurrence": "extracted",
    "observation": "asserted", "prediction": "predicted", "not_provided": "asserted",
    "": "asserted",
}  # fmt: skip
"""The level of a statement by KGX's ``knowledge_level``."""
_CURATED = re.compile(r"\[(\d{4}-\d{2}-\d{2})\]")
_ASPECTS = {"P": "has_phenotype", "I": "has_mode_of_inheritance", "C": "has_onset"}
_AN_OBJECT = "a JSON object a line"
TOGETHER = "occurs_together_in_literature_with"


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, or can but is odd: what kind, where, the words, what to do."""

    kind: str
    where: str
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """What a file says of a node."""

    curie: str
    label: str
    category: str


Row = dict[str, Any]


def read_rows(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    """Yield number and cells of a table's rows (TSV, CSV, JSON lines; packed or not).

    Raises: BadFile: it cannot be opened as one.
    """
    with open_stream(path.open("rb"), path.name) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
        name = path.name.lower()
        if ".jsonl" in name or ".ndjson" in name:
            yield from _json_rows(text, path.name)
            return
        is_csv = ".csv" in name
        lines = (line for line in text if not line.startswith("#"))
        plain = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        try:
            yield from _cells(csv.reader(lines) if is_csv else plain, path.name)
        except csv.Error as error:
            hint = "a cell is too long, or a quote is not closed"
            raise BadFile(f"{path}: {error}", hint=hint) from error


def _cells(rows: Iterator[list[str]], name: str) -> Iterator[tuple[int, Row | Problem]]:
    head = [one.strip().removeprefix(":") for one in next(rows, [])]
    for number, cells in enumerate(rows, 2):
        if len(cells) != len(head):
            words = f"{len(cells)} cells, the head has {len(head)}"
            hint = "a row has a cell for each column"
            yield number, Problem("wrong number of cells", f"{name}:{number}", words, hint)
        else:
            yield number, dict(zip(head, cells, strict=True))


def _json_rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, Row | Problem]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line.encode("utf-8", "surrogateescape"))
        except ValueError as error:
            yield number, Problem("not JSON", f"{name}:{number}", str(error), _AN_OBJECT)
            continue
        if isinstance(row, dict):
            yield number, {k: _flat(v) for k, v in row.items()}
        else:
            yield number, Problem("not an object", f"{name}:{number}", line[:60], _AN_OBJECT)


def _flat(value: Any) -> Any:
    return MULTIVALUED.join(map(str, value)) if isinstance(value, list) else value


def first_of(row: Row, *names: str) -> str:
    """Return the first of some columns that is filled, as text."""
    for name in names:
        value = row.get(name)
        if value not in (None, ""):
            return str(value).strip()
    return ""


def read_edges(path: Path, *, source: str = "") -> Iterator[Statement | Problem]:
    """Yield the statements of a KGX edge file or a table with subject, predicate and object.

    Further columns that count: ``negated``, ``publications`` (a statement each), ``date``,
    ``confidence`` (or ``score``), ``primary_knowledge_source`` (or ``source``),
    ``knowledge_level`` (or ``level``), ``agent_type`` and ``extractor``, ``text`` (or
    ``supporting_text``), ``start``, ``end``; the rest become qualifiers.
    Raises: BadFile: a column is missing or the file cannot be read.
    """
    for number, row in read_rows(path):
        if isinstance(row, Problem):
            yield row
            continue
        if not {"subject", "predicate", "object"} <= row.keys():
            raise BadFile(
                f"{path}: no columns subject, predicate and object",
                hint="name them in the first line, as KGX does",
            )
        where = f"{path.name}:{number}"
        publications = first_of(row, "publications", "document").split(MULTIVALUED)
        for document in publications:
            yield _statement(row, where, document=document, source=source or path.name)


_TAKEN = {
    "id", "subject", "predicate", "object", "negated", "publications", "document", "date",
    "confidence", "score", "primary_knowledge_source", "source", "knowledge_level", "level",
    "extractor", "text", "supporting_text", "start", "end", "category",
}  # fmt: skip


def _statement(row: Row, where: str, *, document: str, source: str) -> Statement | Problem:
    said = first_of(row, "level", "knowledge_level")
    sure = first_of(row, "confidence", "score") or "1"
    try:
        return Statement(
            first_of(row, "subject"),
            first_of(row, "predicate"),
            first_of(row, "object"),
            level=LEVEL_OF.get(said, said),
            source=first_of(row, "primary_knowledge_source", "source") or source,
            extractor=first_of(row, "extractor"),
            document=document,
            start=_number(first_of(row, "start")),
            end=_number(first_of(row, "end")),
            text=first_of(row, "text", "supporting_text"),
            date=first_of(row, "date"),
            confidence=float(sure),
            negated=first_of(row, "negated").lower() in ("true", "1", "yes", "t", "not"),
            qualifiers=tuple(
                (k, str(v)) for k, v in row.items() if k not in _TAKEN and v not in (None, "")
            ),
        )
    except (InputError, ValueError) as error:
        words = getattr(error, "message", str(error))
        hint = getattr(error, "hint", "") or "numbers are plain, as 0.8"
        return Problem("no statement", where, words, hint)


def _number(text: str) -> int | None:
    return int(text) if text else None


def read_nodes(path: Path) -> Iterator[NodeRow | Problem]:
    """Yield the nodes of a KGX node file (``id``, ``name``, ``category``).

    Of several categories the first stands: KGX writes the most specific one first.
    Raises: BadFile: no column ``id``.
    """
    for number, row in read_rows(path):
        if isinstance(row, Problem):
            yield row
            continue
        if "id" not in row:
            raise BadFile(f"{path}: no column id", hint="name the columns in the first line")
        curie = first_of(row, "id")
        if not curie:
            yield Problem("no id", f"{path.name}:{number}", str(row)[:60], "each node needs an id")
            continue
        category = first_of(row, "category").split(MULTIVALUED)[0]
        yield NodeRow(curie, first_of(row, "name", "label"), category)


def read_hpoa(path: Path) -> Iterator[Statement | Problem]:
    """Yield the statements of ``phenotype.hpoa``, dated by their first curation."""
    for number, row in read_rows(path):
        if isinstance(row, Problem):
            yield row
            continue
        predicate = _ASPECTS.get(first_of(row, "aspect"), "related_to")
        dates = _CURATED.findall(first_of(row, "biocuration"))
        names = ("evidence", "frequency", "onset", "sex", "modifier")
        try:
            yield Statement(
                first_of(row, "database_id"), predicate, first_of(row, "hpo_id"),
                source="infores:hpo-annotations", document=first_of(row, "reference"),
                date=min(dates, default=""), negated=first_of(row, "qualifier").upper() == "NOT",
                qualifiers=tuple((n, first_of(row, n)) for n in names if first_of(row, n)),
            )  # fmt: skip
        except InputError as error:
            yield Problem("no statement", f"{path.name}:{number}", error.message, error.hint)


def read_hpoa_nodes(path: Path) -> Iterator[NodeRow]:
    """Yield the diseases that ``phenotype.hpoa`` names, each once."""
    last = ""
    for _, row in read_rows(path):
        if isinstance(row, Problem):
            continue
        curie = first_of(row, "database_id")
        if curie and curie != last:
            last = curie
            yield NodeRow(curie, first_of(row, "disease_name"), "biolink:Disease")


def relations_of(
    documents: Iterable[AnnotatedDocument], *, source: str, together: bool = False
) -> Iterator[Statement | Problem]:
    """Yield what annotated documents state: their relations between linked mentions.

    ``together`` adds that two concepts of different kinds stand in one sentence, with a confidence
    of 0.1 a sentence: a weak sign, told as ``occurs_together_in_literature_with``.
    """
    for one in documents:
        if one.error is not None:
            yield Problem("failed document", one.id, one.error.message, one.error.hint)
            continue
        known = {m.id: m for m in one.mentions if m.id}
        for relation in one.relations:
            ends = [argument.target for argument in relation.arguments]
            yield from _related(one, relation.predicate, ends, known=known, source=source)
        if together:
            yield from _together(one, source)


def _related(
    one: AnnotatedDocument,
    predicate: str,
    ends: list[str],
    *,
    known: dict[str, Mention],
    source: str,
) -> Iterator[Statement | Problem]:
    places = [known[end] for end in ends if end in known]
    curies = [known[end].curie if end in known else end for end in ends]
    if len(curies) != 2 or not all(curies):
        words = f"{predicate} of {' and '.join(ends)}"
        yield Problem("relation without two concepts", one.id, words, "link its mentions first")
        return
    start = min((m.start for m in places), default=None)
    end = max((m.end for m in places), default=None)
    text = "" if start is None or end is None else one.text[start:end]
    yield Statement(
        str(curies[0]), predicate, str(curies[1]), level="extracted", source=source,
        extractor=dict(one.models).get("relations", "file"), document=one.id, start=start, end=end,
        text=text if len(text) <= 1000 else "", date=one.document.date or "",
    )  # fmt: skip


def _together(one: AnnotatedDocument, source: str) -> Iterator[Statement]:
    for sentence in one.sentences:
        inside = {
            m.curie: m
            for m in one.mentions
            if m.curie is not None
            and sentence.start <= m.start < sentence.end
            and m.assertion_axes.polarity != "absent"
        }
        for first, second in combinations(sorted(inside), 2):
            if inside[first].type != inside[second].type:
                yield Statement(
                    first, TOGETHER, second, level="extracted", source=source,
                    extractor="sentence", document=one.id, start=sentence.start, end=sentence.end,
                    text=one.text[sentence.start : sentence.end], date=one.document.date or "",
                    confidence=0.1,
                )  # fmt: skip


def split_problems(
    rows: Iterable[Statement | Problem], note: Callable[[Problem], None]
) -> Iterator[Statement]:
    """Yield the statements; hand each problem to ``note``."""
    for one in rows:
        if isinstance(one, Problem):
            note(one)
        else:
            yield one

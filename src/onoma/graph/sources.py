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

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from onoma.corpus.records import relation_of_row
from onoma.corpus.segments import Batch
from onoma.errors import BadFile, InputError
from onoma.formats.opening import open_stream
from onoma.formats.relation_rows import End, extent, relation_pairs
from onoma.graph.statements import Statement
from onoma.pipeline.found import GOLD
from onoma.relate.annotating import RELATIONS
from onoma.relate.stating import AGREEMENT
from onoma.types import AnnotatedDocument, Fields, Relation

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
_MENTION = re.compile(r"T[0-9]+")  # an end without a concept
_AN_OBJECT = "a JSON object a line"
MOST_TEXT = 1000  # characters of a passage that is kept with a statement
QUALIFIER = "_qualifier"  # ends the names of Biolink's own
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
    except InputError as error:
        hint = error.hint or "fill subject, predicate and object"
        return Problem("no statement", where, error.message, hint)
    except ValueError as error:
        return Problem("no number", where, str(error), "numbers are plain, as 0.8")


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
        pairs = list(relation_pairs(one))
        for relation, subject, object_ in pairs:
            yield _related(one, relation, (subject, object_), source)
        alone = len({id(relation) for relation, *_ in pairs})
        if alone < len(one.relations):
            words = f"{len(one.relations) - alone} relations"
            yield Problem("relation without two ends", one.id, words, "an edge has two")
        if together:
            yield from _together(one, source)


def _related(
    one: AnnotatedDocument, relation: Relation, ends: tuple[End, End], source: str
) -> Statement | Problem:
    curies = [end.target for end in ends]
    if any(end.mention is not None and end.mention.curie is None for end in ends) or not all(
        curies
    ):
        words = f"{relation.predicate} of {' and '.join(curies)}"
        hint = "link its mentions first"
        return Problem("relation without two concepts", one.id, words, hint)
    start, end = extent(relation, *ends)
    text = "" if start is None or end is None else one.text[start:end]
    reader = relation.found_by or "file"
    try:
        return Statement(
            curies[0], relation.predicate, curies[1], level="extracted", source=source,
            extractor=dict(one.models).get(RELATIONS, reader), document=one.id, start=start,
            end=end, text=text if len(text) <= MOST_TEXT else "", date=one.document.date or "",
            confidence=1.0 if relation.confidence is None else relation.confidence,
            negated=relation.factuality == "negated", qualifiers=_said(relation),
        )  # fmt: skip
    except InputError as error:
        return Problem("no statement", one.id, error.message, error.hint)


def _said(relation: Relation) -> Fields:
    """Return what a relation says besides, as qualifiers.

    How many members of its reader agree (``agreement``) is told, and not weighed: the reader's
    confidence knows it already (Lakshminarayanan et al. 2017).
    """
    explicit = "" if not relation.causality else "yes" if relation.is_explicit else "no"
    said = (
        ("novelty", relation.novelty),
        ("factuality", relation.factuality if relation.factuality != "negated" else ""),
        ("causality", relation.causality),
        ("explicit", explicit),
        ("kind", relation.kind),
    )
    own = tuple((name, value) for name, value in relation.metadata if _is_told(name))
    return tuple(pair for pair in said if pair[1]) + own


def _is_told(name: str) -> bool:
    return name.endswith(QUALIFIER) or name == AGREEMENT


def relations_of_corpus(
    batches: Iterable[Batch], live: npt.NDArray[np.uint64], *, source: str, models: Fields = ()
) -> Iterator[Statement | Problem]:
    """Yield what the documents of a corpus state (``corpus.batches()``, ``corpus.live()``).

    ``models``: those that had a say in it. No mention becomes an object.
    """
    for batch in batches:
        relations = batch.relations
        relations = relations.filter(pa.array(np.isin(relations["key"].to_numpy(), live)))
        if not len(relations):
            continue
        wanted = pa.array(np.unique(relations["key"].to_numpy()))
        documents = batch.documents.select(["key", "id", "text", "date"])
        rows = documents.filter(pc.is_in(documents["key"], wanted)).to_pylist()
        by_key = {row["key"]: row for row in rows}
        for row in relations.to_pylist():
            yield _row_statement(row, by_key[row["key"]], source, models)


def _row_statement(row: Row, document: Row, source: str, models: Fields) -> Statement | Problem:
    curies = row["subject"], row["object"]
    if not all(one and not _MENTION.fullmatch(one) for one in curies):
        words = f"{row['predicate']} of {' and '.join(one or '-' for one in curies)}"
        hint = "link its mentions first"
        return Problem("relation without two concepts", document["id"], words, hint)
    start, end, sure = row["start"], row["end"], row["confidence"]
    text = "" if start is None else document["text"][start:end]
    extractor = "file"
    if row["found_by"] != GOLD:
        readers = (which for what, which in models if what == RELATIONS)
        extractor = next((one for one in readers if one.startswith(row["found_by"])), "reader")
    return Statement(
        row["subject"], row["predicate"], row["object"], level="extracted", source=source,
        extractor=extractor, document=document["id"], start=start, end=end,
        text=text if len(text) <= MOST_TEXT else "", date=document["date"] or "",
        confidence=1.0 if sure is None else min(sure, 1.0),
        negated=row["factuality"] == "negated", qualifiers=_said(relation_of_row(row, 1)),
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

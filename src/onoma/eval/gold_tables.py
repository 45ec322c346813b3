"""Gold that is no text with labels: pairs, names, questions and answers, triples, rewritings."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, BadLine
from onoma.eval.gold_documents import read_tar
from onoma.eval.gold_texts import unpacked
from onoma.formats.safe_xml import make_parser, parse_xml
from onoma.types import Span


@dataclass(frozen=True, slots=True)
class NegexRow:
    """A sentence, a condition, where it stands, and what is said of it."""

    number: str
    condition: str
    sentence: str
    spans: tuple[Span, ...]
    negation: str
    temporality: str
    experiencer: str


def negex_rows(path: Path) -> Iterator[NegexRow]:
    """Yield the rows of the NegEx package's annotation file."""
    return parse_negex(path.read_text(encoding="utf-8").split("\n"))


def parse_negex(lines: Sequence[str]) -> Iterator[NegexRow]:
    """Yield the rows of an annotation file's lines; the first one is a head."""
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) >= 6:
            sentence = line.split("\t")[2]
            spans = tuple(locate(cells[1], sentence))
            yield NegexRow(cells[0], cells[1], sentence, spans, *(c.lower() for c in cells[3:6]))


def locate(condition: str, sentence: str) -> list[Span]:
    """Return where a condition stands, the places in capitals alone if there are any.

    Letter case aside, white space elastic; the corpus prints the place meant in capitals.
    """
    words = condition.split()
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words))
    bounded = pattern + (r"(?!\w)" if words[-1][-1].isalnum() else "")
    places = list(re.finditer(bounded, sentence, re.IGNORECASE))
    places = places or list(re.finditer(pattern, sentence, re.IGNORECASE))
    capital = [m for m in places if m.group().isupper()]
    return [m.span() for m in capital or places]


@dataclass(frozen=True, slots=True)
class RatedPair:
    """Two terms and how related raters find them."""

    a: str
    b: str
    rating: float


def ehr_rel_rows(path: Path) -> Iterator[tuple[str, RatedPair]]:
    """Yield the pairs of EHR-Rel with their ids."""
    rows = csv.DictReader(io.StringIO(unpacked(path).decode("utf-8")), delimiter="\t")
    for number, row in enumerate(rows, 1):
        pair = RatedPair(row["snomed_label_1"], row["snomed_label_2"], float(row["mean_rating"]))
        yield f"{row['snomed_id_1']}-{row['snomed_id_2']}-{number}", pair


@dataclass(frozen=True, slots=True)
class Defining:
    """A text and the (short, long) pairs that it defines."""

    id: str
    text: str
    pairs: frozenset[tuple[str, str]]


def tidy(text: str) -> str:
    """Return text with single spaces, none at the ends."""
    return " ".join(text.split())


def ab3p_records(path: Path) -> Iterator[Defining]:
    """Yield the labelled abstracts of Ab3P."""
    return parse_ab3p(unpacked(path).decode("utf-8"))


def parse_ab3p(content: str) -> Iterator[Defining]:
    """Yield records: id, title, abstract, then indented ``SHORT|LONG`` lines; a blank line ends."""
    for block in content.split("\n\n"):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        pairs: set[tuple[str, str]] = set()
        texts: list[str] = []
        for line in lines[1:]:
            if line.startswith("  ") and "|" in line and texts:
                short, _, long = line.strip().partition("|")
                pairs.add((tidy(short), tidy(long)))
            else:
                texts.append(line.strip())
        yield Defining(lines[0].strip(), " ".join(texts), frozenset(pairs))


def aligned_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the complex sentence and its simple one, by lines of two files.

    ``path`` is the file of complex sentences; its partner has ``simple`` in its name.
    Raises: BadFile: they have not the same number of lines.
    """
    partner = path.with_name(path.name.replace("complex", "simple"))
    sides = [unpacked(one).decode("utf-8").splitlines() for one in (path, partner)]
    if len(sides[0]) != len(sides[1]):
        raise BadFile(f"{path.name}: {len(sides[0])} lines, but {len(sides[1])} in {partner.name}")
    yield from zip(*sides, strict=True)


@dataclass(frozen=True, slots=True)
class GradedAnswer:
    """An answer to a question: its text, and how good it is (relevant from 3 of 4)."""

    id: str
    text: str
    grade: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answers that a system found for it, in the system's order."""

    id: str
    text: str
    answers: tuple[GradedAnswer, ...]


def mediqa_questions(path: Path) -> Iterator[Question]:
    """Yield the questions of MEDIQA 2019, task 3."""
    root = parse_xml(unpacked(path), make_parser())
    for node in root.iter("Question"):
        found = sorted(node.iter("Answer"), key=lambda a: int(a.get("SystemRank", "0")))
        answers = tuple(
            GradedAnswer(a.get("AID"), a.findtext("AnswerText") or "", int(a.get("ReferenceScore")))
            for a in found
        )
        yield Question(
            f"{path.name}:{node.get('QID')}", node.findtext("QuestionText") or "", answers
        )


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its one answer."""

    id: str
    question: str
    answer: str


def medquad_pairs(path: Path) -> Iterator[AnsweredQuestion]:
    """Yield the questions and answers of MedQuAD; those without an answer are left out."""
    for name, content in sorted(read_tar(path).items()):
        if not name.endswith(".xml"):
            continue
        root: Any = parse_xml(content, make_parser())
        page = Path(name).stem
        for number, pair in enumerate(root.iter("QAPair")):
            question = tidy(pair.findtext("Question") or "")
            answer = tidy(pair.findtext("Answer") or "")
            if question and answer:
                yield AnsweredQuestion(f"{name.split('/')[0]}/{page}#{number}", question, answer)


def obo_names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (concept, name) of an OBO file: labels and exact synonyms, each name once."""
    seen: set[str] = set()
    quoted = re.compile(r'synonym: "(.*?)(?<!\\)" EXACT')
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for block in handle.read().split("\n[Term]\n")[1:]:
            block = block.split("\n\n[")[0]
            lines = block.splitlines()
            if "is_obsolete: true" in lines:
                continue
            curie = lines[0].removeprefix("id: ")
            names = [line.removeprefix("name: ") for line in lines if line.startswith("name: ")]
            names += [m[1] for m in map(quoted.match, lines) if m]
            for name in names:
                if name.lower() not in seen:
                    seen.add(name.lower())
                    yield curie, name


def triples(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield head, relation and tail of a file with three columns.

    Raises: BadLine: another number of columns.
    """
    for number, line in enumerate(unpacked(path).decode("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        cells = cells if len(cells) == 3 else line.split()
        if len(cells) != 3:
            raise BadLine(path.name, number, line, "head, relation and tail are needed")
        yield cells[0], cells[1], cells[2]

"""Tasks of search: a query, many documents, the few that it should find."""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import orjson

from onoma.eval.datasets import in_split
from onoma.eval.gold_tables import AnsweredQuestion, medquad_pairs
from onoma.eval.gold_texts import pubmedqa_rows, unpacked
from onoma.eval.suite.pairs import held_out
from onoma.eval.suite.parts import LONGEST, Numbering, Search, SuiteTask
from onoma.eval.suite.scoring import searched

DOCUMENTS, QUERIES = 1500, 400  # at most
NAMES = 4000
SHORTEST = 200  # characters of an abstract
SOURCE = "cohen2006"  # abstracts on few topics, so that many are near each other
Rng = np.random.Generator


def search_of(documents: Iterable[str], wanted: Mapping[str, set[str]], rng: Rng) -> Search:
    """Return a draw of the queries over all documents; ``wanted`` has the texts that each finds.

    A query that is itself a document's text is left out.
    """
    number = Numbering()
    places = np.array(sorted({number(text) for text in documents}), np.int64)
    known = set(places.tolist())
    asked = list(wanted)
    queries, relevant = [], []
    for place in rng.permutation(len(asked))[:QUERIES].tolist():
        row = number(asked[place])
        if row not in known:
            queries.append(row)
            relevant.append(frozenset(map(number, wanted[asked[place]])))
    return Search(number.texts, np.array(queries, np.int64), places, tuple(relevant))


def read_titles(folder: Path, rng: Rng) -> Search:
    """Return abstracts of drug reviews, to be found by their titles."""
    found = []
    with gzip.open(folder / "abstracts.jsonl.gz", "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if row["source"] == SOURCE and len(row["abstract"]) >= SHORTEST:
                found.append((row["title"], row["abstract"]))
    kept = [found[place] for place in rng.permutation(len(found))[:DOCUMENTS]]
    return search_of((text for _, text in kept), {title: {text} for title, text in kept}, rng)


def is_asked(one: AnsweredQuestion) -> bool:
    """Say whether a question is of a page that the suite may ask about: one in four.

    The pages of the others are lessons of the encoder that ships.
    """
    return in_split(one.id.partition("#")[0], "dev")


def read_answers(folder: Path, rng: Rng) -> Search:
    """Return answers to patients' questions, those of one page together."""
    pages: dict[str, list[AnsweredQuestion]] = defaultdict(list)
    for one in medquad_pairs(folder / "MedQuAD.tar.xz"):
        if is_asked(one):
            pages[one.id.partition("#")[0]].append(one)
    names = sorted(pages)
    kept: list[AnsweredQuestion] = []
    for place in rng.permutation(len(names)):
        kept += pages[names[place]]
        if len(kept) >= DOCUMENTS:
            break
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in kept:
        wanted[one.question].add(one.answer)
    return search_of((one.answer for one in kept), wanted, rng)


def read_passages(folder: Path, rng: Rng) -> Search:
    """Return passages of articles on coronaviruses; a question finds the one with its answer."""
    articles = orjson.loads(unpacked(folder / "200423_covidQA.60pct.json.gz"))["data"]
    documents: list[str] = []
    wanted: dict[str, set[str]] = defaultdict(set)
    for place in rng.permutation(len(articles)):
        article = articles[place]["paragraphs"][0]
        own = passages(article["context"])
        if len(documents) + len(own) > DOCUMENTS:
            continue
        documents += own.values()
        for question in article["qas"]:
            for answer in question["answers"]:
                start = max(at for at in own if at <= answer["answer_start"])
                wanted[question["question"]].add(own[start])
    return search_of(documents, wanted, rng)


def passages(text: str) -> dict[int, str]:
    """Return the passages of a text by where they start, cut at ends of lines or sentences."""
    out, start = {}, 0
    while start < len(text):
        stop = min(start + LONGEST - 50, len(text))
        if stop < len(text):
            ends = [text.rfind(mark, start + LONGEST // 2, stop) for mark in ("\n", ". ")]
            stop = max(ends) + 1 if max(ends) > 0 else stop
        out[start] = text[start:stop]
        start = stop
    return out


def read_questions(folder: Path, rng: Rng) -> Search:
    """Return parts of abstracts, to be found by the question that the abstract answers."""
    rows = [row for _, row in pubmedqa_rows(folder / "ori_pqal.nontest.json.gz")]
    wanted = {row["QUESTION"]: set(row["CONTEXTS"]) for row in rows}
    return search_of((part for row in rows for part in row["CONTEXTS"]), wanted, rng)


def read_spanish(folder: Path, rng: Rng) -> Search:
    """Return English labels of phenotypes, to be found by Spanish ones of held-out concepts."""
    text = unpacked(folder / "hp-es.babelon.tsv.gz").decode("utf-8")
    rows = [
        row
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
        if row["predicate_id"] == "rdfs:label" and row["translation_value"]
    ]
    held = [row for row in rows if row["subject_id"] in held_out()]
    others = [row["source_value"] for row in rows if row["subject_id"] not in held_out()]
    documents = [row["source_value"] for row in held]
    documents += [others[place] for place in rng.permutation(len(others))[:NAMES]]
    wanted = {row["translation_value"]: {row["source_value"]} for row in held}
    return search_of(documents, wanted, rng)


TITLES = SuiteTask(
    "title-abstract", "retrieval", "title to its abstract", "pubmed-abstracts",
    ("abstracts.jsonl.gz",), "mixed; Medline abstracts", "nDCG@10", read_titles, searched,
)  # fmt: skip
ANSWERS = SuiteTask(
    "patient-answer", "retrieval", "patient's question to its answer", "medquad",
    ("MedQuAD.tar.xz",), "CC BY 4.0", "nDCG@10", read_answers, searched,
)  # fmt: skip
PASSAGES = SuiteTask(
    "covid-passage", "retrieval", "question to the passage with its answer", "covid-qa",
    ("200423_covidQA.60pct.json.gz",), "Apache-2.0", "nDCG@10", read_passages, searched,
)  # fmt: skip
QUESTIONS = SuiteTask(
    "question-parts", "retrieval", "research question to the parts of its abstract", "pubmedqa",
    ("ori_pqal.nontest.json.gz",), "MIT", "nDCG@10", read_questions, searched,
)  # fmt: skip
SPANISH = SuiteTask(
    "spanish-phenotype", "retrieval", "Spanish label to English label, concepts held out",
    "ontologies", ("hp-es.babelon.tsv.gz",), "HPO licence", "nDCG@10", read_spanish, searched,
)  # fmt: skip

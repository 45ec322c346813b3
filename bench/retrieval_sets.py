"""The sets of questions and texts that searches are judged on, read from the shared data.

Each set: texts with ids, questions, and for each question which texts answer it and how well. The
questions are in two parts: weights are chosen on ``tune`` alone, figures are of ``report``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from lxml import etree

from onoma.eval.gold_tables import medquad_pairs
from onoma.eval.suite.retrieval import is_asked
from onoma.types import Document, Passage

SHARED = Path(os.environ.get("ONOMA_SHARED", "../shared")) / "data"
MOST_QUESTIONS = 2_000  # of each part
ASKED = 1000  # answers of MedQuAD
OTHERS = 3000  # texts beside those that are asked for


@dataclass(frozen=True, slots=True)
class Question:
    """A question, with the gain of each text that answers it (by id)."""

    text: str
    gains: dict[str, float]
    part: str


@dataclass(slots=True)
class RetrievalSet:
    """Texts and questions."""

    name: str
    documents: list[Document] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def part(self, part: str) -> list[Question]:
        """Return the questions of a part, a fixed sample where there are many."""
        chosen = [one for one in self.questions if one.part == part]
        random.Random(7).shuffle(chosen)  # noqa: S311
        return chosen[:MOST_QUESTIONS]


def part_of(name: str) -> str:
    """Return the part that a topic, page or question belongs to, by its name alone."""
    return "report" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def titled(id_: str, title: str, text: str) -> Document:
    """Return a document of a title and a text."""
    if not title:
        return Document(id_, text, (Passage(0, len(text), "abstract"),))
    whole, size = f"{title}\n{text}", len(title)
    passages = (Passage(0, size, "title"), Passage(size + 1, len(whole), "abstract"))
    return Document(id_, whole, passages)


def abstracts() -> Iterator[dict[str, str]]:
    """Yield the shared abstracts; an id that comes again gets a number."""
    seen: dict[str, int] = {}
    with gzip.open(SHARED / "pubmed-abstracts" / "abstracts.jsonl.gz") as lines:
        for line in lines:
            record = orjson.loads(line)
            id_ = str(record["id"])
            seen[id_] = seen.get(id_, 0) + 1
            if seen[id_] > 1:
                record["id"] = f"{id_}-{seen[id_]}"
            yield record


def read_pubmedqa() -> RetrievalSet:
    """Return questions of PubMedQA, each answered by its own abstract (which lacks its title)."""
    found = RetrievalSet("pubmedqa")
    with gzip.open(SHARED / "pubmedqa" / "ori_pqal.nontest.json.gz") as file:
        for pmid, record in orjson.loads(file.read()).items():
            found.documents.append(titled(pmid, "", "\n".join(record["CONTEXTS"])))
            found.questions.append(Question(record["QUESTION"], {pmid: 1.0}, part_of(pmid)))
    own = {one.id for one in found.documents}
    others = [r for r in abstracts() if r["source"] != "pubmedqa" and str(r["id"]) not in own]
    for record in random.Random(1).sample(others, OTHERS):  # noqa: S311
        found.documents.append(titled(str(record["id"]), "", record["abstract"]))
    return found


def read_evidence() -> RetrievalSet:
    """Return prompts of evidence inference, each answered by the article it was made from.

    Prompts of the official validation articles are reported. Nothing is chosen on the others: the
    shipped encoder has learnt from their titles and abstracts.
    """
    folder, found = SHARED / "evidence-inference", RetrievalSet("evidence-inference")
    known = set()
    for record in abstracts():
        if record["source"] == "evidence-inference":
            known.add(record["id"])
            found.documents.append(titled(record["id"], record["title"], record["abstract"]))
    held = set((folder / "validation_article_ids.txt").read_text().split())
    with gzip.open(folder / "prompts_merged.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            id_ = f"PMC{row['PMCID']}"
            if id_ in known:
                words = f"{row['Intervention']} versus {row['Comparator']}: {row['Outcome']}"
                part = "report" if row["PMCID"] in held else "seen"
                found.questions.append(Question(words, {id_: 1.0}, part))
    return found


def read_mediqa() -> RetrievalSet:
    """Return questions of MEDIQA 2019 with graded answers among the answers to all of them.

    LiveQA questions tune; those of the second training file and of validation are reported.
    """
    found = RetrievalSet("mediqa2019")
    files = {
        "TrainingSet1-LiveQAMed": "tune",
        "TrainingSet2-Alexa": "report",
        "ValidationSet": "report",
    }
    ids: dict[str, str] = {}
    for name, part in files.items():
        path = SHARED / "mediqa2019" / f"MEDIQA2019-Task3-QA-{name}.xml.gz"
        tree = etree.fromstring(gzip.decompress(path.read_bytes()))
        for question in tree.iter("Question"):
            gains: dict[str, float] = {}
            for answer in question.iter("Answer"):
                text = (answer.findtext("AnswerText") or "").strip()
                if text not in ids:
                    ids[text] = f"a{len(ids)}"
                    found.documents.append(titled(ids[text], "", text))
                gains[ids[text]] = max(float(answer.get("ReferenceScore")) - 2, 0.0)
            words = (question.findtext("QuestionText") or "").strip()
            if any(gains.values()):
                found.questions.append(Question(words, gains, part))
    return found


def read_medquad() -> RetrievalSet:
    """Return questions of MedQuAD, answered by one text each among those of a few thousand.

    Asked are the pages that the shipped encoder was not trained on (``is_asked``); answers of
    other pages stand among the texts.
    """
    found, others = RetrievalSet("medquad"), []
    for one in medquad_pairs(SHARED / "medquad" / "MedQuAD.tar.xz"):
        if not is_asked(one):
            others.append(titled(one.id, "", one.answer))
            continue
        found.documents.append(titled(one.id, "", one.answer))
        part = part_of(one.id.partition("#")[0])
        found.questions.append(Question(one.question, {one.id: 1.0}, part))
    found.documents = random.Random(3).sample(found.documents, ASKED)  # noqa: S311
    known = {one.id for one in found.documents}
    found.questions = [one for one in found.questions if not known.isdisjoint(one.gains)]
    found.documents += random.Random(2).sample(others, OTHERS)  # noqa: S311
    return found


SETS: dict[str, Callable[[], RetrievalSet]] = {
    "medquad": read_medquad,
    "mediqa2019": read_mediqa,
    "pubmedqa": read_pubmedqa,
    "evidence-inference": read_evidence,
}
"""The sets by name."""

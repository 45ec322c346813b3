"""A small gold file and the perfect predictions for each task, made by the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PUBTATOR = """1|t|Gout and fever.
1|a|Podagra is gout. Aspirin causes gout; no breast cancer.
1\t0\t4\tGout\tDisease\tMONDO:0005393
1\t9\t14\tfever\tPhenotype\tHP:0001945
1\t16\t23\tPodagra\tDisease\tMONDO:0005393
1\t27\t31\tgout\tDisease\tMONDO:0005393
1\t33\t40\tAspirin\tChemical\tCHEBI:15365
1\t48\t52\tgout\tDisease\tMONDO:0005393
1\t57\t70\tbreast cancer\tDisease\tMONDO:0007254
1\tcauses\tCHEBI:15365\tMONDO:0005393

2|t|Type 2 diabetes mellitus in cystic fibrosis
2|a|Cystic fibrosis brings diabetes mellitus.
2\t0\t24\tType 2 diabetes mellitus\tDisease\tMONDO:0005148
2\t28\t43\tcystic fibrosis\tDisease\tMONDO:0009061
2\t44\t59\tCystic fibrosis\tDisease\tMONDO:0009061
2\t67\t84\tdiabetes mellitus\tDisease\tMONDO:0005015
2\tcauses\tMONDO:0009061\tMONDO:0005015

"""


@dataclass(frozen=True)
class Sample:
    """A gold file and what a perfect system would say; ``best`` is its leading measure."""

    gold: str | Sequence[Mapping[str, Any]]
    perfect: Mapping[str, Any] | None
    best: float = 1.0


def _mentions() -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for line in PUBTATOR.splitlines():
        cells = line.split("\t")
        if len(cells) == 6:
            keys = ("start", "end", "text", "type", "curie")
            out.setdefault(cells[0], []).append(dict(zip(keys, cells[1:], strict=True)))
    return out


TEXTS = [
    {"id": "a", "text": "fever and chills after aspirin", "labels": ["sign"]},
    {"id": "b", "text": "gout of the big toe", "labels": ["disease"]},
    {"id": "c", "text": "fever and sweat at night", "labels": ["sign"]},
    {"id": "d", "text": "gout and kidney disease", "labels": ["disease", "organ"]},
]
PAIRED_WORDS = [("gout", "podagra", 4.0), ("gout", "goutte", 3.0), ("gout", "fever", 1.0)]
HARD = "the old man has podagra in his left big toe"
EASY = "the old man has gout in his left big toe"
SERIES = [{"series": "s", "time": i, "value": 2.0 * i + (i % 3)} for i in range(10)]
TRIPLES = "a\ttreats\tb\nc\ttreats\tb\na\tcauses\td\nc\tcauses\td\n"


def samples() -> dict[str, Sample]:
    marked = _mentions()
    concepts = {
        f"{name}#{i}": [m["curie"]] for name, some in marked.items() for i, m in enumerate(some)
    }
    graph = [line.split("\t") for line in TRIPLES.splitlines()]
    name = "gold.tsv"
    completed = {f"{name}:{i}:tail": [t] for i, (_, _, t) in enumerate(graph, 1)}
    completed |= {f"{name}:{i}:head": [h] for i, (h, _, _) in enumerate(graph, 1)}
    asked = {"id": "q", "text": "Is fever a sign?", "query": "what is gout"}
    return {
        "ner": Sample(PUBTATOR, marked),
        "concepts": Sample(PUBTATOR, marked),
        "link": Sample(PUBTATOR, concepts),
        "relation": Sample(
            PUBTATOR,
            {
                "1": [["CHEBI:15365", "causes", "MONDO:0005393"]],
                "2": [["MONDO:0009061", "causes", "MONDO:0005015"]],
            },
        ),
        "abbreviation": Sample(
            [
                {"id": "a", "text": "breast cancer (BC) again", "pairs": ["BC=breast cancer"]},
                {"id": "b", "text": "no short form here", "pairs": []},
            ],
            {"a": ["BC=breast cancer"], "b": []},
        ),
        "assertion": Sample(
            [
                {"id": "a", "text": "No fever.", "start": 3, "end": 8, "labels": ["negated"]},
                {"id": "b", "text": "Mother had gout.", "start": 11, "end": 15,
                 "labels": ["other experiencer"]},
                {"id": "c", "text": "She has a fever.", "start": 10, "end": 15, "labels": []},
            ],
            {"a": ["negated"], "b": ["other experiencer"], "c": []},
        ),
        "classify": Sample(TEXTS, {str(row["id"]): row["labels"] for row in TEXTS}),
        "sequence": Sample(
            [
                {"id": "a", "sentences": ["We asked.", "We found."], "labels": ["aim", "result"]},
                {"id": "b", "sentences": ["We asked more."], "labels": ["aim"]},
            ],
            {"a": ["aim", "result"], "b": ["aim"]},
        ),
        "keyphrase": Sample(
            [{"id": "a", "text": "Gout: colchicine.", "phrases": ["gout", "colchicine"]}],
            {"a": ["Gout", "colchicine"]},
        ),
        "similarity": Sample(
            [{"id": a + b, "a": a, "b": b, "score": score} for a, b, score in PAIRED_WORDS],
            {a + b: score for a, b, score in PAIRED_WORDS},
        ),
        "cluster": Sample(
            [
                {"id": "a", "term": "gout", "cluster": "1"},
                {"id": "b", "term": "Gouts", "cluster": "1"},
                {"id": "c", "term": "fever", "cluster": "2"},
            ],
            {"a": "x", "b": "x", "c": "y"},
        ),
        "retrieval": Sample(
            [
                {"id": "d1", "text": "gout is a disease of joints"},
                {"id": "d2", "text": "fever is a sign"},
                {"id": "q1", "query": "what is gout", "relevant": ["d1"]},
            ],
            {"q1": ["d1", "d2"]},
        ),
        "ranking": Sample(
            [{**asked, "answers": ["nothing", "gout is a disease", "a toe"], "grades": [1, 4, 2]}],
            {"q": ["1", "2", "0"]},
        ),
        "simplify": Sample(
            [{"id": "a", "text": HARD, "references": [EASY]}],
            {"a": EASY},
        ),
        "forecast": Sample(SERIES, {"s": [17.0 + 1, 18.0]}, best=0.0),
        "kgc": Sample(TRIPLES, completed),
    }  # fmt: skip


def write_gold(folder: Path, sample: Sample) -> Path:
    if isinstance(sample.gold, str):
        path = folder / ("gold.tsv" if sample.gold == TRIPLES else "gold.pubtator")
        path.write_text(sample.gold, encoding="utf-8")
        return path
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in sample.gold), encoding="utf-8")
    return path


def write_predictions(folder: Path, guesses: Mapping[str, Any], name: str = "theirs") -> Path:
    path = folder / f"{name}.jsonl"
    lines = (json.dumps({"id": i, "prediction": guess}) + "\n" for i, guess in guesses.items())
    path.write_text("".join(lines), encoding="utf-8")
    return path

"""A folder with a few small data sets in their own formats, and a system that knows letters."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

HEADERS = {"GENHX": "The patient reports pain for", "ALLERGY": "Allergic to penicillin since"}
SUBJECTS = {"Dental": "Which tooth erupts at age", "Anatomy": "Which nerve leaves the skull by"}


class LetterSystem:
    """Counts letters: enough to tell small texts apart."""

    def __init__(self, name: str = "letters", *, is_blind: bool = False) -> None:
        self.name = name
        self.about: Mapping[str, str] = {"letters": "26"}
        self.seconds = 0.0
        self.texts = 0
        self._is_blind = is_blind

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        out = np.zeros((len(texts), 26), np.float32)
        for row, text in enumerate(texts):
            for letter in "a" if self._is_blind else text.lower():
                if "a" <= letter <= "z":
                    out[row, ord(letter) - ord("a")] += 1
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return out


def write_table(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()))


def make_data(folder: Path) -> Path:
    """Write data sets for one task of each kind."""
    notes = folder / "mts-dialog"
    notes.mkdir(parents=True)
    write_table(
        notes / "MTS-Dialog-TrainingSet.csv.gz",
        [
            {"ID": f"{header}{n}", "section_header": header, "section_text": f"{words} {n} days"}
            for header, words in HEADERS.items()
            for n in range(60)
        ],
    )
    exams = folder / "medmcqa"
    exams.mkdir()
    lines = [
        json.dumps({"id": f"{subject}{n}", "question": f"{words} {n}?", "subject_name": subject})
        for subject, words in SUBJECTS.items()
        for n in range(110)
    ]
    (exams / "dev.60pct.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    rated = folder / "ehr-rel"
    rated.mkdir()
    head = "snomed_id_1\tsnomed_label_1\tsnomed_id_2\tsnomed_label_2\tmean_rating"
    pairs = ["1\tfever\t2\tfevers\t3", "1\tfever\t3\tgout\t0.5", "4\trash\t5\trashes\t2.5"]
    (rated / "EHR-RelB.dev60.tsv").write_text("\n".join([head, *pairs]) + "\n")
    questions = folder / "pubmedqa"
    questions.mkdir()
    rows = {
        str(n): {
            "QUESTION": f"Does {word} help?",
            "CONTEXTS": [f"We gave {word} to many.", f"{word} was safe {word}."],
            "final_decision": "yes",
        }
        for n, word in enumerate(("aspirin", "zinc", "quinine", "oxygen"))
    }
    (questions / "ori_pqal.nontest.json.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
    return folder

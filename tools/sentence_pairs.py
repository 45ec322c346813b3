"""Write pairs of texts that belong together, for ``onoma train encoder --sentences``.

From the two sets of the shared data folder whose licences allow weights to be shipped: question and
answer of MedQuAD (CC BY 4.0), title and each part of the abstract of Evidence Inference (MIT, open
access). Left out are the pages that the embedding suite measures on, texts that come again in them,
and articles that stand in any other set of the folder too.

    python tools/sentence_pairs.py ../shared/data pairs.tsv
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson

from onoma.eval.gold_documents import read_tar
from onoma.eval.gold_tables import medquad_pairs
from onoma.eval.gold_texts import pubmedqa_rows
from onoma.eval.suite.retrieval import is_asked

HEAD = 100  # letters of a text that say which one it is
LEAST = 30
SHORTEST = 80  # characters of an answer or a part of an abstract
PARTS = re.compile(r"\n\s*(?:ABSTRACT[^\n]*:+[ \t]*)?\n\s*")  # blank lines, headings
OWN = "evidence-inference"


def key(text: str) -> str:
    """Return the first letters of a text, nothing for one too short to know again."""
    letters = re.sub(r"[^a-z]", "", text.lower())[:HEAD]
    return letters if len(letters) >= LEAST else ""


def answers(data: Path) -> Iterator[tuple[str, str]]:
    """Yield questions with their answers, of pages that no task asks about."""
    every = list(medquad_pairs(data / "medquad" / "MedQuAD.tar.xz"))
    asked = {key(one.answer) for one in every if is_asked(one)} - {""}
    for one in every:
        if not is_asked(one) and key(one.answer) not in asked and len(one.answer) >= SHORTEST:
            yield one.question, one.answer


def elsewhere(data: Path) -> set[str]:
    """Return the keys of titles and abstracts that stand in another set."""
    found: set[str] = set()
    with gzip.open(data / "pubmed-abstracts" / "abstracts.jsonl.gz", "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if row["source"] != OWN:
                found |= {key(row["title"]), key(row["abstract"])}
    for _, row in pubmedqa_rows(data / "pubmedqa" / "ori_pqal.nontest.json.gz"):
        found |= {key(text) for text in (row["QUESTION"], *row["CONTEXTS"])}
    return found - {""}


def articles(data: Path) -> Iterator[tuple[str, str]]:
    """Yield titles of trials with each part of the abstract."""
    known = elsewhere(data)
    wanted = set((data / OWN / "train_article_ids.txt").read_text(encoding="utf-8").split())
    found = read_tar(data / OWN / "title_abstract_sections.tar.xz")
    for name, content in sorted(found.items()):
        if Path(name).stem.removeprefix("PMC") not in wanted:
            continue
        text = content.decode("utf-8").removeprefix("TITLE:").strip()
        title, *texts = (part.strip() for part in PARTS.split(text))
        if not known & {key(one) for one in (title, *texts)}:
            yield from ((title, one) for one in texts if len(one) >= SHORTEST)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="the shared folder of data sets")
    parser.add_argument("out", type=Path, help="the table to write (.tsv)")
    given = parser.parse_args()
    with given.out.open("w", encoding="utf-8") as out:
        for read in (answers, articles):
            rows = dict.fromkeys(
                (" ".join(a.split()), " ".join(b.split())) for a, b in read(given.data)
            )
            out.writelines(f"{a}\t{b}\n" for a, b in rows)
            print(f"{read.__name__}: {len(rows):,} pairs", file=sys.stderr)


if __name__ == "__main__":
    main()

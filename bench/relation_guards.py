"""Who guards from a harm, and who does it: read as a cause or not, and what a graph makes of it.

    python bench/relation_guards.py [--out bench/results/relation_guards.md]

Forty sentences of our own (``tests/data/relate/prevented_harm.tsv``), names given; seven hold no
guard, but a drug that is withdrawn or a verb that speaks of something else. The words of the rules
were chosen with them in view. And pairs of a given thing and a harm in BC5CDR and BioRED: what the
words of a sentence state beside what annotators said; the training parts were looked at, the dev
parts were not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from onoma.eval.relation_corpora import read_relation_corpus
from onoma.graph import Graph
from onoma.graph.sources import relations_of
from onoma.relate import annotating
from onoma.relate.annotating import Relating
from onoma.relate.candidates import candidate_pairs
from onoma.relate.guarding import CAUSES, CURES, GIVEN, HARM, read_words, stated_of
from onoma.relate.page import Page
from onoma.relate.relaters import make_relater
from onoma.relate.tasks import WIDER
from onoma.types import AnnotatedDocument, Document, Mention
from report import Table, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OWN = Path(__file__).resolve().parents[1] / "tests" / "data" / "relate" / "prevented_harm.tsv"
PARTS = (("cid", "train"), ("cid", "dev"), ("biored", "train"), ("biored", "dev"))
Row = tuple[str, str, str, str]


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/results/relation_guards.md"))
    asked = parser.parse_args()
    write_tables([sentences(), pairs()], asked.out, sys.argv)


def sentences() -> Table:
    """Return what the readers make of our own sentences, with and without the rules."""
    rows = read_rows()
    guards, causes = sum(bool(row[1]) for row in rows), sum(bool(row[2]) for row in rows)
    table = Table(
        f"Forty sentences: {guards} guards from a harm, {causes} causes of one",
        ("reader", "words heard", "guards called causes", "guards told as such",
         "causes not told", "causes called cures", "conflicts in a graph"),
        left=2,
    )  # fmt: skip
    documents = [document(number, row) for number, row in enumerate(rows)]
    for name in ("rules", "reader"):
        for is_heard in (False, True):
            done = related(name, documents, is_heard=is_heard)
            counts = [judged(row, one) for row, one in zip(rows, done, strict=True)]
            sums = [str(sum(column)) for column in zip(*counts, strict=True)]
            table.add([name, "yes" if is_heard else "no", *sums, str(conflicts(done))], show=True)
    table.note("a conflict: a drug that is said to cause and to treat, or prevent, one harm")
    return table


def read_rows() -> list[Row]:
    """Return the sentences with who guards, who causes, and the harm."""
    lines = [
        one for one in OWN.read_text(encoding="utf-8").splitlines() if one[:1] not in ("", "#")
    ]
    found = [tuple(line.split("\t")) for line in lines[1:]]
    return [(one[0], one[1], one[2], one[3]) for one in found]


def key(name: str, type_: str) -> str:
    """Return the id of a name."""
    return f"{'CHEBI' if type_ == 'chemical' else 'MONDO'}:{name.lower().replace(' ', '_')}"


def document(number: int, row: Row) -> AnnotatedDocument:
    """Return a sentence with its names as mentions."""
    text, *columns = row
    marks = []
    for names, type_ in zip(columns, ("chemical", "chemical", "disease"), strict=True):
        for name in filter(None, names.split("|")):
            start = text.lower().find(name.lower())
            while start >= 0:
                span = start, start + len(name)
                curie = key(name, type_)
                marks.append(
                    Mention(*span, text[start : span[1]], type_, curie, None, 1.0, "gold", (span,))
                )
                start = text.lower().find(name.lower(), span[1])
    return AnnotatedDocument(
        Document(str(number), text), tuple(sorted(marks, key=lambda m: m.start))
    )


def related(
    name: str, documents: Sequence[AnnotatedDocument], *, is_heard: bool
) -> list[AnnotatedDocument]:
    """Return the sentences related; ``is_heard`` False: without saying anew what words state."""
    if is_heard:
        return Relating(make_relater(name)).complete(documents)
    with patch.object(annotating, "restated", lambda text, ties: list(ties)):
        return Relating(make_relater(name)).complete(documents)


def judged(row: Row, one: AnnotatedDocument) -> tuple[bool, bool, bool, bool]:
    """Return whether a guard is called a cause, or one; a cause is not told, or called a cure."""
    _, guard, cause, harm = row
    told = {
        name: {
            relation.predicate
            for relation in one.relations
            if {relation.subject, relation.object} == {key(name, "chemical"), key(harm, "disease")}
        }
        for name in (guard, cause)
    }
    return (
        bool(guard and told[guard] & CAUSES),
        bool(guard and told[guard] & CURES),
        bool(cause and not told[cause] & CAUSES),
        bool(cause and told[cause] & CURES),
    )


def conflicts(done: Sequence[AnnotatedDocument]) -> int:
    """Return how many pairs of the sentences a graph calls contradicted."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Graph(folder)
        graph.add(relations_of(done, source="own"), vocabulary=None)
        found = graph.conflicts(k=1000)
    return len({(one.edge.subject.curie, one.edge.object.curie) for one in found})


def pairs() -> Table:
    """Return what words state of annotated pairs, beside what annotators said of them."""
    table = Table(
        "Pairs of a given thing and a harm, by what the words state",
        ("corpus", "words state", "pairs", "annotated as a cause", "as a cure", "neither"), left=2,
    )  # fmt: skip
    words = read_words()
    for name, part in PARTS:
        corpus = read_relation_corpus(name, SHARED / "data")
        counts: Counter[tuple[str, str]] = Counter()
        for gold in getattr(corpus, part):
            page = Page(gold.text)
            kinds = {(tie.first, tie.second): tie.kind for tie in gold.ties}
            for pair in candidate_pairs(gold.text, corpus.task):
                types = [gold.text.entities[end].type for end in pair]
                first, second = (WIDER.get(one, one) for one in types)
                if first in GIVEN and second in HARM:
                    stance = stated_of(page, words, *pair).stance or "nothing"
                    counts[stance, kinds.get(pair, "")] += 1
        for stance in ("prevents", "hinders", "harms", "nothing"):
            own = {kind: count for (said, kind), count in counts.items() if said == stance}
            total = sum(own.values())
            cause = own.get("CID", 0) + own.get("Positive_Correlation", 0)
            cure = own.get("Negative_Correlation", 0)
            shown = [f"{100 * cause / total:.1f} %", f"{100 * cure / total:.1f} %"]
            rest = f"{100 * (total - cause - cure) / total:.1f} %"
            table.add([f"{name} {part}", stance, f"{total:,}", *shown, rest], show=True)
    table.note("BC5CDR marks causes alone; a pair may be stated otherwise in another sentence")
    return table


if __name__ == "__main__":
    main()

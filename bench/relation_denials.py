"""What is denied: sentences of our own, and gold relations that are said to be denied.

    python bench/relation_denials.py [--out bench/results/relation_denials.md]

``tests/data/relate/denied.tsv``: names given, the relation given (a cause, an association). Then
gold relations of dev parts, of which annotators of BC5CDR and BioRED marked none that is denied:
how many are called so by the learnt model alone, and with the rules for clauses beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from marked_sentences import marked_text
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.relate.instances import RelationText, Tie
from onoma.relate.saying import Sayer, factuality
from report import Table, write_tables

SHARED = Path(os.environ.get("ONOMA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OWN = Path(__file__).resolve().parents[1] / "tests" / "data" / "relate" / "denied.tsv"
KINDS = {"cause": "cid/CID", "association": "biored/Association"}
MOST = 150  # texts of a dev part
SYSTEMS = ("the model alone", "with clauses")


def said(
    sayer: Sayer, text: RelationText, ties: Sequence[Tie], *, has_rules: bool
) -> Iterator[str]:
    """Yield what is said of each tie, with or without the rules."""
    if has_rules:
        yield from (one.factuality for one in sayer.say_all(text, ties))
        return
    with (
        patch.object(factuality, "is_denied", lambda *_: False),
        patch.object(factuality, "is_misled", lambda *_: False),
    ):
        yield from [one.factuality for one in sayer.say_all(text, ties)]


def sentences(sayer: Sayer) -> Table:
    """Return how many sentences of our own are read rightly."""
    rows = [
        line.split("\t")
        for line in OWN.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    table = Table(
        "Denials: sentences of our own",
        ("sentences", "relation", "system", "denied", "told as such", "stated", "told as such"),
        left=3,
    )
    for part in ("seen", "later"):
        for relation, kind in KINDS.items():
            for system in SYSTEMS:
                count: Counter[tuple[str, bool]] = Counter()
                for own, wanted, source in rows:
                    if own == part:
                        text = marked_text(part, source)
                        types = [entity.type for entity in text.entities]
                        first = types.index("chemical")
                        tie = Tie(first, 1 - first, kind)
                        (found,) = said(sayer, text, [tie], has_rules=system == SYSTEMS[1])
                        count[wanted, found == wanted] += 1
                cells = [
                    str(cell)
                    for wanted in ("negated", "factual")
                    for cell in (count[wanted, True] + count[wanted, False], count[wanted, True])
                ]
                table.add([part, relation, system, *cells], show=True)
    table.note("seen: the rules were chosen with them in view; later: written afterwards, of ten "
               "found wrong seven put right")  # fmt: skip
    return table


def gold(sayer: Sayer) -> Table:
    """Return how many gold relations are said to be denied."""
    table = Table(
        f"Gold relations of {MOST} dev texts a corpus, said to be denied",
        ("corpus", "relations", *SYSTEMS),
    )
    for name in ("cid", "chemprot", "biored"):
        count: Counter[str] = Counter()
        for one in read_relation_corpus(name, SHARED / "data").dev[:MOST]:
            count["all"] += len(one.ties)
            for system in SYSTEMS:
                found = said(sayer, one.text, list(one.ties), has_rules=system == SYSTEMS[1])
                count[system] += sum(word == "negated" for word in found)
        table.add([name, str(count["all"]), *(str(count[x]) for x in SYSTEMS)], show=True)
    table.note("concepts: the nearest place where both stand; ChemProt marks denied ones too "
               "(CPR:10 in part)")  # fmt: skip
    return table


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("bench/results/relation_denials.md"))
    asked, sayer = parser.parse_args(), Sayer()
    write_tables([sentences(sayer), gold(sayer)], asked.out, sys.argv)


if __name__ == "__main__":
    main()

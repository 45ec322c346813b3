"""Count what short forms are defined as in abstracts, and keep what most of them agree on.

    python tools/make_short_meanings.py ../shared/data/pubmed-abstracts/abstracts.jsonl.gz

Writes ``data/recognize/short_meanings.tsv``: short form, the long form's name, how many abstracts
define it so, how many define it at all. Kept are forms of two to four capitals that three abstracts
define or more, and half of them by names of one concept. Abstracts that annotated corpora are made
of are left out, so that no held-out text has a say.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson

import onoma
from onoma.pipeline.annotator import short_forms
from onoma.text.tokens import TextBatch

TARGET = Path(__file__).parents[1] / "src" / "onoma" / "data" / "recognize" / "short_meanings.tsv"
ANNOTATED = frozenset(
    {"bc5cdr", "biored", "chemprot", "e3c-l3", "gnormplus", "gutbrainie", "ncbi-disease",
     "nlm-gene", "species-800", "tmvar3"}
)  # fmt: skip
FORM = re.compile(r"[A-Z]{2,4}")
LEAST, SHARE = 3, 0.5
AT_ONCE = 500
HEAD = """\
# What short forms of two to four capitals are defined as in abstracts, counted by
# tools/make_short_meanings.py where no corpus annotates them. Tab-separated: short form, long form,
# abstracts that define it by a name of that concept, abstracts that define it.
"""


def texts(path: Path) -> Iterator[str]:
    """Yield the abstracts that no corpus annotates."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            if row["source"] not in ANNOTATED:
                yield f"{row['title']}\n{row['abstract']}"


def definitions(path: Path) -> dict[str, Counter[str]]:
    """Return how often each short form is defined by each long form, once a document."""
    out: dict[str, Counter[str]] = defaultdict(Counter)
    given = texts(path)
    while some := list(islice(given, AT_ONCE)):
        batch = TextBatch.of(some)
        pairs = short_forms(batch)
        columns = (pairs.start, pairs.end, pairs.long_start, pairs.long_end, pairs.document)
        seen = set()
        for start, end, low, high, number in zip(*(c.tolist() for c in columns), strict=True):
            short = batch.text[start:end]
            if FORM.fullmatch(short) and (short, number) not in seen:
                seen.add((short, number))
                out[short][batch.text[low:high].lower()] += 1
    return out


def main(path: Path) -> None:
    """Write the table."""
    defined = definitions(path)
    longs = sorted({long for forms in defined.values() for long in forms})
    named: dict[str, str] = {}
    nlp = onoma.load(mode="dictionary")
    for long, document in zip(longs, nlp.pipe(longs), strict=True):
        for one in document.mentions:
            if one.curie and one.spans == ((0, len(long)),):
                named[long] = one.curie
    rows = []
    for short, forms in sorted(defined.items()):
        concepts: Counter[str] = Counter()
        for long, times in forms.items():
            if long in named:
                concepts[named[long]] += times
        first, times = max(concepts.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        total = forms.total()
        if total >= LEAST and times >= SHARE * total:
            own = [long for long in forms if named.get(long) == first]
            name = max(own, key=lambda long: (forms[long], long))
            rows.append(f"{short}\t{name}\t{times}\t{total}\n")
    TARGET.write_text(HEAD + "".join(rows), encoding="utf-8")
    print(f"{len(rows)} short forms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

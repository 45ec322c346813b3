"""Write the list of words that running English text uses in lower case.

    python tools/build_common_words.py ABSTRACTS.jsonl.gz [OUT]

A gene symbol or acronym that reads like one of them once case is gone (CAT, MAX, WAS) needs its
own capitals in the text before it is believed. The list is a count over unlabelled abstracts: a
word goes in when at least 0.05 % of the documents have it in lower case, and lower case is its
commoner form. Only the words go into the package, no text.
"""

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

NOTES = (
    "dear thank thanks regards sincerely yours temp meds hpi plan exam labs gait gown mono soft "
    "note notes chart seen told asks ward beds bed room home tonight yesterday today tomorrow"
)
"""Everyday words of letters and clinical notes, which abstracts do not use."""
WORD = re.compile(r"[A-Za-z]{2,}")


def main() -> None:
    """Count and write."""
    lower: Counter[str] = Counter()
    other: Counter[str] = Counter()
    documents = 0
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            documents += 1
            seen = set(WORD.findall(f"{record['title']} {record['abstract']}"))
            for word in seen:
                (lower if word.islower() else other)[word.lower()] += 1
    least = documents * 0.0005
    counted = {w for w, n in lower.items() if n >= least and n > other[w] * 0.5}
    words = sorted(counted | set(NOTES.split()))
    out = Path(sys.argv[2] if len(sys.argv) > 2 else "src/onoma/data/text/common_words.txt")
    out.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{out}: {len(words)} words of {documents} documents")


if __name__ == "__main__":
    main()

"""What a format cannot hold of a document: counted by kind, reported, an error under --strict."""

from __future__ import annotations

from collections import Counter

Losses = Counter[str]
"""How often each kind of thing was left out or changed."""

KINDS: dict[str, str] = {
    "abbreviations": "abbreviations left out",
    "alternatives": "alternative concepts left out",
    "arguments": "ends of relations written as concepts, without their roles",
    "assertion": "assertion status left out",
    "attributes": "attributes of mentions and relations left out",
    "candidates": "candidate concepts left out",
    "characters": "characters changed that the format cannot write (one for one)",
    "concepts": "concept identifiers left out",
    "coverage": "spans that say what was annotated left out",
    "date": "dates left out",
    "details": "what is said of relations left out (confidence, evidence ...)",
    "edges": "mentions cut to whole words, or left out as blanks",
    "events": "triggers of events left out",
    "failed": "failed documents left out",
    "ids": "ids left out or replaced",
    "labels": "labels of concepts left out",
    "language": "languages left out",
    "mentions": "mentions left out",
    "metadata": "metadata of documents and passages left out",
    "names": "matched names of concepts left out",
    "overlap": "mentions that overlap others left out",
    "passages": "passages left out",
    "relations": "relations left out",
    "scores": "scores left out",
    "sentences": "bounds of sentences left out",
    "spans": "discontinuous mentions written as their covering span",
    "store": "names of the store that annotated left out",
    "text": "texts left out",
    "types": "semantic types written as wider ones",
}
"""Each kind with the words of the report."""


def loss_report(losses: Losses) -> list[str]:
    """Return a line for each kind that was lost, most frequent first.

    >>> loss_report(Losses({"relations": 3}))
    ['3 relations left out']
    """
    ordered = sorted(losses.items(), key=lambda item: (-item[1], item[0]))
    return [f"{count} {KINDS.get(kind, kind)}" for kind, count in ordered if count]

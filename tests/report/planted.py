"""A corpus whose counts are known because it was planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from onoma.types import AnnotatedDocument, Assertion, Document, Mention

NAMES = {
    "MONDO:1": ("disease", "gout", ("gout", "Gout", "podagra")),
    "MONDO:2": ("disease", "<b>rash</b>", ("<b>rash</b>",)),
    "CHEBI:1": ("chemical", "colchicine", ("colchicine",)),
    "HGNC:1": ("gene", "ABC1", ("ABC1", "abc1")),
    "": ("process", "", ("odd process", "Odd  process")),
}


@dataclass
class Planted:
    """Documents, and what they hold."""

    documents: list[AnnotatedDocument] = field(default_factory=list)
    mentions: Counter[str] = field(default_factory=Counter)
    named_in: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    by_year: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: Counter[tuple[str, str]] = field(default_factory=Counter)
    years: Counter[int | None] = field(default_factory=Counter)


def plant(size: int, *, seed: int = 3) -> Planted:
    """Return so many documents of one to four sentences with some of the names in each."""
    rng = np.random.default_rng(seed)
    out = Planted()
    for number in range(size):
        year = (None, 2019, 2020, 2022)[rng.integers(4)]
        text, mentions, met = "", [], set()
        for _ in range(rng.integers(1, 5)):
            own = sorted(map(str, rng.permutation(sorted(NAMES))[: rng.integers(4)]))
            for curie in own:
                type_, label, forms = NAMES[curie]
                text += "There was "
                form, is_absent = str(rng.choice(forms)), bool(rng.integers(2))
                start = len(text)
                text += form + " and so on, "
                mentions.append(
                    Mention(
                        start, start + len(form), form, type_, curie or None, label or None, 1.0,
                        "gold", ((start, start + len(form)),),
                        assertion_axes=Assertion("absent" if is_absent else "present"),
                    )
                )  # fmt: skip
                out.mentions[curie] += 1
                out.absent[curie] += is_absent
            out.near.update((a, b) for a in own for b in own if a < b)
            met.update(own)
            text += "nothing else was seen. "
        out.named_in.update(met)
        out.by_year.update((curie, year) for curie in met)
        out.together.update((a, b) for a in met for b in met if a < b)
        out.years[year] += 1
        date = None if year is None else f"{year}-03"
        document = Document(f"d{number}", f"{number}. {text}", date=date)
        shifted = tuple(_moved(m, len(f"{number}. ")) for m in mentions)
        out.documents.append(AnnotatedDocument(document, shifted))
    return out


def _moved(m: Mention, by: int) -> Mention:
    start, end = m.start + by, m.end + by
    return Mention(
        start, end, m.text, m.type, m.curie, m.label, m.score, m.found_by, ((start, end),),
        assertion_axes=m.assertion_axes,
    )  # fmt: skip

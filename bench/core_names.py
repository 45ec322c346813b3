"""The names of the shipped core, and the throughput texts, as files that every program reads.

All programs of a run get the same lines. Left out: names shorter than three characters, without a
letter, or equal to a function word (programs without guards drown in them), and concepts without a
semantic type, which Onoma does not look for in text either.
"""

from __future__ import annotations

import functools
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import corpora

FUNCTION_WORDS = """
    a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has
    have having he her here hers him his how if in into is it its itself may me might more most must
    my no nor not now of off on once only or other our out over own per same she should so some such
    than that the their them then there these they this those through to too under until up upon us
    very via was we were what when where which while who whom why will with within without would yes
    you your"""


@functools.cache
def core() -> Any:
    """Return the shipped vocabulary as Onoma reads it before it compiles the store."""
    from onoma.ontology.sources import core_folder
    from onoma.ontology.vocabulary import read_vocabulary

    return read_vocabulary(core_folder())


def name_table(vocabulary: str) -> pa.Table:
    """Return ``curie, text, scope`` rows; "core" is all of it, "hpo" what is below HP:0000118."""
    concepts, names = (pa.table(dict(t.columns)) for t in (core().concepts, core().names))
    wanted = pc.not_equal(concepts["types"], 0)
    if vocabulary == "hpo":
        from onoma.types import TYPE_BIT

        bit = pa.scalar(TYPE_BIT["phenotype"], pa.uint32())
        has_bit = pc.not_equal(pc.bit_wise_and(concepts["types"], bit), 0)
        wanted = pc.and_(has_bit, pc.starts_with(concepts["curie"], "HP:"))
    names = names.filter(pc.take(wanted, names["concept"]))
    names = names.append_column("curie", pc.take(concepts["curie"], names["concept"]))
    return names.filter(usable(names["text"])).select(["curie", "text", "scope"])


def usable(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return which names every program is given."""
    long_enough = pc.greater_equal(pc.utf8_length(text), 3)
    has_letter = pc.match_substring_regex(text, r"\pL")
    words = pa.array(FUNCTION_WORDS.split())
    is_word = pc.is_in(pc.utf8_lower(text), value_set=words)
    return pc.and_(pc.and_(long_enough, has_letter), pc.invert(is_word))


def write_names(vocabulary: str, folder: Path, limit: int | None = None) -> tuple[Path, int]:
    """Write the names as JSON lines ``[text, curie, scope]``; return the file and their number."""
    table = name_table(vocabulary)
    if limit is not None and table.num_rows > limit:
        rows = sorted(random.Random(7).sample(range(table.num_rows), limit))  # noqa: S311
        table = table.take(rows)
    path = folder / f"names.{vocabulary}.jsonl"
    columns = [table[name].to_pylist() for name in ("text", "curie", "scope")]
    with path.open("w", encoding="utf-8") as handle:
        for row in zip(*columns, strict=True):
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path, table.num_rows


def abstracts(count: int, seed: int = 7) -> list[tuple[str, str]]:
    """Return ids and texts (title, space, abstract) of a seeded sample of the shared abstracts."""
    path = corpora.shared_file("data/pubmed-abstracts/abstracts.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        rows = [json.loads(line) for line in handle]
    random.Random(seed).shuffle(rows)  # noqa: S311
    return [(row["id"], f"{row['title']} {row['abstract']}") for row in rows[:count]]


def write_texts(texts: list[str], folder: Path, name: str) -> Path:
    """Write texts as JSON lines."""
    path = folder / f"texts.{name}.jsonl"
    with path.open("w", encoding="utf-8") as handle:
        handle.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    return path


def write_obo(folder: Path) -> Path:
    """Write HPO below HP:0000118 as OBO from the core's own rows, for programs that want the file.

    Scopes: exact and layperson names are EXACT, the rest RELATED, NARROW or BROAD as they stand.
    """
    from onoma.types import SCOPES

    curies = core().concepts.texts("curie")
    names = name_table("hpo")
    synonyms: dict[str, list[tuple[str, str]]] = {}
    for row in names.to_pylist():
        scope = SCOPES[row["scope"]]
        if scope != "label":
            word = scope if scope in ("narrow", "broad", "related") else "exact"
            synonyms.setdefault(row["curie"], []).append((row["text"], word.upper()))
    labels = dict(core().concepts.rows("curie", "label"))
    wanted = set(pc.unique(names["curie"]).to_pylist())
    parents: dict[str, list[str]] = {}
    for child, parent in core().parents.rows("child", "parent"):
        if curies[child] in wanted:
            parents.setdefault(curies[child], []).append(curies[parent])
    path = folder / "core-hpo.obo"
    with path.open("w", encoding="utf-8") as handle:
        handle.write("format-version: 1.4\nontology: hp\n")
        below = wanted | {corpora.PHENOTYPE_ROOT}
        for curie in sorted(below):
            handle.write(f"\n[Term]\nid: {curie}\nname: {labels[curie]}\n")
            for text, scope in synonyms.get(curie, ()):
                quoted = text.replace("\\", "\\\\").replace('"', '\\"')
                handle.write(f'synonym: "{quoted}" {scope} []\n')
            above = [
                p for p in parents.get(curie, ()) if p in wanted or p == corpora.PHENOTYPE_ROOT
            ]
            handle.writelines(f"is_a: {p}\n" for p in sorted(above))
    return path

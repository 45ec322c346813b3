"""A vocabulary's tables to a concept store: a folder of flat arrays, mapped into memory to use.

What is in the folder (all little-endian ``.npy``; ``store.json`` has version and checksums):
matcher: ``words roots nodes pairs paths key_hash key_length``; entries of a key, best first:
``key_entry_start entry_name entry_traits``; names, by concept: ``name_concept name_scope
name_source name_traits concept_name_start`` and texts; concepts, sorted by CURIE: ``concept_types
concept_source concept_group`` and texts; ``parent_*``, ``child_*``, ``equivalent_*``.
The folder is written beside its place and renamed, so that a half-made store is never opened.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.ontology.columns import Columns, columns_of
from onoma.ontology.composing import with_composed_names
from onoma.ontology.curies import PREFIXES, prefix_of
from onoma.ontology.drug_classes import with_drug_classes
from onoma.ontology.gene_names import with_gene_names
from onoma.ontology.headings import with_headings
from onoma.ontology.keykinds import KeyKinds
from onoma.ontology.keys import KeyTables, build_keys
from onoma.ontology.layout import STORE_FORMAT, TEXT_BLOCK, TEXT_END, Progress, silent
from onoma.ontology.placing import put_in_place
from onoma.ontology.vocabulary import Vocabulary
from onoma.text.characters import common_words
from onoma.text.variants import canonical_form
from onoma.types import SCOPES, TYPE_BIT

OTHER_PREFIX = 255
DEEPEST = 24  # generations over which what is below a concept is counted
MOST_BELOW = 1 << 20


def compile_store(vocabulary: Vocabulary, folder: Path, *, progress: Progress = silent) -> Path:
    """Compile a vocabulary into ``folder`` (replaced whole) and return it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=folder.name + ".", dir=folder.parent))
    try:
        _write_all(vocabulary, work, progress)
        put_in_place(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return folder


def _write_all(vocabulary: Vocabulary, work: Path, progress: Progress) -> None:
    progress("reading names", 0.02)
    vocabulary = with_headings(with_drug_classes(vocabulary))
    columns = columns_of(with_composed_names(with_gene_names(vocabulary)))
    progress("folding names", 0.1)
    keys = build_keys(columns, common=common_words(), progress=progress)
    progress("writing", 0.8)
    _write_keys(work, keys)
    _write_names(work, columns)
    prefixes = prefix_table(columns.curies)
    _write_concepts(work, columns, prefixes)
    save(work, "concept_prior", _priors(vocabulary, columns))
    _write_hierarchy(work, vocabulary, columns)
    progress("equivalents", 0.9)
    _write_equivalents(work, vocabulary, columns, prefixes=prefixes)
    _write_retired(work, vocabulary)
    _write_definitions(work, vocabulary, columns)
    _write_manifest(work, vocabulary, columns, prefixes=prefixes)
    progress("done", 1.0)


def save(work: Path, name: str, array: npt.NDArray[np.generic]) -> None:
    """Write one array."""
    np.save(work / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def save_texts(work: Path, name: str, texts: list[str]) -> None:
    """Write strings as one UTF-8 blob, an end mark behind each, and the starts of their blocks.

    The first number of ``NAME_block`` is how many strings there are.
    """
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.cumsum([len(e) + 1 for e in encoded], dtype=np.uint64)
    starts = np.concatenate([[0], ends]).astype(np.uint64)
    blocks = starts[: len(texts) : TEXT_BLOCK]
    save(
        work, f"{name}_block", np.concatenate([[len(texts)], blocks, starts[-1:]]).astype(np.uint64)
    )
    blob = b"".join(one + TEXT_END for one in encoded)
    save(work, f"{name}_blob", np.frombuffer(blob or b"\0", np.uint8))


def run_starts(sorted_ids: npt.NDArray[np.integer], size: int) -> npt.NDArray[np.uint32]:
    """Return where each id's run starts in a sorted column (size + 1)."""
    return np.searchsorted(sorted_ids, np.arange(size + 1)).astype(np.uint32)


def _write_keys(work: Path, keys: KeyTables) -> None:
    save(work, "words", keys.words)
    save(work, "roots", keys.trie.roots)
    save(work, "nodes", keys.trie.nodes)
    save(work, "pairs", keys.trie.pairs)
    save(work, "paths", keys.trie.paths)
    save(work, "key_hash", keys.trie.key_hash)
    save(work, "key_length", keys.trie.key_length)
    kinds = KeyKinds.of(keys.key_types, keys.key_safe)
    save(work, "key_kind", kinds.kind)
    save(work, "kind_types", kinds.types)
    save(work, "kind_safe", kinds.safe)
    save(work, "key_entry_start", keys.key_entry_start)
    save(work, "entry_name", keys.entry_name)
    save(work, "entry_traits", keys.entry_traits)
    save(work, "entry_upper", keys.entry_upper)


def _write_names(work: Path, columns: Columns) -> None:
    save(work, "name_concept", columns.name_concept)
    save(work, "name_scope", columns.name_scope)
    save(work, "name_source", columns.name_source)
    save(work, "concept_name_start", run_starts(columns.name_concept, len(columns.curies)))
    save_texts(work, "name_text", columns.name_text)


def _write_concepts(work: Path, columns: Columns, prefixes: list[str]) -> None:
    save(work, "concept_types", columns.types)
    save(work, "concept_source", columns.concept_source)
    save(work, "concept_prefix", _prefixes(columns.curies, prefixes))
    save_texts(work, "curie", columns.curies)
    save_texts(work, "label", columns.labels)


def _priors(vocabulary: Vocabulary, columns: Columns) -> npt.NDArray[np.uint8]:
    """Return how often each concept annotates a disease, on a log scale (20 per power of ten)."""
    used = Counter(vocabulary.annotations.texts("object"))
    found = (used.get(curie, 0) for curie in columns.curies)
    counts = np.fromiter(found, np.int64, len(columns.curies))
    return np.asarray(np.minimum(255, 20 * np.log10(1 + counts)).astype(np.uint8))


def prefix_table(curies: list[str]) -> list[str]:
    """Return the prefixes that a store numbers: ours, then those that the vocabulary brings."""
    used = {prefix_of(curie) for curie in curies}
    return [*PREFIXES, *sorted(used.difference(PREFIXES))][:OTHER_PREFIX]


def _prefixes(curies: list[str], table: list[str]) -> npt.NDArray[np.uint8]:
    """Return the number of each CURIE's prefix in the table, OTHER_PREFIX for others."""
    number = {prefix: place for place, prefix in enumerate(table)}
    found = (number.get(prefix_of(curie), OTHER_PREFIX) for curie in curies)
    return np.fromiter(found, np.uint8, len(curies))


def _write_hierarchy(work: Path, vocabulary: Vocabulary, columns: Columns) -> None:
    child = columns.row_of[vocabulary.parents.numbers("child")]
    parent = columns.row_of[vocabulary.parents.numbers("parent")]
    size = len(columns.curies)
    nearness = _nearness(child, parent, columns)
    for name, one, other, first in (
        ("parent", child, parent, nearness), ("child", parent, child, np.zeros_like(child)),
    ):  # fmt: skip
        order = np.lexsort((other, first, one))
        save(work, f"{name}_start", run_starts(one[order], size))
        save(work, f"{name}_of", other[order].astype(np.uint32))


def _nearness(
    child: npt.NDArray[np.int64], parent: npt.NDArray[np.int64], columns: Columns
) -> npt.NDArray[np.int64]:
    """Return a number for each edge, smaller for the parent that says more of the child.

    That is the one that shares more words with it, then the one with less below it: "prostate
    carcinoma" is a "prostate cancer" rather than a "carcinoma".
    """
    below = np.ones(len(columns.curies), np.int64)
    for _ in range(DEEPEST):
        more = np.ones_like(below)
        np.add.at(more, parent, below[child])
        below = np.minimum(more, MOST_BELOW)
    count = np.bincount(child, minlength=len(below))
    several = np.flatnonzero(count[child] > 1)
    stems = {row: _stems(columns.labels[row])
             for row in {*child[several].tolist(), *parent[several].tolist()}}  # fmt: skip
    shared = np.zeros(len(child), np.int64)
    pairs = zip(child[several].tolist(), parent[several].tolist(), strict=True)
    shared[several] = [len(stems[low] & stems[high]) for low, high in pairs]
    return below[parent] - shared * (MOST_BELOW + 1)


def _stems(label: str) -> frozenset[str]:
    return frozenset(canonical_form(word, ()) for word in re.findall(r"[a-z]{3,}", label.lower()))


def _write_equivalents(
    work: Path, vocabulary: Vocabulary, columns: Columns, *, prefixes: list[str]
) -> None:
    table = vocabulary.equivalents
    concept = columns.row_of[table.numbers("concept")]
    targets = table.texts("curie")
    predicates = table.texts("predicate")
    sources = table.texts("source")
    names = sorted(set(targets))
    number = {name: place for place, name in enumerate(names)}
    known = {name: place for place, name in enumerate(sorted(set(predicates)))}
    said = {name: place for place, name in enumerate(sorted(set(sources)))}
    target = np.fromiter((number[t] for t in targets), np.uint32, len(targets))
    predicate = np.fromiter((known[p] for p in predicates), np.uint8, len(targets))
    source = np.fromiter((said[s] for s in sources), np.uint8, len(targets))
    exact = predicate == known.get("skos:exactMatch", 255)
    order = np.lexsort((target, ~exact, concept))
    save(work, "equivalent_start", run_starts(concept[order], len(columns.curies)))
    save(work, "equivalent_target", target[order])
    save(work, "equivalent_predicate", predicate[order])
    save(work, "equivalent_source", source[order])
    save_texts(work, "target", names)
    save(work, "target_prefix", _prefixes(names, prefixes))
    (work / "equivalents.json").write_text(
        json.dumps({"predicates": sorted(known), "sources": sorted(said)}), encoding="utf-8"
    )
    inside = {curie: place for place, curie in enumerate(columns.curies)}
    local = np.fromiter((inside.get(name, -1) for name in names), np.int64, len(names))
    edges = exact & (local[target] >= 0)
    groups = _groups(concept[edges], local[target[edges]], columns)
    save(work, "concept_group", groups)
    save(work, "target_concept", local.astype(np.int32))
    back = order[local[target[order]] >= 0]  # inverse: who names this concept as equivalent
    inverse = np.lexsort((concept[back], local[target[back]]))
    save(work, "inverse_start", run_starts(local[target[back]][inverse], len(columns.curies)))
    save(work, "inverse_of", concept[back][inverse].astype(np.uint32))
    save(work, "inverse_predicate", predicate[back][inverse])


def _groups(
    left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], columns: Columns
) -> npt.NDArray[np.uint32]:
    """Return for each concept the smallest concept that it is exactly equivalent to, in one step.

    No closure is taken beyond the pairs given: a chain of cross-references could join two concepts.
    """
    group = np.arange(len(columns.curies), dtype=np.uint32)
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        low, high = min(one, other), max(one, other)
        if group[high] == high:
            group[high] = group[low] if group[low] != low else low
    return group


def _write_retired(work: Path, vocabulary: Vocabulary) -> None:
    pairs = sorted(vocabulary.retired.rows("old", "new"))
    save_texts(work, "retired_old", [old for old, _ in pairs])
    save_texts(work, "retired_new", [new for _, new in pairs])


def _write_definitions(work: Path, vocabulary: Vocabulary, columns: Columns) -> None:
    """Write definitions, where there are any, by concept."""
    table = vocabulary.definitions
    if not len(table):
        return
    concept = columns.row_of[table.numbers("concept")]
    order = np.argsort(concept, kind="stable")
    texts = table.take(order).texts("text")
    save(work, "definition_concept", concept[order].astype(np.uint32))
    save_texts(work, "definition", texts)


def _write_manifest(
    work: Path, vocabulary: Vocabulary, columns: Columns, *, prefixes: list[str]
) -> None:
    files = {path.name: path.stat().st_size for path in sorted(work.glob("*.npy"))}
    digest = hashlib.sha256()
    for name in files:
        digest.update(name.encode())
        digest.update((work / name).read_bytes())
    record = {
        "format": STORE_FORMAT,
        "version": vocabulary.version,
        "concepts": len(columns.curies),
        "names": len(columns.name_text),
        "files": files,
        "sha256": digest.hexdigest(),
        "name_sources": columns.sources,
        "own": sorted(columns.own.intersection(columns.sources)),
        "prefixes": prefixes,
        "sources": [asdict(source) for source in vocabulary.sources],
        "scopes": list(SCOPES),
        "types": list(TYPE_BIT),
    }
    (work / "store.json").write_text(json.dumps(record, indent=1), encoding="utf-8")

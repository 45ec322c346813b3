"""The names of a store to a shard of the index: made once, beside its place, then renamed."""

from __future__ import annotations

import json
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import GRAMS, Runs, is_count, read_words, word_grams
from onoma.ontology.layout import TEXT_BLOCK, TEXT_END, Progress
from onoma.ontology.placing import put_in_place
from onoma.ontology.store import ConceptStore
from onoma.types import type_mask

I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

INDEX_FORMAT = 5
CHUNK = TEXT_BLOCK << 12  # names read at once
MOST_WORDS = 24
MOST_SWAPS = 4  # names of one concept that are compared with each other
LEAST_WORD = 7  # characters of a gene's or protein's name of one word that is no symbol
SHARDS: dict[str, int] = {
    "findings": type_mask(("disease", "phenotype", "clinical_modifier", "outcome")),
    "chemicals": type_mask(("chemical", "drug", "food")),
    "products": type_mask(("gene", "protein")),
    "anatomy": type_mask(("anatomy", "cell_type", "component")),
    "organisms": type_mask(("organism", "microbe", "population")),
    "acts": type_mask(
        ("process", "procedure", "test", "device", "method", "intervention", "dose", "variant")
    ),
}
"""Types whose names are searched together. Cell lines are in none: a code that is off by one digit
is another line; nor are the symbols of genes and proteins, for the same reason."""


def build_shard(store: ConceptStore, name: str, folder: Path, progress: Progress) -> None:
    """Make the shard of this name in ``folder``, which is replaced whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=folder.name + ".", dir=folder.parent))
    try:
        arrays = shard_arrays(store, name, progress)
        sums = {}
        for key, array in arrays.items():
            np.save(work / f"{key}.npy", array, allow_pickle=False)
            sums[key] = zlib.crc32((work / f"{key}.npy").read_bytes())
        manifest = {"format": INDEX_FORMAT, "store": store.version, "crc32": sums}
        (work / "index.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        put_in_place(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def shard_arrays(
    store: ConceptStore, name: str, progress: Progress
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of the shard of this name."""
    names, words, texts = _read(store, name, progress)
    progress("grams", 0.5)
    arrays = index_arrays(names, words, texts)
    return arrays | _telling(store, arrays) | {"swaps": swaps_of(store, arrays)}


def iter_names(
    store: ConceptStore, wanted: Callable[[slice], npt.NDArray[np.bool_]]
) -> Iterator[tuple[I64, list[str]]]:
    """Yield runs of wanted name rows with their texts; ``wanted`` tells which rows of a slice."""
    blocks = store.array("name_text_block")[1:]
    blob = store.array("name_text_blob")
    for first in range(0, store.n_names, CHUNK):
        last = min(first + CHUNK, store.n_names)
        keep = np.flatnonzero(wanted(slice(first, last)))
        if not len(keep):
            continue
        stop = -(-last // TEXT_BLOCK)
        raw = blob[int(blocks[first // TEXT_BLOCK]) : int(blocks[stop])].tobytes()
        texts = raw.split(TEXT_END)
        yield keep + first, [texts[i].decode("utf-8", "replace") for i in keep.tolist()]


def index_arrays(
    names: I64, words: Runs, texts: dict[int, str]
) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of a shard by the names of their files.

    ``words`` are the distinct words of each of ``names``, ``texts`` what each word is written like.
    """
    row, row_words = _distinct(words)
    order = np.argsort(row, kind="stable")
    row_names = Runs.of(row[order], names[order].astype(np.int32), len(row_words))
    local = np.array(sorted(texts), np.int64)
    grams = word_grams([texts[word] for word in local.tolist()])
    owner = np.repeat(np.arange(len(row_words)), np.diff(row_words.start))
    number = np.searchsorted(local, row_words.values)
    place, gram = grams.take(number)
    pairs = gram.astype(np.int64) << 32 | owner[place]
    pairs.sort()
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    gram, postings = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.uint32)
    del pairs
    start = np.searchsorted(gram, np.arange(GRAMS + 1)).astype(np.int64)
    weight = gram_weights(np.diff(start), len(row_words))
    norm = np.bincount(postings, weights=weight[gram], minlength=len(row_words))
    by_word = np.argsort(number, kind="stable")
    holders = Runs.of(number[by_word], owner[by_word].astype(np.int32), len(local))
    return {
        "gram_start": start,
        "postings": postings,
        "scale": (1 / np.sqrt(np.maximum(norm, 1e-9))).astype(np.float32),
        "row_name_start": row_names.start,
        "row_name": row_names.values,
        "row_word_start": row_words.start,
        "row_word": row_words.values,
        "word": local.astype(np.uint32),
        "word_text": np.frombuffer(
            "\n".join(texts[word] for word in local.tolist()).encode("utf-8", "replace"), np.uint8
        ),
        "word_same": np.zeros(len(local), np.int64),
        "word_other": np.zeros(len(local), np.int64),
        "swaps": np.empty(0, np.uint64),
        "word_counts": np.array([is_count(texts[word]) for word in local.tolist()], bool),
        "holder_start": holders.start,
        "holder": holders.values,
        "word_gram_start": grams.start,
        "word_gram": grams.values,
    }


def gram_weights(rows: npt.NDArray[np.integer], size: int) -> npt.NDArray[np.float32]:
    """Return the squared idf of grams that so many of ``size`` rows hold."""
    return np.asarray(np.square(np.log((1 + size) / (1 + rows)) + 1), np.float32)


@dataclass(frozen=True, slots=True)
class Differing:
    """Pairs of rows that differ by one word: the shard's number of it, and which rows.

    ``is_same``: whether one concept (or equivalent ones) has both.
    """

    word: I64
    longer: I64
    shorter: I64
    is_same: npt.NDArray[np.bool_]


def differing(store: ConceptStore, arrays: dict[str, npt.NDArray[Any]]) -> Differing:
    """Return the pairs of a shard's rows of which one has one word more: see ``contrasts``."""
    words = Runs(arrays["row_word_start"], arrays["row_word"])
    names = Runs(arrays["row_name_start"], arrays["row_name"])
    if not len(words):
        none = np.empty(0, np.int64)
        return Differing(none, none, none, np.empty(0, bool))
    stirred = _stirred(words.values)
    state = np.add.reduceat(stirred, words.start[:-1])
    owner = np.repeat(np.arange(len(words)), np.diff(words.start))
    less = state[owner] - stirred
    order = np.argsort(state)
    at = np.minimum(np.searchsorted(state[order], less), len(order) - 1)
    hit = np.flatnonzero(state[order][at] == less)
    word = np.searchsorted(arrays["word"], words.values[hit])
    longer, shorter = owner[hit], order[at[hit]]
    group = store.array("concept_group")[store.array("name_concept")].astype(np.int64)

    def groups(rows: I64) -> I64:
        pair, name = names.take(rows)
        return np.unique(pair << 32 | group[name])

    common = np.intersect1d(groups(longer), groups(shorter), assume_unique=True)
    is_same = np.zeros(len(hit), bool)
    is_same[common >> 32] = True
    return Differing(word, longer, shorter, is_same)


def _telling(
    store: ConceptStore, arrays: dict[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[np.int64]]:
    """Return how many pairs that differ by each word name one concept, and how many two."""
    pairs, size = differing(store, arrays), len(arrays["word"])
    return {
        "word_same": np.bincount(pairs.word[pairs.is_same], minlength=size),
        "word_other": np.bincount(pairs.word[~pairs.is_same], minlength=size),
    }


def swaps_of(
    store: ConceptStore,
    arrays: dict[str, npt.NDArray[Any]],
    *,
    without: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.uint64]:
    """Return the pairs of words by which names of one concept differ, each in the other's place.

    Packed, sorted: the smaller of the store's numbers above, the larger below. ``without`` marks
    groups of concepts that are passed over.
    """
    words = Runs(arrays["row_word_start"], arrays["row_word"])
    names = Runs(arrays["row_name_start"], arrays["row_name"])
    if not len(words):
        return np.empty(0, np.uint64)
    group = store.array("concept_group")[store.array("name_concept")].astype(np.uint64)
    row, name = names.take(np.arange(len(names)))
    pairs = np.unique(row.astype(np.uint64) << np.uint64(32) | group[name])
    if without is not None:
        pairs = pairs[~without[(pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)]]
    row, own = (pairs >> np.uint64(32)).astype(np.int64), pairs & np.uint64(0xFFFFFFFF)
    stirred = _stirred(words.values)
    state = np.add.reduceat(stirred, words.start[:-1])
    place, word = words.take(row)
    at = np.repeat(words.start[row], np.diff(words.start)[row])
    at += np.arange(len(place)) - np.searchsorted(place, place)
    key = state[row[place]] - stirred[at] + own[place] * np.uint64(0xC2B2AE3D27D4EB4F)
    order = np.argsort(key, kind="stable")
    key, word = key[order], word[order].astype(np.uint64)
    found = []
    for step in range(1, MOST_SWAPS + 1):
        same = np.flatnonzero((key[step:] == key[:-step]) & (word[step:] != word[:-step]))
        low, high = (
            np.minimum(word[same], word[same + step]),
            np.maximum(word[same], word[same + step]),
        )
        found.append(low << np.uint64(32) | high)
    return np.unique(np.concatenate(found))


def _stirred(words: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """Return a number for each word such that sums of them tell sets of words apart."""
    out = words.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    out ^= out >> np.uint64(29)
    out *= np.uint64(0xD6E8FEB86659FD93)
    return out


def _read(store: ConceptStore, shard: str, progress: Progress) -> tuple[I64, Runs, dict[int, str]]:
    """Return the name rows of a shard, their distinct words, and each word's text."""
    mask, slots = np.uint32(SHARDS[shard]), store.array("words")
    concept, types = store.array("name_concept"), store.array("concept_types")

    def wanted(part: slice) -> npt.NDArray[np.bool_]:
        return np.asarray((types[concept[part]] & mask) > 0)

    texts: dict[int, str] = {}
    names, owners, words = [], [], []
    base = 0
    for rows, strings in iter_names(store, wanted):
        if shard == "products":
            good = [i for i, text in enumerate(strings) if _is_worded(text)]
            rows, strings = rows[good], [strings[i] for i in good]
        read = read_words(strings, slots)
        size = np.bincount(read.owner, minlength=len(rows))
        keep = (read.word > 0) & (size[read.owner] <= MOST_WORDS)
        pairs = np.unique(read.owner[keep] << 32 | read.word[keep].astype(np.int64))
        own, word = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32)
        filled, own = np.unique(own, return_inverse=True)
        names.append(rows[filled])
        owners.append(own + base)
        words.append(word)
        base += len(filled)
        _note_texts(texts, read.word, keep, read.folded)
        progress("reading names", 0.5 * int(rows[-1] if len(rows) else 0) / store.n_names)
    if not names:
        none = np.empty(0, np.int64)
        return none, Runs(np.zeros(1, np.int64), np.empty(0, np.int32)), texts
    runs = Runs.of(np.concatenate(owners), np.concatenate(words), base)
    return np.concatenate(names), runs, texts


def _is_worded(name: str) -> bool:
    """Return whether a gene's or protein's name is words rather than a symbol."""
    return " " in name or (len(name) >= LEAST_WORD and name.isalpha() and not name.isupper())


def _note_texts(
    texts: dict[int, str], word: U32, keep: npt.NDArray[np.bool_], text: Callable[[int], str]
) -> None:
    """Keep the shortest text of each word, the first of equally short ones."""
    places = np.flatnonzero(keep)
    ids, first = np.unique(word[places], return_index=True)
    for one, place in zip(ids.tolist(), places[first].tolist(), strict=True):
        found = text(place)
        known = texts.get(one)
        if known is None or len(found) < len(known):
            texts[one] = found


def _distinct(words: Runs) -> tuple[I64, Runs]:
    """Return the row of each name (names of the same words share one) and the words of each row."""
    if not len(words):
        return np.empty(0, np.int64), words
    state = np.add.reduceat(_stirred(words.values), words.start[:-1])
    _, first, row = np.unique(state, return_index=True, return_inverse=True)
    owner, values = words.take(first)
    return row.ravel(), Runs.of(owner, values, len(first))

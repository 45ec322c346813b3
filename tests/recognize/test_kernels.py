"""Both kernels give equal columns on any text; answers kept are those that the guards give."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onoma.errors import Inconsistent
from onoma.ontology.hashing import HashSet, build_table, look_up
from onoma.ontology.keys import needs_guard
from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.columns import Spans, Work
from onoma.recognize.dictionary import Entries
from onoma.recognize.guards import RISKY, Surface, believed
from onoma.recognize.verdicts import FIELDS
from onoma.text.tokens import TextBatch, Tokens, mix
from onoma.types import TYPE_BIT
from tests.recognize.small_store import Entry, make_store

pytest.importorskip("numba", reason="the extra 'fast' is not installed")

NAMES = {
    "gene": ("TNF", "CAT", "was", "IL-2", "TNF-alpha", "PPARγ", "akt1", "MAX"),
    "disease": ("breast cancer", "breast", "cancer of the breast", "Sjögren syndrome", "AT-1"),
    "chemical": ("acetic acid", "4-aminobutyric acid", "β-carotene"),
    "organism": ("Escherichia coli", "Mus musculus", "mouse"),
    "cell_line": ("HeLa", "SD", "MCF-7"),
}
PARTS = st.sampled_from(
    [name for names in NAMES.values() for name in names]
    + ["the", "gene", "cells", "of", "THE", "Breast Cancers", "SJÖGREN’S", "½", "\u0301", "ﬁ", "(",
       "+", "-", "2", "α", "E. coli", "\ud800", "\x00", "乳癌", "\U0001f600", "x" * 70, "ж" * 3]
)  # fmt: skip
TEXT = st.lists(st.tuples(PARTS, st.sampled_from(["", " ", "-", ", ", "\n"])), max_size=25).map(
    lambda parts: "".join(a + b for a, b in parts)
)
ANY = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    entries = [
        Entry(f"MESH:D{kind[0]}{n}", name, kind, (), "mesh")
        for kind, names in NAMES.items()
        for n, name in enumerate(names)
    ]
    return make_store(entries, tmp_path_factory.mktemp("kernels"))


@pytest.fixture(scope="module")
def both(store: ConceptStore) -> tuple[DictionaryRecognizer, DictionaryRecognizer]:
    return DictionaryRecognizer(store, kernel="numpy"), DictionaryRecognizer(store, kernel="numba")


def same(
    both: tuple[DictionaryRecognizer, DictionaryRecognizer], texts: list[str]
) -> tuple[Work, Spans]:
    """Hold that both kernels give equal columns and return them."""
    batch = TextBatch.of(texts)
    one, other = (recognizer.read(batch) for recognizer in both)
    for name in Tokens.__slots__:
        mine, yours = getattr(one.tokens, name), getattr(other.tokens, name)
        assert mine.dtype == yours.dtype
        assert np.array_equal(mine, yours), name
    assert one.words.dtype == other.words.dtype
    assert np.array_equal(one.words, other.words)
    assert np.array_equal(one.capitals, other.capitals)
    found, again = both[0].find(one), both[1].find(other)
    for name in Spans.__slots__:
        assert np.array_equal(getattr(found, name), getattr(again, name)), name
    first, second = (each.kernel.leftmost_longest(found.start, found.end) for each in both)
    assert np.array_equal(first, second)
    return one, found


def judged(recognizer: DictionaryRecognizer, work: Work) -> list[tuple[int, int, int]]:
    """Return what is believed where every name of every match is judged afresh."""
    matches = recognizer.kernel.scan(recognizer.index, work.words, work.tokens.glued)
    if not len(matches):
        return []
    start = work.tokens.start[matches.start].astype(np.int64)
    end = work.tokens.end[matches.end - 1].astype(np.int64)
    rows = Entries.of(recognizer.store, matches.key)
    good = recognizer.believable(work, rows, matches.key, start=start, end=end)
    kept = np.flatnonzero(np.logical_or.reduceat(good, rows.first))
    columns = (start[kept].tolist(), end[kept].tolist(), matches.key[kept].tolist())
    return list(zip(*columns, strict=True))


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXT | ANY, max_size=4))
def test_equal_columns(
    both: tuple[DictionaryRecognizer, DictionaryRecognizer], texts: list[str]
) -> None:
    work, found = same(both, texts)
    columns = (found.start.tolist(), found.end.tolist(), found.key.tolist())
    assert list(zip(*columns, strict=True)) == judged(both[0], work)


def test_equal_columns_on_abstracts(
    both: tuple[DictionaryRecognizer, DictionaryRecognizer],
) -> None:
    shared = Path(os.environ.get("ONOMA_SHARED", Path(__file__).parents[3] / "shared"))
    path = shared / "data" / "pubmed-abstracts" / "abstracts.jsonl.gz"
    if not path.exists():
        pytest.skip("the shared abstracts are not here")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        texts = [json.loads(line)["abstract"] or "" for line in islice(handle, 400)]
    work, found = same(both, texts)
    assert len(work.tokens) > 50_000
    assert len(found) > 20


def test_no_document_at_all(both: tuple[DictionaryRecognizer, DictionaryRecognizer]) -> None:
    for texts in ([], [""], ["", " "], ["\u0301"]):
        _, found = same(both, texts)
        assert not len(found)


def test_kept_answers_hold_all_that_the_guards_read() -> None:
    assert {name for name, _ in FIELDS} == set(Surface.__slots__)


def test_what_needs_no_guard_is_believed_however_it_is_written() -> None:
    traits = np.flatnonzero(~needs_guard(np.arange(256, dtype=np.uint8))).astype(np.uint8)
    traits = traits[traits & RISKY > 0]  # the guards look at these names only
    assert len(traits)
    sizes = [(c, n, s) for n in (1, 2, 3, 4, 7, 8, 20) for c in range(n + 1) for s in (0, 1, 3)]
    for kind in ("gene", "disease", "chemical"):
        for loud in (False, True):
            for near in (False, True):
                for upper in (0, 1, 3, 20):
                    _hold(traits, sizes, kind=kind, flags=(loud, near), upper=upper)


def _hold(
    traits: npt.NDArray[np.uint8],
    sizes: list[tuple[int, int, int]],
    *,
    kind: str,
    flags: tuple[bool, bool],
    upper: int,
) -> None:
    capitals, length, spaces = (np.repeat(c, len(traits)) for c in np.array(sizes).T)
    count = len(capitals)
    surface = Surface(
        capitals=capitals, length=length, spaces=spaces,
        loud=np.full(count, flags[0]), near_gene=np.full(count, flags[1]),
        initial=capitals > 0,
    )  # fmt: skip
    rows = np.tile(traits, len(sizes))
    types = np.full(count, TYPE_BIT[kind], np.uint32)
    assert believed(rows, np.full(count, upper, np.uint8), types, surface).all()


@example([25841277, 0, 1, 2])  # a hash of nothing but zeros beside another in its bucket
@given(st.lists(st.integers(0, (1 << 64) - 1), min_size=1, max_size=300, unique=True))
def test_hash_table(hashes: list[int]) -> None:
    keys = mix(np.array(hashes, np.uint64))
    half = len(keys) // 2
    payloads = np.arange(1, half + 1, dtype=np.uint64)
    slots = build_table(keys[:half], payloads, payload_bits=24, load=0.7)
    expected = np.concatenate([payloads, np.zeros(len(keys) - half, np.uint64)])
    assert np.array_equal(look_up(slots, keys, payload_bits=24), expected)
    assert np.array_equal(HashSet(keys[:half]).holds(keys), expected > 0)


def test_a_full_hash_table_finds_all_or_says_so() -> None:
    rng = np.random.default_rng(3)
    keys = np.unique(rng.integers(0, 1 << 63, 5000).astype(np.uint64))
    payloads = np.arange(1, len(keys) + 1, dtype=np.uint64)
    slots = build_table(keys, payloads, payload_bits=24, load=0.85)
    assert np.array_equal(look_up(slots, keys, payload_bits=24), payloads)
    with pytest.raises(Inconsistent, match="too full"):
        build_table(keys, payloads, payload_bits=24, load=1.2)
    with pytest.raises(Inconsistent, match="agree"):
        build_table(keys[[0, 0]], payloads[:2], payload_bits=24, load=0.5)


@pytest.mark.parametrize("name", ["kernel_numba", "verdicts_numba"])
def test_compiled_code_is_made_anew_when_a_constant_changes(name: str) -> None:
    module = import_module(f"onoma.recognize.{name}")
    numbers = {
        key: str(value)
        for key, value in vars(module).items()
        if key.startswith("_") and isinstance(value, (int, np.integer, tuple))
    }
    digest = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]
    assert digest == module.CONSTANTS, f"write CONSTANTS = {digest!r} in {name}.py"

"""The matcher against a plain search, and what is kept of overlapping matches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import ExtraMissing, UnknownName
from onoma.ontology.store import ConceptStore
from onoma.ontology.trie import build_trie, whole_key
from onoma.recognize.scan import (
    Kernel,
    MatcherIndex,
    kernel_named,
    leftmost_longest,
    scan,
)
from onoma.text.tokens import TextBatch
from tests.recognize.small_store import Entry, make_store

WORDS = 6
KEYS = st.lists(
    st.lists(st.integers(1, WORDS - 1), min_size=1, max_size=6).map(tuple),
    min_size=1, max_size=30, unique=True,
)  # fmt: skip
TEXT = st.lists(st.tuples(st.integers(0, WORDS - 1), st.booleans()), min_size=1, max_size=40)


def index_of(keys: list[tuple[int, ...]]) -> MatcherIndex:
    """Return the matcher of keys given by their word ids."""
    start = np.concatenate([[0], np.cumsum([len(key) for key in keys])])
    trie = build_trie(start, np.array([w for key in keys for w in key], np.uint32), n_words=WORDS)
    return MatcherIndex(
        np.zeros(0, np.uint64), trie.roots, trie.nodes, trie.pairs, trie.paths, trie.key_hash,
        trie.key_length,
    )  # fmt: skip


def plain(
    keys: list[tuple[int, ...]], words: list[int], glued: list[bool]
) -> list[tuple[int, int, int]]:
    """Return all matches by comparing every key at every place."""
    found = []
    for start in range(len(words)):
        for number, key in enumerate(keys):
            end = start + len(key)
            cut = glued[start] or (end < len(words) and glued[end])
            if tuple(words[start:end]) == key and not cut:
                found.append((start, end, number))
    return sorted(found)


def kernels() -> list[Kernel]:
    """Return the kernels that can run here."""
    try:
        return [kernel_named("numpy"), kernel_named("numba")]
    except ExtraMissing:
        return [kernel_named("numpy")]


@settings(deadline=None)  # the first call compiles
@given(KEYS, TEXT)
def test_all_keys_are_found_and_no_other(
    keys: list[tuple[int, ...]], text: list[tuple[int, bool]]
) -> None:
    words, glued = [word for word, _ in text], [glue for _, glue in text]
    index = index_of(keys)
    for kernel in kernels():
        found = kernel.scan(index, np.array(words, np.uint32), np.array(glued, bool))
        rows = zip(found.start.tolist(), found.end.tolist(), found.key.tolist(), strict=True)
        assert list(rows) == plain(keys, words, glued), kernel.name


@given(KEYS, st.lists(st.integers(0, WORDS - 1), max_size=7))
def test_the_key_of_a_whole_sequence(keys: list[tuple[int, ...]], words: list[int]) -> None:
    index = index_of(keys)
    if 0 in words:
        return
    found = whole_key(
        np.array(words, np.uint32), roots=index.roots, nodes=index.nodes,
        key_hash=index.key_hash, key_length=index.key_length,
    )  # fmt: skip
    assert found == (keys.index(tuple(words)) if tuple(words) in keys else -1)


def test_keys_of_one_word_only() -> None:
    index = index_of([(1,), (3,)])
    found = scan(index, np.array([1, 2, 3], np.uint32), np.zeros(3, bool))
    assert found.key.tolist() == [0, 1]


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=40, unique=True)


@settings(deadline=None)
@given(SPANS)
def test_leftmost_longest(spans: list[tuple[int, int]]) -> None:
    rows = sorted((start, start + size) for start, size in spans)
    kept, limit = [], -1
    for place, (start, end) in enumerate(rows):
        longest = place + 1 == len(rows) or rows[place + 1][0] != start
        if longest and start >= limit:
            kept.append(place)
            limit = end
    table = np.array(rows, np.int64).reshape(-1, 2)
    assert leftmost_longest(table[:, 0], table[:, 1]).tolist() == kept
    for kernel in kernels():
        assert kernel.leftmost_longest(table[:, 0].copy(), table[:, 1].copy()).tolist() == kept


def test_unknown_kernel() -> None:
    with pytest.raises(UnknownName):
        kernel_named("cuda")


def test_a_kernel_without_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onoma.recognize.kernel_numba", None)
    monkeypatch.delattr("onoma.recognize.kernel_numba", raising=False)
    with pytest.raises(ExtraMissing, match="fast"):
        kernel_named("numba")
    assert kernel_named("auto").name == "numpy"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    names = ("breast cancer", "breast", "cancer", "cancer of the breast", "TNF", "TNF-alpha")
    entries = [Entry(f"MESH:D{n}", name, "disease", (), "mesh") for n, name in enumerate(names)]
    return make_store(entries, tmp_path_factory.mktemp("scan"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Breast cancers", ["Breast", "Breast cancers", "cancers"]),
        ("cancer of breast", ["cancer", "cancer of breast", "breast"]),
        ("the cancer of the breast", ["cancer", "cancer of the breast", "breast"]),
        ("TNFα", ["TNFα"]),
        ("TNF-alpha", ["TNF", "TNF-alpha"]),
        ("TNF2", []),
        ("breast-cancer", ["breast", "breast-cancer", "cancer"]),
    ],
)
def test_whole_tokens_only(store: ConceptStore, text: str, expected: list[str]) -> None:
    index = MatcherIndex.of(store)
    for kernel in kernels():
        tokens, words, _ = kernel.read(TextBatch.of([text]).codes, index.words)
        found = kernel.scan(index, words, tokens.glued)
        spans = zip(tokens.start[found.start], tokens.end[found.end - 1], strict=True)
        assert [text[a:b] for a, b in spans] == expected, kernel.name

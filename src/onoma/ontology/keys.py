"""Names to keys: the sequences of word ids that the matcher looks for, with the names behind each.

Several names share a key (case, hyphens, plural, spelling folded away); a key keeps them all, best
first, so that the linker can prefer the one written as in the text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent
from onoma.ontology.columns import Columns
from onoma.ontology.naming import (
    ALL_CAPS,
    COMMON,
    HAS_DIGIT,
    SHORT,
    SYMBOL,
    hyphenations,
    is_fragment,
    name_traits,
    spellings,
    without_short_form,
)
from onoma.ontology.phrasing import (
    adjectives,
    cancers,
    disorders,
    dysfunctions,
    malignancies,
    rephrasings,
)
from onoma.ontology.sources import rule_name
from onoma.ontology.trie import Trie, build_trie, sequence_sums
from onoma.ontology.wordtable import WordUse, build_words
from onoma.text.characters import SEPARATOR, fold
from onoma.text.tokens import TextBatch, tokenise, without_articles
from onoma.text.variants import FUNCTION_WORDS
from onoma.types import SCOPES, TYPE_BIT

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]  # (2, n_tokens)

MOST_WORDS = 24  # longer names are systematic chemical names that no text holds
CHUNK = 20_000  # names folded at once
WEAK = (SCOPES.index("related"), SCOPES.index("broad"))
PHRASED = frozenset({"hpo", "onoma"})
INVERTED = frozenset({"mesh", "mesh-scr"})
FINDING = TYPE_BIT["phenotype"]
HYPHENATED = FINDING | TYPE_BIT["disease"] | TYPE_BIT["anatomy"] | TYPE_BIT["process"]
FAMILIES = (
    TYPE_BIT["disease"] | TYPE_BIT["phenotype"] | TYPE_BIT["clinical_modifier"],
    TYPE_BIT["gene"] | TYPE_BIT["protein"],
    TYPE_BIT["chemical"] | TYPE_BIT["drug"] | TYPE_BIT["food"],
    TYPE_BIT["organism"] | TYPE_BIT["microbe"] | TYPE_BIT["cell_type"] | TYPE_BIT["cell_line"],
)
"""Types whose vocabularies overlap on purpose: a loose name of one may be the label of another."""
LIVING = len(FAMILIES)  # the number of the last family
EPONYM_HEADS = frozenset(
    [
        "anomaly", "ataxia", "chorea", "complex", "deformity", "disease", "disorder", "dystrophy",
        "encephalopathy", "lymphoma", "malformation", "palsy", "phenomenon", "reaction", "reflex",
        "sarcoma", "sign", "syndrome", "test", "tumor",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyTables:
    """The matcher's arrays and the entries behind each key."""

    words: U64
    trie: Trie
    key_types: U32
    key_entry_start: U32
    entry_name: U32
    entry_traits: npt.NDArray[np.uint8]
    entry_upper: npt.NDArray[np.uint8]
    key_safe: U32  # types for which some name needs no guard (see ``recognize.dictionary``)


@dataclass(frozen=True, slots=True)
class _Entries:
    """A row per matchable string: which name it writes and whether a rule made it."""

    name: I64
    text: list[str]
    made: npt.NDArray[np.bool_]


def build_keys(
    columns: Columns, *, common: frozenset[str], progress: Callable[[str, float], None]
) -> KeyTables:
    """Return the keys of all names whose concept has a semantic type."""
    entries = _entries(columns)
    hashes, lengths, places = _fold_all(entries.text, progress)
    progress("words", 0.4)
    distinct, first, inverse, counts = np.unique(
        hashes, return_index=True, return_inverse=True, return_counts=True
    )
    del hashes
    tokens = inverse.ravel().astype(np.uint32)  # half the room: these columns are the longest
    del inverse
    uses = _word_uses(entries, lengths, places, distinct=first, tokens=tokens, counts=counts)
    del places
    words, use_ids, canonical = build_words(uses, distinct)
    del uses
    ids = use_ids[tokens]
    del tokens
    progress("keys", 0.6)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    keep = _usable(entries, lengths, ids, canonical, starts)
    return _assemble(columns, entries, keep, ids, starts, words=words, n_words=len(canonical),
                     common=common)  # fmt: skip


def _entries(columns: Columns) -> _Entries:
    rules = [rule_name(source) for source in columns.sources]
    types = columns.types[columns.name_concept]
    names, made = array("q"), bytearray()
    texts: list[str] = []
    for begin in range(0, len(types), CHUNK):
        part = slice(begin, begin + CHUNK)
        rows = zip(
            columns.name_text[part], columns.name_source[part].tolist(), types[part].tolist(),
            strict=True,
        )  # fmt: skip
        for name, (text, source, bits) in enumerate(rows, start=begin):
            if not bits:
                continue
            for written, is_made in _written(text, rules[source], types=bits):
                names.append(name)
                texts.append(written)
                made.append(is_made)
    return _Entries(np.frombuffer(names, np.int64), texts, np.frombuffer(made, np.bool_))


def _written(name: str, source: str, *, types: int) -> Iterator[tuple[str, bool]]:
    """Yield the strings under which a name is looked for, and whether a rule made each.

    A catalogue's inverted heading ("Fistula, Oesophageal") is not how one writes: in running text
    its words stand on two sides of a comma by chance. Its natural order takes its place.
    """
    text = without_short_form(name)
    others = list(dict.fromkeys(spellings(text))) if " " in text else []
    if ", " in text and others and source in INVERTED:
        yield others[0], False
        others = others[1:]
    else:
        yield text, False
    if source in PHRASED and types & FINDING:
        others.extend(rephrasings(text))
    if types & TYPE_BIT["disease"]:
        others.extend(disorders(text))
        others.extend(dysfunctions(text))
        others.extend(adjectives(text))
        others.extend(malignancies(text))
        if source == "mesh":
            others.extend(cancers(text))
    if types & HYPHENATED:
        others.extend(hyphenations(text))
    for other in dict.fromkeys(others):
        if not is_fragment(other):
            yield without_short_form(other), True


def _fold_all(texts: list[str], progress: Callable[[str, float], None]) -> tuple[U64, I64, Places]:
    """Return all token hashes, tokens per text, and start and end of each token in its text."""
    hashes, lengths, places = [], [], []
    for begin in range(0, len(texts), CHUNK):
        chunk = texts[begin : begin + CHUNK]
        batch = TextBatch.of(chunk)
        tokens = without_articles(tokenise(batch.codes))
        real = batch.codes[tokens.start] != ord(SEPARATOR)
        start = tokens.start[real]
        owner = np.searchsorted(batch.doc_start, start, side="right") - 1
        lengths.append(np.bincount(owner, minlength=len(chunk)))
        hashes.append(tokens.hash[real])
        base = batch.doc_start[owner]
        places.append(np.stack([start - base, tokens.end[real] - base]).astype(np.int32))
        progress("folding names", 0.1 + 0.3 * begin / len(texts))
    if not hashes:
        return np.empty(0, np.uint64), np.empty(0, np.int64), np.empty((2, 0), np.int32)
    return np.concatenate(hashes), np.concatenate(lengths), np.concatenate(places, axis=1)


def _word_uses(
    entries: _Entries,
    lengths: I64,
    places: Places,
    *,
    distinct: I64,
    tokens: U32,
    counts: I64,
) -> list[WordUse]:
    """Return text, count and use of each distinct word (``distinct``: its first token)."""
    stop = np.cumsum(lengths)
    owner = np.searchsorted(stop, distinct, side="right")
    start, end = places[:, distinct]
    heads = np.zeros(len(distinct), bool)
    heads[tokens[stop[lengths > 0] - 1]] = True
    heads[tokens[np.maximum(stop[lengths > 1] - 2, 0)]] = True
    texts = [
        fold(entries.text[o][s:e])
        for o, s, e in zip(owner.tolist(), start.tolist(), end.tolist(), strict=True)
    ]
    eponyms = _eponyms(texts, tokens)
    return [
        WordUse(text or "\0", int(count), bool(head), text in eponyms)
        for text, count, head in zip(texts, counts.tolist(), heads.tolist(), strict=True)
    ]


def _eponyms(texts: list[str], tokens: U32) -> set[str]:
    """Return words that stand before "disease", "syndrome" and the like."""
    is_head = np.fromiter((text in EPONYM_HEADS for text in texts), bool, len(texts))
    before = tokens[:-1][is_head[tokens[1:]]]
    return {texts[word] for word in np.unique(before).tolist() if texts[word].isalpha()}


def _usable(
    entries: _Entries, lengths: I64, ids: U32, canonical: list[str], starts: I64
) -> npt.NDArray[np.int64]:
    """Return the entries that may be matched: some letter, not function words alone, not long."""
    empty = np.fromiter(
        (w in FUNCTION_WORDS or not any(map(str.isalpha, w)) or len(w) < 2 for w in canonical),
        bool,
        len(canonical),
    )
    telling = np.zeros(len(ids) + 1, np.int32)
    np.cumsum(~empty[ids], out=telling[1:])
    single = np.fromiter((len(w) == 1 for w in canonical), bool, len(canonical))
    short_ok = np.zeros(len(ids) + 1, np.int32)
    np.cumsum(single[ids] & empty[ids], out=short_ok[1:])
    has_word = (telling[starts[1:]] - telling[starts[:-1]]) > 0
    mixed = (short_ok[starts[1:]] - short_ok[starts[:-1]] > 0) & (lengths > 1)
    lettered = np.fromiter((any(map(str.isalpha, t)) for t in entries.text), bool, len(lengths))
    return np.flatnonzero((lengths > 0) & (lengths <= MOST_WORDS) & lettered & (has_word | mixed))


def _assemble(
    columns: Columns,
    entries: _Entries,
    keep: I64,
    ids: U32,
    starts: I64,
    *,
    words: U64,
    n_words: int,
    common: frozenset[str],
) -> KeyTables:
    """Group entries by key and order each group: own spelling first, then scope, source."""
    lengths = starts[keep + 1] - starts[keep]
    kept_start = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.repeat(starts[keep] - kept_start[:-1], lengths)
    flat += np.arange(kept_start[-1])
    kept_words = ids[flat]
    del flat
    states = sequence_sums(kept_start[:-1], lengths, kept_words)
    _, first, key = np.unique(states, return_index=True, return_inverse=True)
    key = key.ravel()
    _check_same(kept_start, kept_words, first, key)
    order = _ordered(columns, entries, keep, key, common=common)
    names, made = entries.name[keep], entries.made[keep]
    used = np.zeros(len(first), bool)  # a key may have lost all its names
    used[key[order]] = True
    key, first = (np.cumsum(used) - 1)[key], first[used]
    names, made, key_sorted = names[order], made[order], key[order]
    key_lengths = lengths[first]
    key_start = np.concatenate([[0], np.cumsum(key_lengths)])
    take = np.repeat(kept_start[first] - key_start[:-1], key_lengths) + np.arange(key_start[-1])
    trie = build_trie(key_start, kept_words[take], n_words=n_words)
    texts = [columns.name_text[n] for n in names.tolist()]
    types = columns.types[columns.name_concept[names]]
    key_entry_start = np.searchsorted(key_sorted, np.arange(len(first) + 1)).astype(np.uint32)
    traits = np.fromiter((name_traits(t, common) for t in texts), np.uint8, len(texts))
    capitals = (min(255, sum(map(str.isupper, text))) for text in texts)
    guarded = np.uint32(TYPE_BIT["cell_line"] | TYPE_BIT["organism"])
    safe = np.where(needs_guard(traits) | (types & guarded > 0), 0, types)
    return KeyTables(
        words=words,
        trie=trie,
        key_types=np.bitwise_or.reduceat(types, key_entry_start[:-1].astype(np.int64)),
        key_entry_start=key_entry_start,
        key_safe=np.bitwise_or.reduceat(safe, key_entry_start[:-1].astype(np.int64)),
        entry_name=(names | (made.astype(np.int64) << 31)).astype(np.uint32),
        entry_traits=traits,
        entry_upper=np.fromiter(capitals, np.uint8, len(texts)),
    )


def needs_guard(traits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return whether what is written decides if a name is believed (``recognize.guards``).

    An everyday word that is no symbol is believed however it is written.
    """
    shouted = (traits & COMMON > 0) & (traits & (HAS_DIGIT | ALL_CAPS) > 0)
    return np.asarray((traits & (SYMBOL | SHORT) > 0) | shouted)


def _ordered(
    columns: Columns, entries: _Entries, keep: I64, key: I64, *, common: frozenset[str]
) -> I64:
    """Return the places of the entries that stay, key by key, the best of each first."""
    names, made = entries.name[keep], entries.made[keep]
    order = np.lexsort(
        (columns.name_source[names], columns.name_scope[names], made.astype(np.uint8), key)
    )
    order = _without_repeats(order, key, columns.name_concept[names])
    written = [entries.text[i] for i in keep.tolist()]
    return _without_weak(
        order,
        key,
        np.isin(columns.name_scope[names], WEAK),
        families=_families(columns.types[columns.name_concept[names]]),
        one_word=np.fromiter((" " not in text for text in written), bool, len(keep)),
        plain=np.fromiter((text.lower() in common for text in written), bool, len(keep)),
        lent=columns.name_source[names] == _number_of(columns, "drugbank"),
        label=(columns.name_scope[names] == SCOPES.index("label")) & ~made.astype(bool),
    )


def _without_repeats(order: I64, key: I64, concept: U32) -> I64:
    """Keep the first entry of each (key, concept)."""
    pair = (key[order].astype(np.uint64) << np.uint64(32)) | concept[order].astype(np.uint64)
    _, first = np.unique(pair, return_index=True)
    return np.asarray(order[np.sort(first)])


def _families(types: U32) -> npt.NDArray[np.uint8]:
    """Return the number of the family of each concept's types, 0 for those outside all."""
    out = np.zeros(len(types), np.uint8)
    for number, bits in enumerate(FAMILIES, start=1):
        out[(types & np.uint32(bits)) != 0] = number
    return out


def _number_of(columns: Columns, source: str) -> int:
    return columns.sources.index(source) if source in columns.sources else 255


def _without_weak(
    order: I64,
    key: I64,
    weak: Bools,
    *,
    families: npt.NDArray[np.uint8],
    one_word: Bools,
    plain: Bools,
    lent: Bools,
    label: Bools,
) -> I64:
    """Drop what is no name of its concept in running text.

    A loose synonym of one word (``weak``) yields to what is called so itself: "skin" is no skin
    tumour, while "epilepsy", the label of a disease, may stay a loose name of the phenotype. A
    loose synonym that is an everyday word (``plain``: "soft" for a syndrome) goes, unless it is
    the ``label`` of a concept of its family. What DrugBank
    calls after a species or cell (``lent``: its allergen extracts) yields to the species.
    """
    family = families[order]
    size = int(key.max(initial=0)) + 1
    home = key[order] * (len(FAMILIES) + 1) + family
    loose = weak[order]
    strong = np.zeros(size, bool)
    strong[key[order[~loose]]] = True
    at_home = np.zeros(size * (len(FAMILIES) + 1), bool)
    at_home[home[~loose]] = True
    titled = np.zeros(len(at_home), bool)
    titled[home[label[order]]] = True
    foreign = strong[key[order]] & ~at_home[home]
    living = np.zeros(size, bool)
    living[key[order[(family == LIVING) & ~loose]]] = True
    gone = loose & one_word[order] & (foreign | (plain[order] & ~titled[home]))
    gone |= lent[order] & living[key[order]]
    return np.asarray(order[~gone])


def _check_same(start: I64, words: U32, first: I64, key: I64) -> None:
    """Raise Inconsistent if two names with other words came to one state."""
    lengths = np.diff(start)
    model = first[key]
    if not np.array_equal(lengths, lengths[model]):
        raise Inconsistent("two keys of different lengths share a state")
    flat = np.repeat(start[model] - start[:-1], lengths) + np.arange(start[-1])
    if not np.array_equal(words, words[flat]):
        raise Inconsistent("two different keys share a state")

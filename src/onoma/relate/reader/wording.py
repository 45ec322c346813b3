"""What words and numbers say of a pair beside the network: linear weights of words, then trees.

A task's words weigh for each of its kinds; boosted trees take these margins with the numbers of the
pair (``pair_numbers``), what the words say of the other pairs of its text (``features.rivals``,
``features.agreeing``, ``features.neighbours``), and how often it and its ends were tied in the
texts learnt from; they give the log odds of each kind. The network's scores are joined to them by a
scale (``folder``).
Words are kept by their hashes: no string of a corpus ships.

What is novel is told by words and numbers without trees, the cues of ``novelty_cues`` among them.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.link.candidates.trees import Forest
from onoma.relate.features import PairRows, agreeing, neighbours, rivals
from onoma.relate.instances import RelationText
from onoma.relate.novelty_cues import novelty_cues
from onoma.relate.systems.priors import Key, Priors, prior_keys

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
FAR = -6.0
"""The log odds of a kind that there was no example of."""
NEAR_RIVAL = (0, 1, 4, 5)
"""The columns of ``rivals`` that are told of each kind: the best rival's, and how far above it."""
LEAST_CODE = 6  # of 127: what weighs less is left out, and files of zeros pack well
MOST_HALF = 65504.0  # the largest number of 16 bits
MOST_SPREAD = 3.0  # from the mean of a number, in units of its spread
FOREST = ("feature", "threshold", "values", "base")
NUMBERS = ("mean", "spread", "weights")


@dataclass(frozen=True, slots=True)
class WordWeights:
    """Weights of words for each kind: ``codes`` int8 (words, kinds) times ``scale`` (kinds,).

    ``hashes`` (words,) are sorted; ``bias`` (kinds,) is added.
    """

    hashes: I64
    codes: npt.NDArray[np.int8]
    scale: F32
    bias: F32

    @classmethod
    def of(cls, hashes: I64, weights: npt.NDArray[Any], bias: npt.NDArray[Any]) -> WordWeights:
        """Return the weights rounded to eight bits; ``weights`` is (words, kinds)."""
        order = np.argsort(hashes)
        scale = np.maximum(np.abs(weights).max(0, initial=0) / 127, 1e-9)
        codes = np.rint(weights[order] / scale).astype(np.int8)
        codes[np.abs(codes) < LEAST_CODE] = 0
        return cls(hashes[order], codes, scale.astype(np.float32), bias.astype(np.float32))

    def margins(self, rows: PairRows) -> F32:
        """Return the log odds of each kind, (pairs, kinds)."""
        place = np.searchsorted(self.hashes, rows.words)
        place = np.minimum(place, len(self.hashes) - 1)
        known = self.hashes[place] == rows.words
        owner = np.repeat(np.arange(len(rows)), np.diff(rows.start))
        sums = np.zeros((len(rows), len(self.bias)), np.int64)
        np.add.at(sums, owner[known], self.codes[place[known]])
        return np.asarray(sums * self.scale + self.bias, np.float32)


@dataclass(frozen=True, slots=True)
class PairCounts:
    """How often a pair, and each of its ends, was tied in the training texts, by hashes of names.

    ``hashes`` (keys,) are sorted; ``counts`` (keys, 2) are tied and seen; ``share`` is the
    overall one, to which shares are drawn.
    """

    hashes: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    share: float

    @classmethod
    def of(cls, counts: Iterable[tuple[Key, int, int]]) -> PairCounts:
        """Return the counts by key; pairs seen once and not tied are left out, as if unseen."""
        every = list(counts)
        firsts = [(tied, seen) for key, tied, seen in every if key[0] == "first"]
        share = sum(tied for tied, _ in firsts) / max(sum(seen for _, seen in firsts), 1)
        kept = {_hash(key): (tied, seen) for key, tied, seen in every if tied or seen > 1}
        hashes = np.array(sorted(kept), np.uint32)
        table = np.array([kept[one] for one in hashes.tolist()], np.int64).reshape(-1, 2)
        return cls(hashes, np.minimum(table, 65535).astype(np.uint16), share)

    def columns(self, text: RelationText, pairs: Sequence[tuple[int, int]]) -> F32:
        """Return tied, seen and the share of each pair and its two ends, (pairs, 9)."""
        keys = [_hash(key) for pair in pairs for key in prior_keys(text, pair)]
        wanted = np.array(keys, np.uint32)
        known = np.isin(wanted, self.hashes)
        found = np.zeros((len(wanted), 2), np.float32)
        found[known] = self.counts[np.searchsorted(self.hashes, wanted[known])]
        shares = (found[:, :1] + self.share) / (found[:, 1:] + 1)
        return np.concatenate([found, shares], 1).reshape(len(pairs), Priors.WIDTH)


@dataclass(frozen=True, slots=True)
class NumberWeights:
    """Weights of a pair's numbers for one kind, in units of their spread: (numbers,) each."""

    mean: F32
    spread: F32
    weights: F32

    def scaled(self, numbers: F32) -> F32:
        """Return numbers in units of their spread, the far ones cut."""
        far = (numbers - self.mean) / self.spread
        return np.asarray(np.clip(far, -MOST_SPREAD, MOST_SPREAD), np.float32)

    def margins(self, numbers: F32) -> F32:
        """Return what numbers add to the log odds, (pairs,)."""
        return self.scaled(numbers) @ self.weights


def _hash(key: Key) -> int:
    return zlib.crc32(repr(key).encode())


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and the trees of a task; one forest a kind; ``counts`` where pairs are known.

    ``is_listed`` says whether the words are those of sentences whose lists are read as one, too.
    With ``numbers`` there are no trees but weights of numbers, cues of novelty among them; words
    then weigh the less, the more of them a pair has (rows of unit length).
    """

    words: WordWeights
    forests: tuple[Forest, ...]
    counts: PairCounts | None = None
    is_listed: bool = True
    numbers: NumberWeights | None = None

    def beside_counts(
        self, rows: PairRows, text: RelationText, pairs: Sequence[tuple[int, int]]
    ) -> PairRows:
        """Return a text's rows with the counts of its pairs among the numbers."""
        if self.counts is None:
            return rows
        return with_numbers(rows, self.counts.columns(text, pairs))

    def beside_cues(
        self, rows: PairRows, text: RelationText, pairs: Sequence[tuple[int, int]]
    ) -> PairRows:
        """Return a text's rows with the cues of novelty among the numbers, where they weigh."""
        return rows if self.numbers is None else with_numbers(rows, novelty_cues(text, pairs))

    def margins(self, rows: PairRows, ends: I64) -> F32:
        """Return the log odds of each kind, (pairs, kinds); ``ends`` are of ``pair_ends``."""
        if self.numbers is not None:
            words = (self.words.margins(rows) - self.words.bias) / row_lengths(rows)[:, None]
            return words + self.words.bias + self.numbers.margins(rows.numbers)[:, None]
        table = beside_others(rows, self.words.margins(rows), ends)
        return np.stack([forest.margins(table) for forest in self.forests], 1)


def row_lengths(rows: PairRows) -> F32:
    """Return the length of each row of words as a vector, 1 at least."""
    return np.sqrt(np.maximum(np.diff(rows.start), 1)).astype(np.float32)


def with_numbers(rows: PairRows, columns: F32) -> PairRows:
    """Return rows with more numbers."""
    return replace(rows, numbers=np.concatenate([rows.numbers, columns], 1))


def beside_others(rows: PairRows, margins: npt.NDArray[Any], ends: I64) -> F32:
    """Return what the trees look at: numbers, the words' margins, and those of other pairs."""
    best = margins.max(1, initial=FAR)
    table = [rows.numbers, margins, rivals(best, ends), agreeing(margins, ends)]
    table += [rivals(column, ends)[:, NEAR_RIVAL] for column in margins.T]
    table.append(neighbours(best, ends))
    return np.concatenate(table, 1).astype(np.float32)


def write_wordings(path: Path, wordings: Mapping[str, Wording]) -> None:
    """Write the wordings of tasks into a file."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for task, one in wordings.items():
        own: dict[str, npt.NDArray[Any]] = {
            "hashes": one.words.hashes.astype(np.uint32),
            "codes": one.words.codes,
            "scale": one.words.scale,
            "bias": one.words.bias,
            "listed": np.array(one.is_listed),
        }
        if one.numbers is not None:
            own |= {key: getattr(one.numbers, key).astype(np.float32) for key in NUMBERS}
        else:
            own |= _trees(one.forests)
        if one.counts is not None:
            own |= {"keys": one.counts.hashes, "counts": one.counts.counts}
            own["share"] = np.array(one.counts.share)
        arrays |= {f"{task}/{key}": value for key, value in own.items()}
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # its stub lacks names
    part.replace(path)


def _trees(forests: Sequence[Forest]) -> dict[str, npt.NDArray[Any]]:
    own = {key: np.stack([forest.arrays()[key] for forest in forests]) for key in FOREST}
    own["threshold"] = np.clip(own["threshold"], -MOST_HALF, MOST_HALF).astype(np.float16)
    own["values"] = own["values"].astype(np.float16)
    return own


def read_wordings(path: Path) -> dict[str, Wording]:
    """Return what ``write_wordings`` wrote, nothing where there is no such file.

    Raises: BadFile: damaged.
    """
    if not path.is_file():
        return {}
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return {
            task: _wording(arrays, task) for task in sorted({n.partition("/")[0] for n in arrays})
        }
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadFile(f"{path}: damaged", hint="copy the folder again") from error


def _wording(arrays: Mapping[str, npt.NDArray[Any]], task: str) -> Wording:
    is_linear = f"{task}/weights" in arrays
    names = ("hashes", "codes", "scale", "bias", *(NUMBERS if is_linear else FOREST))
    own: dict[str, npt.NDArray[Any]] = {name: arrays[f"{task}/{name}"] for name in names}
    words = WordWeights(own["hashes"].astype(np.int64), own["codes"], own["scale"], own["bias"])
    if is_linear:
        numbers = NumberWeights(own["mean"], own["spread"], own["weights"])
        return Wording(words, (), None, bool(arrays[f"{task}/listed"]), numbers)
    count = len(own["base"])
    forests = tuple(
        Forest.of_arrays({key: own[key][number] for key in FOREST}) for number in range(count)
    )
    is_listed = bool(arrays.get(f"{task}/listed", False))  # a file without it is an older one
    if f"{task}/keys" not in arrays:
        return Wording(words, forests, None, is_listed)
    keys, counts, share = (arrays[f"{task}/{name}"] for name in ("keys", "counts", "share"))
    return Wording(words, forests, PairCounts(keys, counts, float(share)), is_listed)

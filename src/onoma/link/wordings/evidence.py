"""What speaks for a span's being another wording of a name, as a table for trees to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.features import Sides, WordFacts, WordLists, compared
from onoma.link.wordings.names import NameRows
from onoma.link.wordings.spans import Drawn, Read

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CHEAP = (
    "cover", "kept", "words", "content", "name_words", "strange", "others", "starts", "ends",
    "before", "after", "term_least", "term_mean", "term_most", "inside", "mentions", "best_cover",
    "rivals", "narrowness", "first_term", "last_term", "names", "joins",
    "links",
)  # fmt: skip
COSTLY = (
    "cosine", "behind", "next_cosine", "rank", "kept_soft", "cover_soft", "kept_same", "cover_same",
    "left", "more", "idle_left", "idle_more", "rare_left", "rare_more", "number", "head", "first",
    "name_head", "same_concept", "broader", "sieve", "shortness",
    "verbatim",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Mentions of texts, in offsets of ``Words.text``, sorted by start: their answers' CURIEs."""

    start: I64
    end: I64
    curie: tuple[str | None, ...]

    @classmethod
    def of(cls, mentions: Sequence[Sequence[tuple[int, int, str | None]]], base: I64) -> Known:
        """Take the mentions of each text: start, end, CURIE."""
        rows = sorted(
            {
                (start + int(first), end + int(first), curie)
                for first, some in zip(base.tolist(), mentions, strict=True)
                for start, end, curie in some
            },
            key=lambda row: (row[0], row[1], row[2] or ""),
        )
        return cls(
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.int64),
            tuple(row[2] for row in rows),
        )

    def free(self, start: I64, end: I64, size: int) -> Bools:
        """Return which spans cut no mention in two and are none themselves."""
        inner = np.zeros(size + 2, np.int64)
        np.add.at(inner, self.start + 1, 1)
        np.add.at(inner, self.end, -1)
        held = np.cumsum(inner) > 0
        own = set(zip(self.start.tolist(), self.end.tolist(), strict=True))
        equal = [pair in own for pair in zip(start.tolist(), end.tolist(), strict=True)]
        return np.asarray(~held[start] & ~held[end] & ~np.array(equal, bool))

    def within(self, start: I64, end: I64, size: int) -> tuple[I64, I64, F32]:
        """Return where the mentions inside each span begin and stop, and their share of it."""
        cover = np.zeros(size + 2, np.int64)
        np.add.at(cover, self.start, 1)
        np.add.at(cover, self.end, -1)
        sums = np.concatenate([[0], np.cumsum(np.cumsum(cover) > 0)])
        first = np.searchsorted(self.start, start, side="left")
        last = np.searchsorted(self.start, end, side="left")
        share = (sums[end] - sums[start]) / np.maximum(end - start, 1)
        return first, last, share.astype(np.float32)


def chosen(drawn: Drawn, most: int, names: NameRows) -> Drawn:
    """Return the ``most`` best rows of each span, each answer once."""
    key = drawn.key
    answer = names.answer[drawn.row]
    order = np.lexsort((names.whole[drawn.row], -drawn.cover, key))
    pair = key[order] * np.int64(1 << 24) + answer[order] % (1 << 24)
    _, lead = np.unique(pair, return_index=True)
    order = order[np.sort(lead)]
    begun = np.searchsorted(key[order], key[order])
    return drawn.keep(order[np.arange(len(order)) - begun < most])


@dataclass(frozen=True)
class Evidence:
    """Makes the tables; ``terms``: per word of the names, how much rather names have it."""

    names: NameRows
    facts: WordFacts
    terms: F32

    def cheap(self, said: Read, drawn: Drawn, known: Known) -> F32:
        """Return the columns ``CHEAP`` of spans."""
        names, words = self.names, said.words
        size = len(drawn.first)
        start, end = spans_of(said, drawn)
        number = said.number
        weight = np.where(number >= 0, names.weight[number], float(np.log(1 + len(names)) + 1))
        weight = np.where(said.grammar, 0, weight)
        term = np.where(number >= 0, self.terms[number], -1.0)
        sums = np.concatenate([[0], np.cumsum(weight)])
        content = np.concatenate([[0], np.cumsum(~said.grammar)])
        strange = np.concatenate([[0], np.cumsum((number < 0) & ~said.grammar)])
        joins = np.concatenate([[0], np.cumsum(said.joining)])
        mass = sums[drawn.last + 1] - sums[drawn.first]
        row, place = spread(drawn.first, drawn.last)
        real = ~said.grammar[place]
        row, place = row[real], place[real]
        least, most = np.full(size, 9.0), np.full(size, -9.0)
        np.minimum.at(least, row, term[place])
        np.maximum.at(most, row, term[place])
        mean = np.bincount(row, weights=term[place], minlength=size)
        count = content[drawn.last + 1] - content[drawn.first]
        first, last, inside = known.within(start, end, len(words.text))
        before = np.maximum(drawn.first - 1, 0)
        after = np.minimum(drawn.last + 1, len(number) - 1)
        starts = (drawn.first == 0) | (said.stretch[before] != said.stretch[drawn.first])
        ends = (drawn.last == len(number) - 1) | (said.stretch[after] != said.stretch[drawn.last])
        key = drawn.key
        _, back, several = np.unique(key, return_inverse=True, return_counts=True)
        best = np.zeros(len(several), np.float32)
        np.maximum.at(best, back, drawn.cover)
        got = drawn.cover * names.whole[drawn.row]
        columns = {
            "cover": drawn.cover,
            "kept": np.minimum(got / np.maximum(mass, 1e-9), 1.5),
            "words": drawn.last - drawn.first + 1,
            "content": count,
            "name_words": np.diff(names.rows.start)[drawn.row],
            "strange": strange[drawn.last + 1] - strange[drawn.first],
            "others": mass - got,
            "starts": starts | said.grammar[before],
            "ends": ends | said.grammar[after],
            "before": np.where(starts, -3, np.where(said.grammar[before], -2, term[before])),
            "after": np.where(ends, -3, np.where(said.grammar[after], -2, term[after])),
            "term_least": least,
            "term_mean": mean / np.maximum(count, 1),
            "term_most": most,
            "inside": inside,
            "mentions": last - first,
            "best_cover": drawn.cover - best[back],
            "rivals": several[back],
            "narrowness": names.whole[drawn.row],
            "first_term": term[drawn.first],
            "last_term": term[drawn.last],
            "names": np.log1p(names.several[drawn.row]),
            "joins": joins[drawn.last + 1] - joins[drawn.first],
            "links": drawn.last - drawn.first + 1 - count,
        }
        return np.stack([np.asarray(columns[one], np.float32) for one in CHEAP], axis=1)

    def costly(self, said: Read, drawn: Drawn, known: Known, *, cosine: F32, sieve: F32) -> F32:
        """Return the columns ``COSTLY``; ``cosine`` of each span with its name."""
        names, words, size = self.names, said.words, len(drawn.first)
        starts, ends = words.start[drawn.first], words.end[drawn.last]
        spans = [words.text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        distinct = {text: place for place, text in enumerate(dict.fromkeys(spans))}
        term = np.array([distinct[text] for text in spans], np.int64)
        rows, name = np.unique(names.name[drawn.row], return_inverse=True)
        texts = names.store.names.take(rows.tolist())
        own, other = WordLists.of(list(distinct), self.facts), WordLists.of(texts, self.facts)
        left, more = compared(own, term, other, name.ravel(), self.facts)
        key = drawn.key
        order = np.lexsort((-cosine, key))
        place = np.empty(size, np.int64)
        place[order] = np.arange(size) - np.searchsorted(key[order], key[order])
        _, back = np.unique(key, return_inverse=True)
        best = np.full(int(back.max(initial=-1)) + 1, -1, np.float32)
        np.maximum.at(best, back, cosine)
        second = np.full(len(best), -1, np.float32)
        np.maximum.at(second, back[place == 1], cosine[place == 1])
        columns: dict[str, npt.NDArray[np.generic]] = {
            "cosine": cosine,
            "behind": cosine - best[back],
            "next_cosine": cosine - second[back],
            "rank": place,
            "sieve": sieve,
            "shortness": np.log(
                np.array([len(text) for text in texts], np.float32)[name.ravel()] + 1
            )
            - np.log(ends - starts + 1),
        }
        columns |= self._sides(left, more, own, other, (term, name.ravel()))
        columns |= self._related(said, drawn, known)
        columns["verbatim"] = verbatim(own, other, term, name.ravel())
        return np.stack([np.asarray(columns[one], np.float32) for one in COSTLY], axis=1)

    def _sides(
        self, left: Sides, more: Sides, own: WordLists, other: WordLists, of: tuple[I64, I64]
    ) -> dict[str, npt.NDArray[np.generic]]:
        """Return how far the words of span and name cover each other."""
        term, name = of
        size = len(term)
        out: dict[str, npt.NDArray[np.generic]] = {}
        sides = ((own, left, "kept", "left"), (other, more, "cover", "more"))
        for lists, side, share, rest in sides:
            number = lists.number[side.word]
            weight = self.facts.weight[number]
            whole = np.maximum(np.bincount(side.row, weights=weight, minlength=size), 1e-9)
            for suffix, least in (("_same", 3), ("_soft", 1)):
                held = side.held >= least
                got = np.bincount(side.row[held], weights=weight[held], minlength=size)
                out[share + suffix] = got / whole
            bare = side.held == 0
            out[rest] = np.bincount(side.row[bare], minlength=size)
            idle, rare = np.ones(size, np.float32), np.zeros(size, np.float32)
            np.minimum.at(idle, side.row[bare], self.facts.idle[number[bare]])
            np.maximum.at(rare, side.row[bare], weight[bare])
            out["idle_" + rest], out["rare_" + rest] = idle, rare
        counts = np.zeros(size, np.int64)
        for lists, side, _, _ in sides:
            lone = lists.counts[side.word] & (side.held == 0)
            counts += np.bincount(side.row[lone], minlength=size)
        out["number"] = counts
        last = np.cumsum(own.size[term]) - 1
        out["head"] = left.held[last]
        out["first"] = left.held[last - own.size[term] + 1]
        out["name_head"] = more.held[np.cumsum(other.size[name]) - 1]
        return out

    def _related(
        self, said: Read, drawn: Drawn, known: Known
    ) -> dict[str, npt.NDArray[np.generic]]:
        """Return whether mentions in a span have its concept, and how many have a broader one."""
        words, store = said.words, self.names.store
        start, end = spans_of(said, drawn)
        first, last, _ = known.within(start, end, len(words.text))
        same, broader = np.zeros(len(start), np.float32), np.zeros(len(start), np.float32)
        curies = self.names.curies
        for place in np.flatnonzero(last > first).tolist():
            row = int(drawn.row[place])
            above = self.names.ancestors(int(self.names.concept[row]))
            for at in range(int(first[place]), int(last[place])):
                curie = known.curie[at]
                if curie is None:
                    continue
                same[place] += curie == curies(row)
                broader[place] += store.row_of(curie) in above
        return {"same_concept": same, "broader": broader}


def verbatim(own: WordLists, other: WordLists, term: I64, name: I64) -> Bools:
    """Return which spans have the words of their names in their order: the dictionary's affair."""
    alike = own.size[term] == other.size[name]
    row, place = spread(own.start[term], own.start[term] + own.size[term] - 1)
    there = place - own.start[term][row] + other.start[name][row]
    good = alike[row]
    differs = own.key[place[good]] != other.key[there[good]]
    alike[row[good][differs]] = False
    return np.asarray(alike)


def spans_of(said: Read, drawn: Drawn) -> tuple[I64, I64]:
    """Return where spans begin and end, in offsets of ``Words.text``."""
    words = said.words
    return words.start[drawn.first].astype(np.int64), words.end[drawn.last].astype(np.int64)


def spread(first: I64, last: I64) -> tuple[I64, I64]:
    """Return the places from first to last of each row: row, place."""
    size = last - first + 1
    row = np.repeat(np.arange(len(first)), size)
    begun = np.cumsum(size) - size
    return row, np.arange(len(row)) - begun[row] + first[row]

"""Write a synthetic META folder of UMLS's shape and size: MRCONSO, MRSTY, MRREL, MRDEF.

    python tools/make_rrf.py FOLDER --names 15000000 [--seed 1]

Names are made of words of our own syllables and words of the core's names, two to five to a name,
so that they share words as a real vocabulary's do. About 3.4 names a concept, in five languages;
most foreign names are made of syllables alone. Nothing of UMLS itself is in it.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from onoma.ontology.tables import read_table

SYLLABLES = """
a ba bel bro ca cel cor cy da del do dra e fa fen fi ga gen glo gra hal he hy i in ka ker ko la
le lip lo ma me mi mor na ne no nu o ol os pa per phi pla po pro ra re ri ro sa sen si sol sta
su ta te ter thy ti to tra tri u ul va ve vi xa xe xi za zo
"""
ENDINGS = {
    "ENG": ("itis", "oma", "osis", "ine", "ase", "al", "ic", "emia", "ide", "pathy"),
    "SPA": ("itis", "oma", "osis", "ina", "asa", "al", "ico", "emia", "ida", "patía"),
    "FRE": ("ite", "ome", "ose", "ine", "ase", "al", "ique", "émie", "ide", "pathie"),
    "GER": ("itis", "om", "ose", "in", "ase", "al", "isch", "ämie", "id", "pathie"),
    "POR": ("ite", "oma", "ose", "ina", "ase", "al", "ico", "emia", "ida", "patia"),
}
LANGUAGES = tuple(ENDINGS)
SHARES = (0.72, 0.12, 0.05, 0.05, 0.06)
SOURCES = ("MSH", "SNOMEDCT_US", "NCI", "ICD10CM", "MTH", "LNC", "OMIM", "RXNORM", "CHV", "MDR")
TERMS = ("PT", "SY", "SY", "ET", "AB", "PN", "FN", "SY", "PT", "LLT")
TUIS = ("T047", "T191", "T121", "T109", "T116", "T061", "T060", "T023", "T033", "T184", "T007")
CHUNK = 100_000  # concepts written at a time
FOLDER = Path(__file__).resolve().parents[1] / "src" / "onoma" / "data" / "core"


def make_words(rng: np.random.Generator, language: str, *, count: int) -> np.ndarray:
    """Return words of two to four syllables and an ending of the language."""
    words, syllables = set(), SYLLABLES.split()
    while len(words) < count:
        parts = rng.choice(syllables, size=int(rng.integers(2, 5)))
        words.add("".join(parts) + str(rng.choice(ENDINGS[language])))
    return np.array(sorted(words), dtype=object)


def core_words(*, count: int) -> np.ndarray:
    """Return the commonest plain words of the core's names."""
    texts = read_table(FOLDER / "names.npz").texts("text")
    tally: dict[str, int] = {}
    for text in texts[:600_000]:
        for word in re.findall(r"[a-z]{3,}", text):
            tally[word] = tally.get(word, 0) + 1
    return np.array(sorted(tally, key=lambda word: -tally[word])[:count], dtype=object)


def make_names(rng: np.random.Generator, words: np.ndarray, count: int) -> list[str]:
    """Return names of two to five words; frequent words come first in the list of words."""
    sizes = rng.integers(2, 6, count)
    ranks = (len(words) * rng.random(int(sizes.sum())) ** 2.2).astype(int)
    chosen = words[ranks]
    ends = np.cumsum(sizes)
    starts = ends - sizes
    return [" ".join(chosen[start:end]) for start, end in zip(starts, ends, strict=True)]


def write_folder(folder: Path, *, names: int, seed: int) -> None:
    """Write the four files."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    words = {
        lang: make_words(rng, lang, count=60_000 if lang == "ENG" else 20_000) for lang in LANGUAGES
    }
    mixed = np.concatenate([core_words(count=20_000), words["ENG"]])
    words["ENG"] = mixed[rng.permutation(len(mixed))]
    left, concept, atom = names, 1, 1
    with (
        (folder / "MRCONSO.RRF").open("w", encoding="utf-8") as conso,
        (folder / "MRSTY.RRF").open("w", encoding="utf-8") as types,
        (folder / "MRREL.RRF").open("w", encoding="utf-8") as relations,
        (folder / "MRDEF.RRF").open("w", encoding="utf-8") as definitions,
    ):
        while left > 0:
            sizes = np.minimum(1 + rng.geometric(0.42, CHUNK), 40)
            sizes = sizes[np.cumsum(sizes) <= left + 40]
            for line in atom_rows(rng, words, sizes, concept=concept, atom=atom):
                conso.write(line)
            types.writelines(type_rows(rng, concept, len(sizes)))
            relations.writelines(relation_rows(rng, concept, len(sizes)))
            definitions.writelines(definition_rows(rng, words["ENG"], concept, len(sizes)))
            left -= int(sizes.sum())
            concept += len(sizes)
            atom += int(sizes.sum())


def atom_rows(
    rng: np.random.Generator,
    words: dict[str, np.ndarray],
    sizes: np.ndarray,
    *,
    concept: int,
    atom: int,
) -> Iterator[str]:
    """Yield the rows of MRCONSO for as many concepts as there are sizes."""
    total = int(sizes.sum())
    langs = rng.choice(len(LANGUAGES), size=total, p=SHARES)
    firsts = np.cumsum(sizes) - sizes
    langs[firsts] = 0  # each concept has an English preferred name
    texts: list[str] = [""] * total
    for place, lang in enumerate(LANGUAGES):
        mine = np.flatnonzero(langs == place)
        for at, text in zip(mine, make_names(rng, words[lang], len(mine)), strict=True):
            texts[at] = text
    sabs, ttys = rng.integers(0, len(SOURCES), total), rng.integers(0, len(TERMS), total)
    suppressed = rng.random(total) < 0.04
    suppressed[firsts] = False
    owners = np.repeat(np.arange(len(sizes)), sizes) + concept
    is_first = np.zeros(total, bool)
    is_first[firsts] = True
    for at in range(total):
        cui, lang, number = owners[at], LANGUAGES[langs[at]], atom + at
        status, kind = ("P", "PT") if is_first[at] else ("S", TERMS[ttys[at]])
        yield (
            f"C{cui:07d}|{lang}|{status}|L{number:07d}|PF|S{number:07d}|Y|A{number:08d}||||"
            f"{SOURCES[sabs[at]]}|{kind}|D{cui % 1_000_000:06d}|{texts[at]}|0|"
            f"{'O' if suppressed[at] else 'N'}||\n"
        )


def type_rows(rng: np.random.Generator, concept: int, count: int) -> Iterator[str]:
    """Yield the rows of MRSTY."""
    for at, place in enumerate(rng.integers(0, len(TUIS), count)):
        yield f"C{concept + at:07d}|{TUIS[place]}|A1.2|Made up|AT{concept + at:08d}|256|\n"


def relation_rows(rng: np.random.Generator, concept: int, count: int) -> Iterator[str]:
    """Yield the rows of MRREL: a parent and its reverse, and two of other relations."""
    for at in range(concept, concept + count):
        parent = max(1, int(at * rng.random() * 0.5))
        other = max(1, int(at * rng.random()))
        rows = (
            (at, "PAR", parent, "inverse_isa"),
            (parent, "CHD", at, "isa"),
            (at, "RO", other, "has_site"),
            (other, "SIB", at, ""),
        )
        for first, relation, second, kind in rows:
            yield f"C{first:07d}|A1|CUI|{relation}|C{second:07d}|A2|CUI|{kind}|R1||MTH|MTH|||N||\n"


def definition_rows(
    rng: np.random.Generator, words: np.ndarray, concept: int, count: int
) -> Iterator[str]:
    """Yield the rows of MRDEF: a definition for every eighth concept."""
    picked = np.arange(concept, concept + count)[::8]
    texts = make_names(rng, words, 4 * len(picked))
    for at, cui in enumerate(picked):
        text = "; ".join(texts[4 * at : 4 * at + 4])
        yield f"C{cui:07d}||AT{cui:08d}||MTH|{text}.|N||\n"


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=int, default=15_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_folder(given.folder, names=given.names, seed=given.seed)


if __name__ == "__main__":
    main()

"""Further names of human genes, written when a vocabulary is compiled.

HGNC gives symbols and one full name; authors write proteins. Two sources of names cost no data:
MeSH names most human proteins ("programmed death 1 protein, human"), and a MeSH concept whose
names agree with exactly one gene lends it the others (those of its mouse and rat orthologues as
related names); and the nomenclature itself has variants (``PPARA`` is ``PPARalpha``, ``IL2RA`` the
``IL-2 receptor alpha``, ``beta-catenin`` also ``b-catenin``), which rules write with the scope
``pattern``.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from onoma.ontology.tables import Table, joined_tables
from onoma.ontology.vocabulary import Vocabulary
from onoma.text.characters import common_words
from onoma.types import SCOPES, TYPE_BIT

EXACT, RELATED, PATTERN = (SCOPES.index(scope) for scope in ("exact", "related", "pattern"))
LABEL = SCOPES.index("label")
MADE_BY = "onoma"
OTHER = sum(
    TYPE_BIT[name]
    for name in (
        "disease",
        "phenotype",
        "anatomy",
        "cell_type",
        "process",
        "procedure",
        "component",
    )
)
PRODUCT = TYPE_BIT["gene"] | TYPE_BIT["protein"]

_OF_SPECIES = re.compile(r"^(.+?),? (human|mouse|rat)$")
_KIND = re.compile(r"^(.+?) (?:protein|gene product|antigen|peptide|microRNA)$")
_HOMOLOG = re.compile(r" (?:homolog(?:ue)?|ortholog)(?: \d+)?(?: \([^()]*\))?$")
_BRACKET = re.compile(r"^(.{6,}) \([^()]*\)$")
_CODE = re.compile(
    r"\d|[a-z][A-Z]|[A-Z]{2}|(?:^|[ -])[A-Za-z]-"
    r"|(?:alpha|beta|gamma|delta|kappa)-(?!(?:subunit|chain|isoform|type|like)\b)[a-z]{4}"
)
_WORD = re.compile(r"[a-z]+")
_KINDS = frozenset(
    ("protein", "gene", "product", "receptor", "factor", "enzyme", "kinase", "transcriptase",
     "phosphatase", "binding", "regulator", "inhibitor", "activator", "precursor", "subunit")
)  # fmt: skip
_PLAIN = re.compile(r"[^a-z0-9]+")
_SYMBOL = re.compile(r"^[A-Z][A-Z0-9]+$")
_RECEPTOR = re.compile(r"^([A-Z]{2,}\d*)R([A-Z])?(\d*)$")
_GREEK_WORD = re.compile(
    r"(?<![A-Za-z])(alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda)(?![a-z])"
)
_GREEK_TAIL = re.compile(r"(?<=[A-Z0-9])(alpha|beta|gamma|delta|epsilon|kappa)(?![a-z])")
_JOINED = re.compile(r"^([A-Za-z0-9]*[A-Z0-9])[- ](alpha|beta|gamma|delta|epsilon|kappa)(\d*)$")
_PARTED = re.compile(r"^([A-Za-z0-9]*[A-Z0-9])((?:alpha|beta|gamma|delta|epsilon|kappa)\d*)$")
_TELLING = re.compile(
    r"\d|\b[A-Za-z]\b|\b(?:alpha|beta|gamma|delta|epsilon|kappa|type|like|member|class|box)\b"
)
_UNIT = re.compile(r" (?:subunit|chain|polypeptide|isoform)(?= |$)")
GREEK = {
    "A": "alpha", "B": "beta", "G": "gamma", "D": "delta", "E": "epsilon", "Z": "zeta",
    "T": "theta", "K": "kappa",
}  # fmt: skip
SYMBOL_MATCH, NAME_MATCH, ALIAS_MATCH, FORMER_MATCH = 4, 3, 2, 1
HEADING_MATCH = NAME_MATCH  # a MeSH heading needs at least this match; a protein record any
RARE = 12  # genes at most that bear a word by which a name tells one gene
LONGEST_GREEK = 40  # characters of a name whose Greek letters are also written in Latin
LONGEST = 60  # characters of a lent name: longer ones are descriptions


def with_gene_names(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with further names of its HGNC genes at the end of ``names``."""
    genes = _Genes(vocabulary)
    if not genes.names:
        return vocabulary
    rows = list(genes.lent()) + list(genes.variants())
    more = Table(
        {
            "concept": np.array([row for row, _, _ in rows], np.uint32),
            "text": [text for _, text, _ in rows],
            "scope": np.array([scope for _, _, scope in rows], np.uint8),
            "source": [MADE_BY] * len(rows),
        }
    )
    return dataclasses.replace(vocabulary, names=joined_tables([vocabulary.names, more]))


def plain(name: str) -> str:
    """Return the letters and digits of a name, small: how two names are held equal here."""
    return _PLAIN.sub("", name.lower())


class _Genes:
    """The genes of a vocabulary by name, and the MeSH concepts that may lend names."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        curies = vocabulary.concepts.texts("curie")
        types = vocabulary.concepts.values("types")
        is_gene = [curie.startswith("HGNC:") for curie in curies]
        is_lender = [
            curie.startswith("MESH:") and (bits & PRODUCT > 0 or curie[5] == "C")
            for curie, bits in zip(curies, types, strict=True)
        ]
        self.other_things: set[str] = set()
        other = [bits & OTHER > 0 and bits & PRODUCT == 0 for bits in types]
        self.is_record = [curie.startswith("MESH:C") for curie in curies]
        self.names: dict[int, list[tuple[str, int]]] = defaultdict(list)
        self.lenders: dict[int, list[str]] = defaultdict(list)
        for row, text, scope in vocabulary.names.rows("concept", "text", "scope"):
            if is_gene[row]:
                self.names[row].append((text, scope))
            elif is_lender[row]:
                self.lenders[row].append(text)
            elif other[row]:
                self.other_things.add(text.lower())
        self.use = Counter(
            word
            for rows in self.names.values()
            for word in {w for text, _ in rows for w in _WORD.findall(text.lower())}
        )
        self.everyday = common_words()
        self.known = {row: {plain(text) for text, _ in rows} for row, rows in self.names.items()}
        self.strength = self._strengths()

    def _strengths(self) -> dict[str, dict[int, int]]:
        """Return for each plain name the genes that bear it and how strongly."""
        out: dict[str, dict[int, int]] = defaultdict(dict)
        for row, names in self.names.items():
            for text, scope in names:
                if scope == LABEL:
                    strength = SYMBOL_MATCH
                elif scope == RELATED:
                    strength = FORMER_MATCH
                else:
                    strength = NAME_MATCH if " " in text else ALIAS_MATCH
                one = out[plain(text)]
                one[row] = max(strength, one.get(row, 0))
        return out

    def lent(self) -> Iterator[tuple[int, str, int]]:
        """Yield (gene, name, scope) for the names that MeSH concepts lend, each once a gene."""
        for lender, texts in self.lenders.items():
            stems, species = _stems(texts)
            if self.is_record[lender] and not species:
                continue
            gene = self._gene_of(stems, species, is_record=self.is_record[lender])
            if gene is None:
                continue
            scope = RELATED if species in ("mouse", "rat") else EXACT
            for stem in stems:
                folded = plain(stem)
                if folded in self.known[gene] or not self._is_name(stem):
                    continue
                if not self._is_anothers(folded, gene, scope):
                    self.known[gene].add(folded)
                    self.names[gene].append((stem, scope))
                    yield gene, stem, scope

    def _is_name(self, stem: str) -> bool:
        """Whether a stem names one gene: neither words of many genes, nor another thing, nor long.

        "zinc finger" and "nuclear protein" lost their heads; "breast cancer" is a disease first.
        """
        if len(plain(stem)) < 3 or len(stem) > LONGEST or stem.lower() in self.other_things:
            return False
        if _CODE.search(stem):
            return True
        words = _WORD.findall(stem.lower())
        if len(words) == 1 and words[0] in self.everyday:
            return False
        return any(
            len(word) >= 3 and self.use[word] <= RARE and word not in _KINDS for word in words
        )

    def _is_anothers(self, folded: str, gene: int, scope: int) -> bool:
        """Whether a name is better known as another gene's: a symbol, or any before a loose one."""
        least = ALIAS_MATCH if scope == RELATED else SYMBOL_MATCH
        others = self.strength.get(folded, {})
        return any(row != gene and strength >= least for row, strength in others.items())

    def _gene_of(self, stems: list[str], species: str, *, is_record: bool) -> int | None:
        """Return the one gene that a concept's names agree with best."""
        best: dict[int, int] = {}
        for place, stem in enumerate(stems):
            for gene, strength in self.strength.get(plain(stem), {}).items():
                if species in ("mouse", "rat") and strength < NAME_MATCH:
                    continue
                lead = 1 if place == 0 else 0  # the concept's own label counts more
                best[gene] = max(best.get(gene, 0), 2 * strength + lead)
        if not best:
            return None
        top = max(best.values())
        if not is_record and top < 2 * HEADING_MATCH:
            return None
        leading = [gene for gene, strength in best.items() if strength == top]
        return leading[0] if len(leading) == 1 else None

    def variants(self) -> Iterator[tuple[int, str, int]]:
        """Yield (gene, name, PATTERN) for the spellings that nomenclature allows to one gene."""
        found: dict[str, tuple[int, str]] = {}
        shared: set[str] = set()
        for gene, names in self.names.items():
            texts = [text for text, _ in names]
            symbol = next((text for text, scope in names if scope == LABEL), "")
            seen = {text.lower() for text in texts}
            for text in self._all_variants(symbol, texts):
                small = text.lower()
                if small in seen or not self._is_name(text):
                    continue
                seen.add(small)
                if small in found:
                    shared.add(small)
                found[small] = (gene, text)
        for small, (gene, text) in found.items():
            if small not in shared and not self._is_anothers(plain(text), gene, PATTERN):
                yield gene, text, PATTERN

    def _all_variants(self, symbol: str, texts: list[str]) -> Iterator[str]:
        written = list(texts)
        words = {word for text in texts for word in _GREEK_WORD.findall(text.lower())}
        if _SYMBOL.match(symbol):
            written += _spelled_tail(symbol, words)
            match = _RECEPTOR.match(symbol)
            if match and plain(match[1]) in self.strength:
                written += _receptor(match, texts, words)
        for text in texts:
            written += _shorter(text)
        for text in written:
            yield text
            yield from _latin(text)


def _stems(texts: Iterable[str]) -> tuple[list[str], str]:
    """Return names without species and kind, the label's first, and the species ("" if none)."""
    stems: list[str] = []
    species = ""
    for text in texts:
        match = _OF_SPECIES.match(text)
        if match:
            species = species or match[2]
            text = match[1]
        text = _HOMOLOG.sub("", text)
        kind = _KIND.match(text)
        if kind:
            stems.append(kind[1])
            if " " not in kind[1] or kind[1][-1].isdigit():
                continue
        stems.append(text)
    return stems, species


def _spelled_tail(symbol: str, words: set[str]) -> Iterator[str]:
    """Yield PPARalpha and PPAR-alpha for PPARA, where some name of the gene says alpha."""
    head, number = symbol.rstrip("0123456789"), ""
    number = symbol[len(head) :]
    for base, tail, rest in ((symbol[:-1], symbol[-1:], ""), (head[:-1], head[-1:], number)):
        greek = GREEK.get(tail, "")
        if greek in words and len(base) >= 2 and not base[-1:].islower():
            yield f"{base}{greek}{rest}"
            yield f"{base}-{greek}{rest}"


def _receptor(match: re.Match[str], texts: list[str], words: set[str]) -> Iterator[str]:
    """Yield "IL2 receptor alpha" and "IL-2R alpha" for IL2RA, "EPO receptor" for EPOR."""
    if not any("receptor" in text.lower() for text in texts):
        return
    greek = GREEK.get(match[2] or "", "")
    if match[2] and greek not in words:
        return
    tail = f" {greek}" if greek else ""
    number = f" {match[3]}" if match[3] else ""
    yield f"{match[1]} receptor{tail}{number}"
    yield f"{match[1]}-R{tail}{number}"
    if greek:
        yield f"{match[1]}R{greek}{match[3]}"


def _shorter(text: str) -> Iterator[str]:
    """Yield a full name without its afterthoughts: "X, apoptosis regulator", "X subunit"."""
    if " " not in text:
        return
    bare = _BRACKET.sub(r"\1", _HOMOLOG.sub("", text))
    head, comma, tail = bare.partition(", ")
    if comma and head.count(" ") >= 1 and not _TELLING.search(tail):
        bare = head
    if bare != text:
        yield bare
    without = _UNIT.sub("", bare)
    if without != bare and " " in without:
        yield without


def _latin(text: str) -> Iterator[str]:
    """Yield TNF-a, TNFa and TNFalpha for TNF-alpha, b-catenin for beta-catenin.

    In names of several words the letter a is left out at the end, where it may be the article.
    """
    if len(text) > LONGEST_GREEK:
        return
    joined = _JOINED.match(text)
    if joined:
        yield "".join(joined.groups())
        yield f"{joined[1]}{joined[2][0]}{joined[3]}"
    parted = _PARTED.match(text)
    if parted:
        yield "-".join(parted.groups())
    short = _GREEK_WORD.sub(lambda match: match[1][0], text)
    short = _GREEK_TAIL.sub(lambda match: match[1][0], short)
    if short == text or (" " in short and (short.endswith(" a") or short.startswith("a "))):
        return
    yield short

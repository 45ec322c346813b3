"""Sequence variants by their notation: ``c.35delG``, ``p.Val600Glu``, ``V600E``, ``rs334``.

No vocabulary lists variants; their nomenclature (HGVS, den Dunnen et al. 2016; the older forms as
collected by tmVar, Wei et al. 2013) is regular. Every form holds a number, so only the digit tokens
of a batch are looked at, as columns, and the few that have the right neighbours are read by regular
expressions of bounded width. Out: spans with key -1 and, for each, the row of its CURIE:
``DBSNP:rs334``, or the normalised notation as ``HGVS:p.Val600Glu``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from onoma.recognize.columns import PATTERN, Spans, Work
from onoma.text.characters import DIGIT, LETTER
from onoma.text.tokens import word_hash

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RESIDUES = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "X": "Ter", "*": "Ter",
}  # fmt: skip
RESIDUE_NAMES = {
    "alanine": "Ala", "arginine": "Arg", "asparagine": "Asn", "aspartate": "Asp",
    "aspartic acid": "Asp", "cysteine": "Cys", "glutamine": "Gln", "glutamate": "Glu",
    "glutamic acid": "Glu", "glycine": "Gly", "histidine": "His", "isoleucine": "Ile",
    "leucine": "Leu", "lysine": "Lys", "methionine": "Met", "phenylalanine": "Phe",
    "proline": "Pro", "serine": "Ser", "threonine": "Thr", "tryptophan": "Trp", "tyrosine": "Tyr",
    "valine": "Val", "stop": "Ter", "termination": "Ter",
}  # fmt: skip
PLACE_WORDS = ("codon", "position", "residue", "acid", "nucleotide", "base")
EVENTS = ("del", "ins", "dup", "inv")
LEAST_EVENT = 3
NEAR = 3  # characters at most between a signed position and its bases: "-369 (C>G)"
MOST_BASES = 3
EVERY = ("H", "D", "W", "M")  # Q12H, Q21D: how often a drug is given
REACH = 90  # characters before and behind a digit token in which its variant lies
MOST_DIGITS = 9
CODING_FROM = 400  # A, C, G, T are residues too: beyond this a bare "C677T" counts nucleotides
LONGEST_PROTEIN = 40_000  # residues: titin's

_NUCLEOTIDE = "(?:[ACGTU]|adenine|guanine|cytosine|thymine|adenosine|guanosine|cytidine|thymidine)"
_AA3 = "(?:" + "|".join(sorted({*RESIDUES.values(), "Stop", "Asx", "Glx"})) + ")"
_AA1 = "[ACDEFGHIKLMNPQRSTVWY]"
_WORD = "(?:" + "|".join(RESIDUE_NAMES) + ")"
_ARROW = r"\s?(?:-{0,2}>|→|/)\s?"
_POINT = r"[-+*]?\d{1,9}(?:[-+]\d{1,6})?"
_RANGE = rf"{_POINT}(?:_{_POINT})?"
_BASES = r"(?:[ACGT]{1,40}|[acgt]{1,40})"
_SIZE = rf"(?:\s?{_BASES}(?![a-z])|\s?(?:\(\d{{1,5}}\)|\d{{1,5}})(?:\s?bp)?(?!\d))?"
_EVENT = rf"(?:del{_SIZE}\s?ins{_SIZE}|(?:del|ins|dup|inv){_SIZE})"
_STOP = (
    r"(?:(?:fs|FS)(?:[ -]?(?:\((?:X|\*|Ter)\+?\d{0,4}\)"
    r"|(?:X|x|\*|Ter|ter|stop)\s?\+?\d{0,4}|\d{1,4}))?)"
)
_LINES = "T47D|T98G|L5178Y"  # cell lines
_LEFT, _RIGHT = r"(?<![A-Za-z0-9.])", r"(?![A-Za-z0-9])"
_FORMS = (
    r"rs\s?#?\s?(?P<rs>\d{2,11})",
    (
        r"(?P<ivs>(?:c\.)?IVS\s?(?:\d{1,2}|[IVX]{1,5})\s?[-+]\s?\d{1,5}\s?"
        rf"(?:{_BASES}{_ARROW}{_BASES}|{_EVENT}))"
    ),
    (
        rf"(?P<kind>[cgmnr])\.\s?[\[(]?(?P<dna>{_RANGE}(?:\s?{_BASES}?{_ARROW}{_BASES}"
        rf"|\s?{_EVENT}(?:\([A-Z]{{1,9}}\)\(?\d{{0,3}}\)?)?|=))"
    ),
    (
        r"(?P<turned_kind>[cgmn])\.(?P<turned_from>[ACGT])(?P<turned_at>[-+]?\d{1,9})"
        r"(?P<turned_to>[ACGT])"
    ),
    (
        rf"(?:p\.\s?[(\[]?)?(?P<from3>{_AA3})(?:(?P<dash>-)| )?(?:\((?=\d{{1,5}}\)))?"
        r"(?P<at3>\d{1,5})\)?"
        rf"(?:(?:\s?(?:-{{1,2}}>|→|>|/|to)\s?|(?(dash)-))?(?P<to3>{_AA3}|\*|X{_RIGHT})"
        rf"(?P<stop3>{_STOP})?"
        rf"|\s?(?P<event3>{_STOP}|del|dup|=))"
    ),
    (
        r"p\.\s?[(\[]?(?P<from1>[A-Z*])(?P<at1>\d{1,5})"
        rf"(?:(?P<to1>[ACDEFGHIKLMNPQRSTVWYX*])(?P<stop1>{_STOP})?"
        rf"|(?P<event1>{_STOP}|_{_AA1}\d{{1,5}}(?:del|dup|ins[A-Z]{{1,20}})|del|dup|=))"
    ),
    (
        rf"(?!P450|(?:{_LINES}){_RIGHT})(?P<bare_from>{_AA1})(?P<bare_at>[1-9]\d{{1,7}})"
        rf"(?:(?P<bare_to>{_AA1}|X|\*)(?P<bare_stop>{_STOP})?"
        r"|(?P<bare_event>fsX?\*?\d{0,4}|del(?![a-z])))"
    ),
    r"(?P<signed_from>[ACGT])\(?(?P<signed_at>[-+]\d{1,6})\)?(?P<signed_to>[ACGT])",
    rf"(?P<spaced>[-+]\d{{1,6}}(?:,?\s\(?){_BASES}{_ARROW}{_BASES})",
    rf"(?P<plain>(?![-+]?\d{{1,2}}[ACGT]/)(?:[-+]\s?)?{_RANGE}\s?(?:{_BASES}{_ARROW}{_BASES}|{_EVENT}))",
)
_FORM = re.compile(_LEFT + "(?:" + "|".join(_FORMS) + ")" + _RIGHT)
_WORDS = re.compile(
    rf"(?P<word_from>{_WORD}|{_AA3})(?:\s?\([A-Za-z]{{1,3}}\))?"
    rf"(?:-to-|\s(?:residue\s)?(?:to|by|for|with|into|with a|to a)\s|{_ARROW})"
    rf"(?:an?\s)?(?P<word_to>{_WORD}|{_AA3})(?:\s?\([A-Za-z]{{1,3}}\))?"
    r"(?:\s(?:substitution|change|mutation|transition|replacement|exchange))?"
    r"\s(?:at|in|of)\s(?:the\s)?(?:amino[- ]acid\s|amino[- ]acid\s)?"
    r"(?:codon|position|residue|acid)?\s?(?P<word_at>\d{1,5})",
    re.IGNORECASE,
)


_CHANGED = re.compile(
    rf"{_LEFT}(?P<base_from>{_NUCLEOTIDE})(?:-to-|\s(?:to|for)\s(?:an?\s)?|{_ARROW})"
    rf"(?P<base_to>{_NUCLEOTIDE})(?:\s(?:substitution|change|mutation|transition|transversion|"
    r"exchange|replacement|polymorphism|point mutation)){0,2}\s(?:at|in|of)\s(?:the\s)?"
    r"(?:cDNA\s)?(?:nucleotide|position|base)?\s?(?:position\s)?(?P<base_at>-?\d{1,6})"
)
_LOST = re.compile(
    rf"(?P<lost_event>deletion|insertion|duplication)\sof\s(?:an?\s)?(?P<lost>{_NUCLEOTIDE}|[ACGT]{{1,9}})"
    r"\s(?:at|in)\s(?:the\s)?(?:cDNA\s)?(?:nucleotide|position|base)\s?(?:position\s)?"
    r"(?P<lost_at>-?\d{1,6})"
)


def find_variants(work: Work) -> tuple[Spans, list[str]]:
    """Return the variants of a batch and the CURIEs that the column ``extra`` numbers."""
    found: list[tuple[int, int, int]] = []
    curies: dict[str, int] = {}
    done = 0
    for place in _anchors(work).tolist():
        at, behind = int(work.tokens.start[place]), int(work.tokens.end[place])
        if at < done:
            continue
        hit = _read(work.batch.text, at, behind, done)
        if hit is None:
            continue
        start, done, curie = hit
        found.append((start, done, curies.setdefault(curie, len(curies))))
    columns = np.array(found, np.int64).reshape(-1, 3)
    none = np.full(len(columns), -1, np.int64)
    spans = Spans.of(columns[:, 0], columns[:, 1], none, found_by=PATTERN, extra=columns[:, 2])
    return spans, list(curies)


def _anchors(work: Work) -> I64:
    """Return the digit tokens whose neighbours may make them part of a variant."""
    tokens, codes = work.tokens, work.batch.codes
    digits = np.flatnonzero(tokens.kind == DIGIT)
    digits = digits[(digits > 0) & (digits < len(tokens) - 1)]
    digits = digits[tokens.end[digits] - tokens.start[digits] <= MOST_DIGITS]
    if not len(digits):
        return digits
    start, end = tokens.start[digits], tokens.end[digits]
    before, behind = digits - 1, digits + 1
    gap = start - tokens.end[before]
    lettered = (tokens.kind[before] == LETTER) & (gap <= 1)
    size = np.where(lettered, tokens.end[before] - tokens.start[before], 0)
    head = codes[tokens.start[before]]
    following = codes[end]  # a separator stands behind every document: no overrun
    follows = (tokens.start[behind] == end) & (tokens.kind[behind] == LETTER)
    next_size = np.where(follows, tokens.end[behind] - end, 0)
    single = (next_size == 1) & _upper(following)
    single |= _starts(codes, end, "del") | _starts(codes, end, "fs")
    single &= (size == 1) & _upper(head)
    residue = _among(size == 3, tokens.hash[before], RESIDUE_HASHES)
    dotted = _among((head == ord(".")) & (gap <= 1), codes[tokens.start[before] - 1], _KINDS)
    snp = (size == 2) & (head | 32 == ord("r")) & (codes[tokens.start[before] + 1] | 32 == ord("s"))
    splice = (size == 3) & (tokens.hash[before] == _IVS)
    event = np.zeros(len(digits), bool)
    rows = np.flatnonzero(next_size >= LEAST_EVENT)
    event[rows] = np.logical_or.reduce([_starts(codes, end[rows], word) for word in EVENTS])
    close = (tokens.kind[behind] == LETTER) & (tokens.start[behind] - end <= NEAR)
    base = tokens.end[behind] - tokens.start[behind] <= MOST_BASES
    arrow = close & base & _upper(codes[tokens.start[behind]])
    arrow = _among(arrow, codes[np.minimum(tokens.end[behind], len(codes) - 1)], _ARROWS)
    word = _among(lettered & (gap == 1), tokens.hash[before], _PLACE_HASHES)
    star = (head == ord("*")) & (gap == 0)
    hopeful = single | residue | dotted | snp | splice | event | arrow | word | star
    return np.asarray(digits[hopeful])


def _among(
    where: Bools, values: npt.NDArray[np.unsignedinteger], some: npt.NDArray[np.unsignedinteger]
) -> Bools:
    """Return where a test holds and the value is one of some."""
    rows = np.flatnonzero(where)
    out = np.zeros(len(where), bool)
    out[rows] = np.isin(values[rows], some)
    return out


def _upper(codes: npt.NDArray[np.uint32]) -> Bools:
    return np.asarray((codes >= ord("A")) & (codes <= ord("Z")))


def _starts(codes: npt.NDArray[np.uint32], at: npt.NDArray[np.int32], word: str) -> Bools:
    """Return whether a word stands at each position."""
    out = np.ones(len(at), bool)
    for step, char in enumerate(word):
        out &= codes[np.minimum(at + step, len(codes) - 1)] == ord(char)
    return out


RESIDUE_HASHES = np.array([word_hash(name.lower()) for name in {*RESIDUES.values()}], np.uint64)
_PLACE_HASHES = np.array([word_hash(word) for word in PLACE_WORDS], np.uint64)
_IVS = np.uint64(word_hash("ivs"))
_KINDS = np.array([ord(char) for char in "cgmnrp"], np.uint32)
_ARROWS = np.array([ord(char) for char in ">/-→"], np.uint32)


def _read(text: str, at: int, behind: int, floor: int) -> tuple[int, int, str] | None:
    """Return start, end and CURIE of the variant that holds the number at ``at``."""
    low = max(at - 8, floor)
    for begin in range(max(low, 0), at + 1):
        match = _FORM.match(text, begin, behind + REACH)
        if match and match.end() >= behind:
            end = match.end()
            if "(" in match[0] and ")" not in match[0] and text[end : end + 1] == ")":
                end += 1
            curie = _curie(match)
            return (begin, end, curie) if curie else None
    if text[max(at - 9, 0) : at].rstrip().endswith(PLACE_WORDS):
        return _read_words(text, max(at - REACH, floor, 0), behind)
    return None


def _read_words(text: str, low: int, behind: int) -> tuple[int, int, str] | None:
    """Return the variant told in words that ends with the number that ends at ``behind``."""
    for match in _WORDS.finditer(text, low, behind):
        if match.end() == behind:
            return match.start(), behind, _protein(match, "word_")
    for match in _CHANGED.finditer(text, low, behind):
        if match.end() == behind:
            old, new = match["base_from"][0].upper(), match["base_to"][0].upper()
            return match.start(), behind, f"HGVS:c.{match['base_at']}{old}>{new}"
    for match in _LOST.finditer(text, low, behind):
        if match.end() == behind:
            base = match["lost"][0].upper() if match["lost"].islower() else match["lost"]
            event = match["lost_event"][:3]
            return match.start(), behind, f"HGVS:c.{match['lost_at']}{event}{base}"
    return None


def _curie(match: re.Match[str]) -> str:
    """Return the CURIE of a match, "" where the form turns out to be none."""
    part = match.groupdict()
    if part["rs"]:
        return f"DBSNP:rs{part['rs']}"
    if part["from3"]:
        return _protein(match, "", "3")
    if part["from1"]:
        return _protein(match, "", "1")
    if part["bare_from"]:
        return _bare(match)
    if part["turned_from"]:
        change = f"{part['turned_at']}{part['turned_from']}>{part['turned_to']}"
        return f"HGVS:{part['turned_kind']}.{change}"
    if part["signed_from"]:
        return f"HGVS:c.{part['signed_at'].lstrip('+')}{part['signed_from']}>{part['signed_to']}"
    written = next(filter(None, (part["dna"], part["plain"], part["spaced"], part["ivs"])))
    return f"HGVS:{part['kind'] or 'c'}.{_dna(written)}"


def _dna(written: str) -> str:
    """Return a nucleotide change with one arrow, capital bases and no spaces."""
    tight = re.sub(r"[\s,()]|bp|c\.", "", written)
    tight = re.sub(r"-{0,2}>|→|(?<=[ACGTacgt])/(?=[ACGTacgt])", ">", tight)
    return re.sub(r"(?<![a-z])[acgt]+(?=>|$)|(?<=>)[acgt]+", lambda m: m[0].upper(), tight)


def _bare(match: re.Match[str]) -> str:
    """Return the CURIE of "V600E" or "C677T"; a residue that stays the same is none."""
    old, new, at = match["bare_from"], match["bare_to"], int(match["bare_at"])
    if old == new or (old == "Q" and new in EVERY and at in (12, 14, 21, 24, 28, 42, 48, 72)):
        return ""
    if at >= LONGEST_PROTEIN and (new is None or not {old, new} <= set("ACGT")):
        return ""
    if new and at >= CODING_FROM and {old, new} <= set("ACGT"):
        return f"HGVS:c.{at}{old}>{new}"
    return _protein(match, "bare_")


def _protein(match: re.Match[str], head: str, tail: str = "") -> str:
    """Return the CURIE of a change of residue in three letters."""
    part = match.groupdict()
    old, new = _residue(part[f"{head}from{tail}"]), _residue(part[f"{head}to{tail}"] or "")
    event = part.get(f"{head}event{tail}") or part.get(f"{head}stop{tail}") or ""
    if event[:1] == "(" or event[:2].lower() == "fs":
        event = "fs"
    return f"HGVS:p.{old}{part[f'{head}at{tail}']}{new}{event}"


def _residue(written: str) -> str:
    """Return a residue in three letters."""
    if written.upper() in RESIDUES:
        return RESIDUES[written.upper()]
    small = written.lower()
    name = RESIDUE_NAMES.get(small, small.capitalize())
    return "Ter" if name == "Stop" else name


def iter_variants(work: Work) -> Iterator[tuple[str, str]]:
    """Yield text and CURIE of each variant of a batch, for looking at."""
    spans, curies = find_variants(work)
    for start, end, row in zip(
        spans.start.tolist(), spans.end.tolist(), spans.extra.tolist(), strict=True
    ):
        yield work.batch.text[start:end], curies[row]

"""What an index holds: its fields, how each is cut into tokens, and the schema made of them.

Two analysers cut texts. ``plain`` keeps words as they stand (for phrases, proximity, truncation and
fields: a strict query finds what it says and nothing else), ``stem`` cuts endings off by the
Porter2 rules (for ranking: ``words`` holds everything that a document says, once, without places).
No stop words are left out, so that a phrase of small words is found. Before either, a text is
folded as names are (``text.characters``): case, accents and compatibility forms go, a Greek letter
becomes its name, so that "TNF-α" and "TNF alpha" are the same two tokens.

``title``, ``abstract`` and ``body`` share no words: together they are the text (``TEXT_FIELDS``).
The latter two are ``marked``: plain words at even places, and at odd ones signs (``ROLE_SIGNS``)
that say what a sentence does in the document. A sign stands behind every second word of a run of
sentences of one role and behind its last one, so that each word of the run has it one or three
places on; "a word of a result" is the phrase of the word and the sign. A copy of the texts by roles
would take four times as much.
``says_challenge`` and ``says_direction`` hold the words of sentences that speak of one once more,
with more places between two of them than any proximity bridges.
``raw`` fields are one token a value, compared whole and, unless they say "as it stands", folded by
``raw_token``; ``tokens`` fields are cut at blanks. A concept comes with its exact equivalents, so
that ``MESH:D006973`` finds what is annotated as ``HP:0000822``, and with all above any of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from onoma.search.engine import need_tantivy
from onoma.text import characters as ch

if TYPE_CHECKING:
    import tantivy

FORMAT = 2
"""Counts up when what stands in the fields changes: an index of before is then built anew."""

Kind = Literal["plain", "marked", "stem", "raw", "tokens", "number"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the index.

    ``has_places``: phrases and proximity work. ``is_fast``: can be counted, sorted and asked for
    ranges. Nothing is stored: what hits show is in the packs (``texts``).
    """

    name: str
    kind: Kind
    holds: str
    has_places: bool = False
    is_fast: bool = False


TEXT_FIELDS = ("title", "abstract", "body")
"""What ``text`` stands for: a word of the text stands in one of them."""

ROLES = ("background", "objective", "method", "result", "conclusion")
"""What a sentence does in its document; ``has`` names those that are there (``role_result``)."""

ROLE_SIGNS = dict(zip(ROLES, "!#$%&", strict=True))
"""The signs of ``marked`` fields: no letters, so that no word or pattern of words is one."""

UNSAID = "/"
"""Stands where there is no sign; keeps the place and is not indexed."""

STATEMENTS = ("challenge", "direction")
"""What a sentence may speak of; ``says_challenge`` holds the words of those that do."""

FIELDS: tuple[Field, ...] = (
    Field("key", "number", "the record's number in the log", is_fast=True),
    Field("id", "raw", "the document's own id, as it stands"),
    Field("title", "plain", "the title", has_places=True),
    Field("abstract", "marked", "the abstract", has_places=True),
    Field("body", "marked", "all text that is neither title nor abstract", has_places=True),
    Field("says_challenge", "marked", "sentences that speak of a challenge", has_places=True),
    Field("says_direction", "marked", "sentences that speak of a direction", has_places=True),
    Field("words", "stem", "all words of text, keywords and headings, for ranking"),
    Field("mesh", "raw", "assigned headings: heading, heading/qualifier, /qualifier, CURIE"),
    Field("mesh_major", "raw", "those of them that are the document's main topics"),
    Field("mesh_words", "plain", "the words of assigned headings", has_places=True),
    Field("keyword", "raw", "the authors' keywords, each whole"),
    Field("keyword_words", "plain", "the words of keywords", has_places=True),
    Field("author", "plain", "authors, as the source writes them", has_places=True),
    Field("affiliation", "plain", "where the authors work", has_places=True),
    Field("journal", "raw", "the journal's names, each whole"),
    Field("journal_words", "plain", "the words of the journal's names", has_places=True),
    Field("journal_shown", "raw", "the journal's fullest name, as it stands", is_fast=True),
    Field("year", "number", "the year of publication", is_fast=True),
    Field("date", "number", "the date as a number: 20210503; 20210500 without a day", is_fast=True),
    Field("language", "raw", "the language the document is written in", is_fast=True),
    Field("publication", "raw", "publication types (randomized controlled trial)", is_fast=True),
    Field("study", "raw", "kinds of study (see ``study_types``)", is_fast=True),
    Field("study_by", "raw", "whether the source says so or the text: source, text", is_fast=True),
    Field("source", "raw", "the file that the document came from, as it stands", is_fast=True),
    Field("has", "raw", "the names of those of these fields that the document fills"),
    Field("type", "raw", "semantic types that are found in the text", is_fast=True),
    Field("concept", "tokens", "concepts found and all above them, once a mention (up to 8)"),
    Field("concept_own", "raw", "concepts found, none above them", is_fast=True),
    Field("denied", "tokens", "those of ``concept`` that no mention says are present"),
    Field("relation", "tokens", "relations, as ``relation_tokens`` writes them"),
)
"""Every field, in the order of the schema."""

FIELD = {field.name: field for field in FIELDS}
"""Fields by name."""


class _Folding(dict[int, str]):
    """What a character becomes in an index, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        """Return and keep the folded form of a code point."""
        entry = int(ch.table()[code])
        kind = entry >> 24
        folded = chr(entry & 0xFFFFFF)
        if kind == ch.SPECIAL:
            folded = "".join(map(chr, ch.expansions()[code]))
        elif kind == ch.GREEK:
            folded = f" {ch.GREEK_NAMES.get(folded, folded)} "
        elif kind == ch.UNSPACED:
            folded = f" {folded} "
        elif kind == ch.SPACE:
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def folded(text: str) -> str:
    """Return a text as both analysers take it (ASCII is left to them: they make it small)."""
    return text if text.isascii() else text.translate(_FOLDING)


def raw_token(text: str) -> str:
    """Return a value as a ``raw`` field holds it: folded, small, with single blanks."""
    return " ".join(folded(text).lower().split())[:LONGEST_VALUE]


@cache
def _analyser(kind: str) -> tantivy.TextAnalyzer:
    """Return the engine's analyser of a kind."""
    engine = need_tantivy()
    is_cut = kind in ("tokens", "marked")
    cut = engine.Tokenizer.whitespace() if is_cut else engine.Tokenizer.simple()
    builder = engine.TextAnalyzerBuilder(cut)
    if kind != "tokens":
        builder = builder.filter(engine.Filter.remove_long(LONGEST_WORD))
    if kind == "marked":
        builder = builder.filter(engine.Filter.custom_stopword([UNSAID]))
    elif not is_cut:
        builder = builder.filter(engine.Filter.lowercase())
    if kind == "stem":
        builder = builder.filter(engine.Filter.stemmer("english"))
    return cast("tantivy.TextAnalyzer", builder.build())


LONGEST_WORD = 80  # bytes; longer runs are sequences and garbage
LONGEST_VALUE = 1000  # characters; a "keyword" may be a whole abstract in the wrong column


def plain_tokens(text: str) -> list[str]:
    """Return a text's words as ``plain`` fields hold them.

    >>> plain_tokens("TNF-α in Sjögren's")  # doctest: +SKIP
    ['tnf', 'alpha', 'in', 'sjogren', 's']
    """
    return _analyser("plain").analyze(folded(text))


_FAR = f" {'/ ' * 200}"  # a hundred words: no proximity reaches so far
_SMALL = {n: chr(n).lower() if chr(n).isalnum() else " " for n in range(128)}


def marked_words(text: str, role: str | None) -> str:
    """Return the words of a run of one role as ``marked`` fields hold them, with its signs.

    >>> marked_words("They slept. Then they ate.", "result")
    'they / slept % then / they % ate %'
    """
    words = text.translate(_SMALL).split() if text.isascii() else plain_tokens(text)
    tokens = [UNSAID] * (2 * len(words))
    tokens[::2] = words
    if role in ROLE_SIGNS and words:
        sign = ROLE_SIGNS[role]
        tokens[3::4] = [sign] * (len(words) // 2)
        tokens[-1] = sign
    return " ".join(tokens)


def apart(sentences: Iterable[str]) -> str:
    """Return the words of sentences as ``marked`` fields hold them, none near another's."""
    return _FAR.join(filter(None, (marked_words(folded(one), None) for one in sentences)))


def stem_tokens(text: str) -> list[str]:
    """Return a text's words without their endings, as ``words`` holds them."""
    return _analyser("stem").analyze(folded(text))


def index_format() -> str:
    """Return what an index and those who read it must agree on, in a few signs."""
    return f"{FORMAT}-{zlib.crc32(repr(FIELDS).encode()):08x}"


@cache
def schema() -> tantivy.Schema:
    """Return the schema of all fields."""
    builder = need_tantivy().SchemaBuilder()
    for field in FIELDS:
        if field.kind == "number":
            builder.add_unsigned_field(field.name, indexed=True, fast=field.is_fast)
        else:
            places = "position" if field.has_places else "freq"
            builder.add_text_field(
                field.name,
                fast=field.is_fast,
                tokenizer_name=_TOKENIZER[field.kind],
                index_option="basic" if field.kind == "raw" else places,
            )
    return cast("tantivy.Schema", builder.build())


_TOKENIZER = {"raw": "raw"} | {
    kind: f"onoma_{kind}" for kind in ("plain", "marked", "stem", "tokens")
}


def open_index(path: Path) -> tantivy.Index:
    """Return the index in a folder, made there if it is empty; analysers are registered."""
    index = need_tantivy().Index(schema(), path=str(path))
    for kind, name in _TOKENIZER.items():
        if kind != "raw":
            index.register_tokenizer(name, _analyser(kind))
    return cast("tantivy.Index", index)


ANY = "*"


def relation_token(subject: str = ANY, predicate: str = ANY, object_: str = ANY) -> str:
    """Return the token of a relation; an end is a CURIE, a semantic type or ``*``."""
    return f"{predicate}|{subject}|{object_}".replace(" ", "_")


def relation_tokens(
    subject: tuple[str, str], predicate: str, object_: tuple[str, str]
) -> list[str]:
    """Return the tokens by which a relation is found; each end is (CURIE, semantic type).

    Every end stands for itself, its type and anything: a query asks for one token, or for those of
    all concepts below one.
    """
    return [
        relation_token(left, verb, right)
        for verb in (predicate, ANY)
        for left in dict.fromkeys((*filter(None, subject), ANY))
        for right in dict.fromkeys((*filter(None, object_), ANY))
    ]


def concept_token(curie: str) -> str:
    """Return a concept's token in ``concept``, ``concept_own`` and ``denied``."""
    return "_".join(curie.split())

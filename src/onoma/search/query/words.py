"""Words, phrases and proximity as queries of the engine, exactly.

The engine's own slop counts a swap as two steps and misses some orders of three words; here a
``Near`` is the union of all phrases with fixed places that it allows, which the engine answers
exactly. What that would take is bounded (``MOST_ARRANGEMENTS``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from onoma.errors import UnparsableQuery
from onoma.search.engine import need_tantivy
from onoma.search.fields import (
    FIELD,
    ROLE_SIGNS,
    STATEMENTS,
    folded,
    plain_tokens,
    raw_token,
    schema,
)
from onoma.search.query.tree import Near, Node, Or, Phrase, Prefix, Term, Wildcard, Word

if TYPE_CHECKING:
    import tantivy

INDEX_FIELDS: dict[str, tuple[str, ...]] = {
    "": ("title", "abstract", "body", "mesh_words", "keyword_words"),
    "heading": ("mesh_words",),
    "keyword": ("keyword_words",),
} | {f"says:{one}": (f"says_{one}",) for one in STATEMENTS}
"""Where the words of a query's field stand in the index; other fields have the same name there,
and those of a role (``role:result``) are the words of ``ROLE_FIELDS`` that have its sign."""

ROLE_FIELDS = ("abstract", "body")

Complain = Callable[[Node, str, str], UnparsableQuery]
"""(node at fault, problem, hint) -> the error to raise"""

AS_IT_STANDS = frozenset({"id", "source"})
"""Raw fields whose values are not folded."""

LANGUAGES = {
    "english": "en", "eng": "en", "german": "de", "ger": "de", "french": "fr", "fre": "fr",
    "spanish": "es", "spa": "es", "italian": "it", "ita": "it", "portuguese": "pt", "por": "pt",
    "russian": "ru", "rus": "ru", "japanese": "ja", "jpn": "ja", "chinese": "zh", "chi": "zh",
    "dutch": "nl", "dut": "nl",
}  # fmt: skip
"""Languages as the index has them, by the words that people use."""

MOST_ARRANGEMENTS = 4_096


def asked() -> type[tantivy.Query]:
    """Return the engine's class of queries."""
    return cast("type[tantivy.Query]", need_tantivy().Query)


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return the query of what any of these finds; nothing for none."""
    if len(queries) < 2:
        return queries[0] if queries else asked().empty_query()
    should = need_tantivy().Occur.Should
    return asked().boolean_query([(should, query) for query in queries])


def all_of(queries: Sequence[tantivy.Query], *, but: Sequence[tantivy.Query] = ()) -> tantivy.Query:
    """Return the query of what all of these find, ``but`` for what any of those does."""
    occur = need_tantivy().Occur
    must = [(occur.Must, query) for query in queries]
    return asked().boolean_query([*must, *((occur.MustNot, query) for query in but)])


def index_fields(fields: Sequence[str]) -> list[str]:
    """Return the fields of the index that a query's fields stand for."""
    return list(dict.fromkeys(name for field in fields or ("",) for name in _names_of(field)))


def _names_of(field: str) -> tuple[str, ...]:
    return ROLE_FIELDS if field.startswith("role:") else INDEX_FIELDS.get(field, (field,))


def places_of(field: str) -> list[tuple[str, str]]:
    """Return where in the index the words of a query's field stand: (field, role or "")."""
    role = field.removeprefix("role:") if field.startswith("role:") else ""
    return [(name, role) for name in _names_of(field)]


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands at one place of a phrase: words as they are, and patterns of words."""

    words: frozenset[str]
    patterns: frozenset[str] = frozenset()

    def __or__(self, other: Piece) -> Piece:
        """Return a place where either may stand."""
        return Piece(self.words | other.words, self.patterns | other.patterns)

    @property
    def word(self) -> str | None:
        """The one word that may stand here, None if there are several or patterns."""
        return next(iter(self.words)) if len(self.words) == 1 and not self.patterns else None

    @property
    def regex(self) -> str:
        """A regular expression of all that may stand here."""
        every = [*map(escaped, sorted(self.words)), *sorted(self.patterns)]
        return every[0] if len(every) == 1 else f"({'|'.join(every)})"


Block = tuple[tuple[int, Piece], ...]
"""Pieces at their places, the first at 0; the last piece ends the block."""


def escaped(text: str) -> str:
    """Return a text as a regular expression of the engine that matches it alone."""
    return re.sub(r"([^\w])", r"\\\1", text)


_CUT = re.compile(r"(?:[^\W_]|[*?#])+")
_MEANING = {"*": ".*", "?": ".?", "#": "."}


def pattern_of(text: str) -> str:
    """Return a text with ``*``, ``?`` and ``#`` as a regular expression."""
    return "".join(_MEANING.get(char) or escaped(char) for char in text)


def pieces_of(word: Word) -> list[Piece]:
    """Return the places that a word takes: ``beta-block*`` takes two; none if it has no letters."""
    if isinstance(word, Term):
        return [Piece(frozenset({token})) for token in plain_tokens(word.text)]
    if isinstance(word, Wildcard):
        cut = _CUT.findall(folded(word.text).lower())
        return [_signed(piece) for piece in cut if piece.strip("*?#") or len(cut) == 1]
    cut = _CUT.findall(folded(word.text).lower())
    if not cut:
        return []
    ending = ".*" if word.most is None else f".{{0,{word.most}}}"
    last = Piece(frozenset(), frozenset({pattern_of(cut[-1]) + ending}))
    return [*map(_signed, cut[:-1]), last]


def _signed(text: str) -> Piece:
    if re.search("[*?#]", text):
        return Piece(frozenset(), frozenset({pattern_of(text)}))
    return Piece(frozenset({text}))


def blocks_of(node: Node, problem: Complain) -> list[Block]:
    """Return the blocks that a part of a ``Near`` may be, each with all its words in place.

    Raises: UnparsableQuery: there are more than ``MOST_ARRANGEMENTS``.
    """
    if isinstance(node, Term | Prefix | Wildcard):
        return [_in_row(pieces_of(node))] if pieces_of(node) else []
    if isinstance(node, Phrase):
        row = [piece for part in node.parts for piece in pieces_of(part)]
        return [_in_row(row)] if row else []
    if isinstance(node, Or):
        return _merged([block for part in node.parts for block in blocks_of(part, problem)])
    if isinstance(node, Near):
        return list(near_blocks(node, problem))
    raise problem(node, "this cannot stand in a proximity search", "use words and phrases")


def near_blocks(near: Near, problem: Complain) -> Iterator[Block]:
    """Yield every way in which the parts of a ``Near`` may stand.

    Raises: UnparsableQuery: there are more than ``MOST_ARRANGEMENTS``.
    """
    choices = [blocks_of(part, problem) for part in near.parts]
    count = 0
    for chosen in itertools.product(*choices):
        orders: Iterable[tuple[Block, ...]] = [chosen]
        if not near.ordered:
            orders = dict.fromkeys(itertools.permutations(chosen))
        for order in orders:
            for gaps in _gaps(len(order) - 1, near.gap):
                count += 1
                if count > MOST_ARRANGEMENTS:
                    raise problem(
                        near,
                        f"proximity with more than {MOST_ARRANGEMENTS} arrangements of its parts",
                        "ask for fewer parts, fewer phrases or a shorter distance",
                    )
                yield _laid_out(order, gaps)


def _in_row(pieces: Sequence[Piece]) -> Block:
    return tuple(enumerate(pieces))


def _merged(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with all single words in one."""
    single = [block[0][1] for block in blocks if len(block) == 1]
    longer = [block for block in dict.fromkeys(blocks) if len(block) > 1]
    if not single:
        return longer
    piece = single[0]
    for other in single[1:]:
        piece |= other
    return [((0, piece),), *longer]


def _gaps(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to share out up to ``most`` words among ``count`` gaps."""
    if count == 0:
        yield ()
        return
    for first in range(most + 1):
        for others in _gaps(count - 1, most - first):
            yield (first, *others)


def _laid_out(blocks: Sequence[Block], gaps: Sequence[int]) -> Block:
    """Return blocks one after the other with these gaps between."""
    out: list[tuple[int, Piece]] = []
    place = 0
    for block, gap in zip(blocks, (*gaps, 0), strict=True):
        out.extend((place + at, piece) for at, piece in block)
        place += block[-1][0] + 1 + gap
    return tuple(out)


def block_queries(field: str, block: Block, role: str = "") -> list[tantivy.Query]:
    """Return queries, any of which finds a block's words at their places in one field.

    With a role, the first and the last of the words stand in a sentence of it.
    """
    if FIELD[field].kind == "marked":
        return [_block_query(field, one) for one in _marked(block, role)]
    return [_block_query(field, block)]


def _block_query(field: str, block: Block) -> tantivy.Query:
    query = asked()
    if len(block) == 1:
        piece = block[0][1]
        if piece.patterns:
            return query.regex_query(schema(), field, piece.regex)
        if piece.word is not None:
            return query.term_query(schema(), field, piece.word)
        return query.term_set_query(schema(), field, sorted(piece.words))
    words: list[str | tuple[int, str]] = [
        (place, piece.word) for place, piece in block if piece.word is not None
    ]
    if len(words) == len(block):
        return query.phrase_query(schema(), field, words)
    patterns: list[str | tuple[int, str]] = [(place, piece.regex) for place, piece in block]
    return query.regex_phrase_query(schema(), field, patterns)


def _marked(block: Block, role: str) -> Iterator[Block]:
    """Yield a block as ``marked`` fields have it, with the signs of a role where they may stand."""
    words = tuple((2 * place, piece) for place, piece in block)
    if not role:
        yield words
        return
    sign = Piece(frozenset({ROLE_SIGNS[role]}))
    first, last = words[0][0], words[-1][0]
    behind = itertools.product((first + 1, first + 3), (last + 1, last + 3))
    for places in dict.fromkeys(frozenset(pair) for pair in behind):
        if len(words) == 1 and len(places) > 1:
            continue
        signs = tuple((place, sign) for place in places)
        yield tuple(sorted((*words, *signs), key=lambda one: one[0]))


def worded_query(
    node: Term | Prefix | Wildcard | Phrase | Near, problem: Complain
) -> tantivy.Query:
    """Return the query of a leaf of words in its fields.

    Raises: UnparsableQuery: a proximity of too many arrangements, or in a field of whole values.
    """
    queries: list[tantivy.Query] = []
    wanted = [place for one in node.fields or ("",) for place in places_of(one)]
    for field, role in dict.fromkeys(wanted):
        if FIELD[field].kind == "raw":
            queries.append(_value_query(field, node, problem))
        else:
            blocks = blocks_of(node, problem)
            queries.extend(one for block in blocks for one in block_queries(field, block, role))
    return any_of(queries)


def _value_query(field: str, node: Node, problem: Complain) -> tantivy.Query:
    """Return the query of a whole value."""
    if isinstance(node, Near):
        raise problem(node, f"proximity in the field {field}", "its values are compared whole")
    parts = node.parts if isinstance(node, Phrase) else (node,)
    query = asked()
    if all(isinstance(part, Term) for part in parts):
        value = _value(field, " ".join(part.text for part in parts if isinstance(part, Term)))
        return query.term_query(schema(), field, value)
    shown = []
    for part in parts:
        if isinstance(part, Prefix):
            ending = ".*" if part.most is None else f".{{0,{part.most}}}"
            shown.append(pattern_of(_value(field, part.text)) + ending)
        elif isinstance(part, Term | Wildcard):
            shown.append(pattern_of(_value(field, part.text)))
    return query.regex_query(schema(), field, escaped(" ").join(shown))


def _value(field: str, text: str) -> str:
    if field in AS_IT_STANDS:
        return text
    token = raw_token(text)
    return LANGUAGES.get(token, token) if field == "language" else token

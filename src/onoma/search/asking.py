"""A query taken apart for ranking: its strict part, its words, the concepts that it names.

Words and nothing else are ranked by how much of them a document says; whatever else is written (an
operator, a field, a phrase, a concept) is a strict query, which decides what is found, and its
words and concepts decide in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from onoma.pipeline import Pipeline
from onoma.search.fields import stem_tokens
from onoma.search.query.meanings import Meanings
from onoma.search.query.parse import is_plain, parse
from onoma.search.query.tree import (
    WORDED,
    ConceptTerm,
    FieldExists,
    Heading,
    Leaf,
    Near,
    Node,
    Not,
    Phrase,
    Prefix,
    Term,
    Tree,
    branches,
    resolved,
)
from onoma.search.texts import Shown

if TYPE_CHECKING:
    import tantivy

WORDS = "words"
"""The dialect of a text that is words and nothing else, whatever signs stand in it."""
SAYS = "says:"
MOST_WORDS = 40
MOST_CONCEPTS = 12


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a query names, by which words of it.

    ``same``: it and its exact equivalents. One vocabulary has more below a concept than another:
    MeSH counts Parkinson disease among the neurodegenerative ones, Mondo does not.
    """

    curie: str
    label: str
    words: str
    same: tuple[str, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """Those words without endings."""
        return tuple(stem_tokens(self.words))


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is ranked.

    ``tree`` and ``strict`` are None where it is words alone. ``words`` are without endings, each
    once. ``meaning`` is the text whose vector stands for the query.
    """

    text: str
    words: tuple[str, ...]
    concepts: tuple[Named, ...]
    meaning: str
    tree: Tree | None = None
    strict: tantivy.Query | None = None


def ask(
    text: str, dialect: str, named_in: Callable[[str], Iterable[Named]], meanings: Meanings
) -> Asked:
    """Return a query taken apart, not yet compiled; ``named_in`` finds concepts in words.

    Raises: UnparsableQuery: it does not follow its dialect.
    """
    if dialect == WORDS or (dialect == "onoma" and is_plain(text)):
        return Asked(text, _stems([text]), tuple(named_in(text)), text)
    tree = parse(text, dialect)
    leaves = list(asked_for(resolved(tree)))
    texts = [words for leaf in leaves if (words := _words(leaf))]
    said = " ; ".join(dict.fromkeys(texts))
    concepts = [one for leaf in leaves if (one := _concept(leaf, meanings))]
    concepts += named_in(said)
    distinct = {one.curie: one for one in reversed(concepts)}
    return Asked(text, _stems(texts), tuple(reversed(distinct.values())), said, tree)


def concepts_in(text: str, pipeline: Pipeline, meanings: Meanings) -> Iterator[Named]:
    """Yield the concepts that a text names, each once."""
    seen = set()
    for mention in pipeline.annotate(text).mentions:
        if mention.curie is not None and mention.curie not in seen:
            seen.add(mention.curie)
            label = mention.label or mention.text
            yield Named(mention.curie, label, mention.text, same_as(mention.curie, meanings))


def same_as(curie: str, meanings: Meanings) -> tuple[str, ...]:
    """Return a concept and its exact equivalents."""
    meaning = meanings.concept(curie)
    return (curie,) if meaning is None else tuple(dict.fromkeys((curie, *meaning.same)))


def asked_for(node: Node) -> Iterator[Leaf]:
    """Yield the leaves of a tree that say what is wanted, not what is not."""
    if isinstance(node, Not):
        yield from asked_for(node.kept)
    elif below := branches(node):
        for part in below:
            yield from asked_for(part)
    else:
        yield node  # type: ignore[misc]  # a node without branches is a leaf


def statements_asked(tree: Tree | None) -> tuple[str, ...]:
    """Return what sentences should speak of (``says:challenge``), as a query asks for it."""
    names: list[str] = []
    for leaf in () if tree is None else asked_for(resolved(tree)):
        if isinstance(leaf, FieldExists):
            names.append(leaf.name)
        elif isinstance(leaf, WORDED):
            names += leaf.fields
    return tuple(dict.fromkeys(n.removeprefix(SAYS) for n in names if n.startswith(SAYS)))


def _words(leaf: Node) -> str:
    """Return the words that a leaf asks for in the text."""
    names = (
        "author", "journal", "language", "source", "id", "publication", "affiliation", "study"
    )  # fmt: skip
    if isinstance(leaf, Term | Prefix):
        return "" if set(leaf.fields) & set(names) else leaf.text
    if isinstance(leaf, Phrase | Near):
        return "" if set(leaf.fields) & set(names) else " ".join(map(_words, leaf.parts)).strip()
    if isinstance(leaf, Heading):
        return leaf.name.replace("*", "")
    if isinstance(leaf, ConceptTerm) and ":" not in leaf.name:
        return leaf.name
    return ""


def _concept(leaf: Node, meanings: Meanings) -> Named | None:
    if not isinstance(leaf, ConceptTerm | Heading):
        return None
    meaning = meanings.concept(leaf.name)
    return None if meaning is None else Named(meaning.curie, meaning.label, leaf.name, meaning.same)


def _stems(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for text in texts for token in stem_tokens(text)))


def ask_like(
    text: str,
    shown: Shown | None,
    named_in: Callable[[str], Iterable[Named]],
    matcher: Frequencies,
) -> Asked:
    """Return what a document asks for: the words of its title and its most telling concepts.

    ``shown``: the document where it is one of the library, else ``text`` is one.
    """
    if shown is None:
        named = {one.curie: one for one in named_in(text)}
        words, meaning = text, text
    else:
        own = shown.document.text
        said = {mark.curie: own[mark.start : mark.end] for mark in shown.marks}
        named = {curie: Named(curie, name, name, (curie,)) for curie, name in said.items()}
        words, meaning = shown.title, own
    telling = sorted(named.values(), key=lambda one: matcher.frequency("concept_own", one.curie))
    return Asked(text, _stems([words])[:MOST_WORDS], tuple(telling[:MOST_CONCEPTS]), meaning)


class Frequencies(Protocol):
    """What knows how many documents have a token."""

    def frequency(self, field: str, token: str) -> int:
        """Return how many documents have a token in a field."""

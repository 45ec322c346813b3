"""Semantic types in the words of annotated files: ``cell_type`` is ``CellType``."""

from __future__ import annotations

from onoma.types import SEMANTIC_TYPES

_WORDS: dict[str, str] = {
    name: "".join(part.capitalize() for part in name.split("_")) for name in SEMANTIC_TYPES
}
_TYPES: dict[str, str] = {word: name for name, word in _WORDS.items()} | {"Species": "organism"}


def word_of(type_name: str) -> str:
    """Return a file's word for a semantic type; a word that is none of ours stays as it is.

    >>> word_of("cell_type"), word_of("DNA")
    ('CellType', 'DNA')
    """
    return _WORDS.get(type_name, type_name)


def type_of(word: str) -> str:
    """Return our name for a file's word, the word itself if there is none.

    >>> type_of("CellType"), type_of("Species"), type_of("GENE-Y")
    ('cell_type', 'organism', 'GENE-Y')
    """
    return _TYPES.get(word, word)

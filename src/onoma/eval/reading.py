"""From a source to items: files of the split, views applied, gold that does not count left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from onoma.errors import BadFile, InputError
from onoma.eval.datasets import has_split, in_split, is_cut_by_id, paths_of
from onoma.eval.gold_documents import (
    GoldDocument,
    GoldMention,
    once_each,
    read_any_gold,
)
from onoma.eval.gold_formats import read_gold
from onoma.eval.gold_ids import human_gene_ids, ids_below
from onoma.eval.parts import Data, Item, ItemReader, Source, View
from onoma.formats.type_words import word_of
from onoma.types import SEMANTIC_TYPES

_BESIDE = {"chemical": ("drug",), "gene": ("protein",), "organism": ("microbe",)}


def read_documents(source: Source, split: str | None = None) -> list[GoldDocument]:
    """Return the gold documents of a source's split, types as in its file.

    Raises: BadFile: there is none.
    """
    split = split or source.split
    row = source.row
    if row is None:
        found = list(once_each(read_any_gold(source.path)))
    else:
        options = dict(row.options) | {"split": split}
        every: Iterable[GoldDocument] = (
            one for path in paths_of(source, split) for one in read_gold(path, row.format, options)
        )
        if is_cut_by_id(row):
            every = (one for one in every if in_split(one.document.id, split))
        found = list(once_each(every))
    if not found:
        raise BadFile(f"{source.path} has no documents", hint="is it the right file, or split?")
    return found[: source.limit] if split == source.split else found


def views_of(source: Source, documents: Iterable[GoldDocument]) -> tuple[View, ...]:
    """Return the views of a set; of a user's file one per type that is in it."""
    if source.row is not None:
        return source.row.views
    prefixes: dict[str, dict[str, None]] = {}
    for one in documents:
        for mention in one.mentions:
            known = prefixes.setdefault(mention.type, {})
            known |= {c.partition(":")[0]: None for c in mention.concepts if ":" in c}
    return tuple(
        View(word_of(kind), (kind,), _types_of(kind), tuple(ids)) for kind, ids in prefixes.items()
    )


def _types_of(kind: str) -> tuple[str, ...]:
    """Return our types for a type of a file; none for a word that is not ours."""
    return (kind, *_BESIDE.get(kind, ())) if kind in SEMANTIC_TYPES else ()


def viewed(
    documents: Iterable[GoldDocument],
    views: tuple[View, ...],
    allowed: Collection[str] | None = None,
) -> Iterator[GoldDocument]:
    """Yield documents with the mentions of the views, under their names, sorted.

    With ``allowed`` a mention none of whose concepts is in it does not count.
    """
    name_of = {word: view.name for view in views for word in view.words}
    for one in documents:
        kept = [
            GoldMention(m.start, m.end, m.text, name_of[m.type], m.concepts)
            for m in one.mentions
            if m.type in name_of and (allowed is None or any(c in allowed for c in m.concepts))
        ]
        kept.sort(key=lambda m: (m.start, m.end, m.concepts))
        yield GoldDocument(one.document, tuple(kept), one.relations)


def allowed_ids(source: Source, equivalents: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """Return the ids that count in a set (phenotypes alone, human genes alone), None for all."""
    if source.row is None:
        return None
    options = source.row.options
    if "below" in options:
        found = ids_below(source.path / options["below"], options["root"])
        return found | {same for one in found for same in equivalents.get(one, ())}
    if "human_genes" in options:
        return human_gene_ids(source.path / options["human_genes"])
    return None


def training_split(source: Source) -> str | None:
    """Return the split to learn from, None if there is none beside the one scored."""
    is_held_out = source.split == "dev" and has_split(source, "train")
    return "train" if is_held_out else None


def read_items(source: Source, readers: Mapping[str, ItemReader], plain: ItemReader) -> Data:
    """Return the items of a source; a user's file is read by ``plain``.

    Raises: BadFile: there are none; InputError: two items have one id.
    """
    items = _items(source, source.split, readers, plain)
    split = training_split(source)
    train = None if split is None else _items(source, split, readers, plain)
    return Data(items[: source.limit], train)


def _items(
    source: Source, split: str, readers: Mapping[str, ItemReader], plain: ItemReader
) -> list[Item[Any, Any]]:
    row = source.row
    if row is None:
        found = list(plain(source.path, {}))
    else:
        reader = readers[row.format]
        options = dict(row.options) | {"split": split}
        every: Iterator[Item[Any, Any]] = (
            item for path in paths_of(source, split) for item in reader(path, options)
        )
        found = [i for i in every if not is_cut_by_id(row) or in_split(_group(i.id), split)]
    if not found:
        raise BadFile(f"{source.path} has nothing to score", hint="is it the right file, or split?")
    return list(_told_apart(found, source))


def _told_apart(items: Iterable[Item[Any, Any]], source: Source) -> Iterator[Item[Any, Any]]:
    """Yield items under ids that differ; only a set of the table may have one twice."""
    seen: Counter[str] = Counter()
    for item in items:
        seen[item.id] += 1
        times = seen[item.id]
        if times > 1 and source.row is None:
            raise InputError(
                f"{source.path}: the id {item.id!r} comes twice", hint="ids must differ"
            )
        yield item if times == 1 else replace(item, id=f"{item.id}#{times}")


def _group(identifier: str) -> str:
    """Return the document of an item's id (``document#number``), so that none is cut in two."""
    return identifier.partition("#")[0]

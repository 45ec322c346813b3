"""Corpora of relations whose ends are mentions without concept ids: ChemProt, DDI, GutBrainIE.

The ends of a triple are then the corpus's own names of mentions (``T12``), or their texts; a
mention has that name as its concept, so that triples and mentions meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.eval.gold_documents import (
    GoldDocument,
    GoldMention,
    Options,
    Triple,
    checked,
    read_tar,
)
from onoma.eval.gold_texts import unpacked
from onoma.formats.safe_xml import make_parser, parse_xml
from onoma.types import Document, Passage


def read_chemprot(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the abstracts of ChemProt; ``path`` is the file of abstracts, its partners beside it.

    Relations are those of the gold standard: the five groups that were evaluated.
    """
    rows = {
        part: _rows(path.with_name(path.name.replace("abstracts", part)))
        for part in ("entities", "gold_standard")
    }
    for (identifier, title, abstract), *_ in _rows(path).values():
        text = f"{title} {abstract}"
        mentions = tuple(
            checked(identifier, text, GoldMention(int(start), int(end), name, kind, (number,)))
            for number, kind, start, end, name in rows["entities"].get(identifier, ())
        )
        relations = tuple(
            Triple(first.removeprefix("Arg1:"), group, second.removeprefix("Arg2:"))
            for group, first, second in rows["gold_standard"].get(identifier, ())
        )
        yield GoldDocument(Document(identifier, text), mentions, relations)


def _rows(path: Path) -> dict[str, list[list[str]]]:
    """Return the rows of a tab-separated file by document; one of abstracts keeps its id."""
    out: dict[str, list[list[str]]] = defaultdict(list)
    for line in unpacked(path).decode("utf-8").splitlines():
        cells = line.split("\t")
        out[cells[0]].append(cells if "abstracts" in path.name else cells[1:])
    return out


def read_ddi(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the documents of the DDI corpus: sentences, drugs, and pairs that interact."""
    for name, content in sorted(read_tar(path).items()):
        if name.endswith(".xml"):
            yield _ddi_document(parse_xml(content, make_parser()))


def _ddi_document(root: Any) -> GoldDocument:
    parts: list[str] = []
    mentions: list[GoldMention] = []
    relations: list[Triple] = []
    place = 0
    identifier = root.get("id")
    for sentence in root.iter("sentence"):
        text = sentence.get("text")
        for entity in sentence.iter("entity"):
            spans = [part.split("-") for part in entity.get("charOffset").split(";")]
            start, end = int(spans[0][0]) + place, int(spans[-1][1]) + 1 + place  # end included
            name = entity.get("id")
            mentions.append(
                GoldMention(start, end, entity.get("text"), entity.get("type"), (name,))
            )
        for pair in sentence.iter("pair"):
            if pair.get("ddi") == "true":
                relations.append(Triple(pair.get("e1"), pair.get("type") or "int", pair.get("e2")))
        parts.append(text)
        place += len(text) + 1
    whole = "\n".join(parts)
    kept = tuple(checked(identifier, whole, one) for one in mentions)
    return GoldDocument(Document(identifier, whole), kept, tuple(relations))


def read_gutbrainie(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the abstracts of GutBrainIE; the ends of relations are texts, letter case aside.

    Raises: BadFile: no such JSON.
    """
    try:
        documents = orjson.loads(unpacked(path))
    except orjson.JSONDecodeError as error:
        raise BadFile(f"{path.name}: no JSON ({error})") from error
    for identifier, one in documents.items():
        title, abstract = one["metadata"]["title"], one["metadata"]["abstract"]
        text = f"{title} {abstract}"
        mentions = []
        for m in one["entities"]:
            shift = 0 if m["location"] == "title" else len(title) + 1
            start, end = m["start_idx"] + shift, m["end_idx"] + 1 + shift  # its end is included
            name = m["text_span"].lower()
            mention = GoldMention(start, end, m["text_span"], m["label"], (name,))
            mentions.append(checked(identifier, text, mention))
        relations = {
            Triple(r["subject_text_span"].lower(), r["predicate"], r["object_text_span"].lower())
            for r in one["ternary_mention_based_relations"]
        }
        bounds = (Passage(0, len(title), "title"), Passage(len(title) + 1, len(text), "abstract"))
        document = Document(identifier, text, bounds)
        yield GoldDocument(document, tuple(mentions), tuple(sorted(relations)))

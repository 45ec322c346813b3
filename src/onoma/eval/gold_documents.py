"""Annotated corpora, by format, as documents with gold mentions and relations.

BioC, brat, CoNLL, JSON lines, PubTator and Web Annotation come through ``onoma.formats``; packed
folders of brat pairs, the standoff of the HPO corpora, Knowtator (CRAFT) and tables of mentions
beside their texts are read here. A corpus whose offsets do not fit its text is an error.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import tarfile
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from onoma.errors import BadFile, BadSpan
from onoma.formats import read_annotated
from onoma.formats.brat import read_brat_gold
from onoma.formats.concept_fields import split_ids
from onoma.formats.opening import open_stream
from onoma.formats.safe_xml import make_parser, parse_xml
from onoma.relate.stating import find_kind
from onoma.types import AnnotatedDocument, Document, Mention, Passage, Relation

_STANDOFF = (  # the three layouts that the HPO corpora use
    re.compile(r"\[(?P<start>\d+)::(?P<end>\d+)\]\t(?P<id>HP_\d+)\s*\|\s?(?P<text>.*)"),
    re.compile(r"(?P<start>\d+):(?P<end>\d+)\t(?P<id>HP:\d+)\t(?P<text>[^\t]*).*"),
    re.compile(r"(?P<start>\d+)\t(?P<end>\d+)\t(?P<text>[^\t]*)\t(?P<id>HP:\d+).*"),
)
_NOTE = "note"


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A span of a type with the concepts that are right for it (none: not said, or NIL)."""

    start: int
    end: int
    text: str
    type: str
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Triple:
    """A statement of a document: two concepts and what ties them.

    ``novelty`` (``novel``, ``background``) is beside the statement: it tells no two apart.
    """

    subject: str
    predicate: str
    object: str
    novelty: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document with what its annotators marked."""

    document: Document
    mentions: tuple[GoldMention, ...] = ()
    relations: tuple[Triple, ...] = ()


Options = Mapping[str, str]
DocumentReader = Callable[[Path, Options], Iterator[GoldDocument]]


def read_any_gold(path: Path) -> Iterator[GoldDocument]:
    """Yield the gold documents of a user's file or folder, its format recognised."""
    return map(gold_of, read_annotated([path]))


def gold_of(found: AnnotatedDocument, *, words: Container[str] = ()) -> GoldDocument:
    """Return a document as read from a file in the form that is scored.

    ``words``: a relation whose predicate is none of these, but whose kind is, is called by that.
    Raises: BadFile: it could not be read.
    """
    if found.error is not None:
        error = found.error
        raise BadFile(f"{error.source or error.id}: {error.message}", hint=error.hint)
    mentions = tuple(
        GoldMention(m.start, m.end, m.text, m.type, split_ids(_concept_of(m), m.type))
        for m in found.mentions
    )
    by_id = {m.id: m.curie for m in found.mentions if m.id}
    relations = []
    for relation in found.relations:
        ends = [by_id.get(a.target) or a.target for a in relation.arguments]
        if len(ends) == 2:
            predicate, ends = _in_words(relation, ends, words)
            first, second = map(_entity, ends)
            relations.append(Triple(first, predicate, second, relation.novelty))
    return GoldDocument(found.document, mentions, tuple(dict.fromkeys(relations)))


def _in_words(relation: Relation, ends: list[str], words: Container[str]) -> tuple[str, list[str]]:
    """Return a relation's predicate and ends, in a corpus's words where it has none of ours."""
    kind = find_kind(relation.kind) if relation.kind and relation.predicate not in words else None
    if kind is None or kind[1].name not in words:
        return relation.predicate, ends
    return kind[1].name, ends[::-1] if kind[1].is_turned else ends


def _concept_of(mention: Mention) -> str | None:
    """Return a mention's concept field; some brat corpora have it in a note."""
    if mention.curie is not None:
        return mention.curie
    return next((value for name, value in mention.metadata if name == _NOTE), None)


def _entity(field: str) -> str:
    """Return one end of a relation: its id with a prefix, if it is a single one."""
    ids = split_ids(field, "gene") if "|" not in field else ()
    return ids[0] if len(ids) == 1 else field


def checked(identifier: str, text: str, mention: GoldMention) -> GoldMention:
    """Return a mention whose offsets are inside its text.

    Raises: BadSpan: they are not.
    """
    if not 0 <= mention.start < mention.end <= len(text):
        raise BadSpan(
            f"{identifier}: the annotation {mention.text[:80]!r} at {mention.start} {mention.end} "
            f"does not fit the text of {len(text)} characters",
            hint="offsets count code points from 0, the end is exclusive",
        )
    return mention


@functools.lru_cache(maxsize=4)
def read_tar(path: Path) -> dict[str, bytes]:
    """Return the files of a packed folder, by path."""
    out = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)):
                out[member.name.removeprefix("./")] = content.read()
    return out


def read_hpo_standoff(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the notes of an HPO corpus: a folder of texts, one of annotations."""
    members = read_tar(path)
    prefix = f"{options['texts']}/"
    for name in sorted(n for n in members if n.startswith(prefix)):
        identifier = name.removeprefix(prefix)
        rows = members.get(f"{options['annotations']}/{identifier}", b"")
        text = members[name].decode("utf-8")
        yield parse_standoff(identifier, text, rows.decode("utf-8"))


def parse_standoff(identifier: str, text: str, rows: str) -> GoldDocument:
    """Return a note and its annotations, each a line with offsets, text and HPO id."""
    mentions = []
    for line in rows.splitlines():
        found = next(filter(None, (layout.fullmatch(line) for layout in _STANDOFF)), None)
        if found is not None:
            curie = found["id"].replace("_", ":", 1)
            start, end = int(found["start"]), int(found["end"])
            mention = GoldMention(start, end, found["text"], "Phenotype", (curie,))
            mentions.append(checked(identifier, text, mention))
    return GoldDocument(_titled(identifier, text), tuple(mentions))


def _titled(identifier: str, text: str) -> Document:
    """Return a text whose whole is one passage, the title, as a PubTator file would give it."""
    return Document(identifier, text, (Passage(0, len(text), "title"),) if text else ())


def read_knowtator(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the full articles of CRAFT with the annotations of one ontology."""
    ontology, part = options["ontology"], options["split"]
    texts = read_tar(path.parent / options["articles"])
    marks = texts if path.name == options["articles"] else read_tar(path)
    wanted = texts[f"articles/ids/craft-ids-{part}.txt"].decode().split()
    files = {
        Path(name).name.split(".")[0]: name
        for name in marks
        if f"concept-annotation/{ontology}/{ontology}" in name and name.endswith(".xml")
    }
    for identifier in sorted(wanted):
        text = texts[f"articles/txt/{identifier}.txt"].decode("utf-8")
        content = marks[files[identifier]] if identifier in files else None
        mentions = parse_knowtator(content, text, ontology) if content else ()
        yield GoldDocument(_titled(identifier, text), mentions)


def parse_knowtator(content: bytes, text: str, type: str) -> tuple[GoldMention, ...]:
    """Return the mentions of a Knowtator file, old layout or Knowtator 2; gaps are covered."""
    root = parse_xml(content, make_parser())
    classes = {}
    for node in root.iter("classMention"):
        inner = node.find("mentionClass")
        classes[node.get("id", "")] = "" if inner is None else inner.get("id", "")
    mentions = []
    for node in root.iter("annotation"):
        spans = [(int(s.get("start", "")), int(s.get("end", ""))) for s in node.iter("span")]
        start = min((s for s, _ in spans), default=0)
        end = max((e for _, e in spans), default=0)
        if 0 <= start < end <= len(text):
            curie = _knowtator_class(node, classes)
            mentions.append(GoldMention(start, end, text[start:end], type, split_ids(curie, "")))
    return tuple(mentions)


def _knowtator_class(node: etree._Element, classes: Mapping[str, str]) -> str:
    """Return the CURIE of an annotation, inside it or in the list of classes."""
    inner = node.find("class")
    if inner is not None:
        return str(inner.get("id", "")).rsplit("/", 1)[-1].replace("_", ":", 1)
    mention = node.find("mention")
    return classes.get(str(mention.get("id", "")), "") if mention is not None else ""


def read_brat_tar(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the pairs of a packed folder of brat files; ``folder`` picks those below one."""
    wanted = options.get("folder", "")
    members = {
        n: c for n, c in read_tar(path).items() if wanted in n and n[-4:] in (".ann", ".txt")
    }
    whole = {n[:-4] for n in members if n.endswith(".txt")}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(members.items()):
            if name[:-4] in whole:
                archive.writestr(name, content)
    packed.seek(0)
    for found in read_brat_gold(io.BufferedReader(packed), path.name):
        prefix = options.get("prefix", "")
        for_one = gold_of(found)
        if prefix:
            for_one = GoldDocument(
                for_one.document,
                tuple(_prefixed(m, prefix) for m in for_one.mentions),
                for_one.relations,
            )
        yield for_one


def _prefixed(mention: GoldMention, prefix: str) -> GoldMention:
    """Return a mention whose concepts, bare numbers in the file, have their prefix."""
    concepts = tuple(f"{prefix}:{c.rpartition(':')[2]}" for c in mention.concepts)
    return GoldMention(mention.start, mention.end, mention.text, mention.type, concepts)


def read_mention_table(path: Path, options: Options) -> Iterator[GoldDocument]:
    """Yield the texts of a packed folder with the mentions of a table beside it (SPACCC corpora).

    ``columns`` names the table's columns of file, type, start, end, text and, if any, concept.
    """
    names = options["columns"].split(",")
    texts = {
        Path(name).stem: content.decode("utf-8")
        for name, content in read_tar(path.parent / options["texts"]).items()
        if name.endswith(".txt")
    }
    by_file: dict[str, list[GoldMention]] = {}
    with open_stream(path.open("rb"), path.name) as stream:
        rows = csv.DictReader(io.TextIOWrapper(stream, "utf-8"), delimiter="\t")
        for row in rows:
            file, kind, start, end, text, *concept = (row[name] for name in names)
            ids = _table_ids(concept[0], options.get("prefix", "")) if concept else ()
            by_file.setdefault(file, []).append(GoldMention(int(start), int(end), text, kind, ids))
    for identifier, mentions in sorted(by_file.items()):
        if identifier not in texts:
            raise BadFile(f"{path.name}: no text for {identifier!r} in {options['texts']}")
        text = texts[identifier]
        kept = tuple(checked(identifier, text, m) for m in sorted(mentions, key=lambda m: m.start))
        yield GoldDocument(Document(identifier, text), kept)


def _table_ids(field: str, prefix: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split(r"[+|]", field))
    return tuple(f"{prefix}:{p}" for p in parts if p and p.upper() != "NO_CODE")


def once_each(documents: Iterable[GoldDocument]) -> Iterator[GoldDocument]:
    """Yield documents, each id once (NCBI Disease has one twice)."""
    seen: set[str] = set()
    for one in documents:
        if one.document.id not in seen:
            seen.add(one.document.id)
            yield one

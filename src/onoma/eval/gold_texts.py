"""Texts with labels, by format: whole texts, and the sentences of abstracts."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from onoma.errors import BadFile
from onoma.eval.gold_documents import Options, read_tar
from onoma.eval.parts import Item, ItemReader
from onoma.eval.records import as_list, read_records
from onoma.formats.opening import open_stream
from onoma.formats.safe_xml import make_parser, parse_xml

Labelled = Item[str, frozenset[str]]


def read_labelled(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield the rows of a user's file: text and labels."""
    for row in read_records(path):
        text = row.get("text", str)
        yield Item(row.id, text, frozenset(as_list(row.values.get("labels") or "")), text)


def read_sentences(
    path: Path, options: Options
) -> Iterator[Item[tuple[str, ...], tuple[str, ...]]]:
    """Yield the rows of a user's file: sentences and as many labels.

    Raises: BadFile: their numbers differ.
    """
    for row in read_records(path):
        sentences, labels = tuple(row.get("sentences", as_list)), tuple(row.get("labels", as_list))
        if len(sentences) != len(labels):
            counts = f"{len(labels)} labels for {len(sentences)} sentences"
            raise BadFile(f"{path.name}, line {row.number}: {counts}")
        yield Item(row.id, sentences, labels, " ".join(sentences))


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, unpacked."""
    with open_stream(path.open("rb"), path.name) as stream:
        return stream.read()


def read_hoc(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield the sentences of the Hallmarks of Cancer corpus; labels are the top hallmarks.

    A label file has ``<`` between sentences, ``AND`` between labels, ``--`` between levels.
    """
    members = read_tar(path)
    for name in sorted(n for n in members if n.startswith("text/")):
        identifier = Path(name).stem
        sentences = members[name].decode("utf-8").splitlines()
        parts = members[f"labels/{Path(name).name}"].decode("utf-8").split("<")[-len(sentences) :]
        for number, (sentence, marks) in enumerate(zip(sentences, parts, strict=False)):
            tops = {m.strip().split("--")[0].strip() for m in marks.split("AND")}
            labels = frozenset(top for top in tops if top and top != "NULL")
            yield Item(f"{identifier}#{number}", sentence, labels, sentence)


def read_ade(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield sentences that state an adverse effect (``DRUG-AE.rel``) or none (``ADE-NEG.txt``)."""
    seen: set[str] = set()
    for number, line in enumerate(unpacked(path).decode("utf-8").splitlines()):
        if "|" in line and path.name.startswith("DRUG"):
            identifier, sentence, label = line.split("|")[0], line.split("|")[1], "adverse effect"
        else:
            identifier, _, sentence = line.partition(" NEG ")
            label = "no adverse effect"
        if sentence and sentence not in seen:
            seen.add(sentence)
            yield Item(f"{identifier}#{label[0]}{number}", sentence, frozenset([label]), sentence)


def read_csv_flags(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield the rows of a table whose label columns hold 0 or 1."""
    rows = csv.DictReader(io.StringIO(unpacked(path).decode("utf-8")))
    for row in rows:
        labels = frozenset(n for n in options["labels"].split(",") if float(row[n] or 0) > 0)
        text = " ".join(filter(None, (row[name] for name in options["text"].split(","))))
        yield Item(row[options["id"]], text, labels, text)


def read_pubmedqa(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield the questions of PubMedQA with their contexts; the label is yes, no or maybe."""
    for identifier, row in pubmedqa_rows(path):
        text = " ".join([row["QUESTION"], *row["CONTEXTS"]])
        yield Item(identifier, text, frozenset([row["final_decision"]]), row["QUESTION"])


def pubmedqa_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of PubMedQA by PMID."""
    yield from orjson.loads(unpacked(path)).items()


def read_rqe(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield pairs of questions, whether the first is answered by what answers the second."""
    root = parse_xml(unpacked(path), make_parser())
    for pair in root.iter("pair"):
        asked, frequent = pair.findtext("chq") or "", pair.findtext("faq") or ""
        text = f"{asked.strip()} || {frequent.strip()}"
        label = "entails" if pair.get("value") == "true" else "does not entail"
        yield Item(f"{path.name}:{pair.get('pid')}", text, frozenset([label]), text)


def read_pgr(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield sentences with a gene and a phenotype; the label says whether they are related."""
    rows = csv.DictReader(io.StringIO(unpacked(path).decode("utf-8")), delimiter="\t")
    for number, row in enumerate(rows):
        text = f"{row['GENE']} | {row['PHENOTYPE']} | {row['SENTENCE']}"
        label = "related" if row["RELATION"] == "True" else "not related"
        yield Item(f"{row['FILE_ID']}#{number}", text, frozenset([label]), text)


def read_nli4ct(path: Path, options: Options) -> Iterator[Labelled]:
    """Yield the statements about clinical trials: entailed, or contradicted."""
    for identifier, row in orjson.loads(unpacked(path)).items():
        yield Item(identifier, row["Statement"], frozenset([row["Label"]]), row["Statement"])


def read_sentence_roles(
    path: Path, options: Options
) -> Iterator[Item[tuple[str, ...], tuple[str, ...]]]:
    """Yield abstracts: ``###ID``, then lines of label, tab, sentence, then a blank line."""
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for block in re.split(r"\n\s*\n", handle.read()):
            head, *lines = block.strip().split("\n")
            rows = [line.split("\t", 1) for line in lines if "\t" in line]
            if head.startswith("###") and rows:
                sentences = tuple(sentence for _, sentence in rows)
                labels = tuple(label for label, _ in rows)
                yield Item(head.removeprefix("###"), sentences, labels, " ".join(sentences))


READERS: dict[str, ItemReader] = {
    "hoc": read_hoc,
    "ade": read_ade,
    "csv-flags": read_csv_flags,
    "pubmedqa": read_pubmedqa,
    "pgr": read_pgr,
    "nli4ct": read_nli4ct,
    "rqe": read_rqe,
    "sentence-roles": read_sentence_roles,
}

"""Public corpora in the document formats that Onoma reads, read in place, formats recognised.

For every set: documents, those that failed, mentions, those where the file quotes other text than
stands at its offsets (blanks aside), relations, texts rebuilt from tokens, and how many documents
came back unchanged from being written as BioC JSON, BioC XML and JSON lines and read again. A
second table says of each document that failed or quotes otherwise what is amiss in it. The corpora
are cited in the README beside each one's data; no text of theirs is kept in this repository.

    python bench/corpora_formats.py [--out bench/results/formats.md] [SET ...]
"""

from __future__ import annotations

import argparse
import io
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import corpora
from onoma.formats import annotated_readers, make_writer, open_stream, read_annotated
from onoma.formats.conll import REBUILT
from onoma.formats.gold import QUOTED
from onoma.formats.inputs import sniff_format
from onoma.formats.signs import HEAD
from onoma.types import AnnotatedDocument, Mention
from report import Table, write_tables

SETS: dict[str, tuple[str, ...]] = {
    "anatem": ("*.tsv.gz",),
    "bc2gm": ("*.tsv.gz",),
    "bc5cdr": ("*.PubTator.txt.gz",),
    "bioid-cellline": ("*.PubTator.gz",),
    "bionlp11id": ("*.tsv.gz",),
    "bionlp13cg": ("*.tsv.gz",),
    "bionlp13pc": ("*.tsv.gz",),
    "biored": ("*.PubTator.gz", "*.BioC.JSON.gz"),
    "dimb-re": ("brat*.tar.xz",),
    "e3c": ("layer*.txt.gz",),
    "ebm-nlp-pico": ("*.txt.gz",),
    "gnormplus": ("*.PubTator.gz",),
    "jnlpba": ("*.tsv.gz", "standoff-train.tar.xz"),
    "linnaeus": ("*.PubTator.gz",),
    "maccrobat2020": ("*.tar.xz",),
    "ncbi-disease": ("*corpus.txt.gz",),
    "nlm-gene": ("*.PubTator.gz",),
    "pharmaconer": ("*.tar.xz",),
    "species-800": ("*.PubTator.gz",),
    "tmvar3": ("*.PubTator.gz",),
}
"""Each set with the files that are in one of the formats."""

COLUMNS = (
    "file", "format", "documents", "failed", "mentions", "quoted otherwise", "relations",
    "rebuilt", "back", "s",
)  # fmt: skip
REASONS = ("file", "document", "annotations", "what is amiss")
NEAR = 30  # characters within which a quote is looked for beside its offsets
BACK = ("biocjson", "biocxml", "jsonl-text")


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """Give what is to be read: the file itself, or a folder with a tar archive's pairs."""
    if ".tar" not in path.suffixes:
        yield path, format_of(path)
        return
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
        yield Path(folder), "brat"


def format_of(path: Path) -> str:
    """Return the format that reading finds."""
    with path.open("rb") as raw, open_stream(raw, path.name) as stream:
        return sniff_format(stream.peek(HEAD)[:HEAD], path.name)


def came_back(documents: Sequence[AnnotatedDocument], format: str) -> int:
    """Return how many documents are the same when they are written and read again."""
    stream = io.BytesIO()
    writer = make_writer(format, stream)
    writer.begin()
    for document in documents:
        writer.write(document)
    writer.end()
    stream.seek(0)
    reader = annotated_readers.get("jsonl" if format == "jsonl-text" else format)
    found = list(reader(open_stream(stream, "x"), documents[0].document.source))
    return sum(
        there == back and not writer.losses
        for there, back in zip(with_ids(documents), with_ids(found), strict=True)
    )


def with_ids(documents: Sequence[AnnotatedDocument]) -> list[object]:
    """Return documents in a form that compares without what BioC gives: ids, the file's name."""
    return [
        replace(
            d,
            document=replace(d.document, source=""),
            mentions=tuple(replace(m, id="") for m in d.mentions),
        )
        for d in documents
    ]


def reason(document: AnnotatedDocument, mention: Mention) -> str:
    """Say in what a file's quote differs from the text at its offsets."""
    quote, there = dict(mention.metadata)[QUOTED].strip(), mention.text.strip()
    if quote.casefold() == there.casefold():
        return "letter case"
    if [c for c in quote if c.isalnum()] == [c for c in there if c.isalnum()]:
        return "signs other than letters"
    if quote.startswith(there) or there.startswith(quote):
        return "the quote ends elsewhere"
    for shift in sorted(range(-NEAR, NEAR + 1), key=abs):
        start = max(0, mention.start + shift)
        if document.text.startswith(quote, start):
            return f"offsets are off by {shift:+d}"
    return "another text"


def amiss(name: str, documents: Sequence[AnnotatedDocument]) -> list[list[str]]:
    """Return a line for each document and reason for which its annotations do not fit its text."""
    lines = []
    for document in documents:
        if document.error is not None:
            lines.append([name, document.error.id, "1", document.error.message])
            continue
        reasons = Counter(
            reason(document, mention)
            for mention in document.mentions
            if QUOTED in dict(mention.metadata)
        )
        lines += [[name, document.id, str(n), words] for words, n in reasons.items()]
    return lines


def measure(path: Path, name: str) -> tuple[list[str], list[list[str]]]:
    """Return a file's row, and what is amiss in its annotations."""
    started = time.process_time()
    with unpacked(path) as (place, format):
        documents = list(read_annotated([place]))
    seconds = time.process_time() - started
    good = [document for document in documents if document.error is None]
    assert all(d.text[m.start : m.end] == m.text for d in good for m in d.mentions)
    row = [
        name,
        format,
        str(len(documents)),
        str(len(documents) - len(good)),
        str(sum(len(d.mentions) for d in good)),
        str(sum(QUOTED in dict(m.metadata) for d in good for m in d.mentions)),
        str(sum(len(d.relations) for d in good)),
        str(sum(d.document.metadata == REBUILT for d in good)),
        " ".join(str(came_back(good, format)) for format in BACK),
        f"{seconds:.1f}",
    ]
    return row, amiss(name, documents)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read every set, print the tables, write them with ``--out``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", metavar="SET", help="a name of SETS")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    table = Table("Corpora in annotated formats", COLUMNS, left=2)
    table.note(f"back: documents that came back unchanged from {', '.join(BACK)}")
    table.note("quoted otherwise: the file's own text of a mention is not what stands there")
    exceptions = Table("Annotations that do not fit their text in these corpora", REASONS, left=4)
    exceptions.note("the files' own: the text beside the offsets was read in the files themselves")
    rows: list[list[int]] = []
    for name in options.sets or SETS:
        folder = corpora.shared_file(f"data/{name}")
        for path in sorted(path for shape in SETS[name] for path in folder.glob(shape)):
            row, lines = measure(path, f"{name}/{path.name}")
            rows.append([int(cell) for cell in row[2:7]])
            table.add(row, show=True)
            for line in lines:
                exceptions.add(line)
    table.add(["all", "", *(str(sum(column)) for column in zip(*rows, strict=True)), "", "", ""])
    if options.out is not None:
        write_tables([table, exceptions], options.out, sys.argv)
    print(exceptions.markdown())
    return 0


if __name__ == "__main__":
    sys.exit(main())

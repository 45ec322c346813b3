"""Public corpora in the document formats that Onoma reads, read in place, formats recognised.

For every set: documents, those that failed, mentions, those where the file quotes other text than
stands at its offsets (blanks aside; the differences are listed, they are the corpora's own),
relations, texts rebuilt from tokens, and how many documents came back unchanged from being written
as BioC JSON, BioC XML and JSON lines and read again. The corpora are cited in the README beside
each one's data; no text of theirs is kept in this repository.

    python bench/corpora_formats.py [--differences 40] [--out bench/results/formats.md] [SET ...]
"""

from __future__ import annotations

import argparse
import io
import sys
import tarfile
import tempfile
import time
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
from onoma.types import AnnotatedDocument
from report import Table

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


def measure(path: Path, name: str) -> tuple[list[str], list[str]]:
    """Return a file's row and the differences between its quotes and its texts."""
    started = time.process_time()
    with unpacked(path) as (place, format):
        documents = list(read_annotated([place]))
    seconds = time.process_time() - started
    good = [document for document in documents if document.error is None]
    failed = [d.error for d in documents if d.error is not None]
    differences = [
        f"{name}, {document.id}, {mention.start}-{mention.end}: the file has "
        f"{dict(mention.metadata)[QUOTED]!r}, the text {mention.text!r}"
        for document in good
        for mention in document.mentions
        if QUOTED in dict(mention.metadata)
    ]
    assert all(d.text[m.start : m.end] == m.text for d in good for m in d.mentions)
    lines = [f"{name}, {f.id}: {f.code}: {f.message}" for f in failed] + differences
    row = [
        name,
        format,
        str(len(documents)),
        str(len(failed)),
        str(sum(len(d.mentions) for d in good)),
        str(len(differences)),
        str(sum(len(d.relations) for d in good)),
        str(sum(d.document.metadata == REBUILT for d in good)),
        " ".join(str(came_back(good, format)) for format in BACK),
        f"{seconds:.1f}",
    ]
    return row, lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Read every set, print the table and the differences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", metavar="SET", help="a name of SETS")
    parser.add_argument("--differences", type=int, default=0, metavar="N")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    table = Table("Corpora in annotated formats", COLUMNS, left=2)
    table.note(f"back: documents that came back unchanged from {', '.join(BACK)}")
    table.note("quoted otherwise: the file's own text of a mention is not what stands there")
    for name in options.sets or SETS:
        folder = corpora.shared_file(f"data/{name}")
        for path in sorted(path for shape in SETS[name] for path in folder.glob(shape)):
            row, lines = measure(path, f"{name}/{path.name}")
            table.add(row, show=True)
            for line in lines[: options.differences]:
                print(f"    {line}")
    table.finish(options.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Corpora for a tagger out of the table of data sets, as a file of corpora asks for them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, UnknownName
from onoma.eval.datasets import data_sets
from onoma.eval.gold_documents import GoldDocument
from onoma.eval.parts import DataSet, Source
from onoma.eval.reading import allowed_ids, read_documents
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText


def read_corpora(path: Path, root: Path) -> list[Corpus]:
    """Return the corpora that a TOML file names; their folders lie below ``root``.

    Each ``[[corpus]]`` has ``set`` (a row of the table of data sets), ``labels`` (a view of that
    set, or a word of its files, to a semantic type, or to nothing), and ``passes``. Training and
    dev parts are the table's.

    Raises: BadFile: it is no such file; UnknownName: no such set; DataMissing: it is not there.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["corpus"]
        asked = [(str(r["set"]), dict(r["labels"]), float(r.get("passes", 1.0))) for r in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{path} is no file of corpora: {error!r}", hint="see the docs") from error
    known = {row.name: row for row in data_sets()}
    found = []
    for name, labels, passes in asked:
        if name not in known:
            raise UnknownName("data set", name, known)
        found.append(read_corpus(known[name], root, labels, passes=passes))
    return found


def read_corpus(
    row: DataSet, root: Path, labels: Mapping[str, str], *, passes: float = 1.0
) -> Corpus:
    """Return the train and dev parts of a data set, marked as ``labels`` asks."""
    views = {view.name: view.words for view in row.views}
    label_of = {word: label for label in labels for word in views.get(label, (label,))}
    parts = []
    for split in ("train", "dev"):
        source = Source(root / row.folder, row, split)
        allowed = allowed_ids(source, {}) if "below" in row.options else None
        documents = read_documents(source, split)
        parts.append(tuple(_marked(documents, label_of, allowed)))
    return Corpus(row.name, dict(labels), parts[0], parts[1], passes)


def _marked(
    documents: Iterable[GoldDocument], label_of: Mapping[str, str], allowed: Any
) -> Iterable[MarkedText]:
    for one in documents:
        text = one.document.text
        marks = tuple(
            Marked(m.start, m.end, label_of[m.type])
            for m in one.mentions
            if m.type in label_of and (allowed is None or any(c in allowed for c in m.concepts))
        )
        yield MarkedText(one.document.id, text, marks)

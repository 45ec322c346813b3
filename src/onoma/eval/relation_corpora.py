"""Corpora of relations as texts with entities and gold ties, a train and a dev part each.

Where a corpus has no official dev part, documents are drawn by a checksum of their id: one in five
of DDI, one in four elsewhere (as everywhere in ``onoma.eval``). Texts that stand in a dev part
can be taken out of all training parts, by identifier and by near-equal text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from onoma.errors import DataMissing
from onoma.eval.datasets import data_sets
from onoma.eval.dimb_results import read_dimb_results
from onoma.eval.gold_documents import GoldDocument, read_tar
from onoma.eval.gold_texts import unpacked
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents
from onoma.eval.relation_files import (
    dimb_dev_ids,
    read_ade,
    read_ade_without,
    read_biored,
    read_dimb,
    read_maccrobat,
    read_pgr,
)
from onoma.eval.relation_texts import concept_text, gold_text, is_drawn, mention_text
from onoma.formats.safe_xml import make_parser, parse_xml
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.instances import Tie
from onoma.relate.tasks import RelationTask, relation_task, relation_tasks
from onoma.types import Span

Parts = tuple[list[GoldText], list[GoldText]]
"""The texts of the training and of the dev part."""


def read_relation_corpora(root: Path, names: Iterable[str] = ()) -> list[RelationCorpus]:
    """Return corpora below a folder, all or those of some tasks, free of each other's dev texts.

    Raises: DataMissing: one is not there; UnknownName: no such task.
    """
    asked = [relation_task(name) for name in names] or list(relation_tasks())
    return without_overlaps([read_relation_corpus(task.name, root) for task in asked])[0]


def read_relation_corpus(name: str, root: Path) -> RelationCorpus:
    """Return the train and dev part of a task's corpus, its own overlap taken out.

    Raises: DataMissing: it is not there; UnknownName: no such task.
    """
    task = relation_task(name)
    folder = root / task.corpus
    if not folder.is_dir():
        raise DataMissing(f"no data at {folder}", hint="give the folder that holds the data sets")
    train, dev = _READERS[task.name](task, folder)
    found = RelationCorpus(task, tuple(train), tuple(dev))
    return without_overlaps([found])[0][0]


def without_overlaps(
    corpora: Sequence[RelationCorpus],
) -> tuple[list[RelationCorpus], dict[str, int]]:
    """Return corpora whose training parts share nothing with a dev part; how much was taken out."""
    marked = [
        Corpus(
            corpus.task.name,
            {"entity": ""},
            tuple(MarkedText(str(i), one.text.text, ()) for i, one in enumerate(corpus.train)),
            tuple(MarkedText(one.text.id, one.text.text, ()) for one in corpus.dev),
        )
        for corpus in corpora
    ]
    left, counts = without_dev(marked)
    kept = [frozenset(int(text.id) for text in one.train) for one in left]
    dev_ids = {_stem(one.text.id) for corpus in corpora for one in corpus.dev}
    out = []
    for corpus, whole in zip(corpora, kept, strict=True):
        train = tuple(
            one
            for i, one in enumerate(corpus.train)
            if i in whole and _stem(one.text.id) not in dev_ids
        )
        counts[corpus.task.name] = len(corpus.train) - len(train)
        out.append(replace(corpus, train=train))
    return out, counts


def _stem(identifier: str) -> str:
    """Return the document of a sentence's id."""
    return identifier.partition("#")[0]


def _official(task: RelationTask, folder: Path, make: Callable[[GoldDocument], GoldText]) -> Parts:
    """Return the parts of a set that the table of data sets knows."""
    row = next(row for row in data_sets() if row.name == task.corpus)
    train, dev = (
        [make(one) for one in read_documents(Source(folder, row, split), split)]
        for split in ("train", "dev")
    )
    return train, dev


def _drawn(texts: Iterable[GoldText], one_in: int = 4) -> Parts:
    """Return parts drawn by document."""
    train: list[GoldText] = []
    dev: list[GoldText] = []
    for one in texts:
        (dev if is_drawn(_stem(one.text.id), one_in) else train).append(one)
    return train, dev


def _read_cid(task: RelationTask, folder: Path) -> Parts:
    def make(one: GoldDocument) -> GoldText:
        rows = [(r.subject, r.predicate, r.object) for r in one.relations]
        return gold_text(concept_text(one), rows)

    return _official(task, folder, make)


def _read_biored(task: RelationTask, folder: Path) -> Parts:
    found = [list(read_biored(folder / f"{part}.PubTator.gz", task)) for part in ("Train", "Dev")]
    return found[0], found[1]


def _read_chemprot(task: RelationTask, folder: Path) -> Parts:
    """The kinds that are not evaluated are read too, from the file of all relations."""
    groups: dict[str, set[tuple[str, str, str]]] = {}
    known = {kind.name for kind in task.kinds}
    for part in ("training", "development"):
        content = unpacked(folder / f"chemprot_{part}_relations.tsv.gz").decode("utf-8")
        for line in content.splitlines():
            pmid, group, _, _, first, second = line.split("\t")
            if group in known:
                ends = first.removeprefix("Arg1:"), second.removeprefix("Arg2:")
                groups.setdefault(pmid, set()).add((ends[0], group, ends[1]))

    def make(one: GoldDocument) -> GoldText:
        return gold_text(mention_text(one), sorted(groups.get(one.document.id, ())))

    return _official(task, folder, make)


def _read_ddi(task: RelationTask, folder: Path) -> Parts:
    row = next(row for row in data_sets() if row.name == task.corpus)
    cuts = _ddi_sentences(folder / row.parts[0].path)
    texts = []
    for one in read_documents(Source(folder, row, "all"), "all"):
        text = mention_text(one, sentences=cuts[one.document.id])
        texts.append(gold_text(text, [(r.subject, r.predicate, r.object) for r in one.relations]))
    return _drawn(texts, 5)


def _ddi_sentences(path: Path) -> dict[str, tuple[Span, ...]]:
    """Return the corpus's own sentences by document, as the reader of DDI joins them."""
    out = {}
    for name, content in read_tar(path).items():
        if name.endswith(".xml"):
            root = parse_xml(content, make_parser())
            spans, place = [], 0
            for sentence in root.iter("sentence"):
                size = len(sentence.get("text", ""))
                spans.append((place, place + size))
                place += size + 1
            out[root.get("id", "")] = tuple(spans)
    return out


def _read_gutbrainie(task: RelationTask, folder: Path) -> Parts:
    """An entity is all mentions of one text and label, as relations are scored (CLEF 2025)."""

    def make(one: GoldDocument) -> GoldText:
        text = concept_text(one, unnamed=True)
        words: dict[str, list[int]] = {}
        for place, entity in enumerate(text.entities):
            words.setdefault(entity.key.rpartition("|")[0], []).append(place)
        rows = [
            Tie(a, b, r.predicate)
            for r in one.relations
            for a in words.get(r.subject, ())
            for b in words.get(r.object, ())
            if (text.entities[a].word, text.entities[b].word) in task.word_pairs
            or len(words[r.subject]) == len(words[r.object]) == 1
        ]
        return GoldText(text, tuple(dict.fromkeys(rows)))

    return _official(task, folder, make)


def _read_ade(task: RelationTask, folder: Path) -> Parts:
    train, dev = _drawn(read_ade(folder))
    more, more_dev = _drawn(read_ade_without(folder, train))
    return train + more, dev + more_dev


def _read_dimb(task: RelationTask, folder: Path) -> Parts:
    """The training part has the Results sections of some of its articles, too."""
    dev_ids = dimb_dev_ids(folder)
    train: list[GoldText] = []
    dev: list[GoldText] = []
    for one in read_dimb(folder):
        (dev if one.text.id in dev_ids else train).append(one)
    return [*train, *read_dimb_results(folder, {one.text.id for one in train})], dev


_READERS: dict[str, Callable[[RelationTask, Path], Parts]] = {
    "cid": _read_cid,
    "biored": _read_biored,
    "chemprot": _read_chemprot,
    "ddi": _read_ddi,
    "dimb": _read_dimb,
    "gutbrainie": _read_gutbrainie,
    "ade": _read_ade,
    "pgr": lambda task, folder: _drawn(read_pgr(folder)),
    "maccrobat": lambda task, folder: _drawn(read_maccrobat(folder)),
}

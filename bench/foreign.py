"""Clinical entities in Spanish, French and Italian: a small linear recogniser learnt a corpus each.

Strict F1 (start, end, type) on documents that nothing was learnt from, beside the names of the
train part found again, with 95 % intervals of 1,000 samples of the documents. DisTEMIST and
MedProcNER: the documents whose id's CRC-32 is a multiple of 5 are held back (their official test
parts are not public); PharmaCoNER: its valid part; E3C: documents in five folds, each left out in
turn, of one language or all four together. Settings were chosen inside DisTEMIST's train part.

    python bench/foreign.py --out bench/results/foreign.md
    python bench/foreign.py --sets distemist --shares 12,25,50,100      # the learning curve
    python bench/foreign.py --sets distemist --codes RANKER_DIR          # text to code, end to end

Corpora: Miranda-Escalada et al. 2022, Lima-Lopez et al. 2023, Gonzalez-Agirre et al. 2019,
Magnini et al. 2020.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from lxml import etree

import corpora
from onoma.link.ranking.ranker import Ranker
from onoma.metrics.counts import I64
from onoma.metrics.resampling import Estimate, bootstrap, ratio_of
from onoma.ontology.loading import open_vocabulary
from onoma.recognize.linear.known import KnownWords, vocabulary_words
from onoma.recognize.linear.model import LinearModel
from onoma.recognize.linear.training import names_of, train_linear
from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.types import AnnotatedDocument, Document
from report import Table, figure, write_tables

FOLDS = 5
TABLES = {
    "distemist": ("text_files-60pct.tar.xz", "distemist_subtrack1_training_mentions.tsv.gz"),
    "medprocner": ("txt-60pct.tar.xz", "medprocner_tsv_train_subtask1.tsv.gz"),
}
CODED = (
    "distemist_subtrack2_training1_linking.tsv.gz",
    "distemist_subtrack2_training2_linking.tsv.gz",
)
LANGUAGES = ("Spanish", "French", "Italian", "English")
Found = set[tuple[int, int, str]]


def rows_of(path: str) -> Iterable[list[str]]:
    """Yield the cells of a gzipped table, without its head."""
    with gzip.open(corpora.shared_file(path), "rt", encoding="utf-8") as handle:
        next(handle)
        for line in handle:
            yield line.rstrip("\n").split("\t")


def texts_in(path: str) -> dict[str, str]:
    """Return the texts of an archive by document."""
    found = corpora.read_tar(path).items()
    return {Path(name).stem: raw.decode("utf-8") for name, raw in found if name.endswith(".txt")}


def tabled(name: str) -> Corpus:
    """Return DisTEMIST or MedProcNER, a fifth of the documents as dev part."""
    archive, table = TABLES[name]
    marks: dict[str, list[Marked]] = {}
    for cells in rows_of(f"data/{name}/{table}"):
        marks.setdefault(cells[0], []).append(Marked(int(cells[3]), int(cells[4]), cells[2]))
    texts = [
        MarkedText(id_, text, tuple(marks.get(id_, ())))
        for id_, text in sorted(texts_in(f"data/{name}/{archive}").items())
    ]
    held = [zlib.crc32(one.id.encode()) % FOLDS == 0 for one in texts]
    labels = {mark.label: mark.label for some in marks.values() for mark in some}
    train = [one for one, is_held in zip(texts, held, strict=True) if not is_held]
    dev = [one for one, is_held in zip(texts, held, strict=True) if is_held]
    return Corpus(name, labels, train, dev)


def pharmaconer() -> Corpus:
    """Return PharmaCoNER with its own parts; mentions of several stretches are left out."""
    files = corpora.read_tar("data/pharmaconer/PharmaCoNER-train-valid.tar.xz")
    parts: dict[bool, list[MarkedText]] = {True: [], False: []}
    for name, raw in sorted(files.items()):
        if not name.endswith(".txt"):
            continue
        marks = []
        for line in files[name[:-4] + ".ann"].decode("utf-8").splitlines():
            cells = line.split("\t")
            if cells[0].startswith("T") and ";" not in cells[1]:
                label, start, end = cells[1].split()
                marks.append(Marked(int(start), int(end), label))
        own = tuple(mark for mark in marks if mark.label != "UNCLEAR")
        parts["/train/" in name].append(MarkedText(Path(name).stem, raw.decode("utf-8"), own))
    labels = ("NORMALIZABLES", "PROTEINAS", "NO_NORMALIZABLES")
    return Corpus("pharmaconer", {one: one for one in labels}, parts[True], parts[False])


def e3c(language: str) -> list[MarkedText]:
    """Return the documents of a language of E3C with their clinical entities, of one stretch."""
    found = []
    files = corpora.read_tar("data/e3c/layer1-train-annotated.tar.xz")
    for name, raw in sorted(files.items()):
        if f"/{language}/" not in name or not name.endswith(".xml"):
            continue
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
        text = next(str(one.get("sofaString")) for one in root if one.get("sofaString"))
        marks = tuple(
            Marked(int(one.get("begin", 0)), int(one.get("end", 0)), "CLINENTITY")
            for one in root
            if etree.QName(one).localname == "CLINENTITY"
        )
        found.append(MarkedText(Path(name).stem, text, marks))
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the documents held out: counts a document, and seconds."""

    counts: I64  # right, found, gold
    seconds: float = 0.0

    @classmethod
    def of(cls, texts: Sequence[MarkedText], found: Sequence[Found], seconds: float) -> Outcome:
        """Count."""
        rows = []
        for text, some in zip(texts, found, strict=True):
            gold = {(mark.start, mark.end, mark.label) for mark in text.marks}
            rows.append((len(gold & some), len(some), len(gold)))
        return cls(np.array(rows, np.int64), seconds)

    def cells(self) -> list[str]:
        """Return precision, recall and F1 with its interval."""
        right, found, gold = self.counts.sum(0).tolist()
        one = self.f1()
        shown = f"{figure(one.value)} ({figure(one.low)} to {figure(one.high)})"
        return [figure(right / max(found, 1)), figure(right / max(gold, 1)), shown]

    def f1(self) -> Estimate:
        """Return F1 with its interval, documents drawn whole."""
        over, under = 2 * self.counts[:, 0], self.counts[:, 1] + self.counts[:, 2]
        rng = np.random.default_rng(0)
        return bootstrap({"f1": ratio_of(over, under)}, len(over), rng=rng)["f1"]


def found_by(model: LinearModel, texts: Sequence[MarkedText]) -> Outcome:
    """Return what a model finds."""
    started = time.process_time()
    found = [{(one.start, one.end, one.label) for one in model.find(t.text)} for t in texts]
    return Outcome.of(texts, found, (time.process_time() - started) / max(len(texts), 1))


def by_names(corpus: Corpus) -> Outcome:
    """Return what the names of the train part find."""
    empty = [AnnotatedDocument(Document(one.id, one.text)) for one in corpus.dev]
    done = names_of(corpus).complete(empty)
    return Outcome.of(corpus.dev, [{(m.start, m.end, m.type) for m in d.mentions} for d in done], 0)


def add(table: Table, name: str, system: str, learnt: int, outcome: Outcome) -> None:
    """Add a row; ``learnt`` is the number of documents that were learnt from."""
    shown = f"{1000 * outcome.seconds:.0f}" if outcome.seconds else ""
    counts = [str(learnt), str(len(outcome.counts)), str(outcome.counts[:, 2].sum())]
    table.add([name, system, *counts, *outcome.cells(), shown], show=True)


def curve(table: Table, corpus: Corpus, words: KnownWords, shares: Sequence[int]) -> LinearModel:
    """Add the rows of a corpus: the names alone, then the recogniser by share of the documents."""
    add(table, corpus.name, "names of the train part", len(corpus.train), by_names(corpus))
    for share in shares:
        kept = [one for one in corpus.train if zlib.crc32(b"share" + one.id.encode()) % 100 < share]
        some = replace(corpus, train=kept)
        model = train_linear(some, words)
        add(table, corpus.name, "linear", len(kept), found_by(model, corpus.dev))
    return model


def folds(table: Table, words: KnownWords) -> None:
    """Add the rows of E3C, each language alone and the four together."""
    texts = {language: e3c(language) for language in LANGUAGES}
    found: dict[tuple[str, str], list[Outcome]] = {}
    learnt: dict[tuple[str, str], int] = {}
    for fold in range(FOLDS):
        every = []
        for language, own in texts.items():
            train = [one for k, one in enumerate(own) if k % FOLDS != fold]
            dev = [one for k, one in enumerate(own) if k % FOLDS == fold]
            corpus = Corpus("e3c", {"CLINENTITY": "disease"}, train, dev)
            every.append((language, corpus))
            found.setdefault((language, "names of the train part"), []).append(by_names(corpus))
            alone = found_by(train_linear(corpus, words), dev)
            found.setdefault((language, "linear"), []).append(alone)
            learnt[language, "names of the train part"] = learnt[language, "linear"] = len(train)
        whole = replace(corpus, train=[text for _, one in every for text in one.train])
        model = train_linear(whole, words)
        for language, one in every:
            found.setdefault((language, "linear, four languages"), []).append(
                found_by(model, one.dev)
            )
            learnt[language, "linear, four languages"] = len(whole.train)
    for (language, system), some in sorted(found.items(), key=lambda one: one[0][0]):
        seconds = float(np.mean([one.seconds for one in some]))
        joined = Outcome(np.concatenate([one.counts for one in some]), seconds)
        size = learnt[language, system]
        add(table, f"e3c {language}", system, size, joined)


def codes(model: LinearModel, corpus: Corpus, ranker: Ranker) -> Table:
    """Return text to code on the documents of DisTEMIST held back, of coded mentions."""
    gold: dict[str, set[tuple[int, int, str]]] = {}
    for path in CODED:
        for cells in rows_of(f"data/distemist/{path}"):
            place = int(cells[3]), int(cells[4])
            gold.setdefault(cells[0], set()).add((*place, f"SNOMEDCT:{cells[6].split('+')[0]}"))
    texts = [one for one in corpus.dev if one.id in gold]
    mentions: list[tuple[int, int, int]] = []
    documents: list[tuple[int, int, int]] = []
    for text in texts:
        spans = model.find(text.text)
        terms = [text.text[one.start : one.end] for one in spans]
        answers = ranker.link(terms, contexts=[text.text] * len(terms), k=1)
        made = {
            (span.start, span.end, some[0].curie)
            for span, some in zip(spans, answers, strict=True)
            if some
        }
        want = gold[text.id]
        mentions.append((len(made & want), len(made), len(want)))
        one, other = {c for _, _, c in made}, {c for _, _, c in want}
        documents.append((len(one & other), len(one), len(other)))
    table = Table("DisTEMIST, text to SNOMED CT code", ["measure", "documents", "P", "R", "F1"])
    for measure, counts in (("mention and code", mentions), ("codes of a document", documents)):
        outcome = Outcome(np.array(counts, np.int64))
        table.add([measure, str(len(texts)), *outcome.cells()], show=True)
    table.note("of the documents held back, those of which the corpus gives codes")
    return table


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", default="distemist,medprocner,pharmaconer,e3c")
    parser.add_argument("--shares", default="25,50,100", help="per cent of the train documents")
    parser.add_argument("--codes", type=Path, help="a ranker of the four fifths of DisTEMIST")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    words = vocabulary_words(open_vocabulary(("core",)))
    table = Table(
        "Clinical entities in Spanish, French and Italian, strict F1",
        ["corpus", "system", "learnt from", "documents", "gold", "P", "R", "F1", "CPU ms"],
        left=2,
    )
    tables = [table]
    for name in chosen.sets.split(","):
        if name == "e3c":
            folds(table, words)
            continue
        corpus = pharmaconer() if name == "pharmaconer" else tabled(name)
        model = curve(table, corpus, words, [int(one) for one in chosen.shares.split(",")])
        if name == "distemist" and chosen.codes is not None:
            tables.append(codes(model, corpus, Ranker.open(chosen.codes)))
    table.note("CPU ms: a document, without opening the folder; learnt from: documents")
    if chosen.out is not None:
        write_tables(tables, chosen.out, sys.argv)


if __name__ == "__main__":
    main()

"""Relations from text alone: mentions, concepts and relations all found, none of them given.

``cid``: BC5CDR's dev part; chemical-induced diseases as pairs of MeSH ids of a document, as the
2015 task counted them. Mentions by mode ``hybrid``, each document by judges that have not seen it
and with the concepts that annotators chose in train parts alone (``--folds``, see
``bench/joining.py`` and ``tools/make_marks.py --held``).
``dimb``: DiMB-RE's dev part; both mentions with exact spans and types, and the kind. Mentions by
the tagger's heads for the corpus, which lay Nutrient and Metabolite to Chemical (types are compared
so) and know nothing of Enzyme and Gene.
``losses``: where the gold relations of DiMB-RE's dev part are lost from text alone.
``cost``: abstracts a second of CPU time, by mode and reader of relations, on one core.

    python bench/relations_end_to_end.py --data ../shared/data --folds build/judges
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import onoma
from accuracy import Folded
from corpora import cache_folder
from onoma.eval.datasets import data_sets
from onoma.eval.parts import Source
from onoma.eval.reading import read_documents as read_gold
from onoma.eval.relation_corpora import read_relation_corpus
from onoma.formats import make_writer, read_annotated, read_documents
from onoma.formats.type_words import semantic_type
from onoma.metrics.counts import I64, set_counts
from onoma.metrics.resampling import bootstrap, f1_of, precision_of, recall_of
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, load_tagger
from onoma.relate.annotating import Relating
from onoma.relate.instances import Entity, Relater, RelationText, Tie
from onoma.relate.reader import load_reader
from onoma.relate.relaters import FLOORS, make_relater
from onoma.relate.systems import Lesson
from onoma.relate.systems.triggers import make as make_triggers
from onoma.relate.tasks import RelationTask
from onoma.types import AnnotatedDocument, Document
from report import Table, figure, write_tables

Facts = frozenset[tuple[object, ...]]
SAMPLES = 1000
BORDERS = (0.0, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SHORT = 500  # characters of a text that is no abstract
TYPES = ("disease", "chemical")
MERGED = {"Nutrient": "Chemical", "Metabolite": "Chemical"}
HEADS = (
    "Disease", "Chemical", "Microorganism", "Food", "Measurement", "DiversityMetric",
    "DietPattern", "Physiology",
)  # fmt: skip


def score(table: Table, name: str, gold: Sequence[Facts], found: Sequence[Facts]) -> None:
    """Add a row: precision, recall, F1 with its interval."""
    counts: I64 = np.stack([set_counts(a, b) for a, b in zip(gold, found, strict=True)])
    statistics = {"p": precision_of(counts), "r": recall_of(counts), "f": f1_of(counts)}
    rng = np.random.default_rng(0)
    made = bootstrap(statistics, len(counts), rng=rng, samples=SAMPLES)
    shown = made["f"]
    span = f"{figure(shown.low)} to {figure(shown.high)}"
    cells = [name, *(figure(made[one].value) for one in "prf"), span, f"{sum(map(len, found)):,}"]
    table.add(cells, show=True)


COLUMNS = ("system", "precision", "recall", "F1", "95 %", "said")


def cid(data: Path, folds: Path, readers: Sequence[str], limit: int) -> Table:
    """Measure chemical-induced diseases."""
    row = next(one for one in data_sets() if one.name == "bc5cdr")
    gold = list(read_gold(Source(data / row.folder, row, "dev"), "dev"))[:limit]
    ready = annotated([one.document for one in gold], folds)
    wanted = [frozenset(_mesh_pair(one.subject, one.object) for one in d.relations) for d in gold]
    table = Table("Chemical-induced diseases from text alone (BC5CDR, dev)", COLUMNS)
    every = [frozenset((a, b) for a in _ids(d, TYPES[1]) for b in _ids(d, TYPES[0])) for d in ready]
    score(table, "every pair found", wanted, every)
    bound = [a & b for a, b in zip(wanted, every, strict=True)]
    score(table, "the right ones among them", wanted, bound)
    for name in readers:
        done = Relating(make_relater(name)).complete(ready)
        score(table, name, wanted, [_caused(one) for one in done])
        shipped = Relating(make_relater(name), floors=FLOORS.get(name, {})).complete(ready)
        score(table, f"{name}, as it ships", wanted, [_caused(one) for one in shipped])
        least = chosen_least(done, wanted)
        found = [_caused(one, sure) for one, sure in zip(done, least, strict=True)]
        score(table, f"{name}, least confidence of the other half", wanted, found)
        table.note(f"{name}: least confidence {' and '.join(map(str, sorted(set(least))))}")
    table.note(f"{len(gold)} abstracts, {sum(map(len, wanted)):,} pairs; bar 48 F1")
    return table


def _mesh_pair(first: str, second: str) -> tuple[object, ...]:
    return first.removeprefix("MESH:"), second.removeprefix("MESH:")


def _ids(document: AnnotatedDocument, kind: str) -> set[str]:
    return {m.curie.removeprefix("MESH:") for m in document.mentions if m.curie and m.type == kind}


def chosen_least(done: Sequence[AnnotatedDocument], wanted: Sequence[Facts]) -> list[float]:
    """Return for each document the least confidence that is best on the other half of them."""
    halves = [zlib.crc32(one.id.encode()) % 2 for one in done]
    best = []
    for half in (0, 1):
        own = [place for place, other in enumerate(halves) if other != half]
        tried = []
        for least in BORDERS:
            rows = [set_counts(wanted[place], _caused(done[place], least)) for place in own]
            right, said, _, there = np.sum(rows, 0).tolist()
            tried.append((2 * right / max(said + there, 1), least))
        best.append(max(tried)[1])
    return [best[half] for half in halves]


def _caused(document: AnnotatedDocument, least: float = 0.0) -> Facts:
    """Return the pairs of which a document says, and does not deny, that one causes the other."""
    return frozenset(
        _mesh_pair(one.subject, one.object)
        for one in document.relations
        if one.predicate == "causes"
        and one.factuality != "negated"
        and ":" in one.subject
        and ":" in one.object
        and (one.confidence or 0.0) >= least
    )


def annotated(documents: Sequence[Document], folds: Path) -> list[AnnotatedDocument]:
    """Return documents with the mentions of mode ``hybrid``, kept from run to run."""
    path = cache_folder() / f"relations-end-to-end-{len(documents)}.jsonl"
    if not path.exists():
        found = Folded(TYPES, ("MESH",), mode="hybrid", folds=folds).pipe(documents)
        with path.with_suffix(".part").open("wb") as stream:
            writer = make_writer("jsonl-text", stream)
            writer.begin()
            for one in found:
                writer.write(one)
            writer.end()
        path.with_suffix(".part").replace(path)
    return list(read_annotated([path], format="jsonl-text"))


def dimb(data: Path, readers: Sequence[str]) -> Table:
    """Measure DiMB-RE with exact mentions."""
    corpus = read_relation_corpus("dimb", data)
    gold = [one.text for one in corpus.dev]
    wanted = [
        _facts(one.text, [(t.first, t.second, t.kind) for t in one.ties]) for one in corpus.dev
    ]
    found = tagged(gold)
    table = Table("DiMB-RE from text alone, exact mentions (dev)", COLUMNS)
    score(table, "entities", [_entities(one) for one in gold], [_entities(one) for one in found])
    for given, texts in (("mentions given", gold), ("end to end", found)):
        for name in readers:
            ties = of_task(name, corpus.task).relate(texts)
            said = [
                _facts(text, [(t.first, t.second, t.kind) for t in own])
                for text, own in zip(texts, ties, strict=True)
            ]
            score(table, f"{name}, {given}", wanted, said)
    table.note(f"{len(gold)} abstracts, {sum(map(len, wanted)):,} relations; bar 34 F1 end to end")
    return table


def losses(data: Path, readers: Sequence[str]) -> Table:
    """Say at which step each gold relation of DiMB-RE is lost, the first that fails it."""
    corpus = read_relation_corpus("dimb", data)
    gold = [one.text for one in corpus.dev]
    found = tagged(gold)
    steps = ("an end is not found", "a border is wrong", "a type is wrong", "no relation is told",
             "another kind is told", "right")  # fmt: skip
    table = Table("DiMB-RE from text alone: where gold relations end (dev)", ("step", *readers))
    counts = {}
    for name in readers:
        said = of_task(name, corpus.task).relate(found)
        counts[name] = Counter(
            _lost(one.text, tie, text, own)
            for one, text, own in zip(corpus.dev, found, said, strict=True)
            for tie in one.ties
        )
    total = sum(counts[readers[0]].values())
    for place, step in enumerate(steps):
        shown = [
            f"{counts[name][place]} ({100 * counts[name][place] / total:.1f} %)" for name in readers
        ]
        table.add([step, *shown], show=True)
    table.note(f"{total} relations; each counts at the first step that fails it")
    return table


def _lost(gold: RelationText, tie: Tie, text: RelationText, said: Sequence[Tie]) -> int:
    """Return the first step that fails a gold relation, 5 for none."""
    ends = [gold.entities[tie.first], gold.entities[tie.second]]
    near = [[n for n, o in enumerate(text.entities) if _overlap(end, o)] for end in ends]
    same = [[n for n in own if text.entities[n].spans[0] == end.spans[0]]
            for end, own in zip(ends, near, strict=True)]  # fmt: skip
    typed = [[n for n in own if _word(text.entities[n]) == _word(end)]
             for end, own in zip(ends, same, strict=True)]  # fmt: skip
    for step, kept in enumerate((near, same, typed)):
        if not all(kept):
            return step
    told = [one.kind for one in said if one.first in typed[0] and one.second in typed[1]]
    if not told:
        return 3
    return 5 if tie.kind in told else 4


def _overlap(one: Entity, other: Entity) -> bool:
    (a, b), (c, d) = one.spans[0], other.spans[0]
    return a < d and c < b


def _word(entity: Entity) -> str:
    return MERGED.get(entity.word, entity.word)


def _facts(text: RelationText, ties: Iterable[tuple[int, int, str]]) -> Facts:
    return frozenset(
        (
            *(
                x
                for one in (a, b)
                for x in (text.entities[one].spans[0], _word(text.entities[one]))
            ),
            k,
        )
        for a, b, k in ties
    )


def _entities(text: RelationText) -> Facts:
    return frozenset((one.spans[0], _word(one)) for one in text.entities)


def tagged(texts: Sequence[RelationText]) -> list[RelationText]:
    """Return the texts with the mentions that the tagger's heads for DiMB-RE find."""
    store = make_annotator(Settings()).store
    tagger = load_tagger(gazetteer=Gazetteer(DictionaryRecognizer(store)))
    documents = [Document(one.id, one.text) for one in texts]
    rows = tagger.tag(documents, [f"dimb-re/{head}" for head in HEADS])
    own: list[list[Entity]] = [[] for _ in texts]
    for number, start, end, head in zip(
        rows.document.tolist(), rows.start.tolist(), rows.end.tolist(), rows.types(), strict=True
    ):
        word = head.removeprefix("dimb-re/")
        key = f"T{len(own[number]) + 1}"
        label = texts[number].text[start:end]
        own[number].append(Entity(key, semantic_type(word), ((start, end),), label, word))
    return [
        RelationText(one.id, one.text, one.sentences, tuple(some))
        for one, some in zip(texts, own, strict=True)
    ]


def of_task(name: str, task: RelationTask) -> Relater:
    """Return a reader of one task's relations."""
    if name == "rules":
        return make_triggers(Lesson(task))
    return load_reader().for_task(task.name)


def cost(data: Path, readers: Sequence[str], limit: int) -> Table:
    """Measure abstracts a second of CPU time."""
    given = read_documents([str(data / "pubmed-abstracts" / "abstracts.jsonl.gz")])
    whole = (one for one in given if isinstance(one, Document) and len(one.text) > SHORT)
    documents = list(itertools.islice(whole, limit))
    columns = ("mode", "relations", "abstracts/s", "ms an abstract", "said")
    table = Table("Cost of relations", columns, left=2)
    for mode, own in (("dictionary", documents), ("hybrid", documents[: max(20, limit // 10)])):
        plain = onoma.load(mode=mode)
        plain.annotate("Gout.")
        seconds = _seconds(lambda pipeline, some: list(pipeline.find([some])), plain, own)
        table.add([mode, "none", *_rate(seconds, own), "-"], show=True)
        for name in readers:
            related = plain.relating(name)
            related.annotate("Aspirin causes ulcers.")
            seconds = _seconds(lambda pipeline, some: list(pipeline.find([some])), related, own)
            said = sum(len(one.relations) for one in related.find([own]))
            table.add([mode, name, *_rate(seconds, own), f"{said:,}"], show=True)
    table.note(f"{len(documents)} abstracts of PubMed, {len(own)} in mode hybrid; one core")
    return table


def _seconds(work: Callable[[Any, Any], object], pipeline: Any, documents: Any) -> float:
    started = time.process_time()
    work(pipeline, documents)
    return time.process_time() - started


def _rate(seconds: float, documents: Sequence[Document]) -> list[str]:
    each = seconds / len(documents)
    return [f"{1 / each:,.0f}" if each < 0.1 else f"{1 / each:.1f}", f"{1000 * each:.2f}"]


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--parts", default="cid,dimb,losses,cost")
    parser.add_argument("--readers", default="rules,reader")
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    readers = options.readers.split(",")
    parts = {
        "cid": lambda: cid(options.data, options.folds, readers, options.limit),
        "dimb": lambda: dimb(options.data, readers),
        "losses": lambda: losses(options.data, readers),
        "cost": lambda: cost(options.data, readers, options.limit),
    }
    tables: list[Table] = []
    for name in options.parts.split(","):
        tables.append(parts[name]())
        if options.out is not None:
            write_tables(tables, options.out, sys.argv)


if __name__ == "__main__":
    main()

"""Several recognisers against the best of them: medications and doses, and diseases.

Dev parts; no system has learned from them, the stack is judged in folds (each document by trees and
a border that have not seen it). The best single system is chosen on the same documents.

    python bench/ensembles.py --tagger DIR --out bench/results/ensembles.md

maccrobat2020 (Caufield et al. 2020): names of medicines and doses of case reports. NCBI Disease
(Dogan et al. 2014), BC5CDR (Li et al. 2016; a part).
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpora as shared
import medications
from onoma import load
from onoma.eval.datasets import data_sets
from onoma.eval.tagger_corpora import read_corpus
from onoma.extract.medications import make_reader
from onoma.metrics import Score
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.stack_training import StackReport, study
from onoma.pipeline.stacking import Lesson
from onoma.pipeline.voting import Found
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.marked_names import MarkedNames
from onoma.recognize.tagger import Gazetteer, Tagger, load_tagger
from onoma.recognize.tagger.folder import shipped_tagger
from onoma.recognize.tagger.tagger import Tagged
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.types import AnnotatedDocument, Document, Mention
from report import Table, figure, write_tables

Answers = list[list[Found]]
System = Callable[[Sequence[Document]], Answers]


@dataclass(frozen=True)
class Plan:
    """A corpus: its labels with their types, and which heads of the tagger answer for each."""

    corpus: str
    labels: dict[str, str]
    heads: dict[str, dict[str, tuple[str, ...]]]
    """For each system made of the tagger: its heads for each label, the first one that it has."""
    made_for: tuple[str, ...] = ()
    """The systems that are made for these labels, for a vote of their own."""
    most: int = 10_000
    """Documents of the dev part, the first ones."""


PLANS = (
    Plan(
        "maccrobat2020",
        {"Medication": "drug", "Dosage": "dose"},
        {
            "tagger": {
                "Medication": ("maccrobat2020/Medication",), "Dosage": ("maccrobat2020/Dosage",)
            },
            "tagger, shared heads": {"Medication": ("drug", "chemical"), "Dosage": ("dose",)},
            "tagger, chemicals": {"Medication": ("chemical",), "Dosage": ()},
        },
        ("tagger, shared heads", "medication rules"),
    ),
    Plan(
        "ncbi-disease",
        {"Disease": "disease"},
        {
            "tagger": {"Disease": ("ncbi-disease/Disease",)},
            "tagger, shared heads": {"Disease": ("disease",)},
            "tagger, bc5cdr head": {"Disease": ("bc5cdr/Disease",)},
        },
    ),
    Plan(
        "bc5cdr",
        {"Disease": "disease", "Chemical": "chemical"},
        {
            "tagger": {"Disease": ("bc5cdr/Disease",), "Chemical": ("bc5cdr/Chemical",)},
            "tagger, shared heads": {"Disease": ("disease",), "Chemical": ("chemical",)},
            "tagger, other heads": {
                "Disease": ("ncbi-disease/Disease",), "Chemical": ("biored/Chemical",)
            },
        },
        most=250,
    ),
)  # fmt: skip


@functools.lru_cache(maxsize=1)
def tag_once(tagger: Tagger, documents: tuple[Document, ...], heads: tuple[str, ...]) -> Tagged:
    """Return the spans of all heads that a plan asks for; each text is read once."""
    return tagger.tag(documents, heads)


def tagged(tagger: Tagger, heads: dict[str, str], all_heads: tuple[str, ...]) -> System:
    """Return the system of some heads, by the type that each stands for."""

    def find(documents: Sequence[Document]) -> Answers:
        out: Answers = [[] for _ in documents]
        found = tag_once(tagger, tuple(documents), all_heads)
        for number, start, end, head, score in zip(
            found.document.tolist(), found.start.tolist(), found.end.tolist(), found.types(),
            found.score.tolist(), strict=True,
        ):  # fmt: skip
            if head in heads:
                out[number].append(Found(start, end, heads[head], score))
        return out

    return find


def from_dictionary(types: Iterable[str]) -> System:
    """Return the dictionary's mentions of these types."""
    nlp = load(types=tuple(types), mode="dictionary")

    def find(documents: Sequence[Document]) -> Answers:
        return [
            [Found(m.start, m.end, m.type, m.score) for m in done.mentions]
            for done in nlp.pipe(documents)
        ]

    return find


def from_lexicon(corpus: Corpus, labels: dict[str, str]) -> System:
    """Return the names of the training part."""
    texts = [
        AnnotatedDocument(Document(one.id, one.text), tuple(_mentions(one, labels)))
        for one in corpus.train
    ]
    names = MarkedNames.of(texts)

    def find(documents: Sequence[Document]) -> Answers:
        done = names.complete([AnnotatedDocument(one) for one in documents])
        return [[Found(m.start, m.end, m.type, m.score) for m in one.mentions] for one in done]

    return find


def _mentions(one: MarkedText, labels: dict[str, str]) -> Iterable[Mention]:
    for m in one.marks:
        if m.label in labels:
            text = one.text[m.start : m.end]
            span = ((m.start, m.end),)
            yield Mention(m.start, m.end, text, labels[m.label], None, None, 1.0, "gold", span)


def from_rules() -> System:
    """Return the names and doses of medication tables made without a tagger."""
    reader = make_reader()
    kinds = {"Medication": "drug", "Dosage": "dose"}

    def find(documents: Sequence[Document]) -> Answers:
        out: Answers = []
        for table in reader.read(documents):
            marks, _ = medications.spans_of(table.document.text, table.rows)
            out.append([Found(m.start, m.end, kinds[m.type]) for m in marks if m.type in kinds])
        return out

    return find


def systems_of(plan: Plan, corpus: Corpus, tagger: Tagger) -> dict[str, System]:
    """Return the systems that are joined; those of heads that the tagger lacks are left out."""
    own: dict[str, dict[str, str]] = {}
    for name, wanted in plan.heads.items():
        heads = {}
        for label, choices in wanted.items():
            head = next((one for one in choices if one in tagger.heads.names), None)
            if head is not None:
                heads[head] = plan.labels[label]
        if heads:
            own[name] = heads
    all_heads = tuple(dict.fromkeys(head for heads in own.values() for head in heads))
    found = {name: tagged(tagger, heads, all_heads) for name, heads in own.items()}
    types = set(plan.labels.values()) - {"dose"}
    found["dictionary"] = from_dictionary(types | ({"chemical"} if "drug" in types else set()))
    found["training names"] = from_lexicon(corpus, plan.labels)
    if "dose" in plan.labels.values():
        found["medication rules"] = from_rules()
    return found


def lessons_of(plan: Plan, corpus: Corpus, systems: dict[str, System]) -> list[Lesson]:
    """Return the dev part with what each system finds in it."""
    dev = corpus.dev[: plan.most]
    documents = [Document(one.id, one.text) for one in dev]
    told = {name: system(documents) for name, system in systems.items()}
    groups = {"drug": "chemical"}
    return [
        Lesson(
            one.text,
            {name: answers[place] for name, answers in told.items()},
            frozenset(
                (m.start, m.end, groups.get(plan.labels[m.label], plan.labels[m.label]))
                for m in one.marks
                if m.label in plan.labels
            ),
        )
        for place, one in enumerate(dev)
    ]


def table_of(plan: Plan, report: StackReport, gold: int) -> Table:
    """Return the rows of a corpus."""
    groups = {"drug": "chemical"}
    labels = {groups.get(type_, type_): label for label, type_ in plan.labels.items()}
    several = len(labels) > 1
    columns = [f"{label} F1" for label in labels.values()] if several else []
    table = Table(
        f"{plan.corpus}: single, vote and stack",
        ["system", *columns, "F1", "precision", "recall"],
    )
    for row in report.rows:
        own = [figure(row.by_type[group].f1) for group in labels] if several else []
        table.add([row.name, *own, *_three(row.score)], show=True)
    for name, gain in report.gains.items():
        one = gain.difference
        table.note(
            f"{name} over {report.best}, the best single: {100 * one.value:+.1f} "
            f"({100 * one.low:+.1f} to {100 * one.high:+.1f}), p {gain.p:.3f}"
        )
    table.note(f"{report.documents} documents of the dev part, {gold} gold mentions; strict")
    return table


def _three(one: Score) -> list[str]:
    return [figure(one.f1), figure(one.precision), figure(one.recall)]


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", type=Path, default=shipped_tagger())
    parser.add_argument("--sets", default="")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    gazetteer = Gazetteer(DictionaryRecognizer(open_vocabulary(("core",))))
    tagger = load_tagger(chosen.tagger, gazetteer=gazetteer)
    root, wanted = shared.shared_file("data"), set(chosen.sets.split(",")) - {""}
    tables = []
    for plan in PLANS:
        if wanted and plan.corpus not in wanted:
            continue
        row = next(one for one in data_sets() if one.name == plan.corpus)
        (corpus,), _ = without_dev([read_corpus(row, root, plan.labels)])
        systems = systems_of(plan, corpus, tagger)
        lessons = lessons_of(plan, corpus, systems)
        votes = {"vote of all": list(systems)}
        if plan.made_for and set(plan.made_for) <= systems.keys():
            votes[f"vote of {' and '.join(plan.made_for)}"] = list(plan.made_for)
        report = study(lessons, list(systems), votes=votes)
        tables.append(table_of(plan, report, sum(len(one.gold) for one in lessons)))
        for note in tables[-1].notes:
            print(f"- {note}")
    if chosen.out is not None:
        write_tables(tables, chosen.out, sys.argv)


if __name__ == "__main__":
    main()

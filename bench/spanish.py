"""Spanish linking: SNOMED CT codes of given mentions, a fifth of the documents held back.

Acc@1 / Acc@25 on DisTEMIST (diseases), MedProcNER (procedures) and PharmaCoNER (drugs, proteins),
step by step, with 95 % intervals of 1,000 samples of the documents. The documents whose id's CRC-32
is a multiple of 5 are held back; names are those of the other four fifths, and, for diseases, what
the core and the Spanish HPO hold for SNOMED CT codes. Rankers are trained on the four fifths by
what ``onoma train ranking`` runs, once, and kept in the bench's cache.

    python bench/spanish.py --ceiling                     # which codes can be known at all
    python bench/spanish.py --start DIR --out bench/results/spanish.md
    python bench/spanish.py --sets distemist --errors 50  # what goes wrong

Corpora: Miranda-Escalada et al. 2022, Lima-Lopez et al. 2023, Gonzalez-Agirre et al. 2019; Spanish
HPO: the HPO translations' release. Compare: Gallego et al. 2024 (ClinLinker).
"""

from __future__ import annotations

import argparse
import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

import corpora
from onoma.link.ranking.folder import CARD, Parts, read_ranker
from onoma.link.ranking.judge import Judge
from onoma.link.ranking.learner import Watch
from onoma.link.ranking.making import Material, Plan, make_ranker, rewritten
from onoma.link.ranking.names import LEARNED, Named, NameTable
from onoma.link.ranking.nearness import GramIndex, plain
from onoma.link.ranking.ranker import Ranker
from onoma.link.ranking.reading import Reading
from onoma.link.ranking.tuning import Tuning
from onoma.metrics.resampling import Estimate, bootstrap, ratio_of
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.pipeline.ranking_training import Sources, read_material, with_names
from onoma.types import AnnotatedDocument, Candidate, Document, Mention, type_mask
from report import Table, figure, write_tables

K = 25
BASE = "TF-IDF + lexicon of the four fifths"
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpanishSet:
    """A corpus: its tables (or an archive of brat files), its texts, the types of its concepts."""

    title: str
    tables: tuple[str, ...]
    texts: str
    types: tuple[str, ...]
    ids: tuple[str, ...] = ()


SETS = {
    "distemist": SpanishSet(
        "DisTEMIST",
        (
            "data/distemist/distemist_subtrack2_training1_linking.tsv.gz",
            "data/distemist/distemist_subtrack2_training2_linking.tsv.gz",
        ),
        "data/distemist/text_files-60pct.tar.xz",
        ("disease", "phenotype"),
        ("SNOMEDCT",),
    ),
    "medprocner": SpanishSet(
        "MedProcNER",
        ("data/medprocner/medprocner_tsv_train_subtask2.tsv.gz",),
        "data/medprocner/txt-60pct.tar.xz",
        ("procedure",),
    ),
    "pharmaconer": SpanishSet(
        "PharmaCoNER",
        (),
        "data/pharmaconer/PharmaCoNER-train-valid.tar.xz",
        ("chemical", "drug", "protein", "gene"),
        ("SNOMEDCT",),
    ),
}
SPANISH_HPO = "data/ontologies/hp-es.babelon.tsv.gz"


@dataclass(frozen=True, slots=True)
class Case:
    """A mention to link: its text, its document's, and the code that is right."""

    document: str
    term: str
    context: str
    gold: str


@cache
def texts_of(archive: str) -> dict[str, str]:
    """Return the texts of an archive by document."""
    found = corpora.read_tar(archive).items()
    return {Path(n).stem: raw.decode("utf-8") for n, raw in found if n.endswith(".txt")}


def iter_rows(chosen: SpanishSet) -> Iterator[tuple[str, str, str]]:
    """Yield document, text and first code of each linked mention."""
    for path in chosen.tables:
        with gzip.open(corpora.shared_file(path), "rt", encoding="utf-8") as handle:
            head = handle.readline().rstrip("\n").split("\t")
            places = [head.index("filename"), head.index("span" if "span" in head else "text")]
            code = head.index("code")
            for line in handle:
                cells = line.rstrip("\n").split("\t")
                yield cells[places[0]], cells[places[1]], cells[code].split("+")[0]
    if not chosen.tables:
        for name, raw in corpora.read_tar(chosen.texts).items():
            if name.endswith(".ann"):
                yield from iter_brat(Path(name).stem, raw.decode("utf-8"))


def iter_brat(document: str, annotations: str) -> Iterator[tuple[str, str, str]]:
    """Yield document, text and code of the mentions of a brat file whose notes are codes."""
    rows = [line.split("\t") for line in annotations.splitlines()]
    notes = {row[1].split()[1]: row[2].strip() for row in rows if row[0].startswith("#")}
    for row in rows:
        if row[0].startswith("T"):
            yield document, row[2], notes.get(row[0], "")


def read_cases(chosen: SpanishSet) -> list[Case]:
    """Return the mentions that have a code."""
    texts = texts_of(chosen.texts)
    return [
        Case(document, text, texts.get(document, ""), f"SNOMEDCT:{code}")
        for document, text, code in iter_rows(chosen)
        if code.isdigit()
    ]


def is_held(case: Case) -> bool:
    """Return whether a case's document is held back."""
    return zlib.crc32(case.document.encode()) % 5 == 0


def documents_of(cases: Sequence[Case]) -> Iterator[AnnotatedDocument]:
    """Yield annotated documents; mentions are placed where they are first found."""
    for name in dict.fromkeys(case.document for case in cases):
        own = [case for case in cases if case.document == name]
        text = own[0].context or " ".join(case.term for case in own)
        mentions = []
        for case in own:
            start = max(text.find(case.term), 0)
            stop = start + max(len(case.term), 1)
            spans = ((start, stop),)
            mentions.append(
                Mention(start, stop, case.term, "", case.gold, None, 1.0, "gold", spans)
            )
        yield AnnotatedDocument(Document(name, text), tuple(mentions))


class Base:
    """The baseline: the commonest code of a text seen before, then TF-IDF of character n-grams."""

    def __init__(self, names: NameTable) -> None:
        """Index the names."""
        self._names = names
        self._index = GramIndex(names.plain)
        self._learned: dict[str, Counter[str]] = {}
        for row, text in zip(names.rows, names.plain, strict=True):
            self._learned.setdefault(text, Counter())[row.curie] += row.count

    def link(
        self, terms: Sequence[str], *, contexts: Sequence[str] | None = None, k: int = 5
    ) -> list[list[Candidate]]:
        """Return the best codes of each term; contexts are not looked at."""
        texts = [plain(term) for term in terms]
        near = self._index.search(texts, 4 * k)
        bounds = np.searchsorted(near.text, np.arange(len(texts) + 1)).tolist()
        out = []
        for number, text in enumerate(texts):
            best = {curie: text for curie, _ in self._learned.get(text, Counter()).most_common()}
            for row in near.row[bounds[number] : bounds[number + 1]].tolist():
                best.setdefault(self._names.rows[row].curie, self._names.rows[row].text)
            found = [Candidate(curie, "", "", 0.0, name) for curie, name in best.items()]
            out.append(found[:k])
        return out


class Bench:
    """One corpus: held cases, material of the four fifths, rankers."""

    def __init__(self, name: str) -> None:
        """Read the corpus and the vocabulary's names."""
        self.name, self.chosen = name, SETS[name]
        cases = read_cases(self.chosen)
        self.held = [case for case in cases if is_held(case)]
        self.given = [case for case in cases if not is_held(case)]
        settings = Settings(types=type_mask(self.chosen.types), ids=self.chosen.ids)
        translated = (corpora.shared_file(SPANISH_HPO),) if self.chosen.ids else ()
        sources = Sources(settings, translations=translated)
        store = open_vocabulary(settings.vocabulary)
        plain_material = read_material(documents_of(self.given), store, sources)
        self.material: Material = with_names(plain_material, store, sources)
        documents = list(dict.fromkeys(case.document for case in self.held))
        self.document = np.array([documents.index(case.document) for case in self.held])

    @property
    def learned(self) -> list[Named]:
        """The mentions of the four fifths as names."""
        return [Named(one.curie, one.forms[0], LEARNED) for one in self.material.seen]

    def groups(self) -> dict[str, Bools]:
        """Return which held cases have a text seen, only a code seen or named, or neither."""
        texts = {plain(one.forms[0]) for one in self.material.seen}  # letter for letter, as folded
        seen = {one.curie for one in self.material.seen}
        named = {one.curie for one in self.material.names}
        text = np.array([plain(case.term) in texts for case in self.held])
        code = np.array([case.gold in seen for case in self.held])
        known = np.array([case.gold in named for case in self.held])
        return {
            "all": np.ones(len(self.held), bool),
            "text seen": text,
            "text new, code seen": ~text & code,
            "text new, code in a vocabulary only": ~text & ~code & known,
            "code in neither": ~text & ~code & ~known,
            "text new": ~text,
        }

    def steps(self, plan: Plan, watch: Watch | None) -> Iterator[tuple[str, Base | Ranker]]:
        """Yield each row's name with what ranks."""
        simple, none = Judge.plain(), self.material.shorts
        learned, names = self.learned, list(self.material.names)
        yield BASE, Base(NameTable.of(learned))
        table = NameTable.of(learned)
        yield "+ gender, number, spacing, short forms", Ranker(Parts(table, none, simple))
        if names:
            yield (
                "+ names of vocabularies, HPO's in Spanish",
                Ranker(Parts(NameTable.of(learned + names), none, simple)),
            )
            names += rewritten(names, self.material.pairs)
            yield (
                "+ English names rewritten word by word",
                Ranker(Parts(NameTable.of(learned + names), none, simple)),
            )
        parts = read_ranker(self.trained(replace(plan, start=None), "judged", watch))
        yield "+ judge of all signs", Ranker(parts)
        if plan.start is None:
            return
        parts = read_ranker(self.trained(plan, "read", watch))
        yield "+ bi-encoder", Ranker(replace(parts, reader=None, last=None))
        yield "+ cross-encoder (onoma rank)", Ranker(parts)

    def trained(self, plan: Plan, step: str, watch: Watch | None) -> Path:
        """Return the folder of a trained ranker, trained if it is not there."""
        folder = corpora.cache_folder() / f"ranking-{self.name}-{step}"
        if not (folder / CARD).is_file():
            print(f"{self.chosen.title}: {make_ranker(self.material, folder, plan, watch=watch)}")
        return folder

    def right(self, ranker: Base | Ranker) -> tuple[Bools, Bools, list[list[str]]]:
        """Return for which cases the first, and any of K answers is right, and the answers."""
        answers = ranker.link(
            [case.term for case in self.held], contexts=[case.context for case in self.held], k=K
        )
        ids = [[one.curie for one in found] for found in answers]
        first = [
            bool(own) and own[0] == case.gold for own, case in zip(ids, self.held, strict=True)
        ]
        several = [case.gold in own for own, case in zip(ids, self.held, strict=True)]
        shown = [[f"{one.curie} {one.name!r}" for one in found[:2]] for found in answers]
        return np.array(first), np.array(several), shown

    def estimate(self, right: Bools, among: Bools) -> Estimate:
        """Return a share with its interval, documents drawn whole."""
        size = int(self.document.max()) + 1
        over = np.bincount(self.document[among], weights=right[among], minlength=size)
        under = np.bincount(self.document[among], minlength=size)
        rng = np.random.default_rng(0)
        return bootstrap({"share": ratio_of(over, under)}, size, rng=rng)["share"]


def ceiling_table(benches: Sequence[Bench]) -> Table:
    """Return which share of the held mentions can be known, and by what."""
    parts = list(benches[0].groups())
    table = Table("Held-back mentions by what is known of them (%)", ["", "mentions", *parts[1:-1]])
    for bench in benches:
        shares = [figure(float(one.mean())) for one in bench.groups().values()]
        table.add([bench.chosen.title, str(len(bench.held)), *shares[1:-1]], show=True)
    table.note("what is in neither cannot be answered by any ranker over these names")
    return table


def steps_table(bench: Bench, plan: Plan, watch: Watch | None, errors: int) -> Table:
    """Return accuracies, a row a step."""
    groups = bench.groups()
    shown = {name: among for name, among in groups.items() if among.any()}
    shown.pop("code in neither", None)
    heads = [f"{name} ({int(among.sum())})" for name, among in shown.items()]
    table = Table(f"{bench.chosen.title}: Acc@1 / Acc@25", ["", *heads, "interval", "over TF-IDF"])
    base: list[Bools] = []
    for name, ranker in bench.steps(plan, watch):
        first, several, answers = bench.right(ranker)
        base = base or [first, several]
        cells = [
            f"{figure(float(first[a].mean()))} / {figure(float(several[a].mean()))}"
            for a in shown.values()
        ]
        spans = [bench.estimate(one, groups["all"]) for one in (first, several)]
        gains = [
            bench.estimate(one.astype(float) - old, groups["all"])
            for one, old in zip((first, several), base, strict=True)
        ]
        span = " / ".join(f"{figure(one.low)} to {figure(one.high)}" for one in spans)
        gain = " / ".join(
            f"{100 * g.value:+.1f} ({100 * g.low:+.1f} to {100 * g.high:+.1f})" for g in gains
        )
        table.add([name, *cells, span, gain], show=True)
    if errors:
        print_errors(bench, first, answers, errors)
    return table


def print_errors(bench: Bench, first: Bools, answers: list[list[str]], most: int) -> None:
    """Print the most frequent errors with what is known of the code."""
    names = NameTable.of([*bench.learned, *bench.material.names])
    groups = {
        name: among for name, among in bench.groups().items() if name not in {"all", "text new"}
    }
    wrong: Counter[str] = Counter()
    for place, case in enumerate(bench.held):
        if not first[place]:
            kind = next(name for name, among in groups.items() if among[place])
            known = [row.text for row in names.rows if row.curie == case.gold][:3]
            wrong[f"{kind} | {case.term} | {case.gold} {known} | {answers[place]}"] += 1
    for line, count in wrong.most_common(most):
        print(count, line)


def _watch(name: str, step: int, steps: int, loss: float) -> None:
    if step % 10 == 0 or step == steps:
        print(f"{name}: {step}/{steps} {loss:.3f}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the tables if asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sets", default=",".join(SETS), help="some of " + ", ".join(SETS))
    parser.add_argument("--start", type=Path, help="float weights that the models begin with")
    parser.add_argument(
        "--read", default=",".join(SETS), help="the sets that models are trained for"
    )
    parser.add_argument("--pairs", type=int, default=Tuning().pairs)
    parser.add_argument("--lists", type=int, default=Reading().lists)
    parser.add_argument("--ceiling", action="store_true", help="what can be known, no more")
    parser.add_argument("--errors", type=int, default=0, help="errors of the last step to print")
    parser.add_argument("--out", type=Path, help="write the tables here")
    given = parser.parse_args(arguments)
    benches = [Bench(name) for name in given.sets.split(",")]
    tables = [ceiling_table(benches)]
    plan = Plan(given.start, Tuning(pairs=given.pairs), Reading(lists=given.lists))
    if not given.ceiling:
        for bench in benches:
            own = plan if bench.name in given.read.split(",") else replace(plan, start=None)
            tables.append(steps_table(bench, own, _watch, given.errors))
    if given.out:
        write_tables(tables, given.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Linking of given mentions: Acc@1 and Acc@5, step by step, without and with training mentions.

A mention with several gold ids counts as right for any of them; one without an answer is wrong.
Vocabularies: the core for the HPO corpora and BC5CDR, CTD's MEDIC of 2012 (read in place)
for NCBI Disease. Rows "that has not seen the corpus" use a re-ranker grown without it
(``bench/linking_ranker.py`` grows it first); the one that ships has seen the train parts of NCBI
Disease and BC5CDR. Training mentions are those of the train part, figures those of the development
part; the HPO corpora have no parts.

    python bench/linking_ranker.py --out src/onoma/data/linker
    python bench/linking.py [--encoder DIR] [--out bench/results/linking.md]
    python bench/linking.py --sets ncbi,gsc --errors 50      # what goes wrong, most frequent first

Corpora: Lobo et al. 2017 (GSC+), Anazi et al. 2017 (ID-68), Dogan et al. 2014 (NCBI Disease), Li et
al. 2016 (BC5CDR).
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

import corpora
from onoma.encode import Encoder, load_encoder
from onoma.errors import Missing
from onoma.eval.disturbances import mistyped
from onoma.eval.parts import Item
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.linker import Remembered, TermLinker, TextEncoder, usual_weights
from onoma.link.candidates.ranker import Ranker
from onoma.link.candidates.scoring import Weights
from onoma.link.candidates.trained import read_trained
from onoma.link.namespaces import namespaces
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.pipeline.grounder import NIL_BELOW, Grounder, Helpers, expanded
from onoma.pipeline.grounding import GroundOptions, ground_terms, make_grounder
from onoma.pipeline.linker_training import train_linker
from onoma.types import AnnotatedDocument, Candidate, Document, Mention, type_mask
from report import Table, figure, write_tables

K = 5
GRAMS_ONLY = Weights(gram=1, vector=0, same=0, cover=0, scope=0, other=0, lossy=0, step=0)
MEANING_ONLY = replace(GRAMS_ONLY, gram=0, vector=1)
SIGNS = ("disease", "phenotype")


@dataclass(frozen=True, slots=True)
class Case:
    """A mention to link: its text, the text it stands in, and the ids that are right."""

    term: str
    context: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkSet:
    """What is linked to what: gold, training mentions (None: none), vocabulary, what is asked."""

    title: str
    gold: str
    train: str | None
    vocabulary: Callable[[], str]
    types: tuple[str, ...]
    ids: tuple[str, ...] = ()
    equiv: str = ""
    unseen_by: str = "all"  # the ranker that has not seen the corpus


def medic_file() -> str:
    """Return MEDIC as a table that any vocabulary reader takes, written into the bench's cache."""
    path = corpora.cache_folder() / "medic.tsv"
    with gzip.open(
        corpora.shared_file("data/ontologies/medic_06Jul2012.txt.gz"), "rt", encoding="utf-8"
    ) as handle:
        rows = ["id\tlabel\tsynonyms\ttypes"]
        for line in handle:
            ids, names = line.rstrip("\n").split("||")
            first, *others = [name for name in names.split("|") if name]
            rows.append(f"{curie(ids.split('|')[0])}\t{first}\t{'|'.join(others)}\tdisease")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


SETS = {
    "gsc": LinkSet("GSC+", "hpo-gscplus", None, lambda: "core", ("phenotype",), ("HP",), "hpo"),
    "id68": LinkSet("ID-68", "hpo-id68", None, lambda: "core", ("phenotype",), ("HP",), "hpo"),
    "ncbi": LinkSet(
        "NCBI dev (MEDIC)", "ncbi-disease-dev", "ncbi-disease-train", medic_file, ("disease",),
        equiv="medic", unseen_by="without-ncbi",
    ),
    "bc5cdr-d": LinkSet(
        "BC5CDR dev disease", "bc5cdr-dev-disease", "bc5cdr-train-disease", lambda: "core", SIGNS,
        ("MESH",), unseen_by="without-bc5cdr",
    ),
    "bc5cdr-c": LinkSet(
        "BC5CDR dev chemical", "bc5cdr-dev-chemical", "bc5cdr-train-chemical", lambda: "core",
        ("chemical", "drug"), ("MESH",), unseen_by="without-bc5cdr",
    ),
}  # fmt: skip


def curie(text: str) -> str:
    """Return a corpus's id as a CURIE: bare MeSH and OMIM ids get their prefix."""
    text = text.strip()
    if re.fullmatch(r"[CD]\d+", text):
        return f"MESH:{text}"
    return f"OMIM:{text}" if text.isdigit() else text


def ranker_file(name: str, *, encoded: bool) -> Path:
    """Return where a ranker that has not seen a corpus lies."""
    return corpora.cache_folder() / f"ranker-{name}-{'fused' if encoded else 'lexical'}.npz"


@cache
def held_out_ranker(name: str, *, encoded: bool) -> Ranker:
    """Return a ranker that ``linking_ranker`` grew.

    Raises: SystemExit: it did not.
    """
    path = ranker_file(name, encoded=encoded)
    if not path.is_file():
        raise SystemExit(f"no {path.name}: run bench/linking_ranker.py first")
    return Ranker.read(path.read_bytes(), str(path))


@cache
def same_as(name: str) -> dict[str, str]:
    """Return one id for each id of a table of equivalents (``tools/equiv``)."""
    leader: dict[str, str] = {}

    def find(one: str) -> str:
        while leader.get(one, one) != one:
            one = leader[one]
        return one

    if name:
        path = corpora.shared_file(f"tools/equiv/{name}.equiv.tsv")
        for line in path.read_text(encoding="utf-8").splitlines():
            one, other, *_ = [*line.split("\t"), ""]
            if other and find(one) != find(other):
                leader[find(one)] = find(other)
    return {one: find(one) for one in leader}


def read_cases(name: str, equiv: str) -> tuple[list[Case], list[tuple[str, str]]]:
    """Return the mentions of a gold set, and the (text, first id) pairs of a lexicon."""
    same = same_as(equiv)
    cases, seen = [], []
    for document in corpora.SETS[name].documents():
        for mention in document.mentions:
            ids = [curie(one) for one in re.split(r"[|+,;]", mention.ids)]
            ids = [one for one in ids if one and one != "-1"]
            if not ids:
                continue
            gold = frozenset(same.get(one, one) for one in ids)
            cases.append(Case(mention.text, document.text, gold))
            texts = dict.fromkeys([mention.text, expanded(mention.text, document.text)])
            seen += [(text, ids[0]) for text in texts]
    return cases, seen


class Bench:
    """One set, its cases and the linkers over its vocabulary."""

    def __init__(self, chosen: LinkSet, encoder: TextEncoder | None) -> None:
        """Open the vocabulary and read the gold."""
        self.chosen = chosen
        self.encoder = encoder
        self.same = same_as(chosen.equiv)
        self.cases, _ = read_cases(chosen.gold, chosen.equiv)
        self.settings = Settings(
            types=type_mask(chosen.types), ids=chosen.ids, vocabulary=(chosen.vocabulary(),)
        )

    def near(self, weights: Weights, encoder: TextEncoder | None) -> list[list[Candidate]]:
        """Return the answers of near names alone, mentions as they are written."""
        store = open_vocabulary(self.settings.vocabulary)
        ids = namespaces(store, self.chosen.ids) if self.chosen.ids else None
        linker = TermLinker(
            store, types=self.settings.types, ids=ids, encoder=encoder, weights=weights
        )
        return linker.link([case.term for case in self.cases], k=K)

    def ground(self, helpers: Helpers, *, has_context: bool) -> list[list[Candidate]]:
        """Return the answers of ``ground``."""
        pairs = [(case.term, case.context if has_context else "") for case in self.cases]
        return Grounder(self.settings, helpers).ground(pairs, k=K)

    def lexicon(self) -> Lexicon | None:
        """Return the lexicon of the training mentions."""
        if self.chosen.train is None:
            return None
        return Lexicon.of(read_cases(self.chosen.train, "")[1])

    def fitted(self) -> Weights | None:
        """Return weights with a ranker grown from the train part, None where it is no better."""
        if self.chosen.train is None:
            return None
        start = held_out_ranker(self.chosen.unseen_by, encoded=self.encoder is not None)
        documents = [
            AnnotatedDocument(
                Document(document.id, document.text),
                tuple(
                    Mention(
                        m.start, m.end, m.text, "", curie(m.ids), None, 1.0, "gold",
                        ((m.start, m.end),),
                    )
                    for m in document.mentions
                    if m.start < m.end
                ),
            )
            for document in corpora.SETS[self.chosen.train].documents()
        ]  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            encoder = self.encoder
            report = train_linker(
                documents, Path(folder), self.settings, prefix="MESH", encoder=encoder, start=start
            )
            print(f"{self.chosen.title}: {report}", flush=True)
            return read_trained(Path(folder), encoded=encoder is not None)[1]

    def weights(self, name: str | None, encoder: TextEncoder | None) -> Weights:
        """Return the usual weights with a ranker of ``linking_ranker`` (None: the sum alone)."""
        usual = usual_weights(encoder)
        if name is None:
            return replace(usual, ranker=None)
        return replace(usual, ranker=held_out_ranker(name, encoded=encoder is not None))

    def steps(self) -> Iterable[tuple[str, list[list[Candidate]] | None]]:
        """Yield each row's name with its answers."""
        encoder, unseen = self.encoder, self.chosen.unseen_by
        by_sum = self.weights(None, encoder)
        full = Helpers(least=0.0, fill=True, encoder=encoder, lists=False, weights=by_sum)
        yield "dictionary", self.ground(Helpers(nearest=False), has_context=False)
        yield "n-grams (TF-IDF)", self.near(GRAMS_ONLY, None)
        if encoder is not None:
            yield "encoder, re-ranking n-grams' best", self.near(MEANING_ONLY, encoder)
        yield "n-grams + encoder + scopes, fused", self.near(by_sum, encoder)
        yield "+ dictionary first", self.ground(full, has_context=False)
        full = replace(full, lists=True)
        yield "+ abbreviations of the document, lists", self.ground(full, has_context=True)
        full = replace(full, weights=self.weights(unseen, encoder))
        yield "+ re-ranker that has not seen the corpus", self.ground(full, has_context=True)
        if encoder is not None:
            without = replace(full, encoder=None, weights=self.weights(unseen, None))
            yield "the same without the encoder", self.ground(without, has_context=True)
        shipped = replace(full, weights=None)
        ships = None if unseen == "all" else self.ground(shipped, has_context=True)
        yield "the re-ranker that ships (has seen the train part)", ships
        lexicon = self.lexicon()
        taught = replace(full, lexicon=lexicon)
        yield "lexicon of the train part", lexicon and self.ground(taught, has_context=True)
        weights = None if lexicon is None else self.fitted()
        taught = replace(taught, weights=weights or full.weights)
        yield (
            "lexicon + re-ranker of the train part",
            lexicon and self.ground(taught, has_context=True),
        )

    def accuracy(
        self, answers: Sequence[Sequence[Candidate]], cases: Sequence[Case] = ()
    ) -> tuple[float, float]:
        """Return Acc@1 and Acc@5."""
        first = several = 0
        asked = cases or self.cases
        for case, found in zip(asked, answers, strict=True):
            ids = [self.same.get(one.curie, one.curie) for one in found]
            first += bool(ids) and ids[0] in case.gold
            several += not case.gold.isdisjoint(ids)
        return first / len(asked), several / len(asked)

    def nil_row(self) -> list[str]:
        """Return how well NIL is told: right ones kept, precision, ones refused that must be.

        Gold concepts are taken from the answers to stand for terms that the vocabulary lacks.
        """
        distinct = {(case.term, case.gold): case for case in self.cases}
        pairs = [(case.term, case.context) for case in distinct.values()]
        answers = Grounder(self.settings, self.helpers()).ground(pairs, k=K)
        right = kept = answered = refused = 0
        for case, found in zip(distinct.values(), answers, strict=True):
            good = [self.same.get(one.curie, one.curie) in case.gold for one in found]
            is_kept = bool(found) and found[0].score >= NIL_BELOW
            right += bool(good) and good[0]
            kept += is_kept and good[0]
            answered += is_kept
            others = [one.score for one, is_gold in zip(found, good, strict=True) if not is_gold]
            refused += not others or others[0] < NIL_BELOW
        size = len(distinct)
        shares = (kept / max(right, 1), kept / max(answered, 1), refused / size)
        return [self.chosen.title, str(size), *map(figure, shares)]

    def helpers(self) -> Helpers:
        """Return what ``ground`` uses, with a re-ranker that has not seen the corpus."""
        weights = self.weights(self.chosen.unseen_by, self.encoder)
        return Helpers(least=0.0, encoder=self.encoder, weights=weights)

    def typo_row(self) -> list[str]:
        """Return accuracies on distinct mentions as they are and with one long word misspelt."""
        rng = np.random.default_rng(7)
        cases, wrong = [], []
        for case in {(case.term, case.gold): case for case in self.cases}.values():
            text = misspelt(case.term, rng)
            if text != case.term:
                cases.append(case)
                wrong.append((text, ""))
        right = [(case.term, "") for case in cases]
        able, mute = (Grounder(self.settings, self.helpers()) for _ in range(2))
        mute.linker.speller.is_silent = True
        plain = Grounder(self.settings, Helpers(nearest=False))
        asked = [(mute, right), (able, right), (plain, wrong), (mute, wrong), (able, wrong)]
        answers = [grounder.ground(pairs, k=K) for grounder, pairs in asked]
        shares = [figure(self.accuracy(found, cases)[0]) for found in answers]
        return [self.chosen.title, str(len(cases)), *shares]

    def errors(self, answers: Sequence[Sequence[Candidate]], most: int) -> None:
        """Print the most frequent errors."""
        wrong: Counter[str] = Counter()
        for case, found in zip(self.cases, answers, strict=True):
            ids = [self.same.get(one.curie, one.curie) for one in found]
            if ids and ids[0] in case.gold:
                continue
            rank = next((i for i, one in enumerate(ids, 1) if one in case.gold), 0)
            best = f"{found[0].curie} {found[0].name!r} {found[0].score:.2f}" if found else "NIL"
            gold = ",".join(sorted(case.gold))
            wrong[f"{case.term!r} is {gold} (rank {rank or '-'}); given {best}"] += 1
        for line, count in wrong.most_common(most):
            print(f"{count:4} {line}")


@dataclass(frozen=True, slots=True)
class Column:
    """What was measured on one set."""

    title: str
    size: int
    links: dict[str, str]
    nil: list[str]
    typos: list[str]


def column(name: str, place: str, errors: int, *, only_links: bool) -> Column:
    """Measure one set with the encoder of a folder (see ``named_encoder``)."""
    encoder = named_encoder(place)
    bench = Bench(SETS[name], None if encoder is None else Remembered(encoder))
    links, last = {}, None
    for step, answers in bench.steps():
        links[step] = "–"
        if answers:
            first, several = bench.accuracy(answers)
            links[step] = f"{figure(first)} / {figure(several)}"
            print(f"{bench.chosen.title:22} {step:50} {links[step]}", flush=True)
            last = answers
    if errors and last:
        bench.errors(last, errors)
    nil, typos = ([], []) if only_links else (bench.nil_row(), bench.typo_row())
    return Column(bench.chosen.title, len(bench.cases), links, nil, typos)


def named_encoder(place: str) -> Encoder | None:
    """Return the encoder of a folder; empty: the one that ships, if one does; "none": none."""
    if place == "none":
        return None
    try:
        return load_encoder(place or None)
    except Missing as error:
        print(f"without encoder: {error}")
        return None


def link_table(columns: Sequence[Column]) -> Table:
    """Return accuracies, a row a step."""
    heads = ["", *(one.title for one in columns)]
    table = Table("Acc@1 / Acc@5, gold mentions given", heads)
    for step in dict.fromkeys(step for one in columns for step in one.links):
        table.add([step, *(one.links.get(step, "–") for one in columns)])
    sizes = ", ".join(f"{one.title} {one.size:,}" for one in columns)
    table.notes.append(f"mentions: {sizes}")
    return table


def nil_table(columns: Sequence[Column]) -> Table:
    """Return how well absent concepts are told."""
    heads = ["set", "distinct", "right ones kept", "right of those answered", "absent ones refused"]
    table = Table(f"NIL: the best concept's score is below {NIL_BELOW}", heads)
    for one in columns:
        table.add(one.nil)
    table.notes.append(
        "absent: the gold concepts are taken from the answers, as if the vocabulary lacked them"
    )
    return table


def typo_table(columns: Sequence[Column]) -> Table:
    """Return accuracies on misspelt mentions."""
    heads = ["", "mentions", "as written, not corrected", "as written", "misspelt, dictionary",
             "misspelt, not corrected", "misspelt"]  # fmt: skip
    table = Table("Misspelt mentions, distinct ones without context: Acc@1", heads)
    for one in columns:
        table.add(one.typos)
    table.notes.append("two inner letters exchanged, one left out or one doubled, in one word")
    return table


def speed_table(encoder: str, most: int) -> Table:
    """Return terms a second on 10,000 distinct mentions of all corpora."""
    names = [
        *(f"bc5cdr-{part}-{kind}" for part in ("train", "dev") for kind in ("disease", "chemical")),
        "hpo-gscplus", "hpo-id68", "ncbi-disease-dev", "ncbi-disease-train", "nlm-gene",
        "craft-dev-chebi", "craft-train-go-bp", "craft-train-chebi",
    ]  # fmt: skip
    found = {m.text for name in names for d in corpora.SETS[name].documents() for m in d.mentions}
    terms = sorted(found, key=lambda term: zlib.crc32(term.encode()))[:most]
    table = Table(
        f"ground for {len(terms):,} distinct terms, one thread", ["", "terms/CPU s", "answered"]
    )
    rows = [
        ("dictionary, all types", GroundOptions(mode="dictionary")),
        ("full, all types, no encoder", GroundOptions(encoder="none")),
        ("full, disease and phenotype, no encoder", GroundOptions(types=SIGNS, encoder="none")),
    ]
    if encoder != "none":
        rows.append(
            ("full, disease and phenotype, encoder", GroundOptions(types=SIGNS, encoder=encoder))
        )
        rows.append(("full, all types, encoder", GroundOptions(encoder=encoder)))
    for row, options in rows:
        has_vectors = make_grounder(options).helpers.meanings is not None
        name = f"{row}, names encoded before" if has_vectors else row
        ground_terms([("gout", ""), ("xyzzy gouty", "")], options=options)  # opens what is needed
        start = time.process_time()
        answers = ground_terms([(term, "") for term in terms], options=options)
        rate = len(terms) / (time.process_time() - start)
        table.add([name, f"{rate:,.0f}", f"{sum(map(bool, answers)):,}"], show=True)
    return table


def misspelt(term: str, rng: np.random.Generator) -> str:
    """Return a term with one of its long words misspelt; the term itself if it has none."""
    item = Item("", Document("", term), ())
    edits = mistyped(item, rng, {"rate": 1.0})
    if not edits:
        return term
    edit = edits[int(rng.integers(len(edits)))]
    return term[: edit.start] + edit.text + term[edit.end :]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write the tables if asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--sets", default=",".join(SETS), help="some of " + ", ".join(SETS))
    parser.add_argument("--encoder", default="", help="a model folder; default: the one that ships")
    parser.add_argument("--errors", type=int, default=0, help="errors to print per set")
    parser.add_argument("--only-links", action="store_true", help="no NIL, speed, typos")
    parser.add_argument("--out", type=Path, help="write the tables here")
    parser.add_argument("--terms", type=int, default=10_000, help="terms to measure speed with")
    parser.add_argument("--jobs", type=int, default=1, help="sets measured at once")
    given = parser.parse_args(arguments)
    encoder = named_encoder(given.encoder)
    names = given.sets.split(",")
    measure = partial(column, place=given.encoder, errors=given.errors, only_links=given.only_links)
    if given.jobs > 1:
        with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
            columns = list(pool.map(measure, names))
    else:
        columns = list(map(measure, names))
    tables = [link_table(columns)]
    if not given.only_links:
        tables += [nil_table(columns), typo_table(columns), speed_table(given.encoder, given.terms)]
    said = "no encoder" if encoder is None else f"encoder {encoder.name} ({encoder.digest[:12]})"
    tables[0].notes.append(said)
    if given.out:
        write_tables(tables, given.out, sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())

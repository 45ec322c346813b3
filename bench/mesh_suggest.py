"""MeSH headings suggested for the clauses of systematic reviews' queries: CLEF TAR, by method.

Gold are the headings that the searchers had in the clause; a method sees the clause without them.
Precision, recall and F1 of each clause's set, then their mean (as Wang et al. 2021 report them),
and the F1 of all decisions together. Clauses of reviews that share clauses are drawn together for
the intervals, and lie in one fold. Where a method's cut is read off, that is on the other folds;
nothing else is fitted to these queries. ``--learned`` also grows the trees of ``fused`` on the
other folds, to see what learning searchers' habits would add (such trees may not ship: the
licence).

    python bench/mesh_suggest.py [--data ../shared/data/clef-tar-mesh] [--learned] [--errors N]
        [--out bench/results/mesh_suggest.md]
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.metrics.resampling import Statistic, bootstrap, compare, ratio_of
from onoma.search.mesh import fused
from onoma.search.mesh.clauses import Clause, one_clause
from onoma.search.mesh.evidence import Evidence, gather
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.methods import CUTS, METHODS, Means, Scored
from onoma.search.mesh.suggest import open_means
from onoma.search.query.parse import parse
from report import Table, figure, write_tables

DATA = Path("../shared/data/clef-tar-mesh")
PART = "CLEF-2018/training"  # its topics hold those of 2017's training part, with the same clauses
PUBLISHED = {"PubMed's own mapping": "atm.res", "MetaMap": "meta_{}.res"}
METAMAP_CUTS = tuple(range(5, 105, 5))
FOLDS = 10
GRID = tuple(round(step / 50, 2) for step in range(50))
_TAG = r"\[(?:Text Word|All Fields|Title/Abstract|Title)\]"

Chosen = dict[str, set[int]]


@dataclass
class Topics:
    """The clauses by key (topic_number), their gold headings, and the fold of each."""

    clauses: dict[str, Clause] = field(default_factory=dict)
    gold: Chosen = field(default_factory=dict)
    group: dict[str, str] = field(default_factory=dict)  # reviews that share clauses

    def folds(self) -> list[list[str]]:
        """Return the keys of each fold; groups stay whole."""
        parts = defaultdict(list)
        for key, group in self.group.items():
            parts[group].append(key)
        out: list[list[str]] = [[] for _ in range(FOLDS)]
        for keys in sorted(parts.values(), key=lambda one: (-len(one), one)):
            min(out, key=len).extend(keys)
        return out


def read(data: Path, headings: Headings) -> tuple[Topics, dict[str, str]]:
    """Return the topics and the files of published results by name."""
    files: dict[str, str] = {}
    with tarfile.open(data / "clef-tar-training.tar.xz") as archive:
        for member in archive:
            if member.isfile() and PART in member.name:
                opened = archive.extractfile(member)
                name = member.name.split(PART + "/")[1]
                files[name] = opened.read().decode("utf-8", "replace") if opened else ""
    topics = Topics()
    for line in files["data.qrels"].splitlines():
        key, _, heading, told = line.split()
        if told != "0":
            topics.gold.setdefault(key, set()).add(headings.number(f"MESH:{heading}"))
    same: dict[str, set[str]] = defaultdict(set)
    for key in topics.gold:
        topic, number = key.split("_")
        text = files[f"{topic}/{number}/clause_no_mesh"]
        topics.clauses[key] = one_clause(parse(plain(text)), headings, text=text)
        same[text].add(topic)
    topics.group = _groups(topics.gold, same)
    return topics, files


def _groups(keys: Chosen, same: dict[str, set[str]]) -> dict[str, str]:
    """Return for each key the first of the reviews that its review shares clauses with."""
    leader = {topic: topic for topics in same.values() for topic in topics}
    for topics in same.values():
        first = min(leader[topic] for topic in topics)
        merged = {leader[topic] for topic in topics}
        leader = {topic: first if one in merged else one for topic, one in leader.items()}
    return {key: leader[key.split("_")[0]] for key in keys}


def plain(text: str) -> str:
    """Return a clause in Onoma's syntax; it cuts short words, which PubMed no longer allows."""
    text = re.sub(rf'"([^"]*)"(?:{_TAG})?', lambda m: f"({_bare(m[1])})", text)
    return re.sub(rf"([^()\[\]]+?){_TAG}", _term, text)


def _term(match: re.Match[str]) -> str:
    words, lead = match[1].split(), list[str]()
    while words and words[0] in ("OR", "AND"):
        lead.append(words.pop(0))
    return f" {' '.join(lead)} ({_bare(' '.join(words))}) "


def _bare(text: str) -> str:
    small = re.sub(r"\b(?:and|or|not)\b", " ", text.lower())
    return re.sub(r"[^\w\s*'-]", " ", small).replace("*", "* ")


def scores(chosen: Chosen, topics: Topics) -> npt.NDArray[np.float64]:
    """Return precision, recall, F1, right, chosen and gold of each clause, (clauses, 6)."""
    out = []
    for key, gold in topics.gold.items():
        own = chosen.get(key, set())
        right = len(own & gold)
        precision, recall = right / max(len(own), 1), right / max(len(gold), 1)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        out.append((precision, recall, f1, right, len(own), len(gold)))
    return np.array(out, np.float64)


def cross_cut(ranked: Mapping[str, Sequence[Scored]], topics: Topics) -> tuple[Chosen, list[float]]:
    """Return what is chosen with the cut that gives the best mean F1 on the other folds."""
    cuts, chosen = [], Chosen()
    f1 = {cut: scores(at_cut(ranked, cut), topics)[:, 2] for cut in GRID}
    keys = list(topics.gold)
    for fold in topics.folds():
        others = np.array([key not in fold for key in keys])
        cut = max(GRID, key=lambda one: f1[one][others].mean())
        cuts.append(cut)
        chosen |= {key: found for key, found in at_cut(ranked, cut).items() if key in fold}
    return chosen, cuts


def at_cut(ranked: Mapping[str, Sequence[Scored]], cut: float, *, least_one: bool = True) -> Chosen:
    """Return the headings of at least this score, or the best one."""
    out = {}
    for key, found in ranked.items():
        own = {one.heading for one in found if one.score >= cut}
        out[key] = own or ({found[0].heading} if found and least_one else set())
    return out


def published(files: dict[str, str], name: str, headings: Headings) -> Chosen:
    """Return the suggestions of a file of results that the corpus brings."""
    out: Chosen = defaultdict(set)
    for line in files[name].splitlines():
        cells = line.split()
        if len(cells) > 3:
            out[cells[0]].add(headings.number(f"MESH:{cells[2]}"))
    return out


def learned(topics: Topics, evidence: dict[str, Evidence]) -> dict[str, Sequence[Scored]]:
    """Return the ranking by trees grown on the other folds."""
    out: dict[str, Sequence[Scored]] = {}
    for fold in topics.folds():
        keys = [key for key in topics.gold if key not in fold and evidence[key].headings]
        table = np.vstack([evidence[key].table for key in keys])
        meant = [one in topics.gold[key] for key in keys for one in evidence[key].headings]
        owner = [place for place, key in enumerate(keys) for _ in evidence[key].headings]
        trees = fused.teach(table, np.array(meant), np.array(owner))
        for key in fold:
            own = evidence[key]
            pairs = zip(own.headings, trees.chances(own.table).tolist(), strict=True)
            out[key] = sorted((Scored(*pair) for pair in pairs), key=lambda one: -one.score)
    return out


class Result:
    """The table of methods, and who is compared with whom."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        groups = sorted(set(topics.group.values()))
        own = np.array([groups.index(topics.group[key]) for key in topics.gold])
        self.member = (own[:, None] == np.arange(len(groups))).astype(np.float64).T
        self.rows: dict[str, npt.NDArray[np.float64]] = {}
        self.table = Table(
            "MeSH suggestion, CLEF TAR 2018 training topics",
            ["method", "P", "R", "F1", "interval", "micro P", "micro R", "micro F1", "a clause"],
        )

    def add(self, name: str, chosen: Chosen) -> None:
        """Add a row."""
        rows = self.rows[name] = scores(chosen, self.topics)
        bounds = bootstrap({"f1": self.mean(name)}, len(self.member), rng=np.random.default_rng(1))[
            "f1"
        ]
        right, own, gold = rows[:, 3:].sum(axis=0)
        micro = (right / max(own, 1), right / gold, 2 * right / (own + gold))
        self.table.add(
            [name, *map(figure, rows[:, :3].mean(axis=0)),
             f"{figure(bounds.low)}-{figure(bounds.high)}", *map(figure, micro),
             f"{own / len(rows):.1f}"],
            show=True,
        )  # fmt: skip

    def mean(self, name: str) -> Statistic:
        """Return the mean F1 of clauses, whose reviews are drawn in groups."""
        return ratio_of(self.member @ self.rows[name][:, 2], self.member.sum(axis=1))

    def compare(self, first: str, second: str) -> None:
        """Note how far one method is above another."""
        decisions = np.stack([self.rows[first][:, 2], self.rows[second][:, 2]])
        found = compare(
            self.mean(first), self.mean(second), len(self.member),
            decisions=decisions, rng=np.random.default_rng(1),
        )  # fmt: skip
        gap = found.difference
        self.table.note(
            f"{first} less {second}: {100 * gap.value:+.1f} points of F1 "
            f"({100 * gap.low:+.1f} to {100 * gap.high:+.1f}); better in {found.wins} clauses, "
            f"as good in {found.ties}, worse in {found.losses}."
        )


def measure(topics: Topics, files: dict[str, str], means: Means, *, with_learned: bool) -> Result:
    """Return the table of all methods."""
    result = Result(topics)
    result.add("published: PubMed's own mapping", published(files, "atm.res", means.headings))
    chosen = {cut: published(files, f"meta_{cut}.res", means.headings) for cut in METAMAP_CUTS}
    best = max(METAMAP_CUTS, key=lambda cut: scores(chosen[cut], topics)[:, 2].mean())
    result.add(f"published: MetaMap, best of {len(METAMAP_CUTS)} cuts", chosen[best])
    for name in ("lexical", "atomic", "semantic", "fragment", "encoder", "fused"):
        ranked = {key: METHODS[name](clause, means) for key, clause in topics.clauses.items()}
        usual = CUTS.get(name, means.suggester.cut)
        result.add(name, at_cut(ranked, usual, least_one=name == "fused"))
        if name != "lexical":
            found, cuts = cross_cut(ranked, topics)
            result.add(f"{name}, cut cross-validated", found)
            result.table.note(
                f"{name}: cuts of the folds {min(cuts)} to {max(cuts)}, usual {usual}."
            )
    if with_learned:
        evidence = {key: gather(one, means.headings, means.meanings)
                    for key, one in topics.clauses.items()}  # fmt: skip
        result.add("fused, grown and cut on the other folds",
                   cross_cut(learned(topics, evidence), topics)[0])  # fmt: skip
    for other in ("lexical", "published: PubMed's own mapping"):
        result.compare("fused", other)
        result.compare("fused, cut cross-validated", other)
    result.table.note(
        f"{len(topics.gold)} clauses of {len({k.split('_')[0] for k in topics.gold})} reviews, "
        f"{sum(map(len, topics.gold.values()))} headings. fused takes the best heading where none "
        "reaches the cut. The published rows are results that the corpus brings."
    )
    return result


def show_errors(topics: Topics, means: Means, many: int) -> None:
    """Print clauses with what fused misses and adds."""
    for key, clause in list(topics.clauses.items())[:many]:
        found = METHODS["fused"](clause, means)
        own = at_cut({key: found}, means.suggester.cut)[key]
        labels, gold = means.headings.labels, topics.gold[key]
        place = {one.heading: n for n, one in enumerate(found, 1)}
        missed = [f"{labels[one]} ({place.get(one, '-')})" for one in sorted(gold - own)]
        print(f"{key} {clause.text[:160]}\n   right {[labels[one] for one in sorted(own & gold)]}")
        print(f"   missed {missed}\n   wrong {[labels[one] for one in sorted(own - gold)]}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--learned", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    means = open_means()
    means.need()
    topics, files = read(given.data, means.headings)
    if given.errors:
        show_errors(topics, means, given.errors)
        return
    result = measure(topics, files, means, with_learned=given.learned)
    for note in result.table.notes:
        print(f"- {note}")
    if given.out:
        write_tables([result.table], given.out, sys.argv)


if __name__ == "__main__":
    main()

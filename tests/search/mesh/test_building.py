"""From a protocol to a query: drafts, seeds, refinement, the log."""

from __future__ import annotations

from pathlib import Path

import pytest

import onoma
from onoma.errors import BadLine, InputError
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from onoma.search.mesh.checking import blocks_of, changed, check
from onoma.search.mesh.draft import draft
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.log import (
    LineCount,
    Search,
    append,
    differences,
    lines_of,
    read_log,
    run,
    table,
    version,
)
from onoma.search.mesh.methods import Means
from onoma.search.mesh.protocol import left_out
from onoma.search.mesh.refining import refine
from onoma.search.mesh.wording import worded
from onoma.search.query.parse import parse
from onoma.search.query.printing import to_text
from onoma.search.query.tree import Strategy, Tree
from tests.search.mesh.plain_search import PlainSearch

PROTOCOL = """Title: Breathing and sleep
Population: adults with asthma or chronic obstructive pulmonary disease
Intervention (any dose): yoga,
  breathing exercises
Comparison: usual care
Outcomes: forced expiratory volume
Study design: randomized controlled trials
"""
QUERY = '"Heart Failure"[mh] AND ("beta blocker*"[tiab] OR carvedilol[tiab])'


@pytest.fixture(scope="module")
def nlp_mesh(core: ConceptStore) -> Pipeline:
    return onoma.load(ids=["MESH"], mode="dictionary")


@pytest.fixture
def tree() -> Tree:
    return parse(QUERY, "pubmed")


def test_a_protocol_is_drafted_line_by_line(nlp_mesh: Pipeline, means: Means) -> None:
    """What is compared and measured is not joined."""
    made = draft(PROTOCOL, nlp_mesh, means, with_suggestions=False)
    assert [block.kind for block in made.needed] == ["population", "intervention"]
    names = [[one.label for one in block.headings] for block in made.needed]
    assert names[0] == ["Asthma", "Pulmonary Disease, Chronic Obstructive"]
    assert {"Yoga", "Breathing Exercises"} <= set(names[1])
    lines = made.strategy().lines
    assert to_text(lines[-1].tree, "pubmed") == "#1 AND #2"
    text = to_text(made.strategy(), "pubmed")
    assert '"Asthma"[mh]' in text
    assert "copd[tiab]" in text
    assert "cold[tiab]" not in text
    assert parse(text, "pubmed") == made.strategy()


def test_a_title_is_told_apart_by_what_it_names(nlp_mesh: Pipeline, means: Means) -> None:
    made = draft("Metformin for polycystic ovary syndrome", nlp_mesh, means)
    assert {one.kind for one in made.needed} == {"population", "intervention"}
    assert made.query() == made.strategy().resolved()


def test_what_no_block_takes_up_is_told() -> None:
    text = "Beta blockers for chronic heart failure"
    assert left_out(text, ["chronic heart failure"]) == ["Beta blockers"]
    assert left_out(PROTOCOL, ["asthma", "pulmonary disease", "yoga", "breathing"]) == []


def test_a_draft_is_the_same_in_ovid(nlp_mesh: Pipeline, means: Means) -> None:
    made = draft(PROTOCOL, nlp_mesh, means)
    assert parse(to_text(made.strategy(), "ovid"), "ovid") == made.strategy()


def test_a_text_that_names_nothing_is_told(nlp_mesh: Pipeline, means: Means) -> None:
    with pytest.raises(InputError, match="names nothing"):
        draft("of the and", nlp_mesh, means)
    with pytest.raises(InputError, match="population"):
        draft(PROTOCOL, nlp_mesh, means, joined=["who"])


def test_names_that_another_finds_are_left_out(headings: Headings) -> None:
    found = worded(["Heart Failure", "Heart Failure, Congestive", "Failures, Heart"], headings)
    assert [to_text(one, "pubmed") for one in found] == ['"heart failure*"[tiab]']
    own = worded((), headings, own=["HF"])
    assert [to_text(one, "pubmed") for one in own] == ["hf[tiab]"]


def test_each_line_tells_which_seed_it_loses(
    tree: Tree, searched: PlainSearch, means: Means
) -> None:
    found = check(tree, ["1", "3", "6", "99"], searched, means)
    assert found.absent == ("99",)
    assert found.lost == ("3", "6")
    assert [line.lost for line in found.lines] == [("6",), ("3",)]
    assert (found.lines[0].kept, found.found) == (("1", "3"), 1)


def test_the_change_keeps_the_seed(tree: Tree, searched: PlainSearch, means: Means) -> None:
    """A near heading of the seed comes before a word that lets fewer records in."""
    found = check(tree, ["1", "3", "6"], searched, means)
    first = next(one for one in found.changes if one.line == 1)
    assert to_text(first.part, "pubmed") == '"Heart Diseases"[mh]'
    better = changed(tree, found.changes)
    keys = searched.keys(better)
    assert {1, 3, 6} <= keys
    assert check(better, ["1", "3", "6"], searched, means).lost == ()


def test_more_counts_the_records_that_come_in_besides(
    tree: Tree, searched: PlainSearch, means: Means
) -> None:
    found = check(tree, ["6"], searched, means)
    (change,) = found.changes
    before, after = searched.keys(tree), searched.keys(changed(tree, found.changes))
    assert change.more == len(after - before - {6})


def test_no_seed_in_the_corpus_is_told(tree: Tree, searched: PlainSearch, means: Means) -> None:
    with pytest.raises(InputError, match="none of the seeds"):
        check(tree, ["99"], searched, means)


def test_what_is_dropped_stays_dropped(searched: PlainSearch, means: Means) -> None:
    tree = parse("(heart AND beta) NOT carvedilol")
    assert len(blocks_of(tree)) == 2
    found = check(tree, ["6"], searched, means)
    assert 6 in searched.keys(changed(tree, found.changes))
    assert 1 not in searched.keys(changed(tree, found.changes))


def test_refinement_takes_the_cut_that_finds_the_relevant(
    searched: PlainSearch, means: Means
) -> None:
    tree = parse("cardiac failure[tiab] OR cardiac insufficiency[tiab]", "pubmed")
    found = refine(tree, searched, means, relevant=["1", "3"])
    assert found.best.effect.recall == 1
    assert {1, 3} <= searched.keys(found.best.query)
    first = found.weighed[0]
    assert (first.suggestion.label, first.more.relevant) == ("Heart Failure", 1)
    assert found.cuts[0].cut is None
    assert found.cuts[0].effect.recall == 0.5
    recalls = [one.effect.relevant for one in found.cuts]
    assert recalls == sorted(recalls)


def test_refinement_without_judgements_keeps_the_usual_cut(
    searched: PlainSearch, means: Means
) -> None:
    found = refine(parse("heart failure[tiab]", "pubmed"), searched, means)
    assert found.best.effect.recall is None
    assert found.best.cut is None or found.best.cut >= means.suggester.cut


def logged(number: int, query: str, searched: PlainSearch) -> Search:
    """Return a search as the command logs it."""
    lines = run(parse(query, "pubmed"), searched, dialect="pubmed")
    return Search(number, "2026-01-02", "six records", "pubmed", query, lines, lines[-1].records)


def test_a_log_holds_each_line_with_its_count(tmp_path: Path, searched: PlainSearch) -> None:
    path = tmp_path / "log.jsonl"
    assert read_log(path) == []
    first = logged(1, QUERY, searched)
    assert first.lines == (
        LineCount(1, '"Heart Failure"[mh]', 2),
        LineCount(2, '"beta blocker*"[tiab] OR carvedilol[tiab]', 4),
        LineCount(3, "#1 AND #2", 1),
    )
    append(path, first)
    second = logged(2, QUERY.replace("carvedilol", "metoprolol"), searched)
    append(path, second)
    assert read_log(path) == [first, second]
    assert version(read_log(path), 2) == second
    with pytest.raises(InputError, match="there are: 1, 2"):
        version(read_log(path), 3)
    shown = table(read_log(path))
    assert "### Version 2, 2026-01-02." in shown
    assert '| 1 | "Heart Failure"[mh] | 2 |' in shown
    assert "+ #2 metoprolol[tiab]" in differences(first, second)
    assert "- #2 carvedilol[tiab]" in differences(first, second)


def test_numbered_lines_are_logged_as_they_stand(searched: PlainSearch) -> None:
    tree = parse('#1 "Heart Failure"[mh]\n#2 beta[tiab]\n#3 #1 OR #2', "pubmed")
    assert isinstance(tree, Strategy)
    assert [line.number for line in lines_of(tree)] == [1, 2, 3]
    assert [one.records for one in run(tree, searched, dialect="pubmed")] == [2, 3, 5]


def test_a_damaged_log_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(BadLine, match="no search of a log"):
        read_log(path)

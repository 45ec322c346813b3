"""Strategies as reviews publish them: read, resolved, carried over into the other dialects."""

from __future__ import annotations

import pytest

pytest.importorskip("lark")

from onoma.errors import UnparsableQuery
from onoma.search.query.parse import parse
from onoma.search.query.printer import Unwritable
from onoma.search.query.printing import to_text, translate
from onoma.search.query.tree import And, DateRange, Heading, Not, Or, Strategy, leaves, resolved

TRIALS = """
1     randomized controlled trial.pt.
2     controlled clinical trial.pt.
3     randomi?ed.ab.
4     placebo.ab.
5     drug therapy.fs.
6     randomly.ab.
7     trial.ab.
8     groups.ab.
9     or/1-8
10    exp animals/ not humans.sh.
11    9 not 10
"""
REVIEW = """
1. exp Diabetes Mellitus, Type 2/dt, pc [Drug Therapy, Prevention & Control]
2. (diabet$ adj3 ("type 2" or "type II" or noninsulin)).ti,ab,kf.
3. (NIDDM or T2DM).tw.
4. 1 or 2 or 3
5. *Exercise Therapy/ or exp Exercise/
6. ((walk$ or aerobic) adj2 (train$ or programme?)).mp. [mp=title, abstract, heading words]
7. 5 or 6
8. 4 and 7
9. limit 8 to (english language and humans and yr="2004 -Current")
"""
PUBMED = (
    "(randomized controlled trial[pt] OR controlled clinical trial[pt] OR randomized[tiab] OR "
    "placebo[tiab] OR drug therapy[sh] OR randomly[tiab] OR trial[tiab] OR groups[tiab]) "
    "NOT (animals[mh] NOT humans[mh])"
)


def test_a_filter_for_trials_is_read_in_ovid() -> None:
    tree = parse(TRIALS, "ovid")
    assert isinstance(tree, Strategy)
    assert [line.number for line in tree.lines] == list(range(1, 12))
    whole = resolved(tree)
    assert isinstance(whole, Not)
    assert isinstance(whole.kept, Or)
    assert len(whole.kept.parts) == 8
    assert parse(to_text(tree, "ovid"), "ovid") == tree
    assert parse(to_text(tree)) == tree


def test_what_pubmed_cannot_say_is_refused_by_its_name() -> None:
    with pytest.raises(Unwritable, match="the wildcards of randomi\\?ed") as caught:
        translate(parse(TRIALS, "ovid"), "pubmed")
    start, end = caught.value.span
    assert TRIALS[start:end].startswith("randomi?ed")


def test_a_filter_for_trials_is_carried_from_pubmed_to_ovid_and_back() -> None:
    tree = parse(PUBMED, "pubmed")
    assert parse(to_text(tree, "ovid"), "ovid") == tree
    assert parse(to_text(tree, "pubmed"), "pubmed") == tree


def test_a_review_s_strategy_is_read_with_notes_limits_and_subheadings() -> None:
    tree = parse(REVIEW, "ovid")
    assert isinstance(tree, Strategy)
    found = list(leaves(resolved(tree)))
    heading = found[0]
    assert isinstance(heading, Heading)
    assert heading.subheadings == ("drug therapy", "prevention & control")
    assert DateRange("2004", "") in found
    assert isinstance(tree.lines[-1].tree, And)
    assert parse(to_text(tree)) == tree


def test_pubmed_goes_from_left_to_right() -> None:
    assert parse("a[ti] OR b[ti] AND c[ti]", "pubmed") == parse(
        "(a[ti] OR b[ti]) AND c[ti]", "pubmed"
    )


def test_a_line_may_not_refer_to_itself_or_a_later_one() -> None:
    for text in ("1. 1 or 2\n2. asthma.ti.", "1. asthma.ti.\n2. 1 and 3\n3. 1"):
        with pytest.raises(UnparsableQuery, match="there is no line"):
            parse(text, "ovid")


def test_lines_that_double_each_time_are_refused_before_they_grow() -> None:
    lines = ["#1 asthma"] + [f"#{n} #{n - 1} OR #{n - 1}" for n in range(2, 40)]
    with pytest.raises(UnparsableQuery, match="more than 20000 parts"):
        parse("\n".join(lines))


def test_brackets_and_chains_too_deep_are_refused() -> None:
    with pytest.raises(UnparsableQuery, match="nested more than 100 deep"):
        parse("(" * 5000 + "a" + ")" * 5000)
    with pytest.raises(UnparsableQuery, match="more than 200 levels"):
        parse(" NOT ".join("a" * 1 for _ in range(3000)))
    with pytest.raises(UnparsableQuery, match="at most 200000 are read"):
        parse("a " * 150_000)

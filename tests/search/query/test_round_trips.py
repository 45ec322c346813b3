"""What is written is read back as the same tree, in each dialect; no text brings a parser down."""

from __future__ import annotations

import pytest

pytest.importorskip("lark")

from hypothesis import example, given, settings
from hypothesis import strategies as st

from onoma.errors import UnparsableQuery
from onoma.search.query.parse import DIALECTS, parse
from onoma.search.query.printer import Translation, Unwritable
from onoma.search.query.printing import to_text, translate
from onoma.search.query.tree import Prefix, Term, Tree
from tests.search.query.trees import scraps, trees


@given(trees)
@settings(max_examples=80, deadline=None)
def test_onomas_own_syntax_holds_every_tree(tree: Tree) -> None:
    text = to_text(tree)
    assert parse(text) == tree, text


def _translated(tree: Tree, dialect: str) -> Translation | None:
    try:
        return translate(tree, dialect)
    except Unwritable:
        return None


@pytest.mark.parametrize("dialect", ["pubmed", "ovid"])
@given(tree=trees)
@example(tree=Term(".1"))
@example(tree=Prefix("''", most=2015))
@settings(max_examples=80, deadline=None)
def test_what_a_dialect_holds_is_read_back(dialect: str, tree: Tree) -> None:
    found = _translated(tree, dialect)
    if found is not None:
        again = parse(found.text, dialect)
        assert found.losses or again == tree, found.text


def _parsed(text: str, dialect: str) -> Tree | UnparsableQuery:
    try:
        return parse(text, dialect)
    except UnparsableQuery as error:
        return error


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@given(text=st.one_of(scraps, st.text(max_size=40)))
@settings(max_examples=250, deadline=None)
def test_every_text_is_a_tree_or_our_error_at_a_character(dialect: str, text: str) -> None:
    found = _parsed(text, dialect)
    if isinstance(found, UnparsableQuery):
        start, end = found.span
        assert 0 <= start <= end <= len(text)
        assert found.offset == start
        assert found.problem
        assert "^" in found.pointed()
    else:
        assert parse(to_text(found)) == found

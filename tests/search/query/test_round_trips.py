"""What is written is read back as the same tree, in each dialect; no text brings a parser down."""

from __future__ import annotations

import pytest

pytest.importorskip("lark")

from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import UnparsableQuery
from onoma.search.query.parse import DIALECTS, parse
from onoma.search.query.printer import Unwritable
from onoma.search.query.printing import to_text, translate
from onoma.search.query.tree import Tree
from tests.search.query.trees import scraps, trees


@given(trees)
@settings(max_examples=400, deadline=None)
def test_onomas_own_syntax_holds_every_tree(tree: Tree) -> None:
    text = to_text(tree)
    assert parse(text) == tree, text


@pytest.mark.parametrize("dialect", ["pubmed", "ovid"])
@given(tree=trees)
@settings(max_examples=400, deadline=None)
def test_what_a_dialect_holds_is_read_back(dialect: str, tree: Tree) -> None:
    try:
        found = translate(tree, dialect)
    except Unwritable as error:
        assert dialect in error.message
        return
    again = parse(found.text, dialect)
    assert found.losses or again == tree, found.text


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@given(text=st.one_of(scraps, st.text(max_size=40)))
@settings(max_examples=400, deadline=None)
def test_every_text_is_a_tree_or_our_error_at_a_character(dialect: str, text: str) -> None:
    try:
        tree = parse(text, dialect)
    except UnparsableQuery as error:
        start, end = error.span
        assert 0 <= start <= end <= len(text)
        assert error.offset == start
        assert error.problem
        assert "^" in error.pointed()
        return
    assert parse(to_text(tree)) == tree

"""What methods work with, over the real core, without an encoder."""

from __future__ import annotations

import pytest

pytest.importorskip("lark")

from onoma.ontology.store import ConceptStore
from onoma.search.mesh.headings import Headings, open_headings
from onoma.search.mesh.methods import Means
from onoma.search.mesh.suggest import open_means
from tests.search.mesh.plain_search import PlainSearch


@pytest.fixture(scope="session")
def headings(core: ConceptStore) -> Headings:
    return open_headings(core)


@pytest.fixture(scope="session")
def means(headings: Headings) -> Means:
    return open_means(encoder="none")


@pytest.fixture
def searched(headings: Headings) -> PlainSearch:
    return PlainSearch(headings)

"""Stores to test with, and the flag that rewrites golden files and what the documentation shows."""

from __future__ import annotations

import pytest
from hypothesis import settings

from onoma.ontology.cache import open_core, store_folder
from onoma.ontology.compile import compile_store
from onoma.ontology.sources import core_folder
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import Vocabulary
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from tests.small_vocabulary import small_vocabulary

settings.register_profile("untimed", deadline=None)  # a timing is never a test
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden and the outputs in README.md and docs; read the difference",
    )


@pytest.fixture
def is_updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return small_vocabulary()


@pytest.fixture(scope="session")
def store(vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> ConceptStore:
    """The small vocabulary compiled; it stands where the core's store is looked for."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONOMA_CACHE", str(cache))
        folder = store_folder(core_folder())
    return ConceptStore(compile_store(vocabulary, folder))


@pytest.fixture
def small_core(store: ConceptStore, monkeypatch: pytest.MonkeyPatch) -> ConceptStore:
    """Let everything that opens the core open the small store instead, worker processes too."""
    monkeypatch.setenv("ONOMA_CACHE", str(store.path.parent))
    return store


@pytest.fixture(scope="session")
def nlp(store: ConceptStore) -> Pipeline:
    """A pipeline over the small store, all types, no namespaces."""
    return Pipeline(Annotator(store), Settings())


@pytest.fixture(scope="session")
def core() -> ConceptStore:
    """The real core's store (compiled first if need be: about a minute, once a machine)."""
    return open_core()

"""A project's lists over a store: the same answers as if the vocabulary had been compiled so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import BadLine, InputError
from onoma.link.namespaces import namespaces
from onoma.ontology.compile import compile_store
from onoma.ontology.overlay import OverlaidStore
from onoma.ontology.project import ProjectLists, Synonym, add_line, find_project, read_project
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import Table, joined_tables
from onoma.ontology.wordtable import word_ids
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Annotator, Settings
from onoma.recognize.scan import MatcherIndex, scan
from onoma.text.characters import code_points
from onoma.text.tokens import tokenise, without_articles
from tests.small_vocabulary import CURIES, small_vocabulary


def over(store: ConceptStore, **lists: tuple[str, ...]) -> ConceptStore:
    pairs = (one.partition("|") for one in lists.pop("synonyms", ()))
    synonyms = tuple(Synonym(curie, name, "here") for curie, _, name in pairs)
    return OverlaidStore(store, ProjectLists(synonyms=synonyms, digest="0", **lists))


def found(store: ConceptStore, text: str, kernel: str = "numpy") -> list[tuple[str, str | None]]:
    pipeline = Pipeline(Annotator(store, kernel=kernel), Settings())
    return [(mention.text, mention.curie) for mention in pipeline.annotate(text).mentions]


def test_a_new_name_of_new_words_is_found_with_its_plural(store: ConceptStore) -> None:
    mine = over(store, synonyms=("MONDO:0005393|blorpy zorgle",))
    assert found(mine, "Two blorpy zorgles.") == [("blorpy zorgles", "MONDO:0005393")]
    assert found(store, "Two blorpy zorgles.") == []


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("breast", "breast cancer"),
        ("breast cancer stage", "breast cancer"),
        ("invasive", "invasive breast carcinoma"),
        ("invasive breast", "invasive breast carcinoma"),
        ("invasive papillary", "invasive papillary breast carcinoma"),
        ("invasive papillary breast", "invasive papillary breast carcinoma"),
        ("benign rolandic", "benign rolandic epilepsy"),
        ("benign rolandic epilepsy of youth", "benign rolandic epilepsy"),
        ("congestive cardiomyopathy mild", "congestive cardiomyopathy"),
        ("tumor protein", "tumor protein p53"),
        ("neoplasms, breast", "Breast Neoplasms"),
    ],
)
@pytest.mark.parametrize("kernel", ["numpy", "auto"])
def test_a_name_that_shares_its_path_leaves_the_other_in_place(
    store: ConceptStore, name: str, old: str, kernel: str
) -> None:
    before = found(store, f"{old}.", kernel)
    mine = over(store, synonyms=(f"HP:0001945|{name}",))
    assert (name, "HP:0001945") in found(mine, f"{name}.", kernel)
    assert found(mine, f"{old}.", kernel) == before


def test_the_projects_concept_leads_where_a_name_is_shared(store: ConceptStore) -> None:
    mine = over(store, synonyms=("HP:0001945|gout",))
    [mention] = Pipeline(Annotator(mine), Settings()).annotate("Gout.").mentions
    assert (mention.curie, mention.alternatives) == ("HP:0001945", ("MONDO:0005393",))


def test_a_short_name_keeps_its_capitals_and_needs_no_company(store: ConceptStore) -> None:
    mine = over(store, synonyms=("MONDO:0005393|GX",))
    assert found(mine, "GX was seen, gx was not.") == [("GX", "MONDO:0005393")]


def test_a_concept_shows_the_projects_names(store: ConceptStore) -> None:
    concept = over(store, synonyms=("MONDO:0005393|zorgle",)).concept("MONDO:0005393")
    assert ("zorgle", "project") in {(name.text, name.source) for name in concept.names}


def test_a_blocked_concept_is_never_answered_and_gives_way(store: ConceptStore) -> None:
    mine = over(store, blocked_curies=("MONDO:0007254", "MESH:D001943", "MONDO:0005073"))
    assert found(mine, "Breast cancer.") == [
        ("Breast", "UBERON:0000310"),
        ("cancer", "MONDO:0004992"),
    ]
    assert found(mine, "A mole.") == [("mole", "MONDO:0006249")]


def test_a_blocked_name_is_never_found(store: ConceptStore) -> None:
    mine = over(store, blocked_names=("Breast Cancers", "fever"))
    assert found(mine, "Fever and pyrexia.") == [("pyrexia", "HP:0001945")]
    assert ("Breast cancer", "MONDO:0007254") not in found(mine, "Breast cancer.")


def test_an_allowed_name_passes_the_guards(store: ConceptStore) -> None:
    assert found(store, "The cat sat.") == []
    assert found(over(store, allowed=("CAT",)), "The cat sat.") == [("cat", "HGNC:1516")]
    assert found(store, "A disease.") == []
    assert found(over(store, allowed=("disease",)), "A disease.") == [("disease", "MONDO:0000001")]


def test_the_store_below_is_not_touched(store: ConceptStore) -> None:
    before = {name: np.array(store.array(name)) for name in ("words", "nodes", "key_kind", "roots")}
    mine = over(store, synonyms=("HP:0001945|breast zorgle",), blocked_names=("gout",))
    assert found(mine, "gout") == []
    assert found(store, "gout") == [("gout", "MONDO:0005393")]
    for name, array in before.items():
        assert np.array_equal(np.load(store.path / f"{name}.npy"), array)


def test_versions_tell_whether_lists_were_laid_over(store: ConceptStore) -> None:
    assert over(store, allowed=("CAT",)).version == f"{store.version}+project-0"


def test_namespaces_and_blocked_concepts_agree(store: ConceptStore) -> None:
    mine = over(store, blocked_curies=("MONDO:0007254",), synonyms=("MONDO:0008170|zorgle",))
    annotator = Annotator(mine, ids=namespaces(mine, ["MESH"]))
    texts = Pipeline(annotator, Settings()).annotate("zorgle").mentions
    assert [mention.curie for mention in texts] == ["MESH:D010051"]


WORDS = ("breast", "cancer", "invasive", "papillary", "gout", "zorgle", "blorp", "type", "acute")
NAMES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), min_size=1,
                 max_size=6, unique=True)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(names=NAMES)
def test_an_overlay_finds_what_a_compiled_vocabulary_finds(
    names: list[str], store: ConceptStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = "HP:0001945"
    vocabulary = small_vocabulary()
    size = len(names)
    more = Table(
        {
            "concept": np.full(size, CURIES.index(target), np.uint32),
            "text": names,
            "scope": np.ones(size, np.uint8),
            "source": ["mine"] * size,  # no rule rewords a name of one's own
        }
    )
    whole = replace(vocabulary, names=joined_tables([vocabulary.names, more]))
    compiled = ConceptStore(compile_store(whole, tmp_path_factory.mktemp("whole") / "store"))
    mine = over(store, synonyms=tuple(f"{target}|{name}" for name in names))
    text = " . ".join([*names, "invasive papillary breast carcinoma", "breast cancer", "gout"])
    assert matches(mine, text) == matches(compiled, text)


def matches(store: ConceptStore, text: str) -> set[tuple[int, int, frozenset[str]]]:
    """Return where the matcher finds keys, and the concepts behind each."""
    tokens = without_articles(tokenise(code_points(text)))
    index = MatcherIndex.of(store)
    got = scan(index, word_ids(index.words, tokens.hash), tokens.glued)
    columns = zip(got.start.tolist(), got.end.tolist(), got.key.tolist(), strict=True)
    return {(start, end, key_names(store, key)) for start, end, key in columns}


def key_names(store: ConceptStore, key: int) -> frozenset[str]:
    first, stop = store.entries_of(key)
    names = store.array("entry_name")[first:stop].astype(np.int64) & 0x7FFFFFFF
    return frozenset(store.curies.take(store.array("name_concept")[names].tolist()))


def test_lists_are_read_from_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / ".onoma"
    assert add_line(folder, "block", "MONDO:0000001")
    assert add_line(folder, "block", "cold")
    assert not add_line(folder, "block", "cold")
    add_line(folder, "synonyms", "HP:0001945\tburning up")
    (folder / "allow.tsv").write_text("# ours\n\nMI  \n", encoding="utf-8")
    lists = read_project(folder)
    assert lists.blocked_curies == ("MONDO:0000001",)
    assert lists.blocked_names == ("cold",)
    assert lists.allowed == ("MI",)
    assert [(one.curie, one.name) for one in lists.synonyms] == [("HP:0001945", "burning up")]
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_project(inner) == folder


def test_a_line_that_says_nothing_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "synonyms.tsv").write_text("HP:1\tok\nburning up\n", encoding="utf-8")
    with pytest.raises(BadLine, match="line 2"):
        read_project(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        read_project(tmp_path / "none")

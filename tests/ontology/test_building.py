"""Concepts to a vocabulary folder: what is joined, what is set aside, which types follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onoma.errors import BadFile, InputError
from onoma.ontology.building import Built, Choices, build_vocabulary
from onoma.ontology.compile import compile_store
from onoma.ontology.reading import Ledger
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import Table
from onoma.ontology.vocabulary import read_vocabulary
from onoma.types import Concept, Equivalent, Name

Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build concepts into a folder; ``ledger`` and fields of ``Choices`` may be given."""

    def run(*concepts: Concept, ledger: Ledger | None = None, **said: Any) -> Built:
        types = tuple(said.pop("types", "").split())
        choices = replace(Choices(id="mine", types=types), **said)
        return build_vocabulary(
            concepts,
            ledger or Ledger(version="1"),
            lambda version: tmp_path / version,
            choices=choices,
            scratch=tmp_path,
            more={},
        )

    return run


def rows(built: Built, table: str) -> list[dict[str, object]]:
    vocabulary = read_vocabulary(built.folder)
    found: Table = getattr(vocabulary, table)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows()]


def types_of(built: Built) -> dict[str, tuple[str, ...]]:
    store = ConceptStore(compile_store(read_vocabulary(built.folder), built.folder / "store"))
    curies = [row["curie"] for row in rows(built, "concepts")]
    return {str(curie): store.concept(str(curie)).types for curie in curies}


def test_what_is_said_of_one_curie_is_joined(build: Build) -> None:
    built = build(
        Concept("mondo:1", "gout", names=(Name("podagra"), Name("Gout", "related"))),
        Concept("MONDO:1", "gout", names=(Name("podagra", "related"), Name("gouty"))),
    )
    names = {(row["text"], row["scope"]) for row in rows(built, "names")}
    assert names == {("gout", 0), ("podagra", 1), ("gouty", 1), ("Gout", 6)}
    assert built.concepts == 1


def test_obsolete_concepts_lead_to_the_end_of_their_chain(build: Build) -> None:
    built = build(
        Concept("HP:1", "a", former=("HP:9",)),
        Concept("HP:2", "b", is_obsolete=True, replaced_by="HP:3"),
        Concept("HP:3", "c", is_obsolete=True, replaced_by="HP:1"),
        Concept("HP:4", "d", is_obsolete=True, replaced_by="HP:5"),
        Concept("HP:5", "e", is_obsolete=True, replaced_by="HP:4"),
        Concept("HP:6", "f", is_obsolete=True, consider=("HP:1",)),
    )
    retired = {row["old"]: row["new"] for row in rows(built, "retired")}
    assert retired == {"HP:9": "HP:1", "HP:2": "HP:1", "HP:3": "HP:1"}
    assert built.concepts == 1


def test_mappings_with_unknown_prefixes_are_set_aside_and_own_ones_kept(build: Build) -> None:
    exact = "skos:exactMatch"
    ledger = Ledger(version="1")
    built = build(
        Concept(
            "ACME:1",
            "blorp",
            equivalents=(
                Equivalent("mesh:d1", exact, ""),
                Equivalent("acme:2", exact, ""),
                Equivalent("WEIRD:7", exact, ""),
                Equivalent("nothing", exact, ""),
            ),
        ),
        Concept("ACME:2", "zorgle"),
        ledger=ledger,
        types="disease",
    )
    assert [row["curie"] for row in rows(built, "equivalents")] == ["MESH:D1", "ACME:2"]
    assert built.aside == {"unknown-prefix": 1, "bad-curie": 1}
    aside = (built.folder / "aside.tsv").read_text(encoding="utf-8").splitlines()
    assert aside[0].split("\t") == ["kind", "place", "words", "text"]
    assert [line.split("\t")[3] for line in aside[1:]] == ["WEIRD:7", "nothing"]


def test_local_ids_take_the_prefix_given(build: Build) -> None:
    built = build(
        Concept("001", "blorp", parents=("002",)),
        Concept("002", "zorgle"),
        prefix="ACME",
        types="disease",
    )
    assert [row["curie"] for row in rows(built, "concepts")] == ["ACME:001", "ACME:002"]
    assert rows(built, "parents") == [{"child": 0, "parent": 1}]


def test_without_a_prefix_local_ids_are_no_concepts(build: Build) -> None:
    with pytest.raises(BadFile, match="--prefix"):
        build(Concept("001", "blorp"), types="disease")


def test_an_iri_is_no_curie(build: Build) -> None:
    built = build(Concept("http://x.org/1", "iri"), Concept("MONDO:1", "gout"))
    assert built.aside == {"bad-curie": 1}


def test_types_follow_from_prefix_and_branch(build: Build) -> None:
    built = build(
        Concept("HP:0000001", "All"),
        Concept("HP:0000118", "Phenotypic abnormality", parents=("HP:0000001",)),
        Concept("HP:0001945", "Fever", parents=("HP:0000118",)),
        Concept("HP:0012823", "Clinical modifier", parents=("HP:0000001",)),
        Concept("HP:0012828", "Severe", parents=("HP:0012823",)),
        Concept("GO:0008150", "biological_process"),
        Concept("GO:0005575", "cellular_component"),
        Concept("GO:0005739", "mitochondrion", parents=("GO:0005575",)),
        Concept("BFO:0000001", "entity"),
        Concept("MONDO:1", "gout", types=("phenotype",)),
    )
    assert types_of(built) == {
        "HP:0000001": (),
        "HP:0000118": ("phenotype",),
        "HP:0001945": ("phenotype",),
        "HP:0012823": ("clinical_modifier",),
        "HP:0012828": ("clinical_modifier",),
        "GO:0008150": ("process",),
        "GO:0005575": ("component",),
        "GO:0005739": ("component",),
        "BFO:0000001": (),
        "MONDO:1": ("phenotype",),
    }


def test_types_come_down_from_above_also_from_outside(build: Build) -> None:
    built = build(
        Concept("ACME:1", "my gout", parents=("MONDO:0005393",)),
        Concept("ACME:2", "my worse gout", parents=("ACME:1",)),
        Concept("ACME:3", "anatomical entity"),
        Concept("ACME:4", "blorp", parents=("ACME:3",)),
        Concept("ACME:5", "both", parents=("ACME:2", "ACME:4")),
    )
    assert types_of(built) == {
        "ACME:1": ("disease",),
        "ACME:2": ("disease",),
        "ACME:3": ("anatomy",),
        "ACME:4": ("anatomy",),
        "ACME:5": ("disease", "anatomy"),
    }


def test_a_concept_without_any_type_is_an_error_that_says_what_to_do(build: Build) -> None:
    with pytest.raises(InputError, match=r"1 of 2 .* ACME:1 .*--types"):
        build(Concept("ACME:1", "blorp"), Concept("MONDO:1", "gout"))


def test_nothing_is_left_behind_by_a_failure(build: Build, tmp_path: Path) -> None:
    def broken() -> Iterator[Concept]:
        yield Concept("MONDO:1", "gout")
        raise BadFile("cut short")

    with pytest.raises(BadFile, match="cut short"):
        build(*broken())
    with pytest.raises(InputError):
        build(Concept("ACME:1", "blorp"))
    assert list(tmp_path.iterdir()) == []


def test_names_of_one_language_are_kept_and_the_others_counted(build: Build) -> None:
    concept = Concept(
        "HP:1", "Fever", names=(Name("Fieber", language="de"), Name("fièvre", language="fr"))
    )
    assert [row["text"] for row in rows(build(concept), "names")] == ["Fever"]
    german = build(concept, language="de", version="2", ledger=Ledger(language="en"))
    assert [row["text"] for row in rows(german, "names")] == ["Fieber"]
    assert german.aside == {"language-en": 1, "language-fr": 1}
    with pytest.raises(InputError, match="there are: de, en, fr"):
        build(concept, language="zh")


def test_a_file_in_another_language_alone_is_taken_as_it_is(build: Build) -> None:
    built = build(Concept("HP:1", "Fieber", names=(Name("Fieber", "label", language="de"),)))
    assert [row["text"] for row in rows(built, "names")] == ["Fieber"]


def test_definitions_reach_the_store(build: Build) -> None:
    built = build(Concept("MONDO:1", "gout", definition="Too much urate."), Concept("MONDO:2", "x"))
    store = ConceptStore(compile_store(read_vocabulary(built.folder), built.folder / "store"))
    assert store.concept("MONDO:1").definition == "Too much urate."
    assert store.concept("MONDO:2").definition is None


def test_names_that_are_none_and_scopes_that_are_none_are_set_aside(build: Build) -> None:
    built = build(Concept("MONDO:1", "gout", names=(Name("--"), Name("podagra", "fuzzy"))))
    assert built.aside == {"bad-name": 1, "bad-scope": 1}
    assert built.names == 2


def test_many_sources_of_names_become_one(build: Build) -> None:
    names = tuple(Name(f"n{number}", source=f"s{number}") for number in range(300))
    built = build(Concept("MONDO:1", "gout", names=names))
    assert {row["source"] for row in rows(built, "names")} == {"mine"}

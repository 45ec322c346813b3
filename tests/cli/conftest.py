"""A small pipeline that finds three words, and a way to run commands with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import onoma
from onoma.cli import app
from onoma.errors import BadCurie, UnknownName
from onoma.formats.jsonl import encode_record
from onoma.ontology.curies import canonical_curie
from onoma.types import (
    AnnotatedDocument,
    Candidate,
    Concept,
    Document,
    Equivalent,
    FailedDocument,
    Mention,
    Name,
)

WORDS = {"fever": ("phenotype", "HP:0001945"), "gout": ("disease", "MONDO:0005393")}


@dataclass(frozen=True)
class FakeSource:
    name: str = "hpo"
    version: str = "2026-02"
    licence: str = "own"
    notice: str = "HPO notice"
    concepts: int = 3
    names: int = 7


@dataclass
class FakeStore:
    path: Path
    version: str = "test-1"
    n_concepts: int = 3
    n_names: int = 7

    def sources(self) -> list[FakeSource]:
        return [FakeSource()]


@dataclass
class FakePipeline:
    store: FakeStore
    calls: list[dict[str, Any]] = field(default_factory=list)

    def pipe(
        self, documents: Iterable[Document | FailedDocument], *, processes: int = 1
    ) -> Iterator[AnnotatedDocument]:
        for document in documents:
            if isinstance(document, FailedDocument):
                yield AnnotatedDocument(Document(document.id, ""), error=document)
            else:
                yield self.annotate(document)

    def to_jsonl(
        self, documents: Iterable[Document | FailedDocument], *, processes: int = 1
    ) -> Iterator[bytes]:
        for document in self.pipe(documents, processes=processes):
            yield encode_record(document.to_dict())

    def annotate(self, document: Document) -> AnnotatedDocument:
        mentions = []
        for match in re.finditer("|".join(WORDS), document.text):
            kind, curie = WORDS[match[0]]
            best = Candidate(curie, match[0], kind, 0.9, match[0], "label", why={"prior": 0.25})
            start, end = match.span()
            mention = Mention(
                start, end, match[0], kind, curie, match[0], 0.9, "dictionary", ((start, end),)
            )
            mentions.append(replace(mention, candidates=(best,)))
        return AnnotatedDocument(document, tuple(mentions), store=self.store.version)


def ground(
    term: str,
    k: int = 5,
    types: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    context: str | None = None,
    vocabulary: str = "core",
    project: str | None = None,
) -> list[Candidate]:
    if term not in WORDS:
        return []
    kind, curie = WORDS[term]
    return [Candidate(curie, term, kind, 0.9, term, "label"), Candidate("X:1", "x", kind, 0.1)][:k]


def ground_terms(pairs: Iterable[tuple[str, str]], **options: Any) -> list[list[Candidate]]:
    return [ground(term, k=options["k"]) for term, _ in pairs]


def concept(curie: str, *, vocabulary: str = "core", project: str | None = None) -> Concept:
    if ":" not in curie:
        raise BadCurie(f"{curie!r} is no CURIE", hint="write PREFIX:ID")
    if curie != "MONDO:0005393":
        raise UnknownName("concept", canonical_curie(curie), ["MONDO:0005393"])
    names = (Name("gout", "label"), Name("podagra", "exact"), Name("gouty", "related"))
    exact = Equivalent("MESH:D006073", "skos:exactMatch", "mondo")
    return Concept(
        curie, "gout", ("disease",), names, ("MONDO:1",), (exact,), "mondo", "2026-10-06"
    )


@pytest.fixture
def pipeline(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> FakePipeline:
    """Put the small pipeline in the place of the real one."""
    fake = FakePipeline(FakeStore(tmp_path_factory.mktemp("store")))

    def load(vocabulary: str = "core", **options: Any) -> FakePipeline:
        if vocabulary != "core":
            raise UnknownName("vocabulary", vocabulary, ["core"])
        fake.calls.append(options)
        return fake

    monkeypatch.setitem(vars(onoma), "load", load)
    monkeypatch.setitem(vars(onoma), "ground", ground)
    monkeypatch.setattr("onoma.cli.ground.ground_terms", ground_terms)
    monkeypatch.setitem(vars(onoma), "concept", concept)
    return fake


Run = Callable[..., Result]


@pytest.fixture
def run(pipeline: FakePipeline) -> Run:
    """Run the command line with these words."""

    def invoke(*words: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=stdin)

    return invoke

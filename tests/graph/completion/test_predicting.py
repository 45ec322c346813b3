"""A completion over a graph: trained, kept, asked, explained, saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("duckdb")

from onoma.cli.app import app
from onoma.errors import Checksum, Inconsistent, InputError, Missing, UnknownName
from onoma.graph import Graph, Statement
from onoma.graph.completion import (
    Completer,
    Completion,
    Terms,
    load_completion,
    mine_rules,
    save_completion,
    triples_of,
)
from onoma.graph.completion.factors import Factors
from onoma.graph.completion.fusion import Weights, learn_fusion
from onoma.graph.completion.model import Learnt, parts_of
from onoma.graph.completion.triples import Links, queries_of
from tests.graph.completion.small import named_triples


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The small world, without what person00 speaks."""
    made = Graph(tmp_path_factory.mktemp("world") / "graph")
    made.add(
        (
            Statement(
                f"X:{h}", r, f"X:{t}", source="made", document="D1", text=f"{h} {r} {t}."
            )
            for h, r, t in named_triples()
            if (h, r) != ("person00", "speaks")
        ),
        vocabulary=None,
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def completion(graph: Graph) -> Completion:
    """A completion learnt without torch: rules, what is counted, vectors by chance."""
    found = triples_of(graph.store)
    links = Links(
        found.triples, entities=len(found.terms.entities), relations=len(found.terms.relations)
    )
    rng = np.random.default_rng(0)
    factors = Factors(
        "distmult",
        rng.normal(size=(links.entities, 4)).astype(np.float32),
        rng.normal(size=(2 * links.relations, 4)).astype(np.float32),
    )
    learnt = Learnt((factors,), tuple(mine_rules(links)))
    weights = learn_fusion(
        [parts_of(links, learnt)], [queries_of(found.triples, links.relations)], links
    )
    generation = graph.store.manifest.generation
    return Completion(found.terms, learnt, weights, generation, "world", {"seed": 0})


def test_the_missing_link_is_found_and_explained(graph: Graph, completion: Completion) -> None:
    completer = Completer(graph.store, completion)
    city = graph.neighbors("X:person00", k=9)
    home = next(e.object.curie for e in city if e.predicate == "lives_in")
    language = f"X:language{int(home[-1]) % 3}"
    best, *others = completer.predict("X:person00", "speaks", None, k=5)
    assert best.object.curie == language
    assert best.rank == 1
    assert 0 <= best.chance <= 1
    assert all(best.score >= one.score for one in others)
    assert {one.object.curie[:10] for one in (best, *others)} == {"X:language"}
    reasons = completer.explain(best, k=20)
    words = "speaks(X, Y) <= lives_in(X, A), lies_in(A, B), has_language(B, Y)"
    reason = next(one for one in reasons if one.rule == words)
    assert [edge.predicate for edge in reason.edges] == ["lives_in", "lies_in", "has_language"]
    assert reason.edges[0].subject.curie == "X:person00"
    assert reason.edges[-1].object.curie == language


def test_the_other_end_is_asked_and_known_ones_are_left_out(
    graph: Graph, completion: Completion
) -> None:
    completer = Completer(graph.store, completion)
    found = completer.predict(None, "lives_in", "X:city0", k=50)
    known = {edge.subject.curie for edge in graph.neighbors("X:city0", k=99, direction="in")}
    assert found
    assert not known & {one.subject.curie for one in found}
    assert {one.object.curie for one in found} == {"X:city0"}
    with pytest.raises(InputError):
        completer.predict("X:person00", "speaks", "X:language0")
    with pytest.raises(UnknownName):
        completer.predict("X:person00", "sings", None)
    with pytest.raises(UnknownName):
        completer.predict("X:person00", "speaks", None, types=["no such type"])


def test_a_completion_is_read_back_and_damage_noticed(
    completion: Completion, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    save_completion(completion, folder)
    back = load_completion(folder)
    assert back.terms == completion.terms
    assert back.learnt.rules == completion.learnt.rules
    assert np.array_equal(back.learnt.factors[0].entity, completion.learnt.factors[0].entity)
    assert np.array_equal(back.weights.own, completion.weights.own)
    path = folder / "weights.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Checksum, match="train kge"):
        load_completion(folder)
    with pytest.raises(Missing):
        load_completion(tmp_path / "nowhere")


def test_a_graph_that_changed_is_told_and_still_asked(
    graph: Graph, completion: Completion, tmp_path: Path
) -> None:
    later = Graph(tmp_path / "later")
    later.merge(graph)
    later.add([Statement("X:aaa_new", "lives_in", "X:city1"),
               Statement("X:person00", "born_in", "X:city2")], vocabulary=None)  # fmt: skip
    completer = Completer(later.store, completion)
    assert "1 nodes are new" in completer.staleness
    found = completer.predict("X:aaa_new", "speaks", None, k=1)
    assert found[0].object.curie == "X:language1"
    before = Completer(graph.store, completion)
    assert not before.staleness
    zeros = np.zeros((2, 2), np.float32)
    none = Completion(Terms(("a",), ("r",)), Learnt(), Weights(zeros, zeros, zeros))
    with pytest.raises(Inconsistent):
        Completer(graph.store, none)


def test_answers_are_printed_and_saved_as_predicted(
    graph: Graph, completion: Completion, tmp_path: Path
) -> None:
    own = Graph(tmp_path / "own")
    own.merge(graph)
    save_completion(completion, own.folder / "completion")
    asked = ["graph", "predict", str(own.folder), "X:person00", "speaks", "?", "-k", "1",
             "--explain", "--save"]  # fmt: skip
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert '"level":"predicted"' in result.stdout
    assert "person00 lives_in city" in result.stdout
    edges = Graph.open(own.folder).neighbors("X:person00", k=9)
    predicted = [edge for edge in edges if edge.level == "predicted"]
    assert [edge.predicate for edge in predicted] == ["speaks"]
    assert len(triples_of(Graph.open(own.folder).store).triples) == len(
        triples_of(graph.store).triples
    )

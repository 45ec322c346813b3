"""Graphs: statements counted, walked, dated, merged, written and read again."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.corpus import Corpus
from onoma.errors import Checksum, InputError, Missing, UnknownName
from onoma.graph import (
    Conditions,
    Edge,
    Graph,
    NodeRow,
    Problem,
    Statement,
    read_edges,
    read_hpoa,
    read_hpoa_nodes,
    read_nodes,
    relations_of,
    relations_of_corpus,
)
from onoma.graph.checking import check_files
from onoma.graph.exporting import FORMS, export, sparql
from onoma.pipeline import Pipeline
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    Mention,
    Relation,
    RelationEvidence,
    Sentence,
)

pytest.importorskip("duckdb")

DRUG, OTHER, ILL, GENE = "CHEBI:6801", "CHEBI:15365", "MONDO:0005148", "NCBIGene:5468"


def said(
    predicate: str = "treats", *, document: str = "PMID:1", date: str = "", sure: float = 0.6,
    negated: bool = False, ends: tuple[str, str] = (DRUG, ILL),
) -> Statement:  # fmt: skip
    return Statement(
        ends[0], predicate, ends[1], level="extracted", source="texts", document=document,
        date=date, confidence=sure, negated=negated, text="words",
    )  # fmt: skip


def built(folder: Path, statements: Sequence[Statement | Problem], **more: object) -> Graph:
    graph = Graph(folder)
    nodes = [
        NodeRow(DRUG, "metformin", "biolink:ChemicalEntity"),
        NodeRow(GENE, "PPARG", "biolink:Gene"), NodeRow(ILL, "type 2 diabetes", "biolink:Disease"),
    ]  # fmt: skip
    graph.add(statements, nodes, vocabulary=None)
    return graph


def edges(graph: Graph) -> list[Edge]:
    return [graph.store.edge(n) for n in range(graph.store.edge_count)]


def test_the_same_triple_from_both_sides_is_one_edge(tmp_path: Path) -> None:
    back = said("treated_by", document="PMID:2", ends=(ILL, DRUG))
    (edge,) = edges(built(tmp_path, [said(), back]))
    assert (edge.subject.curie, edge.predicate, edge.object.curie) == (DRUG, "treats", ILL)
    assert (edge.statements, edge.documents) == (2, 2)


def test_a_symmetric_predicate_has_no_direction(tmp_path: Path) -> None:
    one, other = said("interacts_with"), said("interacts_with", document="2", ends=(ILL, DRUG))
    assert len(edges(built(tmp_path, [one, other]))) == 1


def test_documents_that_agree_make_a_triple_surer(tmp_path: Path) -> None:
    rows = [
        said(document="1", sure=0.6),
        said(document="2", sure=0.5),
        said(document="2", sure=0.3),
    ]
    (edge,) = edges(built(tmp_path, rows))
    assert edge.confidence == pytest.approx(1 - 0.4 * 0.7)  # the later row of document 2 stands


def test_a_statement_told_again_replaces_the_old_one(tmp_path: Path) -> None:
    graph = built(tmp_path, [said(sure=0.2)])
    graph.add([said(sure=0.9)], vocabulary=None)
    (edge,) = edges(graph)
    assert (edge.statements, round(edge.confidence, 4)) == (1, 0.9)


def test_evidence_stands_with_its_words_affirming_first(tmp_path: Path) -> None:
    graph = built(tmp_path, [said(negated=True, document="9"), said(document="8")])
    (edge,) = edges(graph)
    assert [(one.document, one.negated) for one in graph.evidence(edge)] == [
        ("8", False),
        ("9", True),
    ]
    assert edge.denied == 1


def test_neighbours_follow_direction_predicate_type_and_confidence(tmp_path: Path) -> None:
    rows = [said(sure=0.9), said("affects", ends=(DRUG, GENE))]
    graph = built(tmp_path, [*rows, said("causes", ends=(GENE, ILL), sure=0.2)])
    asked = {
        "all": Conditions(), "genes": Conditions(categories=["gene"]),
        "treats": Conditions(predicates=["treats"]), "sure": Conditions(least=0.7),
    }  # fmt: skip
    found = {
        k: [e.predicate for e in graph.neighbors(DRUG, conditions=c)] for k, c in asked.items()
    }
    assert found == {"all": ["treats", "affects"], "genes": ["affects"], "treats": ["treats"],
                     "sure": ["treats"]}  # fmt: skip
    assert graph.neighbors(DRUG, direction="in") == []


def test_unknown_names_are_said_with_those_that_are_known(tmp_path: Path) -> None:
    graph = built(tmp_path, [said()])
    with pytest.raises(UnknownName, match="MONDO:1"):
        graph.neighbors("MONDO:1")
    with pytest.raises(UnknownName) as told:
        graph.neighbors("Metphormin")
    assert told.value.hint == "did you mean 'metformin'?"
    with pytest.raises(UnknownName, match="cures"):
        graph.neighbors(DRUG, conditions=Conditions(predicates=["cures"]))
    with pytest.raises(UnknownName, match="illness"):
        graph.neighbors(DRUG, conditions=Conditions(categories=["illness"]))
    with pytest.raises(InputError, match="both ends"):
        graph.paths(DRUG, DRUG)


def test_a_graph_is_as_it_was_known_on_a_date(tmp_path: Path) -> None:
    graph = built(tmp_path, [said(date="2010-05"), said("affects", ends=(DRUG, GENE), date="2015")])
    known = [[e.predicate for e in graph.neighbors(DRUG, conditions=Conditions(as_of=day))]
             for day in (date(2009, 1, 1), date(2012, 1, 1), date(2020, 1, 1))]  # fmt: skip
    assert [sorted(one) for one in known] == [[], ["treats"], ["affects", "treats"]]


TRIPLES = st.tuples(st.integers(0, 6), st.sampled_from(["affects", "causes"]), st.integers(0, 6))


def shortest(triples: set[tuple[int, str, int]], start: int, goal: int) -> set[tuple[int, ...]]:
    """Return all shortest paths, by the plainest search there is."""
    near: dict[int, set[int]] = {n: set() for n in range(7)}
    for a, _, b in triples:
        near[a].add(b)
        near[b].add(a)
    ways: deque[tuple[int, ...]] = deque([(start,)])
    found: set[tuple[int, ...]] = set()
    least = 99
    while ways:
        way = ways.popleft()
        if len(way) > least:
            break
        if way[-1] == goal:
            found.add(way)
            least = len(way)
        else:
            ways.extend((*way, one) for one in near[way[-1]] if one not in way)
    return found


@settings(max_examples=15, deadline=None)
@given(triples=st.sets(TRIPLES, min_size=1, max_size=14))
def test_paths_are_all_the_shortest_ones(
    tmp_path_factory: pytest.TempPathFactory, triples: set[tuple[int, str, int]]
) -> None:
    graph = Graph(tmp_path_factory.mktemp("graph"))
    graph.add([Statement(f"X:{a}", p, f"X:{b}") for a, p, b in triples], vocabulary=None)
    present = {n for a, _, b in triples for n in (a, b)}
    for one, other in itertools.combinations(sorted(present), 2):
        ways = graph.paths(f"X:{one}", f"X:{other}", k=1000)
        got = {tuple(int(n.curie[2:]) for n in way.nodes) for way in ways}
        assert got == shortest(triples, one, other)


def test_a_path_avoids_types_that_do_not_count(tmp_path: Path) -> None:
    rows = [said("affects", ends=(DRUG, GENE)), said("causes", ends=(GENE, ILL)),
            said("affects", ends=(DRUG, OTHER)), said("treats", ends=(OTHER, ILL))]  # fmt: skip
    graph = built(tmp_path, rows)
    assert len(graph.paths(DRUG, ILL)) == 2
    (way,) = graph.paths(DRUG, ILL, conditions=Conditions(categories=["gene"]))
    assert [n.curie for n in way.nodes] == [DRUG, GENE, ILL]


def test_a_subgraph_holds_the_edges_among_its_nodes(tmp_path: Path) -> None:
    rows = [said("affects", ends=(DRUG, GENE)), said("causes", ends=(GENE, ILL)), said()]
    assert len(built(tmp_path, rows).subgraph([DRUG])) == 3


DATED = st.lists(
    st.tuples(
        st.integers(1, 5), st.integers(2001, 2006), st.sampled_from([0.3, 0.6, 0.9]), st.booleans(),
        st.sampled_from(["treats", "causes"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(rows=DATED)
def test_day_by_day_is_as_one_batch(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, float, bool, str]]
) -> None:
    statements = [
        said(predicate, document=f"PMID:{n}-{year}", date=str(year), sure=sure, negated=negated)
        for n, year, sure, negated, predicate in rows
    ]
    whole, daily = (Graph(tmp_path_factory.mktemp("graph")) for _ in range(2))
    whole.add(statements, vocabulary=None)
    for year in range(2001, 2007):
        today = [one for one in statements if one.date == str(year)]
        if not today:
            continue
        daily.add(today, vocabulary=None)
        for edge in edges(daily):
            same = next(one for one in edges(whole) if one.predicate == edge.predicate)
            known, then = daily.belief(edge), whole.belief(same, as_of=date(year, 12, 31))
            assert (known.affirming, known.denying) == (then.affirming, then.denying)
            assert known.verdict == then.verdict
            assert known.confidence == pytest.approx(then.confidence)


def test_a_contradiction_is_kept_shown_and_resolved(tmp_path: Path) -> None:
    rows = [said(document="1", date="2001", sure=0.7)]
    rows += [said("causes", document=str(n), date=f"200{n}", sure=0.8) for n in (3, 5)]
    graph = built(tmp_path, rows)
    treats, causes = sorted(graph.conflicts(), key=lambda one: one.edge.predicate, reverse=True)
    assert (treats.belief.verdict, causes.belief.verdict) == ("denied", "holds")
    assert treats.against[0].predicate == "causes"
    assert "2 documents against (0.96, last 2005-01-01)" in treats.belief.reason
    assert [one.verdict for one in graph.timeline(treats.edge)] == ["holds", "disputed", "denied"]
    assert graph.belief(treats.edge, as_of=date(2002, 1, 1)).verdict == "holds"


def test_what_a_source_denies_counts_against(tmp_path: Path) -> None:
    graph = built(
        tmp_path, [said(document="1", sure=0.9), said(document="2", sure=0.9, negated=True)]
    )
    (conflict,) = graph.conflicts()
    assert conflict.belief.verdict == "disputed"


def test_a_source_without_documents_is_believed_as_it_spoke_on_a_date(tmp_path: Path) -> None:
    rows = [
        Statement(DRUG, "treats", ILL, source="base", start=n, date=year, confidence=sure)
        for n, (year, sure) in enumerate((("2001", 0.3), ("2005", 0.9)))
    ]
    graph = built(tmp_path, rows)
    (edge,) = edges(graph)
    known = [graph.belief(edge, as_of=date(year, 1, 1)).support for year in (2000, 2002, 2006)]
    assert known == pytest.approx([0.0, 0.3, 0.9])


def test_what_is_new_comes_best_attested_first(tmp_path: Path) -> None:
    rows = [said(date="2001"), said("affects", ends=(DRUG, GENE), date="2020"),
            said("causes", ends=(GENE, ILL), date="2021", document="1"),
            said("causes", ends=(GENE, ILL), date="2021", document="2")]  # fmt: skip
    found = built(tmp_path, rows).emerging(date(2019, 1, 1))
    assert [edge.predicate for edge, _ in found] == ["causes", "affects"]


def test_merging_takes_everything_in(tmp_path: Path) -> None:
    one, other = built(tmp_path / "a", [said()]), built(tmp_path / "b", [said(document="2")])
    one.merge(other)
    (edge,) = edges(one)
    assert edge.documents == 2
    assert edge.subject.label == "metformin"


def told(graph: Graph) -> set[tuple[str, str, str, str, int]]:
    return {
        (e.subject.curie, e.predicate, e.object.curie, e.level, e.documents) for e in edges(graph)
    }


@pytest.mark.parametrize("form", ["kgx-tsv", "kgx-jsonl"])
def test_kgx_is_read_back(tmp_path: Path, form: str) -> None:
    statements = [said(date="2011"), said(document="2"), said("causes", ends=(GENE, ILL))]
    old = built(tmp_path / "a", statements)
    nodes, rows = export(old.store, tmp_path / "out", form)
    new = Graph(tmp_path / "b")
    added = new.add(read_edges(rows), read_nodes(nodes), vocabulary=None)
    assert not len(added.problems)
    assert {one[:3] for one in told(new)} == {one[:3] for one in told(old)}
    assert new.node(DRUG).label == "metformin"
    assert new.node(DRUG).category == "biolink:ChemicalEntity"


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_names_every_node(tmp_path: Path, form: str) -> None:
    graph = built(tmp_path / "g", [said(), said("causes", ends=(GENE, 'X:a"b<c'))])
    text = "".join(path.read_text() for path in export(graph.store, tmp_path / "out", form))
    assert "metformin" in text
    assert "type 2 diabetes" in text


def test_graphml_and_rdf_are_well_formed(tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    graph = built(tmp_path / "g", [said(), said("causes", ends=(GENE, 'X:a"b<c'))])
    (path,) = export(graph.store, tmp_path / "g.graphml", "graphml")
    assert len(etree.parse(str(path)).findall(".//{*}edge")) == 2
    pytest.importorskip("pyoxigraph")
    treats = "<https://w3id.org/biolink/vocab/treats>"
    query = f"SELECT ?l WHERE {{ ?s {treats} ?o . ?o ?p ?l FILTER(isLiteral(?l)) }}"
    assert list(sparql(graph.store, query)) == [{"l": "type 2 diabetes"}]


def test_problems_of_files_are_grouped_and_the_rest_goes_in(tmp_path: Path) -> None:
    rows = tmp_path / "edges.tsv"
    lines = ["subject\tpredicate\tobject\tdate\tconfidence"]
    lines += [f"{DRUG}\ttreats\t{ILL}\t2010\t0.5"]
    lines += [f"{DRUG}\tcures\tX{n}\t05/2019\t0.5" for n in range(7)]
    lines += [f"{DRUG}\ttreats\t{ILL}\t2010\tmuch", "short", f"\ttreats\t{ILL}\t\t"]
    lines += [f"{ILL}\taffects\t{ILL}\t2999\t1"]
    rows.write_text("\n".join(lines) + "\n")
    nodes = tmp_path / "nodes.tsv"
    nodes.write_text(f"id\tname\tcategory\n{DRUG}\tm\tbiolink:Drug\n{DRUG}\tm\tbiolink:Pill\n")
    found = {
        one.kind: one for one in check_files(nodes, rows, today=date(2026, 1, 1)).problems.groups()
    }
    assert {k: v.count for k, v in found.items()} == {
        "unknown predicate": 7, "no date": 7, "no CURIE": 7, "edge to an unknown node": 10,
        "no statement": 1, "no number": 1, "wrong number of cells": 1, "edge to itself": 1,
        "date to come": 1,
        "unknown category": 1, "node told twice": 1,
    }  # fmt: skip
    assert all(len(one.samples) <= 5 and one.hint for one in found.values())
    added = Graph(tmp_path / "g").add(read_edges(rows), vocabulary=None)
    assert (added.statements, len(added.problems)) == (9, 11)  # odd dates are told, and taken


def test_hpo_annotations_bring_dates_negation_and_frequency(tmp_path: Path) -> None:
    path = tmp_path / "phenotype.hpoa"
    head = [
        "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence", "onset",
        "frequency", "sex", "modifier", "aspect", "biocuration",
    ]  # fmt: skip
    rest = ["PMID:1", "PCS", "", "1/2", "", "", "P"]
    rows = [
        ["OMIM:1", "Ill", "", "HP:0001250", *rest, "HPO:a[2012-03-04]"],
        ["OMIM:1", "Ill", "NOT", "HP:0001251", *rest, "HPO:a[2013-03-04]"],
    ]
    path.write_text("#description: x\n" + "\n".join("\t".join(row) for row in [head, *rows]) + "\n")
    graph = Graph(tmp_path / "g")
    graph.add(read_hpoa(path), read_hpoa_nodes(path))
    first, second = edges(graph)
    assert (str(first.first), second.denied, first.subject.label) == ("2012-03-04", 1, "Ill")
    assert first.object.label == "Seizure"
    assert ("frequency", "1/2") in graph.evidence(first)[0].qualifiers


def mention(text: str, at: int, curie: str | None, type: str, id: str) -> Mention:
    end = at + len(text)
    return Mention(at, end, text, type, curie, text, 1.0, "gold", ((at, end),), id=id)


def test_relations_of_documents_become_statements_with_their_place() -> None:
    text = "Metformin helps diabetes. It helps acne."
    document = AnnotatedDocument(
        Document("PMID:5", text, date="2020-02-01"),
        (mention("Metformin", 0, DRUG, "chemical", "T1"),
         mention("diabetes", 16, ILL, "disease", "T2"), mention("acne", 35, None, "disease", "T3")),
        sentences=(Sentence(0, 25), Sentence(26, 40)),
        relations=(Relation("treats", (Argument("s", "T1"), Argument("o", "T2"))),
                   Relation("treats", (Argument("s", "T1"), Argument("o", "T3")))),
    )  # fmt: skip
    stated, problem, together = relations_of([document], source="mine", together=True)
    assert isinstance(stated, Statement)
    assert (stated.subject, stated.object, stated.date) == (DRUG, ILL, "2020-02-01")
    assert text[stated.start : stated.end] == stated.text
    assert isinstance(problem, Problem)
    assert problem.kind == "relation without two concepts"
    assert isinstance(together, Statement)
    assert together.predicate == "occurs_together_in_literature_with"


def test_no_graph_and_a_cut_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no graph"):
        Graph.open(tmp_path / "nowhere")
    graph = built(tmp_path, [said()])
    path = graph.store.parts["edge"]
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(Checksum, match="missing or cut"):
        Graph.open(tmp_path)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert Graph.open(tmp_path).store.verify() == [str(path.relative_to(tmp_path))]


@pytest.mark.parametrize(
    "wrong", [{"subject": ""}, {"level": "guessed"}, {"confidence": 1.5}], ids=lambda one: str(one)
)
def test_a_statement_that_says_nothing_is_refused(wrong: dict[str, object]) -> None:
    values = {"subject": DRUG, "predicate": "treats", "object": ILL} | wrong
    with pytest.raises(InputError):
        Statement(**values)  # type: ignore[arg-type]  # on purpose


def test_relations_of_texts_keep_what_is_said_of_them() -> None:
    text = "Metformin does not treat gout. Metformin treats diabetes."
    ends = Argument("subject", DRUG), Argument("object", ILL)
    place = RelationEvidence(31, 57, (31, 40), (48, 56), 0.7)
    one = AnnotatedDocument(
        Document("PMID:7", text, date="2020-01"),
        relations=(
            Relation(
                "treats", ends, confidence=0.7, novelty="novel", factuality="speculated",
                evidence=(place,), found_by="reader", kind="cid/CID", causality="hinders",
                is_explicit=True, metadata=(("agreement", "0.5"), ("also", "x")),
            ),
            Relation("treats", ends, confidence=0.6, factuality="negated", found_by="reader"),
            Relation("treats", (Argument("subject", "T1"), ends[1])),
        ),
        mentions=(Mention(0, 9, "Metformin", "chemical", None, None, 1, "x", ((0, 9),), id="T1"),),
        models=(("relations", "reader 1"),),
    )  # fmt: skip
    first, second, third = relations_of([one], source="here")
    assert isinstance(first, Statement)
    assert (first.confidence, first.text, first.extractor) == (0.7, text[31:57], "reader 1")
    assert (first.date, first.negated, (first.start, first.end)) == ("2020-01", False, (31, 57))
    assert dict(first.qualifiers) == {
        "novelty": "novel", "factuality": "speculated", "causality": "hinders", "explicit": "yes",
        "kind": "cid/CID", "agreement": "0.5",
    }  # fmt: skip
    assert isinstance(second, Statement)
    assert second.negated
    assert isinstance(third, Problem)
    assert third.kind == "relation without two concepts"


def test_a_corpus_states_what_its_documents_state(tmp_path: Path, nlp: Pipeline) -> None:
    corpus = Corpus.create(tmp_path / "kept")
    related = nlp.relating("rules")
    text = "Metformin treats diabetes mellitus."
    corpus.add([Document("a", text, date="2019"), Document("b", "Nothing.")], pipeline=related)
    whole = list(
        relations_of_corpus(corpus.batches(), corpus.live(), source="kept", models=corpus.models)
    )
    alone = list(relations_of(corpus.annotated(), source="kept"))
    assert whole
    assert [one.key() for one in whole if isinstance(one, Statement)] == [
        one.key() for one in alone if isinstance(one, Statement)
    ]
    first = whole[0]
    assert isinstance(first, Statement)
    assert first.extractor.startswith("rules")
    assert (first.date, first.document, first.text) == ("2019", "a", text)
    assert 0 < first.confidence < 1


def test_a_corpus_keeps_what_is_said_of_a_relation(tmp_path: Path, nlp: Pipeline) -> None:
    corpus = Corpus.create(tmp_path / "kept")
    ends = Argument("subject", DRUG), Argument("object", ILL)
    said = (("agreement", "0.5"), ("object_direction_qualifier", "decreased"), ("also", "x"))
    one = Relation("treats", ends, causality="hinders", is_explicit=False, metadata=said)
    document = AnnotatedDocument(Document("a", "Metformin and diabetes."), relations=(one,))
    corpus.add([document], pipeline=nlp)
    (found,) = relations_of_corpus(corpus.batches(), corpus.live(), source="kept")
    assert isinstance(found, Statement)
    assert dict(found.qualifiers) == {
        "causality": "hinders", "explicit": "no", "agreement": "0.5",
        "object_direction_qualifier": "decreased",
    }  # fmt: skip

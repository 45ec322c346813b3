"""The page of a concept and the pictures of a graph, of a graph whose contents are known."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from lxml import etree

from onoma.cli import app
from onoma.errors import InputError
from onoma.graph import Conditions, Graph, NodeRow, Statement
from onoma.report.concept import ConceptReport, marks_of, report_on
from onoma.report.concept_page import concept_page, concept_record
from onoma.report.network import choose, draw_network
from onoma.report.network_page import network_of, network_parts

pytest.importorskip("duckdb")

DRUG, ILL, HEART, GENE = "CHEBI:1", "MONDO:1", "MONDO:2", "HGNC:1"
HOSTILE = '</q><script>alert("x")</script>'


def said(
    subject: str, predicate: str, object_: str, document: str, day: str, *, sure: float = 0.8,
    text: str = "", level: str = "extracted", negated: bool = False, start: int = 100,
    **qualifiers: str,
) -> Statement:  # fmt: skip
    return Statement(
        subject, predicate, object_, level=level, source="texts", extractor="reader 1",
        document=document, date=day, confidence=sure, text=text, negated=negated,
        qualifiers=tuple(qualifiers.items()), start=start,
    )  # fmt: skip


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    rows = [
        said(DRUG, "treats", ILL, "PMID:1", "2001-02", text="Tolvane cured the cold.",
             novelty="Novel"),
        said(DRUG, "treats", ILL, "PMID:2", "2003", text="The cold yields to tolvane.",
             novelty="background"),
        said(DRUG, "treats", ILL, "PMID:2", "2003", text="Again, tolvane.", sure=0.3, start=9),
        said(DRUG, "causes", HEART, "PMID:3", "2005", sure=0.9, text=f"Tolvane {HOSTILE} heart"),
        said(DRUG, "treats", HEART, "PMID:4", "2002", sure=0.6, text="Tolvane helps the heart."),
        said(GENE, "treats", ILL, "PMID:5", "2004", negated=True, text="No effect of ABC1."),
        said(DRUG, "treats", GENE, "", "", sure=0.4, level="predicted", why="ABC1 near the cold"),
    ]  # fmt: skip
    nodes = [
        NodeRow(DRUG, "tolvane", "biolink:Drug"), NodeRow(ILL, "common cold", "biolink:Disease"),
        NodeRow(HEART, HOSTILE, "biolink:Disease"), NodeRow(GENE, "ABC1", "biolink:Gene"),
    ]  # fmt: skip
    made = Graph(tmp_path_factory.mktemp("graph"))
    made.add(rows, nodes, vocabulary=None)
    return made


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "data")]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def page_of(report: ConceptReport) -> str:
    return "".join(concept_page(report, about={"graph": "test"}))


def test_facts_stand_by_relation_with_the_surest_sentence_first(graph: Graph) -> None:
    report = report_on(graph, DRUG)
    treats = next(one for one in report.sections if one.words == "treats")
    assert [fact.edge.object.curie for fact in treats.facts] == [ILL, HEART]
    assert [one.document for one in treats.facts[0].sentences] == ["PMID:1", "PMID:2"]
    assert treats.facts[0].novelty == {"background": 1, "novel": 1}
    assert treats.facts[0].years == {2001: 1, 2003: 1}
    assert report.years == {2001: 1, 2002: 1, 2003: 1, 2005: 1}
    assert (report.facts, report.documents) == (3, 4)


def test_a_concept_is_found_by_its_label_and_read_from_its_side(graph: Graph) -> None:
    report = report_on(graph, "Common Cold")
    assert report.concept.curie == ILL
    assert [one.words for one in report.sections] == ["treated by"]


def test_both_ends_are_marked_in_a_sentence(graph: Graph) -> None:
    (edge,) = [e for e in graph.neighbors(DRUG) if e.object.curie == ILL]
    first = next(one for one in graph.evidence(edge) if one.document == "PMID:1")
    ends = edge.subject, edge.object
    assert [first.text[a:b] for a, b in marks_of(first, ends)] == ["Tolvane", "cold"]
    told = (("subject_location_in_text", "100|107"), ("object_location_in_text", "118|122"))
    support = type(first)(
        "s", "", "d", 100, 123, "Tolvane cured the cold.", "", 1.0, False, told
    )  # fmt: skip
    assert [support.text[a:b] for a, b in marks_of(support, ends)] == ["Tolvane", "cold"]


def test_what_is_contradicted_stands_with_both_sides_and_its_course(graph: Graph) -> None:
    report = report_on(graph, DRUG)
    found = {one.fact.edge.predicate: one for one in report.disputes}
    assert found.keys() == {"treats", "causes"}
    assert found["treats"].fact.belief.verdict == "denied"
    assert [one.edge.predicate for one in found["treats"].against] == ["causes"]
    assert [one.verdict for one in found["treats"].timeline] == ["holds", "denied"]
    assert report_on(graph, GENE).disputes == ()  # nobody affirms what is denied
    assert report_on(graph, GENE).sections[0].facts[0].belief.verdict == "denied"


def test_what_is_predicted_stands_apart_and_is_no_evidence(graph: Graph) -> None:
    report = report_on(graph, DRUG)
    assert [fact.edge.object.curie for fact in report.predicted[0].facts] == [GENE]
    assert all(f.edge.level != "predicted" for one in report.sections for f in one.facts)
    page = page_of(report)
    assert page.index('id="predicted"') > page.index('id="r0"')
    assert "ABC1 near the cold" in page


def test_a_report_is_as_it_was_known_on_a_date(graph: Graph) -> None:
    report = report_on(graph, DRUG, conditions=Conditions(as_of=date(2002, 12, 31)))
    assert (report.facts, report.disputes, report.years) == (2, (), {2001: 1, 2002: 1})
    first = report.sections[0].facts[0]
    assert [one.document for one in first.sentences] == ["PMID:1"]
    assert first.edge.documents == 1


def test_the_page_needs_no_network_and_lets_nothing_out(graph: Graph) -> None:
    page = page_of(report_on(graph, DRUG))
    reader = read(page)
    assert "script" not in reader.tags
    assert "iframe" not in reader.tags
    assert all(a.startswith(("#", "https://bioregistry.io/")) for a in reader.addresses)
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_the_figures_are_told_for_programs_too(graph: Graph) -> None:
    record = json.loads(json.dumps(concept_record(report_on(graph, DRUG)), default=str))
    assert record["concept"]["label"] == "tolvane"
    assert {one["predicate"] for one in record["relations"]} == {"treats", "causes"}
    assert record["predicted"][0]["facts"][0]["levels"] == ["predicted"]
    assert record["contradicted"][0]["timeline"]


def test_a_picture_tells_kinds_of_edges_apart(graph: Graph) -> None:
    edges = graph.subgraph([DRUG])
    network = network_of(graph, edges, [DRUG])
    picture = draw_network(network, "Around tolvane")
    assert picture is not None
    root = etree.fromstring(picture.alone().encode())
    kinds = [one.get("class") for one in root.iter("{http://www.w3.org/2000/svg}g")]
    assert sum("against" in (kind or "") for kind in kinds) >= 2
    assert sum("predicted" in (kind or "") for kind in kinds) >= 1


def test_the_page_of_a_picture_has_each_edge_twice_and_one_script(graph: Graph) -> None:
    network = network_of(graph, graph.subgraph([DRUG]), [DRUG])
    page = "".join(network_parts(graph, network, "html", name="test"))
    assert read(page).tags.count("script") == 1
    assert len(re.findall(r'data-edge="', page)) == len(network.edges)
    assert len(re.findall(r'<li id="e', page)) == len(network.edges)
    assert "alert" in page
    assert "<script>alert" not in page
    with pytest.raises(InputError, match="no edge"):
        list(network_parts(graph, choose([]), "svg", name="test"))


def test_names_of_many_nodes_hardly_lie_over_each_other(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    pairs = {(0, n) for n in range(1, 70)}
    pairs |= {tuple(sorted(p)) for p in rng.integers(60, 120, (90, 2)).tolist() if p[0] != p[1]}
    rows = [Statement(f"X:{a:03}", "affects", f"X:{b:03}") for a, b in sorted(pairs)]
    nodes = [NodeRow(f"X:{n:03}", f"a concept named {n}", "biolink:Gene") for n in range(120)]
    made = Graph(tmp_path)
    made.add(rows, nodes, vocabulary=None)
    found = [edge for n in range(120) for edge in made.neighbors(f"X:{n:03}")]
    unique = {edge.number: edge for edge in found}
    network = choose(list(unique.values()))
    picture = draw_network(network, "many")
    assert picture is not None
    boxes = [
        (float(x), float(y))
        for x, y in re.findall(r'<text class="name" x="([-\d.]+)" y="([-\d.]+)"', picture.body)
    ]
    assert len(boxes) == len(network.nodes) > 100
    over = sum(
        abs(a[0] - b[0]) < 80 and abs(a[1] - b[1]) < 9
        for place, a in enumerate(boxes)
        for b in boxes[:place]
    )
    assert over <= 3


def test_the_commands_write_their_files(graph: Graph, tmp_path: Path) -> None:
    run = CliRunner().invoke
    page, picture = tmp_path / "a.html", tmp_path / "b.svg"
    told = run(app, ["graph", "report", str(graph.folder), "tolvane", "-o", str(page)])
    assert told.exit_code == 0, told.output
    assert json.loads(page.with_suffix(".json").read_text())["facts"] == 3
    drawn = ["graph", "subgraph", str(graph.folder), "tolvane", "-o", str(picture)]
    assert run(app, drawn).exit_code == 0
    etree.fromstring(picture.read_bytes())
    wrong = run(app, [*drawn[:-1], str(tmp_path / "b.png")])
    assert wrong.exit_code == 2

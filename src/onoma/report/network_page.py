"""A picture of a part of a graph as a page: point at an edge or a concept to read what is said.

One file, no network. Labels and sentences are hostile input: those in the markup are escaped, the
policy allows one script, by its hash, and the script only shows and hides what is there. The list
under the picture says all of it to whoever has no mouse or no script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from onoma import __version__
from onoma.errors import InputError
from onoma.formats.html import concept_link, escape
from onoma.graph import Beliefs, Edge, Graph
from onoma.report.concept import sentences_of
from onoma.report.concept_page import said_list
from onoma.report.drawing import asset, words
from onoma.report.network import Network, choose, draw_network, name_of, type_of
from onoma.report.page import dot, page_head

STYLES = ("chart.css", "network.css", "page.css", "concept.css", "network_page.css")
MOST_DRAWN = 200  # nodes that a person can still read
SHOWN = 3  # sentences of an edge


def network_of(
    graph: Graph, edges: Sequence[Edge], asked: Sequence[str], *, as_of: date | None = None
) -> Network:
    """Return what to draw of edges, with what is contradicted among them."""
    beliefs = Beliefs(graph.store)
    against = {e.number for e in edges if beliefs.of(e.number, as_of=as_of).denying}
    return choose(edges, against=against, focus=[graph.node(one).curie for one in asked])


def network_parts(graph: Graph, network: Network, form: str, *, name: str) -> Iterator[str]:
    """Yield a picture as a file, ``svg`` or ``html``; ``name`` is the graph's.

    Raises: InputError: there is no edge to draw.
    """
    asked = [name_of(node) for node in network.nodes if node.curie in network.focus]
    title = f"Around {', '.join(asked)}"
    if not network.edges:
        raise InputError("no edge counts here", hint="ask for other concepts, or fewer conditions")
    if form == "html":
        yield from network_page(graph, network, title, about={"graph": name})
    elif (drawn := draw_network(network, title)) is not None:
        yield drawn.alone()


def network_page(
    graph: Graph, network: Network, title: str, *, about: Mapping[str, str]
) -> Iterator[str]:
    """Yield the parts of the page."""
    script = asset("network.js")
    yield from page_head(title, styles=STYLES, script=script)
    yield f"<h1>{escape(title)}</h1>"
    drawn = draw_network(network, title)
    if drawn is None:
        yield "<p>No edge counts here.</p></body></html>\n"
        return
    yield (
        '<p class="soft">Point at an edge to see what is said of it; select it to keep it. '
        "Select a concept to see its edges alone. The list below says the same.</p>"
        '<div class="tools" hidden><button type="button" id="fit" aria-pressed="true">Fit</button>'
        '<button type="button" id="all">Show all</button>'
        '<label><span class="soft">Find </span><input type="search" id="find" autocomplete="off">'
        '</label><span class="soft" id="count" role="status"></span></div>'
    )
    yield f'<figure id="picture" class="fit">{drawn.inline()}</figure>'
    yield '<aside id="panel" aria-live="polite" hidden></aside>'
    yield f'<h2 id="edges">Edges <span class="soft">({len(network.edges):,})</span></h2>'
    yield '<ol class="edges">'
    for place, edge in enumerate(network.edges):
        yield _edge(graph, network, place, edge)
    yield "</ol>"
    yield '<h2 id="made">How it was made</h2><dl>'
    told = dict(about) | {"Onoma": __version__}
    yield from (f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in told.items())
    yield f"</dl><script>{script}</script></body></html>\n"


def _edge(graph: Graph, network: Network, place: int, edge: Edge) -> str:
    """Return an edge of the list with its sentences."""
    marks = ' <span class="badge">predicted</span>' if edge.level == "predicted" else ""
    if edge.number in network.against:
        marks += ' <span class="badge denied">contradicted</span>'
    many = f"{edge.documents:,} document{'' if edge.documents == 1 else 's'}"
    ends = f'data-from="{escape(edge.subject.curie)}" data-to="{escape(edge.object.curie)}"'
    said = sentences_of(graph, edge, most=SHOWN)
    names = [
        f"{dot(type_of(n))}<bdi>{escape(name_of(n))}</bdi>" for n in (edge.subject, edge.object)
    ]
    links = f"{concept_link(edge.subject.curie)} {concept_link(edge.object.curie)}"
    return (
        f'<li id="e{place}" {ends}><details><summary>{names[0]} '
        f"<em>{escape(words(edge.predicate))}</em> {names[1]} "
        f'<span class="soft">{edge.confidence:.2f}, {many}</span>{marks}</summary>'
        f"<div>{''.join(said_list(said))}<p>{links}</p></div></details></li>\n"
    )

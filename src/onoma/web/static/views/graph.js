// Graph: concepts and what ties them, grown from where one starts; every edge opens its sentences.

import { conceptsOf, findConcepts, graphs, neighbors, paths } from "../core/api.js";
import { count, h, put, say, some, words } from "../core/dom.js";
import { note } from "../core/router.js";
import { combobox, conceptRow } from "../parts/combobox.js";
import { showSayings } from "../parts/evidence.js";
import { graphCanvas } from "../parts/graph_canvas.js";
import { typeClass } from "../parts/marks.js";
import { conceptLink } from "../parts/mention_panel.js";
import { emptyNotice, problemNotice } from "../parts/notice.js";

const ROWS = 200; // of the list, shown at once
const MOST = 25; // neighbours that a step brings

export async function show(place, { query, signal }) {
  const all = await graphs();
  if (!all.length) {
    return put(place, h("h1", "Graph"), emptyNotice("No graph yet", "A graph keeps statements with their sources, sentences and dates. This makes one from annotated documents, or from a table of edges:",
      "onoma graph build demo --documents found.jsonl\nonoma graph build demo --edges edges.tsv"));
  }
  const graph = all.find((one) => one.name === query.get("g")) ?? all[0];
  const nodes = new Map(), edges = new Map();
  const filters = { least: 0, asOf: "", types: "", most: Number(query.get("most")) || MOST };
  let chosen = {}, from = null;

  const panel = h("aside.sheet.side", { "aria-label": "What is chosen" });
  const list = h("section.sheet", { "aria-label": "The graph as a list" });
  const conditions = () => ({ least: filters.least || undefined, as_of: filters.asOf, types: filters.types, k: filters.most });
  const known = (node) => {
    if (!nodes.has(node.curie)) nodes.set(node.curie, { curie: node.curie, label: node.label || node.curie, type: null });
    return nodes.get(node.curie);
  };
  const take = async (found) => {
    const fresh = found.filter((edge) => !edges.has(edge.id)).map((edge) => ({ ...edge, subject: known(edge.subject), object: known(edge.object) }));
    for (const edge of fresh) edges.set(edge.id, edge);
    picture.connect(fresh);
    rows();
    await colour([...nodes.values()].filter((one) => one.type === null).slice(0, 1000));
  };
  const colour = async (fresh) => { // types are the vocabulary's; a node that it has not stays grey
    const told = await conceptsOf(fresh.map((one) => one.curie), { signal });
    fresh.forEach((node, place) => { node.type = told[place]?.types[0] ?? ""; });
    picture.paint();
  };
  const fail = (error) => { if (error.name !== "AbortError") put(panel, problemNotice(error)); };
  const expand = async (node) => {
    try {
      const found = await neighbors(graph.name, node.curie, conditions(), { signal });
      const before = nodes.size, own = found.flatMap((one) => [one.subject, one.object]).find((one) => one.curie === node.curie);
      picture.add(known(own ?? node));
      await take(found);
      note({ g: graph.name, start: [...starts.add(node.curie)].join(",") });
      say(found.length ? `${some(nodes.size - before, "concept")} added.` : "Nothing more under these conditions.");
      choose({ node: nodes.get(node.curie) });
    } catch (error) {
      fail(error);
    }
  };
  const starts = new Set();
  const choose = (what) => {
    chosen = what;
    picture.mark(what);
    if (what.node) showNode(what.node);
    else if (what.edge) showEdges(what.edges ?? [what.edge]);
    else put(panel, h("h2", "Nothing chosen"), h("p.soft.small", "Choose a concept or a line; a double click brings what is tied to it. The list below says the same in words."));
  };
  const picture = graphCanvas({ choose: (what) => choose(what), expand, signal });

  function showNode(node) {
    const own = [...edges.values()].filter((one) => one.subject.curie === node.curie || one.object.curie === node.curie);
    put(panel,
      h(`div.kind.${typeClass(node.type)}`, h("span.dot"), words(node.type || "no type")),
      h("h2", conceptLink(node.curie, node.label)), h("p", h("code", node.curie)),
      h("div.row",
        h("button.main.small", { type: "button", on: { click: () => expand(node) } }, "Bring its neighbours"),
        from && from !== node
          ? h("button.small", { type: "button", on: { click: () => way(from, node) } }, `Ways from ${from.label}`)
          : h("button.small", { type: "button", on: { click: () => { from = node; say(`Now choose where ways from ${node.label} lead.`); choose({ node }); } } }, "Ways from here")),
      h("h3", some(own.length, "edge")),
      h("ul.plain", own.slice(0, 40).map((edge) => h("li", edgeButton(edge)))));
  }
  const edgeButton = (edge) => h("button.quiet.small.plain", { type: "button", on: { click: () => choose({ edge, edges: [edge] }) } },
    `${edge.subject.label} ${words(edge.predicate)} ${edge.object.label}`);
  function showEdges(found) {
    put(panel, found.map((edge) => {
      const sayings = h("div");
      showSayings(sayings, graph.name, edge, { signal });
      return [h("h2", conceptLink(edge.subject.curie, edge.subject.label), ` ${words(edge.predicate)} `, conceptLink(edge.object.curie, edge.object.label)),
        h("p.small.soft", [edge.level, `confidence ${Number(edge.confidence).toFixed(2)}`, edge.first && `first ${edge.first}`, edge.last && `last ${edge.last}`].filter(Boolean).join(" · ")),
        sayings];
    }));
  }
  async function way(one, other) {
    try {
      const found = await paths(graph.name, { one: one.curie, other: other.curie, ...conditions(), types: undefined, k: 5 }, { signal });
      from = null;
      if (!found.length) return say("No way of six steps or fewer.");
      const every = found.flatMap((path) => path.edges.flat());
      await take(every);
      const mark = (path) => picture.mark({}, path.edges.flat());
      mark(found[0]);
      put(panel, h("h2", `Ways from ${one.label} to ${other.label}`), h("ol.list", found.map((path) => h("li",
        h("button.quiet.small.plain", { type: "button", on: { click: () => mark(path) } }, path.nodes.map((node) => node.label || node.curie).join(" → "))))));
    } catch (error) {
      fail(error);
    }
  }
  function rows(most = ROWS) {
    const shown = [...edges.values()].sort((a, b) => b.confidence - a.confidence);
    put(list, h("h2", { id: "listed" }, `${some(nodes.size, "concept")}, ${some(edges.size, "edge")}`),
      shown.length ? h("div.scroll", h("table", h("thead", h("tr", ["Subject", "Relation", "Object", "Confidence", ""].map((one) => h("th", { scope: "col" }, one)))),
        h("tbody", shown.slice(0, most).map((edge) => h("tr",
          h("td", nodeButton(edge.subject)), h("td", words(edge.predicate)), h("td", nodeButton(edge.object)), h("td.number", Number(edge.confidence).toFixed(2)),
          h("td", h("button.small", { type: "button", on: { click: () => { choose({ edge, edges: [edge] }); panel.scrollIntoView({ block: "nearest" }); } } }, "Sentences"))))))) : h("p.soft", "Begin with a concept above."),
      shown.length > most ? h("button.small", { type: "button", on: { click: () => rows(most * 5) } }, `More of ${count(shown.length)}`) : null);
  }
  const nodeButton = (node) => h("button.quiet.small.plain", { type: "button", on: { click: () => choose({ node: nodes.get(node.curie) }) } }, node.label);

  const range = h("input", { type: "range", min: 0, max: 1, step: .05, value: 0, "aria-label": "Least confidence" });
  const told = h("span.count", "0.00");
  range.addEventListener("input", () => {
    filters.least = Number(range.value);
    put(told, filters.least.toFixed(2));
    const seen = new Set();
    for (const edge of edges.values()) if (edge.confidence >= filters.least) { seen.add(edge.subject.curie); seen.add(edge.object.curie); }
    picture.hide([...nodes.keys()].filter((one) => !seen.has(one) && !starts.has(one)));
  });
  const start = combobox({ label: "Start from a concept", placeholder: "Start from a concept …", row: conceptRow,
    offer: (text, options) => findConcepts(text, {}, options), take: (one) => expand(one), enter: (text) => expand({ curie: text.trim() }) });
  put(place,
    h("h1", "Graph"),
    h("div.sheet",
      h("div.row", start, h("label.field", "Graph", h("select", { on: { change: (event) => { location.href = `/graph?g=${encodeURIComponent(event.target.value)}`; } } },
        all.map((one) => h("option", { value: one.name, selected: one === graph }, one.name))))),
      h("div.row.below",
        h("label.field", "Bring", h("select", { on: { change: (event) => { filters.types = event.target.value; } } }, h("option", { value: "" }, "all types"),
          ["disease", "phenotype", "gene", "protein", "chemical", "drug", "anatomy", "process", "organism", "variant"].map((one) => h("option", { value: one }, words(one))))),
        h("label.field", "up to", h("input", { type: "number", min: 1, max: 500, value: filters.most, on: { change: (event) => { filters.most = Number(event.target.value) || MOST; note({ most: filters.most === MOST ? "" : String(filters.most) }); } } })),
        h("label.field", "confidence from", range, told),
        h("label.field", "as known on", h("input", { type: "date", on: { change: (event) => { filters.asOf = event.target.value; } } })),
        h("button.small", { type: "button", on: { click: () => picture.fit() } }, "Fit"))),
    h("div.columns.below", h("div", h("div.sheet.canvas", picture.canvas), list), panel));
  choose({});
  rows();
  const given = (query.get("start") ?? "").split(",").filter(Boolean);
  for (const curie of given.slice(0, 8)) await expand({ curie });
}

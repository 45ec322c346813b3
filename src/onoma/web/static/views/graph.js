// Graph: concepts and what ties them, grown from where one starts; every edge opens its sentences.

import { findConcepts, graphs, neighbors, paths } from "../core/api.js";
import { count, h, put, say, some, words } from "../core/dom.js";
import { note } from "../core/router.js";
import { categoryWords, typeOfCategory } from "../parts/categories.js";
import { combobox, conceptRow } from "../parts/combobox.js";
import { showSayings } from "../parts/evidence.js";
import { graphCanvas } from "../parts/graph_canvas.js";
import { typeClass } from "../parts/marks.js";
import { conceptLink } from "../parts/mention_panel.js";
import { emptyNotice, problemNotice } from "../parts/notice.js";

const ROWS = 200; // of the list, shown at once
const MOST = 25; // neighbours that a step brings
const DATE = "\\d{4}(-\\d{2}(-\\d{2})?)?";

export async function show(place, { query, signal }) {
  const all = await graphs();
  if (!all.length) {
    return put(place, h("h1", "Graph"), emptyNotice("No graph yet", "A graph keeps statements with their sources, sentences and dates. This makes one from annotated documents, or from a table of edges:",
      "onoma graph build demo --documents found.jsonl\nonoma graph build demo --edges edges.tsv"));
  }
  const graph = all.find((one) => one.name === query.get("g")) ?? all[0];
  const nodes = new Map(), edges = new Map();
  const filters = { least: 0, asOf: "", types: "", most: Number(query.get("most")) || MOST, statements: 1, since: "", until: "", off: new Set() };
  let chosen = {}, from = null;

  const panel = h("aside.sheet.side", { "aria-label": "What is chosen" });
  const list = h("section.sheet", { "aria-label": "The graph as a list" });
  const conditions = () => ({ least: filters.least || undefined, as_of: filters.asOf, types: filters.types, k: filters.most });
  const known = (node) => {
    if (!nodes.has(node.curie)) nodes.set(node.curie, { curie: node.curie, label: node.label || node.curie, category: node.category ?? "", type: typeOfCategory(node.category) });
    return nodes.get(node.curie);
  };
  const take = async (found) => {
    const fresh = found.filter((edge) => !edges.has(edge.id)).map((edge) => ({ ...edge, subject: known(edge.subject), object: known(edge.object) }));
    for (const edge of fresh) edges.set(edge.id, edge);
    picture.connect(fresh);
    drawLegend();
    sift();
  };
  /** Whether an edge meets the filters: how sure, how often said, when, between which categories. */
  const isShown = (edge) => edge.confidence >= filters.least && (edge.statements ?? 1) >= filters.statements
    && (!filters.since || (edge.last ?? "") >= filters.since) && (!filters.until || (edge.first && edge.first.slice(0, filters.until.length) <= filters.until))
    && !filters.off.has(edge.subject.category) && !filters.off.has(edge.object.category);
  const sift = () => {
    const seen = new Set(starts);
    for (const edge of edges.values()) if (isShown(edge)) { seen.add(edge.subject.curie); seen.add(edge.object.curie); }
    picture.hide([...nodes.values()].filter((one) => !seen.has(one.curie) || filters.off.has(one.category)).map((one) => one.curie), isShown);
    rows();
  };
  const kinds = h("fieldset.chips.below", h("legend.visually-hidden", "Categories shown"));
  const drawLegend = () => {
    const counted = new Map();
    for (const one of nodes.values()) counted.set(one.category, (counted.get(one.category) ?? 0) + 1);
    put(kinds, h("legend.visually-hidden", "Categories shown"), [...counted].sort((a, b) => b[1] - a[1]).map(([category, number]) =>
      h(`label.chip.${typeClass(typeOfCategory(category))}`, h("input", { type: "checkbox", checked: !filters.off.has(category), on: { change: (event) => {
        event.target.checked ? filters.off.delete(category) : filters.off.add(category);
        sift();
      } } }), h("span.dot"), categoryWords(category), h("span.count", count(number)))));
  };
  const fail = (error) => { if (error.name !== "AbortError") put(panel, problemNotice(error)); };
  const expand = (node) => bring([node.curie], node);
  /** Bring the neighbours of concepts, all at once; the last one is chosen then. */
  const bring = async (curies, node = null) => {
    try {
      const found = (await Promise.all(curies.map((one) => neighbors(graph.name, one, conditions(), { signal })))).flat();
      const before = nodes.size, ends = new Map(found.flatMap((one) => [one.subject, one.object]).map((one) => [one.curie, one]));
      for (const curie of curies) {
        starts.add(curie);
        picture.add(known(ends.get(curie) ?? node ?? { curie }));
      }
      take(found);
      note({ g: graph.name, start: [...starts].join(",") });
      say(found.length ? `${some(nodes.size - before, "concept")} added.` : "Nothing more under these conditions.");
      choose({ node: nodes.get(curies.at(-1)) });
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
      h(`div.kind.${typeClass(node.type)}`, h("span.dot"), categoryWords(node.category)),
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
      take(every);
      const mark = (path) => picture.mark({}, path.edges.flat());
      mark(found[0]);
      put(panel, h("h2", `Ways from ${one.label} to ${other.label}`), h("ol.list", found.map((path) => h("li",
        h("button.quiet.small.plain", { type: "button", on: { click: () => mark(path) } }, path.nodes.map((node) => node.label || node.curie).join(" → "))))));
    } catch (error) {
      fail(error);
    }
  }
  function rows(most = ROWS) {
    const shown = [...edges.values()].filter(isShown).sort((a, b) => b.confidence - a.confidence);
    const hidden = edges.size - shown.length;
    put(list, h("h2", { id: "listed" }, `${some(nodes.size, "concept")}, ${some(edges.size, "edge")}${hidden ? `, ${count(hidden)} of them filtered out` : ""}`),
      shown.length ? h("div.scroll", h("table", h("thead", h("tr", ["Subject", "Relation", "Object", "Confidence", "Said", "From", "To", ""].map((one) => h("th", { scope: "col" }, one)))),
        h("tbody", shown.slice(0, most).map((edge) => h("tr",
          h("td", nodeButton(edge.subject)), h("td", words(edge.predicate)), h("td", nodeButton(edge.object)), h("td.number", Number(edge.confidence).toFixed(2)), h("td.number", count(edge.statements ?? 0)), h("td.date", edge.first ?? ""), h("td.date", edge.last ?? ""),
          h("td", h("button.small", { type: "button", on: { click: () => { choose({ edge, edges: [edge] }); panel.scrollIntoView({ block: "nearest" }); } } }, "Sentences"))))))) : h("p.soft", "Begin with a concept above."),
      shown.length > most ? h("button.small", { type: "button", on: { click: () => rows(most * 5) } }, `More of ${count(shown.length)}`) : null);
  }
  const nodeButton = (node) => h("button.quiet.small.plain", { type: "button", on: { click: () => choose({ node: nodes.get(node.curie) }) } }, node.label);

  const range = h("input", { type: "range", min: 0, max: 1, step: .05, value: 0, "aria-label": "Least confidence" });
  const told = h("span.count", "0.00");
  range.addEventListener("input", () => {
    filters.least = Number(range.value);
    put(told, filters.least.toFixed(2));
    sift();
  });
  const sieve = (name, of, more) => h("label.field", name, h("input", { ...more, on: { change: (event) => { of(event.target.value.trim()); sift(); } } }));
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
        h("label.field", "as known on", h("input", { type: "date", on: { change: (event) => { filters.asOf = event.target.value; } } })),
        h("button.small", { type: "button", on: { click: () => picture.fit() } }, "Fit")),
      h("div.row.below",
        h("label.field", "Show confidence from", range, told),
        sieve("said at least", (value) => { filters.statements = Number(value) || 1; }, { type: "number", min: 1, value: 1 }), "times,",
        sieve("said since", (value) => { filters.since = value; }, { size: 8, placeholder: "2015", pattern: DATE }),
        sieve("first said by", (value) => { filters.until = value; }, { size: 8, placeholder: "2020-06", pattern: DATE })),
      kinds),
    h("div.columns.below", h("div", h("div.sheet.canvas", picture.canvas), list), panel));
  choose({});
  rows();
  const given = (query.get("start") ?? "").split(",").filter(Boolean);
  if (given.length) await bring(given.slice(0, 8));
}

// Concept: what is known of one, each part from its own question, so that one missing hides no other.

import { address, annotationsOf, conceptOf, corpora, findConcepts, graphs, literature, neighbors, similarConcepts } from "../core/api.js";
import { count, h, put, some, words } from "../core/dom.js";
import { go } from "../core/router.js";
import { yearBars } from "../parts/chart.js";
import { combobox, conceptRow } from "../parts/combobox.js";
import { evidenceOf } from "../parts/evidence.js";
import { typeClass } from "../parts/marks.js";
import { conceptAddress, conceptLink } from "../parts/mention_panel.js";
import { problemNotice } from "../parts/notice.js";

const NAMES = 12; // shown at once
const KIN = 100;

const finder = (isFirst) => combobox({ label: "Find a concept", placeholder: isFirst ? "Name or CURIE: type 2 diabetes, MONDO:0005148 …" : "Another concept …",
  offer: (text, options) => findConcepts(text, {}, options), row: conceptRow,
  take: (one) => go(conceptAddress(one.curie)),
  enter: (text) => { if (/^[\w.]+:\S+$/.test(text.trim())) go(conceptAddress(text.trim())); } });

export async function show(place, { curie, signal }) {
  if (!curie) {
    const box = finder(true);
    put(place, h("h1", "Concepts"), h("p.soft", "Everything that the vocabulary knows of a disease, gene, substance, sign …"), h("div.sheet", box));
    box.input.focus();
    return;
  }
  const concept = await conceptOf(curie, { signal });
  document.title = `${concept.label} · Onoma`;
  const main = h("div"), side = h("div");
  put(place,
    h("div.row.between.head", h("div.grow", types(concept), h("h1", concept.label || concept.curie), identity(concept)), finder(false)),
    obsolete(concept, curie),
    h("div.columns", main, side));
  put(main, definition(concept), names(concept));
  put(side, tree(concept), equivalents(concept));
  const add = (where, work) => {
    const spot = h("div"); // parts stand in their order, whenever they come
    where.append(spot);
    return work.catch(problemNotice).then((node) => spot.replaceWith(node ?? ""));
  };
  add(side, alike(concept, signal)); // nobody waits for it: its index may have to be made first
  await Promise.allSettled([add(main, annotations(concept, signal)), add(main, relations(concept, signal)), add(main, years(concept, signal))]);
}

const section = (title, ...rest) => h("section.sheet", h("h2", title), rest);

const types = (concept) => h("p.row.small", (concept.types ?? []).map((type) => h(`span.kind.${typeClass(type)}`, h("span.dot"), words(type))));

const identity = (concept) => h("p.row.small.soft", h("code", concept.curie),
  /^[A-Za-z][\w.]*:[\w.+-]+$/.test(concept.curie) ? h("a", { href: `https://bioregistry.io/${concept.curie}`, target: "_blank", rel: "noopener noreferrer" }, "at its source") : null,
  h("span", `from ${concept.source}`), h("span", concept.version),
  h("a", { href: address(`/concepts/${encodeURIComponent(concept.curie)}`) }, "JSON"),
  h("a", { href: `/search?q=${encodeURIComponent(`@${concept.curie}`)}` }, "search documents"));

/** Return the notice that what was asked for is retired, or which ids were retired for this one. */
function obsolete(concept, asked) {
  if (concept.is_obsolete) {
    return h("div.notice.bad", { role: "note" }, h("p", h("code", asked), " is obsolete. It was replaced by ",
      conceptLink(concept.replaced_by, concept.label), " (", h("code", concept.replaced_by), "), which is shown here."));
  }
  const former = concept.former ?? [];
  return former.length ? h("p.small.soft", "Retired ids that now mean it: ", former.map((one, place) => [place ? ", " : "", h("code", one)])) : null;
}

function definition(concept) {
  return concept.definition ? section("Definition", h("p", concept.definition)) : null;
}

function names(concept) {
  const rows = concept.names ?? [];
  const line = (one) => h("tr", h("td", { lang: one.language || null }, one.text), h("td.soft", words(one.scope)), h("td.soft", one.source));
  const body = h("tbody", rows.slice(0, NAMES).map(line));
  const more = rows.length > NAMES
    ? h("button.small", { type: "button", on: { click: (event) => { body.append(...rows.slice(NAMES).map(line)); event.target.remove(); } } }, `All ${count(rows.length)} names`) : null;
  return section(`Names (${count(rows.length)})`, h("div.scroll", h("table",
    h("thead", h("tr", ["Name", "Scope", "Source"].map((one) => h("th", { scope: "col" }, one)))), body)), more);
}

function tree(concept) {
  const parents = concept.parents ?? [], children = concept.children ?? [];
  if (!parents.length && !children.length) return null;
  const kin = (one) => h("li", conceptLink(one.curie ?? one, one.label ?? one));
  const rest = (concept.children_total ?? children.length) - Math.min(children.length, KIN);
  return section("Tree", h("ul.tree", { "aria-label": "Parents, this concept, children" },
    parents.map((one) => h("li", { class: "up" }, conceptLink(one.curie ?? one, one.label ?? one))),
    h("li", h("strong", { "aria-current": "true" }, concept.label),
      children.length ? h("ul", children.slice(0, KIN).map(kin), rest > 0 ? h("li.soft", `and ${some(rest, "more")}`) : null) : null)));
}

function equivalents(concept) {
  const rows = concept.equivalents ?? [];
  if (!rows.length) return null;
  return section("In other vocabularies", h("ul.plain", rows.map((one) => h("li.row",
    one.label ? conceptLink(one.curie, one.curie) : h("code", one.curie), one.label ? h("span", one.label) : null,
    h("span.soft.small", `${one.predicate.replace(/^skos:/, "").replace(/Match$/, "")}, ${one.source}`)))));
}

const SAID = { has_phenotype: ["Phenotypes", "Seen in"], gene_associated_with_condition: ["Conditions", "Genes"] }; // read forwards, backwards
const DETAILS = [["frequency", "How often"], ["onset", "Onset"], ["evidence", "Evidence"], ["reference", "Reference"]];

/** Return what curated sources say: phenotypes and genes of a disease, diseases of a phenotype or gene. */
async function annotations(concept, signal) {
  const found = await annotationsOf(concept.curie, { signal }).catch(unless({ annotations: [], total: 0 }));
  const groups = new Map();
  for (const one of found.annotations) {
    const isSubject = one.subject.curie === concept.curie;
    const title = (SAID[one.predicate]?.[isSubject ? 0 : 1] ?? words(one.predicate)) + (one.negated ? ": not" : "");
    groups.set(title, [...(groups.get(title) ?? []), { ...one, other: isSubject ? one.object : one.subject }]);
  }
  if (!groups.size) return null;
  return section(`Annotations (${count(found.total)})`, [...groups].map(([title, rows]) => [h("h3", title), annotationTable(rows)]),
    found.next ? h("p.soft.small", `The first ${count(found.annotations.length)} are shown; all of them `, h("a", { href: address(`/concepts/${encodeURIComponent(concept.curie)}/annotations`, { k: 1000 }) }, "as JSON")) : null);
}

function annotationTable(rows) {
  const columns = DETAILS.filter(([name]) => rows.some((one) => one[name]));
  const line = (one) => h("tr", h("td", conceptLink(one.other.curie, one.other.label || one.other.curie)), columns.map(([name]) => h("td.soft", one[name])));
  const body = h("tbody", rows.slice(0, NAMES).map(line));
  return [h("div.scroll", h("table", h("thead", h("tr", ["Concept", ...columns.map(([, title]) => title)].map((one) => h("th", { scope: "col" }, one)))), body)),
    rows.length > NAMES ? h("button.small", { type: "button", on: { click: (event) => { body.append(...rows.slice(NAMES).map(line)); event.target.remove(); } } }, `All ${count(rows.length)}`) : null];
}

/** Return what takes "it is not there" for an answer; any other failure is told. */
const unless = (answer) => (error) => {
  if (error.status === 404) return answer;
  throw error;
};

async function relations(concept, signal) {
  const found = [];
  for (const graph of await graphs()) {
    const edges = await neighbors(graph.name, concept.curie, { k: 12 }, { signal }).catch(unless([]));
    if (edges.length) found.push(h("h3", graph.name), h("ul.list", edges.map((edge) => evidenceOf(graph.name, edge))),
      h("p", h("a", { href: `/graph?g=${encodeURIComponent(graph.name)}&start=${encodeURIComponent(concept.curie)}` }, "Explore in the graph")));
  }
  return found.length ? section("Relations", found) : null;
}

async function years(concept, signal) {
  const found = [];
  for (const corpus of await corpora()) {
    const told = await literature(corpus.name, concept.curie, { signal }).catch(unless(null));
    if (told?.documents) found.push(h("h3", h("a", { href: `/search?corpus=${encodeURIComponent(corpus.name)}&q=${encodeURIComponent(`@${concept.curie}`)}` }, `${corpus.name}: ${some(told.documents, "document")}`)),
      yearBars(told.years, `Documents of ${corpus.name} by year`));
  }
  return found.length ? section("Literature over time", found) : null;
}

async function alike(concept, signal) {
  const found = await similarConcepts(concept.label, { signal }).catch((error) => {
    if (error.name === "AbortError") return []; // the page was left
    throw error;
  });
  const rows = found.filter((one) => one.curie !== concept.curie);
  if (!rows.length) return null;
  return section("Similar concepts", h("ul.plain", rows.slice(0, 10).map((one) =>
    h("li.row.between", conceptLink(one.curie, one.label), h("span.count", `${one.relation ? `${words(one.relation)} ` : ""}${one.score.toFixed(2)}`)))));
}

// Search: documents by words, concepts and relations, with the reasons for each hit.

import { explain, exportAddress, findConcepts, search } from "../core/api.js";
import { count, h, put, some, words } from "../core/dom.js";
import { go } from "../core/router.js";
import { barList } from "../parts/chart.js";
import { combobox, conceptRow } from "../parts/combobox.js";
import { cautionList } from "../parts/cautions.js";
import { corpusChoice, noCorpus } from "../parts/corpus_choice.js";
import { documentAddress, snippetOf } from "../parts/hits.js";
import { conceptLink } from "../parts/mention_panel.js";
import { problemNotice } from "../parts/notice.js";

const HITS = 20;
const WAYS = { fused: "words, concepts, meaning", bm25: "words", concepts: "concepts", dense: "meaning" };
const DIALECTS = ["onoma", "pubmed", "ovid"];
const EXPORTS = ["ris", "nbib", "tsv", "jsonl-text", "pubtator", "biocjson"];
const CLAUSES = { // how a value of a facet is asked for
  type: (value) => `type:${value}`, year: (value) => `year:${value}`, concept: (value) => `@${value}`, journal: (value) => `journal:"${value}"`,
  publication: (value) => `publication:"${value}"`, language: (value) => `language:"${value}"`, source: (value) => `source:"${value}"`,
};

export async function show(place, { query, signal }) {
  const state = { q: query.get("q") ?? "", by: query.get("by") ?? "fused", dialect: query.get("dialect") ?? "onoma" };
  const to = (changes) => {
    const next = { ...state, corpus: choice.name, ...changes };
    const given = Object.entries(next).filter(([name, value]) => value && !(name === "by" && value === "fused") && !(name === "dialect" && value === "onoma"));
    go(`/search?${new URLSearchParams(given)}`);
  };
  const choice = await corpusChoice(query.get("corpus"), (corpus) => to({ corpus }));
  if (!choice) return put(place, h("h1", "Search"), noCorpus());
  const box = queryBox(state.q, (q) => to({ q }));
  const results = h("div", { id: "results" }), facets = h("aside.side.last", { "aria-label": "Facets" });
  put(place,
    h("h1", "Search"),
    h("div.sheet",
      h("div.row", box, h("button.main", { type: "button", on: { click: () => to({ q: box.input.value }) } }, "Search")),
      h("div.row.below", choice.box,
        select("Ranked by", WAYS, state.by, (by) => to({ by })),
        select("Dialect", Object.fromEntries(DIALECTS.map((one) => [one, one])), state.dialect, (dialect) => to({ dialect }))),
      relationAsked(state, (q) => to({ q }))),
    h("div.columns.left", facets, results));
  if (!state.q) {
    box.input.focus();
    put(results, h("div.empty", h("p", "Words alone are ranked; @ names a concept with all its synonyms and kinds:"),
      h("p.chips", ["heart failure drugs", '@"type 2 diabetes"', "type:gene AND year:2015-2024", "@chemical treats @disease"].map((one) =>
        h("button.chip", { type: "button", on: { click: () => to({ q: one }) } }, one)))));
    return;
  }
  document.title = `${state.q} · Onoma`;
  await showResults({ results, facets, corpus: choice.name, state, to, signal });
}

const select = (label, options, value, change) => h("label.field", label, h("select", { on: { change: (event) => change(event.target.value) } },
  Object.entries(options).map(([name, title]) => h("option", { value: name, selected: name === value }, title))));

/** Return the part of a query that is being typed: behind the last @, or the last few words. */
function typed(text, caret) {
  const before = text.slice(0, caret);
  const named = /@"?([^"@()]*)$/.exec(before);
  if (named) return { start: named.index, end: caret, words: named[1], isConcept: true };
  const plain = /(?:[\p{L}\p{N}][\p{L}\p{N}'-]*\s+){0,3}[\p{L}\p{N}][\p{L}\p{N}'-]*$/u.exec(before);
  return plain ? { start: plain.index, end: caret, words: plain[0], isConcept: false } : null;
}

function queryBox(value, enter) {
  let part = null;
  return combobox({ label: "Query", placeholder: "Words, or @concepts, fields, AND OR NOT …", value, keeps: true, enter,
    offer: async (text, { signal, caret }) => {
      part = typed(text, caret ?? text.length);
      return part && part.words.trim().length > 1 ? findConcepts(part.words.trim(), { k: 8 }, { signal }) : [];
    },
    row: conceptRow,
    take: (concept, input) => {
      const inserted = part.isConcept ? `@${concept.curie} ` : concept.label;
      input.value = input.value.slice(0, part.start) + inserted + input.value.slice(part.end);
      input.focus();
    } });
}

/** Return the form that puts a relation into words of the query language. */
function relationAsked(state, ask) {
  const ends = [null, null];
  const end = (place, label) => combobox({ label, placeholder: label, keeps: true, row: conceptRow, wait: 150,
    offer: (text, options) => findConcepts(text, { k: 8 }, options),
    take: (concept, input) => { ends[place] = `@${concept.curie}`; input.value = concept.label; },
    enter: (text) => { ends[place] = `@${text.trim()}`; } });
  const verb = h("input", { "aria-label": "Relation", value: "?", size: 10, list: "verbs" });
  return h("details.below", h("summary", "Ask for a relation"),
    h("div.row", end(0, "Concept, or a type such as chemical"), verb,
      h("datalist", { id: "verbs" }, ["?", "treats", "causes", "interacts_with", "associated_with", "regulates"].map((one) => h("option", { value: one }))),
      end(1, "Concept, or a type such as disease"),
      h("button", { type: "button", on: { click: () => ends[0] && ends[1] && ask(`${ends[0]} ${verb.value.trim() || "?"} ${ends[1]}`) } }, "Ask")));
}

async function showResults({ results, facets, corpus, state, to, signal }) {
  let shown = 0;
  const list = h("ol.list", { "aria-label": "Hits" });
  const more = h("button", { type: "button", hidden: true }, "More");
  const page = async (cursor) => {
    const found = await search({ ...state, corpus, k: HITS, facets: cursor ? "" : "usual", cursor }, { signal });
    list.append(...found.hits.map((hit) => hitLine(hit, corpus)));
    shown += found.hits.length;
    more.hidden = !found.next;
    more.onclick = () => page(found.next);
    return found;
  };
  try {
    const found = await page("");
    const told = isPlain(state) ? null : await explain({ q: state.q, corpus, dialect: state.dialect }, { signal });
    put(results, understood(found, told, state),
      h("div.sheet", h("div.row.between",
        h("h2", { id: "total" }, found.total < shown ? `${count(found.total)} with most of the words, the ${count(shown)} nearest shown` : some(found.total, "document")),
        exportBar(corpus, state)), found.hits.length ? list : h("p.empty", "Nothing was found."), more));
    put(facets, facetBars(found.facets, state, to));
  } catch (error) {
    if (error.name !== "AbortError") put(results, problemNotice(error));
  }
}

const isWords = (query) => /^[^"@:()*?#]+$/.test(query) && !/\b(AND|OR|NOT|NEAR|NEXT)\b/.test(query);
const isPlain = (state) => state.dialect === "onoma" && isWords(state.q);

function understood(found, told, state) {
  const lines = told?.lines ?? [];
  const concepts = found.concepts ?? [];
  return h("div.understood",
    concepts.length ? h("p.small.row", h("span.soft", "Understood as"), concepts.map((one) => h("span.chip", conceptLink(one.curie, one.label || one.curie), h("code", one.curie)))) : null,
    lines.length ? h("details.small", h("summary", "How each part was taken"), h("ul", lines.map((line) =>
      h(`li.depth${Math.min(line.depth, 5)}`, h("span.count", count(line.count)), " ", h("code", line.taken), line.note ? h("span.soft", ` ${line.note}`) : null)))) : null,
    cautionList(told?.cautions, state.q),
    (found.notes ?? []).map((one) => h("p.notice.small", one)));
}

function hitLine(hit, corpus) {
  const why = hit.why ?? {};
  return h("li.hit",
    h("h3", h("a", { href: documentAddress(corpus, hit.id) }, hit.title || hit.id)),
    h("p.small.soft", [hit.id, hit.date].filter(Boolean).join(" · ")),
    h("p", snippetOf(hit.snippet)),
    h("details.small", h("summary", "Why this hit"), h("ul.plain",
      why.words?.length ? h("li", "Words: ", why.words.join(", ")) : null,
      (why.concepts ?? []).map((one) => h("li", conceptLink(one.curie, one.label), " as ", one.names.join(", "))),
      (why.relations ?? []).map((one) => h("li", conceptLink(one.subject), ` ${words(one.predicate)} `, conceptLink(one.object), one.confidence === null ? "" : h("span.count", ` ${one.confidence.toFixed(2)}`), one.text ? [": ", h("q.evidence", one.text)] : null)),
      h("li.soft", [why.bm25 ? `BM25 ${why.bm25.toFixed(2)}` : "", typeof why.meaning === "number" ? `meaning ${why.meaning.toFixed(2)}` : "", `score ${hit.score}`].filter(Boolean).join(" · ")))));
}

function exportBar(corpus, state) {
  return h("p.row.small", h("span.soft", "Export"), EXPORTS.map((to) =>
    h("a", { href: exportAddress({ ...state, corpus, to }), download: `hits.${to}` }, to)));
}

function facetBars(facets, state, to) {
  return Object.entries(facets ?? {}).filter(([, rows]) => rows.length).map(([name, rows]) => h("section.sheet", h("h2", words(name)),
    barList(rows.map((row) => [name === "type" ? words(row.value) : row.label || row.value, row.count, CLAUSES[name] ? () => to({ q: refined(state.q, CLAUSES[name](row.value)) }) : null]), { label: words(name) })));
}

/** Return a query with one more condition; words alone become words that must all be there. */
function refined(query, clause) {
  const whole = isWords(query) ? query.trim().split(/\s+/).join(" AND ") : query;
  return /^\S+$/.test(whole) || / AND /.test(whole) && !/ (OR|NOT) /.test(whole) ? `${whole} AND ${clause}` : `(${whole}) AND ${clause}`;
}

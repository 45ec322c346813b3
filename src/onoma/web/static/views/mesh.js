// Queries: from a protocol to a Boolean query in any dialect, with counts, seeds and a log.

import { explain, meshCheck, meshDraft, meshSuggest, meshTranslate } from "../core/api.js";
import { count, h, later, put, say, some, words } from "../core/dom.js";
import { cautionList } from "../parts/cautions.js";
import { corpusChoice, noCorpus } from "../parts/corpus_choice.js";
import { copy, download } from "../parts/download.js";
import { conceptLink } from "../parts/mention_panel.js";
import { problemNotice } from "../parts/notice.js";

const DIALECTS = { pubmed: "PubMed", ovid: "Ovid", onoma: "Onoma" };
const HEADING = { pubmed: (label) => `"${label}"[mh]`, ovid: (label) => `exp ${label}/`, onoma: (label) => `mesh:"${label}"/exp` };
const LOG = "searches";

export async function show(place, { query, signal }) {
  const choice = await corpusChoice(query.get("corpus"), (name) => { localStorage.setItem("corpus", name); counted(); });
  if (!choice) return put(place, h("h1", "Queries"), noCorpus());
  const corpus = () => choice.box.querySelector("select").value;
  const protocol = h("textarea", { id: "protocol", "aria-label": "Title or protocol", placeholder: "Beta blockers for chronic heart failure\nor lines: Population: … Intervention: … Outcome: …" });
  const text = h("textarea.code", { id: "strategy", "aria-label": "Query", spellcheck: "false", value: query.get("q") ?? "" });
  const seeds = h("textarea.code", { id: "seeds", "aria-label": "Seeds, an id a line", placeholder: "ids of records that must be found, one a line" });
  const lines = h("div", { id: "lines", "aria-live": "polite" }), checked = h("div"), blocks = h("div"), suggested = h("div"), log = h("div");
  let dialect = query.get("dialect") in DIALECTS ? query.get("dialect") : "pubmed", last = null, asked = new AbortController();
  const given = () => ({ q: text.value.trim(), dialect, corpus: corpus() });
  const guarded = (where, work) => work().catch((error) => { if (error.name !== "AbortError") put(where, problemNotice(error)); });

  const counted = () => guarded(lines, async () => {
    asked.abort();
    asked = new AbortController();
    if (!text.value.trim()) return put(lines);
    last = await explain(given(), { signal: AbortSignal.any([asked.signal, signal]) });
    put(lines, lineTable(last, text.value));
  });
  const draft = () => guarded(blocks, async () => {
    const made = await meshDraft(protocol.value, dialect, { signal });
    text.value = made.query;
    put(blocks, blockList(made, add));
    await counted();
  });
  const add = (label) => {
    const heading = HEADING[dialect](label), at = text.selectionStart;
    const start = text.value.lastIndexOf("\n", at - 1) + 1, end = (text.value.indexOf("\n", at) + 1 || text.value.length + 1) - 1;
    const line = text.value.slice(start, end).trimEnd();
    const next = line ? `${line} ${dialect === "ovid" ? "or" : "OR"} ${heading}` : heading;
    text.setRangeText(next, start, end, "end");
    say(`${label} added.`);
    counted();
  };
  const translate = (to) => guarded(lines, async () => {
    if (text.value.trim()) {
      const told = await meshTranslate(text.value.trim(), dialect, to, { signal });
      text.value = told.query;
      if (told.losses.length) say(told.losses.join("; "));
    }
    dialect = to;
    await counted();
  });
  const check = () => guarded(checked, async () => {
    const ids = seeds.value.split(/[\s,;]+/).filter(Boolean);
    const told = await meshCheck({ ...given(), seeds: ids }, { signal });
    put(checked, seedTable(told));
  });
  const suggest = later(350, (clause) => guarded(suggested, async () => {
    if (!clause.trim()) return put(suggested);
    const told = await meshSuggest(clause, { signal });
    put(suggested, told.notes.map((one) => h("p.soft.small", one)), told.clauses.map((one) => h("div", h("h3", one.clause), h("ul.plain", one.suggestions.map((each) => suggestionLine(each, add)), one.suggestions.length ? null : h("li.soft", "No heading.")))));
  }));
  const showLog = () => put(log, logTable(readLog()));
  const keep = () => {
    if (!last) return;
    const entries = readLog();
    entries.push({ version: entries.length + 1, date: new Date().toISOString().slice(0, 16).replace("T", " "), database: corpus(), dialect, query: text.value.trim(),
      lines: last.lines.map((one) => ({ text: one.taken, records: one.count })), records: last.total, note: "" });
    localStorage.setItem(LOG, JSON.stringify(entries));
    showLog();
    say("Kept in the log.");
  };
  text.addEventListener("input", later(500, counted));
  put(place,
    h("h1", "Queries"),
    h("div.columns",
      h("div",
        h("section.sheet", h("h2", "From a title or protocol"), protocol, h("div.row.below", h("button.main", { type: "button", on: { click: draft } }, "Draft a query")), blocks),
        h("section.sheet",
          h("div.row.between", h("h2", "The query"), h("div.row",
            choice.box,
            h("label.field", "Dialect", h("select", { id: "dialect", on: { change: (event) => translate(event.target.value) } },
              Object.entries(DIALECTS).map(([name, title]) => h("option", { value: name, selected: name === dialect }, title)))))),
          text,
          h("div.row.below",
            h("button.small", { type: "button", on: { click: () => copy(text.value).then(() => say("Copied."), () => say("It cannot be copied here.")) } }, "Copy"),
            h("button.small", { type: "button", on: { click: keep } }, "Keep in the log"),
            h("span.soft.small", "Changing the dialect translates the query.")),
          lines),
        h("section.sheet", h("h2", "Seeds"), h("p.soft.small", "Records known to be relevant: which line loses which, and what would keep it."), seeds,
          h("div.row.below", h("button", { type: "button", on: { click: check } }, "Check the seeds")), checked)),
      h("div",
        h("section.sheet", h("h2", "Suggest headings"), h("input", { type: "search", id: "clause", "aria-label": "Words to suggest headings for", placeholder: "heart attack; stroke …", on: { input: (event) => suggest(event.target.value) } }), suggested),
        h("section.sheet", h("h2", "Log of searches"), log))));
  showLog();
  await counted();
}

const readLog = () => {
  try { return JSON.parse(localStorage.getItem(LOG) ?? "[]"); } catch { return []; }
};

function lineTable(told, given) {
  return [
    h("p", { id: "records" }, h("strong", some(told.total, "record"))),
    h("div.scroll", h("table", h("thead", h("tr", ["Line", "Part", "Records"].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", told.lines.map((line) => h("tr", h("td.number", line.line ?? ""), h(`td.depth${Math.min(line.depth, 5)}`, h("code", line.taken), line.note ? h("p.soft.small", line.note) : null),
        h("td.number", count(line.count))))))),
    cautionList(told.cautions, given),
  ];
}

function blockList(made, add) {
  return h("ul.list.small", made.blocks.map((block) => h("li", h("strong", words(block.kind)), ` ${block.about}`, block.joined ? null : h("span.badge", "not joined"),
    h("p.chips", block.headings.map(([curie, label]) => h("span.chip", conceptLink(curie, label))),
      block.suggested.map(([, label, score]) => h("button.chip", { type: "button", on: { click: () => add(label) } }, `+ ${label}`, h("span.count", Number(score).toFixed(2))))))));
}

const suggestionLine = (one, add) => h("li.row.between", h("span", conceptLink(one.curie, one.label), " ", h("span.count", one.score.toFixed(2))),
  h("button.small", { type: "button", "aria-label": `Add ${one.label}`, on: { click: () => add(one.label) } }, "Add"));

function seedTable(told) {
  return [
    h("p", h("strong", told.lost.length ? `${some(told.lost.length, "seed")} lost: ${told.lost.join(", ")}` : "Every seed is found."),
      told.absent.length ? h("span.soft", ` Not in the corpus: ${told.absent.join(", ")}`) : null),
    h("div.scroll", h("table", h("thead", h("tr", ["Line", "Text", "Records", "Seeds kept", "Lost"].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", told.lines.map((line) => h("tr", h("td.number", line.number), h("td", h("code", line.text)), h("td.number", count(line.records)),
        h("td.number", `${line.kept.length} of ${line.kept.length + line.lost.length}`), h("td", line.lost.join(" "))))))),
    told.changes.length ? [h("h3", "What would keep them"), h("ul.plain", told.changes.map((one) => h("li", `line ${one.line}: add `, h("code", one.add), ` to keep ${one.keeps.join(", ")}: ${count(one.more)} other records more`, one.is_related ? null : h("span.soft", " (not near to the line)"))))] : null,
  ];
}

function logTable(entries) {
  if (!entries.length) return h("p.soft.small", "Searches that you keep stand here, in this browser only; download them for the review's appendix.");
  return [
    h("ol.list.small", entries.map((one) => h("li", h("strong", `${one.version}. ${one.date}`), ` · ${one.database} · ${one.dialect} · ${some(one.records, "record")}`, h("pre", h("code", one.query))))),
    h("div.row", h("button.small", { type: "button", on: { click: () => download(new Blob([entries.map((one) => JSON.stringify(one)).join("\n") + "\n"], { type: "application/x-ndjson" }), "searches.jsonl") } }, "Download")),
  ];
}

// Corpora: what each holds, what it is about, what failed, and what is being worked on.

import { addDocuments, corpora, corpusInfo, counts, failures, jobs, vocabularies } from "../core/api.js";
import { count, h, put, say, some, words } from "../core/dom.js";
import { barList, yearBars } from "../parts/chart.js";
import { noCorpus } from "../parts/corpus_choice.js";
import { jobLine } from "../parts/jobs.js";
import { conceptAddress } from "../parts/mention_panel.js";
import { problemNotice } from "../parts/notice.js";

export async function show(place, { corpus, signal }) {
  if (corpus) return showCorpus(place, corpus, signal);
  const [all, stores, running] = await Promise.all([corpora(), vocabularies({ signal }), jobs({ signal })]);
  put(place,
    h("h1", "Corpora"),
    all.length ? h("ul.cards", all.map((one) => h("li.sheet", h("h2", h("a", { href: `/corpora/${encodeURIComponent(one.name)}` }, one.name)),
      h("p.soft", typeof one.documents === "number" ? some(one.documents, "document") : "")))) : noCorpus(),
    running.length ? h("section.sheet", h("h2", "Jobs"), h("ul.list", running.map((one) => jobLine(one, { signal })))) : null,
    stores.length ? h("section.sheet", h("h2", "Vocabularies"), h("div.scroll", h("table", h("thead", h("tr", ["Name", "Version", "Concepts", "Names"].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", stores.map((one) => h("tr", h("td", one.name ?? one.id), h("td", one.version ?? ""), h("td.number", count(one.concepts ?? 0)), h("td.number", count(one.names ?? 0)))))))) : null);
}

async function showCorpus(place, name, signal) {
  const info = await corpusInfo(name, { signal });
  document.title = `${name} · Onoma`;
  const body = h("div.cards.wide");
  const tiles = [["documents", info.documents], ["mentions", info.mentions], ["relations", info.relations], ["failed", info.errors], ["doubles", info.duplicates], ["annotated otherwise", info.stale]]
    .filter(([, value], place) => place < 2 || value);
  put(place,
    h("p.small", h("a", { href: "/corpora" }, "All corpora")),
    h("h1", name),
    h("p.row.small.soft", h("span", info.store), h("span", Object.entries(info.recipe ?? {}).map(([key, value]) => `${words(key)} ${Array.isArray(value) ? value.join("+") : value}`).join(", ")),
      h("a", { href: `/search?corpus=${encodeURIComponent(name)}` }, "search it"), h("a", { href: `/map/${encodeURIComponent(name)}` }, "its map")),
    h("dl.tiles", tiles.map(([title, value]) => h("div.sheet", h("dt", title), h("dd", count(value ?? 0))))),
    difference(name, info),
    info.errors ? h("div", { id: "failures" }) : null,
    adder(name, signal),
    info.stale ? h("p.notice", `${some(info.stale, "document")} were annotated with another vocabulary or mode: `, h("code", `onoma corpus reannotate --corpus ${name}`)) : null,
    body);
  const types = Object.entries(info.types ?? {}).sort((a, b) => b[1] - a[1]);
  if (types.length) put(body, h("section.sheet", h("h2", "Mentions by type"), barList(types.slice(0, 12).map(([type, number]) => [words(type), number]), { label: "Mentions by type" })));
  const part = async (by, title, draw) => {
    const rows = await counts(name, by, { signal }).catch((error) => { body.append(problemNotice(error)); return []; });
    if (rows.length && !signal.aborted) body.append(h("section.sheet", h("h2", title), draw(rows)));
  };
  const named = (rows, address) => barList(rows.map((row) => [row.label || row.value || "none", row.documents, address?.(row.value)]), { label: "documents" });
  if (info.errors) failures(name, { signal }).then((rows) => put(body.parentElement.querySelector("#failures"), failed(rows, name)), () => {});
  await part("year", "Documents by year", (rows) => yearBars(rows.map((row) => [row.value, row.documents]), "Documents by year"));
  await part("concept", "What it is about", (rows) => named(rows, conceptAddress));
  await part("journal", "Journals", (rows) => named(rows));
  await part("source", "Sources", (rows) => named(rows));
  if (info.indexes?.length) body.append(h("section.sheet", h("h2", "Indexes"), h("ul.plain", info.indexes.map((one) => h("li.row.between", one.name, h("span.count", one.is_usable ? `${(one.size / 1e6).toFixed(1)} MB` : "to be built anew"))))));
}

/** Return what has changed since this browser last looked at a corpus that was another then. */
function difference(name, info) {
  const now = { last: `${info.store} ${info.documents} ${info.mentions} ${info.errors}`, when: new Date().toISOString().slice(0, 16).replace("T", " "),
    counts: { documents: info.documents, mentions: info.mentions, relations: info.relations ?? 0, failed: info.errors ?? 0,
      ...Object.fromEntries(Object.entries(info.types ?? {}).map(([type, number]) => [words(type), number])) }, store: info.store };
  const key = `seen ${name}`;
  const kept = JSON.parse(localStorage.getItem(key) ?? "[]"); // the state before, and the one seen last
  const states = kept.at(-1)?.last === now.last ? kept : [...kept, now].slice(-2);
  localStorage.setItem(key, JSON.stringify(states));
  if (states.length < 2) return null;
  const [before, after] = states;
  const rows = [...new Set([...Object.keys(before.counts), ...Object.keys(after.counts)])]
    .map((one) => [one, before.counts[one] ?? 0, after.counts[one] ?? 0]).filter(([, then, since]) => then !== since);
  if (!rows.length && before.store === after.store) return null;
  return h("details.sheet", { id: "difference" }, h("summary", `Changed since ${before.when}: ${rows.slice(0, 2).map(([one, then, since]) => `${since > then ? "+" : "−"}${count(Math.abs(since - then))} ${one}`).join(", ")}`),
    before.store === after.store ? null : h("p.small", `The vocabulary was ${before.store}.`),
    h("div.scroll", h("table", h("thead", h("tr", ["What", "Before", "Now", "Difference"].map((one) => h("th", { scope: "col" }, one)))),
      h("tbody", rows.map(([one, then, since]) => h("tr", h("th", { scope: "row" }, one), h("td.number", count(then)), h("td.number", count(since)), h("td.number", `${since > then ? "+" : "−"}${count(Math.abs(since - then))}`)))))));
}

/** Return the documents that failed, why, and what tries them again. */
const failed = (rows, name) => h("section.sheet", h("h2", `${some(rows.length, "document")} failed`),
  h("ul.list.small", rows.map((one) => h("li", h("strong", one.id), " ", h("code", one.code), " ", one.message, one.hint ? h("span.soft", ` (${one.hint})`) : null))),
  h("p.row", h("button.small", { type: "button", on: { click: () => document.getElementById("add").click() } }, "Retry with the mended file")),
  h("p.soft.small", "Or mend the files and add them again: ", h("code", `onoma corpus add FILES --corpus ${name}`)));

/** Return the control that adds the documents of a file, as a job. */
function adder(name, signal) {
  const adding = h("ul", { id: "adding", "aria-live": "polite" });
  const file = h("input", { type: "file", id: "add", class: "visually-hidden", tabindex: -1, "aria-label": "File of documents to add", on: { change: async () => {
    try {
      put(adding, jobLine(await addDocuments(name, file.files[0]), { signal, end: () => say("The documents are in; open the page again for new counts.") }));
    } catch (error) {
      put(adding, problemNotice(error));
    }
  } } });
  return h("div.adding", h("button", { type: "button", on: { click: () => file.click() } }, "Add documents"), file, adding);
}

// What is known of a mention: its concept, the candidates with their reasons, and what a person decides.

import { h, put, words } from "../core/dom.js";
import { ground, findConcepts } from "../core/api.js";
import { combobox, conceptRow } from "./combobox.js";
import { departures, typeClass } from "./marks.js";

const CONTEXT = 300; // characters on either side that a name is grounded with

export const conceptAddress = (curie) => `/concepts/${encodeURIComponent(curie)}`;
export const conceptLink = (curie, label = curie) => h("a", { href: conceptAddress(curie) }, label);

function reasons(candidate) {
  const parts = Object.entries(candidate.why ?? {});
  return h("div.why",
    h("code", candidate.curie),
    candidate.name ? h("span", `${candidate.scope || "name"}: ${candidate.name}`) : null,
    parts.map(([name, value]) => h("span.number", `${words(name)} ${value > 0 ? "+" : ""}${Number(value).toFixed(3)}`)),
    candidate.via ? h("span", `through ${candidate.via}${candidate.lossy ? ", not an exact match" : ""}`) : null);
}

/** Return a candidate as a list item; `key`: what takes it from the keyboard. */
export function candidateLine(candidate, isChosen, choose, key = "") {
  const isScored = candidate.score > 0; // one known by its identifier alone has no score
  const meter = isScored ? h("meter", { min: 0, max: 1, value: candidate.score, "aria-label": `score of ${candidate.label}` }) : null;
  const taking = isChosen ? h("span.badge", "taken")
    : choose ? h("button.small", { type: "button", "aria-label": `Take ${candidate.label} (${candidate.curie})`, "data-key": key || null, "aria-keyshortcuts": key || null, on: { click: () => choose(candidate) } }, "Take", key ? [" ", h("kbd", { "aria-hidden": "true" }, key)] : null) : null;
  return h("li.candidate", h("div.row", h("span.grow", candidate.label || candidate.curie), taking, isScored ? h("span.number", candidate.score.toFixed(3)) : null), meter, reasons(candidate));
}

/** Give a mention its candidates where the record has none, or but their ids: the name is grounded in its surroundings. */
async function candidatesOf(record, mention, signal) {
  const known = mention.candidates ?? [];
  if (!mention.curie || (known.length && known.every((one) => one.label))) return known;
  const around = record.text.slice(Math.max(0, mention.start - CONTEXT), mention.end + CONTEXT);
  return ground(mention.text, { k: 8, context: around, mode: "dictionary" }, { signal });
}

function said(record, mention) {
  const axes = departures(mention);
  const cue = mention.axes?.cue;
  const points = cue ? [...record.text].slice(...cue).join("") : "";
  return [
    axes.length ? h("p.chips", axes.map((word) => h("span.badge", word)), points ? h("span.soft.small", `because of “${points}”`) : null) : null,
    h("p.soft.small", `“${mention.text}” · found by ${words(mention.found_by)}`,
      mention.scope ? ` · ${words(mention.scope)} name` : "", mention.score ? ` · score ${mention.score.toFixed(3)}` : ""),
  ];
}

/**
 * Show a mention in `place`. `decide(mention, {curie, label, candidate} | null, forAll)` is called
 * with the concept that a person takes (null: none fits); without it the panel only shows.
 */
export async function showMention(place, record, mention, { decide, remove, close, outer = [], choose, signal }) {
  const every = record.mentions.filter((one) => one.text === mention.text).length;
  const all = h("input", { type: "checkbox", id: "for-all", checked: every > 1 });
  const take = (candidate) => decide(mention, candidate, every > 1 && all.checked);
  const list = h("ul", { "aria-label": "Candidates" }, h("li.soft.small", "…"));
  put(place,
    h("div.row.between",
      h(`div.kind.${typeClass(mention.type)}`, h("span.dot"), words(mention.type)),
      close ? h("button.quiet.small", { type: "button", on: { click: close } }, "Close") : null),
    h("h2", { tabindex: -1 }, mention.curie ? conceptLink(mention.curie, mention.label || mention.curie) : "No concept fits"),
    mention.curie ? h("p", h("code", mention.curie)) : null,
    said(record, mention),
    outer.length ? h("p.chips", h("span.soft.small", "Inside"), outer.map((one) =>
      h("button.chip", { type: "button", on: { click: () => choose(one) } }, record.mentions[one].text))) : null,
    h("h3", "Candidates"), list,
    decide ? h("div.stack",
      combobox({ label: "Another concept", placeholder: "Another concept …", wait: 200,
        offer: async (text, options) => (await findConcepts(text, {}, options)), row: conceptRow,
        take: (concept) => take({ ...concept, score: 1, why: {} }) }),
      every > 1 ? h("label.field", all, `for all ${every} of “${mention.text}”`) : null,
      h("div.row",
        h("button.small", { type: "button", on: { click: () => take(null) } }, "No concept fits"),
        h("button.small", { type: "button", on: { click: () => remove(mention, every > 1 && all.checked) } }, "Not a mention"))) : null);
  try {
    const candidates = await candidatesOf(record, mention, signal);
    put(list, candidates.map((one) => candidateLine(one, one.curie === mention.curie, decide ? take : null)),
      candidates.length ? null : h("li.soft.small", "None."));
  } catch (error) {
    if (error.name !== "AbortError") put(list, h("li.soft.small", error.message));
  }
}

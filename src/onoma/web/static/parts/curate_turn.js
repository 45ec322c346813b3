// What may be said of the mention whose turn it is; every button has a key (data-key).

import { about, findConcepts } from "../core/api.js";
import { h, put, words } from "../core/dom.js";
import { combobox, conceptRow } from "./combobox.js";
import { typeClass } from "./marks.js";
import { candidateLine, conceptLink } from "./mention_panel.js";

const button = (key, name, run, extra = "") => h(`button.small${extra}`, { type: "button", "data-key": key, "aria-keyshortcuts": key.length === 1 && key < "a" ? `Shift+${key}` : key, on: { click: run } },
  name, " ", h("kbd", { "aria-hidden": "true" }, key));

/** Show a turn; `act(verb, more)` decides, `act.undo()` takes back, `act.missed(words, type)` adds. */
export function turnPanel(place, turn, { act, isJudge }) {
  const part = turn.part;
  const relink = (concept) => act("relink", { parts: [{ type: part.type, curie: concept ? concept.curie : null }] });
  const asked = h("div.stack");
  const ask = (build) => (asked.dataset.shows === build.name ? (put(asked), delete asked.dataset.shows) : (asked.dataset.shows = build.name, put(asked, build()), asked.querySelector("input")?.focus()));
  const linking = () => combobox({ label: "Another concept", placeholder: "Another concept …", value: part.text, wait: 150,
    offer: (text, options) => findConcepts(text, {}, options), row: conceptRow, take: relink });
  const splitting = () => wordsForm("Its parts, in words of the text", part.text, "Parts stand between semicolons; … is for what one leaves out; “= -” for no concept.",
    (given) => act("split", { words: given }));
  const missing = () => missedForm(part.type, (given, type) => act.missed(given, type));
  put(place,
    h(`div.kind.${typeClass(part.type)}`, h("span.dot"), words(part.type), h("span.count", `doubt ${turn.doubt.toFixed(2)}`)),
    h("h2", { tabindex: -1 }, part.text),
    h("p", part.curie ? [conceptLink(part.curie, part.label || part.curie), " ", h("code", part.curie)] : "No concept was found."),
    turn.why.length ? h("ul.plain.small.soft", { "aria-label": "Why it is doubtful" }, turn.why.map((one) => h("li", one))) : null,
    h("div.said-here"),
    isJudge ? readingList(turn, act) : null,
    h("div.row", button("a", "Accept", () => act("accept"), ".main"), button("r", "Reject", () => act("reject")), button("n", "Next", () => act("pass")),
      button("u", "Undo", act.undo)),
    turn.alike > 1 ? h("div.row.below", h("span.small.soft", `all ${turn.alike} like it`), button("A", "Accept", () => act("accept", { alike: true })), button("R", "Reject", () => act("reject", { alike: true }))) : null,
    isJudge ? null : candidateList(turn, relink),
    h("div.row.below", button("l", "Another concept", () => ask(linking)), button("0", "No concept fits", () => relink(null)),
      button("s", "Split", () => ask(splitting)), isJudge ? null : button("m", "Something was missed", () => ask(missing))),
    asked);
}

const others = (turn) => turn.candidates.filter((one) => one.curie !== turn.part.curie).slice(0, 9);

function candidateList(turn, relink) {
  const rows = others(turn);
  return rows.length ? [h("h3", "Other candidates"), h("ul", { "aria-label": "Other candidates" },
    rows.map((one, number) => candidateLine(one, false, relink, String(number + 1))))] : null;
}

/** Return what the two readers made of an item, without their names. */
function readingList(turn, act) {
  const take = (parts) => (parts.length ? act("split", { parts: parts.map(({ spans, type, curie }) => ({ spans, type, curie })) }) : act("reject"));
  const inWords = (one) => `${one.text}: ${words(one.type)}, ${one.curie ? `${one.label ?? ""} ${one.curie}` : "no concept"}`;
  return h("ol.list.small", { "aria-label": "What the readers made of it" }, turn.readings.map((parts, number) => h("li.row.between",
    h("span.grow", parts.length ? parts.map(inWords).join("; ") : "no mention"), button(String(number + 1), "Take", () => take(parts)))));
}

function wordsForm(label, value, hint, take) {
  const given = h("input", { value, "aria-label": label, spellcheck: "false" });
  return h("form.stack", { on: { submit: (event) => { event.preventDefault(); take(given.value); } } },
    h("label.small.soft", label), given, h("p.small.soft", hint), h("button.small.main", { type: "submit" }, "Save"));
}

function missedForm(usual, take) {
  const given = h("input", { "aria-label": "Words that were missed", placeholder: "words of the text", required: true, spellcheck: "false" });
  const type = h("select", { "aria-label": "Type" }, h("option", { value: usual }, words(usual)));
  about().then(({ types }) => {
    put(type, types.map((one) => h("option", { value: one, selected: one === usual }, words(one))));
  }, () => {});
  return h("form.stack", { on: { submit: (event) => { event.preventDefault(); take(given.value, type.value); } } },
    h("div.row", given, type, h("button.small.main", { type: "submit" }, "Add")));
}

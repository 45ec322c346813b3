// Annotate: a text in, its mentions marked as one types; each can be looked into, changed, taken along.

import { about, annotate, annotateFile, convert } from "../core/api.js";
import { count, h, later, put, say, some, words } from "../core/dom.js";
import { pack, unpack } from "../core/permalink.js";
import { go } from "../core/router.js";
import { changeLink, dropMention } from "../parts/decisions.js";
import { copy, download } from "../parts/download.js";
import { markedText, typeClass } from "../parts/marks.js";
import { showMention } from "../parts/mention_panel.js";
import { problemNotice } from "../parts/notice.js";
import { relationList } from "../parts/relations.js";

const LIVE = 20_000; // characters up to which a text is annotated anew with every pause in typing
const EDITED = 200_000; // characters up to which the box shows the text while it is read below
const EXPLAINED = 200_000; // characters up to which candidates come along; else they are asked for one by one
const SEARCHED = 8; // concepts that a search is begun with
const EXAMPLE = `Metformin lowered HbA1c in patients with type 2 diabetes, but no neuropathy was seen.
His mother had breast and ovarian cancer. Possible pneumonia; aspirin was stopped after gastric bleeding.
BRCA1 c.68_69del was found. Fever resolved.`;

export async function show(place, { signal, query }) {
  const text = h("textarea", { id: "given", "aria-label": "Text to annotate", placeholder: "Paste a text, or drop a file …", spellcheck: "false" });
  const mode = h("select", { id: "mode" }, h("option", { value: "dictionary" }, "dictionary (fast)"),
    h("option", { value: "hybrid" }, "with tagger (slower)"));
  const relations = h("input", { type: "checkbox", id: "relations" });
  const nested = h("input", { type: "checkbox", id: "nested" });
  const ids = h("input", { id: "ids", placeholder: "MESH, OMIM", size: 14 });
  const file = h("input", { type: "file", id: "file", class: "visually-hidden", tabindex: -1, "aria-label": "File to annotate" });
  const found = h("section", { "aria-label": "What was found" });
  let asked = new AbortController(), kept = {};

  const options = () => ({ mode: mode.value, nested: nested.checked || undefined, relations: relations.checked || undefined,
    ids: ids.value.split(/[\s,]+/).filter(Boolean) });
  const run = async (work, decided = []) => {
    asked.abort();
    asked = new AbortController();
    const own = AbortSignal.any([asked.signal, signal]);
    found.setAttribute("aria-busy", "true");
    const begun = performance.now();
    try {
      const documents = await work(own);
      if (own.aborted) return;
      kept = { options: options(), decided };
      showDocuments(found, documents, { kept, begun, signal: own });
    } catch (error) {
      if (error.name !== "AbortError") put(found, problemNotice(error));
    } finally {
      if (!own.aborted) found.removeAttribute("aria-busy");
    }
  };
  let asking = ""; // the text that was asked for last: typing and the button may both ask
  let laid = ""; // a long text, laid aside: a box of a million letters costs a second at each change
  const edit = h("button", { type: "button", hidden: true, on: { click: () => unfold() } });
  const fold = (given) => {
    laid = given;
    text.value = "";
    text.hidden = true;
    edit.hidden = false;
    put(edit, `Edit the text (${count(given.length)} characters)`);
  };
  const unfold = () => {
    text.hidden = false;
    edit.hidden = true;
    text.value = laid;
    laid = "";
    text.focus();
  };
  const now = (decided) => {
    if (text.value.length > EDITED) fold(text.value);
    const given = laid || text.value;
    asking = given;
    if (!given.trim()) return put(found);
    return run((own) => annotate(given, options(), { isBrief: given.length > EXPLAINED, signal: own }), decided);
  };
  const take = (given) => run(async (own) => {
    if (given.type.startsWith("text/plain") && given.size <= LIVE * 5) text.value = await given.text();
    return annotateFile(given, options(), { signal: own });
  });
  text.addEventListener("input", later(350, () => text.value.length <= LIVE && text.value !== asking && now()));
  text.addEventListener("paste", () => setTimeout(now));
  for (const control of [mode, relations, nested, ids]) control.addEventListener("change", () => now());
  file.addEventListener("change", () => file.files[0] && take(file.files[0]));
  takeDrops(place, take, signal);

  put(place,
    h("h1", "Annotate a text"),
    h("form.sheet", { on: { submit: (event) => { event.preventDefault(); now(); } } },
      text, edit,
      h("div.row.below",
        h("button.main", { type: "submit" }, "Annotate"),
        h("button", { type: "button", on: { click: () => file.click() } }, "Open a file"), file,
        h("button.quiet", { type: "button", on: { click: () => { text.value = EXAMPLE; now(); } } }, "Try an example"),
        h("span.grow"),
        h("label.field", "Find", mode),
        h("label.field", relations, "relations"),
        h("label.field", nested, "names inside names"),
        h("label.field", "ids", ids))),
    found);
  const linked = (await unpack(location.hash)) ?? (query.get("text") ? { text: query.get("text") } : null);
  if (linked && typeof linked.text === "string") {
    text.value = linked.text;
    mode.value = linked.mode === "hybrid" ? "hybrid" : "dictionary";
    nested.checked = Boolean(linked.nested);
    relations.checked = Boolean(linked.relations);
    ids.value = (linked.ids ?? []).join(", ");
    await now(Array.isArray(linked.decided) ? linked.decided : []);
  }
  text.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) now(); });
}

function takeDrops(place, take, signal) {
  const over = (event) => { event.preventDefault(); place.classList.add("dropping"); };
  addEventListener("dragover", over, { signal });
  addEventListener("dragleave", () => place.classList.remove("dropping"), { signal });
  addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("dropping");
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  }, { signal });
}

function showDocuments(place, documents, given) {
  const sheet = h("div");
  const open = (record) => record.error ? put(sheet, problemNotice(record.error)) : showRecord(sheet, record, { ...given, documents });
  const picker = documents.length > 1
    ? h("label.field", `${count(documents.length)} documents:`, h("select", { on: { change: (event) => open(documents[event.target.value]) } },
        documents.map((one, place) => h("option", { value: place }, `${one.id || place + 1}${one.error ? " (failed)" : ""}`))))
    : null;
  put(place, picker ? h("p", picker) : null, sheet);
  if (documents.length) open(documents[0]);
  else put(sheet, h("p.empty", "The file holds no documents."));
}

function showRecord(place, record, { kept, begun, documents, signal }) {
  const panel = h("aside.sheet.side.sheet-below", { "aria-label": "The mention chosen" });
  const history = [];
  let sheet, chosen = -1;

  const legend = () => h("p.soft.small", "Choose a mention in the text, or walk through them with the arrow keys.");
  const close = () => {
    chosen = -1;
    panel.classList.remove("open");
    light();
    put(panel, h("h2", "Nothing chosen"), legend());
  };
  const light = () => {
    for (const node of sheet.querySelectorAll(".m.chosen")) node.classList.remove("chosen");
    for (const node of sheet.querySelectorAll(`.m[data-m="${chosen}"]`)) node.classList.add("chosen");
  };
  const choose = (number) => {
    chosen = number;
    const node = sheet.querySelector(`#m${number}`);
    if (!node) return close();
    sheet.querySelector('.m[tabindex="0"]')?.setAttribute("tabindex", "-1");
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
    light();
    panel.classList.add("open");
    const outer = [];
    for (let up = node.parentElement?.closest(".m"); up; up = up.parentElement?.closest(".m")) outer.push(Number(up.dataset.m));
    showMention(panel, record, record.mentions[number], { decide, remove, close, outer, choose, signal });
  };
  const settle = (change, words) => {
    history.push(record.mentions);
    record.mentions = change;
    draw();
    if (chosen >= 0 && chosen < record.mentions.length) choose(chosen);
    say(words);
  };
  const decide = (mention, concept, forAll) => {
    note({ text: mention.text, start: mention.start, curie: concept?.curie ?? null, label: concept?.label ?? null, all: forAll });
    settle(changeLink(record.mentions, mention, concept, forAll), concept ? `Linked to ${concept.label}.` : "Marked as without a concept.");
  };
  const remove = (mention, forAll) => {
    note({ text: mention.text, start: mention.start, drop: true, all: forAll });
    chosen = -1;
    settle(dropMention(record.mentions, mention, forAll), "Taken out.");
    close();
  };
  const note = (decision) => kept.decided.push(decision);
  const undo = () => {
    if (!history.length) return;
    record.mentions = history.pop();
    kept.decided.pop();
    draw();
    close();
    say("Undone.");
  };
  const body = h("div.sheet");
  const bar = h("div.row.between");
  const draw = () => {
    sheet = markedText(record);
    sheet.setAttribute("role", "group");
    sheet.setAttribute("aria-label", "Annotated text");
    sheet.querySelector(".m")?.setAttribute("tabindex", "0");
    sheet.addEventListener("click", (event) => {
      const node = event.target.closest(".m:not(.off)");
      if (node) choose(Number(node.dataset.m));
    });
    sheet.addEventListener("keydown", (event) => walk(event, sheet, choose, close));
    put(bar, summary(record, begun), tools(record, { kept, documents, undo, canUndo: history.length > 0 }));
    put(body, bar, typeLegend(record, sheet), sheet, record.relations?.length
      ? [h("h2", { id: "relations-found" }, some(record.relations.length, "relation")), relationList(record)] : null);
  };
  for (const one of kept.decided) record.mentions = replay(record.mentions, one);
  draw();
  close();
  put(place, h("div.columns", body, panel));
}

/** Apply a decision that a permalink carries. */
function replay(mentions, decision) {
  const mention = mentions.find((one) => one.start === decision.start && one.text === decision.text);
  if (!mention) return mentions;
  if (decision.drop) return dropMention(mentions, mention, decision.all);
  const known = mention.candidates?.find((one) => one.curie === decision.curie);
  const concept = decision.curie ? known ?? { curie: String(decision.curie), label: String(decision.label ?? ""), score: 1 } : null;
  return changeLink(mentions, mention, concept, decision.all);
}

/** Go from mention to mention with the keys. */
function walk(event, sheet, choose, close) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") return close();
  if (event.key === "Enter" && event.target.dataset?.m) return choose(Number(event.target.dataset.m));
  if (!step || !event.target.dataset?.m) return;
  event.preventDefault();
  const marks = [...sheet.querySelectorAll(".m[id]:not(.off)")];
  const next = marks[marks.indexOf(event.target) + step];
  if (next) choose(Number(next.dataset.m));
}

function summary(record, begun) {
  const linked = record.mentions.filter((one) => one.curie);
  const concepts = new Set(linked.map((one) => one.curie)).size;
  const read = (record.coverage ?? []).reduce((sum, [start, end]) => sum + end - start, 0);
  const points = read && [...record.text].length - read > 0 ? " · part of the text was not read" : "";
  return h("p.count", { id: "summary", title: record.store },
    `${some(record.mentions.length, "mention")} · ${some(concepts, "concept")} · ${Math.round(performance.now() - begun)} ms · ${record.store}${points}`);
}

function typeLegend(record, sheet) {
  const counts = new Map();
  for (const one of record.mentions) counts.set(one.type, (counts.get(one.type) ?? 0) + 1);
  const shown = [...counts].sort((a, b) => b[1] - a[1]);
  const toggle = (type) => (event) => {
    for (const node of sheet.querySelectorAll(`.m.${typeClass(type)}`)) node.classList.toggle("off", !event.target.checked);
  };
  return h("fieldset.chips.legend-line", h("legend.visually-hidden", "Types shown"), shown.map(([type, number]) =>
    h(`label.chip.${typeClass(type)}`, h("input", { type: "checkbox", checked: true, on: { change: toggle(type) } }), h("span.dot"), words(type), h("span.count", count(number)))));
}

function tools(record, { kept, documents, undo, canUndo }) {
  const format = h("select.small", { "aria-label": "Format" }, h("option", { value: "jsonl" }, "jsonl"));
  about().then(({ writers }) => {
    put(format, Object.keys(writers).filter((one) => one !== "json").map((one) => h("option", { value: one }, one)));
    format.value = "jsonl-text";
  }, () => {});
  const save = async () => {
    try {
      const { blob, name, lost } = await convert(documents.filter((one) => !one.error), format.value);
      download(blob, name);
      if (lost) say(`What ${format.value} cannot hold: ${lost}.`);
    } catch (error) {
      say(error.message);
    }
  };
  const link = async () => {
    const packed = await pack({ text: record.text, ...kept.options, decided: kept.decided });
    if (!packed) return say("The text is too long for a link; download it instead.");
    history.replaceState(null, "", `/annotate${packed}`);
    await copy(location.href).then(() => say("Link copied. The text stands in it; no server sees it."), () => say("The link is in the address bar."));
  };
  const search = () => {
    const counts = new Map();
    for (const one of record.mentions) if (one.curie && one.assertion !== "absent") counts.set(one.curie, (counts.get(one.curie) ?? 0) + 1);
    const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, SEARCHED).map(([curie]) => `@${curie}`);
    go(`/search?q=${encodeURIComponent(most.join(" OR "))}`);
  };
  return h("div.row",
    h("button.small", { type: "button", disabled: !canUndo, on: { click: undo } }, "Undo"),
    h("button.small", { type: "button", on: { click: search } }, "Search these concepts"),
    h("button.small", { type: "button", on: { click: link } }, "Copy link"),
    format, h("button.small", { type: "button", on: { click: save } }, "Download"));
}

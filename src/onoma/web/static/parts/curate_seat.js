// A seat at a curation: the mention whose turn it is in its text, what may be said of it, keys for all.

import { addMissed, curationDocument, curationQueue, decideItem, undoDecision } from "../core/api.js";
import { count, h, put, say } from "../core/dom.js";
import { note } from "../core/router.js";
import { keyBox, keyHelp } from "./curate_keys.js";
import { turnPanel } from "./curate_turn.js";
import { markedText } from "./marks.js";
import { problemNotice } from "./notice.js";

const VERBS = { accept: "Accepted", reject: "Rejected", relink: "Linked anew", split: "Split", pass: "Passed over" };

export async function showSeat(place, name, seat, { order, signal }) {
  const sheets = new Map(); // documents as this reader sees them, by id
  let turn = null, isBusy = false;
  const bar = h("progress", { "aria-label": "Decided" }), far = h("p.count", { id: "far" });
  const body = h("div.sheet"), panel = h("aside.sheet.side.sheet-below.open.turn", { "aria-label": "The mention whose turn it is" });
  const ordering = h("select", { on: { change: () => { note({ order: ordering.value }); next(); } } },
    [["doubt", "most doubtful first"], ["document", "document by document"]].map(([value, words]) => h("option", { value, selected: value === order }, words)));

  const sheetOf = async (id) => {
    if (!sheets.has(id)) sheets.set(id, await curationDocument(name, id, seat, { signal }));
    return sheets.get(id);
  };
  const told = (progress) => {
    bar.max = progress.items || 1;
    bar.value = progress.decided;
    put(far, `${count(progress.decided)} of ${count(progress.items)} decided`, progress.passed ? `, ${count(progress.passed)} passed over` : "",
      progress.added ? `, ${count(progress.added)} added` : "", ` · ${count(progress.done)} of ${count(progress.documents)} documents`);
  };
  const next = async (words = "") => {
    const before = turn?.document;
    const found = await curationQueue(name, { ...seat, order: ordering.value, k: 1 }, { signal });
    [turn] = found.items;
    const isOther = turn && before && before !== turn.document;
    if (words) say(isOther && ordering.value === "document" ? `${words} Another document: ${turn.document}.` : words);
    if (!turn) return finish(found.progress);
    const sheet = await sheetOf(turn.document);
    drawText(body, sheet, turn);
    turnPanel(panel, turn, { act, isJudge: seat.stage === "adjudication" });
    panel.querySelector("h2").focus({ preventScroll: true });
    told(found.progress); // last: who waits for it finds the next one there
  };
  const finish = (progress) => {
    told(progress);
    put(body, h("div.empty", h("h2", "Nothing is left to decide"), h("p", h("a", { href: `/curations/${encodeURIComponent(name)}` }, "What it came to"))));
    put(panel, h("h2", { tabindex: -1 }, "Done"));
  };
  /** Do something, then show whose turn it is; one thing at a time, however fast keys come. */
  const during = async (work) => {
    if (isBusy) return;
    isBusy = true;
    try {
      await work();
    } catch (error) {
      if (error.name !== "AbortError") put(panel.querySelector(".said-here") ?? panel, problemNotice(error));
    } finally {
      isBusy = false;
    }
  };
  const act = (verb, more = {}) => during(async () => {
    const done = await decideItem(name, seat, { item: turn.item, verb, ...more });
    const number = done.decisions[0].items.length;
    sheets.clear();
    await next(`${VERBS[verb]}: ${turn.part.text}${number > 1 ? `, and ${number - 1} alike` : ""}.`);
  });
  const undo = () => during(async () => {
    const done = await undoDecision(name, seat);
    sheets.clear();
    await next(done.decisions.length ? `Taken back: ${done.decisions[0].verb}.` : "There is nothing to take back.");
  });
  const missed = (words, type) => during(async () => {
    const done = await addMissed(name, seat, { document: turn.document, words, type });
    sheets.clear();
    await next(`Added: ${done.decisions.flatMap((one) => one.parts).map((one) => one.text).join("; ")}.`);
  });
  Object.assign(act, { undo, missed });

  const help = keyHelp(seat.stage === "adjudication");
  put(place,
    h("p.small", h("a", { href: `/curations/${encodeURIComponent(name)}` }, name)),
    h("h1", seat.stage === "adjudication" ? `Adjudicate as ${seat.reader}` : `Read as ${seat.reader}`),
    h("div.row.between", far, h("div.row", h("label.field", "Order", ordering), keyBox(),
      h("button.small", { type: "button", on: { click: () => help.showModal() } }, "Keys ", h("kbd", "?")))),
    bar, h("div.columns.below", body, panel), help);
  addEventListener("keydown", (event) => isBusy || onKey(event, { panel, help, act }), { signal });
  await next();
}

/** Put a document's text there, with what was decided on each mention and the one whose turn it is. */
function drawText(place, sheet, turn) {
  const shown = sheet.items.map((one) => ({
    spans: one.part.spans, start: one.part.spans[0][0], end: one.part.spans.at(-1)[1], text: one.part.text, type: one.part.type, curie: one.part.curie, item: one.item,
    verb: one.decision && one.decision.verb !== "pass" ? one.decision.verb : "",
    metadata: one.decision && !["pass", "reject"].includes(one.decision.verb) ? [["decided", one.decision.verb]] : [],
  }));
  const text = markedText({ ...sheet.record, mentions: shown });
  shown.forEach((one, number) => {
    for (const node of text.querySelectorAll(`.m[data-m="${number}"]`)) {
      if (one.verb === "reject") node.classList.add("rejected");
      if (!one.verb) node.classList.add("open");
      if (one.item === turn.item) {
        node.classList.add("chosen");
        node.setAttribute("aria-current", "true");
      }
    }
  });
  put(place, h("p.small.soft", `Document ${turn.document}`), text);
  text.querySelector(".m.chosen")?.scrollIntoView({ block: matchMedia("(max-width: 60rem)").matches ? "nearest" : "center" }); // narrow: the sheet lies below
}

/** Do what a key asks for, unless it is typed into a field, or keys are switched off. */
function onKey(event, { panel, help, act }) {
  const isTyped = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (isTyped || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return;
  if (event.key === "?") return help.showModal();
  if (event.key === "u") return act.undo();
  const button = [...panel.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!button) return;
  event.preventDefault();
  button.click();
}

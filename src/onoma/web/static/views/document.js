// A document of a corpus: its text with what was found in it.

import { documentOf } from "../core/api.js";
import { h, put, some, words } from "../core/dom.js";
import { unitsOf } from "../core/offsets.js";
import { markedText } from "../parts/marks.js";
import { showMention } from "../parts/mention_panel.js";
import { relationList } from "../parts/relations.js";

const LONG_VALUE = 300;

export async function show(place, { corpus, id, signal }) {
  const record = await documentOf(corpus, id, { signal });
  const at = unitsOf(record.text), head = record.passages.find((one) => one.kind === "title");
  const title = (head && record.text.slice(at(head.start), at(head.end))) || record.id;
  document.title = `${title} · Onoma`;
  const panel = h("aside.sheet.side.sheet-below", { "aria-label": "The mention chosen" });
  const close = () => {
    panel.classList.remove("open");
    put(panel, h("h2", "About this document"), about(record));
  };
  const sheet = markedText(record);
  const choose = (number) => {
    for (const node of sheet.querySelectorAll(".m.chosen")) node.classList.remove("chosen");
    for (const node of sheet.querySelectorAll(`.m[data-m="${number}"]`)) node.classList.add("chosen");
    panel.classList.add("open");
    showMention(panel, record, record.mentions[number], { close, signal });
  };
  sheet.querySelector(".m")?.setAttribute("tabindex", "0");
  sheet.addEventListener("click", (event) => {
    const node = event.target.closest(".m");
    if (node) choose(Number(node.dataset.m));
  });
  sheet.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const node = event.target.closest(".m");
    if (!node) return;
    if (event.key === "Enter") return choose(Number(node.dataset.m));
    if (!step) return;
    event.preventDefault();
    const marks = [...sheet.querySelectorAll(".m[id]")];
    const next = marks[marks.indexOf(node) + step];
    if (!next) return;
    node.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  put(place,
    h("p.small", h("a", { href: `/search?corpus=${encodeURIComponent(corpus)}` }, `Corpus ${corpus}`)),
    h("h1", title),
    h("div.columns",
      h("div",
        h("div.sheet", h("p.count", [record.id, record.date, some(record.mentions.length, "mention")].filter(Boolean).join(" · ")), sheet),
        record.relations?.length ? h("section.sheet", h("h2", some(record.relations.length, "relation")), relationList(record)) : null),
      panel));
  close();
}

function about(record) {
  const rows = [["id", record.id], ["date", record.date], ["language", record.language], ["vocabulary", record.store],
    ...(record.metadata ?? [])].filter(([, value]) => value);
  return h("dl.facts.small", rows.map(([name, value]) => [h("dt", words(name)), h("dd", String(value).slice(0, LONG_VALUE))]));
}

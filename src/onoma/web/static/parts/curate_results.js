// What a curation came to: how far two readers agree, the documents as decided, and how to train on them.

import { about, curatedAddress, curationAgreement } from "../core/api.js";
import { count, h, put, say, some } from "../core/dom.js";
import { copy } from "./download.js";

const MEASURES = [
  ["same", "Equal outcomes (share)"], ["kept", "A mention or none (kappa)"], ["verdicts", "Verdicts (kappa)"],
  ["concepts", "Concepts within the same borders (kappa)"], ["mentions", "Mentions with types (F1)"], ["linked", "Mentions with concepts (F1)"],
];

export async function showResults(place, info, { signal }) {
  put(place, exporter(info));
  if (info.readers.length > 1) await curationAgreement(info.name, { signal }).then((found) => place.prepend(agreementTable(found)), () => {});
}

const figure = (value) => (value === null ? "–" : value.toFixed(2));

function agreementTable(found) {
  return h("section.sheet", h("h2", "Agreement"),
    h("p.soft.small", found.items
      ? `${some(found.items, "mention")} of ${some(found.documents, "document")} decided by both; ${some(found.differences, "difference")}, ${count(found.adjudicated)} adjudicated. In brackets 95 % intervals over documents.`
      : "Nothing has been decided by both yet."),
    found.items ? h("div.scroll", h("table", h("thead", h("tr", h("th", { scope: "col" }, "Measure"), h("th.number", { scope: "col" }, "Value"))),
      h("tbody", MEASURES.map(([name, title]) => h("tr", h("th", { scope: "row" }, title),
        h("td.number", `${figure(found[name].value)} (${figure(found[name].low)} to ${figure(found[name].high)})`)))))) : null);
}

function exporter(info) {
  const format = h("select", { "aria-label": "Format" }, h("option", { value: "jsonl-text" }, "jsonl-text"));
  const all = h("input", { type: "checkbox" });
  const link = h("a.button", { href: "#", download: "" }, "Download");
  const draw = () => {
    link.setAttribute("href", curatedAddress(info.name, { to: format.value, all: all.checked || undefined }));
    link.setAttribute("download", `${info.name}.${format.value}`);
  };
  about().then(({ writers }) => {
    put(format, Object.keys(writers).filter((one) => !["json", "terminal"].includes(one)).map((one) => h("option", { value: one }, one)));
    format.value = "jsonl-text";
    draw();
  }, () => {});
  format.addEventListener("change", draw);
  all.addEventListener("change", draw);
  draw();
  const commands = `onoma curate export ${info.name} -o ${info.name}.pubtator
onoma train ner --start WEIGHTS/ --data ${info.name}.pubtator -o tagger/
onoma train linker --data ${info.name}.pubtator -o linker/
onoma train stack --data ${info.name}.pubtator --systems dictionary,neural -o stack/`;
  return h("section.sheet", h("h2", "Take it along, train on it"),
    h("p.soft", `${some(info.settled, "document")} of ${count(info.documents)} settled: every mention decided${info.readers.length > 1 ? ", by both readers, and every difference" : ""}.`),
    h("div.row", format, h("label.field", all, "unsettled documents too, as found"), link),
    h("h3", "Train a recogniser, a linker, a vote of several"),
    h("pre", { tabindex: 0 }, h("code", commands)),
    h("button.small", { type: "button", on: { click: () => copy(commands).then(() => say("Copied."), () => {}) } }, "Copy the commands"));
}

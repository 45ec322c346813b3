// Curate: the most doubtful mention first, with the keyboard alone; two readers, then an adjudicator.

import { corpora, curationInfo, curations, startCurating } from "../core/api.js";
import { count, h, put, some } from "../core/dom.js";
import { go } from "../core/router.js";
import { noCorpus } from "../parts/corpus_choice.js";
import { showResults } from "../parts/curate_results.js";
import { showSeat } from "../parts/curate_seat.js";
import { problemNotice } from "../parts/notice.js";

const pageOf = (name, seat) => `/curations/${encodeURIComponent(name)}${seat ? `?${new URLSearchParams(seat)}` : ""}`;

export async function show(place, { curation, query, signal }) {
  if (!curation) return showAll(place, signal);
  document.title = `${curation} · Onoma`;
  const seat = { reader: query.get("reader") ?? "", stage: query.get("stage") ?? "reading" };
  if (query.has("reader")) return showSeat(place, curation, seat, { order: query.get("order") ?? "doubt", signal });
  const info = await curationInfo(curation, { signal });
  put(place,
    h("p.small", h("a", { href: "/curations" }, "All curations")),
    h("h1", info.name),
    h("p.soft", `${some(info.documents, "document")} with ${some(info.items, "mention")}, of ${info.source || "files"}; ${count(info.settled)} settled`),
    h("section.sheet", h("h2", "Who are you?"),
      info.readers.length > 1 ? h("p.soft.small", "Readers do not see each other's decisions. Where they differ, a third person decides.") : null,
      h("ul.plain.seats", info.readers.map((reader) => seatLine(info, reader, "reading")), info.readers.length > 1 ? judgeLine(info) : null)),
    h("div", { id: "results" }));
  await showResults(place.querySelector("#results"), info, { signal });
}

function seatLine(info, reader, stage) {
  const far = info.progress.find((one) => one.reader === reader && one.stage === stage);
  return h("li.row.between",
    h("a.button", { href: pageOf(info.name, { reader, stage }) }, stage === "reading" ? `Read as ${reader}` : `Adjudicate as ${reader}`),
    far ? h("span.count", `${count(far.decided)} of ${count(far.items)} decided${far.added ? `, ${count(far.added)} added` : ""}`) : null,
    far ? h("progress", { max: far.items || 1, value: far.decided, "aria-label": `progress of ${reader}` }) : null);
}

/** Return the line of who adjudicates; where nobody is named or began, a name is asked for. */
function judgeLine(info) {
  const known = info.adjudicator || info.progress.find((one) => one.stage === "adjudication")?.reader;
  const open = h("span.count", some(info.differences, "open difference"));
  if (known) return [seatLine(info, known, "adjudication"), h("li", open)];
  const name = h("input", { "aria-label": "Name of the adjudicator", placeholder: "your name", required: true });
  return h("li", h("form.row", { on: { submit: (event) => {
    event.preventDefault();
    go(pageOf(info.name, { reader: name.value.trim(), stage: "adjudication" }));
  } } }, name, h("button", { type: "submit" }, "Adjudicate"), open));
}

async function showAll(place, signal) {
  const [all, kept] = await Promise.all([curations({ signal }), corpora()]);
  put(place,
    h("h1", "Curations"),
    h("p.soft", "Look annotations through, the most doubtful first, and train on what you decided."),
    all.length ? h("ul.cards", all.map((one) => h("li.sheet",
      h("h2", one.error ? one.name : h("a", { href: pageOf(one.name) }, one.name)),
      h("p.soft", one.error ? h("span.badge.bad", one.error) : `${some(one.documents, "document")}, ${some(one.items, "mention")}, read by ${one.readers.join(" and ")}`)))) : null,
    kept.length ? starter(kept) : noCorpus());
}

/** Return the form that begins a curation of documents of a corpus. */
function starter(kept) {
  const name = h("input", { id: "name", required: true, pattern: "[\\w][\\w.\\-]*", placeholder: "flu" });
  const corpus = h("select", { id: "corpus" }, kept.map((one) => h("option", { value: one.name }, one.name)));
  const readers = h("input", { id: "readers", placeholder: "anna, ben" });
  const documents = h("input", { id: "documents", type: "number", min: 1, max: 1000, value: 50 });
  const choose = h("select", { id: "choose" }, [["doubt", "with most doubt"], ["chance", "by chance"], ["first", "the first"]]
    .map(([value, words]) => h("option", { value }, words)));
  const said = h("div");
  const begin = async (event) => {
    event.preventDefault();
    try {
      const made = await startCurating({ name: name.value.trim(), corpus: corpus.value, choose: choose.value, documents: Number(documents.value) || 50,
        readers: readers.value.split(",").map((one) => one.trim()).filter(Boolean) });
      go(pageOf(made.name));
    } catch (error) {
      put(said, problemNotice(error));
    }
  };
  return h("form.sheet", { on: { submit: begin } }, h("h2", "Begin one"),
    h("div.row", h("label.field", "Name", name), h("label.field", "Corpus", corpus), h("label.field", "Documents", documents), h("label.field", "Which", choose),
      h("label.field", "One or two readers", readers), h("button.main", { type: "submit" }, "Begin")), said);
}

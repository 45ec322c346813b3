// An edge of a graph with the sentences that say it, asked for when it is opened.

import { evidence } from "../core/api.js";
import { h, put, some, words } from "../core/dom.js";
import { conceptLink } from "./mention_panel.js";

export const sayingLine = (one) => h("li",
  one.text ? h("q.evidence", one.text) : null,
  h("p.small.soft", [one.document, one.source, one.date, one.extractor, `confidence ${Number(one.confidence ?? 0).toFixed(2)}`].filter(Boolean).join(" · "),
    one.negated ? [" ", h("span.badge.bad", "denied")] : null));

/** Fill a place with what says an edge. */
export async function showSayings(place, graph, edge, options) {
  put(place, h("p.soft", "…"));
  try {
    const rows = await evidence(graph, edge, options);
    put(place, rows.length ? h("ul.list.small", rows.map(sayingLine)) : h("p.soft.small", "No sentence is kept for it."));
  } catch (error) {
    put(place, h("p.soft.small", error.message));
  }
}

/** Return an edge as a list item that opens its sentences. */
export function evidenceOf(graph, edge) {
  const place = h("div");
  const number = edge.statements ?? edge.documents ?? 0;
  return h("li",
    h("div.row", conceptLink(edge.subject.curie, edge.subject.label || edge.subject.curie), h("strong", words(edge.predicate)),
      conceptLink(edge.object.curie, edge.object.label || edge.object.curie),
      h("span.count", `${edge.level ?? ""} ${Number(edge.confidence).toFixed(2)}`), edge.denied ? h("span.badge.bad", `${edge.denied} deny`) : null),
    h("details.small", { on: { toggle: (event) => event.target.open && !place.childNodes.length && showSayings(place, graph, edge) } },
      h("summary", number ? some(number, "statement") : "Evidence"), place));
}

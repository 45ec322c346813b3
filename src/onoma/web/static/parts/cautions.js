// What is to be said of a query: each remark once, several of them behind a summary.

import { h, some } from "../core/dom.js";

const SHOWN = 3;

/** Return the remarks on the parts of a query; `query` is the text that they point into. */
export function cautionList(cautions, query) {
  const letters = [...query];
  const said = (cautions ?? []).map((one) => [letters.slice(one.start, one.end).join(""), one.hint ? `${one.problem} (${one.hint})` : one.problem]);
  const all = [...new Map(said.map((one) => [one.join("\n"), one])).values()];
  if (all.length <= SHOWN) return all.map((one) => h("p.notice.small", line(one)));
  return h("details.notice.small", h("summary", `${some(all.length, "remark")} on parts of the query`), h("ul.plain", all.map((one) => h("li", line(one)))));
}

const line = ([part, words]) => [h("code", part), " ", words];

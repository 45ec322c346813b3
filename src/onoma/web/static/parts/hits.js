// Parts of documents that show why they were found.

import { h } from "../core/dom.js";
import { quoted } from "./marks.js";

export const documentAddress = (corpus, id, start) =>
  `/documents/${encodeURIComponent(corpus)}/${encodeURIComponent(id)}${start === undefined ? "" : `?at=${start}`}`;

/** Return a snippet with what was asked for marked; highlights count from the document's start. */
export function snippetOf(snippet) {
  const length = snippet.end - snippet.start;
  const spans = (snippet.highlights ?? []).map(([start, end]) => [start - snippet.start, end - snippet.start]);
  const node = quoted(snippet.text, [0, length], spans);
  return h("span.evidence", snippet.start ? "… " : null, [...node.childNodes], " …");
}

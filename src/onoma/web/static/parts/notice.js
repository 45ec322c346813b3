// What went wrong, in the server's own words: what, where, what to do.

import { h } from "../core/dom.js";

export function problemNotice(error) {
  const code = error.code ? h("code", error.code) : null;
  return h("div.notice.bad", { role: "alert" },
    h("p", code, code && " ", error.message || "It failed."),
    error.hint ? h("p.hint", error.hint) : null);
}

/** Return what stands where there is nothing yet: what is missing and the command that brings it. */
export function emptyNotice(title, sentence, command) {
  return h("div.empty", h("h2", title), h("p", sentence), command ? h("pre", h("code", command)) : null);
}

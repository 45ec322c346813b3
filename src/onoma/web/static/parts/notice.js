// What went wrong, in the server's own words: what, where, what to do.

import { signIn } from "../core/api.js";
import { h, put } from "../core/dom.js";

export function problemNotice(error) {
  const code = error.code ? h("code", error.code) : null;
  return h("div.notice.bad", { role: "alert" },
    h("p", code, code && " ", error.message || "It failed."),
    error.hint ? h("p.hint", error.hint) : null,
    error.status === 401 ? signInForm() : null);
}

/** Return the form that takes a key where the server asks for one. */
function signInForm() {
  const key = h("input", { type: "password", "aria-label": "Key", placeholder: "onoma_…", autocomplete: "off", required: true });
  const said = h("p.hint");
  return h("form.row.below", { on: { submit: (event) => {
    event.preventDefault();
    signIn(key.value).then(() => location.reload(), (error) => put(said, error.message));
  } } }, key, h("button", { type: "submit" }, "Sign in"), said);
}

/** Return what stands where there is nothing yet: what is missing and the command that brings it. */
export function emptyNotice(title, sentence, command) {
  return h("div.empty", h("h2", title), h("p", sentence), command ? h("pre", h("code", command)) : null);
}

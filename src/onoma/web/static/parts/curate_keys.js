// The keys of curation: a list of them, and the switch that turns them off (WCAG 2.1.4).

import { h } from "../core/dom.js";

const KEYS = [
  ["a", "Accept: borders, type and concept are right"], ["r", "Reject: no mention"],
  ["1 … 9", "Take this candidate"], ["l", "Link to another concept"], ["0", "No concept fits"],
  ["s", "Split, or other borders"], ["n", "Next: pass over, it comes back at the end"],
  ["m", "Something was missed here"], ["u", "Undo"], ["A R", "Accept or reject all of these words"], ["?", "This list"],
];
const JUDGE = new Map([["1 … 9", "Take what this reader made of it"]]);

/** Return the dialog that lists the keys. */
export function keyHelp(isJudge) {
  const dialog = h("dialog.sheet", { "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, "Keys"),
    h("dl.facts", KEYS.map(([key, words]) => [h("dt", key.split(" ").map((one) => (one === "…" ? " … " : h("kbd", one)))), h("dd", (isJudge && JUDGE.get(key)) || words)])),
    h("form.row", { method: "dialog" }, h("button.main", { type: "submit" }, "Close")));
  return dialog;
}

/** Return the switch of single keys; how it stands is kept in this browser. */
export const keyBox = () => h("label.field", h("input", { type: "checkbox", checked: localStorage.getItem("keys") !== "off",
  on: { change: (event) => localStorage.setItem("keys", event.target.checked ? "on" : "off") } }), "single keys");

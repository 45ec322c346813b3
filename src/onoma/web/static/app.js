// The pages of `onoma serve`. In: what the server's own API answers; core/api.js is the one file that
// knows its addresses. Out: elements, built from text nodes only (core/dom.js), so that no label, title
// or text can become markup. core/ holds what every page needs, parts/ what several share, views/ a
// file a page. Modules and one style sheet, written by hand: nothing is built, nothing comes from
// elsewhere.
//
// Here: the frame of every page, with the name, the places to go, light or dark.

import { h, put } from "./core/dom.js";
import { start } from "./core/router.js";

const PLACES = [
  ["/annotate", "Annotate"],
  ["/concepts", "Concepts"],
  ["/search", "Search"],
  ["/graph", "Graph"],
  ["/mesh", "Queries"],
  ["/corpora", "Corpora"],
  ["/curations", "Curate"],
  ["/map", "Map"],
  ["/models", "Models"],
];

function theme() {
  const root = document.documentElement;
  const stored = localStorage.getItem("theme");
  if (stored) root.dataset.theme = stored;
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = h("button.quiet", { type: "button", id: "theme", on: { click: () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  } } });
  const show = () => put(button, isDark() ? "Light" : "Dark");
  show();
  return button;
}

put(document.getElementById("top"),
  h("a.brand", { href: "/annotate", "aria-label": "Onoma, start" }, h("span.sign", { "aria-hidden": "true" }), "Onoma"),
  h("nav", { "aria-label": "Pages" }, PLACES.map(([address, title]) => h("a", { href: address }, title))),
  theme());
start();

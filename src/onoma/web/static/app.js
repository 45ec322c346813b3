// The frame of every page: name, places to go, light or dark.

import { h, put } from "./core/dom.js";
import { start } from "./core/router.js";

const PLACES = [
  ["/annotate", "Annotate"],
  ["/concepts", "Concepts"],
  ["/search", "Search"],
  ["/graph", "Graph"],
  ["/mesh", "Queries"],
  ["/corpora", "Corpora"],
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

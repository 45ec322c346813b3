// Addresses to views. A view is a module with `show(place, visit)`; it is loaded when first visited.

import { h, put } from "./dom.js";
import { problemNotice } from "../parts/notice.js";

const views = [
  [/^\/(?:annotate)?$/, "Annotate", () => import("../views/annotate.js")],
  [/^\/concepts(?:\/(?<curie>.+))?$/, "Concepts", () => import("../views/concept.js")],
  [/^\/search$/, "Search", () => import("../views/search.js")],
  [/^\/documents\/(?<corpus>[^/]+)\/(?<id>.+)$/, "Document", () => import("../views/document.js")],
  [/^\/graph$/, "Graph", () => import("../views/graph.js")],
  [/^\/mesh$/, "Queries", () => import("../views/mesh.js")],
  [/^\/corpora(?:\/(?<corpus>[^/]+))?$/, "Corpora", () => import("../views/corpora.js")],
  [/^\/map(?:\/(?<corpus>[^/]+))?$/, "Map", () => import("../views/map.js")],
  [/^\/curations(?:\/(?<curation>[^/]+))?$/, "Curate", () => import("../views/curate.js")],
  [/^\/models$/, "Models", () => import("../views/models.js")],
];

let leaving = new AbortController();
let shown = "";

/** Go to an address of this site; `replace` keeps the history as long as it is. */
export function go(address, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  render();
}

/** Change the query of the address shown without visiting it anew (filters, selections). */
export function note(parameters) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters))
    value ? url.searchParams.set(name, value) : url.searchParams.delete(name);
  history.replaceState(null, "", url);
}

async function render() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const place = document.getElementById("main");
  const found = views.map(([form, ...rest]) => [form.exec(location.pathname), ...rest]).find(([match]) => match);
  for (const link of document.querySelectorAll("#top nav a")) {
    const here = found && link.textContent === found[1];
    here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
  if (!found) {
    put(place, h("h1", "No such page"), h("p", h("a", { href: "/annotate" }, "Annotate a text")));
    return;
  }
  const [match, title, load] = found;
  document.title = `${title} · Onoma`;
  place.setAttribute("aria-busy", "true");
  try {
    const view = await load();
    if (signal.aborted) return;
    const named = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
    const parameters = Object.fromEntries(named.map(([name, value]) => [name, decodeURIComponent(value)]));
    const sheet = h("div.view");
    put(place, sheet);
    await view.show(sheet, { ...parameters, query: new URLSearchParams(location.search), signal });
  } catch (error) {
    if (!signal.aborted) put(place, h("h1", title), problemNotice(error));
  } finally {
    if (!signal.aborted) place.removeAttribute("aria-busy");
  }
  if (shown && shown !== location.pathname && !signal.aborted) place.focus();
  shown = location.pathname;
}

/** Follow links of this site without loading it anew, and show the address that is there. */
export function start() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
    if (!views.some(([form]) => form.test(url.pathname))) return;
    event.preventDefault();
    go(url.pathname + url.search + url.hash);
    scrollTo(0, 0);
  });
  addEventListener("popstate", render);
  render();
}

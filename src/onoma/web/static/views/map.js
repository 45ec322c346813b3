// Map: the documents of a corpus as a sheet of cells; a cell opens its documents.

import { mapOf } from "../core/api.js";
import { count, h, put, s, some } from "../core/dom.js";
import { go } from "../core/router.js";
import { corpusChoice, noCorpus } from "../parts/corpus_choice.js";
import { documentAddress } from "../parts/hits.js";
import { conceptLink } from "../parts/mention_panel.js";
import { emptyNotice } from "../parts/notice.js";

const SIZE = 18; // from a cell's middle to its corner
const LISTED = 50;

export async function show(place, { corpus, signal }) {
  const choice = await corpusChoice(corpus, (name) => go(`/map/${encodeURIComponent(name)}`));
  if (!choice) return put(place, h("h1", "Map"), noCorpus());
  put(place, h("h1", "Map"), h("p.soft", "Drawing …"));
  const found = await mapOf(choice.name, { signal }).catch((error) => {
    if (![400, 413].includes(error.status)) throw error;
    put(place, h("h1", "Map"), h("p", choice.box), emptyNotice("No map of this corpus", error.message, error.hint));
  });
  if (!found) return;
  const panel = h("aside.sheet.side", { "aria-label": "What is chosen" }, h("h2", "Areas"), areaList(found, (area) => showArea(area)));
  const showCell = (cell) => {
    for (const node of place.querySelectorAll(".cell.chosen")) node.classList.remove("chosen");
    place.querySelector(`#c${cell.cell}`)?.classList.add("chosen");
    const ids = found.placed.filter((one) => one.cell === cell.cell).map((one) => one.id);
    const area = found.areas.find((one) => one.number === cell.area);
    put(panel, h("div.row.between", h("h2", `Cell ${cell.cell}`), back()), h("p", area ? area.name : ""), documents(ids));
  };
  const showArea = (area) => {
    for (const node of place.querySelectorAll(".cell")) node.classList.toggle("faded", node.dataset.area !== String(area.number));
    const ids = found.placed.filter((one) => one.area === area.number).map((one) => one.id);
    put(panel, h("div.row.between", h("h2", area.name), back()),
      h("p.chips", area.marks.map((one) => h("span.chip", conceptLink(one.curie, one.label), h("span.count", `${one.inside} of ${one.all}`)))), documents(ids));
  };
  const back = () => h("button.quiet.small", { type: "button", on: { click: () => {
    for (const node of place.querySelectorAll(".cell")) node.classList.remove("faded", "chosen");
    put(panel, h("h2", "Areas"), areaList(found, showArea));
  } } }, "All areas");
  const documents = (ids) => [h("h3", some(ids.length, "document")), h("ul.plain.small", ids.slice(0, LISTED).map((id) => h("li", h("a", { href: documentAddress(choice.name, id) }, id)))),
    ids.length > LISTED ? h("p.soft", `and ${count(ids.length - LISTED)} more`) : null];
  put(place, h("h1", "Map"), h("div.row", choice.box, h("span.count", `${count(found.on_map)} of ${some(found.documents, "document")} on the map`)),
    h("p.soft.small.below", "Documents alike lie near each other; a fuller cell holds more of them. Choose a cell, or an area, to see which."),
    h("div.columns.below", h("div.sheet.scroll", drawn(found, showCell)), panel));
}

const areaList = (found, choose) => h("ul.plain", found.areas.map((area) => h("li", h("button.quiet.plain.row.wide", { type: "button", on: { click: () => choose(area) } },
  h(`span.dot.area${(area.number - 1) % 12}`), h("span", area.name), h("span.count", count(area.documents))))));

/** Return the sheet of cells; the arrow keys go from cell to cell. */
function drawn(found, choose) {
  const wide = SIZE * Math.sqrt(3), most = Math.max(...found.cells.map((one) => one.documents), 1);
  const middle = (cell) => {
    const row = Math.floor((cell.cell - 1) / found.wide), column = (cell.cell - 1) % found.wide;
    return [wide * (column + .5 + (row % 2) * .5) + 2, SIZE * (1 + row * 1.5) + 2];
  };
  const corners = (x, y, size) => [0, 1, 2, 3, 4, 5].map((turn) => {
    const angle = Math.PI / 3 * turn + Math.PI / 6;
    return `${(x + size * Math.cos(angle)).toFixed(1)},${(y + size * Math.sin(angle)).toFixed(1)}`;
  }).join(" ");
  const nodes = found.cells.map((cell) => {
    const [x, y] = middle(cell);
    const words = `Cell ${cell.cell}: ${some(cell.documents, "document")}`;
    return s(`polygon.cell.area${(cell.area - 1) % 12}`, { id: `c${cell.cell}`, "data-area": cell.area, points: corners(x, y, SIZE - .8), tabindex: cell.cell === 1 ? 0 : -1, role: "button", "aria-label": words,
      "fill-opacity": cell.documents ? (.25 + .75 * Math.sqrt(cell.documents / most)).toFixed(2) : .08,
      on: { click: () => choose(cell) } }, s("title", words));
  });
  const sheet = s("svg.map", { viewBox: `0 0 ${Math.ceil(wide * (found.wide + .5) + 4)} ${Math.ceil(SIZE * (1.5 * found.high + .5) + 4)}`, role: "group", "aria-label": "Cells of the map" }, nodes);
  sheet.addEventListener("keydown", (event) => {
    const at = nodes.indexOf(event.target);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); return choose(found.cells[at]); }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: found.wide, ArrowUp: -found.wide }[event.key];
    const next = step && nodes[at + step];
    if (!next) return;
    event.preventDefault();
    event.target.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
  return sheet;
}

// Small charts, with the same figures as a table for those who do not see them.

import { count, h, s } from "../core/dom.js";

const WIDTH = 640, HEIGHT = 120, FOOT = 18;

/** Return a bar per year: [[year, documents], ...]; years without documents are gaps. */
export function yearBars(years, label) {
  const rows = [...years].map(([year, number]) => [Number(year), Number(number)]).filter(([year]) => year).sort((a, b) => a[0] - b[0]);
  if (!rows.length) return null;
  const [first, last] = [rows[0][0], rows.at(-1)[0]];
  const most = Math.max(...rows.map(([, number]) => number));
  const step = WIDTH / (last - first + 1);
  const bars = rows.map(([year, number]) => {
    const height = Math.max(1, (HEIGHT - FOOT - 14) * number / most);
    return s("rect", { x: (year - first) * step + step * .1, y: HEIGHT - FOOT - height, width: Math.min(step * .8, 60), height, rx: 2 },
      s("title", `${year}: ${count(number)}`));
  });
  const picture = s("svg.chart", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${label}: ${first} to ${last}, most in a year ${most}` },
    s("line", { x1: 0, x2: WIDTH, y1: HEIGHT - FOOT + .5, y2: HEIGHT - FOOT + .5 }), bars,
    s("text", { x: 0, y: HEIGHT - 4 }, String(first)),
    first === last ? null : s("text", { x: WIDTH, y: HEIGHT - 4, "text-anchor": "end" }, String(last)),
    s("text", { x: 0, y: 10 }, `at most ${count(most)}`));
  return h("figure.chart", picture, table(["Year", "Documents"], rows));
}

const table = (head, rows) => h("details.small", h("summary", "As a table"), h("div.scroll", h("table",
  h("thead", h("tr", head.map((one) => h("th", { scope: "col" }, one)))),
  h("tbody", rows.map((row) => h("tr", row.map((cell) => h("td.number", String(cell)))))))));

/** Return a list of values with bars: [[label, number, address or run], ...]. */
export function barList(rows, { label }) {
  const most = Math.max(1, ...rows.map(([, number]) => number));
  return h("ul.bars", { "aria-label": label }, rows.map(([words, number, action]) => {
    const bar = s("svg.barline", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { width: Math.max(1, 100 * number / most), height: 4 }));
    const name = typeof action === "string" ? h("a", { href: action }, words)
      : action ? h("button.quiet.small.plain", { type: "button", on: { click: action } }, words) : h("span", words);
    return h("li", h("div.row.between", name, h("span.count", count(number))), bar);
  }));
}

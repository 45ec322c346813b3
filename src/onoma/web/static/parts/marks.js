// A record's text with its mentions marked: nested where they nest, cut where they cross.

import { h } from "../core/dom.js";
import { unitsOf } from "../core/offsets.js";

const TYPES = new Set(["disease", "phenotype", "clinical_modifier", "gene", "protein", "chemical", "drug",
  "anatomy", "cell_type", "cell_line", "organism", "variant", "process", "component", "procedure", "test",
  "device", "method", "food", "microbe", "population", "outcome", "intervention", "dose"]);
const LONGEST = 3000; // characters of a block: the browser lays out only the blocks in view

/** Return the class that gives a type its colour. */
export const typeClass = (type) => `t-${TYPES.has(type) ? type : "other"}`;

/** Return every word by which a mention departs from "present, current, of the patient". */
export function departures(mention) {
  const axes = mention.axes;
  if (!axes) return mention.assertion && mention.assertion !== "present" ? [mention.assertion] : [];
  return [axes.experiencer, axes.polarity, axes.temporality, axes.conditional && "conditional"]
    .filter((word) => word && !["patient", "present", "current"].includes(word));
}

/** Return the parts of mentions as [start, end, place] in UTF-16 units, outer before inner. */
function partsOf(record, at) {
  const parts = [];
  record.mentions.forEach((mention, place) => {
    const spans = mention.spans?.length ? mention.spans : [[mention.start, mention.end]];
    for (const [start, end] of spans) parts.push([at(start), at(end), place]);
  });
  return parts.sort((a, b) => a[0] - b[0] || b[1] - a[1] || a[2] - b[2]);
}

/** Return where blocks begin and end: passages, lines, and in long lines sentences. */
function blocksOf(record, at) {
  const text = record.text;
  const cuts = new Map([[0, "text"]]);
  for (const passage of record.passages ?? []) cuts.set(at(passage.start), passage.kind);
  const edges = [...cuts.keys()].sort((a, b) => a - b);
  const sentences = (record.sentences ?? []).map(([start]) => at(start));
  const blocks = [];
  edges.forEach((edge, place) => {
    const end = edges[place + 1] ?? text.length;
    const kind = cuts.get(edge);
    for (let start = edge; start < end; ) {
      let stop = text.indexOf("\n", start) + 1 || end;
      if (stop - start > LONGEST) stop = sentences.findLast((one) => one > start && one <= start + LONGEST) ?? stop;
      stop = Math.min(stop, end);
      while (stop < end && text[stop] === "\n") stop++;
      blocks.push({ start, end: stop, kind });
      start = stop;
    }
  });
  return blocks;
}

function mark(record, place, seen) {
  const mention = record.mentions[place];
  const node = document.createElement("mark");
  const axes = departures(mention);
  const names = ["m", typeClass(mention.type), ...axes.map((word) => `a-${word}`)];
  if (!mention.curie) names.push("nil");
  if (mention.spans?.length > 1) names.push("part");
  if (isByHand(mention)) names.push("hand");
  node.className = names.join(" ");
  node.dataset.m = place;
  if (!seen.has(place)) {
    seen.add(place);
    node.id = `m${place}`;
    node.tabIndex = -1;
    const badge = axes.filter((word) => word !== "absent").join(" ");
    if (badge) node.dataset.b = badge;
  }
  return node;
}

/** Whether a person has settled a mention. */
export const isByHand = (mention) => (mention.metadata ?? []).some(([name]) => name === "decided");

/** Write a stretch of text into a node, with the marks of the parts that lie in it. */
function write(node, record, [from, to], parts, seen) {
  const text = record.text;
  const edges = [from, to];
  for (const [start, end] of parts) edges.push(Math.max(start, from), Math.min(end, to));
  edges.sort((a, b) => a - b);
  const stack = []; // [place, element, deepest]
  const open = [];
  let next = 0;
  const top = () => (stack.length ? stack.at(-1)[1] : node);
  const close = () => {
    const [, element, over] = stack.pop();
    if (over) element.classList.add(`over${Math.min(over, 3)}`);
    if (stack.length) stack.at(-1)[2] = Math.max(stack.at(-1)[2], over + 1);
  };
  for (let place = 0; place + 1 < edges.length; place++) {
    const left = edges[place], right = edges[place + 1];
    if (left === right) continue;
    while (next < parts.length && parts[next][0] <= left) open.push(parts[next++]);
    for (let one = open.length - 1; one >= 0; one--) if (open[one][1] <= left) open.splice(one, 1);
    let shared = 0;
    while (shared < stack.length && shared < open.length && stack[shared][0] === open[shared][2]) shared++;
    while (stack.length > shared) close();
    for (const [, , wanted] of open.slice(shared)) {
      const element = mark(record, wanted, seen);
      top().append(element);
      stack.push([wanted, element, 0]);
    }
    top().append(text.slice(left, right));
  }
  while (stack.length) close();
}

/** Return the text of a record as an element; marks carry the mention's place in `data-m`. */
export function markedText(record) {
  const at = unitsOf(record.text);
  const parts = partsOf(record, at);
  const seen = new Set();
  const sheet = h("div.text", { dir: "auto" });
  let first = 0;
  for (const { start, end, kind } of blocksOf(record, at)) {
    while (first < parts.length && parts[first][1] <= start && parts[first][0] < start) first++;
    const inside = [];
    for (let one = first; one < parts.length && parts[one][0] < end; one++)
      if (parts[one][1] > start) inside.push(parts[one]);
    const block = h(kind === "title" ? "div.block.title" : "div.block");
    write(block, record, [start, end], inside, seen);
    sheet.append(block);
  }
  return sheet;
}

/** Return a stretch of a record's text with some spans marked (evidence, snippets). */
export function quoted(text, [from, to], spans, at = unitsOf(text)) {
  const out = h("q.evidence");
  let last = at(from);
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const left = Math.max(at(start), last), right = Math.min(at(end), at(to));
    if (left >= right) continue;
    out.append(text.slice(last, left), h("mark.hit", text.slice(left, right)));
    last = right;
  }
  out.append(text.slice(last, at(to)));
  return out;
}

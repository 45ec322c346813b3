// A graph drawn: pan, zoom, drag, choose nodes and edges. A list says the same in words (views/graph.js).

import { h } from "../core/dom.js";
import { Layout } from "./force.js";
import { typeClass } from "./marks.js";

const NEAR = 6; // pixels from an edge that still choose it
const SHADES = 5; // of lines, by their confidence
const LABELLED = 60; // nodes up to which all have their label at any zoom

/** Return the picture. `choose({node} | {edge} | {})` is told what is clicked. */
export function graphCanvas({ choose, expand, signal }) {
  const canvas = h("canvas.graph", { "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  const layout = new Layout();
  const nodes = [], places = new Map(), lines = new Map(); // "a b" -> {a, b, edges}
  let scale = 1, left = 0, top = 0, held = -1, grip = null, isDrawn = false, chosen = null, way = new Set(), hidden = new Set(), isFitted = true;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const hues = new Map();
  const hueOf = (type) => {
    if (!hues.has(type)) {
      const probe = h(`span.${typeClass(type)}`, { hidden: true });
      document.body.append(probe);
      const style = getComputedStyle(probe);
      hues.set(type, [style.getPropertyValue("--h"), style.getPropertyValue("--c")]);
      probe.remove();
    }
    return hues.get(type);
  };
  const paint = () => { if (!isDrawn) { isDrawn = true; requestAnimationFrame(frame); } };
  function frame() {
    isDrawn = false;
    const begun = performance.now();
    let moves = layout.heat > 0;
    while (moves && (isStill || performance.now() - begun < 9)) moves = layout.step(held);
    draw();
    if (moves) paint();
  }
  function fit() {
    if (!layout.size || !isFitted) return;
    let [w, n, e, z] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let one = 0; one < layout.size; one++) {
      w = Math.min(w, layout.x[one]); e = Math.max(e, layout.x[one]); n = Math.min(n, layout.y[one]); z = Math.max(z, layout.y[one]);
    }
    const box = canvas.getBoundingClientRect();
    scale = Math.min(1.6, (box.width - 120) / (e - w + 1), (box.height - 70) / (z - n + 1));
    left = box.width / 2 - scale * (w + e) / 2;
    top = box.height / 2 - scale * (n + z) / 2;
  }
  function draw() {
    const box = canvas.getBoundingClientRect(), fine = devicePixelRatio || 1;
    if (canvas.width !== Math.round(box.width * fine)) { canvas.width = Math.round(box.width * fine); canvas.height = Math.round(box.height * fine); }
    fit();
    const style = getComputedStyle(canvas), ink = style.color, sheet = style.backgroundColor;
    const isDark = (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    pen.setTransform(fine, 0, 0, fine, 0, 0);
    pen.clearRect(0, 0, box.width, box.height);
    const px = (one) => layout.x[one] * scale + left, py = (one) => layout.y[one] * scale + top;
    // one stroke for all lines of a shade: thousands of strokes would cost a frame each
    const shades = Array.from({ length: SHADES + 1 }, () => new Path2D());
    for (const line of lines.values()) {
      if (!line.isShown || hidden.has(line.a) || hidden.has(line.b)) continue;
      const isOn = chosen && line.edges.includes(chosen.edge) || way.has(line);
      const shade = shades[isOn ? SHADES : Math.min(SHADES - 1, Math.floor(line.confidence * SHADES))];
      shade.moveTo(px(line.a), py(line.a));
      shade.lineTo(px(line.b), py(line.b));
    }
    shades.forEach((shade, place) => {
      const isOn = place === SHADES;
      pen.strokeStyle = isOn ? (isDark ? "#8ab4ff" : "#1f5fd0") : ink;
      pen.globalAlpha = isOn ? 1 : .12 + .35 * (place + .5) / SHADES;
      pen.lineWidth = isOn ? 3 : 1;
      pen.stroke(shade);
    });
    pen.globalAlpha = 1;
    pen.font = "12px system-ui, sans-serif";
    pen.textAlign = "center";
    const ties = new Int32Array(layout.size);
    for (const line of lines.values()) { ties[line.a]++; ties[line.b]++; }
    const named = [], colours = new Map(); // dots one by one: a path of thousands of arcs takes longer to fill
    nodes.forEach((node, one) => {
      if (hidden.has(one)) return;
      const isOn = chosen?.node === node, radius = (isOn ? 9 : 4 + Math.min(5, Math.sqrt(ties[one]))) * Math.min(1, .5 + scale / 2);
      const x = px(one), y = py(one);
      if (!colours.has(node.type)) {
        const [hue, chroma] = hueOf(node.type);
        colours.set(node.type, isDark ? `oklch(.72 ${.14 * chroma} ${hue})` : `oklch(.62 ${.16 * chroma} ${hue})`);
      }
      pen.fillStyle = colours.get(node.type);
      pen.beginPath(); pen.arc(x, y, radius, 0, 7); pen.fill();
      if (isOn) { pen.strokeStyle = ink; pen.lineWidth = 2; pen.stroke(); }
      if (layout.size <= LABELLED || isOn || ties[one] * scale > 9 || scale > 1.5) named.push([node.label, x, y - radius - 4]);
    });
    for (const [name, x, y] of named) {
      const label = name.length > 28 ? `${name.slice(0, 27)}…` : name;
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      pen.strokeStyle = sheet;
      pen.strokeText(label, x, y);
      pen.fillStyle = ink;
      pen.fillText(label, x, y);
    }
  }
  const nodeAt = (x, y) => {
    let best = -1, least = 14;
    for (let one = 0; one < layout.size; one++) {
      const far = Math.hypot(layout.x[one] * scale + left - x, layout.y[one] * scale + top - y);
      if (far < least && !hidden.has(one)) [best, least] = [one, far];
    }
    return best;
  };
  const lineAt = (x, y) => {
    let best = null, least = NEAR;
    for (const line of lines.values()) {
      if (!line.isShown || hidden.has(line.a) || hidden.has(line.b)) continue;
      const ax = layout.x[line.a] * scale + left, ay = layout.y[line.a] * scale + top;
      const gx = layout.x[line.b] * scale + left - ax, gy = layout.y[line.b] * scale + top - ay;
      const along = Math.max(0, Math.min(1, ((x - ax) * gx + (y - ay) * gy) / (gx * gx + gy * gy || 1)));
      const far = Math.hypot(ax + along * gx - x, ay + along * gy - y);
      if (far < least) [best, least] = [line, far];
    }
    return best;
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held = nodeAt(event.offsetX, event.offsetY);
    grip = { x: event.offsetX, y: event.offsetY, isMoved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const gx = event.offsetX - grip.x, gy = event.offsetY - grip.y;
    if (!grip.isMoved && Math.hypot(gx, gy) < 4) return;
    Object.assign(grip, { x: event.offsetX, y: event.offsetY, isMoved: true });
    isFitted = false;
    if (held >= 0) { layout.x[held] += gx / scale; layout.y[held] += gy / scale; layout.heat = Math.max(layout.heat, .15); }
    else { left += gx; top += gy; }
    paint();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (grip && !grip.isMoved) {
      const line = held < 0 ? lineAt(event.offsetX, event.offsetY) : null;
      choose(held >= 0 ? { node: nodes[held] } : line ? { edge: line.edges[0], edges: line.edges } : {});
    }
    held = -1;
    grip = null;
  });
  canvas.addEventListener("dblclick", (event) => {
    const one = nodeAt(event.offsetX, event.offsetY);
    if (one >= 0) expand(nodes[one]);
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY / 500);
    isFitted = false;
    left = event.offsetX - (event.offsetX - left) * factor;
    top = event.offsetY - (event.offsetY - top) * factor;
    scale *= factor;
    paint();
  }, { passive: false });
  const watch = new ResizeObserver(paint);
  watch.observe(canvas);
  signal.addEventListener("abort", () => watch.disconnect());

  const place = (node, near) => {
    if (!places.has(node.curie)) {
      places.set(node.curie, layout.add(near));
      nodes.push(node);
    }
    return places.get(node.curie);
  };
  return {
    canvas,
    nodes,
    add(node) { place(node); paint(); },
    connect(edges) {
      for (const edge of edges) {
        const near = places.get(edge.subject.curie) ?? places.get(edge.object.curie);
        const a = place(edge.subject, near), b = place(edge.object, a);
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (!lines.has(key)) {
          lines.set(key, { a, b, edges: [], confidence: 0, isShown: true });
          layout.links.push([a, b]);
        }
        const line = lines.get(key);
        if (!line.edges.some((one) => one.id === edge.id)) line.edges.push(edge);
        line.confidence = Math.max(line.confidence, edge.confidence);
      }
      layout.heat = Math.max(layout.heat, .6);
      paint();
    },
    mark(what, edges = []) {
      chosen = what;
      way = new Set([...lines.values()].filter((line) => line.edges.some((one) => edges.some((two) => two.id === one.id))));
      paint();
    },
    hide(curies, shown) {
      hidden = new Set([...curies].map((one) => places.get(one)));
      for (const line of lines.values()) line.isShown = line.edges.some(shown);
      paint();
    },
    fit() { isFitted = true; paint(); },
    paint,
    get isResting() { return layout.heat === 0; },
  };
}

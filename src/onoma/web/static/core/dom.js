// Elements are built, never parsed: what comes from outside can only become text.

const SVG = "http://www.w3.org/2000/svg";
const ADDRESSES = new Set(["href", "src", "action", "formaction"]);

/** Return whether an address may stand in a link: this site's, http(s), or a file made here. */
const isSafe = (address) =>
  ["http:", "https:", "blob:"].includes(new URL(address, location.href).protocol);

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "value") node.value = value;
    else if (name === "class") node.setAttribute("class", `${node.getAttribute("class") ?? ""} ${value}`.trim());
    else if (ADDRESSES.has(name) && !isSafe(value)) continue;
    else if (name.startsWith("on") || name === "srcdoc" || name === "style") throw new Error(`no ${name} here`);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

const isProperties = (given) =>
  given !== null && typeof given === "object" && !(given instanceof Node) && !Array.isArray(given);

function build(make, tag, rest) {
  const [name, ...classes] = tag.split(".");
  const node = make(name);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  return isProperties(rest[0]) ? fill(node, rest[0], rest.slice(1)) : fill(node, {}, rest);
}

/** Return an element: h("p.note", {id: "n"}, "text", otherElement). Listeners stand in `on`. */
export const h = (tag, ...rest) => build((name) => document.createElement(name), tag, rest);

/** Return an SVG element, in the same way. */
export const s = (tag, ...rest) => build((name) => document.createElementNS(SVG, name), tag, rest);

/** Put other children in the place of an element's. */
export const put = (node, ...children) => {
  node.replaceChildren();
  return fill(node, {}, children);
};

let silence = 0;

/** Say something to those who look and those who listen; it fades by itself. */
export function say(words) {
  const place = document.getElementById("said");
  put(place, h("p", words));
  clearTimeout(silence);
  silence = setTimeout(() => put(place), 6000);
}

/** Return a function that runs the last call after calls have ceased for some milliseconds. */
export function later(wait, run) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...given);
  };
}

export const words = (name) => String(name).replaceAll("_", " ");
export const count = (number) => Number(number).toLocaleString("en");
export const some = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

// A box that offers names while one types (ARIA's combobox with a list).

import { h, later, put } from "../core/dom.js";

let number = 0;

/**
 * Return the box. `offer(text, {signal})` gives options, `row(option)` what stands in a line,
 * `take(option)` is called with the one chosen; `enter(text)` with what was typed, if none is.
 */
export function combobox({ label, placeholder = "", value = "", offer, row, take, enter, keeps = false, wait = 150 }) {
  const id = `options${++number}`;
  let options = [], active = -1, asked = new AbortController();
  const input = h("input", { type: "search", role: "combobox", "aria-label": label, placeholder, value, autocomplete: "off",
    spellcheck: "false", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" });
  const list = h("ul.options", { id, role: "listbox", "aria-label": `${label}: suggestions`, hidden: true });
  const show = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) move(-1);
  };
  const move = (to) => {
    active = to;
    [...list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === to)));
    if (to < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[to].id);
      list.children[to].scrollIntoView({ block: "nearest" });
    }
  };
  const choose = (place) => {
    const option = options[place];
    show(false);
    if (!keeps) input.value = "";
    take(option, input);
  };
  const look = later(wait, async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const text = input.value;
    if (!text.trim()) return show(false);
    try {
      options = await offer(text, { signal, caret: input.selectionStart });
    } catch {
      return; // the next key asks again
    }
    if (signal.aborted || document.activeElement !== input) return;
    put(list, options.map((option, place) => h("li", { role: "option", id: `${id}-${place}`, "aria-selected": "false",
      on: { pointerdown: (event) => { event.preventDefault(); choose(place); } } }, row(option))));
    show(options.length > 0);
  });
  input.addEventListener("input", look);
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      event.preventDefault();
      move((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) choose(active);
      else { asked.abort(); show(false); enter?.(input.value); }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  const box = h("div.combo", input, list);
  box.input = input;
  return box;
}

/** Return what stands in a line that offers a concept. */
export const conceptRow = (concept) => [
  h("span", concept.label || concept.name || concept.curie),
  concept.name && concept.name !== concept.label ? h("span.soft.small", concept.name) : null,
  h("code", concept.curie),
];

// Models: what is installed, with the card of each: data, licence, recipe, score.

import { models } from "../core/api.js";
import { h, put, words } from "../core/dom.js";

export async function show(place, { signal }) {
  const all = await models({ signal });
  put(place,
    h("h1", "Models"),
    h("p.soft", "What is installed here. They run on this machine; no text leaves it."),
    h("ul.cards", all.map((one) => h("li.sheet",
      h("h2", one.name), h("p.soft", one.task ? words(one.task) : ""),
      one.summary ? h("p", one.summary) : null,
      h("dl.facts.small", Object.entries(one.facts ?? {}).map(([name, value]) => [h("dt", words(name)), h("dd", String(value))])),
      one.card ? h("details.small", h("summary", "Card"), h("pre.card", one.card)) : null))));
}

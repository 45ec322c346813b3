// Models: what is installed, with the card of each: data, licence, recipe, score.

import { models } from "../core/api.js";
import { h, put, words } from "../core/dom.js";

export async function show(place, { signal }) {
  const all = await models({ signal });
  put(place,
    h("h1", "Models"),
    h("p.soft", "What is installed here. They run on this machine; no text leaves it."),
    h("ul.cards.wide", all.map((one) => h("li.sheet",
      h("h2", one.name),
      h("p.soft.small", `${(one.size / 1e6).toFixed(1)} MB · ${one.files.join(", ")}`),
      one.card ? h("dl.facts.small", Object.entries(one.card).filter(([, value]) => isShort(value)).map(([name, value]) => [h("dt", words(name)), h("dd", String(value))])) : null,
      one.card ? h("details.small", h("summary", "Whole card"), h("pre.card", { tabindex: 0 }, JSON.stringify(one.card, null, 2))) : null,
      one.notice ? h("details.small", h("summary", "Notices and licences"), h("pre.card", { tabindex: 0 }, one.notice)) : null))));
}

const isShort = (value) => ["string", "number", "boolean"].includes(typeof value) && String(value).length < 400;

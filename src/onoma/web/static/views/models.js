// Models: what is installed, with the card of each: data, licence, recipe, score.

import { models } from "../core/api.js";
import { h, put, words } from "../core/dom.js";

const ABOUT = { // by the folder's name; others are the user's own
  "classify/challenges": "Tells sentences that name a challenge or a direction of research.",
  "classify/roles": "Tells what a sentence of an abstract is for, and its population, intervention and outcome.",
  encoder: "Turns names and texts into vectors, for likeness of meaning.",
  extract: "Reads adverse effects, events in time, and what was compared in trials.",
  "extract/keyphrases": "Ranks the phrases that say what a text is about.",
  linker: "Weighs the candidates of a mention against each other.",
  mesh: "Ranks MeSH headings for a query.",
  "relate/inference": "Tells whether words imply a relation that no model was trained on.",
  "relate/reader": "Reads relations between the concepts of a text.",
  "relate/saying": "Reads how a relation is said: trigger word, how sure, treating or causing.",
  tagger: "Finds mentions that no name of the vocabulary has, and doubts those that it has.",
};

export async function show(place, { signal }) {
  const all = await models({ signal });
  put(place,
    h("h1", "Models"),
    h("p.soft", "What is installed here. They run on this machine; no text leaves it."),
    h("ul.cards.wide", all.map((one) => h("li.sheet",
      h("h2", one.name),
      ABOUT[one.name] ? h("p", ABOUT[one.name]) : null,
      h("p.soft.small", `${(one.size / 1e6).toFixed(1)} MB · ${one.files.join(", ")}`),
      one.card ? h("dl.facts.small", Object.entries(one.card).filter(([, value]) => isShort(value)).map(([name, value]) => [h("dt", words(name)), h("dd", String(value))])) : null,
      one.card ? h("details.small", h("summary", "Whole card"), h("pre.card", { tabindex: 0 }, JSON.stringify(one.card, null, 2))) : null,
      one.notice ? h("details.small", h("summary", "Notices and licences"), h("pre.card", { tabindex: 0 }, one.notice)) : null))));
}

const isShort = (value) => ["string", "number", "boolean"].includes(typeof value) && String(value).length < 400;

// Which corpus a page is about: the one in the address, else the one used last, else the first.

import { corpora } from "../core/api.js";
import { h } from "../core/dom.js";
import { emptyNotice } from "./notice.js";

/** Return {name, box}: the corpus, and the control that changes it; null where there is none. */
export async function corpusChoice(wanted, change) {
  const all = (await corpora()).map((one) => one.name);
  if (!all.length) return null;
  const name = all.find((one) => one === wanted) ?? all.find((one) => one === localStorage.getItem("corpus")) ?? all[0];
  localStorage.setItem("corpus", name);
  const box = h("label.field", "Corpus", h("select", { on: { change: (event) => change(event.target.value) } },
    all.map((one) => h("option", { value: one, selected: one === name }, one))));
  return { name, box };
}

export const noCorpus = () => emptyNotice("No corpus yet", "A corpus is a folder of documents with what was found in them. This makes one and fills it:",
  "onoma corpus create demo\nonoma corpus add examples --corpus demo");

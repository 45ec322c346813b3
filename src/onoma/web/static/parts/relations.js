// The relations of a record, each with the sentence that says so.

import { h, words } from "../core/dom.js";
import { unitsOf } from "../core/offsets.js";
import { conceptLink } from "./mention_panel.js";
import { quoted, typeClass } from "./marks.js";

/** Return what an end of a relation is called: a mention, or the concept. */
function endOf(record, target) {
  const mention = record.mentions.find((one) => one.id === target && target) ?? record.mentions.find((one) => one.curie === target);
  const curie = mention?.curie ?? target;
  const name = mention?.label || mention?.text || target;
  return h(`span.${typeClass(mention?.type)}`, h("span.dot"), " ", /^[\w.]+:\S+$/.test(curie) ? conceptLink(curie, name) : name);
}

function badges(relation) {
  const said = [relation.novelty, relation.factuality === "factual" ? "" : relation.factuality, relation.causality];
  return said.filter(Boolean).map((word) => h(word === "negated" ? "span.badge.bad" : "span.badge", words(word)));
}

export function relationList(record, { most = 200 } = {}) {
  const at = unitsOf(record.text);
  const shown = [...record.relations].sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0)).slice(0, most);
  return h("ul.list", shown.map((relation) => h("li.relation",
    h("div.row",
      endOf(record, relation.arguments[0]?.target), h("strong", words(relation.predicate)),
      relation.arguments.slice(1).map((end) => endOf(record, end.target)), badges(relation),
      relation.confidence === null || relation.confidence === undefined ? null
        : h("span.count", `confidence ${relation.confidence.toFixed(2)}`)),
    (relation.evidence ?? []).slice(0, 3).map((one) =>
      h("p.small.soft", quoted(record.text, [one.start, one.end], [one.subject, one.object, ...(relation.trigger_span ? [relation.trigger_span] : [])], at))))),
    record.relations.length > most ? h("li.soft", `and ${record.relations.length - most} more (in the files to download)`) : null);
}

// What a person decides on mentions. Mentions are replaced, never altered, so that undo is the list before.

const by = (mention, what) => [...(mention.metadata ?? []).filter(([name]) => name !== "decided"), ["decided", what]];

function linked(mention, concept) {
  if (!concept) {
    return { ...mention, curie: null, label: null, name: "", scope: "", candidates: mention.candidates ?? [], metadata: by(mention, "no concept") };
  }
  const candidates = mention.candidates ?? [];
  const known = candidates.find((one) => one.curie === concept.curie);
  const chosen = known ?? { curie: concept.curie, label: concept.label, type: concept.type || mention.type, score: 1,
    name: concept.name ?? "", scope: concept.scope ?? "", via: null, lossy: false, why: {} };
  return { ...mention, curie: chosen.curie, label: chosen.label, type: chosen.type || mention.type, score: chosen.score,
    name: chosen.name, scope: chosen.scope, metadata: by(mention, "relinked"),
    candidates: [chosen, ...candidates.filter((one) => one !== known)] };
}

/** Return mentions with another concept for one, or for all of its words. */
export const changeLink = (mentions, mention, concept, forAll) =>
  mentions.map((one) => (one === mention || (forAll && one.text === mention.text) ? linked(one, concept) : one));

/** Return mentions without one, or without all of its words. */
export const dropMention = (mentions, mention, forAll) =>
  mentions.filter((one) => one !== mention && !(forAll && one.text === mention.text));

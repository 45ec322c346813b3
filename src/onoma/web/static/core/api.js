// The server's API: the one file that knows its addresses. Nothing is decided here.

const BASE = "/v1";

/** What the server says went wrong (problem+json), or that it cannot be reached. */
export class Problem extends Error {
  constructor(message, { code = "", hint = "", status = 0 } = {}) {
    super(message);
    Object.assign(this, { code, hint, status });
  }
}

async function problemOf(response) {
  const kind = response.headers.get("Content-Type") ?? "";
  const said = kind.includes("json") ? await response.json().catch(() => ({})) : {};
  const wait = response.headers.get("Retry-After");
  return new Problem(said.detail || said.title || `The server answered ${response.status}.`, {
    code: said.code ?? "", status: response.status,
    hint: said.hint || (wait ? `Try again in ${wait} s.` : ""),
  });
}

async function ask(address, { signal, ...options } = {}) {
  let response;
  try {
    response = await fetch(address, { signal, ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The server cannot be reached.", { hint: "Is `onoma serve` still running?" });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

const TOKEN = "token"; // of a session, for writes; the cookie itself is out of a page's reach

/** Sign in with a key: from then on a cookie stands for it. */
export async function signIn(key) {
  const response = await post("/session", { key });
  sessionStorage.setItem(TOKEN, (await response.json()).token);
}

/** Return the headers of a request that changes something. */
const written = () => (sessionStorage.getItem(TOKEN) ? { "X-CSRF-Token": sessionStorage.getItem(TOKEN) } : {});

const part = encodeURIComponent;

function query(parameters) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (![undefined, null, "", false].includes(value) && value.length !== 0) given.set(name, value); // a list: with commas
  return given.size ? `?${given}` : "";
}

/** Return an address of the API with its parameters. */
export const address = (path, parameters = {}) => BASE + path + query(parameters);

export const get = async (path, parameters = {}, options = {}) =>
  (await ask(address(path, parameters), options)).json();

async function post(path, body, { headers = {}, parameters = {}, ...options } = {}) {
  const isPlain = typeof body !== "string" && !(body instanceof Blob);
  headers = { ...written(), ...headers };
  return ask(address(path, parameters), {
    method: "POST",
    headers: isPlain ? { "Content-Type": "application/json", ...headers } : headers,
    body: isPlain ? JSON.stringify(body) : body,
    ...options,
  });
}

const once = new Map();

/** Return what does not change while the page is open; it is asked for once. */
function kept(path) {
  if (!once.has(path)) {
    const answer = get(path);
    once.set(path, answer);
    answer.catch(() => once.delete(path));
  }
  return once.get(path);
}

/** Return what there is to choose from: modes, types, formats with their media types, graphs. */
export const about = () => kept("/about");

const lines = (text) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));

/**
 * Return the record of a text as it is found now: with candidates and axes, or for long texts without
 * (they are asked for one by one when they are looked at).
 */
export async function annotate(text, options, { isBrief = false, signal } = {}) {
  const response = await post("/annotate", { documents: [{ id: "text", text }], ...options, to: isBrief ? "json" : "jsonl-text" }, { signal });
  if (!isBrief) return lines(await response.text());
  return (await response.json()).documents.map((one) => ({ ...one, text }));
}

/** Return records of the documents of a file in any format. */
export const annotateFile = async (file, options, { signal } = {}) =>
  lines(await (await post("/annotate/file", file, { parameters: { name: file.name, ...options, to: "jsonl-text" }, signal,
    headers: { "Content-Type": "application/octet-stream" } })).text());

/** Return a file of records, as they stand, in a format. */
export async function convert(records, to) {
  const body = records.map((one) => JSON.stringify(one)).join("\n") + "\n";
  const response = await post("/convert", body, { parameters: { to }, headers: { "Content-Type": "application/x-ndjson" } });
  const named = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  return { blob: await response.blob(), name: named?.[1] ?? `annotated.${to}`, lost: response.headers.get("Onoma-Lost") };
}

export const ground = async (term, parameters, options) => (await get("/ground", { term, ...parameters }, options)).candidates;

/** Return concepts by a beginning or a name. */
export const findConcepts = async (text, parameters = {}, options) =>
  (await get("/concepts", { q: text, k: 10, ...parameters }, options)).suggestions;

export const conceptOf = (curie, options) => get(`/concepts/${part(curie)}`, {}, options);
export const annotationsOf = (curie, options) => get(`/concepts/${part(curie)}/annotations`, { k: 200 }, options);
export const similarConcepts = async (label, options) => (await get("/similar", { term: label, k: 12 }, options)).concepts;

/** Return the concepts of many CURIEs, null for one that the vocabulary has not. */
export async function conceptsOf(curies, options) {
  if (!curies.length) return [];
  return (await (await post("/concepts", { curies }, options)).json()).results.map((one) => one.concept);
}

export const corpora = async () => (await get("/corpora")).corpora.filter((one) => !one.error);
export const corpusInfo = (name, options) => get(`/corpora/${part(name)}`, {}, options);
export const documentOf = (corpus, id, options) => get(`/corpora/${part(corpus)}/documents/${part(id)}`, {}, options);
export const counts = async (corpus, by, options) => (await get(`/corpora/${part(corpus)}/counts`, { by, k: by === "year" ? 1000 : 15 }, options)).rows;
export const failures = async (corpus, options) => (await get(`/corpora/${part(corpus)}/errors`, { k: 50 }, options)).errors;

export const search = (parameters, options) => get("/search", parameters, options);
export const explain = (parameters, options) => get("/search/explain", parameters, options);
export const exportAddress = (parameters) => address("/search/export", parameters);

/** Return how many documents of a corpus name a concept, and how many each year: {documents, years}. */
export async function literature(corpus, curie, options) {
  const found = await search({ q: `@${curie}`, corpus, k: 1, facets: "year" }, options);
  return { documents: found.total, years: (found.facets.year ?? []).map((one) => [one.value, one.count]) };
}

/** Return a function from the API's edges to ours, whose ends know their Biolink category. */
function edgeOf({ nodes = [] }) {
  const categories = new Map(nodes.map((one) => [one.curie, one.category]));
  const end = (curie, label) => ({ curie, label, category: categories.get(curie) ?? "" });
  return (given) => ({ ...given, id: JSON.stringify([given.subject, given.predicate, given.object, given.level]),
    subject: end(given.subject, given.subject_label), object: end(given.object, given.object_label) });
}
const edgesOf = (found) => found.edges.map(edgeOf(found));

export const graphs = async () => (await get("/graphs")).graphs;
export const neighbors = async (graph, curie, parameters, options) =>
  edgesOf(await get(`/graphs/${part(graph)}/neighbors`, { curie, ...parameters }, options));
export const subgraph = async (graph, curies, parameters, options) =>
  edgesOf(await get(`/graphs/${part(graph)}/subgraph`, { curies, ...parameters }, options));

/** Return ways between two concepts as {nodes, edges}: the edges of each step. */
export async function paths(graph, parameters, options) {
  const found = await get(`/graphs/${part(graph)}/paths`, parameters, options);
  return found.paths.map((one) => ({ ...one, edges: one.steps.map((step) => step.map(edgeOf(found))) }));
}

/** Return who says an edge, and where. */
export async function evidence(graph, edge, options) {
  const ends = [edge.subject.curie, edge.object.curie];
  const found = await subgraph(graph, ends, { steps: 0, evidence: 20 }, options);
  return found.find((one) => one.id === edge.id)?.evidence ?? [];
}

export const meshSuggest = (q, options) => get("/mesh/suggest", { q, k: 8 }, options);
export const meshDraft = async (text, to, options) => (await post("/mesh/draft", { text, to }, options)).json();
export const meshTranslate = (q, dialect, to, options) => get("/mesh/translate", { q, dialect, to }, options);
export const meshCheck = async (given, options) => (await post("/mesh/check", given, options)).json();

export const vocabularies = async (options) => (await get("/vocabularies", {}, options)).vocabularies;
export const models = async (options) => (await get("/models", {}, options)).models;
export const jobOf = (id, options) => get(`/jobs/${part(id)}`, {}, options);
export const cancelJob = (id) => ask(address(`/jobs/${part(id)}`), { method: "DELETE", headers: written() });
export const addDocuments = async (corpus, file) => (await post(`/corpora/${part(corpus)}/documents`, file, {
  parameters: { name: file.name }, headers: { "Content-Type": "application/octet-stream" } })).json();
export const jobs = async (options) => (await get("/jobs", {}, options)).jobs;
export const curations = async (options) => (await get("/curations", {}, options)).curations;
export const curationInfo = (name, options) => get(`/curations/${part(name)}`, {}, options);
export const startCurating = async (given) => (await post("/curations", given)).json();
export const curationQueue = (name, parameters, options) => get(`/curations/${part(name)}/queue`, parameters, options);
export const curationDocument = (name, id, seat, options) => get(`/curations/${part(name)}/documents/${part(id)}`, seat, options);
export const decideItem = async (name, seat, given) => (await post(`/curations/${part(name)}/decisions`, given, { parameters: seat })).json();
export const addMissed = async (name, seat, given) => (await post(`/curations/${part(name)}/missed`, given, { parameters: seat })).json();
export const undoDecision = async (name, seat) => (await post(`/curations/${part(name)}/undo`, {}, { parameters: seat })).json();
export const curationAgreement = (name, options) => get(`/curations/${part(name)}/agreement`, {}, options);
export const curatedAddress = (name, parameters) => address(`/curations/${part(name)}/export`, parameters);
export const mapOf = (corpus, options) => get(`/corpora/${part(corpus)}/map`, {}, options);

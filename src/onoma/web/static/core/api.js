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

export const formats = () => kept("/formats");

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
  return { blob: await response.blob(), name: named?.[1] ?? `annotated.${to}` };
}

export const ground = async (term, parameters, options) => (await get("/ground", { term, ...parameters }, options)).candidates;

/** Return concepts by a beginning or a name. */
export const findConcepts = async (text, parameters = {}, options) =>
  (await get("/concepts", { q: text, k: 10, ...parameters }, options)).suggestions;

export const conceptOf = (curie, options) => get(`/concepts/${part(curie)}`, {}, options);
export const similarConcepts = async (label, options) => (await get("/similar", { term: label, k: 12 }, options)).concepts;

export const corpora = async () => (await kept("/corpora")).results;
export const corpusInfo = (name, options) => get(`/corpora/${part(name)}`, {}, options);
export const literature = (corpus, curie, options) => get(`/corpora/${part(corpus)}/literature/${part(curie)}`, {}, options);
export const search = (corpus, parameters, options) => get(`/corpora/${part(corpus)}/search`, parameters, options);
export const documentOf = (corpus, id, options) => get(`/corpora/${part(corpus)}/documents/${part(id)}`, {}, options);
export const counts = (corpus, by, options) => get(`/corpora/${part(corpus)}/counts`, { by }, options);

export const graphs = async () => (await kept("/graphs")).results;
export const neighbors = (graph, curie, parameters, options) => get(`/graphs/${part(graph)}/nodes/${part(curie)}/neighbors`, parameters, options);
export const paths = (graph, parameters, options) => get(`/graphs/${part(graph)}/paths`, parameters, options);
export const evidence = async (graph, edge, options) => (await get(`/graphs/${part(graph)}/edges/${part(edge.id)}/evidence`, {}, options)).results;
export const findNodes = async (graph, text, options) => (await get(`/graphs/${part(graph)}/nodes`, { q: text }, options)).results;

export const meshSuggest = async (text, options) => (await get("/mesh/suggest", { q: text }, options)).results;
export const meshDraft = async (text, dialect, options) => (await post("/mesh/draft", { text, dialect }, options)).json();
export const meshCount = async (given, options) => (await post("/mesh/count", given, options)).json();
export const meshTranslate = async (given, options) => (await post("/mesh/translate", given, options)).json();
export const meshCheck = async (given, options) => (await post("/mesh/check", given, options)).json();

export const vocabularies = async (options) => (await get("/vocabularies", {}, options)).results;
export const models = async (options) => (await get("/models", {}, options)).results;
export const jobs = async (options) => (await get("/jobs", {}, options)).results;
export const mapOf = (corpus, options) => get(`/corpora/${part(corpus)}/map`, {}, options);

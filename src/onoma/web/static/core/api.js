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

/** Return records (JSON lines with text) of texts, as they are found now. */
export const annotate = async (documents, options, { signal } = {}) =>
  (await post("/annotate", { documents, ...options }, { signal })).json();

/** Return records of the documents of a file in any format. */
export const annotateFile = async (file, options, { signal } = {}) =>
  (await post("/annotate", file, { parameters: { name: file.name, ...options }, signal,
    headers: { "Content-Type": "application/octet-stream" } })).json();

/** Return a file of records, as they stand, in a format. */
export async function convert(records, to) {
  const lines = records.map((one) => JSON.stringify(one)).join("\n") + "\n";
  const response = await post("/convert", lines, { parameters: { to }, headers: { "Content-Type": "application/x-ndjson" } });
  const named = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "");
  return { blob: await response.blob(), name: named?.[1] ?? `annotated.${to}` };
}

export const ground = (term, parameters, options) => get("/ground", { term, ...parameters }, options);

/** Return concepts by a beginning or a name. */
export const findConcepts = async (text, parameters = {}, options) =>
  (await get("/concepts", { q: text, k: 10, ...parameters }, options)).results;

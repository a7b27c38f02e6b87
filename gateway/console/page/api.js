/** The gateway's public API: every call of the console goes through here. */

const ROOT = new URL("../", import.meta.url);
const KEY = "incident-gateway-key";
const NAME = "incident-gateway-name";

/** An answer that is no success, in the words of the gateway. */
export class ApiError extends Error {
  constructor(status, type, reason, where = null) {
    super(reason);
    Object.assign(this, { status, type, where });
  }
}

/** The key of this tab, typed once. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (text) => sessionStorage.setItem(KEY, text),
  drop: () => sessionStorage.removeItem(KEY),
};

/** The name of who works here, where no key says it. */
export const name = { get: () => sessionStorage.getItem(NAME), set: (text) => sessionStorage.setItem(NAME, text) };

/** The address of a path of the gateway, whatever it is mounted under. */
export function address(path) {
  return new URL(path.replace(/^\//, ""), ROOT);
}

/** A path with its segments escaped: `path("incidents", id)`. */
export function path(...segments) {
  return ["_im", ...segments.map(encodeURIComponent)].join("/");
}

/** The answer of a call as it came; raises ApiError for one that is no success. */
export async function fetched(method, where, { body, query = {}, headers = {}, signal, keepalive } = {}) {
  const url = address(where);
  for (const [word, value] of Object.entries(query))
    if (value !== null && value !== undefined) url.searchParams.set(word, value);
  const sent = { ...identity(), ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers };
  const response = await reached(url, {
    method,
    headers: sent,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
    keepalive,
  });
  if (!response.ok) throw await refusal(response);
  return response;
}

/** The parsed answer of a call. */
export async function call(method, where, options) {
  const response = await fetched(method, where, options);
  return response.status === 204 ? null : response.json();
}

/** The lines of an NDJSON answer, one after the other as they come. */
export async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop();
    for (const line of parts) if (line) yield JSON.parse(line);
    if (done) break;
  }
  if (rest) yield JSON.parse(rest);
}

function identity() {
  const headers = {};
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  if (name.get()) headers["User-ID"] = name.get();
  return headers;
}

async function reached(url, options) {
  try {
    return await fetch(url, { cache: "no-store", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", "The gateway cannot be reached.");
  }
}

async function refusal(response) {
  const said = await response.json().catch(() => ({}));
  const { type = "unknown", reason = response.statusText, where = null } = said.error ?? {};
  return new ApiError(response.status, type, reason, where);
}

/** What is looked at, as the address has it: a link shows another analyst the same. */

import { chipOf, textOf } from "./query.js";

export const DEFAULTS = Object.freeze({
  page: "queue",
  text: "",
  chips: Object.freeze([{ field: "state", values: ["open", "in_progress"], not: false }]),
  dsl: "",
  from: "now-30d",
  to: "now",
  sort: Object.freeze([{ field: "started_at", order: "desc" }]),
  columns: Object.freeze(["severity", "title", "status", "assignee.name", "source", "started_at"]),
  offset: 0,
  open: null,
  pane: "side",
});

const listeners = new Set();
let current = read(location.search);

/** The state as it is; never changed in place. */
export const now = () => current;

/** Calls with the state and the one before, whenever it changes. */
export function watch(listener) {
  listeners.add(listener);
}

/** Changes the state and the address; Back undoes it, unless it replaces. */
export function go(patch, { replace = false } = {}) {
  const next = { ...current, ...patch };
  const target = addressOf(next);
  if (target === addressOf(current)) return;
  if (!replace) history.replaceState({ scroll: scrollY }, "");
  history[replace ? "replaceState" : "pushState"]({ scroll: scrollY }, "", target);
  tell(next);
}

/** The address of a state, shown with the fewest words. */
export function addressOf(state) {
  const words = wordsOf(state);
  return location.pathname + (words.size ? `?${words}` : "");
}

function tell(next) {
  const before = current;
  current = next;
  for (const listener of listeners) listener(current, before);
}

/** The words of a state that are not those of the default. */
export function wordsOf(state) {
  const words = new URLSearchParams();
  for (const name of ["page", "text", "dsl", "from", "to", "offset", "open", "pane"]) {
    if (state[name] !== DEFAULTS[name]) words.set(name, state[name]);
  }
  if (textsOf(state.chips) !== textsOf(DEFAULTS.chips))
    state.chips.length ? state.chips.forEach((chip) => words.append("f", textOf(chip))) : words.set("f", "");
  if (sortText(state) !== sortText(DEFAULTS)) words.set("sort", sortText(state));
  if (state.columns.join() !== DEFAULTS.columns.join()) words.set("columns", state.columns.join());
  return words;
}

/** The state that an address has; what it does not say is as by default. */
export function read(search) {
  const words = new URLSearchParams(search);
  const state = { ...DEFAULTS };
  for (const name of ["page", "text", "dsl", "from", "to", "open", "pane"])
    if (words.has(name)) state[name] = words.get(name);
  if (words.has("f")) state.chips = words.getAll("f").map(chipOf).filter(Boolean);
  if (words.has("sort")) state.sort = words.get("sort").split(",").map(sortKey);
  if (words.get("columns")) state.columns = words.get("columns").split(",");
  state.offset = Math.max(0, Number.parseInt(words.get("offset") ?? "0", 10) || 0);
  return state;
}

function sortKey(text) {
  const [field, order] = text.split(":");
  return { field, order: order === "asc" ? "asc" : "desc" };
}

function sortText(state) {
  return state.sort.map(({ field, order }) => `${field}:${order}`).join();
}

function textsOf(chips) {
  return chips.map(textOf).join("\n");
}

/** Whether two states find the same incidents in the same order. */
export function sameSearch(one, other) {
  return (
    one.text === other.text &&
    one.dsl === other.dsl &&
    one.from === other.from &&
    one.to === other.to &&
    textsOf(one.chips) === textsOf(other.chips) &&
    sortText(one) === sortText(other)
  );
}

history.scrollRestoration = "manual";
addEventListener("popstate", (event) => {
  tell({ ...read(location.search), scroll: event.state?.scroll ?? 0 });
});

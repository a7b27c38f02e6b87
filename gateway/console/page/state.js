/** What is looked at, as the address has it: a link shows another analyst the same. */

import { debounced } from "./dom.js";
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

const PAGES = ["queue", "overview"];
const listeners = new Set();
let current = read(location.search);

/** Where the page was scrolled to before it was loaded again, in pixels; null where it is new. */
export const scrollAtStart = history.state?.scroll ?? null;

/** The state as it is; never changed in place. */
export const now = () => current;

/** Calls with the state, the one before, and where to scroll if it is one that was left, whenever it changes. */
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

/** The address of a state, with the fewest words, and never without one. */
export function addressOf(state) {
  return `${location.pathname}?${wordsOf(state)}`;
}

/** Gives the address the words of the state: one that says nothing shows everybody their own default view. */
export function beginAddress() {
  history.replaceState({ scroll: scrollAtStart }, "", addressOf(current));
}

function tell(next, scroll = null) {
  const before = current;
  current = next;
  for (const listener of listeners) listener(current, before, scroll);
}

/** The words of a state that are not those of the default; its page where there are no others. */
export function wordsOf(state) {
  const words = new URLSearchParams();
  for (const name of ["page", "text", "dsl", "from", "to", "offset", "open", "pane"]) {
    if (state[name] !== DEFAULTS[name]) words.set(name, state[name]);
  }
  if (textsOf(state.chips) !== textsOf(DEFAULTS.chips))
    state.chips.length ? state.chips.forEach((chip) => words.append("f", textOf(chip))) : words.set("f", "");
  if (sortText(state) !== sortText(DEFAULTS)) words.set("sort", sortText(state));
  if (state.columns.join() !== DEFAULTS.columns.join()) words.set("columns", state.columns.join());
  if (!words.size) words.set("page", state.page);
  return words;
}

/** The state that an address has; what it does not say is as by default. */
export function read(search) {
  const words = new URLSearchParams(search);
  const state = { ...DEFAULTS };
  for (const name of ["page", "text", "dsl", "from", "to", "open", "pane"])
    if (words.has(name)) state[name] = words.get(name);
  if (!PAGES.includes(state.page)) state.page = DEFAULTS.page;
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

/** Whether two states find the same incidents. */
export function sameFilters(one, other) {
  return (
    ["text", "dsl", "from", "to"].every((name) => one[name] === other[name]) &&
    textsOf(one.chips) === textsOf(other.chips)
  );
}

/** Whether two states find the same incidents in the same order. */
export const sameSearch = (one, other) => sameFilters(one, other) && sortText(one) === sortText(other);

history.scrollRestoration = "manual";
addEventListener("popstate", (event) => tell(read(location.search), event.state?.scroll ?? 0));
// Back and Forward leave an entry without a word: where it was scrolled to is written down while it is looked at.
addEventListener(
  "scroll",
  debounced(() => history.replaceState({ scroll: scrollY }, ""), 100),
);

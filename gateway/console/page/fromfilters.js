/** From the filters of the API back to what is shown in the filter bar. */

import { chipOf, filtersOf, textOf, written } from "./query.js";

const SIGNS = { gte: ">=", lte: "<=", gt: ">", lt: "<" };

/** The state that filters stand for: chips where they read as such and mean the same, else the query itself. */
export function stateOfFilters({ search_query: sent, start_time: from = "", end_time: to = "" }, kinds) {
  const query = typeof sent === "string" ? JSON.parse(sent) : sent;
  const range = { from: String(from ?? ""), to: String(to ?? "") };
  const state = { text: "", chips: [], dsl: "", ...range };
  if (!query) return state;
  const { filter = [], must_not: mustNot = [], ...others } = query.bool ?? { filter: [query] };
  const lists = !Object.keys(others).length && Array.isArray(filter) && Array.isArray(mustNot);
  const read = lists && shown(state, filter, mustNot);
  return read && sameQuery(filtersOf(read, kinds).search_query, query)
    ? read
    : { ...state, text: "", chips: [], dsl: JSON.stringify(query) };
}

function shown(state, filter, mustNot) {
  const rest = filter.filter((each) => !taken(state, each, false));
  const denied = mustNot.filter((each) => !taken(state, each, true));
  if (denied.length || rest.length > 1) return null;
  const chips = state.chips.map(textOf).map(chipOf);
  return chips.every(Boolean) ? { ...state, chips, dsl: rest.length ? JSON.stringify(rest[0]) : "" } : null;
}

function taken(state, query, not) {
  if (!not && !state.text && query.multi_match?.type === "cross_fields") {
    state.text = query.multi_match.query;
    return true;
  }
  const parts = (query.bool?.should ?? [query]).flatMap((part) => part.bool?.filter ?? [part]).map(valuesOf);
  const field = parts[0]?.field;
  if (!parts.every((part) => part && part.field === field)) return false;
  state.chips.push({ field, values: parts.flatMap(({ values }) => values), not });
  return true;
}

function valuesOf(query) {
  const [kind] = Object.keys(query);
  const [field, value] = Object.entries(query[kind] ?? {})[0] ?? [];
  if (kind === "exists") return { field: value, values: ["*"] };
  if (kind === "terms" && Array.isArray(value)) return { field, values: value.map((each) => written(String(each))) };
  if (kind === "match_phrase" && typeof value === "string") return { field, values: [written(value)] };
  if (kind === "wildcard" && value?.case_insensitive) return { field, values: [value.value.replaceAll("\\\\", "\\")] };
  return kind === "range" ? { field, values: boundsOf(value) } : null;
}

function boundsOf({ gte, lte, ...others }) {
  if (gte !== undefined && lte !== undefined && !Object.keys(others).length) return [`${gte}..${lte}`];
  const bounds = Object.entries({ gte, lte, ...others }).filter(([, limit]) => limit !== undefined);
  return bounds.map(([name, limit]) => `${SIGNS[name] ?? name}${limit}`);
}

/** Whether two queries ask for the same, in whatever order. */
function sameQuery(one, other) {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value).sort();
  return names.map((name) => [name, ordered(value[name])]);
}

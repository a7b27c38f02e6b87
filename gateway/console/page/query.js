/** From what is shown in the filter bar to what the API is asked. Nothing here talks to anybody. */

/** A chip of its text, `severity:critical,high`, `-status:closed`, `score:>=50`, `reviewer:*`; null for no such text. */
export function chipOf(text) {
  const parts = /^(-?)([\w.@-]+):(.+)$/su.exec(text.trim());
  if (!parts) return null;
  return { field: parts[2], values: parts[3].split(",").map(decoded).filter(Boolean), not: parts[1] === "-" };
}

/** The text of a chip. */
export function textOf({ field, values, not }) {
  return `${not ? "-" : ""}${field}:${values.map((value) => value.replace(/[%,]/gu, encodeURIComponent)).join(",")}`;
}

function decoded(value) {
  return value.replace(/%(25|2C)/gu, decodeURIComponent);
}

/** The chips with that value filtered in, or out; what it contradicts is dropped. */
export function withValue(chips, field, value, not = false) {
  const others = chips.filter((chip) => chip.field !== field);
  const same = chips.find((chip) => chip.field === field && chip.not === not);
  const values = same && not ? [...new Set([...same.values, value])] : [value];
  return [...others, { field, values, not }];
}

/** The filters of a state as every call of the API takes them; `kinds` says of each field what it holds. */
export function filtersOf(state, kinds) {
  const clauses = { filter: [], must_not: [] };
  if (state.dsl) clauses.filter.push(JSON.parse(state.dsl));
  if (state.text) clauses.filter.push(words(state.text));
  for (const chip of state.chips) clauses[chip.not ? "must_not" : "filter"].push(clause(chip, kinds[chip.field]));
  const used = Object.entries(clauses).filter(([, list]) => list.length);
  return {
    ...(used.length && { search_query: { bool: Object.fromEntries(used) } }),
    ...times(state),
    is_show_aggs: false,
  };
}

/** Where in the expert's query a refusal's place is, or null where it is about something else. */
export function placeInQuery(where) {
  const inside = /^search_query\.bool\.filter\[0\]\.?(.*)$/su.exec(where ?? "");
  return inside ? inside[1] : null;
}

function times({ from, to }) {
  return { ...(from && { start_time: from }), ...(to && { end_time: to }) };
}

/** Every word is in the title, the description or a comment; the last may be a beginning. */
function words(text) {
  return {
    multi_match: { query: text, type: "cross_fields", operator: "and", fields: ["title", "description", "comment"] },
  };
}

function clause({ field, values }, kind = "select") {
  const plain = values.filter((value) => !special(value, kind));
  const clauses = values.filter((value) => special(value, kind)).map((value) => special(value, kind)(field));
  if (plain.length && kind === "text") clauses.push(...plain.map((value) => ({ match_phrase: { [field]: value } })));
  else if (plain.length) clauses.push({ terms: { [field]: plain.map((value) => typed(value, kind)) } });
  return clauses.length === 1 ? clauses[0] : { bool: { should: clauses, minimum_should_match: 1 } };
}

/** What a value asks for beside itself: that there is one, a bound, or a pattern. */
function special(value, kind) {
  if (value === "*") return (field) => ({ exists: { field } });
  const bound = /^(>=|<=|>|<)(.+)$/su.exec(value);
  if (bound && (kind === "number" || kind === "date"))
    return (field) => ({ range: { [field]: { [BOUNDS[bound[1]]]: typed(bound[2], kind) } } });
  if (/[*?]/u.test(value) && kind !== "number" && kind !== "date")
    return (field) => ({ wildcard: { [field]: { value, case_insensitive: true } } });
  return null;
}

const BOUNDS = { ">=": "gte", "<=": "lte", ">": "gt", "<": "lt" };

function typed(value, kind) {
  if (kind === "number" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
  if (kind === "boolean") return value === "true";
  return value;
}

/** The state that filters of the API stand for: chips where they read as such, else the query itself. */
export function stateOfFilters({ search_query: sent, start_time: from = "", end_time: to = "" }) {
  const query = typeof sent === "string" ? JSON.parse(sent) : sent;
  const state = { text: "", chips: [], dsl: "", from: String(from ?? ""), to: String(to ?? "") };
  const { filter = [], must_not: mustNot = [], ...others } = query?.bool ?? { filter: query ? [query] : [] };
  if (Object.keys(others).length || !Array.isArray(filter) || !Array.isArray(mustNot))
    return { ...state, dsl: JSON.stringify(query) };
  const rest = filter.filter((each) => !taken(state, each, false));
  const denied = mustNot.filter((each) => !taken(state, each, true));
  if (denied.length) rest.push({ bool: { must_not: denied } });
  return {
    ...state,
    dsl: rest.length > 1 ? JSON.stringify({ bool: { filter: rest } }) : rest.length ? JSON.stringify(rest[0]) : "",
  };
}

function taken(state, query, not) {
  if (!not && !state.text && query.multi_match?.type === "cross_fields") {
    state.text = query.multi_match.query;
    return true;
  }
  const parts = (query.bool?.should ?? [query]).map(valuesOf);
  const field = parts[0]?.field;
  if (!parts.every((part) => part && part.field === field)) return false;
  state.chips.push({ field, values: parts.flatMap(({ values }) => values), not });
  return true;
}

function valuesOf(query) {
  const [kind] = Object.keys(query);
  const [field, value] = Object.entries(query[kind] ?? {})[0] ?? [];
  if (kind === "exists") return { field: value, values: ["*"] };
  if (kind === "terms" && Array.isArray(value)) return { field, values: value.map(String) };
  if (kind === "match_phrase" && typeof value === "string") return { field, values: [value] };
  if (kind === "wildcard" && value?.case_insensitive) return { field, values: [value.value] };
  const bounds = kind === "range" ? Object.entries(value) : [];
  const sign = Object.entries(BOUNDS).find(([, name]) => name === bounds[0]?.[0])?.[0];
  return sign && bounds.length === 1 ? { field, values: [`${sign}${bounds[0][1]}`] } : null;
}

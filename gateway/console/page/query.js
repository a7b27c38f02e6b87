/** From what is shown in the filter bar to what the API is asked. Nothing here talks to anybody. */

const VALUES = /"(?:[^"]|"")*"(?=,|$)|[^,]+/gsu;
const BOUNDS = { ">=": "gte", "<=": "lte", ">": "gt", "<": "lt" };
const BOUND = /^(>=|<=|>|<)(.+)$/su;
const BETWEEN = /^(.+?)\.\.(.+)$/su;

/**
 * A chip of its text, `severity:critical,high`, `-status:closed`, `score:>=50`, `score:10..20`, `reviewer:*`; a value in
 * quotes is meant as it stands, `tags:"a,b*"`. Null for no such text.
 */
export function chipOf(text) {
  const parts = /^(-?)([\w.@-]+):(.+)$/su.exec(text.trim());
  const values = parts?.[3].match(VALUES);
  return values ? { field: parts[2], values, not: parts[1] === "-" } : null;
}

/** The text of a chip. */
export function textOf({ field, values, not }) {
  return `${not ? "-" : ""}${field}:${values.join(",")}`;
}

/** The values of a list that is separated by commas; those in quotes may hold some. */
export function listed(text) {
  const parts = text.match(/"(?:[^"]|"")*"(?=\s*(?:,|$))|[^,]+/gsu) ?? [];
  return parts.map((part) => unquoted(part.trim())).filter(Boolean);
}

/** A value as it is written in a chip: in quotes where it would mean something else. */
export function written(value) {
  const plain = /^[^\s"<>,*?](?:[^,*?]*[^\s,*?])?$/u.test(value) && !BETWEEN.test(value);
  return plain ? value : `"${value.replaceAll('"', '""')}"`;
}

/** The value that was written. */
export function unquoted(value) {
  return isQuoted(value) ? value.slice(1, -1).replaceAll('""', '"') : value;
}

/** The chips with that value filtered in, or out; what it contradicts is dropped. */
export function withValue(chips, field, value, not = false) {
  const others = chips.filter((chip) => chip.field !== field);
  const same = chips.find((chip) => chip.field === field && chip.not === not);
  const values = same && not ? [...new Set([...same.values, written(value)])] : [written(value)];
  return [...others, { field, values, not }];
}

/** The chips with another; it takes the place of one that says the same of its field, but a lower bound leaves an upper. */
export function withChip(chips, chip) {
  const replaced = (each) => each.field === chip.field && each.not === chip.not && sideOf(each) === sideOf(chip);
  return [...chips.filter((each) => !replaced(each)), chip];
}

function sideOf({ values }) {
  return values.every((value) => value.startsWith(">")) || (values.every((value) => value.startsWith("<")) ? "<" : "");
}

/** The filters of a state as every call of the API takes them; `kinds` says of each field what it holds. */
export function filtersOf(state, kinds) {
  const clauses = { filter: [], must_not: [] };
  if (state.dsl) clauses.filter.push(parsed(state.dsl));
  if (state.text) clauses.filter.push(words(state.text));
  for (const chip of state.chips) clauses[chip.not ? "must_not" : "filter"].push(clause(chip, kinds[chip.field]));
  const used = Object.entries(clauses).filter(([, list]) => list.length);
  return {
    ...(used.length && { search_query: { bool: Object.fromEntries(used) } }),
    ...times(state),
    is_show_aggs: false,
  };
}

function parsed(dsl) {
  try {
    return JSON.parse(dsl);
  } catch (error) {
    throw Object.assign(error, { status: 400, where: QUERY });
  }
}

const QUERY = "search_query.bool.filter[0]";

/** Where in the expert's query a refusal's place is, or null where it is about something else. */
export function placeInQuery(where) {
  return where?.startsWith(QUERY) ? where.slice(QUERY.length).replace(/^\./u, "") : null;
}

function times({ from, to }) {
  return { ...(from && { start_time: from }), ...(to && { end_time: to }) };
}

/** Every word is in the title, the description or a comment. */
function words(text) {
  return {
    multi_match: { query: text, type: "cross_fields", operator: "and", fields: ["title", "description", "comment"] },
  };
}

/** One of the values; bounds hold together. */
function clause({ field, values }, kind = "select") {
  const bounds = values.map((value) => rangeOf(value, kind)).filter(Boolean);
  const ranges = bounds.map((range) => ({ range: { [field]: range } }));
  const others = values.filter((value) => !rangeOf(value, kind));
  const clauses = others.filter((value) => special(value, kind)).map((value) => special(value, kind)(field));
  if (ranges.length) clauses.push(ranges.length > 1 ? { bool: { filter: ranges } } : ranges[0]);
  const plain = others.filter((value) => !special(value, kind)).map(unquoted);
  if (kind === "text") clauses.push(...plain.map((value) => ({ match_phrase: { [field]: value } })));
  else if (plain.length) clauses.push({ terms: { [field]: plain.map((value) => typed(value, kind)) } });
  return clauses.length === 1 ? clauses[0] : { bool: { should: clauses, minimum_should_match: 1 } };
}

/** What a value asks for beside itself: that there is one, or a pattern, in which only `*` and `?` mean another thing. */
function special(value, kind) {
  if (value === "*") return (field) => ({ exists: { field } });
  if (isQuoted(value) || isOrdered(kind) || !/[*?]/u.test(value)) return null;
  return (field) => ({ wildcard: { [field]: { value: value.replaceAll("\\", "\\\\"), case_insensitive: true } } });
}

/** The range that a value asks for, of numbers and times, else null. */
export function rangeOf(value, kind) {
  if (!isOrdered(kind)) return null;
  const [, sign, limit] = BOUND.exec(value) ?? [];
  if (sign) return { [BOUNDS[sign]]: typed(limit, kind) };
  const [, from, to] = BETWEEN.exec(value) ?? [];
  return from ? { gte: typed(from, kind), lte: typed(to, kind) } : null;
}

const isOrdered = (kind) => kind === "number" || kind === "date";
const isQuoted = (value) => /^"(?:[^"]|"")*"$/su.test(value);

/** The value in its field's type; one that is none of it as it is, for the gateway to say so. */
function typed(value, kind) {
  if (kind === "number" && value.trim() !== "" && !Number.isNaN(Number(value))) return Number(value);
  if (kind === "boolean" && (value === "true" || value === "false")) return value === "true";
  return value;
}

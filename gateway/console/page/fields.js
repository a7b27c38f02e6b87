/** The fields of an incident in groups; what can be counted by can be filtered by. */

import { button, h } from "./dom.js";
import { fieldTitle } from "./cells.js";
import { severityMark, statusMark, textOfValue, timeMark } from "./parts.js";
import { withValue } from "./query.js";
import { fieldNamed } from "./session.js";
import { go, now } from "./state.js";

const GROUPS = {
  "What it is": [
    "severity",
    "status",
    "state",
    "resolution",
    "priority",
    "impact",
    "category",
    "type",
    "source",
    "tags",
    "mitre",
  ],
  "Who has it": [
    "assignee.name",
    "assignee.id",
    "assignee.email",
    "reviewer",
    "assigner.name",
    "acknowledged_by.id",
    "created_by",
    "updated_by",
  ],
  "When it was": ["started_at", "acknowledged_at", "last_seen_at", "due_at", "resolved_at", "created_at", "updated_at"],
  "What it is part of": [
    "numeric_id",
    "hex_id",
    "external_id",
    "workflow_id",
    "origin",
    "aggregation_results",
    "services.name",
    "services.namespace",
    "labels.name",
    "labels.value",
    "metric_names",
  ],
};

/** What the pane shows in other places. */
const ELSEWHERE = ["title", "description", "comment", "alert_count", "note_count"];

/** The groups, then the tenant's own fields, then what other APIs keep. */
export function fields(doc) {
  const flat = flattened(doc);
  const known = new Set(Object.values(GROUPS).flat());
  const others = Object.keys(flat).filter(
    (name) => !known.has(name) && !name.startsWith("_meta") && !ELSEWHERE.includes(name),
  );
  const groups = {
    ...GROUPS,
    "Your fields": others.filter((name) => !name.startsWith("ext.")),
    "Of other APIs": others.filter((name) => name.startsWith("ext.")),
  };
  const there = (names) => names.filter((name) => flat[name] !== undefined);
  const { description } = doc;
  return [
    description ? h("p", { class: "prose" }, textOfValue(description)) : null,
    Object.entries(groups).map(([title, names]) => group(title, there(names), flat, doc)),
  ];
}

/** A document as dotted names and values. */
function flattened(doc, before = "", result = {}) {
  for (const [name, value] of Object.entries(doc)) {
    const full = before + name;
    if (value && typeof value === "object" && !Array.isArray(value)) flattened(value, `${full}.`, result);
    else if (Array.isArray(value) && value.some((each) => each && typeof each === "object"))
      collected(value, full, result);
    else if (value !== null && value !== "") result[full] = value;
  }
  return result;
}

/** A list that holds objects: what else it holds stays under its own name. */
function collected(list, before, result) {
  const put = (name, value) => (result[name] ??= []).push(...[value].flat());
  for (const entry of list.filter((each) => each !== null))
    if (typeof entry !== "object" || Array.isArray(entry)) put(before, entry);
    else for (const [name, value] of Object.entries(entry)) put(`${before}.${name}`, value);
}

function group(title, names, flat, doc) {
  if (!names.length) return null;
  return h(
    "section",
    { class: "group" },
    h("h3", {}, title),
    h(
      "dl",
      {},
      names.map((name) => [h("dt", {}, fieldTitle(name)), h("dd", {}, shown(name, flat[name], doc))]),
    ),
  );
}

function shown(name, value, doc) {
  if (name === "severity") return withFilter(name, value, severityMark(value));
  if (name === "status") return withFilter(name, value, statusMark(doc));
  if (fieldNamed(name)?.kind === "date") return timeMark(value);
  return [value].flat().map((each) => withFilter(name, each, h("span", { class: "value" }, textOfValue(each))));
}

function withFilter(name, value, content) {
  if (!fieldNamed(name)?.groupable) return content;
  const add = (not) => go({ page: "queue", chips: withValue(now().chips, name, String(value), not), offset: 0 });
  return h(
    "span",
    { class: "filterable" },
    content,
    h(
      "span",
      { class: "filter-buttons" },
      button("+", () => add(false), { "aria-label": `Only ${name} ${value}`, title: `Only ${value}` }),
      button("−", () => add(true), { "aria-label": `Not ${name} ${value}`, title: `Not ${value}` }),
    ),
  );
}

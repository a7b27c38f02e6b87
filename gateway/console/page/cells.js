/** Cells and headings of the table: how each field is shown, and filters on what it holds. */

import { button, h, icon } from "./dom.js";
import { assigneeOf, many, severityMark, statusMark, textOfValue, timeMark, titleOf, valueOf, words } from "./parts.js";
import { fieldNamed, session } from "./session.js";
import { withValue } from "./query.js";
import { go, now } from "./state.js";

const NAMES = {
  "assignee.name": "Assignee",
  started_at: "Started",
  created_at: "Created",
  updated_at: "Updated",
  resolved_at: "Resolved",
  numeric_id: "Number",
  mitre: "ATT&CK",
  "assignee.id": "Assignee id",
};
const WIDTHS = { severity: 6, title: 0, status: 7.25, "assignee.name": 8 };
/** Beside an open incident a date is how long ago it was, without the rest. */
const NARROW = { severity: 5.75, status: 7.25, "assignee.name": 6.25, date: 5.25, text: 6.25 };

/** A field as a heading has it. */
export const fieldTitle = (name) => NAMES[name] ?? words(name.replaceAll(".", " "));

/** Whether the list can be ordered by a field. */
export const sortable = (name) => fieldNamed(name)?.sortable ?? false;

/** A heading that orders by its field when pressed. */
export function heading(name, sort, onsort) {
  const mine = sort[0]?.field === name ? sort[0].order : null;
  const props = {
    role: "columnheader",
    scope: "col",
    class: `col-${name.replaceAll(".", "-")}`,
    "aria-sort": mine ? { asc: "ascending", desc: "descending" }[mine] : null,
  };
  const arrow = mine ? icon(mine === "asc" ? "ascending" : "descending") : null;
  return h("th", props, onsort ? button([fieldTitle(name), arrow], onsort, { class: "plain sort" }) : fieldTitle(name));
}

/** The width of a field's column in rem; 0 for the title's, which takes what the others leave. */
export function widthOf(name, narrow = false) {
  const known = (narrow ? NARROW[name] : null) ?? WIDTHS[name];
  const kinds = { date: 15.75, number: 5.5, text: 8.5, ...(narrow ? NARROW : {}) };
  return known ?? kinds[session.kinds[name]] ?? kinds.text;
}

/** What the columns beside the title take, in rem. */
export const widthOfAll = (names, narrow) => names.reduce((sum, name) => sum + widthOf(name, narrow), 0);

/** The tracks of a row: each column has its width, the title the rest; without it they share the rest. */
export function tracks(names, narrow) {
  const share = !names.includes("title");
  const track = (width) => (share ? `minmax(${width}rem, ${width}fr)` : `${width}rem`);
  const all = names.map((name) => (name === "title" ? "minmax(var(--title, 0), 1fr)" : track(widthOf(name, narrow))));
  return ["38px", ...all].join(" ");
}

/** The cell of a field. */
export function cell(name, doc) {
  const show = CELLS[name] ?? (session.kinds[name] === "date" ? (it) => timeMark(it[name]) : plain(name));
  return h(
    "td",
    { role: "gridcell", class: `held col-${name.replaceAll(".", "-")}`, dataset: { field: name } },
    show(doc),
  );
}

const CELLS = {
  severity: (doc) => severityMark(doc.severity),
  status: statusMark,
  title: (doc) => [h("span", { class: "title", dir: "auto" }, titleOf(doc)), h("small", {}, under(doc))],
  "assignee.name": (doc) => (assigneeOf(doc) ? h("bdi", {}, assigneeOf(doc)) : h("span", { class: "soft" }, "nobody")),
};

function plain(name) {
  return (doc) => {
    const text = textOfValue(valueOf(doc, name));
    return text ? h("bdi", {}, text) : h("span", { class: "soft" }, "–");
  };
}

function under(doc) {
  const alerts = doc.alert_count ? [many(doc.alert_count, "alert")] : [];
  const notes = doc.note_count ? [many(doc.note_count, "note")] : [];
  const parts = [`#${doc.numeric_id}`, ...alerts, ...notes, ...(doc.tags ?? []).slice(0, 3)];
  return parts.map((part, place) => [place ? " · " : "", h("bdi", {}, part)]);
}

/** Buttons that filter a value in or out, for the cell under the pointer; the keyboard has them in the open incident. */
export function cellFilters(name, doc) {
  const value = valueOf(doc, name);
  if (
    name === "title" ||
    session.kinds[name] === "date" ||
    !fieldNamed(name)?.groupable ||
    value === undefined ||
    value === null ||
    typeof value === "object"
  )
    return null;
  const add = (not) => (event) => {
    event.stopPropagation();
    go({ chips: withValue(now().chips, name, String(value), not), offset: 0 });
  };
  return h(
    "span",
    { class: "cell-filters", "aria-hidden": "true" },
    button("+", add(false), { tabindex: "-1", title: `Only ${value}`, dataset: { filter: "in" } }),
    button("−", add(true), { tabindex: "-1", title: `Not ${value}`, dataset: { filter: "out" } }),
  );
}

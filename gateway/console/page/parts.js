/** Small parts that many components show: severities, statuses, times, people, counts. */

import { h, svg } from "./dom.js";
import { session, statuses } from "./session.js";
import { absolute, clock, relative } from "./time.js";

/** A number as people read it. */
export const count = (number) => NUMBERS.format(number);

const NUMBERS = new Intl.NumberFormat("en-GB");

/** So many of a noun. */
export const many = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A word of the API as people read it. */
export function words(name) {
  const text = String(name).replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A value of a field as people read it: the gateway's own words as words, all others as they stand. */
export const valueText = (field, value) => (isVocabulary(field) ? words(value) : String(value));

/** Whether a field has the gateway's own words. */
export const isVocabulary = (field) => ["severity", "status", "state"].includes(field);

/** What an incident is called; its id where its title has nothing to read. */
export const titleOf = (doc) => (doc.title?.trim() ? doc.title : doc._meta.id);

/** How severe, from 0, the most; the last rank of five for what has none. */
export function rank(severity) {
  const place = session.severities.indexOf(severity);
  return place < 0 ? 5 : Math.min(4, Math.floor((place * 5) / session.severities.length));
}

const marks = new Map();

/** A copy of a mark that is made once: a page has a hundred of each, and copying takes a fraction of making. */
function copied(name, make) {
  if (!marks.has(name)) marks.set(name, make());
  return marks.get(name).cloneNode(true);
}

/** A severity as its word and as bars, never as a colour alone. */
export const severityMark = (severity) => copied(`severity ${severity}`, () => severityOf(severity));

function severityOf(severity) {
  const place = rank(severity);
  const lit = Math.max(1, 4 - place);
  const bar = (at) => `M${at * 4} 12v${-3 - at * 3}h3v${3 + at * 3}z`;
  const path = (bars, kind) => svg("path", { d: bars.map(bar).join(""), class: kind });
  const bars = [path([0, 1, 2, 3].slice(0, lit)), path([0, 1, 2, 3].slice(lit), "off")];
  return h(
    "span",
    { class: `severity r${place}` },
    svg("svg", { viewBox: "0 0 16 12", "aria-hidden": "true" }, bars),
    severity ? words(severity) : "None",
  );
}

/** A status with the shape of its state. */
export function statusMark(doc) {
  const state = doc.state ?? statuses(doc.workflow_id).find(({ name }) => name === doc.status)?.state ?? "open";
  return copied(`status ${state} ${doc.status}`, () => statusOf(state, doc.status));
}

function statusOf(state, status) {
  const shapes = {
    open: "M6 1a5 5 0 1 0 0 10a5 5 0 0 0 0-10",
    in_progress: "M6 1a5 5 0 1 0 0 10a5 5 0 0 0 0-10M6 3.2v5.6a2.8 2.8 0 0 0 0-5.6",
    closed: "M2 6l3 3 5-6",
  };
  return h(
    "span",
    { class: `status ${state}` },
    svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("path", { d: shapes[state] })),
    words(status ?? state),
  );
}

/** A moment, relative and absolute with its zone. */
export function timeMark(time) {
  if (!time) return h("span", { class: "soft" }, "–");
  return h(
    "time",
    { datetime: time, class: "both" },
    h("span", { dataset: { relative: time } }, relative(time)),
    h("small", { class: "soft", dataset: { absolute: time } }, absolute(time)),
  );
}

/** The time of day now, or of a moment, as of which something is shown. */
export const clockMark = (time) =>
  h("time", { datetime: new Date(time).toISOString(), dataset: { clock: new Date(time).toISOString() } }, clock(time));

/** Shows every time in the page anew, in the zone as it is now. */
export function refreshTimes(root = document) {
  for (const element of root.querySelectorAll("[data-relative]"))
    element.textContent = relative(element.dataset.relative);
  for (const element of root.querySelectorAll("[data-absolute]"))
    element.textContent = absolute(element.dataset.absolute);
  for (const element of root.querySelectorAll("[data-clock]")) element.textContent = clock(element.dataset.clock);
}

/** The value of a field of a document, dotted names too. */
export function valueOf(doc, name) {
  if (name in doc) return doc[name];
  return name
    .split(".")
    .reduce((value, part) => (Array.isArray(value) ? value.map((each) => each?.[part]) : value?.[part]), doc);
}

/** Who an incident is assigned to, by name, else id, else address. */
export function assigneeOf(doc) {
  const { name, id, email } = doc.assignee ?? {};
  return name ?? id ?? email ?? null;
}

/** A value as text. */
export function textOfValue(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOfValue).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

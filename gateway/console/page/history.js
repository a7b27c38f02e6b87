/** What happened to an incident: its timeline, its alerts, its notes. */

import { call, path } from "./api.js";
import { button, h } from "./dom.js";
import { deed } from "./changeone.js";
import { count, many, textOfValue, timeMark, words } from "./parts.js";
import { dropDraft, keepDraft } from "./drafts.js";
import { notice } from "./notice.js";
import { whyNot } from "./session.js";

/** Activities, notes and alerts in the order of time, the latest first; more on demand. */
export async function timeline(doc) {
  const list = h("ol", { class: "timeline" });
  // What tells that a note was added stands beside the note itself.
  const add = (entries) => list.append(...entries.filter(({ type }) => type !== "note_added").map(entry));
  return [list, await paged(doc, "timeline", 50, add)];
}

/** Reads pages of what an incident has, the first at once; the button for the next says how much of it is there. */
async function paged(doc, name, size, add) {
  const place = h("p", { class: "more" });
  let after = null;
  let read = 0;
  const load = async () => {
    const answer = await call("GET", path("incidents", doc._meta.id, name), { query: { size, after } });
    const part = answer.docs ?? answer.entries;
    after = answer.next;
    read += part.length;
    add(part, answer.total_docs);
    const text = answer.total_docs ? `More: ${count(read)} of ${count(answer.total_docs)} are here` : "Earlier";
    place.replaceChildren(...(after ? [button(text, again)] : []));
  };
  const again = () => load().catch((error) => place.replaceChildren(notice(error, again)));
  await load();
  return place;
}

function entry(each) {
  const show = { activity: [deed(each)], note: noted(each), alert: alerted(each) }[each.kind];
  return h("li", { class: each.kind, dataset: { kind: each.kind } }, show, h("p", {}, timeMark(each.at)));
}

const noted = ({ author, body }) => [h("b", {}, `Note by ${author}`), h("p", { class: "said" }, body)];

function alerted({ status, description, alert_id: id }) {
  return [h("b", {}, "Alert "), status ? statusBadge(status) : null, h("p", { class: "said" }, description ?? id)];
}

const statusBadge = (status) => h("span", { class: "badge alert-status" }, words(status));

/** The alerts, by status with counts that filter the list below them. */
export async function alerts(doc) {
  const shown = { docs: [], total: 0, status: null };
  const list = h("ul", { class: "alerts" });
  const counts = h("div", { class: "counts", role: "group", "aria-label": "Alerts by status" });
  const show = () => {
    counts.replaceChildren(...statusFilters(shown, show));
    list.replaceChildren(...shown.docs.filter(fits(shown.status)).map(alert));
  };
  const more = await paged(doc, "alerts", 500, (docs, total) => {
    shown.docs.push(...docs);
    shown.total = total;
    show();
  });
  return shown.total ? [counts, list, more] : h("p", { class: "soft" }, "No alerts.");
}

const fits = (status) => (each) => status === null || (each.status ?? "none") === status;

/** All of them, then each status with how many of those that are here have it. */
function statusFilters(shown, show) {
  const groups = Object.entries(Object.groupBy(shown.docs, (each) => each.status ?? "none"));
  const filter = (label, status) => {
    const choose = () => {
      shown.status = status;
      show();
    };
    return button(label, choose, { class: "small", "aria-pressed": String(shown.status === status) });
  };
  return [
    filter(many(shown.total, "alert"), null),
    ...groups.map(([status, of]) => filter(`${words(status)} ${count(of.length)}`, status)),
    shown.docs.length < shown.total ? h("span", { class: "soft" }, `of the first ${count(shown.docs.length)}`) : "",
  ];
}

function alert({ status, severity, description, source, tags, started_at: started, ended_at: ended, alert_id: id }) {
  const text = (tags ?? []).map(({ name, value }) => `${name}: ${textOfValue(value)}`);
  return h(
    "li",
    { dataset: { alert: id } },
    h("p", {}, statusBadge(status ?? severity ?? "alert"), h("b", {}, description ?? id)),
    h("p", { class: "soft" }, [source, ...text].filter(Boolean).join(" · ")),
    h("p", {}, timeMark(started), ended ? [h("span", { class: "soft" }, " – ended "), timeMark(ended)] : null),
  );
}

/** The notes, and a field for another. */
export async function notes(doc) {
  const list = h("ol", { class: "timeline" });
  const show = (docs) => list.append(...docs.map((note) => entry({ ...note, kind: "note", at: note.created_at })));
  const more = await paged(doc, "notes", 100, show);
  const id = doc._meta.id;
  const field = h("textarea", { rows: 3, required: true, "aria-label": "Note" });
  keepDraft(`note ${id}`, { field });
  const problem = h("p", { class: "error-text", role: "alert" });
  const add = h("button", { type: "submit", class: "primary" }, "Add the note");
  const submit = async (event) => {
    event.preventDefault();
    if (add.disabled) return;
    add.disabled = true;
    try {
      await call("POST", path("incidents", id, "notes"), { body: { body: field.value } });
      dropDraft(`note ${id}`);
      dispatchEvent(new CustomEvent("incidents-changed", { detail: [id] }));
    } catch (error) {
      problem.textContent = error.message;
    }
    add.disabled = false;
  };
  const reason = whyNot("write");
  const form = reason
    ? h("p", { class: "soft" }, reason)
    : h("form", { class: "note-form", onsubmit: submit }, field, problem, add);
  return [form, list, more];
}

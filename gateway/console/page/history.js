/** What happened to an incident: its timeline, its alerts, its notes. */

import { call, path } from "./api.js";
import { button, h } from "./dom.js";
import { deed } from "./changeone.js";
import { many, timeMark, words } from "./parts.js";
import { whyNot } from "./session.js";

/** Activities, notes and alerts in the order of time, the latest first; more on demand. */
export async function timeline(doc) {
  const list = h("ol", { class: "timeline" });
  const more = button("Earlier", () => load(), { class: "plain" });
  let after = null;
  const load = async () => {
    const { entries, next } = await call("GET", path("incidents", doc._meta.id, "timeline"), {
      query: { size: 50, after },
    });
    // What tells that a note was added stands beside the note itself.
    list.append(...entries.filter(({ type }) => type !== "note_added").map(entry));
    after = next;
    more.hidden = !next;
  };
  await load();
  return [list, more];
}

function entry(each) {
  const text = { activity: () => deed(each), note: () => each.body, alert: () => each.description ?? each.alert_id }[
    each.kind
  ]();
  const who = { note: `Note by ${each.author}`, alert: `Alert${each.status ? `, ${each.status}` : ""}` }[each.kind];
  return h(
    "li",
    { class: each.kind, dataset: { kind: each.kind } },
    timeMark(each.at),
    h("div", {}, who ? h("b", {}, who) : null, h("p", {}, text)),
  );
}

/** The alerts, by status with counts that filter the list below them. */
export async function alerts(doc) {
  const { docs, total_docs: total } = await call("GET", path("incidents", doc._meta.id, "alerts"), {
    query: { size: 1000 },
  });
  const list = h("ul", { class: "alerts" });
  const show = (status) =>
    list.replaceChildren(...docs.filter((each) => status === null || (each.status ?? "none") === status).map(alert));
  const counts = Object.entries(Object.groupBy(docs, (each) => each.status ?? "none")).map(([status, of]) =>
    filter(`${words(status)} ${of.length}`, status, show),
  );
  show(null);
  if (!docs.length) return h("p", { class: "soft" }, "No alerts.");
  return [
    h(
      "div",
      { class: "counts", role: "group", "aria-label": "Alerts by status" },
      filter(many(total, "alert"), null, show),
      counts,
    ),
    list,
  ];
}

function filter(label, status, show) {
  return button(
    label,
    ({ currentTarget }) => {
      for (const other of currentTarget.parentElement.children)
        other.setAttribute("aria-pressed", String(other === currentTarget));
      show(status);
    },
    { class: "small", "aria-pressed": String(status === null) },
  );
}

function alert({
  status,
  severity,
  description,
  source,
  tags = [],
  started_at: started,
  ended_at: ended,
  alert_id: id,
}) {
  const text = tags.map(({ name, value }) => `${name}: ${[value].flat().join(", ")}`).join(" · ");
  return h(
    "li",
    { dataset: { alert: id } },
    h("b", { class: "alert-status" }, words(status ?? severity ?? "alert")),
    h("p", {}, description ?? id),
    h("p", { class: "soft" }, [source, text].filter(Boolean).join(" · ")),
    timeMark(started),
    ended ? [" ended ", timeMark(ended)] : null,
  );
}

/** The notes, and a field for another. */
export async function notes(doc) {
  const { docs } = await call("GET", path("incidents", doc._meta.id, "notes"), { query: { size: 200 } });
  const field = h("textarea", { rows: 3, required: true, "aria-label": "Note" });
  const problem = h("p", { class: "error-text", role: "alert" });
  const add = h("button", { type: "submit", class: "primary" }, "Add the note");
  const submit = async (event) => {
    event.preventDefault();
    if (add.disabled) return;
    add.disabled = true;
    try {
      await call("POST", path("incidents", doc._meta.id, "notes"), { body: { body: field.value } });
      dispatchEvent(new CustomEvent("incidents-changed", { detail: [doc._meta.id] }));
    } catch (error) {
      problem.textContent = error.message;
    }
    add.disabled = false;
  };
  const reason = whyNot("write");
  const form = reason
    ? h("p", { class: "soft" }, reason)
    : h(
        "form",
        { class: "note-form", onsubmit: submit },
        field,
        problem,
        add,
      );
  return [
    form,
    h(
      "ol",
      { class: "timeline" },
      docs.map((note) => entry({ ...note, kind: "note", at: note.created_at })),
    ),
  ];
}

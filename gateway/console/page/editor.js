/** The form that edits an incident: only what was changed is sent, on the version that was read. */

import { button, h, say } from "./dom.js";
import { fieldTitle } from "./cells.js";
import { showRefusal, write } from "./changeone.js";
import { labelled, select } from "./dialog.js";
import { dropDraft, keepDraft } from "./drafts.js";
import { assigneeOf, valueOf, words } from "./parts.js";
import { listed, written } from "./query.js";
import { session, statuses } from "./session.js";

const TEXTS = ["title", "description", "priority", "category", "type", "source", "assignee.name", "reviewer"];
const LISTS = ["tags", "mitre"];
const LONG = ["title", "description", ...LISTS];

/** The form; `done` gets the document as it is then, or null where nothing was changed. */
export function createEditor(doc, done) {
  const controls = controlsOf(doc);
  // A control may show less than the document holds, a line's end or a status that is no more: that is no change.
  const before = valuesOf(controls);
  const draft = `edit ${doc._meta.id}`;
  const end = (changed) => {
    dropDraft(draft);
    done(changed);
  };
  const outcome = h("div", { class: "outcome" });
  const submit = h("button", { type: "submit", class: "primary" }, "Save");
  let version = doc._meta.version;
  const save = async (event) => {
    event.preventDefault();
    const change = changeOf(before, controls);
    if (!Object.keys(change).length) return end(null);
    submit.disabled = true;
    try {
      end(await write(doc, version, change));
      say("Saved");
    } catch (error) {
      version = (await showRefusal(error, outcome, submit, doc)) ?? version;
      const body = outcome.closest(".detail-body");
      body.scrollTop = body.scrollHeight;
    }
    submit.disabled = false;
    return undefined;
  };
  const kept = keepDraft(draft, controls);
  return h(
    "form",
    { class: "editor", onsubmit: save, "aria-label": "Edit the incident" },
    kept ? h("p", { class: "soft", role: "status" }, "What you had typed is here again.") : null,
    Object.entries(controls).map(([name, control]) =>
      labelled(fieldTitle(name), control, LISTS.includes(name) ? "separated by commas" : null, LONG.includes(name)),
    ),
    outcome,
    h(
      "footer",
      {},
      button("Cancel", () => end(null), { class: "plain" }),
      submit,
    ),
  );
}

function controlsOf(doc) {
  const controls = Object.fromEntries(
    [...TEXTS, ...LISTS].map((name) => [
      name,
      name === "description"
        ? h("textarea", { rows: 4, value: shown(doc, name) })
        : h("input", { value: shown(doc, name), required: name === "title" }),
    ]),
  );
  const severity = select([["", "none"], ...session.severities.map((each) => [each, words(each)])], doc.severity);
  const status = select(
    statuses(doc.workflow_id).map(({ name }) => [name, words(name)]),
    doc.status,
  );
  const { title, description, ...rest } = controls;
  return { title, description, severity, status, ...rest };
}

function shown(doc, name) {
  // Who has it by an id or an address has it as well.
  const value = name === "assignee.name" ? assigneeOf(doc) : valueOf(doc, name);
  return Array.isArray(value) ? value.map(written).join(", ") : (value ?? "");
}

const valuesOf = (controls) => Object.fromEntries(Object.entries(controls).map(([name, { value }]) => [name, value]));

function changeOf(before, controls) {
  const change = {};
  for (const [name, value] of Object.entries(valuesOf(controls))) {
    if (value === before[name]) continue;
    if (name === "assignee.name") change.assignee = value ? { name: value } : null;
    else if (LISTS.includes(name)) change[name] = listed(value);
    else change[name] = value === "" ? null : value;
  }
  return change;
}

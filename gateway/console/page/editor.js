/** The form that edits an incident: only what was changed is sent, on the version that was read. */

import { button, h, say } from "./dom.js";
import { fieldTitle } from "./cells.js";
import { showRefusal, write } from "./changeone.js";
import { labelled, select } from "./dialog.js";
import { dropDraft, keepDraft } from "./drafts.js";
import { valueOf, words } from "./parts.js";
import { listed, written } from "./query.js";
import { session, statuses } from "./session.js";

const TEXTS = ["title", "description", "priority", "category", "type", "source", "reviewer", "assignee.name"];
const LISTS = ["tags", "mitre"];

/** The form; `done` gets the document as it is then, or null where nothing was changed. */
export function createEditor(doc, done) {
  const controls = controlsOf(doc);
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
    const change = changeOf(doc, controls);
    if (!Object.keys(change).length) return end(null);
    submit.disabled = true;
    try {
      end(await write(doc, version, change));
      say("Saved");
    } catch (error) {
      version = (await showRefusal(error, outcome, submit, doc)) ?? version;
      outcome.scrollIntoView({ block: "nearest" });
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
      labelled(fieldTitle(name), control, LISTS.includes(name) ? "separated by commas" : null),
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
  controls.severity = select([["", "none"], ...session.severities.map((each) => [each, words(each)])], doc.severity);
  controls.status = select(
    statuses(doc.workflow_id).map(({ name }) => [name, words(name)]),
    doc.status,
  );
  return controls;
}

function shown(doc, name) {
  const value = valueOf(doc, name);
  return Array.isArray(value) ? value.map(written).join(", ") : (value ?? "");
}

function changeOf(doc, controls) {
  const change = {};
  for (const [name, { value }] of Object.entries(controls)) {
    if (value === shown(doc, name)) continue;
    if (name === "assignee.name") change.assignee = value ? { name: value } : null;
    else if (LISTS.includes(name))
      change[name] = listed(value);
    else change[name] = value === "" ? null : value;
  }
  return change;
}

/** One dialog for every change: status, severity, assignee and note, of one incident or of many. */

import { call, path } from "./api.js";
import { button, h, say } from "./dom.js";
import { changeMany } from "./changemany.js";
import { changeOne } from "./changeone.js";
import { labelled, openDialog, select } from "./dialog.js";
import { dropDraft, keepDraft } from "./drafts.js";
import { many, titleOf, words } from "./parts.js";
import { session, statuses, whyNot } from "./session.js";

const TITLES = {
  take: "Take",
  assignee: "Assign",
  status: "Set the status",
  severity: "Set the severity",
  comment: "Add a note",
  close: "Close",
};

/** Opens the dialog for a scope, with what was refused before; `done` gets documents as they are now, and ids of others. */
export function openChange(scope, wish, done, error = null) {
  if (!scope) return say("There is no incident to change");
  return openDialog(`${TITLES[wish]}: ${scopeText(scope)}`, (close) => {
    const reason = whyNot("write");
    if (reason)
      return [
        h("p", { class: "error-text", role: "alert" }, reason),
        h("footer", {}, button("Close", close, { autofocus: true })),
      ];
    return form(scope, wish, { done, close, error });
  });
}

function scopeText(scope) {
  if (scope.kind === "one") return titleOf(scope.doc);
  return scope.kind === "ticked" ? many(scope.ids.length, "ticked incident") : "all that match";
}

function form(scope, wish, { done, close, error }) {
  const controls = controlsFor(scope, wish);
  const draft = scope.kind === "one" ? `${wish} ${scope.doc._meta.id}` : null;
  const elements = Object.fromEntries(Object.entries(controls).map(([name, { element }]) => [name, element]));
  if (draft) keepDraft(draft, elements);
  const end = () => {
    if (draft) dropDraft(draft);
    close();
  };
  const outcome = h("div", { class: "outcome", "aria-live": "polite" });
  const submit = h("button", { type: "submit", class: "primary" }, scope.kind === "one" ? "Change" : "Counting …");
  const run = scope.kind === "one" ? changeOne : changeMany;
  const running = run({ scope, outcome, submit, done, close: end, change: () => changeOf(elements) });
  const onsubmit = (event) => {
    event.preventDefault();
    if (!submit.disabled) running.apply();
  };
  running.edited?.();
  if (error) running.refused(error);
  return h(
    "form",
    { onsubmit, oninput: () => running.edited?.() },
    Object.values(controls).map(({ label, element: control, hint }) => labelled(label, control, hint)),
    elements.assignee ? people() : null,
    outcome,
    h("footer", {}, button("Cancel", end, { class: "plain" }), submit),
  );
}

/** The controls, the one that was wished for first and with the focus. */
function controlsFor(scope, wish) {
  const list = statusesOf(scope);
  const keep = ["", "leave as it is"];
  const status = select(
    [keep, ...list.map(({ name, state }) => [name, `${words(name)} (${words(state).toLowerCase()})`])],
    preset(wish, list),
  );
  const severity = select([keep, ...session.severities.map((each) => [each, words(each)])], "");
  const comment = h("textarea", {
    rows: 3,
    required: wish === "close" || wish === "comment",
    maxlength: 100_000,
    placeholder: wish === "close" ? "what it was, and what was done" : "",
  });
  const all = {
    status: { label: "Status", element: status },
    severity: { label: "Severity", element: severity },
    assignee: { label: "Assignee", element: assigneeField(wish) },
    comment: { label: "Note", element: comment },
  };
  const first = {
    take: ["assignee", "status", "comment"],
    close: ["status", "comment"],
    comment: ["comment"],
    assignee: ["assignee", "comment"],
    status: ["status", "comment"],
    severity: ["severity", "comment"],
  }[wish];
  all[wish === "close" ? "comment" : first[0]].element.setAttribute("autofocus", "");
  return Object.fromEntries(first.map((name) => [name, all[name]]));
}

function assigneeField(wish) {
  return h("input", {
    list: "people",
    autocomplete: "off",
    value: wish === "take" ? session.user : "",
    placeholder: "leave as it is; “nobody” takes it from everybody",
  });
}

/** Who has incidents, to choose from; whoever else may be typed. */
function people() {
  const list = h("datalist", { id: "people" }, h("option", { value: session.user }));
  call("GET", path("fields", "assignee.name", "values"), { query: { size: 50 } })
    .then(({ values }) => {
      const others = values.filter(({ value }) => value !== session.user);
      list.append(...others.map(({ value }) => h("option", { value })));
    })
    .catch(() => null);
  return list;
}

/** The statuses of the incident's workflow; of many those of all the workflows that they are known to have. */
function statusesOf(scope) {
  if (scope.kind === "one") return statuses(scope.doc.workflow_id);
  const ids = new Set(scope.docs?.map((doc) => doc.workflow_id ?? "default"));
  const known = session.workflows.filter(({ id }) => ids.has(id));
  const all = (known.length ? known : session.workflows).flatMap((workflow) => workflow.statuses);
  return all.filter(({ name }, place) => all.findIndex((each) => each.name === name) === place);
}

function preset(wish, list) {
  const state = { take: "in_progress", close: "closed" }[wish];
  return list.find((each) => each.state === state)?.name ?? "";
}

function changeOf(elements) {
  const change = {};
  const value = (name) => elements[name]?.value.trim() ?? "";
  for (const name of ["status", "severity", "comment"]) if (value(name)) change[name] = value(name);
  if (value("assignee")) change.assignee = value("assignee") === "nobody" ? null : { name: value("assignee") };
  return change;
}

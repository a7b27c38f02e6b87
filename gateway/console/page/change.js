/** One dialog for every change: status, severity, assignee and note, of one incident or of many. */

import { button, h } from "./dom.js";
import { changeMany } from "./changemany.js";
import { changeOne } from "./changeone.js";
import { labelled, openDialog, select } from "./dialog.js";
import { many, words } from "./parts.js";
import { session, statuses, whyNot } from "./session.js";

const TITLES = {
  take: "Take",
  assignee: "Assign",
  status: "Set the status",
  severity: "Set the severity",
  comment: "Add a note",
  close: "Close",
};

/** Opens the dialog for a scope; `done` gets the documents that were changed, as they are now. */
export function openChange(scope, wish, done) {
  if (!scope) return;
  openDialog(`${TITLES[wish]}: ${scopeText(scope)}`, (close) => {
    const reason = whyNot("write");
    if (reason)
      return [h("p", { class: "error-text", role: "alert" }, reason), h("footer", {}, button("Close", close))];
    return form(scope, wish, done, close);
  });
}

function scopeText(scope) {
  if (scope.kind === "one") return scope.doc.title ?? scope.doc._meta.id;
  return scope.kind === "ticked" ? many(scope.ids.length, "ticked incident") : "all that match";
}

function form(scope, wish, done, close) {
  const controls = controlsFor(scope, wish);
  const outcome = h("div", { class: "outcome", "aria-live": "polite" });
  const submit = h("button", { type: "submit", class: "primary" }, scope.kind === "one" ? "Change" : "Counting …");
  const run = scope.kind === "one" ? changeOne : changeMany;
  const running = run({ scope, outcome, submit, done, close, change: () => changeOf(controls, wish) });
  const element = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        running.apply();
      },
      oninput: () => running.edited?.(),
    },
    Object.values(controls).map(({ label, element: control, hint }) => labelled(label, control, hint)),
    outcome,
    h("footer", {}, button("Cancel", close, { class: "plain" }), submit),
  );
  running.edited?.();
  return element;
}

/** The controls, the one that was wished for first and with the focus. */
function controlsFor(scope, wish) {
  const workflow = scope.doc?.workflow_id;
  const keep = ["", "leave as it is"];
  const status = select(
    [keep, ...statuses(workflow).map(({ name, state }) => [name, `${words(name)} (${words(state).toLowerCase()})`])],
    preset(wish, workflow),
  );
  const severity = select([keep, ...session.severities.map((each) => [each, words(each)])], "");
  const assignee = h("input", {
    list: "people",
    autocomplete: "off",
    value: wish === "take" ? session.user : "",
    placeholder: "leave as it is; “nobody” takes it from everybody",
  });
  const comment = h("textarea", {
    rows: 3,
    required: wish === "close" || wish === "comment",
    maxlength: 100_000,
    placeholder: wish === "close" ? "what it was, and what was done" : "",
  });
  const all = {
    status: { label: "Status", element: status },
    severity: { label: "Severity", element: severity },
    assignee: { label: "Assignee", element: assignee },
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

function preset(wish, workflow) {
  const state = { take: "in_progress", close: "closed" }[wish];
  return statuses(workflow).find((each) => each.state === state)?.name ?? "";
}

function changeOf(controls) {
  const change = {};
  const value = (name) => controls[name]?.element.value.trim() ?? "";
  for (const name of ["status", "severity", "comment"]) if (value(name)) change[name] = value(name);
  if (value("assignee")) change.assignee = value("assignee") === "nobody" ? null : { name: value("assignee") };
  return change;
}

/** Who works here, and the words of this gateway: severities, workflows, fields. */

import { ApiError, call, key, path } from "./api.js";
import { button, h } from "./dom.js";

/** What the gateway says of itself and of who asks; filled by `begin`. */
export const session = {
  user: "",
  tenant: "",
  scopes: [],
  auth: "none",
  severities: [],
  workflows: [],
  fields: [],
  named: {},
  kinds: {},
};

/** Fills the session; asks for a key in `place` where one is wanted, as often as it takes. */
export async function begin(place) {
  for (let refused = null; ;) {
    try {
      return await fill();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      refused = await askForKey(place, key.get() ? error : refused);
    }
  }
}

/** Whether the key may do what asks for the scope. */
export function may(scope) {
  return session.auth === "none" || session.scopes.includes(scope) || session.scopes.includes("admin");
}

/** Why a button of that scope cannot be pressed, or null where it can. */
export function whyNot(scope) {
  return may(scope) ? null : `Your key "${session.user}" lacks the scope "${scope}".`;
}

/** The statuses of a workflow, with the state that each means. */
export function statuses(workflow = "default") {
  return (session.workflows.find(({ id }) => id === workflow) ?? session.workflows[0]).statuses;
}

/** The field of that name, if there is one. */
export const fieldNamed = (name) => session.named[name];

/** Reads the fields again: a custom field may be new. */
export async function readFields() {
  const { fields } = await call("GET", path("fields"));
  session.fields = fields;
  session.named = Object.fromEntries(fields.map((field) => [field.name, field]));
  session.kinds = Object.fromEntries(fields.map(({ name, kind }) => [name, kind]));
}

async function fill() {
  const [who, vocabulary] = await Promise.all([
    call("GET", path("whoami")),
    call("GET", path("vocabulary")),
    readFields(),
  ]);
  Object.assign(session, who, { severities: vocabulary.severities, workflows: vocabulary.workflows });
}

function askForKey(place, refused) {
  return new Promise((resolve) => {
    const field = h("input", {
      id: "key",
      type: "password",
      autocomplete: "off",
      required: true,
      spellcheck: "false",
      pattern: "\\s*[\\x21-\\x7e]+\\s*",
      title: "A key has Latin letters, digits and signs",
      "aria-describedby": "key-help",
    });
    const help = refused
      ? `${refused.message} Type another.`
      : "It is kept for this tab only, and sent to this gateway alone.";
    const form = h(
      "form",
      {
        class: "key-form",
        onsubmit: (event) => {
          event.preventDefault();
          key.set(field.value.trim());
          resolve(null);
        },
      },
      h("h1", {}, "Incidents"),
      h("label", { for: "key" }, "Key of this gateway"),
      field,
      h("p", { id: "key-help", class: refused ? "error-text" : "soft", role: refused ? "alert" : null }, help),
      h("button", { class: "primary", type: "submit" }, "Begin"),
    );
    place.replaceChildren(h("main", { id: "content", class: "key-page" }, form));
    field.focus();
  });
}

/** Forgets the key and begins anew. */
export function leave() {
  key.drop();
  location.reload();
}

/** A button that needs a scope: where it lacks, it cannot be pressed and says why. */
export function scoped(scope, label, onclick, props = {}) {
  const reason = whyNot(scope);
  return reason
    ? button(label, null, { ...props, "aria-disabled": "true", title: reason, class: `${props.class ?? ""} forbidden` })
    : button(label, onclick, props);
}

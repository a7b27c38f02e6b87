/** A change of one incident, on the version that was seen; a conflict says who changed what, and keeps the text. */

import { call, path } from "./api.js";
import { say } from "./dom.js";
import { conflictNotice, notice } from "./notice.js";
import { textOfValue, words } from "./parts.js";
import { absolute, relative } from "./time.js";

/** What the dialog's form does for one incident. */
export function changeOne({ scope, outcome, submit, done, close, change }) {
  let version = scope.doc._meta.version;
  const apply = async () => {
    submit.disabled = true;
    outcome.replaceChildren();
    try {
      done([await write(scope.doc, version, change())]);
      close();
      say("Changed");
    } catch (error) {
      if (error.status !== 409) outcome.replaceChildren(notice(error, null));
      else version = await showConflict(outcome, submit, scope.doc);
    } finally {
      submit.disabled = false;
    }
  };
  return { apply };
}

/** Writes a change of an incident at a version. Raises ApiError, 409 where it is not at that version any more. */
export function write(doc, version, change) {
  return call("PUT", path("incidents", doc._meta.id), { body: { _meta: { id: doc._meta.id, version }, ...change } });
}

/** Shows what others changed since a document was read; the version that it has now. */
export async function showConflict(outcome, submit, doc) {
  const [current, { docs }] = await Promise.all([
    call("GET", path("incidents", doc._meta.id)),
    call("GET", path("incidents", doc._meta.id, "activities"), { query: { size: 20 } }),
  ]);
  const since = docs.filter(({ at }) => new Date(at) > new Date(doc.updated_at ?? 0));
  const lines = (since.length ? since : docs.slice(0, 1)).map(sentence);
  outcome.replaceChildren(
    conflictNotice(
      lines,
      "Nothing of yours was written, and nothing is lost: it is still here. Press again to write it over theirs.",
    ),
  );
  submit.textContent = "Write it all the same";
  Object.assign(doc, { updated_at: current.updated_at });
  return current._meta.version;
}

/** An activity as a sentence: `bob changed status from new to in progress 10s ago`. */
export function sentence(activity) {
  return `${deed(activity)} ${relative(activity.at)}`;
}

/** The same without its time. */
export function deed({ actor, type, changes = [] }) {
  const parts = changes.map(({ field, from, to }) =>
    LONG.includes(field) ? name(field) : `${name(field)} from ${value(from)} to ${value(to)}`,
  );
  return parts.length ? `${actor} changed ${parts.join(", ")}` : `${actor}: ${words(type).toLowerCase()}`;
}

const LONG = ["comment", "description"];
const name = (field) => words(field).toLowerCase();

function value(held) {
  const text = textOfValue(held?.name ?? held?.id ?? held);
  return /^\d{4}-\d\d-\d\dT/u.test(text) ? absolute(text) : text || "none";
}

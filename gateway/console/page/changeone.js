/** A change of one incident, on the version that was seen; a conflict says who changed what, and keeps the text. */

import { call, path } from "./api.js";
import { h, say } from "./dom.js";
import { conflictNotice, notice } from "./notice.js";
import { textOfValue, words } from "./parts.js";
import { absolute, relative } from "./time.js";

/** What the dialog's form does for one incident. */
export function changeOne({ scope, outcome, submit, done, close, change }) {
  let version = scope.doc._meta.version;
  const refused = async (error) => {
    version = (await showRefusal(error, outcome, submit, scope.doc)) ?? version;
  };
  const apply = async () => {
    submit.disabled = true;
    outcome.replaceChildren();
    try {
      done([await write(scope.doc, version, change())]);
      close();
      say("Changed");
    } catch (error) {
      await refused(error);
    } finally {
      submit.disabled = false;
    }
  };
  return { apply, refused };
}

/** Shows why a write was refused; of a conflict the version that the incident has now, else null. */
export async function showRefusal(error, outcome, submit, doc) {
  try {
    if (error.status === 409) return await showConflict(outcome, submit, doc);
    outcome.replaceChildren(notice(error, null));
  } catch (other) {
    outcome.replaceChildren(notice(other, null));
  }
  return null;
}

/** Writes a change of an incident at a version. Raises ApiError, 409 where it is not at that version any more. */
export function write(doc, version, change) {
  return call("PUT", path("incidents", doc._meta.id), { body: { _meta: { id: doc._meta.id, version }, ...change } });
}

/** Shows what others changed since a document was read; the version that it has now. */
async function showConflict(outcome, submit, doc) {
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
function sentence(activity) {
  return [deed(activity), " ", h("span", { dataset: { relative: activity.at } }, relative(activity.at))];
}

/** The same without its time, as what stands beside one another. */
export function deed({ actor, type, changes = [] }) {
  const parts = changes.flatMap(({ field, from, to }, place) => [
    `${place ? ", " : ""}${name(field)}`,
    ...(LONG.includes(field) ? [] : [" from ", value(from), " to ", value(to)]),
  ]);
  return parts.length ? [actor, " changed ", ...parts] : `${actor}: ${words(type).toLowerCase()}`;
}

const LONG = ["comment", "description"];
const name = (field) => words(field).toLowerCase();

function value(held) {
  const text = textOfValue(held?.name ?? held?.id ?? held);
  if (!/^\d{4}-\d\d-\d\dT/u.test(text)) return text || "none";
  return h("time", { datetime: text, dataset: { absolute: text } }, absolute(text));
}

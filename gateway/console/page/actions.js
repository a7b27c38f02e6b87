/** What is done with incidents of the queue: one change of one, of what is ticked, or of all that match. */

import { call, path } from "./api.js";
import { say } from "./dom.js";
import { openChange } from "./change.js";
import { write } from "./changeone.js";
import { assigneeOf, titleOf } from "./parts.js";
import { session, statuses, whyNot } from "./session.js";
import { handle } from "./snapshot.js";
import { now } from "./state.js";
import { currentDoc, showAgain, showMarks } from "./table.js";

/** The actions of a queue; `doc` where they are of one that is named. */
export function createActions(queue) {
  const done = (docs, ids) => handled(queue, docs, ids);
  return {
    take: (doc) => take(scopeOf(queue, doc), done),
    change: (wish, doc) => openChange(scopeOf(queue, doc), wish, done),
    handled: done,
  };
}

/** What a change is of: the incident that is named, else what is ticked, else the open or current one. */
function scopeOf(queue, doc) {
  if (doc) return { kind: "one", doc };
  const { ticks } = queue;
  const changed = (ids) => ids.filter((id) => queue.feed.updated.has(id)).length;
  if (ticks.all)
    return { kind: "all", filters: queue.filters, pit: handle(), changed: changed([...queue.feed.updated]) };
  if (ticks.size)
    return { kind: "ticked", ids: ticks.ids(), docs: ticks.docs(), pit: handle(), changed: changed(ticks.ids()) };
  const one = now().open ? queue.opened() : currentDoc(queue.table);
  return one ? { kind: "one", doc: one } : null;
}

async function take(scope, done) {
  if (!scope) return;
  if (scope.kind !== "one" || whyNot("write")) return void openChange(scope, "take", done);
  try {
    done([await taken(scope.doc)]);
    say(`Taken: ${titleOf(scope.doc)}`);
  } catch (error) {
    openChange(scope, "take", done, error);
  }
}

/** The incident as it is then. Raises ApiError, 409 where somebody took it or set its status meanwhile. */
async function taken(doc) {
  try {
    return await write(doc, doc._meta.version, takenBy(session.user, doc));
  } catch (error) {
    if (error.status !== 409) throw error;
    const current = await call("GET", path("incidents", doc._meta.id));
    if (current.status !== doc.status || assigneeOf(current) !== assigneeOf(doc)) throw error;
    return write(current, current._meta.version, takenBy(session.user, current));
  }
}

/** An incident that is taken is acknowledged by that, unless somebody did before. */
function takenBy(user, doc) {
  const status = statuses(doc.workflow_id).find(({ state }) => state === "in_progress")?.name;
  const noted = doc.acknowledged_at ? {} : { acknowledged_at: new Date().toISOString(), acknowledged_by: { id: user } };
  return { assignee: { name: user }, ...(doc.state === "open" && status && { status }), ...noted };
}

/** Shows changed documents at once; their rows stay, dimmed, until the next load. Of others the ids are enough. */
function handled(queue, docs, ids = []) {
  queue.mine.note(docs, ids);
  queue.feed.mine([...docs.map(({ _meta }) => _meta.id), ...ids]);
  for (const doc of docs) showAgain(queue.table, doc);
  showMarks(queue.table);
  dispatchEvent(new CustomEvent("incidents-changed", { detail: docs.map(({ _meta }) => _meta.id) }));
}

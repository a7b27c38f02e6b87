/** What happens meanwhile: counted, never shown by itself.
 *
 * The feed is heard without filters, as an incident that ceases to fit them would not be told; which of the others
 * fit, now and in the snapshot, is looked up. */

import { call, path } from "./api.js";
import { debounced, say } from "./dom.js";
import { kindOf } from "./notice.js";
import { count } from "./parts.js";
import { ask, gatewayTime, takenAt } from "./snapshot.js";

const WAIT = 25;
const MOST = 500;
const SETTLED = 1100;
const LOOKS = 2;
/** How long a write may have been under way when the snapshot was taken, which lacks it then. */
const UNDER_WAY = 5000;

/** A feed that tells its counts; `listed` gives an incident of the page by its id. */
export function createFeed(tell, listed) {
  const feed = {
    created: new Set(),
    updated: new Set(),
    waiting: new Map(),
    own: new Map(),
    stop: new AbortController(),
    filters: {},
    lost: null,
    tell,
    listed,
  };
  feed.look = debounced(() => look(feed), SETTLED);
  feed.announce = debounced(() => say(textOf(feed)), 2000);
  feed.mine = (ids) => mine(feed, ids);
  feed.begin = (filters) => begin(feed, filters);
  addEventListener("pagehide", () => feed.stop.abort());
  addEventListener("snapshot-expired", () => lose(feed, "the snapshot has expired."));
  return feed;
}

/** Counts from now on; what was counted is forgotten. Nothing that comes after it can be missed; a list without news is a list still. */
async function begin(feed, filters) {
  feed.stop.abort();
  feed.stop = new AbortController();
  feed.filters = filters;
  feed.lost = null;
  for (const each of [feed.created, feed.updated, feed.waiting]) each.clear();
  show(feed);
  const { signal } = feed.stop;
  const { next } = await heard(feed, { wait: 0 }, signal, true);
  if (!signal.aborted) follow(feed, next, signal);
}

async function follow(feed, cursor, signal) {
  for (let after = cursor, pause = 1000; !signal.aborted;) {
    const { changes, next, error } = await heard(feed, { after, wait: WAIT }, signal, pause > 1000);
    if (signal.aborted || error?.status === 401 || error?.status === 403) return;
    if (error?.status === 410) lose(feed, error.message);
    after = next ?? (error?.status === 410 ? null : after);
    if (changes) take(feed, changes);
    else await new Promise((resolve) => setTimeout(resolve, pause));
    pause = changes ? 1000 : Math.min(15_000, pause * 2);
  }
}

/** The answer of the feed, else its error, which is told where it is not the first in a row. */
async function heard(feed, query, signal, tell) {
  try {
    const answer = await call("GET", path("incidents", "changes"), { query, signal });
    if (!signal.aborted) show(feed);
    return answer;
  } catch (error) {
    const refused = error.status === 401 || error.status === 403;
    if (!signal.aborted && (tell || refused)) show(feed, error.message);
    return { error };
  }
}

/** What happened meanwhile is not known: said until the list is loaded. */
function lose(feed, reason) {
  feed.lost = reason;
  show(feed);
}

function take(feed, changes) {
  for (const change of changes) {
    if (ours(feed, change) || isShown(feed, change)) continue;
    if (feed.listed(change.id)) feed.updated.add(change.id);
    else feed.waiting.set(change.id, { at: change.at, looks: 0 });
  }
  show(feed);
  if (feed.waiting.size) feed.look();
}

/** Notes what this page has changed: that is shown already. */
function mine(feed, ids) {
  for (const id of ids) {
    feed.own.set(id, gatewayTime() + 2000);
    for (const each of [feed.created, feed.updated, feed.waiting]) each.delete(id);
  }
  show(feed);
}

const ours = (feed, { id, at }) => feed.own.has(id) && new Date(at) <= feed.own.get(id);

/** Whether the list has the change already: what is told may have been acknowledged before the snapshot was taken. */
function isShown(feed, { id, at }) {
  const doc = feed.listed(id);
  return doc ? at <= doc.updated_at : Date.parse(at) < takenAt() - UNDER_WAY;
}

/** Counts those of the waiting ones that come into the list, or are in it. */
async function look(feed) {
  const { signal } = feed.stop;
  const ids = [...feed.waiting.keys()].slice(0, MOST);
  const body = { ...within(feed.filters, ids), fields: ["updated_at"], size: ids.length };
  const [fits, listed] = await Promise.all([
    call("POST", path("incidents_full_types"), { body, signal }),
    ask(path("incidents_full_types"), body),
  ]).catch((error) => [null, error]);
  if (signal.aborted) return;
  if (!fits && kindOf(listed) !== "failed" && kindOf(listed) !== "busy") feed.waiting.clear();
  if (fits) for (const id of ids) settle(feed, id, docOf(fits, id), docOf(listed, id));
  show(feed);
  if (feed.waiting.size) feed.look();
}

const docOf = ({ docs }, id) => docs.find(({ _meta }) => _meta.id === id);

function within(filters, ids) {
  const inside = filters.search_query ? [filters.search_query] : [];
  return { ...filters, search_query: { bool: { filter: [{ ids: { values: ids } }, ...inside] } } };
}

/** One that is in the snapshot has changed, if only that it fits no more or is gone; another is new while it fits. */
function settle(feed, id, fits, listed) {
  const { at, looks } = feed.waiting.get(id) ?? {};
  if (at === undefined) return;
  if (listed && at > listed.updated_at) feed.updated.add(id);
  else if (!listed && fits) feed.created.add(id);
  else if (!listed) feed.created.delete(id);
  // A write may be found a moment later than it is told.
  if (listed || looks + 1 >= LOOKS) feed.waiting.delete(id);
  else feed.waiting.set(id, { at, looks: looks + 1 });
}

function show(feed, deaf = null) {
  feed.tell({ created: feed.created.size, updated: feed.updated.size, deaf: deaf ?? feed.lost });
  if (feed.created.size + feed.updated.size) feed.announce();
}

const textOf = (feed) => `${count(feed.created.size)} new, ${count(feed.updated.size)} changed`;

/** What happens meanwhile: counted, never shown by itself.
 *
 * The feed is heard without filters, as an incident that ceases to fit them would not be told; which of the others
 * fit is looked up. */

import { call, path } from "./api.js";
import { debounced, say } from "./dom.js";
import { count } from "./parts.js";
import { takenAt } from "./snapshot.js";

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
    tell,
    listed,
  };
  feed.look = debounced(() => look(feed), SETTLED);
  feed.announce = debounced(() => say(`${count(feed.created.size)} new, ${count(feed.updated.size)} changed`), 2000);
  feed.mine = (id) => feed.own.set(id, Date.now());
  feed.begin = (filters) => begin(feed, filters);
  addEventListener("pagehide", () => feed.stop.abort());
  return feed;
}

/** Counts from now on; what was counted is forgotten. Nothing that comes after it can be missed; a list without news is a list still. */
async function begin(feed, filters) {
  feed.stop.abort();
  feed.stop = new AbortController();
  feed.filters = filters;
  for (const each of [feed.created, feed.updated, feed.waiting]) each.clear();
  show(feed);
  const { signal } = feed.stop;
  try {
    const { next } = await call("GET", path("incidents", "changes"), { query: { wait: 0 }, signal });
    follow(feed, next, signal);
  } catch (error) {
    if (!signal.aborted) feed.tell({ created: 0, updated: 0, deaf: error.message });
  }
}

async function follow(feed, cursor, signal) {
  for (let after = cursor, pause = 1000; !signal.aborted;) {
    try {
      const { changes, next } = await call("GET", path("incidents", "changes"), {
        query: { after, wait: WAIT },
        signal,
      });
      after = next;
      pause = 1000;
      take(feed, changes);
    } catch (error) {
      if (signal.aborted || error.status === 401 || error.status === 403) return;
      if (error.status === 410) after = null;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(30_000, pause * 2);
    }
  }
}

function take(feed, changes) {
  for (const change of changes) {
    if (ours(feed, change) || isShown(feed, change)) continue;
    if (feed.listed(change.id)) feed.updated.add(change.id);
    else if (change.kind === "deleted") forget(feed, change.id);
    else feed.waiting.set(change.id, { kind: feed.waiting.get(change.id)?.kind ?? change.kind, looks: 0 });
  }
  show(feed);
  if (feed.waiting.size) feed.look();
}

function forget(feed, id) {
  for (const each of [feed.created, feed.updated, feed.waiting]) each.delete(id);
}

/** Whether the change is one that this page made a moment ago: it is shown already. */
function ours(feed, { id, at }) {
  return feed.own.has(id) && new Date(at) <= feed.own.get(id) + 2000;
}

/** Whether the list has the change already: what is told may have been acknowledged before the snapshot was taken. */
function isShown(feed, { id, at }) {
  const doc = feed.listed(id);
  return doc ? at <= doc.updated_at : Date.parse(at) < takenAt() - UNDER_WAY;
}

/** Counts those of the waiting ones that fit the list. */
async function look(feed) {
  const { signal } = feed.stop;
  const ids = [...feed.waiting.keys()].slice(0, MOST);
  const fits = await fitting(feed.filters, ids, signal).catch(() => null);
  if (signal.aborted || !fits) return;
  for (const id of ids) settle(feed, id, fits.has(id));
  show(feed);
  if (feed.waiting.size) feed.look();
}

function settle(feed, id, fits) {
  const { kind, looks } = feed.waiting.get(id) ?? {};
  if (fits && !feed.created.has(id)) feed[kind === "created" ? "created" : "updated"].add(id);
  // A write may be found a moment later than it is told.
  if (fits || looks + 1 >= LOOKS) feed.waiting.delete(id);
  else feed.waiting.set(id, { kind, looks: looks + 1 });
}

async function fitting(filters, ids, signal) {
  const query = {
    bool: { filter: [{ ids: { values: ids } }, ...(filters.search_query ? [filters.search_query] : [])] },
  };
  const { docs } = await call("POST", path("incidents_full_types"), {
    body: { ...filters, search_query: query, fields: ["title"], size: ids.length },
    signal,
  });
  return new Set(docs.map(({ _meta }) => _meta.id));
}

function show(feed) {
  feed.tell({ created: feed.created.size, updated: feed.updated.size });
  if (feed.created.size + feed.updated.size) feed.announce();
}

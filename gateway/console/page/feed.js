/** What happens meanwhile: counted, never shown by itself. */

import { call, path } from "./api.js";
import { say } from "./dom.js";
import { debounced } from "./dom.js";
import { many } from "./parts.js";

const WAIT = 25;

/** A feed that tells its counts; `listed` says whether an incident is on the page. */
export function createFeed(tell, listed) {
  const feed = { created: new Set(), updated: new Set(), own: new Map(), stop: new AbortController(), tell, listed };
  feed.announce = debounced(() => say(`${many(feed.created.size, "new incident")}, ${feed.updated.size} changed`), 3000);
  feed.mine = (id) => feed.own.set(id, Date.now());
  feed.begin = (filters) => begin(feed, filters);
  addEventListener("pagehide", () => feed.stop.abort());
  return feed;
}

/** Counts from now on; what was counted is forgotten. Returns once nothing later can be missed. */
async function begin(feed, filters) {
  feed.stop.abort();
  feed.stop = new AbortController();
  feed.created.clear();
  feed.updated.clear();
  feed.tell({ created: 0, updated: 0 });
  const query = { ...filters, search_query: filters.search_query && JSON.stringify(filters.search_query), end_time: null };
  const { next } = await call("GET", path("incidents", "changes"), { query: { ...query, wait: 0 }, signal: feed.stop.signal });
  follow(feed, query, next, feed.stop.signal);
}

async function follow(feed, query, cursor, signal) {
  for (let after = cursor, pause = 1000; !signal.aborted; ) {
    try {
      const { changes, next } = await call("GET", path("incidents", "changes"), { query: { ...query, after, wait: WAIT }, signal });
      after = next;
      pause = 1000;
      if (changes.length) take(feed, changes);
    } catch (error) {
      if (signal.aborted || error.status === 401 || error.status === 403) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(30_000, pause * 2);
    }
  }
}

function take(feed, changes) {
  for (const change of changes) {
    if (ours(feed, change)) continue;
    if (change.kind === "created" && !feed.listed(change.id)) feed.created.add(change.id);
    else if (!feed.created.has(change.id)) feed.updated.add(change.id);
  }
  feed.tell({ created: feed.created.size, updated: feed.updated.size });
  if (feed.created.size + feed.updated.size) feed.announce();
}

/** Whether the change is one that this page made a moment ago: it is shown already. */
function ours(feed, { id, at }) {
  return feed.own.has(id) && new Date(at) <= feed.own.get(id) + 2000;
}

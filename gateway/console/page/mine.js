/** What was changed here since the list was loaded: shown as it is now, though the snapshot has it as it was. */

import { call, path } from "./api.js";

/** For so long, in milliseconds, a search may not see what was written. */
const UNSEEN = 1500;

/** The changes of one's own. */
export function createMine() {
  const docs = new Map();
  let last = 0;
  return {
    has: ({ _meta }) => docs.has(_meta.id),
    get size() {
      return docs.size;
    },
    /** Notes documents as they are now, and ids of others that were changed. */
    note(changed, ids = []) {
      for (const id of ids) docs.set(id, null);
      last = Date.now();
      for (const doc of changed) docs.set(doc._meta.id, doc);
    },
    /** The documents of a page, those that were changed as they are now. */
    async asNow(page) {
      const unread = page.map(({ _meta }) => _meta.id).filter((id) => docs.get(id) === null);
      for (const doc of unread.length ? await read(unread) : []) docs.set(doc._meta.id, doc);
      return page.map((doc) => docs.get(doc._meta.id) ?? doc);
    },
    /** Waits until a search sees all of it. */
    seen: () => new Promise((resolve) => setTimeout(resolve, Math.max(0, last + UNSEEN - Date.now()))),
    clear: () => docs.clear(),
  };
}

async function read(ids) {
  const body = { search_query: { ids: { values: ids } }, is_show_aggs: false, size: ids.length };
  return (await call("POST", path("incidents_full_types"), { body })).docs;
}

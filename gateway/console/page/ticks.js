/** What is ticked: some incidents, whatever page they are on, or all that match. */

/** Ticks that call `changed` whenever they change. */
export function createTicks(changed) {
  const docs = new Map();
  const ticks = {
    all: false,
    get size() {
      return docs.size;
    },
    has: ({ _meta }) => ticks.all || docs.has(_meta.id),
    ids: () => [...docs.keys()],
    set(doc, on) {
      put(doc, on);
      changed();
    },
    setAll(page, on) {
      for (const doc of page) put(doc, on);
      changed();
    },
    setMatching() {
      ticks.all = true;
      changed();
    },
    clear() {
      docs.clear();
      ticks.all = false;
      changed();
    },
  };
  const put = (doc, on) => {
    ticks.all = false;
    if (on) docs.set(doc._meta.id, doc);
    else docs.delete(doc._meta.id);
  };
  return ticks;
}

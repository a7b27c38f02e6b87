/** What is ticked: some incidents, whatever page they are on, or all that match. */

/** Ticks that call `changed` whenever they change; `page` gives the incidents of the page, in their order. */
export function createTicks(changed, page) {
  const docs = new Map();
  let last = null;
  const ticks = {
    all: false,
    get size() {
      return docs.size;
    },
    has: ({ _meta }) => ticks.all || docs.has(_meta.id),
    ids: () => [...docs.keys()],
    docs: () => [...docs.values()],
    /** Ticks one; with those between it and the last one where it is a range. */
    set(doc, on, range = false) {
      for (const each of range ? between(page(), last, doc) : [doc]) put(each, on);
      last = doc._meta.id;
      changed();
    },
    setAll(on) {
      for (const doc of page()) put(doc, on);
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

function between(docs, last, doc) {
  const ends = [last, doc._meta.id].map((id) => docs.findIndex(({ _meta }) => _meta.id === id));
  return ends[0] < 0 ? [doc] : docs.slice(Math.min(...ends), Math.max(...ends) + 1);
}

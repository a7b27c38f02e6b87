/** The queue: counts, the strip of what is new, the table on a snapshot, ticks and what is done with them. */

import { call, path } from "./api.js";
import { h, say } from "./dom.js";
import { openChange } from "./change.js";
import { createPager, SIZE } from "./pager.js";
import { createToolbar } from "./toolbar.js";
import { createWidgets } from "./widgets.js";
import { createFeed } from "./feed.js";
import { emptyNotice, notice } from "./notice.js";
import { many } from "./parts.js";
import { filtersOf } from "./query.js";
import { refuseQuery } from "./querybox.js";
import { readFields, session, statuses } from "./session.js";
import { handle, page, take } from "./snapshot.js";
import { go, now, sameSearch, watch } from "./state.js";
import { createTable, currentDoc, moveTo, showAgain, showMarks, showRows } from "./table.js";
import { createTicks } from "./ticks.js";

/** The queue, and what the keyboard and the open incident do with it. */
export function createQueue() {
  const queue = { total: 0, filters: null, loads: 0, element: null, opened: null };
  queue.ticks = createTicks(() => {
    showMarks(queue.table);
    queue.toolbar.show();
  });
  queue.table = createTable({
    open: (doc) => openDoc(doc),
    tick: queue.ticks.set,
    tickAll: (on) => queue.ticks.setAll(queue.table.docs, on),
    sort,
  });
  queue.table.ticked = queue.ticks.has;
  queue.feed = createFeed(
    (counts) => queue.toolbar.news(counts),
    (id) => queue.table.docs.find(({ _meta }) => _meta.id === id),
  );
  queue.toolbar = createToolbar(queue, () => refresh(queue));
  queue.widgets = createWidgets();
  queue.place = h("div", { class: "problem" });
  queue.pager = createPager(queue);
  queue.rows = h("div", { class: "rows" }, queue.table.element, queue.place);
  queue.element = h(
    "section",
    { class: "queue", "aria-label": "Queue" },
    queue.widgets.element,
    queue.toolbar.element,
    queue.rows,
    queue.pager.element,
  );
  watch((state, before) => changed(queue, state, before));
  if (now().page === "queue") refresh(queue);
  return Object.assign(queue, actions(queue));
}

function actions(queue) {
  return {
    refresh: () => refresh(queue),
    move: (step) => move(queue, step),
    open: () => currentDoc(queue.table) && openDoc(currentDoc(queue.table)),
    tick: () => {
      const doc = currentDoc(queue.table);
      if (doc) queue.ticks.set(doc, !queue.ticks.has(doc));
    },
    take: (doc) => takeOver(queue, doc),
    change: (field, doc) => openChange(scopeOf(queue, doc), field, (docs) => handled(queue, docs)),
    handled: (docs) => handled(queue, docs),
    neighbour: (step) => neighbour(queue, step),
  };
}

function changed(queue, state, before) {
  if (state.page !== "queue") return;
  showMarks(queue.table);
  if (!sameSearch(state, before) || (before.page !== "queue" && !queue.filters)) refresh(queue, state.scroll ?? 0);
  else if (state.offset !== before.offset) load(queue, state.scroll ?? 0);
  else if (state.columns !== before.columns) {
    showRows(queue.table, queue.table.docs, state.offset, queue.total);
    showMarks(queue.table);
  } else if (state.scroll !== undefined) scrollTo(0, state.scroll);
}

/** Loads everything on a fresh snapshot. */
async function refresh(queue, scroll = null) {
  const mine = (queue.loads += 1);
  busy(queue, true);
  try {
    queue.filters = filtersOf(now(), session.kinds);
    await queue.feed.begin(queue.filters);
    if (mine !== queue.loads) return;
    await take();
    if (mine !== queue.loads) return;
    queue.widgets.load(queue.filters);
    await load(queue, scroll);
    queue.ticks.clear();
    readFields().catch(() => null);
  } catch (error) {
    if (mine === queue.loads) failed(queue, error);
  }
}

/** Loads the page of the snapshot that the state names. */
async function load(queue, scroll = null) {
  const mine = (queue.loads += 1);
  busy(queue, true);
  try {
    const { docs, total_docs: total } = await page(queue.filters, {
      sort: now().sort,
      offset: now().offset,
      size: SIZE,
    });
    if (mine !== queue.loads) return;
    queue.total = total;
    shown(queue, docs, scroll);
  } catch (error) {
    if (mine === queue.loads) failed(queue, error);
  }
}

function shown(queue, docs, scroll) {
  const focused = queue.table.body.contains(document.activeElement);
  showRows(queue.table, docs, now().offset, queue.total);
  showMarks(queue.table);
  queue.place.replaceChildren(
    ...(docs.length
      ? []
      : [
          emptyNotice("Widen the range, or take a filter away.", () => go({ text: "", chips: [], dsl: "", offset: 0 })),
        ]),
  );
  queue.toolbar.show();
  queue.pager.show();
  busy(queue, false);
  if (scroll !== null) scrollTo(0, scroll);
  if (focused) moveTo(queue.table, 0);
  say(`${many(queue.total, "incident")}`);
}

function failed(queue, error) {
  busy(queue, false);
  const kept = refuseQuery(error);
  const expired = error.status === 410;
  if (!expired) showRows(queue.table, [], 0, 0);
  queue.place.replaceChildren(notice(error, () => refresh(queue)));
  if (!kept) queue.place.firstChild.scrollIntoView({ block: "nearest" });
}

function busy(queue, on) {
  queue.rows.setAttribute("aria-busy", String(on));
  queue.rows.classList.toggle("loading", on);
}

function sort(field) {
  const [first] = now().sort;
  const order = first?.field === field && first.order === "desc" ? "asc" : "desc";
  go({ sort: [{ field, order }], offset: 0 });
}

const openDoc = (doc) => go({ open: doc._meta.id });

function move(queue, step) {
  const { table } = queue;
  const onRow = table.body.contains(document.activeElement);
  moveTo(table, onRow || now().open ? table.current + step : Math.max(0, table.current));
  if (now().open && currentDoc(table)) go({ open: currentDoc(table)._meta.id }, { replace: true });
}

/** The incident before or after the open one, in the list's order; on another page where it is there. */
async function neighbour(queue, step) {
  const { table } = queue;
  const place = table.docs.findIndex(({ _meta }) => _meta.id === now().open) + step;
  if (table.docs[place]) return go({ open: table.docs[place]._meta.id }, { replace: true });
  const offset = now().offset + step * SIZE;
  if (offset < 0 || offset >= queue.total) return say("There are no more");
  go({ offset }, { replace: true });
  await load(queue, 0);
  return go({ open: table.docs.at(step > 0 ? 0 : -1)._meta.id }, { replace: true });
}

/** What a change is of: the incident that is named, else what is ticked, else the open incident, else the current one. */
function scopeOf(queue, named = null) {
  if (named) return { kind: "one", doc: named };
  if (queue.ticks.all) return { kind: "all", filters: queue.filters, pit: handle(), expected: queue.total };
  if (queue.ticks.size) return { kind: "ticked", ids: queue.ticks.ids(), pit: handle() };
  // The open one need not be in the list, and while it is read there is none: never another one instead of it.
  const doc = now().open ? queue.opened : currentDoc(queue.table);
  return doc ? { kind: "one", doc } : null;
}

async function takeOver(queue, named) {
  const scope = scopeOf(queue, named);
  if (!scope) return;
  if (scope.kind !== "one") return void openChange(scope, "take", (docs) => handled(queue, docs));
  const change = takenBy(session.user, scope.doc);
  try {
    handled(queue, [await call("PUT", path("incidents", scope.doc._meta.id), { body: change })]);
    say(`Taken: ${scope.doc.title}`);
  } catch (error) {
    queue.place.replaceChildren(notice(error, () => takeOver(queue, named)));
  }
}

/** An incident that is taken is acknowledged by that, unless somebody did before. */
function takenBy(user, doc) {
  const status = statuses(doc.workflow_id).find(({ state }) => state === "in_progress")?.name;
  const noted = doc.acknowledged_at ? {} : { acknowledged_at: new Date().toISOString(), acknowledged_by: { id: user } };
  return { assignee: { name: user }, ...(doc.state === "open" && status && { status }), ...noted };
}

/** Shows changed documents at once; their rows stay, dimmed, until the next load. */
function handled(queue, docs) {
  for (const doc of docs) {
    queue.feed.mine(doc._meta.id);
    showAgain(queue.table, doc, { handled: true });
  }
  showMarks(queue.table);
  dispatchEvent(new CustomEvent("incidents-changed", { detail: docs.map(({ _meta }) => _meta.id) }));
}

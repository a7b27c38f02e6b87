/** The queue: counts, the strip of what is new, the table on a snapshot, ticks and what is done with them. */

import { h, say } from "./dom.js";
import { createActions } from "./actions.js";
import { createMine } from "./mine.js";
import { createPager, SIZE } from "./pager.js";
import { createToolbar } from "./toolbar.js";
import { createWidgets } from "./widgets.js";
import { createFeed } from "./feed.js";
import { emptyNotice, kindOf, notice } from "./notice.js";
import { many } from "./parts.js";
import { filtersOf } from "./query.js";
import { refuseQuery } from "./querybox.js";
import { readFields, session } from "./session.js";
import { page, take } from "./snapshot.js";
import { go, now, sameFilters, sameSearch, scrollAtStart, watch } from "./state.js";
import { createTable, currentDoc, moveTo, showMarks, showRows } from "./table.js";
import { createTicks } from "./ticks.js";

const PATIENCE = [2000, 4000, 8000, 15_000];

/** The queue, and what the keyboard and the open incident do with it. */
export function createQueue() {
  const queue = {
    total: 0,
    filters: null,
    wanted: null,
    shown: null,
    columns: [],
    loading: null,
    stale: true,
    loads: 0,
    failures: 0,
    retry: 0,
    mine: createMine(),
    opened: () => null,
  };
  queue.ticks = createTicks(
    () => marksChanged(queue),
    () => queue.table.docs,
  );
  queue.table = createTable({ open: openDoc, tick: queue.ticks.set, tickAll: queue.ticks.setAll, sort });
  queue.table.ticked = queue.ticks.has;
  queue.table.handled = queue.mine.has;
  const listed = (id) => queue.table.docs.find(({ _meta }) => _meta.id === id);
  queue.feed = createFeed((counts) => queue.toolbar.news(counts), listed);
  queue.toolbar = createToolbar(queue, () => loadNews(queue));
  queue.widgets = createWidgets();
  queue.place = h("div", { class: "problem" });
  queue.pager = createPager(queue);
  queue.rows = h("div", { class: "rows bare" }, queue.table.element, queue.place);
  const parts = [queue.widgets.element, queue.toolbar.element, queue.rows, queue.pager.element];
  queue.element = h("section", { class: "queue", "aria-label": "Queue" }, parts);
  watch((state, before, scroll) => changed(queue, state, scroll));
  changed(queue, now(), scrollAtStart);
  return Object.assign(queue, moves(queue), createActions(queue));
}

function moves(queue) {
  return {
    refresh: () => loadNews(queue),
    move: (step) => (now().open ? neighbour(queue, step) : move(queue, step)),
    open: () => currentDoc(queue.table) && openDoc(currentDoc(queue.table)),
    tick: () => {
      const doc = currentDoc(queue.table);
      if (doc) queue.ticks.set(doc, !queue.ticks.has(doc));
    },
    neighbour: (step) => neighbour(queue, step),
  };
}

function marksChanged(queue) {
  showMarks(queue.table);
  queue.toolbar.show();
}

function changed(queue, state, scroll) {
  queue.element.hidden = state.page !== "queue";
  if (state.page !== "queue") return;
  const { wanted } = queue;
  if (!wanted || !sameFilters(state, wanted)) queue.loading = refresh(queue, scroll ?? 0);
  else if (!sameSearch(state, wanted) || state.offset !== wanted.offset) queue.loading = again(queue, scroll ?? 0);
  else {
    if (queue.shown && state.columns.join() !== queue.columns.join()) rowsShown(queue, queue.table.docs);
    showMarks(queue.table);
    // What else changes by this, as the open incident does, changes where rows are.
    if (scroll !== null) queueMicrotask(() => scrollTo(0, scroll));
  }
}

/** Another order or page of the same incidents is of the same snapshot, where there is one. */
const again = (queue, scroll) => (queue.stale ? refresh(queue, scroll) : load(queue, scroll));

/** Loads what is new, from the first page. */
function loadNews(queue) {
  queue.failures = 0;
  if (now().offset) go({ offset: 0 }, { replace: true });
  return refresh(queue);
}

/** Loads everything on a fresh snapshot. */
async function refresh(queue, scroll = null) {
  const mine = begun(queue);
  try {
    const filters = filtersOf(now(), session.kinds);
    await queue.mine.seen();
    await queue.feed.begin(filters);
    if (mine !== queue.loads) return;
    await take();
    if (mine !== queue.loads) return;
    Object.assign(queue, { filters, stale: false });
    queue.mine.clear();
    queue.widgets.load(filters);
    await load(queue, scroll);
    queue.ticks.clear();
    readFields().catch(() => null);
  } catch (error) {
    if (mine === queue.loads) failed(queue, error);
  }
}

/** Loads the page of the snapshot that the state names. */
async function load(queue, scroll = null) {
  const mine = begun(queue);
  const { sort: order, offset } = now();
  try {
    const { docs, total_docs: total } = await page(queue.filters, { sort: order, offset, size: SIZE });
    const asNow = await queue.mine.asNow(docs);
    if (mine !== queue.loads) return;
    queue.total = total;
    if (total && offset >= total) return void go({ offset: lastPage(total) }, { replace: true });
    shown(queue, asNow, scroll);
  } catch (error) {
    if (mine === queue.loads) failed(queue, error);
  }
}

const lastPage = (total) => Math.floor((total - 1) / SIZE) * SIZE;

function begun(queue) {
  clearTimeout(queue.retry);
  queue.wanted = now();
  queue.rows.setAttribute("aria-busy", "true");
  queue.rows.classList.add("loading");
  return (queue.loads += 1);
}

function shown(queue, docs, scroll) {
  Object.assign(queue, { failures: 0, shown: queue.wanted });
  const focused = queue.table.body.contains(document.activeElement);
  rowsShown(queue, docs);
  const clear = () => go({ text: "", chips: [], dsl: "", offset: 0 });
  queue.place.replaceChildren(...(docs.length ? [] : [emptyNotice("Widen the range, or take a filter away.", clear)]));
  ended(queue);
  if (focused) moveTo(queue.table, scroll === 0 ? 0 : queue.table.current);
  if (scroll !== null) scrollTo(0, scroll);
  say(`${many(queue.total, "incident")}`);
}

function rowsShown(queue, docs) {
  queue.columns = now().columns;
  showRows(queue.table, docs, now().offset, queue.total);
  marksChanged(queue);
  queue.rows.classList.toggle("bare", !docs.length);
  queue.pager.show();
}

function ended(queue) {
  queue.rows.setAttribute("aria-busy", "false");
  queue.rows.classList.remove("loading");
}

/** Says what failed. Rows that are what was asked for stay; what may pass is tried again by itself, but not under ticks. */
function failed(queue, error) {
  ended(queue);
  queue.stale = true;
  const kept = refuseQuery(error);
  if (!queue.shown || !sameSearch(queue.shown, now())) {
    Object.assign(queue, { total: 0, shown: null });
    rowsShown(queue, []);
  }
  queue.place.replaceChildren(notice(error, () => refresh(queue)));
  if (!kept) queue.place.firstChild.scrollIntoView({ block: "nearest" });
  if (!["failed", "busy"].includes(kindOf(error)) || queue.ticks.size || queue.ticks.all) return;
  queue.retry = setTimeout(() => refresh(queue), PATIENCE[Math.min(queue.failures++, PATIENCE.length - 1)]);
}

function sort(field) {
  const [first] = now().sort;
  const order = first?.field === field && first.order === "desc" ? "asc" : "desc";
  go({ sort: [{ field, order }], offset: 0 });
}

const openDoc = (doc) => go({ open: doc._meta.id });

function move({ table }, step) {
  const onRow = table.body.contains(document.activeElement);
  moveTo(table, onRow ? table.current + step : Math.max(0, table.current));
}

/** The incident before or after the open one, in the list's order; on another page where it is there. */
async function neighbour(queue, step) {
  const { table } = queue;
  await queue.loading;
  const place = table.docs.findIndex(({ _meta }) => _meta.id === now().open) + step;
  if (table.docs[place]) return openRow(table, place);
  const offset = now().offset + step * SIZE;
  if (offset < 0 || offset >= queue.total) return say("There are no more");
  go({ offset }, { replace: true });
  await queue.loading;
  return table.docs.length ? openRow(table, step > 0 ? 0 : table.docs.length - 1) : null;
}

function openRow(table, place) {
  moveTo(table, place, { focus: !document.activeElement.closest(".detail") });
  go({ open: table.docs[place]._meta.id }, { replace: true });
}

/** The table: rows that never move by themselves. One of them is current; it has the focus where a row has. */

import { h } from "./dom.js";
import { cell, cellFilters, heading, sortable, tracks, widthOfAll } from "./cells.js";
import { titleOf } from "./parts.js";
import { now } from "./state.js";

/** What the columns beside the title may take at 1,280 pixels, and beside an open incident; with more, the list scrolls sideways. */
const ROOM = { wide: 58, narrow: 32.5 };

/** A table that tells `on.open(doc)`, `on.tick(doc, ticked)`, `on.tickAll(ticked)`, `on.sort(field)`. */
export function createTable(on) {
  const head = h("thead", { role: "rowgroup" });
  const body = h("tbody", { role: "rowgroup" });
  const element = h("table", { role: "grid", class: "incidents", "aria-label": "Incidents" }, head, body);
  const table = {
    element,
    head,
    body,
    on,
    docs: [],
    current: -1,
    ticked: () => false,
    handled: () => false,
    offset: 0,
  };
  body.addEventListener("click", (event) => clicked(table, event));
  body.addEventListener("pointerover", (event) => pointed(table, event.target.closest("td")));
  body.addEventListener(
    "focusin",
    (event) => event.target.matches("tr") && setCurrent(table, [...body.children].indexOf(event.target)),
  );
  return table;
}

/** Shows documents; rows are made anew. */
export function showRows(table, docs, offset, total) {
  const current = now().open ?? currentDoc(table)?._meta.id;
  table.docs = docs;
  table.offset = offset;
  table.element.setAttribute("aria-rowcount", String(total + 1));
  showHead(table);
  showTracks(table);
  table.body.replaceChildren(...docs.map((doc, place) => row(table, doc, place)));
  table.current = -1;
  setCurrent(
    table,
    Math.max(
      0,
      docs.findIndex(({ _meta }) => _meta.id === current),
    ),
  );
}

/** The rows are grids of the same tracks: a row that is not in sight is not laid out, which a table's cannot be. */
function showTracks({ element }) {
  const { columns } = now();
  for (const size of ["wide", "narrow"]) {
    const narrow = size === "narrow";
    element.style.setProperty(`--${size}`, tracks(columns, narrow));
    element.style.setProperty(`--${size}-fixed`, `calc(${widthOfAll(columns, narrow)}rem + 38px)`);
    element.parentElement?.classList.toggle(`${size}-full`, widthOfAll(columns, narrow) > ROOM[size]);
  }
}

/** The headings are made anew; the one that has the focus keeps it. */
function showHead(table) {
  const place = [...table.head.querySelectorAll("button, input")].indexOf(document.activeElement);
  table.head.replaceChildren(headRow(table));
  if (place >= 0) table.head.querySelectorAll("button, input")[place]?.focus();
}

/** Shows one document anew, where it is. */
export function showAgain(table, doc) {
  const place = table.docs.findIndex(({ _meta }) => _meta.id === doc._meta.id);
  if (place < 0) return;
  const before = table.body.children[place];
  const focused = before === document.activeElement;
  table.docs[place] = doc;
  const after = row(table, doc, place);
  before.replaceWith(after);
  setCurrent(table, table.current);
  if (focused) after.focus();
}

/** Shows which rows are ticked and which is open. */
export function showMarks(table) {
  table.docs.forEach((doc, place) => {
    const element = table.body.children[place];
    const ticked = table.ticked(doc);
    element.querySelector("input").checked = ticked;
    element.setAttribute("aria-selected", String(ticked));
    element.classList.toggle("open", doc._meta.id === now().open);
  });
  const ticks = table.docs.filter((doc) => table.ticked(doc)).length;
  const box = table.head.querySelector("input");
  if (!box) return;
  box.checked = ticks > 0 && ticks === table.docs.length;
  box.indeterminate = ticks > 0 && ticks < table.docs.length;
}

/** Makes another row current, and gives it the focus unless that is to stay where it is. */
export function moveTo(table, place, { focus = true } = {}) {
  const element = table.body.children[place];
  if (!element) return false;
  setCurrent(table, place);
  if (focus) element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
  return true;
}

/** The document of the current row. */
export const currentDoc = (table) => table.docs[table.current] ?? null;

function setCurrent(table, place) {
  table.body.children[table.current]?.setAttribute("tabindex", "-1");
  table.current = place;
  table.body.children[place]?.setAttribute("tabindex", "0");
}

function headRow(table) {
  const box = h("input", {
    type: "checkbox",
    "aria-label": "Tick all of this page",
    onchange: () => table.on.tickAll(box.checked),
  });
  return h(
    "tr",
    { role: "row" },
    h("th", { role: "columnheader", class: "tick", scope: "col" }, box),
    now().columns.map((name) => heading(name, now().sort, sortable(name) ? () => table.on.sort(name) : null)),
  );
}

function row(table, doc, place) {
  const handled = table.handled(doc);
  const box = h("input", {
    type: "checkbox",
    tabindex: "-1",
    "aria-label": `Tick ${titleOf(doc)}`,
    checked: table.ticked(doc),
  });
  return h(
    "tr",
    {
      role: "row",
      tabindex: "-1",
      "aria-rowindex": table.offset + place + 2,
      "aria-selected": String(table.ticked(doc)),
      dataset: { id: doc._meta.id, state: doc.state },
      class: [doc._meta.id === now().open && "open", handled && "handled"].filter(Boolean).join(" "),
      "aria-description": handled ? "handled by you; leaves at the next load" : null,
    },
    h("td", { role: "gridcell", class: "tick" }, box),
    now().columns.map((name) => cell(name, doc)),
  );
}

/** Shows the filters of the cell under the pointer, and of no other: a hundred rows with all of them would be slow. */
function pointed(table, place) {
  if (!place || place === table.pointed) return;
  table.pointed?.querySelector(".cell-filters")?.remove();
  table.pointed?.classList.remove("filtering");
  table.pointed = place;
  const doc = table.docs[[...table.body.children].indexOf(place.parentElement)];
  const buttons = doc && place.dataset.field ? cellFilters(place.dataset.field, doc) : null;
  if (!buttons) return;
  place.classList.add("filtering");
  place.append(buttons);
}

function clicked(table, event) {
  const place = [...table.body.children].indexOf(event.target.closest("tr"));
  const doc = table.docs[place];
  if (!doc || event.target.closest("[data-filter]")) return;
  setCurrent(table, place);
  if (event.target.matches("input")) table.on.tick(doc, event.target.checked, event.shiftKey);
  else if (event.target.closest(".tick")) table.on.tick(doc, !table.ticked(doc), event.shiftKey);
  else if (!getSelection().toString()) table.on.open(doc);
}

/** One incident, beside the list or over it. Next and previous follow the list. */

import { ApiError, call, path } from "./api.js";
import { button, h, icon } from "./dom.js";
import { createEditor } from "./editor.js";
import { faces } from "./faces.js";
import { fields } from "./fields.js";
import { alerts, notes, timeline } from "./history.js";
import { incidentMatrix } from "./matrix.js";
import { notice } from "./notice.js";
import { assigneeOf, count, severityMark, statusMark, timeMark, titleOf } from "./parts.js";
import { scoped } from "./session.js";
import { go, now, watch } from "./state.js";

const TABS = {
  fields: ["Fields", fields],
  timeline: ["Timeline", timeline],
  alerts: ["Alerts", alerts],
  notes: ["Notes", notes],
  attack: ["ATT&CK", incidentMatrix],
  faces: ["APIs", faces],
};

/** The place of the open incident. */
export function createDetail(queue) {
  const element = h("section", { class: "detail", "aria-label": "Incident", hidden: true });
  const detail = { element, queue, doc: null, tab: "fields", loads: 0 };
  watch((state, before) => state.pane !== before.pane && place(detail));
  watch((state, before) => state.open !== before.open && load(detail));
  addEventListener("incidents-changed", ({ detail: ids }) => ids.includes(now().open) && load(detail));
  queue.opened = () => (detail.doc?._meta.id === now().open ? detail.doc : null);
  place(detail);
  load(detail);
  return { element, edit: () => detail.doc && edit(detail), close };
}

function close() {
  go({ open: null });
  document.querySelector('tr[tabindex="0"]')?.focus({ preventScroll: true });
}

async function load(detail) {
  const id = now().open;
  const mine = (detail.loads += 1);
  detail.element.hidden = !id;
  document.body.classList.toggle("has-detail", Boolean(id));
  if (id !== detail.doc?._meta.id) detail.doc = null;
  if (!id) return;
  try {
    const doc = await call("GET", path("incidents", id));
    if (mine !== detail.loads) return;
    detail.doc = doc;
    show(detail);
  } catch (error) {
    if (mine === detail.loads)
      detail.element.replaceChildren(
        bar(detail),
        notice(asError(error), () => load(detail)),
      );
  }
}

const asError = (error) => (error instanceof ApiError ? error : new ApiError(0, "failed", String(error)));

function bar(detail) {
  const tool = (name, label, title, act) => button(icon(name), act, { class: "plain", "aria-label": label, title });
  return h(
    "div",
    { class: "detail-bar" },
    tool("left", "Previous incident", "Previous (k)", () => detail.queue.neighbour(-1)),
    tool("right", "Next incident", "Next (j)", () => detail.queue.neighbour(1)),
    h("span", { class: "grow soft" }, detail.doc ? `#${detail.doc.numeric_id} · ${detail.doc._meta.id}` : ""),
    wideSwitch(),
    tool("close", "Close the incident", "Close (Esc)", close),
  );
}

/** Beside the list, or over all of the page; it is in the address. */
function wideSwitch() {
  const wide = now().pane === "wide";
  return button(icon("widen"), () => go({ pane: wide ? "side" : "wide" }, { replace: true }), {
    class: "plain wide-only",
    id: "wide",
    "aria-label": "The incident alone",
    title: wide ? "Beside the list" : "The incident alone",
    "aria-pressed": String(wide),
  });
}

function place(detail) {
  const wide = now().pane === "wide";
  document.body.classList.toggle("detail-wide", wide);
  // Alone, it is what the page is about.
  detail.element.setAttribute("role", wide ? "main" : "complementary");
  const before = detail.element.querySelector("#wide");
  const focused = before === document.activeElement;
  before?.replaceWith(wideSwitch());
  if (focused) detail.element.querySelector("#wide").focus();
}

function show(detail) {
  const { activeElement } = document;
  const inside = detail.element.contains(activeElement);
  const editor = detail.element.querySelector(".editor");
  const body = h("div", { class: "detail-body", role: "tabpanel", id: "detail-panel", tabindex: "0" });
  body.setAttribute("aria-labelledby", `tab-${detail.tab}`);
  detail.element.replaceChildren(head(detail, body), body);
  // What is typed outlasts a change that is made beside it, and the focus stays where it was.
  if (editor && detail.edited === detail.doc._meta.id) body.append(editor);
  else open(detail, body);
  if (inside) again(detail, activeElement)?.focus();
}

function again(detail, element) {
  if (detail.element.contains(element)) return element;
  return [...detail.element.querySelectorAll("button")].find((each) => named(each) === named(element));
}

function head(detail, body) {
  const { doc, queue } = detail;
  const act = (label, wish) => scoped("write", label, () => queue.change(wish, doc), { class: "small" });
  return h(
    "div",
    { class: "detail-head" },
    bar(detail),
    h("h2", { id: "incident-title", dir: "auto" }, titleOf(doc)),
    h(
      "p",
      { class: "facts" },
      severityMark(doc.severity),
      statusMark(doc),
      h("span", {}, icon("user"), " ", assigneeOf(doc) ?? "nobody"),
      timeMark(doc.started_at),
    ),
    h(
      "div",
      { class: "actions", role: "group", "aria-label": "What to do with it" },
      scoped("write", "Take", () => queue.take(doc), { class: "primary small", title: "Take (t)" }),
      act("Assign", "assignee"),
      act("Status", "status"),
      act("Note", "comment"),
      act("Close", "close"),
      scoped("write", "Edit", () => edit(detail), { id: "edit", class: "small" }),
    ),
    tabs(detail, body),
  );
}

const named = (element) => element.getAttribute("aria-label") ?? element.firstChild?.textContent;

function tabs(detail, body) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "About this incident" });
  const entries = Object.entries(TABS);
  const choose = (name) => {
    detail.tab = name;
    detail.edited = null;
    body.setAttribute("aria-labelledby", `tab-${name}`);
    for (const tab of list.children) mark(tab, name);
    open(detail, body);
  };
  const mark = (tab, name) => {
    tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
    tab.setAttribute("tabindex", tab.dataset.tab === name ? "0" : "-1");
  };
  list.append(
    ...entries.map(([name, [label]]) =>
      button([label, counted(detail.doc, name)], () => choose(name), {
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": "detail-panel",
        dataset: { tab: name },
      }),
    ),
  );
  for (const tab of list.children) mark(tab, detail.tab);
  list.addEventListener("keydown", (event) => stepped(event, list));
  return list;
}

function counted(doc, name) {
  const number = { alerts: doc.alert_count, notes: doc.note_count, attack: doc.mitre?.length }[name];
  return number ? h("span", { class: "badge" }, count(number)) : null;
}

function stepped(event, list) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...list.children];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next.focus();
  next.click();
}

const filled = async (fill, doc) => fill(doc);

async function open(detail, body) {
  const [, fill] = TABS[detail.tab];
  const { doc, tab } = detail;
  body.setAttribute("aria-busy", "true");
  const content = await filled(fill, doc).catch((error) => notice(error, () => open(detail, body)));
  if (detail.doc !== doc || detail.tab !== tab || detail.edited === doc._meta.id) return;
  body.replaceChildren(...[content].flat(Infinity).filter(Boolean));
  body.setAttribute("aria-busy", "false");
}

function edit(detail) {
  const body = detail.element.querySelector(".detail-body");
  detail.edited = detail.doc._meta.id;
  body.setAttribute("aria-busy", "false");
  body.replaceChildren(
    createEditor(detail.doc, (doc) => {
      detail.edited = null;
      if (doc) detail.queue.handled([doc]);
      else show(detail);
    }),
  );
  body.querySelector("input, select, textarea").focus();
}

/** One incident, beside the list or over it. Next and previous follow the list. */

import { ApiError, call, path } from "./api.js";
import { button, h, icon } from "./dom.js";
import { createEditor } from "./editor.js";
import { faces } from "./faces.js";
import { fields } from "./fields.js";
import { alerts, notes, timeline } from "./history.js";
import { incidentMatrix } from "./matrix.js";
import { notice } from "./notice.js";
import { assigneeOf, severityMark, statusMark, timeMark, titleOf } from "./parts.js";
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
  const element = h("aside", { class: "detail", "aria-label": "Incident", hidden: true });
  const detail = { element, queue, doc: null, tab: "fields", loads: 0 };
  watch((state, before) => state.open !== before.open && load(detail));
  addEventListener("incidents-changed", ({ detail: ids }) => ids.includes(now().open) && load(detail));
  queue.opened = () => (detail.doc?._meta.id === now().open ? detail.doc : null);
  load(detail);
  return { element, edit: () => detail.doc && edit(detail), close: () => close(detail) };
}

function close(detail) {
  go({ open: null });
  document.querySelector('tr[tabindex="0"]')?.focus({ preventScroll: true });
  detail.doc = null;
}

async function load(detail) {
  const id = now().open;
  const mine = (detail.loads += 1);
  detail.element.hidden = !id;
  document.body.classList.toggle("has-detail", Boolean(id));
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
        notice(error instanceof ApiError ? error : new ApiError(0, "failed", String(error)), () => load(detail)),
      );
  }
}

function bar(detail) {
  return h(
    "div",
    { class: "detail-bar" },
    button(icon("left"), () => detail.queue.neighbour(-1), {
      class: "plain",
      "aria-label": "Previous incident",
      title: "Previous (k)",
    }),
    button(icon("right"), () => detail.queue.neighbour(1), {
      class: "plain",
      "aria-label": "Next incident",
      title: "Next (j)",
    }),
    h("span", { class: "grow" }),
    button(icon("close"), () => close(detail), {
      class: "plain",
      "aria-label": "Close the incident",
      title: "Close (Esc)",
    }),
  );
}

function show(detail) {
  const { doc, queue } = detail;
  const focused = named(document.activeElement);
  const inside = detail.element.contains(document.activeElement);
  const body = h("div", { class: "detail-body", role: "tabpanel", id: "detail-panel", tabindex: "0" });
  const act = (label, wish, props = {}) => scoped("write", label, () => queue.change(wish, doc), props);
  detail.element.replaceChildren(
    h(
      "div",
      { class: "detail-head" },
      bar(detail),
      h("h2", { id: "incident-title", dir: "auto" }, titleOf(doc)),
      h(
        "p",
        { class: "facts" },
        severityMark(doc.severity),
        statusMark(doc),
        h("span", {}, assigneeOf(doc) ?? "nobody"),
        timeMark(doc.started_at),
      ),
      h(
        "div",
        { class: "actions" },
        scoped("write", "Take", () => queue.take(doc), { class: "primary", title: "Take (t)" }),
        act("Assign", "assignee"),
        act("Status", "status"),
        act("Note", "comment"),
        act("Close", "close"),
        scoped("write", "Edit", () => edit(detail), { id: "edit" }),
      ),
      tabs(detail, body),
    ),
    body,
  );
  if (inside) [...detail.element.querySelectorAll("button")].find((each) => named(each) === focused)?.focus();
  open(detail, body);
}

const named = (element) => element.getAttribute("aria-label") ?? element.firstChild?.textContent;

function tabs(detail, body) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "About this incident" });
  const entries = Object.entries(TABS);
  const choose = (name) => {
    detail.tab = name;
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
  return number ? h("span", { class: "badge" }, number) : null;
}

function stepped(event, list) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = [...list.children];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next.focus();
  next.click();
}

async function open(detail, body) {
  const [, fill] = TABS[detail.tab];
  const { doc, tab } = detail;
  body.setAttribute("aria-busy", "true");
  try {
    const content = await fill(doc);
    if (detail.doc === doc && detail.tab === tab) body.replaceChildren(...[content].flat(Infinity).filter(Boolean));
  } catch (error) {
    body.replaceChildren(notice(error, () => open(detail, body)));
  }
  body.setAttribute("aria-busy", "false");
}

function edit(detail) {
  const body = detail.element.querySelector(".detail-body");
  body.replaceChildren(
    createEditor(detail.doc, (doc) => {
      if (doc) detail.queue.handled([doc]);
      else show(detail);
    }),
  );
  body.querySelector("input, select, textarea").focus();
}

/** The query itself, for experts: OpenSearch query DSL, with the guard's refusal at its place. */

import { button, h, icon } from "./dom.js";
import { lineAndColumn, placesIn, spanOf } from "./jsonplaces.js";
import { placeInQuery } from "./query.js";
import { go, now, watch } from "./state.js";

const box = {};

/** The box and its opener. */
export function createQueryBox() {
  box.area = h("textarea", {
    id: "dsl",
    rows: 5,
    spellcheck: "false",
    "aria-label": "Query in OpenSearch DSL",
    "aria-describedby": "dsl-problem",
    placeholder: '{"match": {"title": "beacon"}}',
  });
  box.problem = h("p", { id: "dsl-problem", class: "error-text", role: "alert" });
  box.element = h("div", { class: "query-box", hidden: true }, box.area, box.problem, actions());
  box.opener = opener();
  box.area.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && apply());
  watch((state, before) => state.dsl !== before.dsl && show(state.dsl));
  show(now().dsl);
  return { element: box.element, opener: box.opener };
}

/** Shows a refusal in the box if it is about the query; whether it was. */
export function refuseQuery(error) {
  const place = placeInQuery(error.where);
  if (place === null || !now().dsl) return false;
  open(true);
  const text = box.area.value;
  mark(fault(text) ?? { text: place ? `${error.message} (at ${place})` : error.message, span: spanOf(text, place) });
  return true;
}

function actions() {
  return h(
    "div",
    { class: "row" },
    button("Apply", apply, { class: "primary" }),
    button("Remove", remove, { class: "plain" }),
    h("span", { class: "soft" }, "Ctrl Enter applies. The chips and the range hold as well."),
  );
}

function opener() {
  const toggle = () => {
    open(box.element.hidden);
    if (!box.element.hidden) box.area.focus();
  };
  const names = { "aria-expanded": "false", "aria-controls": "dsl", "aria-label": "Query" };
  return button([icon("code"), h("span", { class: "wide-only" }, "Query")], toggle, {
    id: "query",
    class: "plain",
    ...names,
  });
}

function open(on) {
  box.element.hidden = !on;
  box.opener.setAttribute("aria-expanded", String(on));
}

/** What is in force is in sight, wherever it came from. */
function show(text) {
  box.area.value = text;
  mark(null);
  if (text) open(true);
}

function apply() {
  const text = box.area.value.trim();
  const error = text ? fault(box.area.value) : null;
  mark(error);
  if (!error) go({ dsl: text, offset: 0 });
}

function remove() {
  show("");
  go({ dsl: "", offset: 0 });
}

function mark(error) {
  const text = error ? `${lineAndColumn(box.area.value, error.span[0])}: ${error.text}` : "";
  box.problem.textContent = text.charAt(0).toUpperCase() + text.slice(1);
  box.area.setAttribute("aria-invalid", String(Boolean(error)));
  if (!error) return;
  box.area.focus();
  box.area.setSelectionRange(...error.span);
}

/** Why a text is no query at all, and where; null where it may be one. */
function fault(text) {
  const { broken } = placesIn(text);
  if (broken !== null) return { text: "this is no JSON from here on.", span: [broken, broken + 1] };
  const start = text.search(/\S/u);
  return text[start] === "{" ? null : { text: "an object is wanted here.", span: [start, text.length] };
}

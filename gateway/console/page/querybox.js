/** The query itself, for experts: OpenSearch query DSL, with the guard's refusal at its place. */

import { button, h, icon } from "./dom.js";
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
  open(now().dsl !== "");
  return { element: box.element, opener: box.opener };
}

/** Shows a refusal in the box if it is about the query; whether it was. */
export function refuseQuery(error) {
  const place = placeInQuery(error.where);
  if (place === null || !now().dsl) return false;
  open(true);
  mark({ text: place ? `${place}: ${error.message}` : error.message, ...located(box.area.value, place) });
  return true;
}

function actions() {
  return h(
    "div",
    { class: "row" },
    button("Apply", apply, { class: "primary" }),
    button("Remove", () => go({ dsl: "", offset: 0 }), { class: "plain" }),
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

function show(text) {
  box.area.value = text;
  mark(null);
}

function apply() {
  const text = box.area.value.trim();
  const error = text ? notJson(text) : null;
  mark(error);
  if (!error) go({ dsl: text, offset: 0 });
}

function mark(error) {
  box.problem.textContent = error ? error.text : "";
  box.area.setAttribute("aria-invalid", String(Boolean(error)));
  if (!(error?.at >= 0)) return;
  box.area.focus();
  box.area.setSelectionRange(error.at, error.at + error.length);
}

function notJson(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value)
      ? null
      : { text: "An object is wanted here.", at: 0, length: text.length };
  } catch (error) {
    const at = Number(/position (\d+)/u.exec(error.message)?.[1] ?? -1);
    return { text: `This is no JSON: ${error.message}`, at, length: 1 };
  }
}

/** Where the last name of a place such as `bool.must[0].script` stands in the text. */
function located(text, place) {
  const name = place
    .split(/[.[\]]+/u)
    .filter((part) => part && !/^\d+$/u.test(part))
    .pop();
  const at = name ? text.indexOf(`"${name}"`) : -1;
  return { at, length: at < 0 ? 0 : name.length + 2 };
}

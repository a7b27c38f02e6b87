/** The query itself, for experts: OpenSearch query DSL, with the guard's refusal at its place. */

import { button, h, icon } from "./dom.js";
import { placeInQuery } from "./query.js";
import { go, now, watch } from "./state.js";

let refused = () => false;

/** Shows a refusal in the box if it is about the query; whether it was. */
export function refuseQuery(error) {
  return refused(error);
}

/** The box and its opener. */
export function createQueryBox() {
  const area = h("textarea", {
    id: "dsl",
    rows: 5,
    spellcheck: "false",
    "aria-label": "Query in OpenSearch DSL",
    "aria-describedby": "dsl-problem",
    placeholder: '{"match": {"title": "beacon"}}',
  });
  const problem = h("p", { id: "dsl-problem", class: "error-text", role: "alert" });
  const element = h(
    "div",
    { class: "query-box", hidden: true },
    area,
    problem,
    h(
      "div",
      { class: "row" },
      button("Apply", apply, { class: "primary" }),
      button("Remove", () => go({ dsl: "", offset: 0 }), { class: "plain" }),
      h("span", { class: "soft" }, "Ctrl Enter applies. The chips and the range hold as well."),
    ),
  );
  const opener = button([icon("code"), h("span", { class: "wide-only" }, "Query")], toggle, {
    id: "query",
    class: "plain",
    "aria-expanded": "false",
    "aria-controls": "dsl",
    "aria-label": "Query",
  });

  function toggle() {
    element.hidden = !element.hidden;
    opener.setAttribute("aria-expanded", String(!element.hidden));
    if (!element.hidden) area.focus();
  }

  function apply() {
    const text = area.value.trim();
    const error = text ? notJson(text) : null;
    mark(error);
    if (!error) go({ dsl: text, offset: 0 });
  }

  function mark(error) {
    problem.textContent = error ? error.text : "";
    area.setAttribute("aria-invalid", String(Boolean(error)));
    if (error?.at >= 0) {
      area.focus();
      area.setSelectionRange(error.at, error.at + error.length);
    }
  }

  refused = (error) => {
    const place = placeInQuery(error.where);
    if (place === null || !now().dsl) return false;
    element.hidden = false;
    mark({ text: place ? `${place}: ${error.message}` : error.message, ...located(area.value, place) });
    return true;
  };
  area.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && apply());
  const show = (state, before) => {
    if (before && state.dsl === before.dsl) return;
    area.value = state.dsl;
    mark(null);
    if (state.dsl && !before) toggle();
  };
  watch(show);
  show(now(), null);
  return { element, opener };
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

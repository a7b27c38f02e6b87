/** Which columns the table has, and in what order. */

import { button, h, icon } from "./dom.js";
import { labelled, menu, select } from "./dialog.js";
import { fieldTitle } from "./cells.js";
import { session } from "./session.js";
import { DEFAULTS, go, now } from "./state.js";

/** The menu. */
export function columnsMenu() {
  return menu([icon("columns"), h("span", { class: "wide-only" }, "Columns")], fill, {
    class: "plain",
    "aria-label": "Columns",
    id: "columns",
  });
}

function fill() {
  const list = h("ul", { class: "check-list" });
  const search = h("input", { type: "search", placeholder: "Find a field", "aria-label": "Find a field" });
  const show = () => list.replaceChildren(...items(search.value.toLowerCase(), show));
  search.addEventListener("input", show);
  show();
  return [
    labelled("Order", order()),
    search,
    list,
    button(
      "As by default",
      () => {
        go({ columns: DEFAULTS.columns }, { replace: true });
        show();
      },
      { class: "plain small" },
    ),
  ];
}

/** The order, for where no headings are shown. */
function order() {
  const fields = session.fields.filter(
    ({ sortable, name }) => sortable && (now().columns.includes(name) || name === now().sort[0]?.field),
  );
  const options = fields.flatMap(({ name }) => [
    [`${name}:desc`, `${fieldTitle(name)}, down`],
    [`${name}:asc`, `${fieldTitle(name)}, up`],
  ]);
  const control = select(options, now().sort.map((each) => `${each.field}:${each.order}`)[0], {
    onchange: () => {
      const [field, direction] = control.value.split(":");
      go({ sort: [{ field, order: direction }], offset: 0 });
    },
  });
  return control;
}

function items(start, show) {
  const chosen = now().columns;
  const others = session.fields.map(({ name }) => name).filter((name) => !chosen.includes(name));
  return [...chosen, ...others]
    .filter((name) => name.toLowerCase().includes(start))
    .slice(0, 60)
    .map((name) => item(name, chosen, show));
}

function item(name, chosen, show) {
  const place = chosen.indexOf(name);
  const box = h("input", {
    type: "checkbox",
    checked: place >= 0,
    onchange: () => {
      const columns = box.checked ? [...chosen, name] : chosen.filter((each) => each !== name);
      if (columns.length) go({ columns }, { replace: true });
      show();
    },
  });
  const earlier =
    place > 0
      ? button(
          icon("up"),
          () => {
            go({ columns: moved(chosen, place) }, { replace: true });
            show();
          },
          { class: "plain small", "aria-label": `${fieldTitle(name)} further left` },
        )
      : null;
  return h("li", {}, h("label", {}, box, fieldTitle(name)), earlier);
}

function moved(columns, place) {
  const next = [...columns];
  [next[place - 1], next[place]] = [next[place], next[place - 1]];
  return next;
}

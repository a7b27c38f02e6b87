/** The filter bar: what is looked for, as chips, a range of time, and for experts the query itself. */

import { button, h, icon } from "./dom.js";
import { createQueryBox } from "./querybox.js";
import { createRange } from "./range.js";
import { chipOf, textOf } from "./query.js";
import { words } from "./parts.js";
import { DEFAULTS, go, now, watch } from "./state.js";
import { createSuggest } from "./suggest.js";

/** The bar; it changes the state, and shows it whenever it changes. */
export function createFilterBar() {
  const chips = h("ul", { class: "chips", "aria-label": "Filters" });
  const query = createQueryBox();
  const bar = h(
    "section",
    { class: "filters", "aria-label": "Filters" },
    h(
      "div",
      { class: "filter-row" },
      h("span", { class: "filter-icon" }, icon("search")),
      createSuggest(accept),
      createRange(),
      query.opener,
    ),
    chips,
    query.element,
  );
  const show = () => chips.replaceChildren(...shown());
  watch(show);
  show();
  return bar;
}

/** What was typed: a chip where it reads as one, else words. */
function accept(text) {
  const chip = chipOf(text);
  if (!chip) return go({ text: [now().text, text].filter(Boolean).join(" "), offset: 0 });
  const others = now().chips.filter((each) => each.field !== chip.field || each.not !== chip.not);
  return go({ chips: [...others, chip], offset: 0 });
}

function shown() {
  const { text, chips, dsl } = now();
  const items = chips.map((chip) =>
    item(chipText(chip), textOf(chip), () => go({ chips: now().chips.filter((each) => each !== chip), offset: 0 })),
  );
  if (text) items.unshift(item(`“${text}”`, text, () => go({ text: "", offset: 0 })));
  if (dsl) items.push(item("query", "the query", () => go({ dsl: "", offset: 0 })));
  if (items.length > 1)
    items.push(
      h(
        "li",
        {},
        button("Clear all", () => go({ text: "", chips: [], dsl: "", offset: 0 }), { class: "plain small" }),
      ),
    );
  if (!items.length)
    items.push(
      h(
        "li",
        { class: "soft" },
        "every incident ",
        button("Open work", () => go({ chips: DEFAULTS.chips, offset: 0 }), { class: "plain small" }),
      ),
    );
  return items;
}

function chipText({ field, values, not }) {
  const values_ = values.map((value) => (value === "*" ? "any" : words(value))).join(" or ");
  return [h("b", {}, words(field.replaceAll(".", " "))), not ? " is not " : " is ", values_];
}

function item(content, name, remove) {
  return h(
    "li",
    { class: "chip", dataset: { chip: name } },
    h("span", {}, content),
    button(icon("close"), remove, { class: "plain", "aria-label": `Remove the filter ${name}` }),
  );
}

/** The filter bar: what is looked for, as chips, a range of time, and for experts the query itself. */

import { button, h, icon } from "./dom.js";
import { createQueryBox } from "./querybox.js";
import { createRange } from "./range.js";
import { chipOf, rangeOf, textOf, unquoted, withChip } from "./query.js";
import { valueText, words } from "./parts.js";
import { fieldNamed, session } from "./session.js";
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

/** What was typed: a chip where it names a field, else words. */
function accept(text) {
  const chip = chipOf(text);
  if (!fieldNamed(chip?.field)) return go({ text: [now().text, text].filter(Boolean).join(" "), offset: 0 });
  return go({ chips: withChip(now().chips, chip), offset: 0 });
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
  const bounds = values.filter((value) => rangeOf(value, session.kinds[field]));
  const others = values.filter((value) => !bounds.includes(value));
  const parts = [...others.map((value) => (value === "*" ? "any" : valueText(field, unquoted(value))))];
  if (bounds.length) parts.push(bounds.join(" and "));
  return [h("b", {}, words(field.replaceAll(".", " "))), not ? " is not " : " is ", h("bdi", {}, parts.join(" or "))];
}

function item(content, name, remove) {
  return h(
    "li",
    { class: "chip", dataset: { chip: name } },
    h("span", {}, content),
    button(icon("close"), remove, { class: "plain", "aria-label": `Remove the filter ${name}` }),
  );
}

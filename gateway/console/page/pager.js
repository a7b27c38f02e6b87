/** Where in the list one is, and the way to any row of it. */

import { button, h, icon } from "./dom.js";
import { count } from "./parts.js";
import { go, now } from "./state.js";

/** Rows of a page. */
export const SIZE = 100;

/** The pager of a queue. */
export function createPager(queue) {
  const text = h("span", { id: "place", class: "soft" });
  const to = (offset) => go({ offset: Math.max(0, Math.floor(Math.min(offset, queue.total - 1) / SIZE) * SIZE) });
  const before = button([icon("left"), "Before"], () => to(now().offset - SIZE), { class: "plain" });
  const after = button(["Next", icon("right")], () => to(now().offset + SIZE), { class: "plain" });
  const row = h("input", { type: "number", min: 1, "aria-label": "Go to row", placeholder: "row", id: "row" });
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        if (row.value) to(Number(row.value) - 1);
      },
    },
    h("label", {}, "Go to ", row),
    h("button", { type: "submit", class: "plain" }, "Go"),
  );
  const element = h(
    "nav",
    { class: "pager", "aria-label": "Pages of the list" },
    before,
    text,
    after,
    h("span", { class: "grow" }),
    form,
  );
  const show = () => {
    const last = Math.min(now().offset + SIZE, queue.total);
    text.textContent = queue.total ? `${count(now().offset + 1)}–${count(last)} of ${count(queue.total)}` : "none";
    before.disabled = now().offset === 0;
    after.disabled = last >= queue.total;
  };
  return { element, show };
}

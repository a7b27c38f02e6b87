/** The range of time: quick ones, and any other. */

import { button, h, icon } from "./dom.js";
import { labelled, menu } from "./dialog.js";
import { go, now, watch } from "./state.js";
import { instant, RANGES, rangeText, watchZone, zoneName } from "./time.js";

/** The control; its text is the range as it is. */
export function createRange() {
  const text = h("span", {});
  const show = () => (text.textContent = rangeText(now()));
  watch(show);
  watchZone(show);
  show();
  return menu([icon("clock"), text], fill, { id: "range", class: "range" });
}

function fill(close) {
  const choose = (from, to) => {
    close();
    go({ from, to, offset: 0 });
  };
  const from = h("input", { value: now().from, placeholder: "now-30d or 2026-11-01 08:00" });
  const to = h("input", { value: now().to, placeholder: "now" });
  const submit = (event) => {
    event.preventDefault();
    choose(instant(from.value.trim()), instant(to.value.trim(), { up: true }));
  };
  return [
    h(
      "div",
      { class: "quick", role: "group", "aria-label": "Quick ranges" },
      RANGES.map(([start, words]) =>
        button(words, () => choose(start, start ? "now" : ""), {
          class: "choice",
          "aria-pressed": String(now().from === start),
        }),
      ),
    ),
    h(
      "form",
      { onsubmit: submit },
      labelled(
        "From",
        from,
        `date math, or a time, ${zoneName() === "UTC" ? "in UTC" : "local"} where it says no zone`,
      ),
      labelled("To", to),
      h("button", { type: "submit", class: "primary" }, "Apply"),
    ),
  ];
}

/** The bar over the table: how many, as of when, what is new; or what to do with what is ticked. */

import { button, h, icon } from "./dom.js";
import { columnsMenu } from "./columns.js";
import { exportMenu } from "./exporting.js";
import { clockMark, count, many } from "./parts.js";
import { scoped } from "./session.js";
import { takenAt } from "./snapshot.js";
import { now } from "./state.js";
import { rangeText } from "./time.js";

/** The bar of a queue; its height is always the same, so that rows do not move. */
export function createToolbar(queue, refresh) {
  const total = h("span", { id: "total" });
  const strip = button([], refresh, { id: "news", class: "strip", hidden: true });
  const still = h(
    "div",
    { class: "bar-part" },
    total,
    strip,
    h("span", { class: "grow" }),
    button([icon("refresh"), h("span", { class: "wide-only" }, "Load anew")], refresh, {
      class: "plain",
      "aria-label": "Load anew",
      title: "Load anew (r)",
    }),
    columnsMenu(),
    exportMenu(queue),
  );
  const ticked = h("div", { class: "bar-part bulk", role: "region", "aria-label": "Ticked incidents", hidden: true });
  const element = h("div", { class: "toolbar" }, still, ticked);
  const show = () => {
    const on = queue.ticks.all || queue.ticks.size > 0;
    total.replaceChildren(
      h("b", {}, many(queue.total, "incident")),
      h("span", { class: "soft" }, ` · ${rangeText(now()).toLowerCase()} · as of `, clockMark(takenAt())),
    );
    still.hidden = on;
    ticked.hidden = !on;
    if (on) ticked.replaceChildren(...bulkParts(queue));
  };
  const news = ({ created, updated, deaf }) => {
    const parts = [created && `${count(created)} new`, updated && `${count(updated)} changed`].filter(Boolean);
    strip.hidden = !parts.length && !deaf;
    strip.textContent = parts.join(", ") || "No news";
    strip.title = deaf ? `What is new cannot be told: ${deaf}` : "Load them (r)";
    strip.setAttribute("aria-label", deaf ? strip.title : `${parts.join(", ")}: load them`);
  };
  return { element, show, news };
}

function bulkParts(queue) {
  const { ticks, total } = queue;
  const more =
    !ticks.all && ticks.size < total
      ? button(`Select all ${count(total)} that match`, ticks.setMatching, { id: "all-matching", class: "plain small" })
      : null;
  const text = ticks.all ? `All ${count(total)} that match` : `${count(ticks.size)} ticked`;
  const change = (label, field) => scoped("write", label, () => queue.change(field), { class: "small" });
  return [
    h("b", { id: "ticked" }, text),
    more,
    h("span", { class: "grow" }),
    change("Take", "take"),
    change("Assign", "assignee"),
    change("Status", "status"),
    change("Severity", "severity"),
    change("Comment", "comment"),
    change("Close", "close"),
    button(icon("close"), ticks.clear, { class: "plain", "aria-label": "Untick all" }),
  ].filter(Boolean);
}

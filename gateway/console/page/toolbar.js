/** The bar over the table: how many, as of when, what is new; or what to do with what is ticked. */

import { button, h, icon, say } from "./dom.js";
import { columnsMenu } from "./columns.js";
import { exportMenu } from "./exporting.js";
import { clockMark, count, many } from "./parts.js";
import { scoped } from "./session.js";
import { takenAt } from "./snapshot.js";
import { now } from "./state.js";
import { rangeText, watchZone } from "./time.js";

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
  const showTotal = () =>
    total.replaceChildren(
      h("b", {}, queue.shown ? many(queue.total, "incident") : "No list"),
      h("span", { class: "soft" }, ` · ${lowered(rangeText(now()))} · as of `, clockMark(takenAt())),
    );
  watchZone(showTotal);
  const show = () => {
    const on = queue.ticks.all || queue.ticks.size > 0;
    showTotal();
    still.hidden = on;
    ticked.hidden = !on;
    if (on) ticked.replaceChildren(...bulkParts(queue, strip));
    else total.after(strip);
  };
  const news = ({ created, updated, deaf }) => {
    if (deaf && strip.textContent.includes(deaf)) return;
    const parts = [created && `${count(created)} new`, updated && `${count(updated)} changed`].filter(Boolean);
    const known = parts.join(", ");
    strip.hidden = !known && !deaf;
    strip.textContent = [known, deaf && `No news: ${deaf}`].filter(Boolean).join(" · ");
    strip.title = deaf ? "What is new cannot be told. Load anew (r)" : "Load them (r)";
    strip.setAttribute("aria-label", deaf ? `${strip.textContent} Load anew` : `${known}: load them`);
    if (deaf) say(strip.textContent);
  };
  return { element, show, news };
}

const lowered = (text) => text.charAt(0).toLowerCase() + text.slice(1);

function bulkParts(queue, strip) {
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
    strip,
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

/** Over the table: how many of each severity, and when they began. Both are of the list's snapshot, and filter it. */

import { path } from "./api.js";
import { button, h, icon } from "./dom.js";
import { chartPanel, toneOf, valueBars } from "./charts.js";
import { notice } from "./notice.js";
import { count, severityMark, words } from "./parts.js";
import { withValue } from "./query.js";
import { session } from "./session.js";
import { ask } from "./snapshot.js";
import { about, histogramOf, startedPanel } from "./started.js";
import { go, now } from "./state.js";
import { watchZone } from "./time.js";

const STORE = "incident-gateway-charts";
const ROOM = "(width >= 48rem)";

/** The widgets; `load` draws them for filters. They can be folded to a line, which is remembered. */
export function createWidgets() {
  const element = h("section", { class: "widgets", "aria-label": "Charts" });
  const widgets = { element, loads: 0, filters: null, draw: () => blanks() };
  const load = (filters) => read(widgets, filters);
  watchZone(() => widgets.filters && load(widgets.filters));
  show(widgets);
  return { element, load };
}

const areShown = () => (localStorage.getItem(STORE) ?? (matchMedia(ROOM).matches ? "shown" : "folded")) === "shown";

function show(widgets) {
  widgets.element.classList.toggle("closed", !areShown());
  widgets.element.replaceChildren(...widgets.draw(areShown(), () => fold(widgets)));
}

function fold(widgets) {
  localStorage.setItem(STORE, areShown() ? "folded" : "shown");
  show(widgets);
  widgets.element.querySelector(".fold").focus();
}

async function read(widgets, filters) {
  const mine = (widgets.loads += 1);
  widgets.filters = filters;
  try {
    const asked = { severity: { values: { field: "severity", size: 10 } }, started: await histogramOf(filters, ask) };
    const stats = await ask(path("incidents_full_types", "stats"), { ...filters, widgets: asked });
    widgets.draw = (open, toggle) => (open ? charts(stats, toggle) : summary(stats, toggle));
  } catch (error) {
    // What is refused in the filters is said where the list is.
    widgets.draw = () => (error.status === 400 ? blanks() : [notice(error, () => read(widgets, filters))]);
  }
  if (mine === widgets.loads) show(widgets);
}

const blanks = () => [h("div", { class: "blank" }), h("div", { class: "blank" })];

function charts(stats, toggle) {
  const folding = button(icon("fold"), toggle, {
    class: "plain small fold",
    "aria-label": "Fold the charts",
    title: "Fold the charts",
  });
  const choose = ({ start, end }) => go({ from: start, to: end, offset: 0 });
  return [severities(stats), startedPanel("Started", stats, choose, folding)];
}

/** The numbers of the severities in a line. */
function summary(stats, toggle) {
  const marks = counted(stats).map(({ value, count: number }) =>
    button([severityMark(value), count(number)], () => choose(value), {
      class: "plain small",
      "aria-label": `${words(value)}: ${count(number)}. Show only these`,
    }),
  );
  const text = about(stats, stats.widgets.severity.missing);
  return [
    button([icon("unfold"), "Charts"], toggle, { class: "plain small fold", "aria-label": "Unfold the charts" }),
    ...marks,
    h("span", { class: "soft", title: text }, text),
  ];
}

const choose = (value) => go({ chips: withValue(now().chips, "severity", value), offset: 0 });

function counted({ widgets }) {
  const { buckets } = widgets.severity;
  const number = (value) => buckets.find((bucket) => bucket.value === value)?.count ?? 0;
  return session.severities.map((value) => ({ value, count: number(value) }));
}

function severities(stats) {
  const sorted = counted(stats);
  const chart = valueBars(sorted, { mark: severityMark, tone: toneOf, onchoose: choose });
  return chartPanel("Severity", about(stats, stats.widgets.severity.missing), chart, {
    columns: ["Severity", "Incidents"],
    rows: sorted.map((each) => [words(each.value), count(each.count)]),
  });
}

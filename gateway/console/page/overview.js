/** The overview: how many came, what is left, how long it takes, where it comes from, by which techniques. */

import { call, path } from "./api.js";
import { h } from "./dom.js";
import { fieldTitle } from "./cells.js";
import { chartPanel, toneOf, valueBars } from "./charts.js";
import { heatMap } from "./matrix.js";
import { notice } from "./notice.js";
import { count, severityMark } from "./parts.js";
import { filtersOf, withValue } from "./query.js";
import { session } from "./session.js";
import { about, histogramOf, startedPanel } from "./started.js";
import { go, now, sameSearch, watch } from "./state.js";
import { duration, moment, watchZone } from "./time.js";

const TOP = ["source", "category", "assignee.name", "tags"];

/** The overview. */
export function createOverview() {
  const body = h("div", { class: "overview-body" }, blanks());
  const element = h("section", { class: "overview", "aria-label": "Overview", hidden: true }, body);
  const view = { body, loads: 0, loaded: null };
  const load = () => now().page === "overview" && draw(view);
  watch((state, before) => (state.page !== before.page || !sameSearch(state, before)) && load());
  watchZone(load);
  load();
  return { element };
}

async function draw(view) {
  const mine = (view.loads += 1);
  view.body.setAttribute("aria-busy", "true");
  try {
    const parts = await drawn();
    if (mine === view.loads) view.body.replaceChildren(...parts);
  } catch (error) {
    if (mine === view.loads) view.body.replaceChildren(notice(error, () => draw(view)));
  }
  view.body.setAttribute("aria-busy", "false");
}

const stats = (filters, widgets) =>
  call("POST", path("incidents_full_types", "stats"), { body: { ...filters, widgets } });

/** What is shown until there is something: the same places, so that nothing moves. */
function blanks() {
  const some = (number) => Array.from({ length: number }, () => h("div", { class: "blank" }));
  return [h("div", { class: "tiles" }, some(3)), some(1), h("div", { class: "tops" }, some(4)), some(1)];
}

async function drawn() {
  const all = { ...now(), chips: now().chips.filter(({ field }) => field !== "state") };
  const filters = filtersOf(now(), session.kinds);
  const [mine, whole, before, attack] = await Promise.all([
    asked(filters).then((widgets) => stats(filters, widgets)),
    stats(filtersOf(all, session.kinds), durations()),
    previous(all),
    heatMap(filters),
  ]);
  return [
    h("div", { class: "tiles" }, backlog(whole), ...times(whole, before)),
    created(mine),
    h(
      "div",
      { class: "tops" },
      TOP.map((field) => top(mine, field)),
    ),
    attack,
  ];
}

async function asked(filters) {
  const tops = Object.fromEntries(TOP.map((field) => [`top ${field}`, { values: { field, size: 8 } }]));
  return { started: await histogramOf(filters, (where, body) => call("POST", where, { body })), ...tops };
}

const durations = () => ({
  acknowledge: { durations: { of: "acknowledge" } },
  resolve: { durations: { of: "resolve" } },
  state: { values: { field: "state", size: 5 } },
});

/** The same numbers of the period before, as long as this one; null where there is none. */
function previous(state) {
  const [from, to] = [moment(state.from), moment(state.to || "now")];
  if (from === null || to === null) return null;
  const iso = (time) => new Date(time).toISOString();
  return stats(filtersOf({ ...state, from: iso(from - (to - from)), to: iso(from - 1) }, session.kinds), durations());
}

function backlog({ widgets, total_docs: total }) {
  const number = (state) => widgets.state.buckets.find(({ value }) => value === state)?.count ?? 0;
  const [open, under] = [number("open"), number("in_progress")];
  return tile("Backlog", count(open + under), null, {
    Open: count(open),
    "In progress": count(under),
    Closed: count(number("closed")),
    "In all": count(total),
  });
}

function times({ widgets }, before) {
  const names = { acknowledge: "Mean time to acknowledge", resolve: "Mean time to resolve" };
  return Object.entries(names).map(([of, title]) => {
    const { mean, p50, p90, count: number, missing } = widgets[of];
    const facts = { "90 % within": duration(p90 ?? 0), Median: duration(p50 ?? 0), Of: count(number) };
    return tile(title, number ? duration(mean) : "–", compared(mean, before?.widgets[of]), {
      ...(number && facts),
      "Not yet": count(missing),
    });
  });
}

/** The period before, in words: a colour alone would not say whether longer is better. */
function compared(mean, before) {
  if (!before?.count) return "nothing to compare with in the period before";
  const change = mean === null ? null : Math.round((mean / before.mean - 1) * 100);
  const words = { "-1": "shorter", 0: "the same", 1: "longer" }[Math.sign(change ?? 0)];
  const by = change ? `${Math.abs(change)} % ${words} than ` : "";
  return `${by}${duration(before.mean)} in the period before, of ${count(before.count)}`;
}

function tile(title, value, beside, facts) {
  return h(
    "section",
    { class: "panel-box tile-box", "aria-label": title },
    h("h2", {}, title),
    h("p", { class: "figure" }, h("b", {}, value), beside ? h("span", { class: "soft" }, beside) : null),
    h(
      "dl",
      { class: "tile-facts" },
      Object.entries(facts).map(([name, fact]) => h("div", {}, h("dt", {}, name), h("dd", {}, fact))),
    ),
  );
}

function created(answer) {
  const choose = ({ start, end }) => go({ page: "queue", from: start, to: end, offset: 0 });
  const legend = session.severities.map((each) =>
    h("span", {}, h("i", { class: toneOf(each), "aria-hidden": "true" }), severityMark(each)),
  );
  return startedPanel("Started, by severity", answer, choose, h("div", { class: "legend" }, legend));
}

function top(answer, field) {
  const { buckets, others, missing } = answer.widgets[`top ${field}`];
  const chart = valueBars(buckets, {
    kind: "ranked",
    mark: String,
    name: String,
    onchoose: (value) => go({ page: "queue", chips: withValue(now().chips, field, value), offset: 0 }),
  });
  const rest = [others && `${count(others)} of other values`, missing && `${count(missing)} without a value`];
  const below = h("p", { class: "soft rest" }, rest.filter(Boolean).join(" · "));
  return chartPanel(fieldTitle(field), about(answer), [chart, below], {
    columns: [fieldTitle(field), "Incidents"],
    rows: buckets.map(({ value, count: number }) => [value, count(number)]),
  });
}

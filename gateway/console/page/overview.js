/** The overview: how many came, what is left, how long it takes, where it comes from, by which techniques. */

import { call, path } from "./api.js";
import { h } from "./dom.js";
import { fieldTitle } from "./cells.js";
import { chartPanel, timeColumns, toneOf, valueBars } from "./charts.js";
import { heatMap } from "./matrix.js";
import { notice } from "./notice.js";
import { count, severityMark, words } from "./parts.js";
import { filtersOf, withValue } from "./query.js";
import { session } from "./session.js";
import { go, now, sameSearch, watch } from "./state.js";
import { duration, ianaZone, moment, watchZone } from "./time.js";
import { about, interval, labelled } from "./widgets.js";

const TOP = ["source", "category", "assignee.name", "tags"];

/** The overview. */
export function createOverview() {
  const body = h("div", { class: "overview-body" });
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

async function drawn() {
  const all = { ...now(), chips: now().chips.filter(({ field }) => field !== "state") };
  const [mine, whole, before, attack] = await Promise.all([
    stats(filtersOf(now(), session.kinds), asked()),
    stats(filtersOf(all, session.kinds), durations()),
    previous(all),
    heatMap(filtersOf(now(), session.kinds)),
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

function asked() {
  const tops = Object.fromEntries(TOP.map((field) => [`top ${field}`, { values: { field, size: 8 } }]));
  return {
    started: {
      histogram: {
        field: "started_at",
        interval: interval(now()),
        time_zone: ianaZone(),
        split: { field: "severity", size: 6 },
      },
    },
    ...tops,
  };
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
  const left = number("open") + number("in_progress");
  return tile(
    "Backlog",
    count(left),
    `${count(number("open"))} open, ${count(number("in_progress"))} in progress, of ${count(total)}`,
  );
}

function times({ widgets }, before) {
  const names = { acknowledge: "Mean time to acknowledge", resolve: "Mean time to resolve" };
  return Object.entries(names).map(([of, title]) => {
    const { mean, p50, p90, count: number, missing } = widgets[of];
    const text = number
      ? `median ${duration(p50)}, 90 % within ${duration(p90)} · of ${count(number)}, ${count(missing)} not yet`
      : "none yet";
    return tile(title, number ? duration(mean) : "–", text, compared(mean, before?.widgets[of]));
  });
}

/** The period before, in words: a colour alone would not say whether longer is better. */
function compared(mean, before) {
  if (!before?.count) return "nothing to compare with in the period before";
  const change = mean === null ? null : Math.round((mean / before.mean - 1) * 100);
  return `${duration(before.mean)} in the period before${change === null ? "" : `: ${Math.abs(change)} % ${change > 0 ? "longer" : "shorter"} now`}`;
}

function tile(title, value, text, below = null) {
  return h(
    "section",
    { class: "panel-box tile-box", "aria-label": title },
    h("h2", {}, title),
    h("p", { class: "figure" }, value),
    h("p", { class: "soft" }, text),
    below ? h("p", { class: "soft" }, below) : null,
  );
}

function created(answer) {
  const { buckets: sent, missing, interval: step, time_zone: zone } = answer.widgets.started;
  const buckets = labelled(sent);
  const chart = timeColumns("Incidents by the time they started", buckets, {
    onchoose: ({ start, end }) => go({ page: "queue", from: start, to: end, offset: 0 }),
  });
  const legend = h(
    "p",
    { class: "legend" },
    session.severities.map((each) =>
      h("span", {}, h("i", { class: toneOf(each), "aria-hidden": "true" }), severityMark(each)),
    ),
  );
  const header = session.severities.map(words);
  const rows = buckets.map((each) => [
    each.label,
    count(each.count),
    ...session.severities.map((name) => count(each.split?.find(({ value }) => value === name)?.count ?? 0)),
  ]);
  return chartPanel("Started, by severity", `${about(answer, missing)} · by ${step} · ${zone}`, [chart, legend], {
    columns: ["From", "All", ...header],
    rows,
  });
}

function top(answer, field) {
  const { buckets, others, missing } = answer.widgets[`top ${field}`];
  const chart = valueBars(buckets, {
    mark: (value) => value,
    onchoose: (value) => go({ page: "queue", chips: withValue(now().chips, field, value), offset: 0 }),
  });
  const text = [about(answer, missing), others ? `${count(others)} of other values` : null].filter(Boolean).join(" · ");
  return chartPanel(fieldTitle(field), text, chart, {
    columns: [fieldTitle(field), "Incidents"],
    rows: buckets.map(({ value, count: number }) => [value, count(number)]),
  });
}

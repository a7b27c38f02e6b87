/** Over the table: how many of each severity, and when they began. Both are of the list's snapshot, and filter it. */

import { path } from "./api.js";
import { h } from "./dom.js";
import { chartPanel, timeColumns, toneOf, valueBars } from "./charts.js";
import { notice } from "./notice.js";
import { count, severityMark, words } from "./parts.js";
import { withValue } from "./query.js";
import { session } from "./session.js";
import { ask } from "./snapshot.js";
import { go, now } from "./state.js";
import { absolute, ianaZone, moment, rangeText, tick, watchZone } from "./time.js";

const INTERVALS = [
  ["1m", 60],
  ["5m", 300],
  ["15m", 900],
  ["1h", 3600],
  ["3h", 10_800],
  ["day", 86_400],
  ["week", 604_800],
  ["month", 2_629_800],
];
const COLUMNS = 48;

/** The widgets; `load` draws them for filters. */
export function createWidgets() {
  const element = h("div", { class: "widgets" });
  let loads = 0;
  let last = null;
  const load = async (filters) => {
    const mine = (loads += 1);
    last = filters;
    try {
      const stats = await ask(path("incidents_full_types", "stats"), { ...filters, widgets: asked() });
      if (mine === loads) element.replaceChildren(severities(stats), histogram(stats));
    } catch (error) {
      // What is refused in the filters is said where the list is.
      const box = error.status === 400 ? [] : [notice(error, () => load(filters))];
      if (mine === loads) element.replaceChildren(...box);
    }
  };
  watchZone(() => last && load(last));
  return { element, load };
}

function asked() {
  return {
    severity: { values: { field: "severity", size: 10 } },
    started: {
      histogram: {
        field: "started_at",
        interval: interval(now()),
        time_zone: ianaZone(),
        split: { field: "severity", size: 6 },
      },
    },
  };
}

/** An interval that gives at most 48 columns. */
export function interval({ from, to }) {
  const seconds = ((moment(to || "now") ?? Date.now()) - (moment(from || "now-90d") ?? Date.now())) / 1000;
  return (INTERVALS.find(([, size]) => seconds / size <= COLUMNS) ?? INTERVALS.at(-1))[0];
}

/** What a chart is of: range, total, filters, and how many lack the field. */
export function about({ total_docs: total }, missing = 0) {
  const filters = now().chips.length + (now().text ? 1 : 0) + (now().dsl ? 1 : 0);
  const parts = [
    rangeText(now()),
    `${count(total)} in all`,
    filters ? `${filters} filter${filters === 1 ? "" : "s"}` : "no filter",
    missing ? `${count(missing)} without a value` : null,
  ];
  return parts.filter(Boolean).join(" · ");
}

function severities(stats) {
  const { buckets, missing } = stats.widgets.severity;
  const sorted = session.severities.map((value) => ({
    value,
    count: buckets.find((each) => each.value === value)?.count ?? 0,
  }));
  const chart = valueBars(sorted, {
    mark: severityMark,
    tone: toneOf,
    onchoose: (value) => go({ chips: withValue(now().chips, "severity", value), offset: 0 }),
  });
  return chartPanel("Severity", about(stats, missing), chart, {
    columns: ["Severity", "Incidents"],
    rows: sorted.map((each) => [words(each.value), count(each.count)]),
  });
}

function histogram(stats) {
  const started = stats.widgets.started;
  const buckets = labelled(started.buckets);
  const chart = timeColumns("Incidents by the time they started", buckets, {
    onchoose: ({ start, end }) => go({ from: start, to: end, offset: 0 }),
  });
  const text = `${about(stats, started.missing)} · by ${started.interval} · ${started.time_zone}`;
  return chartPanel("Started", text, chart, {
    columns: ["From", "Incidents"],
    rows: buckets.map((each) => [each.label, count(each.count)]),
  });
}

/** Buckets with their end, a label, and their parts from the least severe up. */
export function labelled(buckets) {
  const size = buckets.length > 1 ? new Date(buckets[1].start) - new Date(buckets[0].start) : 3_600_000;
  return buckets.map((bucket, place) => {
    const next = buckets[place + 1]?.start ?? new Date(new Date(bucket.start).getTime() + size).toISOString();
    const end = new Date(new Date(next).getTime() - 1).toISOString();
    return {
      ...bucket,
      end,
      label: size >= 86_400_000 ? tick(bucket.start, size) : absolute(bucket.start),
      split: split(bucket),
    };
  });
}

function split(bucket) {
  if (!bucket.split) return undefined;
  const parts = [...bucket.split].sort(
    (a, b) => session.severities.indexOf(b.value) - session.severities.indexOf(a.value),
  );
  const rest = bucket.count - parts.reduce((sum, part) => sum + part.count, 0);
  return rest > 0 ? [{ value: null, count: rest }, ...parts] : parts;
}

/** When incidents started: a histogram by severity, in steps that fit what is asked for. */

import { path } from "./api.js";
import { lengthOf } from "./axis.js";
import { chartPanel, timeColumns } from "./charts.js";
import { count, words } from "./parts.js";
import { session } from "./session.js";
import { now } from "./state.js";
import { absolute, day, ianaZone, moment, rangeText } from "./time.js";

const DAY = 86_400_000;
const INTERVALS = [
  ["1m", 60_000],
  ["5m", 300_000],
  ["15m", 900_000],
  ["1h", 3_600_000],
  ["3h", 10_800_000],
  ["day", DAY],
  ["week", 7 * DAY],
  ["month", 30.4 * DAY],
  ["quarter", 91 * DAY],
  ["year", 365 * DAY],
];
const COLUMNS = 92;

/** The widget to ask for, with at most 92 columns; `ask` finds out how far an open range reaches. */
export async function histogramOf(filters, ask) {
  const [from, to] = await Promise.all([
    moment(now().from) ?? edge(filters, "asc", ask),
    moment(now().to) ?? edge(filters, "desc", ask),
  ]);
  const step = INTERVALS.find(([, length]) => (to - from) / length <= COLUMNS) ?? INTERVALS.at(-1);
  return {
    histogram: {
      field: "started_at",
      interval: step[0],
      time_zone: ianaZone(),
      split: { field: "severity", size: 6 },
    },
  };
}

/** When the first or the last of them started; now, where none has. */
async function edge(filters, order, ask) {
  const sort = [{ field: "started_at", order }];
  const { docs } = await ask(path("incidents_full_types"), { ...filters, sort, size: 1, fields: ["started_at"] });
  return docs[0]?.started_at ? Date.parse(docs[0].started_at) : Date.now();
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

/** The histogram of an answer's widget `started`, with its numbers as a table. */
export function startedPanel(title, answer, onchoose, after = null) {
  const { buckets: sent, missing, interval, time_zone: zone } = answer.widgets.started;
  const buckets = labelled(sent);
  const chart = timeColumns("Incidents by the time they started", buckets, { onchoose });
  const text = `${about(answer, missing)} · by ${interval} · ${zone}`;
  const rows = buckets.map((bucket) => [bucket.label, count(bucket.count), ...session.severities.map(partOf(bucket))]);
  return chartPanel(title, text, chart, { columns: ["From", "All", ...session.severities.map(words)], rows }, after);
}

const partOf = (bucket) => (severity) => count(bucket.split?.find(({ value }) => value === severity)?.count ?? 0);

/** Buckets with their end, a label, and their parts from the least severe up. */
function labelled(buckets) {
  const length = lengthOf(buckets);
  return buckets.map((bucket, place) => {
    const next = buckets[place + 1]?.start ?? new Date(Date.parse(bucket.start) + length);
    const end = new Date(Date.parse(next) - 1).toISOString();
    const label = length >= DAY / 2 ? day(bucket.start) : absolute(bucket.start);
    return { ...bucket, end, label, split: split(bucket) };
  });
}

function split(bucket) {
  if (!bucket.split) return undefined;
  const place = ({ value }) => session.severities.indexOf(value);
  const parts = bucket.split.toSorted((a, b) => place(b) - place(a));
  const rest = bucket.count - parts.reduce((sum, part) => sum + part.count, 0);
  return rest > 0 ? [{ value: null, count: rest }, ...parts] : parts;
}

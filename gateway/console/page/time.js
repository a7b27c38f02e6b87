/** Times as people read them: relative and absolute, in one zone for all of the console. */

const STORE = "incident-gateway-zone";
const listeners = new Set();
let zone = localStorage.getItem(STORE) === "utc" ? "UTC" : undefined;

/** "UTC" or "local". */
export const zoneName = () => (zone ? "UTC" : "local");

/** The IANA zone that times are shown in, as the API takes it. */
export const ianaZone = () => zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Switches every time that is shown between UTC and the browser's zone. */
export function switchZone() {
  zone = zone ? undefined : "UTC";
  localStorage.setItem(STORE, zone ? "utc" : "local");
  for (const listener of listeners) listener();
}

/** Calls whenever the zone is switched. */
export const watchZone = (listener) => listeners.add(listener);

/** A moment with date, time and zone: `26 Nov 2026, 15:27:09 CET`. */
export function absolute(time) {
  return format("moment", time);
}

/** A moment as a label of an axis, as exact as the step between two; `whole` with its day, as the first one has it. */
export function tick(time, milliseconds, whole = false) {
  if (milliseconds > 20 * DAY_LENGTH) return format("month", time);
  if (milliseconds >= DAY_LENGTH / 2) return format("day", time);
  return whole ? format("minute", time) : clockOf(time) ? format("hour", time) : format("day", time);
}

/** Minutes since midnight. */
export function clockOf(time) {
  const [hours, minutes] = format("hour", time).split(":");
  return hours * 60 + Number(minutes);
}

/** A day with its year. */
export const day = (time) => format("dayOfYear", time);

/** The time of day with its zone. */
export function clock(time) {
  return format("clock", time);
}

const DAY_LENGTH = 86_400_000;
const DAY = { day: "numeric", month: "short" };
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" };
const SHAPES = {
  month: { month: "short", year: "numeric" },
  day: DAY,
  dayOfYear: { ...DAY, year: "numeric" },
  hour: { hour: "2-digit", minute: "2-digit" },
  minute: { ...DAY, hour: "2-digit", minute: "2-digit" },
  clock: CLOCK,
  moment: { ...DAY, year: "numeric", ...CLOCK },
};
const formats = new Map();

/** Making a format takes longer than a hundred uses of it. */
function format(shape, time) {
  const name = `${shape} ${zone}`;
  if (!formats.has(name))
    formats.set(name, new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", timeZone: zone, ...SHAPES[shape] }));
  return formats.get(name).format(new Date(time));
}

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

/** How long ago, or how soon: `5h ago`. */
export function relative(time, from = Date.now()) {
  const seconds = (new Date(time) - from) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}

/** A length of seconds in its two largest units: `2 d 4 h`. */
export function duration(seconds) {
  const parts = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const shown = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) shown.push(`${count} ${unit}`);
  }
  return shown.slice(0, 2).join(" ") || "0 s";
}

/** Quick ranges, each as the API takes it, and in words. */
export const RANGES = [
  ["now-15m", "Last 15 minutes"],
  ["now-1h", "Last hour"],
  ["now-4h", "Last 4 hours"],
  ["now-24h", "Last 24 hours"],
  ["now/d", "Today"],
  ["now-7d", "Last 7 days"],
  ["now-30d", "Last 30 days"],
  ["now-90d", "Last 90 days"],
  ["", "All time"],
];

/** A range in words. */
export function rangeText({ from, to }) {
  const quick = to === "now" || (to === "" && from === "") ? RANGES.find(([start]) => start === from) : null;
  return quick ? quick[1] : `${pointText(from) || "the beginning"} to ${pointText(to) || "now"}`;
}

function pointText(point) {
  return /^\d{4}-/u.test(point) && !point.includes("||") ? absolute(point) : point;
}

const LENGTHS = { s: 1000, m: 60_000, h: 3_600_000, d: DAY_LENGTH, w: 7 * DAY_LENGTH };

/** The moment that date math such as `now-7d` or `now-1M/d` means, in UTC as the API has it; else that of a time, else null. */
export function moment(point, from = Date.now()) {
  const math = /^now((?:[+-]\d+[smhdwMy])*)(?:\/([smhdwMy]))?$/u.exec(point);
  if (!math) return point && !Number.isNaN(Date.parse(point)) ? Date.parse(point) : null;
  const steps = [...math[1].matchAll(/([+-]\d+)(\w)/gu)];
  const time = steps.reduce((before, [, number, unit]) => stepped(before, Number(number), unit), from);
  return math[2] ? rounded(time, math[2]) : time;
}

function stepped(time, number, unit) {
  if (unit in LENGTHS) return time + number * LENGTHS[unit];
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + number * (unit === "y" ? 12 : 1));
  // The 31st of a month that ends before it is that month's last day.
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

/** The beginning of the unit; weeks begin on Monday, and the clocks' beginning was a Thursday. */
function rounded(time, unit) {
  const date = new Date(time);
  if (unit === "y") return Date.UTC(date.getUTCFullYear(), 0);
  if (unit === "M") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  const shift = unit === "w" ? 3 * DAY_LENGTH : 0;
  return time - ((time + shift) % LENGTHS[unit]);
}

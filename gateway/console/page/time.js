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
  ["now/d", "Today (UTC)"],
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

/**
 * The moment that date math such as `now-7d`, `now-1d/d` or `2026-11-01||/M` means, else that of a time, else null; `up`
 * is the end of what is rounded to, as the end of a range has it.
 */
export function moment(point, from = Date.now(), { up = false } = {}) {
  const [, anchor, math] = /^(now|.+?(?=\|\|)|)(?:\|\|)?((?:[+-]\d*[smhHdwMy]|\/[smhHdwMy])*)$/u.exec(point) ?? [];
  if (!anchor) return named(point, up);
  const date = new Date(anchor === "now" ? from : Date.parse(anchor));
  for (const [step] of math.matchAll(/[+-]\d*\w|\/\w/gu)) {
    if (step.startsWith("/")) rounded(date, step[1], up);
    else moved(date, step.at(-1), Number(`${step[0]}${step.slice(1, -1) || 1}`));
  }
  return Number.isNaN(date.getTime()) ? null : date.getTime();
}

function named(point, up) {
  const time = /^\d{10,}$/u.test(point) ? Number(point) : Date.parse(point);
  if (Number.isNaN(time)) return null;
  return up && /^\d{4}-\d\d-\d\d$/u.test(point) ? time + 86_399_999 : time;
}

/** The calendar is UTC's, as the engine has it. */
function moved(date, unit, number) {
  if (unit === "M") onMonth(date, date.getUTCMonth() + number);
  else if (unit === "y") onMonth(date, date.getUTCMonth() + number * 12);
  else date.setTime(date.getTime() + number * SECONDS[unit] * 1000);
}

/** A month that lacks the day has its last one instead. */
function onMonth(date, month) {
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(month);
  date.setUTCDate(Math.min(day, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()));
}

function rounded(date, unit, up) {
  if (unit === "w") moved(date, "d", -((date.getUTCDay() + 6) % 7));
  if (unit === "y") date.setUTCMonth(0, 1);
  if (unit === "M") date.setUTCDate(1);
  const size = (SECONDS[unit] < 86_400 ? SECONDS[unit] : 86_400) * 1000;
  date.setTime(Math.floor(date.getTime() / size) * size);
  if (!up) return;
  moved(date, unit, 1);
  date.setTime(date.getTime() - 1);
}

const SECONDS = { s: 1, m: 60, h: 3600, H: 3600, d: 86_400, w: 604_800 };

/** A time that says no zone as the API takes it: in the zone that times are shown in; a day alone is all of it. */
export function instant(text, { up = false } = {}) {
  const [, day, clockTime] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/u.exec(text) ?? [];
  if (!day) return text;
  const time = new Date(`${day}T${clockTime ?? (up ? "23:59:59.999" : "00:00")}${zone ? "Z" : ""}`);
  return Number.isNaN(time.getTime()) ? text : time.toISOString();
}

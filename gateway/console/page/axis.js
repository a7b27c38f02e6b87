/** What stands beside a chart: round numbers from zero, and times as coarse as there is room for. */

import { clockOf, tick } from "./time.js";

const LABELS = 8;
const STEPS_UP = 4;
const DAY = 86_400_000;
const STEPS = [
  [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 7200],
  [1, 2, 5, 7, 10, 14, 15, 20, 30],
  [1, 2, 4, 8, 13, 26],
  [1, 2, 3, 6, 12, 24, 60, 120],
];

/** The numbers of an axis for counts up to `most`, from the top down to zero. */
export function scale(most) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, most / STEPS_UP)));
  const step = [1, 2, 5, 10].map((each) => each * unit).find((each) => Math.ceil(most / each) <= STEPS_UP);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, place) => place * step).reverse();
}

/** The labels of buckets in time: `{place, text}`, `place` from 0 to 1, at most eight. */
export function timeLabels(buckets) {
  if (!buckets.length) return [];
  const size = lengthOf(buckets);
  const numbers = numbersOf(buckets, size);
  const step = stepOf(numbers, size);
  const labels = buckets
    .map((bucket, place) => ({ place: place / buckets.length, start: bucket.start, number: numbers[place] }))
    .filter(({ number }) => number % step === 0);
  const shown = labels.length > 1 ? labels : [{ place: 0, start: buckets[0].start }];
  return shown.map(({ place, start }, at) => ({ place, text: tick(start, size, at === 0) }));
}

/** The length of a bucket in milliseconds; of one alone, an hour. */
export function lengthOf(buckets) {
  return buckets.length > 1 ? new Date(buckets[1].start) - new Date(buckets[0].start) : 3_600_000;
}

/** Each bucket's minute, day, week or month, whatever they are made of: those of round numbers are labelled. */
function numbersOf(buckets, size) {
  if (size < DAY / 2) return minutes(buckets);
  if (size > 20 * DAY) return buckets.map(({ start }) => monthOf(start));
  return buckets.map((bucket, place) => place);
}

/** Minutes of the first day and those after it, by the clocks on the wall. */
function minutes(buckets) {
  let days = 0;
  const clocks = buckets.map(({ start }) => clockOf(start));
  return clocks.map((clock, place) => (days += clock < clocks[place - 1] ? 1440 : 0) + clock);
}

/** Months since the year 0; a bucket may begin in the evening of the month before, by UTC. */
function monthOf(start) {
  const date = new Date(Date.parse(start) + DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function stepOf(numbers, size) {
  const steps = STEPS[size < DAY / 2 ? 0 : size < 6 * DAY ? 1 : size < 20 * DAY ? 2 : 3];
  return steps.find((step) => numbers.filter((number) => number % step === 0).length <= LABELS) ?? steps.at(-1);
}

/** Charts, small and honest: from zero, with what they are of, and the same numbers as a table. */

import { button, h, svg } from "./dom.js";
import { count, rank, words } from "./parts.js";
import { tick } from "./time.js";

const WIDTH = 720;
const HEIGHT = 96;

/** Columns over time: `buckets` of start, end, and counts by the part they are split into. */
export function timeColumns(title, buckets, { onchoose, tone = toneOf }) {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const step = WIDTH / Math.max(1, buckets.length);
  const bars = buckets.map((bucket, place) => column(bucket, place * step, step, most, tone, onchoose));
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": `${title}, from 0 to ${count(most)}`,
      class: "columns-chart",
    },
    svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5, class: "axis" }),
    bars,
  );
  return h(
    "div",
    { class: "chart" },
    h("div", { class: "scale soft", "aria-hidden": "true" }, h("span", {}, count(most)), h("span", {}, "0")),
    h("div", { class: "plot" }, picture, axis(buckets)),
  );
}

function column(bucket, x, width, most, tone, onchoose) {
  const text = `${bucket.label}: ${count(bucket.count)}`;
  const choose = onchoose && bucket.count ? chosen(text, () => onchoose(bucket)) : { role: "img", "aria-label": text };
  return svg(
    "g",
    { class: "bar", ...choose },
    svg("rect", { x, y: 0, width, height: HEIGHT, class: "reach" }),
    stack(bucket, x, width, most, tone),
    svg("title", {}, [text, ...parts(bucket)].join("\n")),
  );
}

function stack(bucket, x, width, most, tone) {
  let top = HEIGHT;
  return (bucket.split ?? [{ value: null, count: bucket.count }]).map(({ value, count: number }) => {
    const height = (number / most) * (HEIGHT - 2);
    top -= height;
    return svg("rect", { x: x + width * 0.1, y: top, width: width * 0.8, height, class: tone(value) });
  });
}

function parts({ split = [] }) {
  const there = split.filter((part) => part.count);
  return there.map(({ value, count: number }) => `${words(value ?? "other")}: ${count(number)}`);
}

/** What makes a bar a button, for the mouse, the keyboard and screen readers. */
function chosen(text, choose) {
  const onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    choose();
  };
  return { tabindex: 0, role: "button", "aria-label": `${text}. Show only these`, onclick: choose, onkeydown };
}

function axis(buckets) {
  const size = buckets.length > 1 ? new Date(buckets[1].start) - new Date(buckets[0].start) : 0;
  const shown = buckets.length ? [buckets[0], buckets[Math.floor(buckets.length / 2)], buckets.at(-1)] : [];
  return h(
    "div",
    { class: "axis-labels soft", "aria-hidden": "true" },
    [...new Set(shown)].map(({ start }) => h("span", {}, tick(start, size))),
  );
}

/** The class that colours a severity. */
export const toneOf = (severity) =>
  `tone-${severity === null || severity === undefined ? "plain" : `r${rank(severity)}`}`;

/** Bars of values: name, bar, count; each filters where it is pressed. */
export function valueBars(buckets, { onchoose, mark = words, tone = () => "tone-plain" }) {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  return h(
    "ul",
    { class: "bars" },
    buckets.map((bucket) => {
      const content = [
        h("span", { class: "bar-name" }, mark(bucket.value)),
        h(
          "span",
          { class: "bar-track", "aria-hidden": "true" },
          h("span", { class: `bar-fill ${tone(bucket.value)}`, style: { width: `${(bucket.count / most) * 100}%` } }),
        ),
        h("span", { class: "bar-count" }, count(bucket.count)),
      ];
      return h(
        "li",
        {},
        onchoose
          ? button(content, () => onchoose(bucket.value), {
              class: "plain",
              "aria-label": `${words(bucket.value)}: ${count(bucket.count)}. Show only these`,
            })
          : content,
      );
    }),
  );
}

/** A panel: title, what the chart is of, the chart, and the same numbers as a table. */
export function chartPanel(title, about, chart, numbers, props = {}) {
  return h(
    "section",
    { class: "panel-box", "aria-label": title, ...props },
    h("header", {}, h("h2", {}, title), h("p", { class: "soft" }, about)),
    chart,
    h("details", { class: "numbers" }, h("summary", {}, "As a table"), scrolled(title, table(title, numbers))),
  );
}

function scrolled(title, content) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, as a table` }, content);
}

function table(title, { columns, rows }) {
  const headings = columns.map((name) => h("th", { scope: "col" }, name));
  return h(
    "table",
    {},
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, headings)),
    h("tbody", {}, rows.map(tableRow)),
  );
}

function tableRow([first, ...rest]) {
  const cells = rest.map((value) => h("td", {}, value));
  return h("tr", {}, h("th", { scope: "row" }, first), cells);
}

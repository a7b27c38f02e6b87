/** Charts, small and honest: from zero, with what they are of, and the same numbers as a table. */

import { scale, timeLabels } from "./axis.js";
import { menu } from "./dialog.js";
import { button, h, icon, svg } from "./dom.js";
import { count, rank, words } from "./parts.js";

const WIDTH = 720;
const HEIGHT = 96;

/** Columns over time: `buckets` of start, end, label, and counts by the part they are split into. */
export function timeColumns(title, buckets, { onchoose }) {
  const numbers = scale(Math.max(1, ...buckets.map((bucket) => bucket.count)));
  const [top] = numbers;
  const step = WIDTH / Math.max(1, buckets.length);
  const bars = buckets.map((bucket, place) => column(bucket, place * step, step, top, onchoose));
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "group",
      "aria-label": `${title}, from 0 to ${count(top)}`,
      class: "columns-chart",
    },
    numbers.map((number) => line(HEIGHT * (1 - number / top), number ? null : "axis")),
    bars,
  );
  const readout = h("p", { class: "readout", "aria-hidden": "true" });
  listen(picture, buckets, readout);
  return h(
    "div",
    { class: "chart" },
    h(
      "div",
      { class: "scale soft", "aria-hidden": "true" },
      numbers.map((number) => h("span", {}, count(number))),
    ),
    h("div", { class: "plot" }, picture, readout),
    h("div", { class: "axis-labels soft", "aria-hidden": "true" }, timeLabels(buckets).map(label)),
  );
}

const line = (y, kind) => svg("line", { x1: 0, x2: WIDTH, y1: y, y2: y, class: kind });

function label({ place, text }, at) {
  const end = place < 0.02 ? "first" : place > 0.95 ? "last" : null;
  return h(
    "span",
    { class: [end, at % 2 ? "minor" : null].filter(Boolean).join(" "), style: { left: `${place * 100}%` } },
    text,
  );
}

/** Shows the numbers of the column under the pointer or with the focus, on the side that it is not on. */
function listen(picture, buckets, readout) {
  const show = ({ target }) => {
    const place = [...picture.querySelectorAll(".bar")].indexOf(target.closest(".bar"));
    readout.textContent = place < 0 ? "" : [spoken(buckets[place]), ...parts(buckets[place])].join(" · ");
    readout.classList.toggle("left", place > buckets.length / 2);
  };
  for (const name of ["pointerover", "focusin"]) picture.addEventListener(name, show);
  for (const name of ["pointerleave", "focusout"]) picture.addEventListener(name, () => (readout.textContent = ""));
}

const spoken = (bucket) => `${bucket.label}: ${count(bucket.count)}`;

function column(bucket, x, width, most, onchoose) {
  const text = [spoken(bucket), ...parts(bucket)].join(", ");
  const choose = onchoose && bucket.count ? chosen(text, () => onchoose(bucket)) : { role: "img", "aria-label": text };
  return svg(
    "g",
    { class: "bar", ...choose },
    svg("rect", { x, y: 0, width, height: HEIGHT, class: "reach" }),
    stack(bucket, x, width, most),
  );
}

function stack(bucket, x, width, most) {
  let top = HEIGHT;
  return (bucket.split ?? [{ value: null, count: bucket.count }]).map(({ value, count: number }) => {
    const height = (number / most) * HEIGHT;
    top -= height;
    return svg("rect", { x: x + width * 0.1, y: top, width: width * 0.8, height, class: toneOf(value) });
  });
}

/** The parts of a column, the most severe first. */
function parts({ split = [] }) {
  const there = split.filter((part) => part.count).reverse();
  return there.map(({ value, count: number }) => `${words(value ?? "other")} ${count(number)}`);
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

/** The class that colours a severity. */
export const toneOf = (severity) =>
  `tone-${severity === null || severity === undefined ? "plain" : `r${rank(severity)}`}`;

/** Bars of values: name, bar, count; each filters where it is pressed. */
export function valueBars(buckets, { onchoose, mark = words, name = words, tone = () => "tone-plain", kind = "" }) {
  const most = Math.max(1, ...buckets.map((bucket) => bucket.count));
  const item = ({ value, count: number }) =>
    h(
      "li",
      {},
      button(
        [
          h("span", { class: "bar-name" }, mark(value)),
          h("span", { class: "bar-track", "aria-hidden": "true" }, fill(number / most, tone(value))),
          h("span", { class: "bar-count" }, count(number)),
        ],
        () => onchoose(value),
        { class: "plain", title: String(value), "aria-label": `${name(value)}: ${count(number)}. Show only these` },
      ),
    );
  return h("ul", { class: `bars ${kind}` }, buckets.map(item));
}

const fill = (part, tone) => h("span", { class: `bar-fill ${tone}`, style: { width: `${part * 100}%` } });

/** A panel: title, what the chart is of, the chart, and the same numbers as a table under a button. */
export function chartPanel(title, about, chart, numbers, after = null) {
  return h(
    "section",
    { class: "panel-box", "aria-label": title },
    h(
      "header",
      {},
      h("h2", {}, title),
      h("p", { class: "soft", title: about }, about),
      menu(icon("table"), () => table(title, numbers), {
        class: "plain small",
        "aria-label": `${title}, as a table`,
        title: "As a table",
      }),
      after,
    ),
    chart,
  );
}

function table(title, { columns, rows }) {
  const headings = columns.map((name) => h("th", { scope: "col" }, name));
  return h(
    "div",
    { class: "numbers", tabindex: "0", role: "region", "aria-label": `${title}, as a table` },
    h("table", {}, h("caption", {}, title), h("thead", {}, h("tr", {}, headings)), h("tbody", {}, rows.map(tableRow))),
  );
}

function tableRow([first, ...rest]) {
  const cells = rest.map((value) => h("td", {}, value));
  return h("tr", {}, h("th", { scope: "row" }, first), cells);
}

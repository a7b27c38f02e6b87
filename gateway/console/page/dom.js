/** Elements made from data: text is only ever text, so nothing needs escaping. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with its properties and children; null and false children are left out. */
export function h(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

function filled(element, props, children) {
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined),
  );
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  else if (name === "value" || name === "checked" || name === "indeterminate") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** A button; what it does when pressed comes second, as most have no more. */
export function button(label, onclick, props = {}) {
  return h("button", { type: "button", onclick, ...props }, label);
}

/** A line icon of the set in the page, hidden from screen readers: the words beside it say what it means. */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

const ICONS = {
  search: "M9 3a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM13.5 13.5 17 17",
  close: "M5 5l10 10M15 5 5 15",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4l3 2",
  link: "M8 12l4-4M7 9l-2 2a3 3 0 0 0 4 4l2-2M9 7l2-2a3 3 0 0 1 4 4l-2 2",
  columns: "M3 4h14v12H3zM8 4v12M13 4v12",
  code: "M7 6 3 10l4 4M13 6l4 4-4 4",
  down: "M10 3v10M6 9l4 4 4-4M4 17h12",
  refresh: "M16 10a6 6 0 1 1-2-4.5M16 3v4h-4",
  left: "M12 5l-5 5 5 5",
  right: "M8 5l5 5-5 5",
  up: "M5 12l5-5 5 5",
  star: "M10 3l2.2 4.6 5 .7-3.6 3.5.9 5L10 14.4 5.5 16.8l.9-5L2.8 8.3l5-.7Z",
  moon: "M16 12A7 7 0 0 1 8 4a7 7 0 1 0 8 8Z",
  help: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM8 8a2 2 0 1 1 3 1.8c-.7.4-1 .8-1 1.7M10 14v.2",
  user: "M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM4 17a6 6 0 0 1 12 0",
  more: "M5 10h.1M10 10h.1M15 10h.1",
  ascending: "M10 16V4M5 9l5-5 5 5",
  descending: "M10 4v12M5 11l5 5 5-5",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M9 8v8",
  fold: "M5 9l5-5 5 5M5 16l5-5 5 5",
  unfold: "M5 4l5 5 5-5M5 11l5 5 5-5",
  widen: "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6",
  plus: "M10 4v12M4 10h12",
};

let saying = 0;

/** Says a sentence to screen readers, and says it again where it is the same as the last. */
export function say(text) {
  const place = document.getElementById("said");
  place.textContent = "";
  clearTimeout(saying);
  saying = setTimeout(() => (place.textContent = text), 50);
}

/** Calls once after the calls have stopped for so many milliseconds. */
export function debounced(call, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), milliseconds);
  };
}

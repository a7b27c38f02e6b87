/** Suggestions while a filter is typed: fields, then the values that they have, with counts. */

import { call, path } from "./api.js";
import { debounced, h } from "./dom.js";
import { count, isVocabulary, valueText } from "./parts.js";
import { written } from "./query.js";
import { fieldNamed, session } from "./session.js";

/** A text field with suggestions; `accept` gets what was typed or chosen, `complete` says that it is a whole one. */
export function createSuggest(accept) {
  const list = h("ul", { id: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const input = h("input", {
    id: "filter",
    type: "text",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "suggestions",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Filter: words, or severity:high, -tags:test, score:>=50",
    "aria-label": "Filter incidents",
  });
  const view = { input, list, options: [], active: -1, asked: 0, closed: false };
  const later = debounced(() => view.closed || suggest(view, choose), 120);
  const look = () => {
    view.closed = false;
    later();
  };
  const choose = (option) => {
    if (option.whole) finish(option.text);
    else {
      input.value = option.text;
      suggest(view, choose);
      input.focus();
    }
  };
  const finish = (text) => {
    hide(view);
    input.value = "";
    if (text.trim()) accept(text.trim());
  };
  view.choose = choose;
  view.finish = finish;
  // What was marked was so for another text.
  input.addEventListener("input", () => mark(view, -1));
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", () => setTimeout(() => hide(view), 150));
  input.addEventListener("keydown", (event) => event.isComposing || pressed(event, view));
  return h("div", { class: "suggest" }, input, list);
}

function pressed(event, view) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && view.options.length) {
    event.preventDefault();
    mark(view, (view.active + step + view.options.length) % view.options.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (view.active >= 0) view.choose(view.options[view.active]);
    else if (!isFieldAlone(view.input.value)) view.finish(view.input.value);
  } else if (event.key === "Tab" && view.active >= 0 && !event.shiftKey) {
    event.preventDefault();
    view.choose(view.options[view.active].typed ? view.options[0] : view.options[view.active]);
  } else if (event.key === "Escape") {
    if (view.list.hidden) view.input.blur();
    hide(view);
  }
}

/** Whether a field was named, and nothing yet of what it is to be. */
function isFieldAlone(text) {
  return Boolean(fieldNamed(/^-?(.*):$/u.exec(text.trim())?.[1]));
}

async function suggest(view, choose) {
  const asked = (view.asked += 1);
  const options = await optionsFor(view.input.value);
  if (asked === view.asked && document.activeElement === view.input) show(view, options, choose);
}

/** What could be meant by so much of a text. */
async function optionsFor(text) {
  const typed = /^(-?)([\w.@-]+):(.*)$/su.exec(text);
  if (typed && fieldNamed(typed[2])) return valuesOf(typed);
  const start = text.replace(/^-/u, "").toLowerCase();
  const sign = text.startsWith("-") ? "-" : "";
  const fields = session.fields.filter(({ name, filterable }) => filterable && name.toLowerCase().includes(start));
  fields.sort((a, b) => b.name.startsWith(start) - a.name.startsWith(start));
  const shown = fields.slice(0, 8).map(({ name, kind, custom }) => ({
    text: `${sign}${name}:`,
    label: `${sign}${name}:`,
    hint: custom ? `${kind}, yours` : kind,
    whole: false,
  }));
  return text.trim() && !text.endsWith(":")
    ? [{ text, label: `“${text}”`, hint: "words in title, description, comment", whole: true, marked: true }, ...shown]
    : shown;
}

/** Those values first that begin with what was typed last; what was typed is meant where it is none of them whole. */
async function valuesOf([, sign, name, rest]) {
  const [before] = /^(?:(?:"(?:[^"]|"")*"|[^",][^,]*),)*/su.exec(rest);
  const prefix = rest.slice(before.length).replace(/^"|"$/gu, "");
  const field = fieldNamed(name);
  const start = `${sign}${name}:`;
  const whole = rest ? typed(start + rest) : hints(field, sign);
  if (!field.groupable) return marked(whole, rest ? 0 : -1);
  const { values } = await call("GET", path("fields", name, "values"), {
    query: { prefix: prefix || null, size: 8 },
  }).catch(() => ({ values: [] }));
  const options = values.map(({ value, count: number }) => ({
    text: start + before + written(String(value)),
    label: valueText(name, value),
    hint: count(number),
    whole: true,
  }));
  return marked([...options, ...whole], meant(values, prefix, name));
}

function typed(text) {
  return [{ text, label: text, hint: "as typed", whole: true, typed: true }];
}

/** Which of the values a text means: itself, the first for the gateway's own words, else none of them; -1 for no text. */
function meant(values, prefix, name) {
  if (!prefix) return -1;
  const same = values.findIndex(({ value }) => String(value).toLowerCase() === prefix.toLowerCase());
  return same >= 0 ? same : isVocabulary(name) ? 0 : values.length;
}

const marked = (options, place) => options.map((option, index) => ({ ...option, marked: index === place }));

function hints({ name, kind }, sign) {
  const ways = { number: [">=50"], date: [">=now-1d"], text: ["*"] };
  return (ways[kind] ?? ["*"]).map((way) => ({
    text: `${sign}${name}:${way}`,
    label: `${sign}${name}:${way}`,
    hint: way === "*" ? "has a value" : "a bound",
    whole: true,
  }));
}

function show(view, options, choose) {
  view.options = options;
  view.list.replaceChildren(
    ...options.map((option, place) =>
      h(
        "li",
        {
          id: `suggestion-${place}`,
          role: "option",
          "aria-selected": "false",
          onmousedown: (event) => {
            event.preventDefault();
            choose(option);
          },
        },
        h("span", {}, option.label),
        h("small", { class: "soft" }, option.hint),
      ),
    ),
  );
  view.list.hidden = !options.length;
  view.input.setAttribute("aria-expanded", String(options.length > 0));
  mark(
    view,
    options.findIndex((option) => option.marked),
  );
}

function mark(view, place) {
  view.active = place;
  [...view.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
  if (place >= 0) view.input.setAttribute("aria-activedescendant", `suggestion-${place}`);
  else view.input.removeAttribute("aria-activedescendant");
  view.list.children[place]?.scrollIntoView({ block: "nearest" });
}

function hide(view) {
  view.closed = true;
  view.asked += 1;
  view.options = [];
  view.active = -1;
  view.list.hidden = true;
  view.input.setAttribute("aria-expanded", "false");
}

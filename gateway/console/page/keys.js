/** What the keyboard does: never inside a field, and it can be turned off. */

import { button, h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { now } from "./state.js";

const STORE = "incident-gateway-keys";

/** Each key, and what it does. */
export const KEYS = [
  ["j / ↓", "next incident"],
  ["k / ↑", "previous incident"],
  ["Enter", "open it"],
  ["Esc", "close what is open"],
  ["x", "tick it"],
  ["t", "take it: assigned to me, in progress"],
  ["a", "assign"],
  ["s", "status"],
  ["c", "close, with a note"],
  ["n", "add a note"],
  ["e", "edit the open incident"],
  ["r", "load what is new"],
  ["/", "filter"],
  ["?", "this list"],
];

/** Whether single keys do anything. */
export const keysAreOn = () => localStorage.getItem(STORE) !== "off";

/** Listens for as long as the page is open. */
export function listenToKeys(queue, detail) {
  const actions = {
    j: () => queue.move(1),
    k: () => queue.move(-1),
    ArrowDown: () => queue.move(1),
    ArrowUp: () => queue.move(-1),
    Enter: () => queue.open(),
    x: () => queue.tick(),
    t: () => queue.take(),
    a: () => queue.change("assignee"),
    s: () => queue.change("status"),
    c: () => queue.change("close"),
    n: () => queue.change("comment"),
    e: () => detail.edit(),
    r: () => queue.refresh(),
    "/": () => document.getElementById("filter").focus(),
    "?": showKeys,
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || busy(event)) return undefined;
    if (event.key === "Escape" && now().open) return detail.close();
    const key = keyOf(event);
    const action = actions[key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (!keysAreOn() && key.length === 1) return undefined;
    if (now().page !== "queue" && key !== "?" && key !== "/") return undefined;
    if (key.length > 1 && !onRows(event.target)) return undefined;
    event.preventDefault();
    return event.repeat && !MOVING.includes(key) ? undefined : action();
  });
}

/** Keys that do something again while they are held down. */
const MOVING = ["j", "k", "ArrowDown", "ArrowUp"];

/** The key that is meant: Caps Lock makes no other one, and where letters are not Latin it is the one that stands there. */
function keyOf({ key, code, shiftKey }) {
  if (shiftKey && key !== "?" && key !== "/") return "";
  if (key.length > 1 || /^[\x20-\x7e]$/u.test(key)) return key.length > 1 ? key : key.toLowerCase();
  return { Slash: "/" }[code] ?? (/^Key([A-Z])$/u.exec(code)?.[1] ?? "").toLowerCase();
}

/** Whether keys belong to something else: a field, a dialog, an open panel. */
function busy({ target }) {
  return (
    target.closest?.("input:not([type='checkbox']), textarea, select, [contenteditable], dialog") ||
    document.querySelector("dialog[open], [popover]:popover-open")
  );
}

/** Enter and arrows mean rows only where no control has the focus. */
function onRows(target) {
  return target === document.body || target.id === "content" || target.matches("tr");
}

/** The list of keys, with the switch that turns them off. */
export function showKeys() {
  openDialog("Keys", (close) => {
    const box = h("input", {
      type: "checkbox",
      checked: keysAreOn(),
      onchange: () => localStorage.setItem(STORE, box.checked ? "on" : "off"),
    });
    return [
      h(
        "dl",
        { class: "keys" },
        KEYS.map(([name, text]) => [
          h(
            "dt",
            {},
            name.split(" / ").map((each) => h("kbd", {}, each)),
          ),
          h("dd", {}, text),
        ]),
      ),
      h("label", { class: "check" }, box, "Single keys do this (Enter, Esc and the arrows always do)"),
      h("footer", {}, button("Done", close, { class: "primary", autofocus: true })),
    ];
  });
}

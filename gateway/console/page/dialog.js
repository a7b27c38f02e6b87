/** Dialogs: the browser's own, so that focus stays inside, Escape closes, and it returns to where it was. */

import { button, h, icon } from "./dom.js";

/** Opens a dialog with that title; `fill` makes its content from what closes it. */
export function openDialog(title, fill, { wide = false } = {}) {
  const before = document.activeElement;
  const row = before?.closest("tr[data-id]")?.dataset.id;
  const dialog = h("dialog", { "aria-labelledby": "dialog-title", class: wide ? "wide" : null });
  const close = () => dialog.close();
  dialog.addEventListener("close", () => {
    dialog.remove();
    back(before, row);
  });
  dialog.append(
    h(
      "header",
      {},
      h("h2", { id: "dialog-title" }, title),
      button(icon("close"), close, { class: "plain", "aria-label": "Close" }),
    ),
    h("div", { class: "dialog-body" }, fill(close)),
  );
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
  return dialog;
}

/** The focus goes to where it was: to the row that stands there now, where it was made anew. */
function back(before, row) {
  const place = before?.isConnected ? before : row && document.querySelector(`tr[data-id="${CSS.escape(row)}"]`);
  (place || document.querySelector('tr[tabindex="0"]'))?.focus({ preventScroll: true });
}

/** A label over a control. */
export function labelled(text, control, hint = null, long = false) {
  return h(
    "label",
    { class: `labelled${long ? " long" : ""}` },
    h("span", {}, text),
    control,
    hint ? h("small", { class: "soft" }, hint) : null,
  );
}

/** A choice among options `[value, text]`. */
export function select(options, value, props = {}) {
  const element = h("select", props, ...options.map(([each, text]) => h("option", { value: each }, text)));
  element.value = value ?? "";
  return element;
}

/** A button that shows a panel under itself; the browser closes it on Escape and on a click elsewhere. */
export function menu(label, fill, props = {}) {
  const id = `menu-${(menus += 1)}`;
  const panel = h("div", { id, class: "panel", popover: "auto" });
  const opener = button(label, null, {
    popovertarget: id,
    "aria-haspopup": "true",
    "aria-expanded": "false",
    ...props,
  });
  panel.addEventListener("toggle", (event) => opener.setAttribute("aria-expanded", String(event.newState === "open")));
  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    panel.replaceChildren(...[fill(() => panel.hidePopover())].flat().filter(Boolean));
    placed(panel, opener);
  });
  panel.addEventListener(
    "toggle",
    (event) =>
      event.newState === "open" && (placed(panel, opener), panel.querySelector("input, button, select, a")?.focus()),
  );
  return h("span", { class: "menu" }, opener, panel);
}

/** A choice of a menu: what it is called, and what it means. */
export function choice(title, text, onclick) {
  return button([h("strong", {}, title), h("small", { class: "soft" }, text)], onclick, { class: "choice" });
}

let menus = 0;

function placed(panel, opener) {
  const { bottom, left } = opener.getBoundingClientRect();
  const room = Math.max(8, innerWidth - (panel.offsetWidth || 280) - 8);
  panel.style.setProperty("top", `${bottom + 4}px`);
  panel.style.setProperty("left", `${Math.min(left, room)}px`);
}

/** The head of the page: where one is, views, links, zone, theme, who works here. */

import { key, name } from "./api.js";
import { button, h, icon, say } from "./dom.js";
import { choice, menu, openDialog } from "./dialog.js";
import { showKeys } from "./keys.js";
import { linkMenu } from "./link.js";
import { leave, session } from "./session.js";
import { addressOf, go, now, watch } from "./state.js";
import { refreshTimes } from "./parts.js";
import { switchZone, zoneName } from "./time.js";
import { viewsMenu } from "./views.js";

const THEME = "incident-gateway-theme";
const THEMES = ["light dark", "light", "dark"];
const THEME_NAMES = { "light dark": "as the system", light: "light", dark: "dark" };

/** The head. */
export function createHeader() {
  applyTheme(localStorage.getItem(THEME) ?? THEMES[0]);
  setInterval(refreshTimes, 30_000);
  return h(
    "header",
    { class: "top" },
    h(
      "h1",
      { class: "brand" },
      h("img", { src: "console/icon.svg", alt: "", width: 24, height: 24 }),
      h("span", {}, "Incidents"),
    ),
    pages(),
    h("span", { class: "grow" }),
    viewsMenu(),
    linkMenu(),
    zoneSwitch(),
    themeSwitch(),
    button(icon("help"), showKeys, { class: "plain wide-only", "aria-label": "Keys", title: "Keys (?)" }),
    userMenu(),
  );
}

function pages() {
  const names = { queue: "Queue", overview: "Overview" };
  const links = Object.entries(names).map(([page, text]) =>
    h(
      "a",
      {
        href: addressOf({ ...now(), page }),
        dataset: { page },
        onclick: (event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          go({ page, open: null });
        },
      },
      text,
    ),
  );
  const show = () =>
    links.forEach((link) => {
      link.href = addressOf({ ...now(), page: link.dataset.page, open: null });
      link.toggleAttribute("aria-current", false);
      if (link.dataset.page === now().page) link.setAttribute("aria-current", "page");
    });
  watch(show);
  show();
  return h("nav", { "aria-label": "Pages" }, links);
}

function zoneSwitch() {
  const text = () => (zoneName() === "UTC" ? "UTC" : "Local");
  const control = button(
    text(),
    () => {
      switchZone();
      control.textContent = text();
      control.setAttribute("aria-pressed", String(zoneName() === "UTC"));
      refreshTimes();
      say(`Times are ${zoneName() === "UTC" ? "in UTC" : "local"}`);
    },
    {
      class: "plain",
      title: "All times: UTC or local",
      "aria-label": "Times in UTC",
      "aria-pressed": String(zoneName() === "UTC"),
      id: "zone",
    },
  );
  return control;
}

function themeSwitch() {
  return button(
    icon("moon"),
    () => {
      const theme = THEMES[(THEMES.indexOf(localStorage.getItem(THEME) ?? THEMES[0]) + 1) % THEMES.length];
      localStorage.setItem(THEME, theme);
      applyTheme(theme);
      say(`Colours: ${THEME_NAMES[theme]}`);
    },
    {
      class: "plain",
      "aria-label": "Light, dark, or as the system",
      title: "Light, dark, or as the system",
      id: "theme",
    },
  );
}

function applyTheme(theme) {
  document.documentElement.style.setProperty("color-scheme", theme);
}

function userMenu() {
  return menu(
    [icon("user"), h("span", { class: "wide-only" }, session.user)],
    (close) =>
      [
        h(
          "p",
          { class: "panel-text" },
          h("strong", {}, session.user),
          h("br"),
          `tenant ${session.tenant}`,
          h("br"),
          `may ${session.scopes.join(", ") || "everything"}`,
        ),
        session.auth === "none"
          ? choice("Your name", "what you do is written down under it", () => {
              close();
              askName();
            })
          : null,
        choice("Keys", "what the keyboard does", () => {
          close();
          showKeys();
        }),
        h(
          "a",
          { class: "choice", href: "docs" },
          h("strong", {}, "API"),
          h("small", { class: "soft" }, "the calls that this page uses"),
        ),
        key.get() ? choice("Leave", "forget the key of this tab", leave) : null,
      ].filter(Boolean),
    { class: "plain", "aria-label": `${session.user}, tenant ${session.tenant}` },
  );
}

function askName() {
  openDialog("Your name", (close) => {
    const field = h("input", {
      value: name.get() ?? "",
      maxlength: 64,
      pattern: "[\\x20-\\x7e]+",
      required: true,
      autofocus: true,
      "aria-label": "Your name",
    });
    return h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          name.set(field.value.trim());
          close();
          location.reload();
        },
      },
      h(
        "p",
        { class: "soft" },
        "This gateway asks for no key. What you do is written down under this name, in this tab.",
      ),
      field,
      h("footer", {}, h("button", { class: "primary", type: "submit" }, "Keep")),
    );
  });
}

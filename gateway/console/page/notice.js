/** What takes the place of a result: nothing there, failed, forbidden, expired. Each looks and reads differently. */

import { button, h, svg } from "./dom.js";
import { leave } from "./session.js";

const KINDS = {
  empty: { mark: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z", title: "No incident matches" },
  forbidden: { mark: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM5 5l10 10", title: "Your key may not do this" },
  expired: { mark: "M5 3h10M5 17h10M6 3c0 4 8 10 8 14M14 3c0 4-8 10-8 14", title: "This snapshot has expired" },
  refused: { mark: "M4 16l1-4 8-8 3 3-8 8ZM3 18h14", title: "The gateway refuses this" },
  missing: { mark: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM7 7l6 6M13 7l-6 6", title: "There is nothing of that name" },
  busy: { mark: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 6v4l3 2", title: "The gateway has no room just now" },
  failed: { mark: "M10 3 2 17h16ZM10 8v4M10 14.5v.2", title: "That failed" },
  conflict: { mark: "M3 7h13l-3-3M17 13H4l3 3", title: "Somebody was faster" },
};

/** The kind of an error, for its looks. */
export function kindOf({ status }) {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 410) return "expired";
  if (status === 429 || status === 503) return "busy";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/** An error as a box, with what can be done about it. */
export function notice(error, retry, label = null) {
  const kind = kindOf(error);
  const labels = { expired: "Load a fresh one", forbidden: "Use another key", refused: null, missing: null };
  const detail = error.where ? `${error.message} (at ${error.where})` : error.message;
  return box(
    kind,
    detail,
    kind === "forbidden" && retry ? leave : retry,
    label ?? (kind in labels ? labels[kind] : "Try again"),
  );
}

/** The box of an empty result. */
export function emptyNotice(text, clear) {
  return box("empty", text, clear, clear ? "Clear the filters" : null);
}

/** The box of a conflict: what others did, and what becomes of one's own. */
export function conflictNotice(lines, text) {
  return framed("conflict", [
    h(
      "ul",
      {},
      lines.map((line) => h("li", {}, line)),
    ),
    h("p", {}, text),
  ]);
}

function box(kind, text, act, label) {
  return framed(kind, h("p", {}, text), label && act ? button(label, act) : null);
}

function framed(kind, content, after = null) {
  const { mark, title } = KINDS[kind];
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "empty" ? "status" : "alert", dataset: { kind } },
    svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: mark })),
    h("div", {}, h("strong", {}, title), content),
    after,
  );
}

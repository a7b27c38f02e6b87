/** What takes the place of a result: nothing there, failed, forbidden, expired. Each looks and reads differently. */

import { button, h } from "./dom.js";

const KINDS = {
  empty: { mark: "○", title: "No incident matches" },
  forbidden: { mark: "⊘", title: "Your key may not see this" },
  expired: { mark: "⧗", title: "This snapshot has expired" },
  refused: { mark: "✎", title: "The gateway refuses this search" },
  busy: { mark: "…", title: "The gateway has no room just now" },
  failed: { mark: "!", title: "That failed" },
};

/** The kind of an error, for its looks. */
export function kindOf({ status }) {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 410) return "expired";
  if (status === 429 || status === 503) return "busy";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/** An error as a box, with what can be done about it. */
export function notice(error, retry, label = null) {
  const kind = kindOf(error);
  const labels = { expired: "Load a fresh one", forbidden: "Use another key", refused: null };
  const detail = error.where ? `${error.message} (at ${error.where})` : error.message;
  return box(kind, detail, retry, label ?? (kind in labels ? labels[kind] : "Try again"));
}

/** The box of an empty result. */
export function emptyNotice(text, clear) {
  return box("empty", text, clear, clear ? "Clear the filters" : null);
}

function box(kind, text, act, label) {
  const { mark, title } = KINDS[kind];
  return h("div", { class: `notice ${kind}`, role: kind === "empty" ? "status" : "alert", dataset: { kind } },
    h("span", { class: "mark", "aria-hidden": "true" }, mark),
    h("div", {}, h("strong", {}, title), h("p", {}, text)),
    label && act ? button(label, act) : null);
}

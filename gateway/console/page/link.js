/** A link to what is looked at, with its range as it is or as two moments. */

import { button, h, icon, say } from "./dom.js";
import { choice, menu, openDialog } from "./dialog.js";
import { addressOf, now } from "./state.js";
import { moment } from "./time.js";

/** The menu of the two. */
export function linkMenu() {
  return menu(
    [icon("link"), h("span", { class: "wide-only" }, "Copy link")],
    (close) => [
      choice(
        "Relative time",
        `“${now().from || "the beginning"} to ${now().to || "now"}” as of whenever it is opened`,
        () => copy(now(), close, "relative time"),
      ),
      choice("Frozen time", "exactly this range, whenever it is opened", () =>
        copy(frozen(now()), close, "frozen time"),
      ),
    ],
    { class: "plain", "aria-label": "Copy link" },
  );
}

async function copy(state, close, what) {
  const link = new URL(addressOf(state), location.href).href;
  close();
  try {
    await navigator.clipboard.writeText(link);
    say(`Link copied: ${what}`);
  } catch {
    // A page that came without TLS, from another host than this one, may not write to the clipboard.
    show(link, what);
  }
}

function show(link, what) {
  const field = h("input", { readonly: true, value: link, "aria-label": "Link", autofocus: true });
  openDialog(`Link with ${what}`, (close) => [
    h("p", { class: "soft" }, "This browser lets the page copy nothing; copy it from here."),
    field,
    h("footer", {}, button("Done", close, { class: "primary" })),
  ]);
  field.select();
}

/** The state with its range as two moments; what is none of the console's stays as it is. */
function frozen(state) {
  const at = (time, point) => (time === null ? point : new Date(time).toISOString());
  const from = at(moment(state.from), state.from);
  return { ...state, from, to: at(moment(state.to || "now", Date.now(), { up: true }), state.to) };
}

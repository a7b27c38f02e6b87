/** Named views: filters, columns and order under a name, one's own or shared; one of them may be the default. */

import { call, path } from "./api.js";
import { button, h, icon, say } from "./dom.js";
import { labelled, menu, openDialog } from "./dialog.js";
import { conflictNotice, notice } from "./notice.js";
import { stateOfFilters } from "./fromfilters.js";
import { filtersOf } from "./query.js";
import { scoped, session } from "./session.js";
import { go, now } from "./state.js";

/** Begins with the default view where the address asks for nothing. */
export async function applyDefaultView() {
  if (location.search) return;
  const { views } = await call("GET", path("views")).catch(() => ({ views: [] }));
  const view = views.find((each) => each.default && each.owner === session.user);
  if (view) go(stateOf(view), { replace: true });
}

/** The menu of views. */
export function viewsMenu() {
  return menu(
    [icon("star"), h("span", { class: "wide-only" }, "Views")],
    (close) => {
      const list = h("ul", { class: "check-list", "aria-busy": "true" });
      show(list, close);
      return [
        list,
        scoped(
          "write",
          "Keep this as a view",
          () => {
            close();
            edit(null);
          },
          { class: "choice" },
        ),
      ];
    },
    { class: "plain", "aria-label": "Views", id: "views" },
  );
}

async function show(list, close) {
  try {
    const { views } = await call("GET", path("views"));
    list.replaceChildren(
      ...(views.length ? views.map((view) => item(view, close)) : [h("li", { class: "soft" }, "None yet")]),
    );
  } catch (error) {
    list.replaceChildren(h("li", {}, notice(error, null)));
  }
  list.setAttribute("aria-busy", "false");
}

function item(view, close) {
  const hint = [view.shared ? `shared by ${view.owner}` : "yours", view.default ? "default" : null]
    .filter(Boolean)
    .join(", ");
  const open = button(
    [h("strong", {}, view.name), h("small", { class: "soft" }, hint)],
    () => {
      close();
      go({ ...stateOf(view), offset: 0, open: null });
    },
    { class: "choice" },
  );
  return h("li", {}, open, changer(view, close));
}

function changer(view, close) {
  const label = `Change the view ${view.name}`;
  if (view.owner !== session.user) return null;
  const act = () => {
    close();
    edit(view);
  };
  return scoped("write", icon("more"), act, { class: "plain small", "aria-label": label });
}

function stateOf({ filters, columns, sort }) {
  return {
    ...stateOfFilters(filters ?? {}, session.kinds),
    ...(columns?.length && { columns }),
    ...(sort?.length && { sort }),
  };
}

function edit(view) {
  openDialog(view ? "Change a view" : "Keep a view", (close) => {
    const name = h("input", { value: view?.name ?? "", required: true, maxlength: 128, autofocus: true });
    const shared = h("input", { type: "checkbox", checked: view?.shared ?? false });
    const first = h("input", { type: "checkbox", checked: view?.default ?? false });
    const renew = h("input", { type: "checkbox", checked: !view });
    const problem = h("div", {});
    const held = { id: view?.id, version: view?.version };
    const act = (text, change) => attempt({ held, problem, close, text }, change);
    const submit = (event) => {
      event.preventDefault();
      const shown = () =>
        renew.checked ? shownNow() : { filters: view.filters, columns: view.columns, sort: view.sort };
      const body = () => ({ name: name.value.trim(), shared: shared.checked, default: first.checked, ...shown() });
      return act("View kept", () => keep(held, body()));
    };
    return h(
      "form",
      { onsubmit: submit },
      labelled("Name", name),
      check(shared, "Shared with everybody of this tenant"),
      check(first, "Begin with it"),
      view ? check(renew, "With the filters, columns and order as they are now") : null,
      problem,
      h(
        "footer",
        {},
        view ? button("Delete", () => act("View deleted", () => drop(held)), { class: "danger" }) : null,
        h("span", { class: "grow" }),
        h("button", { class: "primary", type: "submit" }, "Keep"),
      ),
    );
  });
}

function keep({ id, version }, body) {
  return id ? call("PUT", path("views", id), { body: { ...body, version } }) : call("POST", path("views"), { body });
}

const drop = ({ id, version }) => call("DELETE", path("views", id), { headers: { "If-Match": `"${version}"` } });

/** Does it once, however often it is pressed meanwhile; a conflict is told, and the next press is of what is there now. */
async function attempt(dialog, change) {
  if (dialog.held.busy) return;
  dialog.held.busy = true;
  try {
    await change();
    dialog.close();
    say(dialog.text);
  } catch (error) {
    dialog.problem.replaceChildren(await refused(error, dialog.held));
  }
  dialog.held.busy = false;
}

async function refused(error, held) {
  if (error.status !== 409 && error.status !== 412) return notice(error, null);
  const there = await call("GET", path("views", held.id)).catch(() => null);
  if (!there) return notice(error, null);
  held.version = there.version;
  const text = "Nothing of yours was written. Press again to write it over that.";
  return conflictNotice([`The view was changed in another tab; it is called ${there.name} there.`], text);
}

const check = (box, text) => h("label", { class: "check" }, box, text);

function shownNow() {
  const { columns, sort } = now();
  return { filters: filtersOf(now(), session.kinds), columns: [...columns], sort: [...sort] };
}

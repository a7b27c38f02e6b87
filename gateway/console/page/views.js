/** Named views: filters, columns and order under a name, one's own or shared; one of them may be the default. */

import { call, path } from "./api.js";
import { button, h, icon, say } from "./dom.js";
import { labelled, menu, openDialog } from "./dialog.js";
import { notice } from "./notice.js";
import { filtersOf, stateOfFilters } from "./query.js";
import { scoped, session } from "./session.js";
import { go, now } from "./state.js";

/** Begins with the default view where the address asks for nothing. */
export async function applyDefaultView() {
  if (location.search) return;
  const { views } = await call("GET", path("views")).catch(() => ({ views: [] }));
  const view = views.find((each) => each.default);
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
  return h(
    "li",
    {},
    open,
    scoped(
      "write",
      icon("more"),
      () => {
        close();
        edit(view);
      },
      { class: "plain small", "aria-label": `Change the view ${view.name}` },
    ),
  );
}

function stateOf({ filters, columns, sort }) {
  return { ...stateOfFilters(filters ?? {}), ...(columns?.length && { columns }), ...(sort?.length && { sort }) };
}

function edit(view) {
  openDialog(view ? "Change a view" : "Keep a view", (close) => {
    const name = h("input", { value: view?.name ?? "", required: true, maxlength: 128, autofocus: true });
    const shared = h("input", { type: "checkbox", checked: view?.shared ?? false });
    const first = h("input", { type: "checkbox", checked: view?.default ?? false });
    const renew = h("input", { type: "checkbox", checked: !view });
    const problem = h("div", {});
    const submit = async (event) => {
      event.preventDefault();
      const shown = renew.checked ? shownNow() : { filters: view.filters, columns: view.columns, sort: view.sort };
      await attempt(
        problem,
        close,
        () => keep(view, { name: name.value.trim(), shared: shared.checked, default: first.checked, ...shown }),
        "View kept",
      );
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
        view
          ? button(
              "Delete",
              () => attempt(problem, close, () => call("DELETE", path("views", view.id)), "View deleted"),
              { class: "danger" },
            )
          : null,
        h("span", { class: "grow" }),
        h("button", { class: "primary", type: "submit" }, "Keep"),
      ),
    );
  });
}

function keep(view, body) {
  if (!view) return call("POST", path("views"), { body });
  return call("PUT", path("views", view.id), { body });
}

async function attempt(problem, close, act, text) {
  try {
    await act();
    close();
    say(text);
  } catch (error) {
    problem.replaceChildren(notice(error, null));
  }
}

const check = (box, text) => h("label", { class: "check" }, box, text);

function shownNow() {
  const { columns, sort } = now();
  return { filters: filtersOf(now(), session.kinds), columns: [...columns], sort: [...sort] };
}

/** Begins: who works here, then the page. */

import { h } from "./dom.js";
import { createDetail } from "./detail.js";
import { createFilterBar } from "./filterbar.js";
import { createHeader } from "./header.js";
import { listenToKeys } from "./keys.js";
import { createOverview } from "./overview.js";
import { createQueue } from "./queue.js";
import { begin } from "./session.js";
import { notice } from "./notice.js";
import { applyDefaultView } from "./views.js";
import { now, watch } from "./state.js";

async function start() {
  const place = document.getElementById("app");
  try {
    await begin(place);
  } catch (error) {
    place.replaceChildren(
      h(
        "main",
        { id: "content", class: "key-page" },
        h("h1", { class: "hidden-text" }, "Incidents"),
        notice(error, () => location.reload()),
      ),
    );
    return;
  }
  await applyDefaultView();
  build(place);
}

function build(place) {
  const queue = createQueue();
  const overview = createOverview();
  const detail = createDetail(queue);
  const content = h("main", { id: "content", tabindex: "-1" }, createFilterBar(), queue.element, overview.element);
  place.replaceChildren(createHeader(), h("div", { class: "workspace" }, content, detail.element));
  listenToKeys(queue, detail);
  const show = () => {
    queue.element.hidden = now().page !== "queue";
    overview.element.hidden = now().page !== "overview";
    document.title = now().page === "overview" ? "Overview · Incidents" : "Incidents";
  };
  watch(show);
  show();
}

start();

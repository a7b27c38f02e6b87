/** Begins: who works here, then the page. */

import { h } from "./dom.js";
import { createDetail } from "./detail.js";
import { createFilterBar } from "./filterbar.js";
import { createHeader } from "./header.js";
import { listenToKeys } from "./keys.js";
import { createOverview } from "./overview.js";
import { createQueue } from "./queue.js";
import { begin } from "./session.js";
import { kindOf, notice } from "./notice.js";
import { applyDefaultView } from "./views.js";
import { beginAddress, now, watch } from "./state.js";

const PATIENCE = 3000;

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
    // What may pass is tried again: a gateway or an engine that starts is there in a moment.
    if (["failed", "busy"].includes(kindOf(error))) setTimeout(start, PATIENCE);
    return;
  }
  await applyDefaultView();
  beginAddress();
  build(place);
}

function build(place) {
  const bar = createFilterBar();
  const queue = createQueue();
  const overview = createOverview();
  const detail = createDetail(queue);
  const content = h("main", { id: "content", tabindex: "-1" }, bar, queue.element, overview.element);
  place.replaceChildren(createHeader(), h("div", { class: "workspace" }, content, detail.element));
  listenToKeys(queue, detail);
  const show = () => {
    overview.element.hidden = now().page !== "overview";
    document.title = now().page === "overview" ? "Overview · Incidents" : "Incidents";
  };
  watch(show);
  show();
}

start();

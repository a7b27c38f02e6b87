/** A change of many incidents: counted first, then done to exactly those, and told of each that was not. */

import { call, fetched, lines, path } from "./api.js";
import { button, debounced, h, say } from "./dom.js";
import { kindOf, notice } from "./notice.js";
import { count, many, titleOf } from "./parts.js";
import { collected, showResults } from "./outcomes.js";

/** Values that one query may hold. */
const MOST = 1000;
const BY_FILTER = path("incidents", "bulkUpdate", "byFilter");

/** What the dialog's form does for many incidents. */
export function changeMany({ scope, outcome, submit, done, close, change }) {
  const plan = { scope, outcome, submit, done, token: null, change: null, asked: 0, over: false };
  submit.disabled = true;
  const edited = debounced(() => dryRun(plan, change()), 250);
  const apply = () => (plan.over ? close() : run(plan));
  return { apply, edited };
}

/** The filters of what is meant: all of the snapshot that match, or those that are ticked. */
function filtersOfScope(scope) {
  if (scope.kind === "all") return { ...scope.filters, pit: scope.pit };
  return { search_query: { ids: { values: scope.ids } }, is_show_aggs: false, pit: scope.pit };
}

async function dryRun(plan, change) {
  const { scope, outcome, submit } = plan;
  const asked = (plan.asked += 1);
  Object.assign(plan, { token: null, change, over: false });
  submit.disabled = true;
  submit.textContent = "Change";
  if (!Object.keys(change).length) return outcome.replaceChildren(h("p", { class: "soft" }, "Nothing to change yet."));
  try {
    const { total, sample, token } = await call("POST", BY_FILTER, {
      body: { ...filtersOfScope(scope), change, dry_run: true },
    });
    if (asked !== plan.asked) return undefined;
    Object.assign(plan, { token, total });
    submit.disabled = total === 0;
    submit.textContent = `Change exactly ${many(total, "incident")}`;
    return outcome.replaceChildren(planned(scope, total, sample));
  } catch (error) {
    return asked === plan.asked ? outcome.replaceChildren(notice(error, () => dryRun(plan, change))) : undefined;
  }
}

function planned(scope, total, sample) {
  const text =
    scope.kind === "all" ? "all that match, in the snapshot of the list" : "those that are ticked, and no other";
  const changed = `${count(scope.changed ?? 0)} of them were changed by others since the list was loaded.`;
  return h(
    "div",
    { class: "plan", dataset: { total } },
    h("p", {}, h("b", {}, `Exactly ${many(total, "incident")}`), `: ${text}.`),
    scope.changed ? h("p", { class: "error-text", role: "alert" }, changed) : null,
    h(
      "ul",
      {},
      sample.slice(0, 5).map((doc) => h("li", { dir: "auto" }, titleOf(doc))),
      total > 5 ? h("li", { class: "soft" }, `and ${count(total - Math.min(5, sample.length))} more`) : null,
    ),
  );
}

/** Runs the plan; what an earlier run of it has done is not done again. */
async function run(plan) {
  const { outcome, submit } = plan;
  if (!plan.token) return;
  submit.disabled = true;
  try {
    await ran(plan);
  } catch (error) {
    const passes = ["failed", "busy"].includes(kindOf(error));
    const again = passes ? () => run(plan) : () => dryRun(plan, plan.change);
    outcome.replaceChildren(notice(error, again, passes ? "Go on" : "Count again"));
  }
}

async function ran(plan) {
  const { outcome } = plan;
  const stop = new AbortController();
  const progress = progressOf(plan.total, () => stop.abort());
  outcome.replaceChildren(progress.element);
  const free = held(outcome.closest("dialog"), () => stop.abort());
  try {
    const response = await fetched("POST", BY_FILTER, {
      body: { token: plan.token, change: plan.change },
      headers: { Accept: "application/x-ndjson" },
      signal: stop.signal,
    });
    await finish(plan, await collected(lines(response), progress.reached, stop.signal));
  } finally {
    free();
  }
}

async function finish(plan, result) {
  const { outcome, submit, scope } = plan;
  const complete = result.status.complete === true;
  Object.assign(plan, { token: complete ? null : plan.token, over: true });
  submit.disabled = false;
  submit.textContent = "Done";
  const goOn = { text: "Go on", act: () => goOnWith(plan) };
  showResults(outcome, result, titlesOf(scope), complete ? retryOf(plan, result.failed) : goOn);
  plan.done(await changed(result.ids), result.ids);
  say(`${many(result.ids.length, "incident")} changed, ${count(result.failed.length)} not`);
}

function goOnWith(plan) {
  plan.over = false;
  return run(plan);
}

/** Counts those that were not changed, for another try: as many as one query holds. */
function retryOf(plan, failed) {
  const ids = failed.slice(0, MOST).map(({ id }) => id);
  if (!ids.length) return null;
  const act = () => {
    Object.assign(plan.scope, { kind: "ticked", ids, changed: 0 });
    return dryRun(plan, plan.change);
  };
  return { text: `Try ${ids.length < failed.length ? "" : "the other "}${count(ids.length)} again`, act };
}

/** Keeps the dialog and the page open while a change runs, as far as a page can; who closes them stops it. */
function held(dialog, stop) {
  const stay = (event) => event.preventDefault();
  dialog.addEventListener("cancel", stay);
  dialog.addEventListener("close", stop);
  addEventListener("beforeunload", stay);
  return () => {
    dialog.removeEventListener("cancel", stay);
    dialog.removeEventListener("close", stop);
    removeEventListener("beforeunload", stay);
  };
}

function progressOf(total, stop) {
  const bar = h("progress", { max: total, value: 0, "aria-label": "Changing" });
  const text = h("span", {}, "Changing …");
  const reached = (number) => {
    bar.value = number;
    text.textContent = `${count(number)} of ${count(total)}`;
  };
  return { reached, element: h("div", { class: "row" }, bar, text, button("Stop", stop, { class: "small" })) };
}

function titlesOf({ docs = [] }) {
  return new Map(docs.map((doc) => [doc._meta.id, titleOf(doc)]));
}

/** The documents of the page that were changed, as they are now. */
async function changed(ids) {
  const done = new Set(ids);
  const shown = [...document.querySelectorAll("tr[data-id]")]
    .map(({ dataset }) => dataset.id)
    .filter((id) => done.has(id));
  return (await Promise.all(shown.map((id) => call("GET", path("incidents", id)).catch(() => null)))).filter(Boolean);
}

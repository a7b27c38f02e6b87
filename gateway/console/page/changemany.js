/** A change of many incidents: counted first, then done to exactly those, and told of each that was not. */

import { call, fetched, lines, path } from "./api.js";
import { button, debounced, h, say } from "./dom.js";
import { notice } from "./notice.js";
import { count, many, words } from "./parts.js";

/** Values that one query may hold. */
const MOST = 1000;
const SHOWN = 100;
const BY_FILTER = path("incidents", "bulkUpdate", "byFilter");

/** What the dialog's form does for many incidents. */
export function changeMany({ scope, outcome, submit, done, close, change }) {
  const plan = { token: null, change: null, asked: 0, over: false };
  submit.disabled = true;
  const edited = debounced(() => dryRun(plan, scope, change(), outcome, submit), 250);
  const apply = async () => {
    if (plan.over) close();
    if (!plan.token) return;
    submit.disabled = true;
    try {
      await run(plan, scope, outcome, submit, done);
    } catch (error) {
      outcome.replaceChildren(
        notice(
          error,
          () => {
            outcome.replaceChildren();
            edited();
          },
          "Count again",
        ),
      );
    }
  };
  return { apply, edited };
}

/** The filters of what is meant: all of the snapshot that match, or those that are ticked. */
function filtersOfScope(scope) {
  if (scope.kind === "all") return { ...scope.filters, pit: scope.pit };
  return { search_query: { ids: { values: scope.ids } }, is_show_aggs: false, pit: scope.pit };
}

async function dryRun(plan, scope, change, outcome, submit) {
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
    plan.token = token;
    scope.total = total;
    submit.disabled = total === 0;
    submit.textContent = `Change exactly ${many(total, "incident")}`;
    return outcome.replaceChildren(planned(scope, total, sample));
  } catch (error) {
    return asked === plan.asked ? outcome.replaceChildren(notice(error, null)) : undefined;
  }
}

function planned(scope, total, sample) {
  const text =
    scope.kind === "all" ? "all that match, in the snapshot of the list" : "those that are ticked, and no other";
  return h(
    "div",
    { class: "plan", dataset: { total } },
    h("p", {}, h("b", {}, `Exactly ${many(total, "incident")}`), `: ${text}.`),
    h(
      "ul",
      {},
      sample.slice(0, 5).map((doc) => h("li", {}, doc.title ?? doc._meta.id)),
      total > 5 ? h("li", { class: "soft" }, `and ${count(total - Math.min(5, sample.length))} more`) : null,
    ),
  );
}

async function run(plan, scope, outcome, submit, done) {
  const stop = new AbortController();
  const progress = progressOf(scope.total, () => stop.abort());
  outcome.replaceChildren(progress.element);
  outcome.closest("dialog").addEventListener("close", () => stop.abort());
  const response = await fetched("POST", BY_FILTER, {
    body: { token: plan.token, change: plan.change },
    headers: { Accept: "application/x-ndjson" },
    signal: stop.signal,
  });
  const result = await collected(response, progress.reached, stop.signal);
  Object.assign(plan, { token: null, over: true });
  submit.disabled = false;
  show(result, outcome, submit, () => again(plan, scope, result.failed, outcome, submit));
  done(await changed(result.ids));
  say(`${many(result.status.updated ?? result.ids.length, "incident")} changed, ${count(result.failed.length)} not`);
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

/** What became of each: those that were changed, those that were not, and how it ended. */
async function collected(response, reached, signal) {
  const result = { ids: [], failed: [], status: { complete: false }, seen: 0 };
  try {
    for await (const line of lines(response)) {
      if (line._status) result.status = line._status;
      else sort(result, line);
      if (result.seen % 100 === 0) reached(result.seen);
    }
  } catch (error) {
    if (!signal.aborted) result.status = { complete: false, error: { reason: error.message } };
  }
  if (!result.status.complete && !result.status.error)
    result.status = { complete: false, error: { reason: signal.aborted ? "stopped" : "the answer ended early" } };
  return result;
}

function sort(result, { _id: id, result: word, error }) {
  result.seen += 1;
  if (error) result.failed.push({ id, type: error.type, reason: error.reason });
  else if (word === "updated") result.ids.push(id);
  const name = word ?? (error.type === "version_conflict" ? "conflicts" : "refused");
  result[name] = (result[name] ?? 0) + 1;
}

const NAMES = {
  updated: "Changed",
  noop: "Already so",
  done_before: "Done before",
  no_longer_matching: "Match no longer",
  conflicts: "Conflicts",
  refused: "Refused",
};

function show(result, outcome, submit, retry) {
  const { failed, status } = result;
  const cut = `It did not come to its end: ${status.error?.reason}. What is counted here is done.`;
  outcome.replaceChildren(
    h(
      "div",
      { class: "results" },
      h("dl", {}, counts(result)),
      status.complete ? null : h("p", { class: "error-text", role: "alert" }, cut),
      failed.length ? failures(failed) : null,
      failed.length ? button(`Try the other ${count(failed.length)} again`, retry, { id: "retry" }) : null,
    ),
  );
  submit.textContent = "Done";
}

function counts(result) {
  const shown = Object.entries(NAMES).filter(([name]) => result[name] || name === "updated");
  return shown.map(([name, text]) =>
    h("div", { dataset: { result: name } }, h("dt", {}, text), h("dd", {}, count(result[name] ?? 0))),
  );
}

function failures(failed) {
  const rows = failed
    .slice(0, SHOWN)
    .map(({ id, type, reason }) =>
      h("li", { dataset: { failed: id } }, h("b", {}, id), ` ${words(type).toLowerCase()}: ${reason}`),
    );
  const more = failed.length > SHOWN ? h("li", {}, `and ${count(failed.length - SHOWN)} more`) : null;
  return h("ul", { class: "failures", "aria-label": "Not changed" }, rows, more);
}

/** Counts those that were not changed, for another try. */
function again(plan, scope, failed, outcome, submit) {
  Object.assign(scope, { kind: "ticked", ids: failed.slice(0, MOST).map(({ id }) => id) });
  return dryRun(plan, scope, plan.change, outcome, submit);
}

/** The documents of the page that were changed, as they are now. */
async function changed(ids) {
  const done = new Set(ids);
  const shown = [...document.querySelectorAll("tr[data-id]")]
    .map(({ dataset }) => dataset.id)
    .filter((id) => done.has(id));
  return (await Promise.all(shown.map((id) => call("GET", path("incidents", id)).catch(() => null)))).filter(Boolean);
}

/** A change of many incidents: counted first, then done to exactly those, and told of each that was not. */

import { call, path } from "./api.js";
import { button, h, say } from "./dom.js";
import { debounced } from "./dom.js";
import { notice } from "./notice.js";
import { count, many, words } from "./parts.js";

const BY_FILTER = path("incidents", "bulkUpdate", "byFilter");

/** What the dialog's form does for many incidents. */
export function changeMany({ scope, outcome, submit, done, change }) {
  const plan = { token: null, change: null, asked: 0 };
  submit.disabled = true;
  const edited = debounced(() => dryRun(plan, scope, change(), outcome, submit), 250);
  const apply = async () => {
    if (!plan.token) return;
    submit.disabled = true;
    outcome.replaceChildren(h("p", { role: "status" }, "Changing …"), h("progress", {}));
    try {
      await run(plan, scope, outcome, submit, done);
    } catch (error) {
      outcome.replaceChildren(notice(error, () => { outcome.replaceChildren(); edited(); }, "Count again"));
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
  Object.assign(plan, { token: null, change });
  submit.disabled = true;
  submit.textContent = "Change";
  if (!Object.keys(change).length) return outcome.replaceChildren(h("p", { class: "soft" }, "Nothing to change yet."));
  try {
    const { total, sample, token } = await call("POST", BY_FILTER, { body: { ...filtersOfScope(scope), change, dry_run: true } });
    if (asked !== plan.asked) return undefined;
    plan.token = token;
    submit.disabled = total === 0;
    submit.textContent = `Change exactly ${many(total, "incident")}`;
    return outcome.replaceChildren(planned(scope, total, sample));
  } catch (error) {
    return asked === plan.asked ? outcome.replaceChildren(notice(error, null)) : undefined;
  }
}

function planned(scope, total, sample) {
  const text = scope.kind === "all" ? "all that match, in the snapshot of the list" : "those that are ticked, and no other";
  return h("div", { class: "plan", dataset: { total } }, h("p", {}, h("b", {}, `Exactly ${many(total, "incident")}`), `: ${text}.`),
    h("ul", {}, sample.slice(0, 5).map((doc) => h("li", {}, doc.title ?? doc._meta.id)), total > 5 ? h("li", { class: "soft" }, `and ${count(total - Math.min(5, sample.length))} more`) : null));
}

async function run(plan, scope, outcome, submit, done) {
  const summary = await call("POST", BY_FILTER, { body: { token: plan.token, change: plan.change } });
  plan.token = null;
  const failed = summary.items.map(read);
  show(summary, failed, outcome, submit, () => retry(plan, scope, failed, outcome, submit));
  done(await changed(scope, failed));
  say(`${many(summary.updated, "incident")} changed, ${count(failed.length)} not`);
}

function read(item) {
  const { _id, id = _id, status, error = {} } = item.update ?? item;
  return { id, status, type: error.type ?? "unknown", reason: error.reason ?? "no reason was given" };
}

function show(summary, failed, outcome, submit, again) {
  const counts = [["Changed", summary.updated], ["Already so", summary.noop], ["Conflicts", summary.conflicts], ["Refused or failed", summary.failed], ["Match no longer", summary.no_longer_matching]];
  const list = failed.map(({ id, type, reason }) => h("li", { dataset: { failed: id } }, h("b", {}, id), ` ${words(type).toLowerCase()}: ${reason}`));
  outcome.replaceChildren(h("div", { class: "results" }, h("dl", {}, counts.filter(([, number]) => number !== undefined).map(([name, number]) => h("div", { dataset: { result: name } }, h("dt", {}, name), h("dd", {}, count(number))))),
    list.length ? h("ul", { class: "failures", "aria-label": "Not changed" }, list) : null, list.length ? button(`Try the other ${count(list.length)} again`, again, { id: "retry" }) : null));
  submit.textContent = "Done";
  submit.disabled = true;
}

function retry(plan, scope, failed, outcome, submit) {
  Object.assign(scope, { kind: "ticked", ids: failed.map(({ id }) => id) });
  return dryRun(plan, scope, plan.change, outcome, submit);
}

/** The documents that were changed, as far as the page may show them. */
async function changed(scope, failed) {
  const not = new Set(failed.map(({ id }) => id));
  const ids = (scope.kind === "ticked" ? scope.ids : [...document.querySelectorAll("tr[data-id]")].map(({ dataset }) => dataset.id)).filter((id) => !not.has(id));
  const reads = ids.slice(0, 100).map((id) => call("GET", path("incidents", id)).catch(() => null));
  return (await Promise.all(reads)).filter(Boolean);
}

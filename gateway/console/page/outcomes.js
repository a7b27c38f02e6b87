/** What became of each incident of a change of many. */

import { button, h } from "./dom.js";
import { count, words } from "./parts.js";

const SHOWN = 100;
const NAMES = {
  updated: "Changed",
  noop: "Already so",
  no_longer_matching: "Match no longer",
  conflicts: "Conflicts",
  refused: "Refused",
};
const GONE = { type: "no_longer_matching", reason: "it is gone, or others changed it so that it does not match" };

/** The outcomes of a run as they come: ids that were changed, those that were not, how many of each, and how it ended. */
export async function collected(lines, reached, signal) {
  const result = { ids: [], failed: [], gone: [], counts: {}, status: { complete: false }, seen: 0 };
  try {
    for await (const line of lines) {
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

function sort(result, { _id: id, result: said, error }) {
  result.seen += 1;
  // What was done before was done under this plan, by a run that was cut.
  const word = said === "done_before" ? "updated" : said;
  if (error) result.failed.push({ id, type: error.type, reason: error.reason });
  else if (word === "no_longer_matching") result.gone.push({ id, ...GONE });
  else if (word === "updated") result.ids.push(id);
  const name = word ?? (error.type === "version_conflict" ? "conflicts" : "refused");
  result.counts[name] = (result.counts[name] ?? 0) + 1;
}

/** Shows them, each that was not changed with its reason, and what can be done about it: `next` is its text and act. */
export function showResults(place, { failed, gone, counts, status }, titles, next) {
  const cut = `It did not come to its end: ${status.error?.reason}. What is counted here is done.`;
  const rest = [...failed, ...gone];
  place.replaceChildren(
    h(
      "div",
      { class: "results" },
      h("dl", {}, numbers(counts)),
      status.complete ? null : h("p", { class: "error-text", role: "alert" }, cut),
      rest.length ? reasons(rest, titles) : null,
      next ? button(next.text, next.act, { id: "retry" }) : null,
    ),
  );
}

function numbers(counts) {
  const shown = Object.entries(NAMES).filter(([name]) => counts[name] || name === "updated");
  return shown.map(([name, text]) =>
    h("div", { dataset: { result: name } }, h("dt", {}, text), h("dd", {}, count(counts[name] ?? 0))),
  );
}

function reasons(rest, titles) {
  const rows = rest
    .slice(0, SHOWN)
    .map(({ id, type, reason }) =>
      h(
        "li",
        { dataset: { failed: id } },
        h("b", { dir: "auto" }, titles.get(id) ?? id),
        ` ${words(type).toLowerCase()}: ${reason}`,
      ),
    );
  const more = rest.length > SHOWN ? h("li", {}, `and ${count(rest.length - SHOWN)} more`) : null;
  return h("ul", { class: "failures", "aria-label": "Not changed" }, rows, more);
}

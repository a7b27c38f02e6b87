/** ATT&CK: techniques and sub-techniques counted apart; each filters, and all of it is a Navigator layer. */

import { call, path } from "./api.js";
import { button, h } from "./dom.js";
import { save } from "./exporting.js";
import { count, many } from "./parts.js";
import { withValue } from "./query.js";
import { go, now } from "./state.js";

/** The techniques of one incident, by tactic, with links. */
export async function incidentMatrix(doc) {
  const { tactics = [], unknown = [] } = await call("GET", path("incidents", doc._meta.id, "mitre"));
  if (!tactics.length && !unknown.length) return h("p", { class: "soft" }, "No techniques.");
  return [
    tactics.map((tactic) =>
      h(
        "section",
        { class: "group" },
        h("h3", {}, link(tactic)),
        h(
          "ul",
          { class: "techniques" },
          tactic.techniques.map((each) =>
            h(
              "li",
              {},
              link(each),
              each.subtechniques?.length
                ? h(
                    "ul",
                    {},
                    each.subtechniques.map((sub) => h("li", {}, link(sub))),
                  )
                : null,
            ),
          ),
        ),
      ),
    ),
    unknown.length
      ? h("p", {}, `Not in this version of ATT&CK: ${unknown.map((each) => each.id ?? each).join(", ")}`)
      : null,
  ];
}

function link({ id, name, url }) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, h("code", {}, id), ` ${name}`);
}

/** The heat map under filters. */
export async function heatMap(filters) {
  const matrix = await call("POST", path("mitre"), { body: filters });
  const shown = matrix.tactics
    .map((tactic) => ({ ...tactic, techniques: tactic.techniques.filter(used) }))
    .filter(({ techniques }) => techniques.length);
  const most = Math.max(1, ...shown.flatMap(({ techniques }) => techniques.map((each) => each.count)));
  const techniques = named(shown.flatMap((tactic) => tactic.techniques));
  const subs = named(shown.flatMap((tactic) => tactic.techniques.flatMap((each) => each.subtechniques ?? [])));
  const text = `${many(matrix.total_docs, "incident")} · ${many(techniques.size, "technique")}, ${many(subs.size, "sub-technique")} · ATT&CK ${matrix.attack_version}`;
  return h(
    "section",
    { class: "panel-box", id: "attack", "aria-label": "ATT&CK" },
    h(
      "header",
      {},
      h("h2", {}, "ATT&CK"),
      h("p", { class: "soft" }, text),
      h(
        "span",
        { class: "heat-scale soft", "aria-hidden": "true" },
        "1 ",
        [1, 2, 3, 4, 5].map(swatch),
        ` ${count(most)}`,
      ),
      button("Navigator layer", () => layer(filters), { class: "small", id: "navigator" }),
    ),
    shown.length
      ? h(
          "div",
          {
            class: "heat",
            tabindex: "0",
            role: "region",
            "aria-label": "Tactics and techniques",
            onfocusin: inSight,
          },
          shown.map((tactic) => column(tactic, most)),
        )
      : h("p", { class: "soft" }, "None of these incidents names a technique."),
    matrix.unknown.length
      ? h(
          "p",
          { class: "soft" },
          `Not in this version: ${matrix.unknown.map((each) => `${each.id} (${each.count})`).join(", ")}`,
        )
      : null,
  );
}

/** A tile that has the focus is seen whole: the browser leaves one that is cut where it is. */
function inSight({ target }) {
  if (target.matches(".tile")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const swatch = (heat) => h("i", { class: `heat-${heat}` });

/** The ids of those that an incident names itself; one stands under several tactics. */
const named = (all) => new Set(all.filter(({ count: number }) => number).map(({ id }) => id));

const used = ({ count: number, subtechniques = [] }) => number || subtechniques.some((sub) => sub.count);

function column(tactic, most) {
  return h(
    "section",
    { "aria-label": tactic.name },
    h("h3", {}, h("span", { title: tactic.name }, tactic.name), h("small", {}, ` ${count(tactic.count)}`)),
    h(
      "ul",
      {},
      tactic.techniques.map((each) =>
        h(
          "li",
          {},
          tile(each, most),
          (each.subtechniques ?? []).filter((sub) => sub.count).map((sub) => tile(sub, most, "sub")),
        ),
      ),
    ),
  );
}

function tile({ id, name, count: number }, most, kind = "") {
  const heat = number ? 1 + Math.round((number / most) * 4) : 0;
  return button(
    [h("span", {}, name), h("b", {}, count(number))],
    () => go({ page: "queue", chips: withValue(now().chips, "mitre", id), offset: 0 }),
    {
      class: `tile heat-${heat} ${kind}`,
      "aria-label": `${id} ${name}: ${many(number, "incident")}. Show them`,
      title: `${id} ${name}`,
    },
  );
}

async function layer(filters) {
  const made = await call("POST", path("mitre"), { query: {}, body: { ...filters, format: "navigator" } });
  save(JSON.stringify(made, null, 2), "attack-layer.json", "application/json");
}

/** The same incident in each of the five APIs. */

import { address, call, path } from "./api.js";
import { h } from "./dom.js";
import { session } from "./session.js";

/** Where each API has an incident. */
function addresses({ _meta, numeric_id: number, hex_id: hex }) {
  return {
    Native: path("incidents", _meta.id),
    "Incidents service, v1": `v1/incidents/${number}`,
    "Log360, v2": `api/v2/incident/${number}`,
    "BigPanda, v2": `resources/v2.0/environments/all/incidents/${hex}`,
    Actian: `api/backend/${encodeURIComponent(session.tenant)}/incidents/${number}`,
  };
}

/** Its face in each: the request, and the answer. */
export function faces(doc) {
  return Promise.all(
    Object.entries(addresses(doc)).map(async ([name, where], place) => {
      const answer = await call("GET", where).catch((error) => `${error.status} ${error.message}`);
      return h(
        "details",
        { class: "face", open: place === 0, dataset: { face: name } },
        h("summary", {}, name, " ", h("code", {}, `GET ${address(where).pathname}`)),
        h("pre", { tabindex: "0", "aria-label": `The incident in ${name}` }, JSON.stringify(answer, null, 2)),
      );
    }),
  );
}

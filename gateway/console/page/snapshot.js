/** The point in time that the queue shows: pages never shift, and counts and exports are of the same moment. */

import { call, fetched, path } from "./api.js";

const KEEP = "30m";
let pit = null;
let openedAt = 0;

/** When the snapshot was taken, in milliseconds. */
export const takenAt = () => openedAt;

/** The snapshot's handle. */
export const handle = () => pit;

/** Takes a new snapshot, and gives the one before back. */
export async function take() {
  const { id } = await call("GET", path("incidents", "pit"), { query: { is_show_aggs: "false", keep_alive: KEEP } });
  giveBack();
  pit = id;
  openedAt = Date.now();
}

/** The answer of a call that takes filters, of the snapshot. */
export function ask(where, body) {
  return call("POST", where, { body: { ...body, pit, keep_alive: KEEP } });
}

/** The same, not yet read. */
export function stream(where, body, options = {}) {
  return fetched("POST", where, { body: { ...body, pit, keep_alive: KEEP }, ...options });
}

/** A page of incidents of the snapshot. */
export function page(filters, { sort, offset, size }) {
  return ask(path("incidents_full_types"), { ...filters, sort, from: offset, size, with_total_docs: true });
}

function giveBack({ leaving = false } = {}) {
  if (pit) call("DELETE", path("incidents", "pit"), { body: { id: pit }, keepalive: leaving }).catch(() => null);
  pit = null;
}

addEventListener("pagehide", () => giveBack({ leaving: true }));
// A page that the browser brings back from its memory has no snapshot any more.
addEventListener("pageshow", (event) => event.persisted && location.reload());

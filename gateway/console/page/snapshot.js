/** The point in time that the queue shows: pages never shift, and counts and exports are of the same moment. */

import { call, fetched, path } from "./api.js";

/** A tab that is closed without a word leaves its place among the tenant's points in time free soon; one that is open stays. */
const KEEP = "2m";
const RENEWED = 45_000;
let pit = null;
let openedAt = 0;
let ahead = 0;
let takes = 0;

/** When the snapshot was taken, in milliseconds, by the gateway's clock to the second. */
export const takenAt = () => openedAt;

/** The time by the gateway's clock, to the second, in milliseconds. */
export const gatewayTime = () => Date.now() + ahead;

/** The snapshot's handle. */
export const handle = () => pit;

/** Takes a new snapshot, and gives the one before back; of several at a time, the last one asked for is kept. */
export async function take() {
  const mine = (takes += 1);
  const query = { is_show_aggs: "false", keep_alive: KEEP };
  const response = await fetched("GET", path("incidents", "pit"), { query });
  const { id } = await response.json();
  giveBack(mine === takes ? pit : id);
  if (mine !== takes) return;
  pit = id;
  openedAt = Date.parse(response.headers.get("date")) || Date.now();
  ahead = openedAt - Date.now();
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
  return ask(path("incidents_full_types"), { ...filters, sort, from: offset, size, with_total_docs: size > 0 });
}

function giveBack(id) {
  if (id) call("DELETE", path("incidents", "pit"), { body: { id }, keepalive: true }).catch(() => null);
}

/** Keeps the snapshot, or says that it is gone: after a night the list is still there, but no more of it can be read. */
async function renew() {
  const mine = pit;
  if (!mine) return;
  const error = await page({ is_show_aggs: false }, { offset: 0, size: 0 }).catch((reason) => reason);
  if (error.status === 410 && mine === pit) dispatchEvent(new CustomEvent("snapshot-expired"));
}

setInterval(renew, RENEWED);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
addEventListener("pagehide", () => giveBack(pit));
// A page that the browser brings back from its memory has no snapshot any more.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// Uses the clients that were made: what they answer has types, which the compiler has checked.
import createClient from "openapi-fetch";
import type { components as Im, paths as ImPaths } from "./im.js";
import type { components as V1, paths as V1Paths } from "./incidents_v1.js";

declare const process: { argv: string[] };

const [, , baseUrl, tenant] = process.argv;
const headers = { "X-Scope-OrgID": tenant };
const im = createClient<ImPaths>({ baseUrl, headers });
const v1 = createClient<V1Paths>({ baseUrl, headers });

const made = await im.POST("/_im/incidents", { params: { query: { refresh: "true" } }, body: { title: "Disk is slow" } });
if (made.error) throw new Error(made.error.error.reason);
const id: string = made.data._meta.id;
const read = await im.GET("/_im/incidents/{id}", { params: { path: { id } } });
if (read.error) throw new Error(read.error.error.reason);
const incident: Im["schemas"]["Incident"] = read.data;
const page = await im.GET("/_im/incidents", { params: { query: { size: 1 } } });
if (page.error) throw new Error(page.error.error.reason);
const total: number = page.data.total_docs;
const answer = await v1.GET("/v1/incidents/{id}", { params: { path: { id: incident.numeric_id! } } });
if (answer.error) throw new Error(answer.error.message);
const shown: V1["schemas"]["Shown"] = answer.data;
if (incident.title !== "Disk is slow" || shown.title !== incident.title || total !== 1) throw new Error("read as something else");
console.log(`typescript: ${incident._meta.type} ${incident._meta.id} ${incident.title} ${incident.started_at}, ${total} in all`);
console.log(`typescript: ${shown.id} ${shown.status} ${shown.startTime} ${shown.services.length} services`);

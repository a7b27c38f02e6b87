/** Export of exactly what is seen: the same snapshot, filters, order and columns. */

import { path } from "./api.js";
import { button, h, icon, say } from "./dom.js";
import { menu, openDialog } from "./dialog.js";
import { count, many } from "./parts.js";
import { stream } from "./snapshot.js";
import { now } from "./state.js";

/** The menu of the formats. */
export function exportMenu(queue) {
  return menu(
    [icon("down"), h("span", { class: "wide-only" }, "Export")],
    (close) => [
      h("p", { class: "panel-text soft" }, `${many(queue.total, "incident")}, as listed, in the columns shown`),
      queue.mine.size
        ? h(
            "p",
            { class: "panel-text soft" },
            "What you changed since is in it as it was: load anew to have it as it is.",
          )
        : null,
      ...[
        ["csv", "CSV"],
        ["ndjson", "JSON lines"],
      ].map(([format, name]) =>
        button(
          name,
          () => {
            close();
            download(queue, format);
          },
          { class: "choice" },
        ),
      ),
    ],
    { class: "plain", "aria-label": "Export", id: "export" },
  );
}

async function download(queue, format) {
  const stop = new AbortController();
  const progress = h("progress", { max: queue.total || 1, value: 0 });
  const told = h("p", { role: "status" }, "Asking for the first of them …");
  const dialog = openDialog("Export", () => [
    told,
    progress,
    h(
      "footer",
      {},
      button("Stop", () => stop.abort(), { class: "plain" }),
    ),
  ]);
  dialog.addEventListener("close", () => stop.abort());
  try {
    const parts = await received(queue, format, stop.signal, (rows) => {
      progress.value = rows;
      told.textContent = `${count(rows)} of ${count(queue.total)}`;
    });
    save(parts.content, `incidents.${format}`, format === "csv" ? "text/csv" : "application/x-ndjson");
    finish(told, parts);
  } catch (error) {
    told.replaceChildren(
      h(
        "span",
        { class: "error-text" },
        error.name === "AbortError" ? "Stopped; nothing was kept." : `It failed: ${error.message} Nothing was kept.`,
      ),
    );
  }
}

/**
 * The whole of the answer; of lines without the last, which says whether they are whole. Rows that are not whole break
 * off, which is an error; how many they are stands in a header.
 */
async function received(queue, format, signal, reached) {
  const fields = now().columns;
  const response = await stream(
    path("incidents", "export"),
    { ...queue.filters, sort: now().sort, fields, format },
    { signal },
  );
  const reader = response.body.getReader();
  const chunks = [];
  let rows = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    rows += part.value.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    reached(rows);
  }
  const text = await new Blob(chunks).text();
  const total = response.headers.get("X-Total-Docs");
  return total === null ? split(text) : { content: text, status: { complete: true, count: Number(total) } };
}

function split(text) {
  const body = text.trimEnd();
  const start = body.lastIndexOf("\n") + 1;
  const status = statusOf(body.slice(start));
  return { content: status ? body.slice(0, start) : text, status };
}

function statusOf(line) {
  try {
    return JSON.parse(line)._status ?? null;
  } catch {
    return null;
  }
}

function finish(told, { status }) {
  const whole = status?.complete === true;
  const text = whole
    ? `${many(status.count, "incident")} saved; the file is complete.`
    : `The file is cut: ${status?.error?.reason ?? "the answer ended early"}.`;
  told.replaceChildren(h("span", { class: whole ? null : "error-text" }, text));
  say(text);
}

/** Saves a text as a file. */
export function save(text, file, type) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

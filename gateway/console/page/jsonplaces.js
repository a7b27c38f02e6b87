/** Where things stand in a JSON text, so that what is refused can be marked. */

const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/uy;

/**
 * The start and end of every name and every item of a list, by its place such as `bool.must[0].script`, as far as the
 * text is JSON; `broken` is where it is none any more, or null.
 */
export function placesIn(text) {
  const reader = { text, at: 0, places: new Map([["", spanAt(text, 0)]]), broken: null };
  value(reader, "");
  if (reader.broken === null && text.slice(reader.at).trim()) reader.broken = startAt(text, reader.at);
  return reader;
}

/** What a refusal's place stands for in a text: the place itself, else what it is inside of. */
export function spanOf(text, place) {
  const { places } = placesIn(text);
  let inside = place;
  while (inside && !places.has(inside)) inside = inside.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/u, "");
  return places.get(inside);
}

/** A place of a text as people count: `line 2, column 5`. */
export function lineAndColumn(text, at) {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${lines.at(-1).length + 1}`;
}

function value(reader, place) {
  const token = next(reader);
  if (token === "{") members(reader, place);
  else if (token === "[") items(reader, place);
  else if (!token || /^[}\],:]/u.test(token)) fail(reader);
}

function members(reader, place) {
  if (peek(reader) === "}") return next(reader);
  do {
    const start = startAt(reader.text, reader.at);
    const name = next(reader);
    if (!name?.startsWith('"')) return fail(reader);
    const inside = (place ? `${place}.` : "") + JSON.parse(name);
    reader.places.set(inside, [start, reader.at]);
    if (next(reader) !== ":") return fail(reader);
    value(reader, inside);
  } while (reader.broken === null && peek(reader) === "," && next(reader));
  return reader.broken === null && next(reader) !== "}" ? fail(reader) : null;
}

function items(reader, place) {
  if (peek(reader) === "]") return next(reader);
  let number = 0;
  do {
    const inside = `${place}[${number++}]`;
    reader.places.set(inside, spanAt(reader.text, reader.at));
    value(reader, inside);
  } while (reader.broken === null && peek(reader) === "," && next(reader));
  return reader.broken === null && next(reader) !== "]" ? fail(reader) : null;
}

function next(reader) {
  reader.last = reader.at;
  const token = peek(reader);
  if (token) reader.at = TOKEN.lastIndex;
  return token;
}

function peek({ text, at }) {
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)?.[0].trim() ?? null;
}

function fail(reader) {
  reader.broken ??= startAt(reader.text, reader.last);
}

const startAt = (text, at) => at + /^\s*/u.exec(text.slice(at))[0].length;

function spanAt(text, at) {
  const start = startAt(text, at);
  TOKEN.lastIndex = start;
  return [start, TOKEN.test(text) ? TOKEN.lastIndex : Math.min(text.length, start + 1)];
}

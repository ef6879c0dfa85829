/**
 * For the gateway's loop: the trace context of a request (W3C Trace Context, level 1), which the request's own calls to
 * the remote API carry on. The gateway takes part in no trace itself: it hands on what it was given, if it is valid.
 */

const PARENT = /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/;
/** The version that is known here. It has no more parts; later ones may. */
const VERSION = "00";
/** The one flag of that version: whether the caller records the trace. */
const SAMPLED = 1;

const STATE_MAX = 512;
const ENTRIES_MAX = 32;
const KEY = /^(?:[a-z][a-z\d_\-*/]{0,255}|[a-z\d][a-z\d_\-*/]{0,240}@[a-z][a-z\d_\-*/]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The headers to hand on with the calls of a request: none where its `traceparent` is not valid. */
export function traceOf({ headers }) {
  const traceparent = parentOf(headers.get("traceparent") ?? "");
  if (!traceparent) return {};
  const tracestate = headers.get("tracestate") ?? "";
  return isState(tracestate) ? { traceparent, tracestate } : { traceparent };
}

/** The `traceparent` in the version that is known here; undefined if it is not valid. */
function parentOf(text) {
  const [, version, ids, flags, more] = PARENT.exec(text) ?? [];
  if (version === VERSION) return more === undefined ? text : undefined;
  if (version === undefined) return undefined;
  return `${VERSION}-${ids}-0${Number.parseInt(flags, 16) & SAMPLED}`;
}

/** Whether a `tracestate` is one, and short enough to hand on. */
function isState(text) {
  const entries = text.split(",").map((entry) => entry.replace(/^[ \t]+|[ \t]+$/g, ""));
  const filled = entries.filter((entry) => entry !== "");
  return text.length <= STATE_MAX && filled.length > 0 && filled.length <= ENTRIES_MAX && areEntries(filled);
}

/** Whether all are `key=value`, and no key stands twice. */
function areEntries(entries) {
  const keys = entries.map((entry) => entry.slice(0, entry.indexOf("=")));
  const isEntry = (entry, index) => KEY.test(keys[index]) && VALUE.test(entry.slice(keys[index].length + 1));
  return entries.every(isEntry) && new Set(keys).size === keys.length;
}

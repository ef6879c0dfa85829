/**
 * For operators: the shared state in Deno KV. It compares versions, not texts: a swap reads, decides, and writes if
 * nothing that it has read has changed. So it takes two round trips, and more where others swap the same keys.
 */
import { areEqual, checked, untilOf } from "./entries.js";
import { examined } from "./examined.js";
import { EngineError } from "./explain.js";

const NAME = "deno-kv";
/** How long a swap is tried again while others change what it has read: for less than the gateway waits. */
const PATIENCE_MS = 4000;
/** The longest pause before the second try; it grows with each. */
const PAUSE_MS = 5;
/** A value begins with when its time is over: eight bytes. As bytes, because a text of two-byte characters has no room. */
const HEAD_BYTES = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A shared state in Deno KV: a database that `Deno.openKv` has opened. */
export function denoKvEngine(kv) {
  if (typeof kv?.getMany !== "function" || typeof kv.atomic !== "function") {
    throw new TypeError("denoKvEngine takes what Deno.openKv resolves to");
  }

  /** One try. Resolves to nothing if another swap has come in between. */
  async function attempt(entries) {
    // All in one reading, which is consistent.
    const kept = await kv.getMany(
      entries.map(({ key }) => [key]),
      { consistency: "strong" },
    );
    const nowMs = Date.now();
    const texts = kept.map(({ value }) => textOf(value, nowMs));
    const isDone = areEqual(entries, texts);
    const reply = { isDone, texts, nowMs };
    if (!isDone || entries.every(({ text }) => text === undefined)) return reply;
    const atomic = kv.atomic();
    for (const [index, entry] of entries.entries()) {
      const key = [entry.key];
      // Also what is only read must still be there when the rest is written.
      atomic.check({ key, versionstamp: kept[index].versionstamp });
      if (entry.text === null) atomic.delete(key);
      else if (entry.text !== undefined) atomic.set(key, ...valueOf(entry, nowMs));
    }
    const { ok } = await atomic.commit();
    return ok ? reply : undefined;
  }

  async function swap(entries) {
    checked(entries);
    const end = Date.now() + PATIENCE_MS;
    for (let tries = 1; Date.now() < end; tries += 1) {
      const reply = await attempt(entries).catch(missIfLocked);
      if (reply) return reply;
      // By chance, so that those that have met do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS * tries));
    }
    throw new EngineError("others write to it all the time: give it fewer gateways, or use another engine");
  }

  return { name: NAME, swap, examine: () => examined(NAME, swap, () => FINDINGS) };
}

/** A database of one machine refuses at once while another process writes, and has then written nothing. */
function missIfLocked(error) {
  if (!/database is locked/.test(error?.message)) throw error;
}

const FINDINGS = [
  {
    isWrong: false,
    text: `${NAME}: it has no clock of its own: keep the clocks of all machines right, to the second`,
  },
];

/** A value and how it is kept: its own end decides, because Deno KV may delete a value later than it says. */
function valueOf(entry, nowMs) {
  const until = untilOf(entry, nowMs);
  const text = encoder.encode(entry.text);
  const value = new Uint8Array(HEAD_BYTES + text.length);
  new DataView(value.buffer).setFloat64(0, until);
  value.set(text, HEAD_BYTES);
  return [value, { expireIn: until - nowMs }];
}

function textOf(value, nowMs) {
  if (!(value instanceof Uint8Array)) return null;
  const until = new DataView(value.buffer, value.byteOffset).getFloat64(0);
  return until > nowMs ? decoder.decode(value.subarray(HEAD_BYTES)) : null;
}

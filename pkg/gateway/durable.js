/**
 * For operators on Cloudflare Workers: the shared state in a Durable Object, which all Workers of an account ask. An
 * object does one thing at a time while it waits for its storage, and answers only when what it has written is kept, so
 * that a swap is atomic and durable.
 */
import { areEqual, checked, tagOf, untilOf } from "../lib/gateway/engines/entries.js";
import { examined } from "../lib/gateway/engines/examined.js";
import { EngineError } from "../lib/gateway/engines/explain.js";

const NAME = "durable";
/** Nobody else can reach an object, so that its address says nothing. */
const ADDRESS = "https://shared-state.invalid/";
/** How often an object deletes the texts whose time is over, and how many it reads at once for that. */
const CLEANING_MS = 10 * 60_000;
const READ_MAX = 500;
/** As many keys as storage deletes at once. */
const DELETED_MAX = 128;

/** The class of the objects, one for each account: bound in wrangler.toml, and exported by the Worker. */
export class SharedState {
  #storage;
  /** Whether an alarm is set. */
  #hasAlarm = false;

  constructor(state) {
    this.#storage = state.storage;
    // An instance that came and went often would put a set alarm off for ever.
    state.blockConcurrencyWhile(async () => {
      this.#hasAlarm = (await this.#storage.getAlarm()) !== null;
    });
  }

  async fetch(request) {
    const entries = checked(await request.json());
    const keys = entries.map(({ key }) => key);
    // From here to the last write, nothing else runs in the object but while it waits for `get`, which holds all events.
    const kept = await this.#storage.get(keys);
    const nowMs = Date.now();
    const texts = keys.map((key) => {
      const { text, until } = kept.get(key) ?? {};
      return until > nowMs ? text : null;
    });
    const isDone = areEqual(entries, texts);
    if (isDone) this.#write(entries, nowMs);
    return Response.json({ isDone, texts, nowMs });
  }

  /** Writes without waiting: all of it is kept together, and before the answer goes out. */
  #write(entries, nowMs) {
    const put = entries.filter(({ text }) => typeof text === "string");
    const deleted = entries.filter(({ text }) => text === null);
    if (deleted.length > 0) this.#storage.delete(deleted.map(({ key }) => key));
    if (put.length === 0) return;
    const kept = put.map((entry) => [entry.key, { text: entry.text, until: untilOf(entry, nowMs) }]);
    this.#storage.put(Object.fromEntries(kept));
    if (this.#hasAlarm) return;
    this.#hasAlarm = true;
    this.#storage.setAlarm(nowMs + CLEANING_MS);
  }

  /** Deletes the texts whose time is over; comes again as long as there are others. */
  async alarm() {
    let isEmpty = true;
    let startAfter;
    for (;;) {
      const kept = await this.#storage.list({ limit: READ_MAX, ...(startAfter && { startAfter }) });
      const nowMs = Date.now();
      const ended = [...kept].filter(([, { until }]) => until <= nowMs).map(([key]) => key);
      isEmpty &&= ended.length === kept.size;
      for (let from = 0; from < ended.length; from += DELETED_MAX) {
        this.#storage.delete(ended.slice(from, from + DELETED_MAX));
      }
      if (kept.size < READ_MAX) break;
      startAfter = [...kept.keys()].at(-1);
    }
    this.#hasAlarm = !isEmpty;
    if (this.#hasAlarm) await this.#storage.setAlarm(Date.now() + CLEANING_MS);
  }
}

/** A shared state in Durable Objects of the class `SharedState`: by the binding of their namespace. */
export function durableEngine(namespace) {
  if (typeof namespace?.idFromName !== "function" || typeof namespace.get !== "function") {
    throw new TypeError("durableEngine takes the binding of a Durable Object's namespace");
  }

  async function swap(entries) {
    checked(entries);
    // All keys of an account have the same text in braces, and so one object.
    const object = namespace.get(namespace.idFromName(tagOf(entries[0].key)));
    const response = await object.fetch(ADDRESS, { method: "POST", body: JSON.stringify(entries) });
    if (!response.ok) throw new EngineError(`the object answers with the status ${response.status}: see its log`);
    const { isDone, texts, nowMs } = await response.json();
    return { isDone, texts, nowMs };
  }

  const findings = () => [
    { isWrong: false, text: `${NAME}: the object is in one place: a Worker far from it waits longer for each create` },
  ];
  return { name: NAME, swap, examine: () => examined(NAME, swap, findings) };
}

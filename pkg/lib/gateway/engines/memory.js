/** For operators: the shared state of several gateways in the memory of one process, also for tests. */
import { areEqual, checked, untilOf } from "./entries.js";

const MEMORY_MAX = 100_000;

/** A shared state in this process' memory. It keeps `max` texts at most: the oldest goes first. */
export function memoryEngine({ max = MEMORY_MAX } = {}) {
  /** The oldest first: a Map keeps the order of insertion. */
  const kept = new Map();

  function read(key, nowMs) {
    const { text, until } = kept.get(key) ?? {};
    return until > nowMs ? text : null;
  }

  function put(entry, nowMs) {
    const { key, text } = entry;
    kept.delete(key);
    if (text !== null) kept.set(key, { text, until: untilOf(entry, nowMs) });
    if (kept.size > max) kept.delete(kept.keys().next().value);
  }

  return {
    name: "memory",
    // Without a wait in between, so that a swap is atomic.
    swap(entries) {
      const nowMs = Date.now();
      const texts = checked(entries).map(({ key }) => read(key, nowMs));
      const isDone = areEqual(entries, texts);
      if (isDone) for (const entry of entries) if (entry.text !== undefined) put(entry, nowMs);
      return { isDone, texts, nowMs };
    },
    examine: () => [
      { isWrong: false, text: "memory: the state is this process' alone, and ends with it: use it for tests" },
    ],
  };
}

/** For operators: the shared state of several gateways in the memory of one process, also for tests. */

const MEMORY_MAX = 100_000;

/** A shared state in this process' memory. It keeps `max` texts at most: the oldest goes first. */
export function memoryEngine({ max = MEMORY_MAX } = {}) {
  /** The oldest first: a Map keeps the order of insertion. */
  const kept = new Map();

  function read(key, nowMs) {
    const { text, until } = kept.get(key) ?? {};
    return until > nowMs ? text : null;
  }

  function put({ key, text, seconds }, nowMs) {
    kept.delete(key);
    if (text !== null) kept.set(key, { text, until: nowMs + seconds * 1000 });
    if (kept.size > max) kept.delete(kept.keys().next().value);
  }

  return {
    name: "memory",
    // Without a wait in between, so that a swap is atomic.
    swap(entries) {
      const nowMs = Date.now();
      const texts = entries.map(({ key }) => read(key, nowMs));
      const isDone = entries.every(({ expected }, index) => expected === undefined || expected === texts[index]);
      if (isDone) for (const entry of entries) if (entry.text !== undefined) put(entry, nowMs);
      return { isDone, texts, nowMs };
    },
  };
}

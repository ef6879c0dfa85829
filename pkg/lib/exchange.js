/** For the client's and the gateway's loops: one exchange over HTTP, bounded in time and in length. */

/** Why there is no answer: "network", "timeout", "abort", "tooLarge" or "noResponse". */
export class Interruption {
  constructor(kind) {
    this.kind = kind;
  }
}

/** Does `work`, given a signal of our own, for at most `ms` and until the caller's `signal` says stop. */
export async function within(ms, signal, work) {
  if (signal?.aborted) throw new Interruption("abort");
  const controller = new AbortController();
  let interrupt;
  const interrupted = new Promise((_, reject) => {
    interrupt = (kind) => {
      reject(new Interruption(kind));
      controller.abort();
    };
  });
  const timer = setTimeout(interrupt, ms, "timeout");
  const abort = () => interrupt("abort");
  signal?.addEventListener("abort", abort);
  try {
    return await Promise.race([work(controller.signal), interrupted]);
  } catch (reason) {
    // What a page's own fetch or token function throws may hold anything: only that it failed goes on.
    throw reason instanceof Interruption ? reason : new Interruption("network");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * Nothing goes through a browser's cache: it would keep a guest's details on the disk, and have a call wait for another
 * that is under way to the same address. Runtimes without one (workerd) may refuse the option. Asked at the first request
 * only: Node loads all of its fetch to know what a Request is, a quarter of the time that a first check takes.
 */
const notCached = () => ("cache" in Request.prototype ? { cache: "no-store" } : {});

/** Sends a request; answers with status, headers and the body, of at most `maxBytes`. */
export function exchange(fetch = globalThis.fetch, { url, init }, ms, maxBytes, signal) {
  return within(ms, signal, async (stop) => {
    const response = await fetch(new Request(url, { ...init, ...notCached() }), { signal: stop });
    return { ...head(response), body: await readBody(response, maxBytes, stop) };
  });
}

/** Status and headers: of any realm's Response, or a polyfill's, the headers become this realm's. */
function head(response) {
  try {
    const { status, headers } = response;
    if (Number.isInteger(status) && typeof response.arrayBuffer === "function") {
      return { status, headers: new Headers(headers) };
    }
  } catch {
    // Said below: what a page's own fetch answers with is not what it has to be.
  }
  throw new Interruption("noResponse");
}

/** The body's bytes, at most `max` of them: the length is not trusted to a header. Nothing is read after `signal`. */
export async function readBody(message, max, signal) {
  const reader = message.body?.getReader?.();
  if (!reader) {
    const bytes = new Uint8Array(await message.arrayBuffer());
    if (bytes.length > max) throw new Interruption("tooLarge");
    return bytes;
  }
  // Whether its sender hears of it changes nothing here.
  const giveUp = () => void reader.cancel().catch(() => {});
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  // One buffer that grows: a list of pieces can be many times as large as what is in them.
  let bytes = new Uint8Array(0);
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const end = length + next.value.length;
    if (end > max) {
      giveUp();
      throw new Interruption("tooLarge");
    }
    if (end > bytes.length) {
      const grown = new Uint8Array(Math.min(max, Math.max(end, 2 * bytes.length)));
      grown.set(bytes);
      bytes = grown;
    }
    bytes.set(next.value, length);
    length = end;
  }
  return bytes.subarray(0, length);
}

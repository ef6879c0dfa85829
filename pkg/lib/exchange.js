/** For the client's and the gateway's loops: one exchange over HTTP, bounded in time and in length. */

/** Why there is no answer: "network", "timeout", "abort", "tooLarge" or "noResponse". */
export class Interruption {
  constructor(kind) {
    this.kind = kind;
  }
}

/** Runs `work` with a signal of our own, for at most `ms` and until the caller's `signal` aborts. */
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
    // What a page's own fetch or token function throws may hold secrets: only the fact that it failed is passed on.
    throw reason instanceof Interruption ? reason : new Interruption("network");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * No request uses a browser's cache, which would keep a guest's details on the disk and make a call wait for another to
 * the same address. Runtimes without a cache (workerd) may refuse the option. The platform is asked at a request, not
 * at import: Node loads all of its fetch to know what a Request is, a quarter of the time that a first check takes.
 */
const notCached = () => ("cache" in Request.prototype ? { cache: "no-store" } : {});

/**
 * Sends a request; returns status, headers and a body of at most `maxBytes`. A caller's own `fetch` gets a Request. The
 * platform's gets an address and options: a page may have wrapped it by a function that adds a header and knows no
 * Request, and MooTools has another class of this name.
 */
export function exchange(fetch, { url, init }, ms, maxBytes, signal) {
  return within(ms, signal, async (stop) => {
    const options = { ...init, ...notCached() };
    const response = fetch
      ? await fetch(new Request(url, options), { signal: stop })
      : await globalThis.fetch(url, { ...options, signal: stop });
    return { ...head(response), body: await readBody(response, maxBytes, stop) };
  });
}

/** Status and headers of any realm's Response, or of a polyfill's. */
function head(response) {
  try {
    const { status, headers } = response;
    if (Number.isInteger(status) && typeof response.arrayBuffer === "function") {
      return { status, headers: typeof headers.get === "function" ? headers : new Headers(headers) };
    }
  } catch {
    // What a page's own fetch returned is no Response, which is reported below.
  }
  throw new Interruption("noResponse");
}

/** The body's bytes, at most `max`: no header is trusted with the length. Nothing is read after `signal` has aborted. */
export async function readBody(message, max, signal) {
  const reader = message.body?.getReader?.();
  if (!reader) {
    const bytes = new Uint8Array(await message.arrayBuffer());
    if (bytes.length > max) throw new Interruption("tooLarge");
    return bytes;
  }
  // It does not matter here whether the sender learns of it.
  const giveUp = () => void reader.cancel().catch(() => {});
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp);
  // One buffer that grows: a list of pieces can take many times the memory of the bytes in it.
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

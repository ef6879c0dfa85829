/**
 * For every runtime's gateway entry: a standard fetch handler around the module's decisions. It does what an exchange
 * says (ask, read, fetch, remember, call) and reports what came of it; what a request may ask and what is answered is
 * decided in the module. Credentials and keys stay here.
 */
import * as core from "../dist/gateway.js";
import { Driver } from "./driver.js";
import { Interruption, readBody, within } from "./exchange.js";
import { formPages, STYLE } from "./gateway/form.js";
import { memoryStore } from "./gateway/stores.js";

export { kvStore, memoryStore, sqliteStore } from "./gateway/stores.js";

/** How long a request may take to send its body. */
const BODY_MS = 10_000;
/** How long what the operator gives may take, functions and the store, and another request's fetch of a Setup. */
const PATIENCE_MS = 5_000;
/** How long a request waits for others with its Idempotency-Key: as long as an attempt at the remote API may take. */
const TURN_MS = 30_000;
/** How many requests may wait for one with their key. */
const WAITING_MAX = 64;
const SEED_BYTES = 32;
const PAYLOAD_TOO_LARGE = 413;
const REQUEST_TIMEOUT = 408;
const BAD_REQUEST = 400;

const now = () => Date.now();

export function createGateway({ staff, clientAddress, store, locales, onEvent, fetch, ...options }) {
  const settings = JSON.stringify({
    ...options,
    ...typesOf({ staff, clientAddress, store, locales, onEvent, fetch }),
    upstream: normalUrl(options.upstream),
    formStyle: STYLE,
  });
  // For what is wrong with them to be said now. Only a request's is used: workerd has no random bits before the first.
  const checked = new core.Gateway(settings, new Uint8Array(SEED_BYTES));
  const session = checked.session();
  checked.free();
  let made;
  const gateway = () => (made ??= new core.Gateway(settings, crypto.getRandomValues(new Uint8Array(SEED_BYTES))));
  const driver = new Driver(session, { bodyMax: core.bodyMax(), fetch });
  const formPage = formPages(locales);
  const memory = store ?? memoryStore();
  /** Setups on their way, by microsite. */
  const fetching = new UnderWay(PATIENCE_MS);
  /** What is under way under an Idempotency-Key, by its place in the store. */
  const claimed = new UnderWay(TURN_MS);

  /** Has a Setup fetched if it is needed. */
  function fetchSetup(microsite) {
    const call = gateway().fetchSetup(microsite, now());
    if (!call) return undefined;
    const take = () => gateway().takeSetup(microsite, call, now());
    return fetching.begin(microsite, driver.run(call).then(take));
  }

  /** The same, but for whoever is at it. Who takes over from one that vanished may vanish too: twice is enough. */
  async function waitForSetup(microsite) {
    for (let joined = 0; joined < 2; joined += 1) {
      const other = fetching.get(microsite);
      if (!other) return fetchSetup(microsite);
      await fetching.join(microsite, other);
    }
    return undefined;
  }

  /** The text that the store has there; nothing where it has taken ours. One request at a time per place. */
  async function recall(place, text, { release, background }) {
    const end = now() + TURN_MS;
    for (let other = claimed.get(place); other; other = claimed.get(place)) {
      // Ours says what another's would: that one is under way.
      if (other.waiting >= WAITING_MAX || now() >= end) return text;
      await claimed.join(place, other);
    }
    claimed.begin(place, new Promise((resolve) => release.push(resolve)));
    return putIfAbsent(place, text, background);
  }

  async function putIfAbsent(place, text, background) {
    let put;
    try {
      put = memory.putIfAbsent(place, text, core.rememberedSeconds());
      const found = (await inTime(() => put)) ?? undefined;
      if (found === undefined || typeof found === "string") return found;
    } catch (reason) {
      // One that takes the claim after all takes it for nobody. If it stays, repetitions are refused: the safe side.
      const takenLate = (found) => found ?? memory.delete(place);
      if (put)
        background(
          Promise.resolve(put)
            .then(takenLate)
            .catch(() => {}),
        );
      throw reason;
    }
    throw new TypeError("a store's putIfAbsent answers with a text or with nothing");
  }

  /** Does what a step says; answers with the next. */
  async function act(exchange, [kind, ...details], request, scope) {
    const next = (event, detail) => exchange.step(gateway(), event, detail, now());
    switch (kind) {
      case "staff":
        return next((await inTime(() => staff?.(request))) === true ? "staff" : "guest");
      case "body": {
        const [body, status] = await bodyOf(scope.message, gateway().maxBodyBytes);
        return body ? exchange.body(gateway(), body, now()) : next("noBody", String(status));
      }
      case "setup": {
        const [microsite, wait] = details;
        if (wait) await waitForSetup(microsite);
        else if (!fetching.get(microsite)) scope.background(fetchSetup(microsite));
        return next("setup");
      }
      case "recall":
        return next("recalled", await recall(...details, scope));
      case "store": {
        const [place, text] = details;
        await inTime(() =>
          text === undefined ? memory.delete(place) : memory.put(place, text, core.rememberedSeconds()),
        );
        return next("stored");
      }
      default: {
        const call = exchange.call();
        // Run to its end even when the guest's browser has gone: half a create helps nobody.
        await driver.run(call);
        return exchange.called(gateway(), call, now());
      }
    }
  }

  async function respond(request, message, background, started) {
    const exchange = new core.Exchange(JSON.stringify(await headOf(request, clientAddress)), started);
    const release = [];
    try {
      let step = exchange.step(gateway(), "start", undefined, now());
      while (step[0] !== "answer") {
        try {
          step = await act(exchange, step, request, { release, background, message });
        } catch {
          // The reason may hold what the guest typed, or what the operator's own function threw: that it failed is
          // all that goes on.
          step = exchange.step(gateway(), "failed", undefined, now());
        }
      }
      const [, status, headers, body, view] = step;
      const text = view ? formPage(JSON.parse(view), request) : (body ?? null);
      const response = new Response(text, { status, headers: JSON.parse(headers) });
      const event = () => JSON.parse(exchange.event(status));
      background(report(event, request, started));
      return response;
    } finally {
      for (const done of release) done();
      exchange.free();
    }
  }

  /** The answer where the gateway itself has failed. */
  function fail(request, background, started) {
    const status = 500;
    const event = { operation: null, microsite: null, role: "guest", status };
    background(report(() => event, request, started));
    const origin = request.headers.get("origin");
    const headers = {
      ...HEADERS,
      "Dinerkit-Version": core.version(),
      ...(options.origins?.includes(origin) && crossOrigin(origin)),
    };
    return Response.json({ Message: "The gateway failed." }, { status, headers });
  }

  /** A log that fails must not fail a request, and one that takes long must not delay it. */
  async function report(event, { method }, started) {
    if (!onEvent) return;
    try {
      await onEvent({ ...event(), method, ms: now() - started });
    } catch {
      // Nothing can be said where saying is what failed.
    }
  }

  return {
    fetch(request, context) {
      const background = async (work) => {
        try {
          await context?.waitUntil?.(work);
        } catch {
          // A runtime that does not take it, for want of its context for example, ends when it ends.
        }
      };
      const started = now();
      // The reason may hold anything: that it failed is all that goes out.
      // Where a server has the body without a web stream, Request.body, which would make one, is not touched.
      const message = context?.body ? context : request;
      const response = respond(request, message, background, started).catch(() => fail(request, background, started));
      // A runtime that ends with its request would leave a create half done when the guest's browser goes.
      background(response);
      return response;
    },
    capability: (about) => gateway().capability(JSON.stringify(about), now()),
    unsubscribeLink: (about) => gateway().unsubscribeLink(JSON.stringify(about), now()),
  };
}

/** The headers of every answer: of one that the module made as well. */
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  Vary: "Origin",
  "X-Content-Type-Options": "nosniff",
};
const crossOrigin = (origin) => ({
  "Access-Control-Allow-Origin": origin,
  "Access-Control-Expose-Headers": "Retry-After, Dinerkit-Version",
});

/**
 * What requests are at, by name, for others to wait for, but not for long: where a runtime ends with its request, that
 * request vanishes without a word. So all who wait are woken, in the order in which they came, and look again: a turn
 * is not handed on to one who may have vanished.
 */
class UnderWay {
  #ms;
  /** The oldest first: Maps keep the order of insertion. */
  #entries = new Map();

  constructor(ms) {
    this.#ms = ms;
  }

  /** What is under way there. */
  get(name) {
    for (const [old, entry] of this.#entries) {
      if (this.#remains(entry) > 0) break;
      this.#drop(old, entry);
    }
    return this.#entries.get(name);
  }

  /** Notes what begins; answers with its end. What came of it is elsewhere. */
  begin(name, work) {
    const entry = { at: now(), waiting: 0 };
    entry.done = work.catch(() => {}).finally(() => this.#drop(name, entry));
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.done;
  }

  /** Waits for its end; it is forgotten if that does not come in time. */
  async join(name, entry) {
    entry.waiting += 1;
    try {
      await within(this.#remains(entry), undefined, () => entry.done);
    } catch {
      this.#drop(name, entry);
    } finally {
      entry.waiting -= 1;
    }
  }

  /** For how long it is waited for. Not at all if it began later than now: the clock was set back. */
  #remains({ at }) {
    const age = now() - at;
    return age < 0 ? 0 : this.#ms - age;
  }

  #drop(name, entry) {
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
  }
}

/** What a function of the operator's comes to; one that never ends must not hold a request for ever. */
async function inTime(work) {
  const result = work();
  return typeof result?.then === "function" ? within(PATIENCE_MS, undefined, () => result) : result;
}

/** What is no data crosses to the module as the name of its type. */
const typesOf = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value == null ? undefined : typeof value]));

/** A URL as the platform writes it, its host in ASCII; anything else as it is, for the module to refuse. */
function normalUrl(url) {
  try {
    return new URL(url).href;
  } catch {
    return url;
  }
}

/** What is known of a request before its body. */
async function headOf(request, clientAddress) {
  const { pathname, searchParams } = urlOf(request);
  const header = (name) => request.headers.get(name);
  return {
    method: request.method,
    path: pathname,
    token: searchParams.get("token"),
    origin: header("origin"),
    referer: header("referer"),
    authorization: header("authorization"),
    contentType: header("content-type"),
    contentEncoding: header("content-encoding"),
    fetchDest: header("sec-fetch-dest"),
    fetchSite: header("sec-fetch-site"),
    idempotencyKey: header("idempotency-key"),
    address: await addressOf(request, clientAddress),
  };
}

/** Where a request goes. Deno and Bun pass on what a malformed Host makes of it: then it goes nowhere. */
function urlOf(request) {
  try {
    return new URL(request.url);
  } catch {
    return { pathname: "", searchParams: new URLSearchParams() };
  }
}

/** The guest's address; where there is none to be had, the guest's limit is that of all whose address nobody knows. */
async function addressOf(request, clientAddress) {
  try {
    const address = await inTime(() => clientAddress?.(request));
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}

/** `[bytes]`, or `[, status]` where they are too many, too slow or broken off. */
async function bodyOf(message, max) {
  try {
    return [await within(BODY_MS, undefined, (stop) => readBody(message, max, stop))];
  } catch (reason) {
    const { kind } = reason instanceof Interruption ? reason : {};
    return [undefined, { tooLarge: PAYLOAD_TOO_LARGE, timeout: REQUEST_TIMEOUT }[kind] ?? BAD_REQUEST];
  }
}

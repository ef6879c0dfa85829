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
const SEED_BYTES = 32;
const PAYLOAD_TOO_LARGE = 413;
const REQUEST_TIMEOUT = 408;
const BAD_REQUEST = 400;

const now = () => Date.now();

/** Options of the client that asks the remote API. */
const ACCOUNT = ["authentication", "encoding", "timeoutMs", "totalTimeoutMs"];

export function createGateway({
  upstream,
  credentials,
  staff,
  clientAddress,
  store,
  locales,
  onEvent,
  fetch,
  ...options
}) {
  const { account, policy } = parted(options);
  const gateway = new core.Gateway(
    JSON.stringify({ ...policy, hasAddresses: clientAddress !== undefined, formStyle: STYLE }),
    crypto.getRandomValues(new Uint8Array(SEED_BYTES)),
  );
  // One session for all microsites: they share the account's token and its budget.
  const session = new core.Session(
    JSON.stringify({
      ...account,
      baseUrl: new URL(upstream).href,
      microsite: policy.microsites[0],
      credentials,
      names: policy.names,
      requestsPerMinute: policy.requestsPerMinute,
    }),
    false,
  );
  const driver = new Driver(session, { bodyMax: core.bodyMax(), fetch });
  const formPage = formPages(locales);
  const memory = store ?? memoryStore();
  /** Setups on their way, by microsite: whoever needs one joins. */
  const fetching = new Map();
  /** What is under way under an Idempotency-Key: whoever repeats it waits. */
  const claimed = new Map();

  function fetchSetup(microsite) {
    const under = fetching.get(microsite);
    if (under) return under;
    const call = gateway.fetchSetup(microsite, now());
    if (!call) return undefined;
    const done = driver
      .run(call)
      .then(() => gateway.takeSetup(microsite, call, now()))
      .finally(() => fetching.delete(microsite));
    fetching.set(microsite, done);
    return done;
  }

  /** The text that the store has there; nothing where it has taken ours. One request at a time per place. */
  async function recall(place, text, release) {
    while (claimed.has(place)) await claimed.get(place);
    claimed.set(
      place,
      new Promise((resolve) => release.push(resolve)).then(() => void claimed.delete(place)),
    );
    return (await memory.putIfAbsent(place, text, core.rememberedSeconds())) ?? undefined;
  }

  /** Does what a step says; answers with the next. */
  async function act(exchange, [kind, ...details], request, { release, background }) {
    const next = (event, detail) => exchange.step(gateway, event, detail, now());
    switch (kind) {
      case "staff":
        return next((await staff?.(request)) === true ? "staff" : "guest");
      case "body": {
        const [body, status] = await bodyOf(request, gateway.maxBodyBytes);
        return body ? exchange.body(gateway, body, now()) : next("noBody", String(status));
      }
      case "setup": {
        const [microsite, wait] = details;
        const fetched = fetchSetup(microsite);
        if (wait) await fetched;
        else if (fetched) background(fetched);
        return next("setup");
      }
      case "recall":
        return next("recalled", await recall(...details, release));
      case "store": {
        const [place, text] = details;
        if (text === undefined) await memory.delete(place);
        else await memory.put(place, text, core.rememberedSeconds());
        return next("stored");
      }
      default: {
        const call = exchange.call();
        // Run to its end even when the guest's browser has gone: half a create helps nobody.
        await driver.run(call);
        return exchange.called(gateway, call, now());
      }
    }
  }

  async function respond(request, background) {
    const started = now();
    const exchange = new core.Exchange(JSON.stringify(await headOf(request, clientAddress)), started);
    const release = [];
    try {
      let step = exchange.step(gateway, "start", undefined, now());
      while (step[0] !== "answer") {
        try {
          step = await act(exchange, step, request, { release, background });
        } catch {
          // The reason may hold what the guest typed, or what the operator's own function threw: that it failed is
          // all that goes on.
          step = exchange.step(gateway, "failed", undefined, now());
        }
      }
      const [, status, headers, body, view] = step;
      report(() => ({ ...JSON.parse(exchange.event(status)), method: request.method, ms: now() - started }));
      const text = view ? formPage(JSON.parse(view), request) : (body ?? null);
      return new Response(text, { status, headers: JSON.parse(headers) });
    } finally {
      for (const done of release) done();
      exchange.free();
    }
  }

  /** A log that fails must not fail a request. */
  function report(event) {
    if (!onEvent) return;
    try {
      onEvent(event());
    } catch {
      // Nothing can be said where saying is what failed.
    }
  }

  return {
    fetch(request, context) {
      const background = (work) => context?.waitUntil?.(work);
      // The reason may hold anything: that it failed is all that goes out.
      const response = respond(request, background).catch(failed);
      // A runtime that ends with its request would leave a create half done when the guest's browser goes.
      background(response);
      return response;
    },
    capability: (about) => gateway.capability(JSON.stringify(about), now()),
    unsubscribeLink: (about) => gateway.unsubscribeLink(JSON.stringify(about), now()),
  };
}

/** The answer where the gateway itself has failed, or the operator's `clientAddress`. */
const failed = () =>
  Response.json(
    { Message: "The gateway failed." },
    { status: 500, headers: { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" } },
  );

/** The client's options and the policy's. */
function parted(options) {
  const account = {};
  const policy = {};
  for (const [name, value] of Object.entries(options)) (ACCOUNT.includes(name) ? account : policy)[name] = value;
  return { account, policy };
}

/** What is known of a request before its body. */
async function headOf(request, clientAddress) {
  const { pathname, searchParams } = new URL(request.url);
  const header = (name) => request.headers.get(name);
  return {
    method: request.method,
    path: pathname,
    token: searchParams.get("token"),
    origin: header("origin"),
    authorization: header("authorization"),
    contentType: header("content-type"),
    contentEncoding: header("content-encoding"),
    idempotencyKey: header("idempotency-key"),
    address: await clientAddress?.(request),
  };
}

/** `[bytes]`, or `[, status]` where they are too many, too slow or broken off. */
async function bodyOf(request, max) {
  try {
    return [await within(BODY_MS, undefined, () => readBody(request, max))];
  } catch (reason) {
    const { kind } = reason instanceof Interruption ? reason : {};
    return [undefined, { tooLarge: PAYLOAD_TOO_LARGE, timeout: REQUEST_TIMEOUT }[kind] ?? BAD_REQUEST];
  }
}

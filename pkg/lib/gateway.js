/**
 * For every runtime's gateway entry: a standard fetch handler that drives the module's sans-I/O exchange. It does what
 * each output asks for (check, read, fetch, claim, call, store) and hands in the result as the next input. The module
 * decides what a request may ask and what is answered.
 */
import { Driver } from "./driver.js";
import { InternalError } from "./errors.js";
import { exchange as exchangeOverHttp, Interruption, readBody, within } from "./exchange.js";
import { core } from "./gateway/core.js";
import { dateOrderOf, formPages, STYLE } from "./gateway/form.js";
import { Kept } from "./gateway/kept.js";
import { CONTENT_TYPE, Metrics } from "./gateway/metrics.js";
import { SharedState } from "./gateway/shared.js";
import { memoryStore } from "./gateway/stores.js";
import { traceOf } from "./gateway/trace.js";
import { UnderWay } from "./gateway/under-way.js";
import { parsed } from "./plain.js";

export { denoKvEngine } from "./gateway/engines/deno-kv.js";
export { memoryEngine } from "./gateway/engines/memory.js";
export { postgresEngine } from "./gateway/engines/postgres.js";
export { redisEngine } from "./gateway/engines/redis.js";
export { sqliteEngine } from "./gateway/engines/sqlite.js";
export { kvStore, memoryStore, sqliteStore } from "./gateway/stores.js";
export { widgetScript } from "./gateway/widget-script.js";

/** How long a request may take to send its body. */
const BODY_MS = 10_000;
/** How long the operator's functions and store may take, and another request's fetch of a Setup. */
const PATIENCE_MS = 5_000;
/** How long a request waits for others with its Idempotency-Key: as long as an attempt at the remote API may take. */
const TURN_MS = 30_000;
/** How many requests may wait for one with their key. */
const WAITING_MAX = 64;
const PAYLOAD_TOO_LARGE = 413;
const REQUEST_TIMEOUT = 408;
const BAD_REQUEST = 400;

const now = () => Date.now();

export function createGateway(given) {
  const { staff, admit, clientAddress, store, shared, locales, onEvent, onShared, fetch, ...options } = given;
  const kept = new Kept({
    ...options,
    ...typesOf({ staff, admit, clientAddress, store, locales, onEvent, onShared, fetch }),
    ...(shared && { shared: typeof shared.swap === "function" ? "object" : typeof shared.swap }),
    upstream: normalUrl(options.upstream),
    formStyle: STYLE,
  });
  // Asked for now: the answer that needs it may be that the module itself has failed.
  const version = core.glue.version();
  const rememberedSeconds = core.glue.rememberedSeconds();
  const metrics = new Metrics();
  /** Has each request of a call taken from the budget that gateways share. */
  const toll = shared && {
    pay: (call, step) => state.pay(call, (work) => step(() => ask(work))),
    async paid(call, step, answer) {
      try {
        return await answer;
      } finally {
        // Whatever has come of it. If the module has failed meanwhile, the slice of its instance counts as sent.
        step(() => ask((gateway) => call.answered(gateway, now())));
      }
    },
  };
  const driver = new Driver(core, (glue) => kept.begin(glue), {
    fetch,
    send,
    stepped: (session) => kept.keepSession(session),
    ...(shared && {
      toll,
      signIn: { find: () => state.token(), tell },
    }),
  });
  /** What is asked of the state that several gateways share. */
  const state = shared && new SharedState(shared, { ask, onShared });
  const { maxBodyBytes } = kept.gateway;
  const formPage = formPages(locales);
  const memory = store ?? memoryStore();
  /** Setups on their way, by microsite. */
  const fetching = new UnderWay(PATIENCE_MS);
  /** Requests with an Idempotency-Key on their way, by their key in the store. */
  const claimed = new UnderWay(TURN_MS);

  /** Sends a request to the remote API, with the trace of the request that it is for, and notes how long it took. */
  async function send({ operation, facts: trace }, fetch, { kind, url, init }, ...bounds) {
    // A sign-in is for all requests.
    const headers = kind === "send" ? { ...init.headers, ...trace } : init.headers;
    const start = now();
    try {
      return await exchangeOverHttp(fetch, { url, init: { ...init, headers } }, ...bounds);
    } finally {
      metrics.time(operation, now() - start);
    }
  }

  /** Passes on an answer of the gateway that may have changed it, and keeps what it is now. */
  function keeping(answer) {
    kept.keep();
    return answer;
  }

  /** Asks the gateway in the running instance, and keeps what it is then. */
  function ask(question) {
    driver.session();
    return core.call(() => keeping(question(kept.gateway)));
  }

  /** Gives all gateways a token; the call that has got it goes on in any case. */
  async function tell(token) {
    try {
      await state.tellToken(token);
    } catch (reason) {
      if (reason instanceof InternalError) throw reason;
    }
  }

  /** Has a Setup fetched if it is needed. */
  function fetchSetup(microsite) {
    if (!state) return fetchOwnSetup(microsite);
    const operation = ask((gateway) => gateway.lookForSetup(microsite, now()));
    return operation && fetching.begin(microsite, fetchForAll(microsite, operation));
  }

  /** Has a Setup fetched, unless another gateway has it or fetches it. */
  async function fetchForAll(microsite, operation) {
    const { result } = await state.run(operation);
    if (result !== "fetch") return;
    const { glue } = core;
    const call = ask((gateway) => gateway.fetchSetup(microsite, now()));
    if (call) {
      await driver.run(call, { operation: "setup" });
      if (!core.isRunning(glue)) return;
      ask((gateway) => gateway.takeSetup(microsite, call, now()));
    }
    await state.run(ask((gateway) => gateway.tellSetup(microsite, now())));
  }

  function fetchOwnSetup(microsite) {
    const call = ask((gateway) => gateway.fetchSetup(microsite, now()));
    if (!call) return undefined;
    const { glue } = core;
    const take = () => core.isRunning(glue) && ask((gateway) => gateway.takeSetup(microsite, call, now()));
    return fetching.begin(microsite, driver.run(call, { operation: "setup" }).then(take));
  }

  /**
   * The same, after another request's fetch that is under way. If the runtime has ended that request, this one fetches:
   * but the next to take over may be ended as well, so it waits for two others at most.
   */
  async function waitForSetup(microsite) {
    for (let joined = 0; joined < 2; joined += 1) {
      const other = fetching.get(microsite);
      if (!other) return fetchSetup(microsite);
      await fetching.join(microsite, other);
    }
    return undefined;
  }

  /** Waits until no other request has the key. Resolves to false if that takes too long. */
  async function waitForTurn(key, release) {
    const end = now() + TURN_MS;
    for (let other = claimed.get(key); other; other = claimed.get(key)) {
      if (other.waiting >= WAITING_MAX || now() >= end) return false;
      await claimed.join(key, other);
    }
    claimed.begin(key, new Promise((resolve) => release.push(resolve)));
    return true;
  }

  /** Stores a claim. Resolves to the text that the store already has, or to nothing. One request at a time per key. */
  async function claim(key, text, { release, background }) {
    // The own claim says what the other's says in the store: that the request is under way.
    return (await waitForTurn(key, release)) ? putIfAbsent(key, text, background) : text;
  }

  /** Has the shared state take a claim, a limit and what the budget has. */
  async function share(exchange, { key, text }, scope) {
    if (key && !(await waitForTurn(key, scope.release))) return exchange.handle({ kind: "claimed", found: text });
    const operation = exchange.takeOperation();
    const giveBack = (late) => key && scope.background(state.giveBackLate(late, key, text).catch(() => {}));
    let done;
    try {
      done = await state.run(operation);
    } catch (reason) {
      // The module has failed, at this request or at another.
      giveBack();
      throw reason;
    }
    if (key && done.result === "claimed") scope.claim = { key, text };
    if (done.result === "failed") giveBack(done.late);
    return exchange.handleShared(operation);
  }

  /** Tells the shared state what became of a claim. The answer does not wait for it. */
  function settle({ key, text }, scope) {
    const settled = state.settle(key, scope.claim.text, text).catch(() => {});
    scope.claim = undefined;
    scope.background(settled);
    scope.settled = state.shortly(settled);
  }

  async function putIfAbsent(key, text, background) {
    let put;
    try {
      put = memory.putIfAbsent(key, text, rememberedSeconds);
      const found = (await inTime(() => put)) ?? undefined;
      if (found === undefined || typeof found === "string") return found;
    } catch (reason) {
      // A store that takes the claim late takes it for nobody. If it cannot be deleted, the store's copy makes repeated
      // requests be refused, which is the safe side.
      const takenLate = (found) => found ?? memory.delete(key);
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

  /** Begins to answer a request in the running instance. Returns what takes the steps of its exchange. */
  function open(head, started) {
    driver.session();
    const { glue } = core;
    const exchange = core.call(({ Exchange }) => new Exchange(head, started));
    const step = (work) => {
      if (!core.isRunning(glue)) throw core.failure();
      // The gateway, too, begins anew in a new instance.
      driver.session();
      return core.call(() => work(kept.gateway));
    };
    return {
      handle: (input) => step((gateway) => exchange.handle(gateway, input, now())),
      handleBody: (body) => step((gateway) => exchange.handleBody(gateway, body, now())),
      handleCall: (call) => step((gateway) => keeping(exchange.handleCall(gateway, call, now()))),
      handleShared: (operation) => step((gateway) => keeping(exchange.handleShared(gateway, operation, now()))),
      takeOperation: () => step(() => exchange.takeOperation()),
      takeCall: () => step(() => keeping(exchange.takeCall())),
      logEvent: (status) => step(() => exchange.logEvent(status)),
      free: () => exchange.free(),
    };
  }

  /** Does what an output asks for. Resolves to the next output. */
  async function act(exchange, output, request, scope) {
    switch (output.kind) {
      case "start":
      case "failed":
        return exchange.handle(output);
      case "lost":
        return exchange.handle({ ...output, isSent: scope.isSent, ...scope.claim });
      case "checkStaff": {
        const isStaff = (await inTime(() => staff?.(request))) === true;
        return exchange.handle({ kind: "staffChecked", isStaff });
      }
      case "admit": {
        const isAdmitted = (await inTime(() => admit(request, { token: output.token ?? undefined }))) === true;
        return exchange.handle({ kind: "admitted", isAdmitted });
      }
      case "readBody": {
        const { body, status } = await bodyOf(scope.message, maxBodyBytes);
        return body ? exchange.handleBody(body) : exchange.handle({ kind: "noBody", status });
      }
      case "fetchSetup": {
        const { microsite, wait } = output;
        if (wait) await waitForSetup(microsite);
        else if (!fetching.get(microsite)) scope.background(fetchSetup(microsite));
        return exchange.handle({ kind: "setupFetched" });
      }
      case "claim": {
        const { key, text } = output;
        const found = await claim(key, text, scope);
        if (found === undefined) scope.claim = { key, text };
        return exchange.handle({ kind: "claimed", found });
      }
      case "store": {
        const { key, text } = output;
        if (state) settle(output, scope);
        else await inTime(() => (text === null ? memory.delete(key) : memory.put(key, text, rememberedSeconds)));
        scope.claim = undefined;
        return exchange.handle({ kind: "stored" });
      }
      case "share":
        return share(exchange, output, scope);
      case "call": {
        const call = exchange.takeCall();
        // Run to its end even when the guest's browser has gone: half a create helps nobody.
        await driver.run(call, { operation: exchange.logEvent(0).operation, facts: traceOf(request) });
        scope.isSent = request.method !== "GET";
        return exchange.handleCall(call);
      }
      default:
        throw new TypeError("the module asks for what this driver does not know");
    }
  }

  async function respond(request, message, background, started) {
    driver.session();
    kept.seed();
    state?.begin();
    const head = await headOf(request, clientAddress);
    const scope = { release: [], background, message, isSent: false, claim: undefined };
    let exchange = open(head, started);
    try {
      let output = { kind: "start" };
      while (output.kind !== "answer") {
        const { kind } = output;
        try {
          output = await act(exchange, output, request, scope);
        } catch (reason) {
          if (kind === "failed" || kind === "lost") throw reason;
          // The reason may hold what the guest typed, or what the operator's own function threw. So only the fact that
          // something failed goes on.
          output = { kind: "failed" };
          if (!(reason instanceof InternalError)) continue;
          // The instance has failed, at this request or at another. A new one answers, but does not begin again.
          scope.isSent ||= reason.outcome === "unknown";
          scope.fault = { build: reason.build, stack: reason.cause?.stack ?? null };
          exchange = open(head, started);
          output = { kind: "lost" };
        }
      }
      const { status, headers, body, view } = output;
      const text = view === null ? body : formPage(parsed(view), request);
      const response = new Response(text, { status, headers });
      const { fault } = scope;
      background(report({ ...exchange.logEvent(status), ...(fault && { fault }) }, request, started));
      return response;
    } finally {
      const release = () => scope.release.forEach((done) => done());
      if (scope.settled) void scope.settled.then(release);
      else release();
      exchange.free();
      state?.reportIfDue(background);
    }
  }

  /** The answer if the gateway itself has failed. */
  function fail(request, background, started) {
    const status = 500;
    const event = { operation: null, microsite: null, role: "guest", status };
    background(report(event, request, started));
    const origin = request.headers.get("origin");
    const headers = {
      ...HEADERS,
      "Content-Type": "application/json",
      "Dinerkit-Version": version,
      ...(options.origins?.includes(origin) && crossOrigin(origin)),
    };
    // Not by `Response.json`, which would write what another script's `toJSON` says.
    return new Response('{"Message":"The gateway failed."}', { status, headers });
  }

  /** A log that fails must not fail a request, and one that takes long must not delay it. */
  async function report(event, { method }, started) {
    metrics.count(event);
    if (!onEvent) return;
    try {
      await onEvent({ ...event, method, ms: now() - started });
    } catch {
      // There is no other way to tell the operator.
    }
  }

  function status() {
    const own = ask((gateway) => gateway.status(now()));
    return { ...own, shared: own.shared && { engine: state.engine, ...own.shared } };
  }

  return {
    fetch(request, context) {
      const background = async (work) => {
        try {
          await context?.waitUntil?.(work);
        } catch {
          // The runtime does not take the work, for example without its context: then the work goes on as long as the
          // runtime does.
        }
      };
      const started = now();
      // A server that has the body without a web stream hands it in here: Request.body would make one.
      const message = context?.body ? context : request;
      // The reason may hold anything, so only the fact that the gateway failed goes out.
      const response = respond(request, message, background, started).catch(() => fail(request, background, started));
      // A runtime that ends with its request would leave a create half done when the guest's browser goes.
      background(response);
      return response;
    },
    capability: (about) => ask((gateway) => gateway.capability(about, now())),
    metrics() {
      const setups = ask((gateway) => gateway.setupGauges(now()));
      const headers = { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" };
      return new Response(metrics.text({ version, status: status(), setups }), { headers });
    },
    unsubscribeLink: (about) => ask((gateway) => gateway.unsubscribeLink(about, now())),
    status,
    close: async () => state?.close(),
  };
}

/** The headers of every answer, for the one that the module does not make. */
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

/** The result of a function of the operator's, in time: one that never ends must not hold a request for ever. */
async function inTime(work) {
  const result = work();
  return typeof result?.then === "function" ? within(PATIENCE_MS, undefined, () => result) : result;
}

/** The types of the options that are no data: functions and objects with functions stay in JavaScript. */
const typesOf = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, typeof value]));
};

/** A URL as the platform writes it, with its host in ASCII. Anything else stays as it is, for the module to refuse. */
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
    challenge: header("dinerkit-challenge"),
    address: await addressOf(request, clientAddress),
    // Programs, and the widget, write dates in one form.
    dateOrder: isForm(header("content-type")) ? dateOrderOf(request) : undefined,
  };
}

const isForm = (contentType) => /^application\/x-www-form-urlencoded\b/i.test(contentType ?? "");

/** The address of a request. Deno and Bun pass on a malformed Host; then the path and the query are empty. */
function urlOf(request) {
  try {
    return new URL(request.url);
  } catch {
    return { pathname: "", searchParams: new URLSearchParams() };
  }
}

/** The guest's address. Without one, the guest shares the limit of all guests whose address is not known. */
async function addressOf(request, clientAddress) {
  try {
    const address = await inTime(() => clientAddress?.(request));
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes as `{ body }`, or `{ status }` if they are too many, too slow or broken off. */
async function bodyOf(message, max) {
  try {
    return { body: await within(BODY_MS, undefined, (stop) => readBody(message, max, stop)) };
  } catch (reason) {
    const { kind } = reason instanceof Interruption ? reason : {};
    return { status: { tooLarge: PAYLOAD_TOO_LARGE, timeout: REQUEST_TIMEOUT }[kind] ?? BAD_REQUEST };
  }
}

/**
 * For tests of pages and programs: a stand-in for the remote API, with the real gateway in front of it, in the process of
 * the test. A request of the test's code arrives at the gateway or straight at the API, is noted, may meet a fault, and
 * is answered; what the gateway asks the API goes the same way.
 */
import { createGateway } from "../lib/gateway.js";
import { jsonOf, parsed } from "../lib/plain.js";
import { createApi, routerOf } from "./api.js";
import { applies, ruleOf } from "./faults.js";
import { REQUESTS_PER_MINUTE } from "./guesses.js";
import { MICROSITES, micrositesOf } from "./microsites.js";
import { wireOf } from "./names.js";
import { BEHAVIOUR } from "./operations.js";
import { knownOnly } from "./options.js";

const OPTIONS = [
  "microsite",
  "setup",
  "microsites",
  "apiUrl",
  "gatewayUrl",
  "gateway",
  "credentials",
  "names",
  "requestsPerMinute",
  "now",
];
const ACCOUNT = { username: "stand-in", password: "stand-in-password" };
/** Of the addresses that are kept for documentation (RFC 5737): the guest's. */
const GUEST_ADDRESS = "192.0.2.1";
const DAY_SECONDS = 86_400;
/** Headers that no list of requests shows. */
const SECRET_HEADERS = ["authorization", "cookie"];

/** The function `createStandIn` of an entry. `start` loads the gateway's module. */
export const standIns = (start) =>
  async function createStandIn(options = {}) {
    if (typeof Response === "undefined") {
      throw new Error(
        "dinerkit/testing needs Request, Response and Headers, which this environment has not: see docs/testing-your-page.md",
      );
    }
    knownOnly(options, OPTIONS, "createStandIn");
    await start();
    return new StandIn(options);
  };

class StandIn {
  #options;
  #microsites;
  #wire;
  #route;
  #clock;
  #aheadMs = 0;
  #api;
  #gateway;
  #rules = [];
  #requests = [];

  constructor({ microsite = Object.keys(MICROSITES)[0], ...options }) {
    const { apiUrl = "https://api.stand-in.example", gatewayUrl = "https://gateway.stand-in.example" } = options;
    this.microsite = microsite;
    this.apiUrl = folder(apiUrl);
    this.gatewayUrl = folder(gatewayUrl);
    this.#options = options;
    this.#clock = options.now ?? (() => Date.now());
    this.#microsites = micrositesOf({ microsite, ...options });
    this.#wire = wireOf(options.names);
    this.#route = routerOf(this.#wire.operations);
    this.reset();
  }

  get gateway() {
    return this.#gateway;
  }

  get customers() {
    return this.#api.customers();
  }

  get scheduledForDeletion() {
    return this.#api.scheduledIds();
  }

  get requests() {
    return this.#requests.map((request) => ({ ...request }));
  }

  get clientOptions() {
    return { ...this.pageOptions, baseUrl: this.apiUrl, credentials: this.#account };
  }

  get pageOptions() {
    const { microsite, fetch } = this;
    return { baseUrl: this.gatewayUrl, microsite, fetch, ...this.#names };
  }

  get gatewayOptions() {
    return {
      upstream: this.apiUrl,
      credentials: this.#account,
      microsites: [...this.#microsites.keys()],
      ...this.#names,
      fetch: (input, init) => this.#arrive("api", input, init, false),
    };
  }

  /** The caller's names, for whoever talks to the stand-in. */
  get #names() {
    const { names } = this.#options;
    return names && { names };
  }

  get #account() {
    return { ...ACCOUNT, ...this.#options.credentials };
  }

  fetch = async (input, init) => {
    const place = this.#placeOf(input);
    if (place) return this.#arrive(place, input, init, true);
    throw new TypeError(`fetch failed: the stand-in answers for ${this.gatewayUrl} and ${this.apiUrl} only`);
  };

  install() {
    const original = globalThis.fetch;
    // Jest's DOM has none.
    const others = original ?? this.fetch;
    const replacement = (input, init) => (this.#placeOf(input) ? this.fetch(input, init) : others(input, init));
    globalThis.fetch = replacement;
    return () => {
      if (globalThis.fetch === replacement) globalThis.fetch = original;
    };
  }

  add(customer, { microsite = this.microsite } = {}) {
    const names = [...this.#microsites.keys()];
    if (!names.includes(microsite)) throw new TypeError(`microsite takes one of ${names.join(", ")}`);
    return this.#api.add(microsite, customer);
  }

  book(id, seconds = DAY_SECONDS) {
    if (!(seconds >= 0)) throw new TypeError("book takes a number of seconds");
    if (!this.#api.book(id, seconds)) throw new TypeError("book takes the Id of a customer");
  }

  fail(given) {
    const rule = ruleOf(given);
    this.#rules.push(rule);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
  }

  advance(seconds) {
    if (!(seconds >= 0)) throw new TypeError("advance takes a number of seconds");
    this.#aheadMs += seconds * 1000;
  }

  reset() {
    const { requestsPerMinute = REQUESTS_PER_MINUTE, gateway } = this.#options;
    const now = () => Number(this.#clock()) + this.#aheadMs;
    const [microsites, account, route] = [this.#microsites, this.#account, this.#route];
    this.#aheadMs = 0;
    this.#rules = [];
    this.#requests = [];
    this.#api = createApi({ microsites, account, requestsPerMinute, now, route, ...this.#wire });
    this.#gateway = createGateway({
      ...this.gatewayOptions,
      publicUrl: this.gatewayUrl,
      clientAddress: () => GUEST_ADDRESS,
      capabilityKeys: [{ id: "stand-in", secret: "a secret of the stand-in, for tests only" }],
      perAddress: 0,
      ...(requestsPerMinute > 0 ? { requestsPerMinute } : undefined),
      ...gateway,
    });
  }

  /** Where a request is for: "gateway", "api", or undefined if it is somebody else's. */
  #placeOf(input) {
    const { href } = urlOf(input);
    if (href.startsWith(this.apiUrl)) return "api";
    return href.startsWith(this.gatewayUrl) ? "gateway" : undefined;
  }

  /** Notes a request and answers it, or fails as the script says. */
  async #arrive(place, input, init, isFirst) {
    const { request, signal } = requestOf(input, init);
    signal?.throwIfAborted?.();
    const bytes = new Uint8Array(await request.arrayBuffer());
    const url = new URL(request.url);
    const path = url.pathname.slice(new URL(place === "api" ? this.apiUrl : this.gatewayUrl).pathname.length - 1);
    const { name: operation, parameters } = this.#route(request.method, path);
    const arrived = note({ place, operation, microsite: parameters?.micrositeName, path, request, bytes });
    this.#requests.push(arrived);
    const carryOut = async () => {
      const response = await (place === "api"
        ? this.#answer(request, path, url, bytes)
        : this.#pass(request, path, bytes));
      arrived.status = response.status;
      return response;
    };
    const rule = this.#rules.find((one) => applies(one, { operation, place, isFirst }));
    if (rule) {
      rule.left -= 1;
      this.#rules = this.#rules.filter(({ left }) => left > 0);
    }
    const work = rule ? rule.perform({ request: rebuilt(request, bytes), carryOut }) : carryOut();
    return untilAborted(work, signal);
  }

  /** Answers as the remote API. */
  async #answer({ method, headers }, path, url, bytes) {
    const { status, body } = this.#api.respond({ method, path, query: url.searchParams, headers, bytes });
    if (body === undefined) return new Response(null, { status });
    const type = { "Content-Type": "application/json; charset=utf-8" };
    const scheme = status === 401 ? { "WWW-Authenticate": "Bearer" } : undefined;
    const json = method === "HEAD" ? null : jsonOf(body);
    return new Response(json, { status, headers: { ...type, ...scheme } });
  }

  /** Hands a request to the gateway, whose paths begin at `gatewayUrl`, as behind a proxy. */
  #pass({ url, method, headers }, path, bytes) {
    return this.#gateway.fetch(rebuilt({ url: new URL(path + new URL(url).search, url), method, headers }, bytes));
  }
}

/** A URL as text, with a slash at its end. */
const folder = (url) => new URL(url).href.replace(/\/?$/, "/");

const urlOf = (input) => new URL(input?.url ?? input, globalThis.location?.href);

/**
 * The request that a caller of `fetch` makes, and the caller's signal. The signal stays apart, because one of jsdom's is
 * none to the Request of Node.
 */
function requestOf(input, init = {}) {
  const { signal = input?.signal, method, headers, body } = init;
  if (typeof input?.arrayBuffer === "function" && method === undefined && body === undefined) {
    return { request: input, signal };
  }
  const isStream = typeof body?.getReader === "function";
  const request = new Request(input?.arrayBuffer ? input : urlOf(input), {
    ...(method && { method }),
    ...(headers && { headers }),
    ...(body !== undefined && { body, ...(isStream && { duplex: "half" }) }),
  });
  return { request, signal };
}

/** The same request with a body that can be read. */
function rebuilt({ url, method, headers }, bytes) {
  const hasBody = method !== "GET" && method !== "HEAD" && bytes.length > 0;
  return new Request(url, { method, headers, ...(hasBody && { body: bytes }) });
}

/** What the list of requests says of one. It has no token and no credentials. */
function note({ place, operation, microsite, path, request, bytes }) {
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !SECRET_HEADERS.includes(name)));
  const body = operation === BEHAVIOUR.authenticateV2.name ? undefined : bodyOf(bytes);
  return { at: place, operation, microsite, method: request.method, path, headers, body, status: undefined };
}

/** A body as the value of its JSON, or as text. */
function bodyOf(bytes) {
  if (bytes.length === 0) return undefined;
  const body = new TextDecoder().decode(bytes);
  try {
    return parsed(body);
  } catch {
    return body;
  }
}

/** The same promise, but it rejects with the signal's reason as soon as that aborts. */
async function untilAborted(work, signal) {
  if (!signal) return work;
  let stop;
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * For the gateway's cases: the packed tarball's gateway before the package's own stand-in for the remote API, which notes
 * whatever reaches it.
 */
import assert from "node:assert/strict";
import startClient from "dinerkit";
import startGateway, { createGateway } from "dinerkit/gateway";
import { createStandIn } from "dinerkit/testing";

await Promise.all([startClient(), startGateway()]);

export const MICROSITE = "oak-and-salt";
export const BASE = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
export const HOST = "https://book.example";
export const PAGE = "https://oak.example";
export const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
export const WORDING = "By <b>e-mail</b>";
export const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/** What must never leave the gateway, whatever is asked of it. All of the API's tokens begin alike. */
const SECRETS = ["upstream-secret", "eyJhbGciOi", "upstream-password", "a-key-of-at-least-thirty-two-bytes"];
/** What staff know of the guest. */
const STORED = {
  ...GUEST,
  MobileCountryCode: 44,
  Mobile: "7700900123",
  Comments: "upstream-secret",
  IsVip: true,
  CustomerCodes: [1],
  Unknown: "upstream-secret",
};
const setup = {
  Name: "Oak & Salt",
  CustomerCodes: [{ Id: 1, Name: "upstream-secret" }],
  GroupEmailMarketingOptInText: WORDING,
  LegalDrinkingAge: 18,
};
const standIn = await createStandIn({
  microsites: { [MICROSITE]: { setup } },
  apiUrl: "https://api.example",
  credentials: { username: "account", password: "upstream-password" },
  requestsPerMinute: 0,
});

export const json = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/**
 * A remote API with one customer, 7, and what reached it but for signing in and Setups: `METHOD path`, and the bodies.
 * `answer` comes first: what it returns is the answer, unless it is nothing. There is one at a time.
 */
export function vendor(answer = () => undefined) {
  standIn.reset();
  standIn.add({ ...STORED, Id: 7 });
  standIn.fail({
    on: ["setup", "get", "create", "update", "merge", "unsubscribe", "scheduleDeletion"],
    at: "api",
    with: async (request, carryOut) => {
      const { pathname } = new URL(request.url);
      return (await answer(`${request.method} ${below(pathname)}`, await request.text())) ?? carryOut();
    },
  });
  const arrived = () => standIn.requests.filter(({ operation }) => !["authenticate", "setup"].includes(operation));
  return {
    fetch: standIn.gatewayOptions.fetch,
    get seen() {
      return arrived().map(({ method, path }) => `${method} ${below(path)}`);
    },
    get bodies() {
      return arrived().map(({ body }) => body);
    },
  };
}

/** A path from the microsite's name on. */
const below = (path) => path.split("/").slice(5).join("/");

export function open(options = {}, remote = vendor()) {
  const events = [];
  const gateway = createGateway({
    upstream: "https://api.example",
    credentials: { username: "account", password: "upstream-password" },
    microsites: [MICROSITE, "harbour-room"],
    origins: [PAGE],
    staff: (request) => request.headers.get("authorization") === "Bearer staff",
    clientAddress: (request) => request.headers.get("x-test-address") ?? "192.0.2.9",
    capabilityKeys: [{ id: "k1", secret: "a-key-of-at-least-thirty-two-bytes" }],
    publicUrl: HOST,
    onEvent: (event) => events.push(event),
    fetch: remote.fetch,
    ...options,
  });
  const ask = (method, path, { body, ...headers } = {}) =>
    gateway.fetch(
      new Request(path.startsWith("/") || path.startsWith("http") ? new URL(path, HOST) : HOST + BASE + path, {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body, duplex: "half" }),
      }),
    );
  return { gateway, ask, events, remote };
}

/** A body that never ends. */
export const endless = () =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(" ".repeat(8192)));
    },
  });

export const guest = (more = {}) => JSON.stringify({ ...GUEST, ...more });
export const create = (body, headers = {}) => ["POST", "Customer", { body, ...headers }];

/** Holds an answer, and what was logged, to what never leaves. */
export async function assertNothingLeaks(response, events) {
  const headers = JSON.stringify([...response.headers]);
  const text = headers + (await response.clone().text()) + JSON.stringify(events);
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("set-cookie"), null);
  return text;
}

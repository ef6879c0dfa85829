/**
 * For the gateway's cases: the packed tarball's gateway before a stub of the remote API, which records whatever reaches
 * it.
 */
import assert from "node:assert/strict";
import startClient from "dinerkit";
import startGateway, { createGateway } from "dinerkit/gateway";

await Promise.all([startClient(), startGateway()]);

export const MICROSITE = "oak-and-salt";
export const BASE = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
export const HOST = "https://book.example";
export const PAGE = "https://oak.example";
export const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
export const WORDING = "By <b>e-mail</b>";
const SETUP = {
  Name: "Oak & Salt",
  CustomerCodes: [{ Id: 1, Name: "upstream-secret" }],
  CustomFields: [],
  GroupEmailMarketingOptInText: WORDING,
  LegalDrinkingAge: 18,
};
export const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/** What must never leave the gateway, whatever is asked of it. */
const SECRETS = ["upstream-secret", "upstream-token", "upstream-password", "a-key-of-at-least-thirty-two-bytes"];

export const json = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/** A remote API with one customer, 7, and what reached it but for signing in: `METHOD path`. */
export function vendor(answer = () => undefined) {
  const seen = [];
  const bodies = [];
  const record = {
    Id: 7,
    ...GUEST,
    MobileCountryCode: 44,
    Mobile: "7700900123",
    Comments: "upstream-secret",
    IsVip: true,
    CustomerCodes: [1],
    Unknown: "upstream-secret",
  };
  const fetch = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/Jwt/v2/Authenticate") {
      return json({ Status: "Success", Token: "upstream-token", TokenExpiryUtc: "2999-01-01T00:00:00" });
    }
    assert.equal(request.headers.get("authorization"), "Bearer upstream-token");
    const asked = `${request.method} ${pathname.split("/").slice(5).join("/")}`;
    const text = await request.text();
    if (asked !== `GET ${MICROSITE}/Customers/Setup`) {
      seen.push(asked);
      bodies.push(text && JSON.parse(text));
    }
    const own = await answer(asked, text);
    if (own) return own;
    if (pathname.endsWith("/Customers/Setup")) return json(SETUP);
    if (pathname.endsWith("/Customers/Unsubscribe")) return new Response(null, { status: 204 });
    if (pathname.endsWith("/Customers/MarkForDeletion"))
      return json({ DeletedCustomerIds: [7], SkippedCustomerIds: [] });
    const sent = text ? JSON.parse(text) : {};
    const before = request.method === "POST" ? { CreatedDateTime: new Date().toISOString() } : record;
    return json({ ...before, ...sent, Id: 7 });
  };
  return { fetch, seen, bodies };
}

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

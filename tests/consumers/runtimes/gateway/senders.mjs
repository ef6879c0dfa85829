/** Where a request comes from: the guest's address, the page, the host. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { BASE, create, guest, HOST, open, PAGE } from "./stand-in.mjs";

describe("addresses", () => {
  it("are the runtime's: what a guest claims is not looked at", async () => {
    const { ask, remote } = open();
    await ask(...create(guest(), { "X-Forwarded-For": "1.1.1.1", "X-Real-IP": "1.1.1.1", Forwarded: "for=1.1.1.1" }));
    assert.equal(remote.bodies[0].IpAddress, "192.0.2.9");
  });

  it("cannot be made up to escape the limit", async () => {
    const { ask } = open();
    const statuses = [];
    for (let number = 0; number < 20; number += 1) {
      statuses.push((await ask(...create(guest(), { "X-Forwarded-For": `192.0.2.${number}` }))).status);
    }
    assert.deepEqual(statuses, [...Array(12).fill(200), ...Array(8).fill(429)]);
  });

  it("of one subscriber count as one, and garbage as one more", async () => {
    const { ask } = open();
    const from = async (address) => (await ask(...create(guest(), { "X-Test-Address": address }))).status;
    for (let host = 0; host < 12; host += 1) assert.equal(await from(`2001:db8::${host}`), 200);
    assert.equal(await from("2001:db8::ffff"), 429);
    assert.equal(await from("2001:db8:0:1::1"), 200);
    const garbage = await Promise.all([...Array(13).keys()].map((n) => from(`nobody-${n}`)));
    assert.equal(garbage.filter((status) => status === 429).length, 1);
  });
});

describe("hosts", () => {
  it("a Host that points here proves nothing", async () => {
    const { ask } = open();
    for (const host of ["evil.example", "oak.example", "localhost"]) {
      const response = await ask("GET", `http://${host}${BASE}Customers/Setup`, { Origin: `http://${host}` });
      assert.equal(response.status, 403);
    }
  });

  it("a Host that is none leads nowhere", async () => {
    const { gateway, events } = open();
    const request = new Request(HOST);
    Object.defineProperty(request, "url", { value: "http://[/" });
    assert.equal((await gateway.fetch(request)).status, 404);
    assert.equal(events.length, 1);
  });
});

describe("pages of our origin", () => {
  it("are told exactly what they may do", async () => {
    const { ask } = open();
    const preflight = await ask("OPTIONS", "Customer", {
      Origin: PAGE,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type,idempotency-key",
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), PAGE);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST");
    assert.equal(
      preflight.headers.get("access-control-allow-headers"),
      "Authorization, Content-Type, Idempotency-Key, Dinerkit-Challenge, traceparent, tracestate",
    );
    assert.equal(preflight.headers.get("access-control-allow-credentials"), null);
    const setup = await ask("GET", "Customers/Setup", { Origin: PAGE });
    assert.equal(setup.headers.get("access-control-expose-headers"), "Retry-After, Dinerkit-Version");
    assert.equal(setup.headers.get("vary"), "Origin");
    assert.equal(setup.headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  });
});

describe("pages of other origins", () => {
  it("may ask what they may send, and are then refused before anything is done", async () => {
    const { ask, remote, events } = open();
    const Origin = "https://www.oak.example";
    const preflight = await ask("OPTIONS", "Customer", { Origin, "Access-Control-Request-Method": "POST" });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), Origin);
    assert.equal(preflight.headers.get("access-control-allow-credentials"), null);
    const refused = await ask("POST", "Customer", { Origin, Authorization: "Bearer staff", body: "{}" });
    assert.equal(refused.status, 403);
    assert.equal((await refused.json()).Code, "origin_not_allowed");
    assert.deepEqual(remote.seen, []);
    assert.equal(events.at(-1).refused, "origin");
  });
});

/**
 * For whoever trusts the gateway: what it does on the open internet, in every runtime. The packed tarball's gateway
 * stands before a stub of the remote API that records whatever reaches it.
 */
import assert from "node:assert/strict";
import startClient, { CustomerClient } from "dinerkit";
import startGateway, { createGateway, kvStore, memoryStore, sqliteStore } from "dinerkit/gateway";
import { describe, it } from "./cases.mjs";

await Promise.all([startClient(), startGateway()]);

const MICROSITE = "oak-and-salt";
const BASE = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
const HOST = "https://book.example";
const PAGE = "https://oak.example";
const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const WORDING = "By <b>e-mail</b>";
const SETUP = {
  Name: "Oak & Salt",
  CustomerCodes: [{ Id: 1, Name: "upstream-secret" }],
  CustomFields: [],
  GroupEmailMarketingOptInText: WORDING,
  LegalDrinkingAge: 18,
};
const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/** What must never leave the gateway, whatever is asked of it. */
const SECRETS = ["upstream-secret", "upstream-token", "upstream-password", "a-key-of-at-least-thirty-two-bytes"];

const json = (value, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });

/** A remote API with one customer, 7, and what reached it but for signing in: `METHOD path`. */
function vendor(answer = () => undefined) {
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

function open(options = {}, remote = vendor()) {
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
const endless = () =>
  new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode(" ".repeat(8192)));
    },
  });

const guest = (more = {}) => JSON.stringify({ ...GUEST, ...more });
/** Ann's record with members that `JSON.stringify` would not write. */
const raw = (members) => `${guest().slice(0, -1)},${members}}`;
const create = (body, headers = {}) => ["POST", "Customer", { body, ...headers }];
const withOrigin = (origin) => ["GET", "Customers/Setup", { Origin: origin }];

/** What a token can be made of by somebody who has a good one for customer 7. */
function forgeries(token) {
  const [version, key, payload, mac] = token.split(".");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const encoded = (value) => btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return {
    "another customer": [version, key, encoded({ ...claims, customer: 8 }), mac],
    "a later end": [version, key, encoded({ ...claims, expires: 9_999_999_999 }), mac],
    "another purpose": [version, key, encoded({ ...claims, purpose: "staff" }), mac],
    "no signature": [version, key, payload, ""],
    "a JWT without algorithm": [encoded({ alg: "none" }), payload, ""],
    "an unknown key": [version, "k2", payload, mac],
    "a key from the prototype": [version, "__proto__", payload, mac],
    "another version": ["dk0", key, payload, mac],
    "half of it": [token.slice(0, token.length / 2)],
    "a huge one": [version, key, payload, "A".repeat(6000)],
    "a flipped bit": [version, key, payload, `${mac[0] === "A" ? "B" : "A"}${mac.slice(1)}`],
  };
}

/** Each attempt: its name, the request, the status that answers it. None reaches the remote API. */
const ATTEMPTS = [
  // paths
  ["dot segments to another microsite", ["GET", `${BASE}../other/Customers/Setup`], 404],
  ["encoded dot segments", ["GET", `${BASE}%2e%2e/other/Customers/Setup`], 404],
  ["dot segments to the sign-in", ["POST", `${BASE}../../../../Jwt/v2/Authenticate`, { body: "{}" }], 404],
  ["the sign-in itself", ["POST", "/api/Jwt/v2/Authenticate", { body: "{}" }], 404],
  ["an encoded slash", ["GET", `${BASE}Customers%2fSetup`], 404],
  ["a twice encoded slash", ["GET", `${BASE}Customers%252fSetup`], 404],
  ["an encoded slash in the microsite", ["GET", BASE.replace(MICROSITE, `${MICROSITE}%2f..%2fother`)], 404],
  ["an encoded letter", ["GET", `${BASE}%43ustomers/Setup`], 404],
  ["a backslash to staff's paths", ["POST", `${BASE}x\\..\\Customers\\Merge`, { body: "{}" }], 403],
  ["an encoded backslash", ["POST", `${BASE}Customers%5cMerge`, { body: "{}" }], 404],
  ["path parameters", ["GET", `${BASE}Customers/Setup;a=b`], 404],
  ["a slash at the end", ["GET", `${BASE}Customers/Setup/`], 404],
  ["a dot at the end", ["GET", `${BASE}Customers/Setup.`], 404],
  ["a doubled slash", ["GET", `${BASE}/Customers/Setup`], 404],
  ["another case", ["GET", `${BASE}customers/setup`], 404],
  ["another case of the microsite", ["GET", BASE.replace(MICROSITE, "OAK-AND-SALT") + "Customers/Setup"], 404],
  ["a microsite that is not ours", ["GET", BASE.replace(MICROSITE, "other") + "Customers/Setup"], 404],
  ["a full-width letter", ["GET", `${BASE}Ｃustomers/Setup`], 404],
  ["a full-width digit as Id", ["GET", `${BASE}Customer/７`], 404],
  ["a NUL", ["GET", `${BASE}Customers/Setup%00`], 404],
  ["a line break", ["GET", `${BASE}Customers/Setup%0d%0aX:%20y`], 404],
  ["an Id with zeros before it", ["GET", `${BASE}Customer/007`], 404],
  ["a negative Id", ["GET", `${BASE}Customer/-7`], 404],
  ["an Id above int32", ["GET", `${BASE}Customer/4294967303`], 404],
  ["an Id as a fraction", ["GET", `${BASE}Customer/7.0`], 404],
  ["more after an Id", ["GET", `${BASE}Customer/7/Bookings`], 404],
  ["all customers", ["GET", `${BASE}Customers`], 404],
  // methods and roles
  ["reading a record without a capability", ["GET", "Customer/7"], 403],
  ["the same for one that does not exist", ["GET", "Customer/999"], 403],
  ["replacing a record", ["PUT", "Customer/7", { body: guest() }], 403],
  ["merging", ["POST", "Customers/Merge", { body: '{"MasterCustomerId":7,"CustomerIds":[8]}' }], 403],
  ["unsubscribing others", ["POST", "Customers/Unsubscribe", { body: '{"CustomerIds":[7]}' }], 403],
  ["deleting", ["POST", "Customers/MarkForDeletion", { body: '{"CustomerIds":[7]}' }], 403],
  ["DELETE", ["DELETE", "Customer/7"], 405],
  ["PATCH", ["PATCH", "Customer/7", { body: "{}" }], 405],
  ["a method in small letters", ["patch", "Customer", { body: guest() }], 405],
  ["a method of one's own", ["MERGE", "Customer/7"], 405],
  ["a method override", ["POST", "Customer/7", { body: guest(), "X-HTTP-Method-Override": "PUT" }], 405],
  ["a method override for reading", ["GET", "Customer/7", { "X-HTTP-Method": "PUT", "X-Method-Override": "PUT" }], 403],
  ["a method override in the query", ["GET", "Customer/7?_method=PUT"], 403],
  // authorizations
  ["an unknown token", ["GET", "Customers/Setup", { Authorization: "Bearer guess" }], 401],
  ["credentials of another scheme", ["GET", "Customers/Setup", { Authorization: "Basic c3RhZmY6c3RhZmY=" }], 401],
  ["staff's token in another scheme", ["GET", "Customer/7", { Authorization: "staff" }], 401],
  ["two authorizations in one", ["GET", "Customer/7", { Authorization: "Bearer staff, Bearer x" }], 401],
  ["staff's token in the query", ["GET", "Customer/7?access_token=staff&Authorization=Bearer%20staff"], 403],
  ["staff's token in a cookie", ["GET", "Customer/7", { Cookie: "Authorization=Bearer staff" }], 403],
  // origins
  ["another origin", withOrigin("https://evil.example"), 403],
  ["the origin null", withOrigin("null"), 403],
  ["our origin with more after it", withOrigin("https://oak.example.evil.example"), 403],
  ["our origin with more before it", withOrigin("https://evil-oak.example"), 403],
  ["our origin in capitals", withOrigin("https://OAK.example"), 403],
  ["our origin at another port", withOrigin("https://oak.example:8443"), 403],
  ["our origin without TLS", withOrigin("http://oak.example"), 403],
  ["our origin with a path", withOrigin("https://oak.example/"), 403],
  ["two origins", withOrigin("https://oak.example https://evil.example"), 403],
  ["the gateway's own host as origin", withOrigin(HOST), 403],
  ["a preflight from elsewhere", ["OPTIONS", "Customer", { Origin: "https://evil.example" }], 403],
  // what guests may not write
  ...Object.entries({
    IsVip: true,
    Comments: "x",
    Department: "x",
    MembershipId: "1",
    CustomerCodes: [1],
    CustomerType: { Id: 1, Name: "x" },
    CustomerValidationType: "Normal",
    IpAddress: "1.1.1.1",
    MarketingOptInSetting: "Online",
    Id: 7,
    IsBlocked: false,
    Rank: 1,
    PortalUserId: 1,
    HasDeclinedEmail: true,
    CreatedDateTime: "2020-01-01",
    CustomerOptions: { AppendComments: true },
    Capability: "x",
    isVip: true,
    "Address[Town]": "x",
    "Address.Town": "x",
  }).map(([name, value]) => [`writing ${name}`, create(guest({ [name]: value })), 400]),
  ["writing through the prototype", create(raw('"__proto__":{"IsVip":true}')), 400],
  ["writing through the constructor", create(raw('"constructor":{"prototype":{"IsVip":true}}')), 400],
  ["a member twice", create(raw('"Surname":"Li"')), 400],
  ["a member twice, once escaped", create(raw('"\\u0053urname":"Li"')), 400],
  ["more in the address", create(guest({ Address: { Town: "Bath", IsVip: true } })), 400],
  ["a prototype in the address", create(raw('"Address":{"__proto__":{"Town":"x"}}')), 400],
  ["an address as a list", create(guest({ Address: ["Bath"] })), 400],
  ["a list of records", create(`[${guest()},${guest()}]`), 400],
  ["an object where text belongs", create(guest({ Surname: { $ne: null } })), 400],
  ["a header in a name", create(guest({ Surname: "Lee\r\nSet-Cookie: a=b" })), 400],
  ["a NUL in a name", create(guest({ Surname: "Lee\0" })), 400],
  ["half a character", create(raw('"FirstName":"\\ud800"')), 400],
  ["a custom field that is not set up", create(guest({ Field1: "x" })), 400],
  ["a consent without words", create(guest({ ReceiveEmailMarketing: true })), 400],
  [
    "a consent to other words",
    create(guest({ ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: "Send me everything" })),
    400,
  ],
  [
    "a consent to words with one space more",
    create(guest({ ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: `${WORDING} ` })),
    400,
  ],
  ["a text as the record of a consent", create(guest({ GroupSmsMarketingOptInText: "<script>" })), 400],
  ["an age against the birthday", create(guest({ Birthday: "2020-01-01", IsDrinkingAge: true })), 400],
  // bodies
  ["no media type", ["POST", "Customer", { body: new TextEncoder().encode(guest()), "Content-Type": "" }], 415],
  ["plain text, as forms of any page send it", create(guest(), { "Content-Type": "text/plain" }), 415],
  ["a form", create("Surname=Lee", { "Content-Type": "application/x-www-form-urlencoded" }), 415],
  ["a form in parts", create(guest(), { "Content-Type": "multipart/form-data; boundary=x" }), 415],
  ["another character set", create(guest(), { "Content-Type": "application/json; charset=utf-7" }), 415],
  ["two media types", create(guest(), { "Content-Type": "application/json, text/plain" }), 415],
  ["compression", create(guest(), { "Content-Encoding": "gzip" }), 415],
  ["too long", create(guest({ Company: "x".repeat(70_000) })), 413],
  ["without an end", create(endless()), 413],
  ["not UTF-8", create(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400],
  ["nested deep", create(`{"Address":${"[".repeat(30_000)}${"]".repeat(30_000)}}`), 400],
  ["many members", create(JSON.stringify(Object.fromEntries([...Array(3000).keys()].map((n) => [n, n])))), 400],
  ["nothing", create(""), 400],
  ["two values", create(`${guest()}${guest()}`), 400],
  // idempotency
  ["a key that can be guessed", create(guest(), { "Idempotency-Key": "1" }), 400],
  ["a key too long", create(guest(), { "Idempotency-Key": "a".repeat(129) }), 400],
  ["two keys", create(guest(), { "Idempotency-Key": `${KEY}, ${KEY}` }), 400],
  // links
  ["a link without a token", ["POST", "unsubscribe"], 403],
  ["a link with a made-up token", ["POST", "unsubscribe?token=dk1.k1.e30.AAAA"], 403],
  ["a link with markup for a token", ["GET", "unsubscribe?token=%22%3E%3Cscript%3E"], 403],
];

/** Holds an answer, and what was logged, to what never leaves. */
async function assertNothingLeaks(response, events) {
  const headers = JSON.stringify([...response.headers]);
  const text = headers + (await response.clone().text()) + JSON.stringify(events);
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("set-cookie"), null);
  return text;
}

describe("attempts", () => {
  it("are many", () => assert.ok(ATTEMPTS.length >= 100, `${ATTEMPTS.length}`));

  for (const [name, [method, path, more], status] of ATTEMPTS) {
    it(name, async () => {
      const { ask, remote, events } = open();
      const response = await ask(method, path, more);
      const text = await assertNothingLeaks(response, events);
      assert.equal(response.status, status, text);
      assert.deepEqual(remote.seen, []);
      if (more?.Origin) assert.equal(response.headers.get("access-control-allow-origin"), null);
    });
  }

  const NAMES = Object.keys(forgeries("dk1.k1.e30.AAAA"));
  for (const name of NAMES) {
    it(`a forged capability: ${name}`, async () => {
      const { gateway, ask, remote, events } = open();
      const good = gateway.capability({ microsite: MICROSITE, id: 7 });
      const forged = forgeries(good)[name].join(".");
      for (const [method, path, body] of [
        ["GET", "Customer/7"],
        ["GET", "Customer/8"],
        ["PUT", "Customer/7", guest()],
        ["POST", "Customers/Unsubscribe", '{"CustomerIds":[7]}'],
      ]) {
        const response = await ask(method, path, { body, Authorization: `Bearer ${forged}` });
        assert.equal(response.status, 401);
        assert.ok(!(await assertNothingLeaks(response, events)).includes(forged));
      }
      assert.equal((await ask("POST", `unsubscribe?token=${encodeURIComponent(forged)}`)).status, 403);
      assert.deepEqual(remote.seen, []);
    });
  }
});

describe("what is told apart", () => {
  it("not a record that exists from one that does not", async () => {
    const { ask } = open();
    const [one, other] = await Promise.all([ask("GET", "Customer/7"), ask("GET", "Customer/999")]);
    assert.deepEqual([...one.headers], [...other.headers]);
    assert.equal(await one.text(), await other.text());
  });

  it("not a guest whom the restaurant knows from one it does not: what is stored is not answered", async () => {
    const remote = vendor((asked, text) =>
      asked.startsWith("POST")
        ? json({ ...JSON.parse(text), Id: 7, Company: "upstream-secret", Comments: "upstream-secret" })
        : undefined,
    );
    const { ask, events } = open({}, remote);
    const response = await ask(...create(guest()));
    await assertNothingLeaks(response, events);
    // Nor is there a capability: whoever knows an e-mail address must not get into its record.
    assert.deepEqual(await response.json(), {
      Id: 7,
      Surname: "Lee",
      Email: "a@b.example",
      MobileCountryCode: 44,
      Mobile: "7700900123",
    });
  });
});

describe("what the remote API says", () => {
  for (const [name, answer, status] of [
    ["a message with its insides", () => json({ Message: "upstream-secret", StackTrace: "upstream-secret" }, 500), 502],
    [
      "a page of its edge",
      () => new Response("<html>upstream-secret", { status: 403, headers: { "Content-Type": "text/html" } }),
      424,
    ],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { Location: "https://evil.example/upstream-secret" } }),
      502,
    ],
    [
      "what it makes of a field",
      () => json({ Message: "x", ValidationErrors: [{ PropertyName: "Email", ErrorMessage: "upstream-secret" }] }, 400),
      400,
    ],
    [
      "what it makes of something else",
      () => json({ ValidationErrors: [{ PropertyName: "Account", ErrorMessage: "upstream-secret" }] }, 400),
      400,
    ],
    ["too many", () => json({ Message: "upstream-secret" }, 429), 429],
    ["nothing of JSON", () => new Response("upstream-secret"), 502],
    ["an answer without an end", () => new Response(endless()), 502],
    ["nothing at all", () => Promise.reject(new Error("upstream-secret")), 502],
  ]) {
    it(`${name} is not passed on`, async () => {
      const { ask, events } = open(
        {},
        vendor((asked) => (asked.startsWith("POST") ? answer() : undefined)),
      );
      const response = await ask(...create(guest()));
      const text = await assertNothingLeaks(response, events);
      assert.equal(response.status, status, text);
    });
  }

  it("to the check of the operator, when that fails, stays here", async () => {
    const fail = () => {
      throw new Error("upstream-secret");
    };
    for (const options of [{ staff: fail }, { store: { putIfAbsent: fail } }]) {
      const { ask, remote, events } = open(options);
      const response = await ask(...create(guest(), { "Idempotency-Key": KEY }));
      await assertNothingLeaks(response, events);
      assert.equal(response.status, 424);
      assert.deepEqual(remote.seen, []);
    }
  });
});

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

describe("hosts and caches", () => {
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

  it("one microsite's Setup is not another's", async () => {
    const setups = { [`GET ${MICROSITE}/Customers/Setup`]: "Oak", "GET harbour-room/Customers/Setup": "Harbour" };
    const { ask } = open(
      {},
      vendor((asked) => setups[asked] && json({ Name: setups[asked] })),
    );
    for (const path of ["Customers/Setup", "Customers/Setup?microsite=harbour-room", "Customers/Setup#/harbour-room"]) {
      assert.deepEqual(await (await ask("GET", path)).json(), { Name: "Oak" });
    }
    const other = BASE.replace(MICROSITE, "harbour-room");
    assert.deepEqual(await (await ask("GET", `${other}Customers/Setup`)).json(), { Name: "Harbour" });
  });

  it("however many ask at once, the remote API is asked for a Setup once, and a failure is asked for once", async () => {
    for (const fails of [false, true]) {
      let asked = 0;
      const { ask } = open(
        { perAddress: 0 },
        vendor((request) => {
          if (!request.endsWith("Setup")) return undefined;
          asked += 1;
          return fails ? json({}, 500) : undefined;
        }),
      );
      const answers = await Promise.all(Array.from({ length: 200 }, () => ask("GET", "Customers/Setup")));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([fails ? 503 : 200]));
      assert.equal((await ask("GET", "Customers/Setup")).status, fails ? 503 : 200);
      assert.equal(asked, 1);
    }
  });

  it("a stale Setup is used while one request fetches the next", async () => {
    let name = "one";
    let release;
    let held;
    const { ask } = open(
      { perAddress: 0, setupFreshSeconds: 1 },
      vendor(async (request) => {
        if (!request.endsWith("Setup")) return undefined;
        const now = name;
        await held;
        return json({ Name: now });
      }),
    );
    const seen = async () => (await (await ask("GET", "Customers/Setup")).json()).Name;
    assert.equal(await seen(), "one");
    const clock = Date.now;
    try {
      Date.now = () => clock() + 2000;
      name = "two";
      held = new Promise((resolve) => (release = resolve));
      assert.deepEqual(await Promise.all([seen(), seen(), seen()]), ["one", "one", "one"]);
      release();
      while ((await seen()) !== "two") await new Promise((resolve) => setTimeout(resolve));
    } finally {
      Date.now = clock;
    }
  });
});

describe("what a runtime ends with its request", () => {
  /** A remote API that leaves the first such request without an answer until `answer` is called. */
  function silent(method) {
    const remote = { isAsked: false };
    const answered = new Promise((resolve) => (remote.answer = resolve));
    const stub = vendor(async (asked) => {
      if (remote.isAsked || !asked.startsWith(method)) return;
      remote.isAsked = true;
      await answered;
    });
    return Object.assign(remote, stub);
  }

  for (const [name, method, request, status] of [
    ["a Setup on its way", "GET", ["GET", "Customers/Setup"], 200],
    ["a create under the same key", "POST", create(guest(), { "Idempotency-Key": KEY }), 409],
  ]) {
    it(`${name} does not hold up who comes later`, async () => {
      const remote = silent(method);
      const { ask } = open({}, remote);
      const clock = Date.now;
      const vanished = ask(...request);
      try {
        while (!remote.isAsked) await new Promise((resolve) => setTimeout(resolve));
        Date.now = () => clock() + 31_000;
        assert.equal((await ask(...request)).status, status);
      } finally {
        Date.now = clock;
        remote.answer();
        await vanished;
      }
    });
  }
});

describe("a guest's own record", () => {
  it("is read and edited with what create answered, by the same client, and staff's part stays", async () => {
    const { gateway, remote } = open();
    const through = { baseUrl: HOST, microsite: MICROSITE, fetch: (request) => gateway.fetch(request) };
    const { Id, Capability } = await new CustomerClient(through).create(GUEST);
    const own = new CustomerClient({ ...through, token: Capability });
    const read = await own.get(Id);
    assert.equal(read.Comments, undefined);
    assert.equal(read.IsVip, undefined);
    remote.seen.length = 0;
    remote.bodies.length = 0;
    const edited = await own.edit(Id, { Surname: "Li", Address: { Town: "Bath" } });
    assert.equal(edited.Surname, "Li");
    const { CustomerOptions, ...sent } = remote.bodies.at(-1);
    assert.deepEqual(CustomerOptions, { AppendComments: false });
    assert.equal(sent.Comments, "upstream-secret");
    assert.equal(sent.Unknown, "upstream-secret");
    assert.equal(sent.IsVip, true);
    assert.deepEqual(sent.CustomerCodes, [1]);
    assert.deepEqual([sent.Surname, sent.Address], ["Li", { Town: "Bath" }]);
    await own.unsubscribe({ ids: [Id], mode: "Email" });
    assert.deepEqual(remote.bodies.at(-1), {
      CustomerIds: [7],
      IpAddress: "192.0.2.9",
      MarketingCommunicationMode: "Email",
    });
    await assert.rejects(own.unsubscribe({ ids: [8] }), { status: 403 });
    await assert.rejects(own.get(8), { status: 403 });
    await assert.rejects(own.edit(Id, { IsVip: true }), { name: "ValidationError" });
    await assert.rejects(own.scheduleDeletion([Id]), { status: 403 });
    await assert.rejects(own.merge({ into: Id, from: [8] }), { status: 403 });
  });

  it("is unsubscribed by a link from an e-mail, never by opening it", async () => {
    const { gateway, ask, remote, events } = open();
    const link = gateway.unsubscribeLink({ microsite: MICROSITE, id: 7 });
    assert.ok(link.startsWith(`${HOST}${BASE}unsubscribe?token=dk1.`));
    const page = await ask("GET", link);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    const html = await page.text();
    assert.ok(!/https?:|<script|src=|href=/.test(html), html);
    assert.deepEqual(remote.seen, []);
    // The mail program's own button (RFC 8058), and the page's.
    for (const headers of [
      { "Content-Type": "application/x-www-form-urlencoded", body: "List-Unsubscribe=One-Click" },
      { Origin: "null" },
    ]) {
      assert.equal((await ask("POST", link, headers)).status, 200);
    }
    assert.deepEqual(remote.seen, Array(2).fill(`POST ${MICROSITE}/Customers/Unsubscribe`));
    const token = new URL(link).searchParams.get("token");
    assert.equal((await ask("GET", "Customer/7", { Authorization: `Bearer ${token}` })).status, 403);
    assert.equal((await ask("POST", link.replace(MICROSITE, "harbour-room"))).status, 403);
    assert.ok(!JSON.stringify(events).includes(token));
  });

  it("has nobody's capability where there is no key", async () => {
    const { gateway, ask } = open({ capabilityKeys: [] });
    const created = await (await ask(...create(guest()))).json();
    assert.equal(Object.hasOwn(created, "Capability"), false);
    assert.throws(() => gateway.capability({ microsite: MICROSITE, id: 7 }), /give capabilityKeys/);
    const short = { capabilityKeys: [{ id: "a", secret: "upstream-secret" }] };
    assert.throws(
      () => open(short),
      (error) => error instanceof TypeError && !error.message.includes("upstream-secret"),
    );
  });
});

describe("a create with a key", () => {
  const keyed = (body, key = KEY) => create(body, { "Idempotency-Key": key });

  it("happens once, though it is asked for many times at once", async () => {
    const { ask, remote } = open({ perAddress: 0 });
    const answers = await Promise.all(Array.from({ length: 50 }, async () => (await ask(...keyed(guest()))).text()));
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(remote.seen, [`POST ${MICROSITE}/Customer`]);
    assert.equal((await ask(...keyed(guest({ Surname: "Li" })))).status, 422);
    assert.equal((await ask(...keyed(guest({ Surname: " Lee " })))).status, 200, "the same, once normalised");
    assert.equal(remote.seen.length, 1);
    assert.equal((await ask(...keyed(guest(), KEY.replace("8", "9")))).status, 200);
    assert.equal(remote.seen.length, 2);
  });

  it("whose answer was lost is not made again while nobody knows", async () => {
    let isDown = true;
    const { ask, remote } = open(
      {},
      vendor((asked) => (isDown && asked.startsWith("POST") ? json({}, 500) : undefined)),
    );
    assert.equal((await ask(...keyed(guest()))).status, 502);
    isDown = false;
    assert.equal((await ask(...keyed(guest()))).status, 502);
    assert.equal(remote.seen.length, 1);
  });

  it("that was refused may be made again", async () => {
    let isFull = true;
    const { ask, remote } = open(
      {},
      vendor((asked) => (isFull && asked.startsWith("POST") ? json({}, 429) : undefined)),
    );
    const refused = await ask(...keyed(guest()));
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "60"]);
    isFull = false;
    assert.equal((await ask(...keyed(guest()))).status, 200);
    assert.equal(remote.seen.length, 2);
  });

  it("is remembered by SQLite and by a key-value namespace, for another process too", async (platform) => {
    for (const store of [kvStore(platform.namespace ?? namespace()), ...(await sqlite(platform))]) {
      const remote = vendor();
      const [one, other] = [open({ store }, remote), open({ store }, remote)];
      const first = await (await one.ask(...keyed(guest()))).json();
      const second = await (await other.ask(...keyed(guest()))).json();
      assert.deepEqual(second, first);
      assert.equal((await other.ask(...keyed(guest({ Surname: "Li" })))).status, 422);
      assert.equal(remote.seen.length, 1);
    }
  });

  it("is stored without what was sent, and forgotten in time", async (platform) => {
    for (const store of [memoryStore({ max: 2 }), ...(await sqlite(platform))]) {
      assert.equal((await store.putIfAbsent("a", "1", 100)) ?? null, null);
      assert.equal(await store.putIfAbsent("a", "2", 100), "1");
      await store.put("a", "3", 100);
      assert.equal(await store.putIfAbsent("a", "4", 100), "3");
      await store.delete("a");
      assert.equal((await store.putIfAbsent("a", "5", 0)) ?? null, null);
      assert.equal((await store.putIfAbsent("a", "6", 100)) ?? null, null, "over its time");
    }
    const small = memoryStore({ max: 2 });
    for (const place of ["a", "b", "c"]) await small.putIfAbsent(place, place, 100);
    assert.equal(await small.putIfAbsent("c", "x", 100), "c");
    assert.equal(await small.putIfAbsent("a", "x", 100), undefined, "the oldest has gone");
    const puts = [];
    const spy = { putIfAbsent: (...put) => void puts.push(put), put: (...put) => void puts.push(put), delete() {} };
    await open({ store: spy }).ask(...keyed(guest()));
    assert.equal(puts.length, 2);
    assert.ok(!/Lee|b\.example|7700|dk1/.test(JSON.stringify(puts)) && !JSON.stringify(puts).includes(KEY), puts);
  });
});

describe("the account's budget", () => {
  it("is kept at ten times its size: the remote API sees no more, staff get through, the others are told when", async () => {
    const remote = vendor();
    const { ask } = open({ perAddress: 0 }, remote);
    const guests = Array.from({ length: 2000 }, () => ask(...create(guest())));
    const answers = await Promise.all(guests);
    const created = answers.filter(({ status }) => status === 200).length;
    // A share is kept for the other microsite.
    assert.ok(created > 100 && created < 150, `${created}`);
    for (const refused of answers.filter(({ status }) => status !== 200)) {
      assert.equal(refused.status, 429);
      const seconds = Number(refused.headers.get("retry-after"));
      assert.ok(seconds >= 58 && seconds <= 61, `${seconds}`);
    }
    const staff = await Promise.all(
      Array.from({ length: 60 }, () => ask("GET", "Customer/7", { Authorization: "Bearer staff" })),
    );
    assert.ok(staff.filter(({ status }) => status === 200).length >= 49);
    assert.ok(remote.seen.length <= 200, `${remote.seen.length}`);
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
    assert.equal(preflight.headers.get("access-control-allow-headers"), "Authorization, Content-Type, Idempotency-Key");
    assert.equal(preflight.headers.get("access-control-allow-credentials"), null);
    const setup = await ask("GET", "Customers/Setup", { Origin: PAGE });
    assert.equal(setup.headers.get("access-control-expose-headers"), "Retry-After, Dinerkit-Version");
    assert.equal(setup.headers.get("vary"), "Origin");
    assert.equal(setup.headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  });
});

describe("the page without JavaScript", () => {
  const POSTED = { body: "Surname=Lee", "Content-Type": "application/x-www-form-urlencoded" };

  it("looks at no language that is too long to be one, whatever the answer", async () => {
    const { ask } = open({ perAddress: 10 });
    // Engines read a tag in a time that grows with the square of its length.
    const tag = `en-${Array.from({ length: 2600 }, (_, index) => `z${index.toString(36).padStart(4, "0")}`).join("-")}`;
    const { getCanonicalLocales } = Intl;
    const lengths = [];
    Intl.getCanonicalLocales = (text) => {
      lengths.push(text.length);
      return getCanonicalLocales(text);
    };
    try {
      const languages = { "Accept-Language": `${tag},de;q=0.9` };
      for (const [method, path, headers, status] of [
        ["GET", `form?lang=${tag}`, languages, 200],
        ["POST", `form?lang=${tag}`, { ...languages, ...POSTED }, 403],
        ...Array.from({ length: 9 }, () => ["GET", "form", languages, 200]),
        ["GET", "form", languages, 429],
      ]) {
        const response = await ask(method, path, headers);
        assert.equal(response.status, status);
        await response.text();
      }
    } finally {
      Intl.getCanonicalLocales = getCanonicalLocales;
    }
    assert.ok(lengths.length > 0);
    assert.ok(Math.max(...lengths) <= 64, `${Math.max(...lengths)}`);
  });

  it("asks for the fields that its address names, with spaces or with commas between", async () => {
    const { ask } = open();
    for (const fields of ["Surname+Birthday", "Surname,Birthday", "Surname,%20Birthday"]) {
      const page = await (await ask("GET", `form?fields=${fields}`)).text();
      assert.match(page, /name="Birthday"/, fields);
      assert.doesNotMatch(page, /name="FirstName"/, fields);
    }
  });

  it("says of a form that cannot be shown only that", async () => {
    const { ask } = open(
      {},
      vendor((asked) => (asked.startsWith("GET") ? json({}, 500) : undefined)),
    );
    const response = await ask("GET", "form");
    assert.equal(response.status, 503);
    assert.match(await response.text(), /<p>The form could not be loaded\.<\/p><a href="\?">Try again<\/a>/);
  });
});

/** A key-value namespace of Cloudflare's shape, where the runtime has none. */
function namespace() {
  const kept = new Map();
  return {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
}

/** A store in the runtime's own SQLite, where it has one. */
async function sqlite({ openDatabase }) {
  const database = await openDatabase?.();
  return database ? [sqliteStore(database)] : [];
}

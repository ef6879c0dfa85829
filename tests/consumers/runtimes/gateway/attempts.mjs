/** What nobody gets through the gateway: over a hundred attempts. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import {
  assertNothingLeaks,
  BASE,
  create,
  endless,
  guest,
  HOST,
  json,
  KEY,
  MICROSITE,
  open,
  vendor,
  WORDING,
} from "./stand-in.mjs";

const withOrigin = (origin) => ["GET", "Customers/Setup", { Origin: origin }];
/** Ann's record with members that `JSON.stringify` would not write. */
const raw = (members) => `${guest().slice(0, -1)},${members}}`;

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
  ["a preflight for nothing from elsewhere", ["OPTIONS", "nothing", { Origin: "https://evil.example" }], 403],
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

/** A page of another origin can read why it is refused, if a browser writes its origin so, and nothing else. */
async function assertRefusalAlone(origin, response) {
  const isOrigin = origin === "null" || origin === new URL(origin.split(" ")[0]).origin;
  const { Message, Code, ...more } = await response.json();
  assert.deepEqual(more, {});
  assert.equal(Code, isOrigin ? "origin_not_allowed" : undefined);
  assert.equal(Message.includes(origin), isOrigin && origin !== "null");
  assert.equal(response.headers.get("access-control-allow-origin"), isOrigin ? origin : null);
  assert.equal(response.headers.get("access-control-allow-credentials"), null);
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
      if (more?.Origin) await assertRefusalAlone(more.Origin, response);
    });
  }

  it("a header in a name is a part of the name", async () => {
    const { ask, events } = open();
    const response = await ask(...create(guest({ Surname: "Lee\r\nSet-Cookie: a=b" })));
    await assertNothingLeaks(response, events);
    assert.equal(response.status, 200);
    assert.equal((await response.json()).Surname, "Lee Set-Cookie: a=b");
  });

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

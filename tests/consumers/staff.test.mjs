/** For operators whose staff sign in elsewhere: which tokens the tarball's `staffByJwt` takes. Environment: TARBALL. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, it, mock } from "node:test";
import { pathToFileURL } from "node:url";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { Project } from "../support/project.mjs";

const ISSUER = "https://login.example/realms/oak";
const AUDIENCE = "dinerkit-gateway";
const KEYS_URL = "https://login.example/keys";
const SECRET = "a-shared-secret-of-thirty-two-bytes-and-more";
const SECOND = 1000;
const START = Date.UTC(2030, 0, 1);

const project = await Project.install();
const entry = join(project.folder, "staff.mjs");
await writeFile(entry, 'export * from "dinerkit/gateway/staff"; export * as gateway from "dinerkit/gateway";');
const { staffByJwt, gateway } = await import(pathToFileURL(entry));

mock.timers.enable({ apis: ["Date"], now: START });
beforeEach(() => mock.timers.setTime(START));

const keys = Object.fromEntries(
  await Promise.all(
    ["RS256", "PS256", "ES256", "EdDSA", "ES384"].map(async (alg) => [
      alg,
      await generateKeyPair(alg, { extractable: true }),
    ]),
  ),
);
const pem = await exportSPKI(keys.RS256.publicKey);
const strangers = await generateKeyPair("ES256");
const publicJwk = async (alg, kid) => ({ ...(await exportJWK(keys[alg].publicKey)), kid });
const bytes = (text) => new TextEncoder().encode(text);
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const CLAIMS = { iss: ISSUER, aud: AUDIENCE, exp: START / SECOND + 60, role: "desk" };
const token = (claims = {}, { alg = "ES256", kid = alg, key = keys[alg].privateKey, ...header } = {}) =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(key);
const request = (authorization) =>
  new Request(
    "https://booking.example/",
    authorization === undefined ? {} : { headers: { Authorization: authorization } },
  );

/** An issuer whose keys can be changed and taken away; `asked` counts. */
function issuer(...algorithms) {
  const state = { asked: 0, keys: [], answer: undefined };
  const ready = Promise.all(algorithms.map((alg) => publicJwk(alg, alg))).then((jwks) => (state.keys = jwks));
  state.fetch = async (url) => {
    await ready;
    state.asked += 1;
    assert.equal(`${url}`, KEYS_URL);
    return state.answer ? state.answer() : Response.json({ keys: state.keys });
  };
  return state;
}

const common = { issuer: ISSUER, audience: AUDIENCE };
const byKeys = (more = {}, from = issuer("ES256", "RS256", "PS256", "EdDSA", "ES384")) =>
  staffByJwt({ ...common, jwksUrl: KEYS_URL, fetch: from.fetch, ...more });

describe("a token by the issuer's key set", () => {
  const now = START / SECOND;
  /** What is sent, whether that is staff, and options other than the usual. */
  const table = {
    "a good one": [token(), true],
    "one by RS256": [token({}, { alg: "RS256" }), true],
    "one by PS256": [token({}, { alg: "PS256" }), true],
    "one by EdDSA": [token({}, { alg: "EdDSA" }), true],
    "one without the key's id": [token({}, { kid: undefined }), true],
    "one for several audiences": [token({ aud: ["other", AUDIENCE] }), true],
    "one that has just expired": [token({ exp: now - 5 }), true],
    "one that expired": [token({ exp: now - 30 }), false],
    "one without an end": [token({ exp: undefined }), false],
    "an end that is a text": [token({ exp: `${now + 60}` }).catch(() => "x.y.z"), false],
    "one that has begun": [token({ nbf: now - 60 }), true],
    "one that begins later": [token({ nbf: now + 60 }), false],
    "one of another issuer": [token({ iss: "https://login.example/realms/other" }), false],
    "one of no issuer": [token({ iss: undefined }), false],
    "one of the issuer with a slash": [token({ iss: `${ISSUER}/` }), false],
    "one for another audience": [token({ aud: "other" }), false],
    "one for nobody": [token({ aud: undefined }), false],
    "one for no audience of a list": [token({ aud: [] }), false],
    "a stranger's key": [token({}, { key: strangers.privateKey }), false],
    "an unknown key's id": [token({}, { kid: "unknown", key: strangers.privateKey }), false],
    "an algorithm that is not listed": [token({}, { alg: "ES384" }), false],
    "an algorithm that the operator took away": [token({}, { alg: "RS256" }), false, { algorithms: ["ES256"] }],
    "no algorithm": [`${encoded({ alg: "none" })}.${encoded(CLAIMS)}.`, false],
    "no algorithm, with a signature": [`${encoded({ alg: "none" })}.${encoded(CLAIMS)}.AAAA`, false],
    "no algorithm in capitals": [`${encoded({ alg: "NONE" })}.${encoded(CLAIMS)}.AAAA`, false],
    "the public key as a shared secret": [
      (() => {
        const signed = `${encoded({ alg: "HS256", kid: "RS256" })}.${encoded(CLAIMS)}`;
        return `${signed}.${createHmac("sha256", pem).update(signed).digest("base64url")}`;
      })(),
      false,
    ],
    "its own key in the header": [
      exportJWK(strangers.publicKey).then((jwk) => token({}, { kid: undefined, key: strangers.privateKey, jwk })),
      false,
    ],
    "a key at another address": [token({}, { key: strangers.privateKey, jku: "https://evil.example/keys" }), false],
    "a critical extension": [
      token().then((good) => {
        const [, payload, signature] = good.split(".");
        return [encoded({ alg: "ES256", kid: "ES256", crit: ["x"], x: 1 }), payload, signature].join(".");
      }),
      false,
    ],
    "a changed claim": [
      token({ role: "guest" }).then((guest) => {
        const [header, , signature] = guest.split(".");
        return [header, encoded(CLAIMS), signature].join(".");
      }),
      false,
    ],
    "no signature": [token().then((good) => good.split(".").slice(0, 2).join(".")), false],
    "an empty signature": [token().then((good) => `${good.split(".").slice(0, 2).join(".")}.`), false],
    "two tokens": [token().then((good) => `${good}, ${good}`), false],
    "no JSON": ["aaaa.bbbb.cccc", false],
    "a flood": [`${"a".repeat(200_000)}.b.c`, false],
  };
  for (const [what, [sent, isStaff, options]] of Object.entries(table)) {
    it(`${what} is ${isStaff ? "staff's" : "nobody's"}`, async () => {
      assert.equal(await byKeys(options)(request(`Bearer ${await sent}`)), isStaff);
    });
  }

  it("counts in the header Authorization only, as a bearer's", async () => {
    const staff = byKeys();
    const good = await token();
    assert.equal(await staff(request(`bearer  ${good}`)), true);
    for (const wrong of [
      undefined,
      "",
      good,
      `Basic ${good}`,
      `Bearer${good}`,
      `Bearer ${good} x`,
      `Bearer "${good}"`,
    ]) {
      assert.equal(await staff(request(wrong)), false, wrong);
    }
    const cookie = new Request("https://booking.example/", { headers: { Cookie: `Authorization=Bearer ${good}` } });
    assert.equal(await staff(cookie), false);
  });
});

describe("a token's claims", () => {
  const roles = { realm_access: { roles: ["desk", "kitchen"] } };
  for (const [held, wanted, isStaff] of [
    [{ role: "desk" }, {}, true],
    [{ role: "desk" }, { role: "desk" }, true],
    [{ role: "guest" }, { role: "desk" }, false],
    [{ role: undefined }, { role: "desk" }, false],
    [{ role: ["guest", "desk"] }, { role: "desk" }, true],
    [{ role: ["guest"] }, { role: "desk" }, false],
    [{ role: "desk" }, { role: ["desk", "owner"] }, true],
    [{ role: "desktop" }, { role: "desk" }, false],
    [{ role: "desk" }, { role: [] }, false],
    [{ email_verified: true }, { email_verified: true }, true],
    [{ email_verified: "true" }, { email_verified: true }, false],
    [{ role: "desk" }, { role: "desk", team: "a" }, false],
    [roles, { realm_access: { roles: "desk" } }, true],
    [roles, { realm_access: { roles: "owner" } }, false],
    [{ realm_access: "desk" }, { realm_access: { roles: "desk" } }, false],
    [{ realm_access: null }, { realm_access: { roles: "desk" } }, false],
    [{}, { constructor: "x" }, false],
    [{}, { toString: {} }, false],
  ]) {
    it(`${JSON.stringify(held)} ${isStaff ? "has" : "lacks"} ${JSON.stringify(wanted)}`, async () => {
      const sent = await token({ role: undefined, ...held });
      assert.equal(await byKeys({ claims: wanted })(request(`Bearer ${sent}`)), isStaff);
    });
  }
});

describe("the issuer's keys", () => {
  it("are asked for once, by many at once, and kept", async () => {
    const from = issuer("ES256");
    const staff = byKeys({}, from);
    const good = request(`Bearer ${await token({ exp: CLAIMS.exp + 3600 })}`);
    assert.deepEqual(await Promise.all(Array.from({ length: 20 }, () => staff(good))), Array(20).fill(true));
    mock.timers.setTime(START + 599 * SECOND);
    assert.equal(await staff(good), true);
    assert.equal(from.asked, 1);
    mock.timers.setTime(START + 601 * SECOND);
    assert.equal(await staff(good), true);
    assert.equal(from.asked, 2);
  });

  it("may be changed: the new one is taken, the old one no more", async () => {
    const from = issuer("ES256");
    const staff = byKeys({}, from);
    const old = request(`Bearer ${await token()}`);
    const fresh = request(`Bearer ${await token({}, { alg: "RS256" })}`);
    assert.deepEqual([await staff(old), await staff(fresh)], [true, false]);
    from.keys = [await publicJwk("RS256", "RS256")];
    mock.timers.setTime(START + 31 * SECOND);
    assert.deepEqual([await staff(fresh), await staff(old)], [true, false]);
    assert.equal(from.asked, 2);
  });

  it("are not asked for by whoever invents a key's id, but every half minute", async () => {
    const from = issuer("ES256");
    const staff = byKeys({}, from);
    for (let kid = 0; kid < 50; kid++) {
      const invented = await token({}, { kid: `${kid}`, key: strangers.privateKey });
      assert.equal(await staff(request(`Bearer ${invented}`)), false);
    }
    assert.equal(from.asked, 1);
  });

  const failures = {
    "a broken connection": () => Promise.reject(new TypeError("fetch failed")),
    "a status": () => new Response("no", { status: 503 }),
    "a redirect": () => new Response(null, { status: 302, headers: { Location: "https://evil.example/keys" } }),
    "no JSON": () => new Response("<html>"),
    "no keys": () => Response.json({}),
    "a null": () => Response.json(null),
    "keys that are none": () => Response.json({ keys: ["x", null, 1] }),
  };
  for (const [what, answer] of Object.entries(failures)) {
    it(`that end in ${what} make nobody staff, and come back`, async () => {
      const from = issuer("ES256");
      from.answer = answer;
      const staff = byKeys({}, from);
      const good = request(`Bearer ${await token()}`);
      assert.equal(await staff(good), false);
      from.answer = undefined;
      mock.timers.setTime(START + 40 * SECOND);
      assert.equal(await staff(good), true);
    });
  }

  it("that cannot be had are asked for less and less", async () => {
    const from = issuer("ES256");
    from.answer = () => new Response("no", { status: 500 });
    const staff = byKeys({}, from);
    const good = request(`Bearer ${await token()}`);
    const asked = [];
    for (let second = 0; second <= 300; second++) {
      mock.timers.setTime(START + second * SECOND);
      const before = from.asked;
      assert.equal(await staff(good), false);
      if (from.asked > before) asked.push(second);
    }
    assert.deepEqual(asked, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  it("that are out of reach leave those known as they are", async () => {
    const from = issuer("ES256");
    const staff = byKeys({}, from);
    const good = request(`Bearer ${await token()}`);
    assert.equal(await staff(good), true);
    from.answer = failures["a broken connection"];
    mock.timers.setTime(START + 40 * SECOND);
    const unknown = await token({}, { kid: "unknown", key: strangers.privateKey });
    assert.equal(await staff(request(`Bearer ${unknown}`)), false);
    assert.equal(await staff(good), true);
  });
});

describe("a token by one key", () => {
  it("of the issuer, in PEM", async () => {
    const staff = staffByJwt({ ...common, algorithms: ["ES256"], publicKey: await exportSPKI(keys.ES256.publicKey) });
    assert.equal(await staff(request(`Bearer ${await token()}`)), true);
    assert.equal(await staff(request(`Bearer ${await token({}, { key: strangers.privateKey })}`)), false);
    assert.equal(await staff(request(`Bearer ${await token({}, { alg: "RS256" })}`)), false);
    const broken = staffByJwt({ ...common, algorithms: ["ES256"], publicKey: "-----BEGIN PUBLIC KEY-----\nAAAA" });
    assert.equal(await broken(request(`Bearer ${await token()}`)), false);
  });

  it("that is shared", async () => {
    const shared = (secret, alg = "HS256") => token({}, { alg, key: bytes(secret) });
    for (const secret of [SECRET, bytes(SECRET)]) {
      const staff = staffByJwt({ ...common, secret });
      assert.equal(await staff(request(`Bearer ${await shared(SECRET)}`)), true);
      assert.equal(await staff(request(`Bearer ${await shared(`${SECRET}.`)}`)), false);
      assert.equal(await staff(request(`Bearer ${await shared(SECRET, "HS512")}`)), false);
      assert.equal(await staff(request(`Bearer ${await token()}`)), false);
      assert.equal(await staff(request(`Bearer ${encoded({ alg: "none" })}.${encoded(CLAIMS)}.`)), false);
    }
  });
});

describe("options of staffByJwt", () => {
  const good = { ...common, jwksUrl: KEYS_URL };
  for (const [what, options, error] of [
    ["no issuer", { ...good, issuer: undefined }, /issuer takes/],
    ["an empty audience", { ...good, audience: "" }, /audience takes/],
    ["a list of issuers", { ...good, issuer: [ISSUER] }, /issuer takes/],
    ["no key", common, /one of them/],
    ["two keys", { ...good, secret: SECRET }, /one of them/],
    ["keys over HTTP", { ...good, jwksUrl: "http://login.example/keys" }, /https/],
    ["keys of no address", { ...good, jwksUrl: "keys" }, /https/],
    ["a short secret", { ...common, secret: "short" }, /32/],
    ["no algorithm", { ...good, algorithms: [] }, /algorithms/],
    ["none as the algorithm", { ...good, algorithms: ["none"] }, /algorithms/],
    ["a shared secret's algorithm with public keys", { ...good, algorithms: ["ES256", "HS256"] }, /algorithms/],
    ["a public key's algorithm with a secret", { ...common, secret: SECRET, algorithms: ["RS256"] }, /algorithms/],
    ["a private key", { ...common, algorithms: ["ES256"], publicKey: "-----BEGIN PRIVATE KEY-----" }, /PEM/],
    ["a key without its algorithm", { ...common, publicKey: "-----BEGIN PUBLIC KEY-----" }, /algorithms/],
    ["claims that are a list", { ...good, claims: ["desk"] }, /claims/],
    ["a misspelt option", { ...good, claim: {} }, /claim\b/],
  ]) {
    it(`with ${what} are refused, without a secret in the words`, () => {
      assert.throws(
        () => staffByJwt(options),
        (thrown) => {
          assert.ok(thrown instanceof TypeError);
          assert.match(thrown.message, error);
          return !thrown.message.includes(SECRET);
        },
      );
    });
  }
});

describe("the command's options of staff", () => {
  it("are those that staffByJwt takes and that its types name", async () => {
    await gateway.default();
    const place = join(project.folder, "node_modules/dinerkit");
    const { core } = await import(pathToFileURL(join(place, "lib/gateway/core.js")));
    const rows = JSON.parse(core.glue.commandOptions()).filter(({ name }) => name.startsWith("staff."));
    const names = rows.map(({ name }) => name.slice("staff.".length));
    const file = await readFile(join(place, "types/staff.d.ts"), "utf8");
    // What the function `fetch` gets is no option.
    const types = file.replace(/interface KeyFetchInit \{[^}]*\}/, "");
    const typed = [...types.matchAll(/^ +(\w+)\??: (?!never)/gm)].map(([, name]) => name);
    // A function cannot stand in a file.
    assert.deepEqual([...new Set(typed)].sort(), [...names, "fetch"].sort());
    const wrong = Object.fromEntries(typed.map((name) => [name, 7]));
    assert.throws(
      () => staffByJwt({ ...wrong, issuers: 7 }),
      ({ message }) => message.match(/\w+ is not known/g).join() === "issuers is not known",
    );
  });
});

describe("capabilities and tokens", () => {
  it("are never taken for each other", async () => {
    mock.timers.reset();
    await gateway.default();
    const secret = SECRET;
    const options = {
      upstream: "https://api.example",
      credentials: { username: "u", password: "p" },
      microsites: ["oak"],
      // The worst that an operator can do: one secret for both.
      capabilityKeys: [{ id: "k1", secret }],
    };
    const asked = [];
    const staff = staffByJwt({ ...common, secret });
    const open = gateway.createGateway({
      ...options,
      async staff(request) {
        asked.push(await staff(request));
        return asked.at(-1);
      },
      fetch: () => Promise.reject(new Error("nobody may ask")),
    });
    const capability = open.capability({ microsite: "oak", id: 7 });
    assert.equal(await staff(request(`Bearer ${capability}`)), false);
    const get = (bearer, id) =>
      open.fetch(
        new Request(`https://booking.example/api/ConsumerApi/v1/Restaurant/oak/Customer/${id}`, {
          headers: { Authorization: `Bearer ${bearer}` },
        }),
      );
    assert.equal((await get(capability, 8)).status, 403, "it is for customer 7");
    assert.deepEqual(asked, [], "staff's check does not get to see it");
    // Three of its four parts, and one with a JWT's parts behind its own beginning.
    const [, header, payload, mac] = capability.split(".");
    for (const forged of [`${header}.${payload}.${mac}`, `dk1.${await token()}`]) {
      assert.equal((await get(forged, 7)).status, 401);
    }
    assert.ok(!asked.includes(true));
  });
});

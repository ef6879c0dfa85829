/** For npm consumers on Node: the packed tarball, installed in a project of its own. Environment: TARBALL and the sandbox's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../support/project.mjs";

const project = await Project.install();

const consume = (source) => project.consume(source);

test("init may be called any number of times, and rules answer by value", async () => {
  const result = await consume(`
    import init, { checkCustomer, checkField, inspectDate, optInNodes } from "dinerkit";
    await Promise.all([init(), init()]);
    await init();
    const draft = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
    const before = JSON.stringify(draft);
    console.log(JSON.stringify([
      checkCustomer(draft),
      JSON.stringify(draft) === before,
      checkField("Email", "nobody@")[0].code,
      checkField("Surname", "\\ud800")[0].code,
      inspectDate("2026-02-30").issue.code,
      optInNodes("<b>x</b>"),
    ]));`);
  assert.deepEqual(result, [
    {
      value: { Surname: "Lee", Email: "a@b.example", MobileCountryCode: 44, Mobile: "7700900123" },
      issues: [],
    },
    true,
    "email_invalid",
    "damaged_text",
    "date_invalid",
    [{ element: "b", children: [{ text: "x" }] }],
  ]);
});

test("first check does not make Node load its fetch, which would take half as long again", async () => {
  const touched = await consume(`
    const touched = [];
    for (const name of ["fetch", "FormData", "Headers", "Request", "Response", "WebSocket"]) {
      Object.defineProperty(globalThis, name, { get: () => void touched.push(name) });
    }
    const { default: init, checkCustomer, loadPhoneFormats, loadPhones } = await import("dinerkit");
    await Promise.all([loadPhones(), loadPhoneFormats(), init()]);
    if (checkCustomer({ Surname: "Lee", Email: "a@b.example", Mobile: "+44 7400 123456" }).issues.length) touched.push("?");
    console.log(JSON.stringify(touched));`);
  assert.deepEqual(touched, []);
});

test("Node loads the package as one script, and the errors' classes, which the gateway shares with it", async () => {
  const result = await consume(`
    import { readFileSync } from "node:fs";
    import { ValidationError } from "dinerkit";
    const folder = new URL("./node_modules/dinerkit/", import.meta.url);
    const { ValidationError: shared } = await import(new URL("lib/errors.js", folder));
    const text = readFileSync(new URL("dist/server.js", folder), "utf8");
    const imports = [...text.matchAll(/^(?:import|export)\\b[^"]* from "([^"]+)"/gm)].map(([, name]) => name);
    console.log(JSON.stringify([[...new Set(imports)], ValidationError === shared]));`);
  assert.deepEqual(result, [["../lib/errors.js"], true]);
});

test("values that are not plain data are refused with a TypeError, and the next call works", async () => {
  const result = await consume(`
    import init, { checkCustomer, checkField, CustomerClient } from "dinerkit";
    await init();
    const cycle = {};
    cycle.Surname = cycle;
    const names = [];
    for (const attempt of [
      () => checkCustomer(cycle),
      () => checkCustomer({ Surname: 1n }),
      () => checkCustomer(undefined),
      () => checkCustomer("text"),
      () => checkField("Nose", "x"),
      () => checkCustomer({}, { today: "soon" }),
      () => new CustomerClient({ baseUrl: "https://api.example", microsite: ".." }),
      () => new CustomerClient({ baseUrl: "https://api.example?x", microsite: "a" }),
    ]) {
      try { attempt(); names.push("none"); } catch (error) { names.push(error.name); }
    }
    names.push(checkField("Surname", "Lee").length);
    console.log(JSON.stringify(names));`);
  assert.deepEqual(result, [...Array(8).fill("TypeError"), 0]);
});

test("failure is a typed error whose outcome says whether the write took effect", async () => {
  const result = await consume(`
    import init, { CustomerClient, isCustomerApiError, ValidationError, HttpError, AbortError } from "dinerkit";
    await init();
    const guest = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
    const { SANDBOX_URL, SANDBOX_USERNAME: username, SANDBOX_PASSWORD: password } = process.env;
    const client = (more) => new CustomerClient({ baseUrl: SANDBOX_URL, microsite: "oak-and-salt", credentials: { username, password }, ...more });
    const facts = [];
    const attempt = async (call) => {
      try { await call(); facts.push("none"); } catch (error) {
        facts.push([error.name, error instanceof Error, isCustomerApiError(error), error.outcome, error.status ?? null]);
        if (JSON.stringify([error.message, error.stack, error]).includes("planted-marker")) facts.push("leak");
      }
    };
    await attempt(() => client().create({ ...guest, Email: "planted-marker" }));
    await attempt(() => client().get(1));
    await attempt(() => client().get(-1));
    await attempt(() => client({ credentials: { username, password: "planted-marker" } }).setup());
    await attempt(() => client({ microsite: "planted-marker" }).setup());
    await attempt(() => client({ credentials: undefined, token: "planted-marker" }).get(1));
    const reason = { why: "left the page" };
    const controller = new AbortController();
    controller.abort(reason);
    try { await client().create(guest, { signal: controller.signal }); } catch (error) {
      facts.push([error instanceof AbortError, error.cause === reason || error.cause?.why, error.outcome]);
    }
    console.log(JSON.stringify(facts));`);
  assert.deepEqual(result, [
    ["ValidationError", true, true, "notSent", null],
    ["HttpError", true, true, "refused", 404],
    ["ValidationError", true, true, "notSent", null],
    ["HttpError", true, true, "notSent", 401],
    ["HttpError", true, true, "refused", 404],
    ["HttpError", true, true, "refused", 401],
    [true, true, "notSent"],
  ]);
});

test("wake is not missed by a call that begins to wait at the same time, and free waits for calls", async () => {
  const result = await consume(`
    import init, { CustomerClient } from "dinerkit";
    await init();
    const json = (value, status = 200) => new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
    let tokens = 0;
    let release;
    const both = new Promise((resolve) => { release = resolve; });
    const fetch = async (request) => {
      const token = request.headers.get("authorization");
      if (token === "Bearer token-1") { await both; return json({}, 401); }
      return json({ Id: 7 });
    };
    const client = new CustomerClient({
      baseUrl: "https://api.example", microsite: "oak", fetch, totalTimeoutMs: 5000,
      token: async () => { tokens += 1; if (tokens === 2) await null; return "token-" + tokens; },
    });
    const start = performance.now();
    const calls = [client.get(7), client.get(7), client.get(7), client.get(7)];
    setTimeout(release, 50);
    client.free();
    const done = await Promise.all(calls);
    let after;
    try { await client.get(7); } catch (error) { after = error.name; }
    console.log(JSON.stringify([done.length, tokens, performance.now() - start < 2500, after]));`);
  assert.deepEqual(result, [4, 2, true, "TypeError"]);
});

test("token function that returns no text is an error, and the next call calls it again", async () => {
  const result = await consume(`
    import init, { CustomerClient } from "dinerkit";
    await init();
    const answers = [undefined, Object.create(null), "good"];
    const client = new CustomerClient({
      baseUrl: "https://api.example", microsite: "oak", token: () => answers.shift(),
      fetch: async (request) => Response.json({ Id: 7, seen: request.headers.get("authorization") }),
    });
    const facts = [];
    for (let call = 0; call < 3; call += 1) {
      try { facts.push((await client.get(7)).seen); } catch (error) { facts.push(error.code); }
    }
    console.log(JSON.stringify(facts));`);
  assert.deepEqual(result, ["protocol", "protocol", "Bearer good"]);
});

test("gateway of the same package serves guests", async () => {
  const result = await consume(`
    import init, { createGateway } from "dinerkit/gateway";
    await init();
    const { SANDBOX_URL: upstream, SANDBOX_USERNAME: username, SANDBOX_PASSWORD: password } = process.env;
    const gateway = createGateway({
      upstream, credentials: { username, password }, microsites: ["oak-and-salt"], origins: ["https://oak.example"],
      staff: (request) => request.headers.get("authorization") === "Bearer staff",
      clientAddress: () => "192.0.2.9",
    });
    const ask = async (method, path, { body, ...headers } = {}) => {
      const response = await gateway.fetch(new Request("https://book.example/api/ConsumerApi/v1/Restaurant/" + path, {
        method, headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers }, body: body && JSON.stringify(body),
      }));
      return [response.status, response.headers.get("access-control-allow-origin"), response.status === 204 ? null : await response.json()];
    };
    const guest = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
    const [, , { Id, ...seen }] = await ask("POST", "oak-and-salt/Customer", { body: guest });
    const stored = (await ask("GET", "oak-and-salt/Customer/" + Id, { authorization: "Bearer staff" }))[2];
    console.log(JSON.stringify([
      seen,
      Object.hasOwn(stored, "Comments") && !Object.hasOwn(seen, "Comments"),
      (await ask("GET", "oak-and-salt/Customers/Setup"))[2].MicrositeName,
      (await ask("POST", "oak-and-salt/Customer", { body: { ...guest, IsVip: true } }))[0],
      (await ask("GET", "oak-and-salt/Customer/" + Id))[0],
      (await ask("GET", "oak-and-salt/Customers/Setup", { authorization: "Bearer other" }))[0],
      (await ask("GET", "little-lantern/Customers/Setup"))[0],
      (await ask("GET", "oak-and-salt/Customers/Setup", { origin: "https://evil.example" })).slice(0, 2),
      (await ask("OPTIONS", "oak-and-salt/Customer", { origin: "https://oak.example" })).slice(0, 2),
      (await ask("POST", "oak-and-salt/Customer", { body: { Surname: "x".repeat(70000) } }))[0],
    ]));`);
  assert.deepEqual(result, [
    { Surname: "Lee", Email: "a@b.example", MobileCountryCode: 44, Mobile: "7700900123" },
    true,
    "oak-and-salt",
    400,
    403,
    401,
    404,
    [403, "https://evil.example"],
    [204, "https://oak.example"],
    413,
  ]);
});

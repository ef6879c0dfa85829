/**
 * For operators: what the gateway counts, and the trace that it hands on. Environment: TARBALL; without it, the working
 * tree's own build.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { parseOpenMetrics } from "../support/openmetrics.mjs";
import { Project } from "../support/project.mjs";

const MICROSITES = ["oak-and-salt", "the pier"];
const PAGE = "https://oak.example";
const RESTAURANT = "https://book.example/api/ConsumerApi/v1/Restaurant/";
const GUEST = JSON.stringify({ Surname: "Quillfeather", Email: "quill@feather.example", Mobile: "+44 7700 900987" });

const root = process.env.TARBALL
  ? pathToFileURL(`${(await Project.install()).folder}/node_modules/dinerkit/`)
  : new URL("../../pkg/", import.meta.url);
const dinerkit = await import(new URL("gateway/server.js", root));
await dinerkit.default();
const { traceOf } = await import(new URL("lib/gateway/trace.js", root));

/** A gateway before a remote API that answers a sign-in, a Setup and a create; `answer` comes first. */
function open({ answer = () => undefined, ...options } = {}) {
  const sent = [];
  const gateway = dinerkit.createGateway({
    upstream: "https://api.example",
    credentials: { username: "account", password: "upstream-password" },
    microsites: MICROSITES,
    origins: [PAGE],
    clientAddress: () => "192.0.2.9",
    perAddress: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const name = pathname.split("/").at(-1);
      sent.push({ name, headers: request.headers });
      const own = await answer(name);
      if (own) return own;
      if (name === "Authenticate") {
        return Response.json({ Status: "Success", Token: "upstream-token", TokenExpiryUtc: "2999-01-01T00:00:00" });
      }
      if (name === "Setup") return Response.json({ Name: "Oak & Salt", CustomFields: [], LegalDrinkingAge: 18 });
      return Response.json({ ...JSON.parse(await request.text()), Id: 7 });
    },
    ...options,
  });
  const ask = (path, { method = "GET", headers = {}, body } = {}) =>
    gateway.fetch(new Request(RESTAURANT + path, { method, headers, body }));
  const create = (headers = {}) =>
    ask("oak-and-salt/Customer", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: GUEST,
    });
  const read = async () => parseOpenMetrics(await gateway.metrics().text());
  return { gateway, ask, create, read, sent };
}

const found = ({ samples }, labels, suffix = "") =>
  samples
    .filter(({ name }) => name.endsWith(suffix))
    .find((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))?.value;

/** Every series: a sample's name and labels. */
const seriesOf = (families) =>
  Object.values(families)
    .flatMap(({ samples }) => samples.map(({ line }) => line.slice(0, line.lastIndexOf(" "))))
    .sort();

describe("a gateway's metrics", () => {
  it("are OpenMetrics, also before the first request", async () => {
    const { gateway } = open();
    const answer = gateway.metrics();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const families = parseOpenMetrics(await answer.text());
    assert.deepEqual(families.dinerkit_requests.samples, []);
    assert.equal(families.dinerkit_budget_left.samples[0].value, 200);
  });

  it("count requests by operation, role, status and refusal, and what they took of the account's limit", async () => {
    const { gateway, ask, create, read } = open({
      staff: ({ headers }) => headers.get("authorization") === "Bearer desk",
    });
    for (let times = 0; times < 3; times++) assert.equal((await create()).status, 200);
    assert.equal((await ask("the%20pier/Customers/Setup")).status, 200);
    assert.equal((await ask("oak-and-salt/Customer/7", { headers: { Origin: "https://other.example" } })).status, 403);
    const staff = { Authorization: "Bearer desk", "Content-Type": "application/json" };
    assert.equal(
      (await ask("oak-and-salt/Customer/7", { method: "PUT", headers: staff, body: GUEST })).status < 500,
      true,
    );
    const families = await read();
    const { dinerkit_requests: requests, dinerkit_upstream_seconds: upstream } = families;
    assert.equal(found(requests, { operation: "create", role: "guest", status: "200", refused: "none" }), 3);
    assert.equal(found(requests, { operation: "setup", role: "guest", status: "200" }), 1);
    assert.equal(found(requests, { operation: "none", status: "403", refused: "origin" }), 1);
    assert.ok(found(requests, { operation: "update", role: "staff" }) === 1);
    assert.equal(found(upstream, { operation: "create" }, "_count"), 3);
    assert.equal(found(upstream, { operation: "authenticate" }, "_count"), 1);
    assert.equal(found(upstream, { operation: "setup" }, "_count"), 2);
    const of = (name) => families[`dinerkit_budget_${name}`].samples[0].value;
    assert.equal(of("used"), 6, "two Setups, three creates and the one of staff");
    assert.equal(of("left"), of("limit") - of("used"));
    const { used, left } = gateway.status().budget;
    assert.deepEqual([used, left], [6, 194]);
    for (const microsite of MICROSITES) {
      assert.ok(found(families.dinerkit_setup_age_seconds, { microsite }) < 60, microsite);
    }
  });

  it("tell how the remote API fails, and how long it takes to", async () => {
    const { create, read } = open({ answer: (name) => name === "Customer" && new Response("{}", { status: 500 }) });
    assert.equal((await create()).status, 502);
    const families = await read();
    assert.equal(found(families.dinerkit_upstream_failures, { operation: "create", code: "http" }), 1);
    assert.equal(found(families.dinerkit_upstream_seconds, { operation: "create", le: "+Inf" }), 1);
    const away = open({
      answer() {
        throw new TypeError("no connection");
      },
    });
    assert.equal((await away.create()).status, 424);
    const { dinerkit_upstream_failures: failures, dinerkit_upstream_seconds: seconds } = await away.read();
    assert.equal(found(failures, { code: "network" }), 1);
    assert.ok(found(seconds, { operation: "authenticate" }, "_count") >= 1);
  });

  it("get no series by what a request says, and hold nothing of a guest", async () => {
    const { ask, create, read } = open();
    await create();
    await ask("oak-and-salt/Customer");
    await ask("oak-and-salt/nowhere");
    await ask("oak-and-salt/Customer/7");
    const refused = { Authorization: "Bearer x" };
    for (const method of ["GET", "PUT"]) await ask("oak-and-salt/Customer/7", { method, headers: refused });
    const before = seriesOf(await read());
    for (let number = 0; number < 100; number++) {
      const name = `quill${number}%22%0A%7D`;
      await ask(`oak-and-salt/Customer/${number}`, { headers: refused });
      await ask(`${name}/Customers/Setup`);
      await ask(`oak-and-salt/${name}`);
      await ask("oak-and-salt/Customer", { method: `QUILL${number}` });
    }
    const families = await read();
    assert.deepEqual(seriesOf(families), before);
    const answered = families.dinerkit_requests.samples.reduce((sum, { value }) => sum + value, 0);
    assert.equal(answered, 406);
    assert.doesNotMatch(JSON.stringify(families), /quill|7700|192\.0\.2|upstream-|"7"/i);
  });
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = `00-${TRACE}-${SPAN}-01`;

describe("a trace", () => {
  it("goes on with the requests that its own request makes, and not with those that are for all", async () => {
    const { create, sent } = open();
    await create({ traceparent: PARENT, tracestate: "a=1,b@c=2" });
    const traces = sent.map(({ name, headers }) => [name, headers.get("traceparent"), headers.get("tracestate")]);
    assert.deepEqual(traces.sort(), [
      ["Authenticate", null, null],
      ["Customer", PARENT, "a=1,b@c=2"],
      ["Setup", null, null],
    ]);
    await create();
    assert.equal(sent.at(-1).headers.get("traceparent"), null, "without one nothing is made up");
  });

  it("may be sent by a page", async () => {
    const { ask } = open();
    const answer = await ask("oak-and-salt/Customer", { method: "OPTIONS", headers: { Origin: PAGE } });
    assert.match(answer.headers.get("access-control-allow-headers"), /, traceparent, tracestate$/);
  });

  it("is handed on if it is valid, and else left out", () => {
    const of = (traceparent, tracestate) => {
      const headers = new Headers();
      if (traceparent !== undefined) headers.set("traceparent", traceparent);
      for (const one of [tracestate ?? []].flat()) headers.append("tracestate", one);
      return traceOf({ headers });
    };
    for (const [given, handedOn] of [
      [PARENT, PARENT],
      [`00-${TRACE}-${SPAN}-00`, `00-${TRACE}-${SPAN}-00`],
      // Of a later version, the parts that are known.
      [`01-${TRACE}-${SPAN}-03`, PARENT],
      [`cc-${TRACE}-${SPAN}-02-more`, `00-${TRACE}-${SPAN}-00`],
      [undefined, undefined],
      ["", undefined],
      [`${PARENT}-more`, undefined],
      [`${PARENT}, ${PARENT}`, undefined],
      [`01-${TRACE}-${SPAN}-01x`, undefined],
      [`ff-${TRACE}-${SPAN}-01`, undefined],
      [PARENT.toUpperCase(), undefined],
      [`00-${"0".repeat(32)}-${SPAN}-01`, undefined],
      [`00-${TRACE}-${"0".repeat(16)}-01`, undefined],
      [PARENT.slice(0, -1), undefined],
      [PARENT.replace("0af", "0gf"), undefined],
      [PARENT.replaceAll("-", "_"), undefined],
    ]) {
      assert.equal(of(given).traceparent, handedOn, given);
      assert.equal(of(given, "a=1").tracestate, handedOn && "a=1", `${given}: the state goes with the parent`);
    }
    const entries = (count) => Array.from({ length: count }, (_, index) => `k${index}=v`);
    for (const [given, isHandedOn] of [
      ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true],
      ["a=1 , b=2,", true],
      [["a=1", "b=2"], true],
      ["1tenant@system=x y z", true],
      [entries(32).join(), true],
      [entries(33).join(), false],
      [`a=${"x".repeat(255)},b=${"x".repeat(252)}`, true],
      [`a=${"x".repeat(255)},b=${"x".repeat(253)}`, false],
      [`a=${"x".repeat(257)}`, false],
      ["a", false],
      ["=1", false],
      ["A=1", false],
      ["a=1,a=2", false],
      ["a=1=2", false],
      ["a=é", false],
      [",", false],
    ]) {
      const { tracestate } = of(PARENT, given);
      assert.equal(tracestate !== undefined, isHandedOn, `${given}`);
      assert.equal(of(PARENT, given).traceparent, PARENT, "a wrong state does not end the trace");
    }
  });
});

/**
 * For whoever runs the package somewhere else than in Node of their own machine: the packed tarball in every runtime.
 * The cases of runtimes/ run inside each; the checks of over-http.mjs come from outside, and hold the examples to what
 * they promise. Environment: TARBALL, the sandbox's, RUNTIME for one runtime alone.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import init, { createGateway } from "../../pkg/gateway/server.js";
import { clientOf } from "../faults/run.mjs";
import { CHECKS, GUEST, SETTINGS, Upstream } from "./over-http.mjs";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const { RUNTIME, SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;
const env = { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD };
const runtimes = RUNTIMES.filter(({ name }) => !RUNTIME || name === RUNTIME);
if (runtimes.length === 0) throw new Error(`RUNTIME is one of ${RUNTIMES.map(({ name }) => name).join(", ")}`);

/** How long a check may take; the one of a slow body takes ten seconds. */
const PATIENCE_MS = 60_000;

const scope = suiteScope();

/** The results of the cases, and whether the runtime came to an end. */
async function report(runtime, project) {
  const name = "comes to its end";
  const results = [];
  try {
    for await (const result of runtime.results(scope, project, env)) results.push(result);
    return [...results, { name }];
  } catch (error) {
    return [...results, { name, error: error.stack }];
  }
}

// All that is waited for comes before the first test: once those that there are have ended, the projects go.
await init();
const { MICROSITES: microsite, PUBLIC_URL: publicUrl, CAPABILITY_KEY: id, CAPABILITY_SECRET: secret } = SETTINGS;
/** Makes links for e-mails, as the operator's own server does. */
const { unsubscribeLink } = createGateway({
  upstream: SANDBOX_URL,
  credentials: { username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD },
  microsites: [microsite],
  publicUrl,
  capabilityKeys: [{ id, secret }],
});
/** A customer who is there before any gateway has asked for anything. */
const client = await clientOf(
  { url: SANDBOX_URL },
  { credentials: { username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD } },
);
const { Id: customer } = await client.create(GUEST);
client.free();

const runs = [];
for (const runtime of runtimes) {
  const project = await Project.install();
  await project.add(new URL("runtimes/", import.meta.url));
  await project.adopt(new URL("../support/api-cases.mjs", import.meta.url));
  await project.link("@hono/node-server");
  runs.push({ runtime, project, results: await report(runtime, project) });
}

for (const { runtime, results } of runs) {
  describe(`in ${runtime.name}`, () => {
    for (const { name, error } of results) it(name, () => assert.equal(error, undefined));
  });
}

it("every runtime runs the same cases", () => {
  // Bundled for workerd, the modules are evaluated in another order.
  const [first, ...others] = runs.map(({ results }) => results.map(({ name }) => name).sort());
  assert.ok(first.length > 150, `${first.length}`);
  for (const other of others) assert.deepEqual(other, first);
});

describe("of processes that share a database", () => {
  for (const { runtime, project } of runs.filter(({ runtime }) => runtime.hasSqlite)) {
    it(`one takes each claim, in ${runtime.name}`, async (context) => {
      let sum = 0;
      let claims;
      const run = async () => {
        for await (const { taken, of } of runtime.lines(context, project, "claims.mjs", env)) {
          [sum, claims] = [sum + taken, of];
        }
      };
      await Promise.all([run(), run(), run()]);
      assert.equal(sum, claims);
    });
  }
});

describe("over HTTP", { concurrency: true }, () => {
  for (const { runtime, project } of runs) {
    describe(`from ${runtime.name}`, { concurrency: 1 }, () => {
      const scope = suiteScope();
      let upstream;
      let server;
      before(async () => {
        upstream = await Upstream.open(scope);
        server = await runtime.serve(scope, project, { ...SETTINGS, UPSTREAM_URL: upstream.url });
      });
      const link = (one) => unsubscribeLink({ microsite, id: one });
      for (const [name, check] of Object.entries(CHECKS)) {
        it(name, { timeout: PATIENCE_MS }, () => check({ url: server.url, upstream, link, customer }));
      }
      it("says nothing of a person in its log", () => {
        assert.match(server.log(), /"operation":"create"/);
        assert.doesNotMatch(server.log(), /Lee|b\.example|7700|dk1\.|127\.0\.0\.1"/);
      });
    });
  }
});

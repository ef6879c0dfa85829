/**
 * For whoever runs the package somewhere else than in Node of their own machine: the packed tarball in every runtime.
 * The cases of runtimes/ run inside each; the checks of over-http.mjs come from outside, and hold the examples to what
 * they promise. Environment: TARBALL, the sandbox's, RUNTIME for one runtime alone.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import init, { createGateway } from "../../pkg/gateway/node.js";
import { CHECKS, SETTINGS, Upstream } from "./over-http.mjs";
import { Project } from "./project.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const { RUNTIME, SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;
const runtimes = RUNTIMES.filter(({ name }) => !RUNTIME || name === RUNTIME);
if (runtimes.length === 0) throw new Error(`RUNTIME is one of ${RUNTIMES.map(({ name }) => name).join(", ")}`);

const project = await Project.install();
await project.add(new URL("runtimes/", import.meta.url));
await project.link("@hono/node-server");
const { CustomerClient } = await project.dinerkit();
await init();

/** The results of the cases, and whether the runtime came to an end. */
async function report(runtime) {
  const name = "comes to its end";
  const results = [];
  try {
    const env = { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD };
    for await (const result of runtime.results(project, env)) results.push(result);
    return [...results, { name }];
  } catch (error) {
    return [...results, { name, error: error.stack }];
  }
}

const reports = new Map();
for (const runtime of runtimes) reports.set(runtime.name, await report(runtime));

for (const [runtime, results] of reports) {
  describe(`in ${runtime}`, () => {
    for (const { name, error } of results) it(name, () => assert.equal(error, undefined));
  });
}

it("every runtime runs the same cases", () => {
  const [first, ...others] = [...reports.values()].map((results) => results.map(({ name }) => name));
  assert.ok(first.length > 150, `${first.length}`);
  for (const other of others) assert.deepEqual(other, first);
});

/** Links for e-mails, as the operator's own server makes them. */
const { unsubscribeLink } = createGateway({
  upstream: SANDBOX_URL,
  credentials: { username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD },
  microsites: [SETTINGS.MICROSITES],
  publicUrl: SETTINGS.PUBLIC_URL,
  capabilityKeys: [{ id: SETTINGS.CAPABILITY_KEY, secret: SETTINGS.CAPABILITY_SECRET }],
});
const link = (id) => unsubscribeLink({ microsite: SETTINGS.MICROSITES, id });
const staff = new CustomerClient({
  baseUrl: SANDBOX_URL,
  microsite: SETTINGS.MICROSITES,
  credentials: { username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD },
});

for (const runtime of runtimes) {
  describe(`over HTTP, ${runtime.name}`, () => {
    let upstream;
    let server;
    before(async () => {
      upstream = await Upstream.open();
      server = await runtime.serve(project, { ...SETTINGS, UPSTREAM_URL: upstream.url });
    });
    after(async () => {
      await server.stop();
      upstream.close();
    });
    for (const [name, check] of Object.entries(CHECKS)) {
      it(name, () => check({ url: server.url, upstream, link, staff }));
    }
    it("says nothing of a person in its log", () => {
      assert.match(server.log(), /"operation":"create"/);
      assert.doesNotMatch(server.log(), /Lee|b\.example|7700|dk1\.|127\.0\.0\.1"/);
    });
  });
}

/**
 * For whoever uses the package on a page, or in a server, whose other scripts have changed the built-ins: the package gives
 * the same results as without the change. The story of builtins/story.mjs is told once as it should be, and then in a realm
 * of its own for each change of builtins/changes.mjs, made before the package is loaded and made after it.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { CHANGES, DIFFERS } from "./builtins/changes.mjs";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const project = await Project.install();
await project.add(new URL("builtins/", import.meta.url));
await project.link("zone.js");
const { createStandIn } = await project.import("dinerkit/testing");
const TELLER = pathToFileURL(join(project.folder, "teller.mjs"));

/** What a stand-in has been asked, without the keys, which are made by chance, and without what a runtime adds. */
const arrived = ({ requests }) =>
  requests.map(({ at, operation, method, path, headers, body, status }) => {
    return [at, operation, method, path, headers["content-type"], "idempotency-key" in headers, body, status];
  });

/** A value without the times at which records were made. */
function withoutTimes(value) {
  if (typeof value === "string") return value.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z/g, "a time");
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (Object(value) !== value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutTimes(member)]));
}

/** Starts a stand-in that is reached over HTTP; some of its operations fail once. */
async function startApi(scope) {
  const server = createServer(async (request, response) => {
    const { url, method, headers } = request;
    const body = method === "GET" ? undefined : await buffer(request);
    try {
      const answer = await standIn.fetch(new URL(url, address), { method, headers, body });
      response.writeHead(answer.status, [...answer.headers].flat()).end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.destroy();
    }
  });
  const address = await listen(scope, server);
  const places = { api: `${address}/api/`, gateway: `${address}/gateway/` };
  const standIn = await createStandIn({ apiUrl: places.api, gatewayUrl: places.gateway });
  standIn.fail({ on: "unsubscribe", times: 1, with: { status: 429, retryAfter: 0 } });
  standIn.fail({ on: "scheduleDeletion", times: 1, with: "network" });
  const { credentials, microsite } = standIn.clientOptions;
  return { standIn, places: { ...places, credentials, microsite } };
}

/** Has the story told; resolves to the outcome of each step by its name. Rejects if the realm ends before. */
async function told(scope, name, when) {
  const { standIn, places } = await startApi(scope);
  const worker = new Worker(TELLER, { workerData: { name, when, ...places } });
  scope.after(() => worker.terminate());
  const outcomes = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the realm has ended without a word")));
  });
  outcomes.set("what has arrived", arrived(standIn));
  outcomes.set("what is stored", standIn.customers);
  return new Map([...outcomes].map(([step, outcome]) => [step, withoutTimes(outcome)]));
}

/** Most of a telling is waiting: for requests, and for pauses before repeated ones. */
const AT_ONCE = 6;

describe("the package where built-ins are changed", { concurrency: AT_ONCE }, () => {
  const scope = suiteScope();
  const expected = told(scope);

  it("tells a story in which only mistakes fail", async () => {
    const failed = [...(await expected)].filter(([, { error }]) => error).map(([step]) => step);
    assert.deepEqual(failed, [
      "checkCustomer with an option by mistake",
      "checkCustomer with a function by mistake",
      "edit with a mistake",
      "a create that is refused",
      "an abort",
      "a page's create that the gateway refuses",
      "createGateway with a mistake",
    ]);
  });

  for (const [name, when] of Object.keys(CHANGES).flatMap((name) => ["before", "after"].map((when) => [name, when]))) {
    it(`gives the same ${when === "before" ? "after" : "before"} a script brings ${name}`, async () => {
      const outcomes = await told(scope, name, when);
      const { steps = [] } = DIFFERS[name] ?? {};
      for (const [step, outcome] of await expected) {
        if (!steps.some((one) => step.includes(one))) assert.deepEqual(outcomes.get(step), outcome, step);
      }
    });
  }
});

/** For the fault tests: a sandbox with faults, an origin that must stay silent, and a run of the whole table. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { it } from "node:test";
import init, { CustomerClient } from "../../pkg/entry/node.js";
import { ACCOUNT, startSandbox, stored } from "../e2e/site.mjs";
import { CASES, faultsFound, losesConnection, prepare } from "./cases.mjs";

/** Does `work` for all, so many at a time; answers in their order. */
export async function pool(items, atOnce, work) {
  const results = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** A sandbox that takes faults; `asked` reads or clears what it is told over its administration. */
export async function startFaultySandbox() {
  const sandbox = await startSandbox("--faults");
  const ask = async (path, options) => {
    const response = await fetch(`${sandbox.url}/sandbox/${path}`, options);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  return {
    ...sandbox,
    arm: (rules) => ask("faults", { method: "POST", body: JSON.stringify(rules) }),
    armed: () => ask("faults"),
    disarm: () => ask("faults", { method: "DELETE" }),
    requests: () => ask("requests"),
  };
}

/** A client of `sandbox` in this process. */
export async function clientOf(sandbox, options) {
  await init();
  return new CustomerClient({ baseUrl: sandbox.url, microsite: "oak-and-salt", credentials: ACCOUNT, ...options });
}

/** An origin to which nobody must come; it would let a browser in. */
async function startElsewhere() {
  const visits = [];
  const server = createServer((request, response) => {
    visits.push({ method: request.method, hasToken: "authorization" in request.headers });
    response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, visits, stop: () => server.close() };
}

/** Runs the table, so many calls at once; `attempt` makes one, wherever it runs. Answers with all that there is to judge it by. */
export async function runTable(sandbox, atOnce, attempt) {
  const elsewhere = await startElsewhere();
  const client = await clientOf(sandbox, { requestsPerMinute: 1_000_000 });
  try {
    const prepared = await pool(CASES, atOnce, (one) => prepare(client, one));
    const results = await pool(CASES, atOnce, (one, index) =>
      attempt({
        baseUrl: sandbox.url,
        credentials: ACCOUNT,
        requestId: String(index),
        method: one.method,
        input: prepared[index].input,
        faults: one.isRedirect ? one.faults.map((fault) => fault && `${fault};${elsewhere.url}`) : one.faults,
        authenticationFaults: one.authenticationFaults,
        options: one.options,
        abort: one.abort,
        losesConnection: losesConnection(one),
      }),
    );
    const requests = await sandbox.requests();
    // What is still under way there is carried out or dropped before the database is read.
    await sandbox.stop();
    const rows = await stored(sandbox.db);
    return CASES.map((one, index) => ({
      ...one,
      result: results[index],
      seen: {
        base: prepared[index].base,
        arrived: requests.filter(({ requestId }) => requestId === String(index)),
        rows,
      },
      visits: elsewhere.visits,
    }));
  } finally {
    client.free();
    elsewhere.stop();
  }
}

/** The table's tests, for a suite that has run it: `ran` gives what `runTable` answered with. */
export function itHolds(ran) {
  for (const [index, one] of CASES.entries()) {
    it(one.name, () => {
      const { result, seen } = ran()[index];
      const arrived = seen.arrived.map(({ operation }) => operation);
      assert.deepEqual(faultsFound(one, result, seen), [], JSON.stringify({ ...result, arrived }));
    });
  }

  it("nothing goes to another origin, the token least of all", () => {
    assert.deepEqual(ran()[0].visits, []);
  });
}

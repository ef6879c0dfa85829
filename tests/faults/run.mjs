/** For the fault tests: an origin that no request may reach, and the function that runs the whole table. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { it } from "node:test";
import init, { CustomerClient } from "../../pkg/entry/inline.js";
import { ACCOUNT, stored } from "../support/sandbox.mjs";
import { listen } from "../support/server.mjs";
import { CASES, faultsFound, isResentByBrowsers, prepare } from "./cases.mjs";

/** Calls `work` for all items, `atOnce` at a time. Returns the results in the order of the items. */
export async function pool(items, atOnce, work) {
  const results = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** A client of `sandbox` in this process. */
export async function clientOf(sandbox, options) {
  await init();
  return new CustomerClient({ baseUrl: sandbox.url, microsite: "oak-and-salt", credentials: ACCOUNT, ...options });
}

/** Starts an origin that no request may reach. It would answer a browser's CORS requests, so that they would not fail. */
async function startElsewhere(scope) {
  const visits = [];
  const server = createServer((request, response) => {
    visits.push({ method: request.method, hasToken: "authorization" in request.headers });
    response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" }).end("{}");
  });
  return { url: `${await listen(scope, server)}/`, visits };
}

/**
 * Runs the table, `atOnce` calls at once; `attempt` makes one call, in Node or in a page. Returns each case with its
 * result, the requests that arrived and the rows of the database. Stops the sandbox.
 */
export async function runTable(scope, sandbox, atOnce, attempt) {
  const elsewhere = await startElsewhere(scope);
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
        isResentByBrowsers: isResentByBrowsers(one),
      }),
    );
    const requests = await sandbox.requests();
    // The sandbox carries out or drops the requests that are still running, before the database is read.
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
  }
}

/** The tests of the table. `ran` returns what `runTable` returned. */
export function itHolds(ran) {
  for (const [index, one] of CASES.entries()) {
    it(one.name, () => {
      const { result, seen } = ran()[index];
      const arrived = seen.arrived.map(({ operation }) => operation);
      assert.deepEqual(faultsFound(one, result, seen), [], JSON.stringify({ ...result, arrived }));
    });
  }

  it("requests and tokens go to no other origin", () => {
    assert.deepEqual(ran()[0].visits, []);
  });
}
